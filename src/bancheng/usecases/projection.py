"""Projections of a case: the columns and rows that lists are made of. Caches of the fold, rebuilt by `rebuild`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from bancheng.core.casework import (
    CaseClocks,
    CaseState,
    Phase,
    StepStatus,
    Task,
    clocks,
    next_attention,
    tasks,
)
from bancheng.store.models import Case, CaseAlarm, CaseBody, CaseTask, ResultDocument
from bancheng.usecases.bills import project_bill
from bancheng.usecases.kept import ENDED_PHASES, Kept
from bancheng.usecases.town import packs
from bancheng.usecases.visit_rows import project_visits


def project(case: Case, state: CaseState, held: Kept | None = None) -> tuple[Task, ...]:
    """Write the columns, tasks and body lines that follow from `state`, as far as they changed; the tasks.

    `held` is where the case stood before. Without it, or where it does not know them, rows are compared as they are.
    """
    calendar = packs().calendar
    dials = clocks(state, calendar, _moment(state))
    _columns(case, state, dials)
    before = held.state if held is not None and held.tasks is not None else None
    _bodies(case, state, before)
    now = tasks(state, dials)
    _tasks(case, now, held.tasks if held is not None else None)
    _delivered(case, state, before)
    project_bill(case, state, before)
    _alarms(case, state, dials)
    project_visits(case, state, before)
    return now


def _alarms(case: Case, state: CaseState, dials: CaseClocks) -> None:
    """A row for each warning and body, with whether its clock still runs."""
    if not state.warnings:
        return
    alive = {(one.level, one.key) for one in dials.all() if one.ended is None}
    newest = {(one.level, one.key): one.number for one in state.warnings}
    rows = [
        CaseAlarm(
            case=case,
            number=one.number,
            body=body,
            level=one.level.value,
            title=one.title,
            colour=one.colour.value,
            due_on=one.due,
            rank=one.rank.value,
            people="、".join(who.name for who in one.people)[:200],
            raised_on=one.on or one.due,
            risen_on=one.risen or one.due,
            seen_on=one.seen_on or (one.due if one.acknowledged else None),
            seen_by=one.seen_by.name if one.seen_by else "",
            note=one.note[:300],
            over=(one.level, one.key) not in alive or newest[one.level, one.key] != one.number,
        )
        for one in state.warnings
        for body in one.receivers
    ]
    CaseAlarm.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["case", "number", "body"],
        update_fields=["rank", "risen_on", "seen_on", "seen_by", "note", "over"],
    )


def _columns(case: Case, state: CaseState, dials: CaseClocks) -> None:
    bundle, submission = dials.bundle, state.submission
    ended = state.phase in ENDED_PHASES and state.closed is not None
    values = {
        "seq": state.seq,
        "status": state.phase.value,
        "lead": submission.lead_body if submission else "",
        "channel": submission.channel.value if submission else "",
        "accepted_on": state.accepted,
        "due_on": bundle.due if bundle else None,
        "provisional": bool(bundle and bundle.provisional),
        # Red needs the whole bundle to run; a pause of one item shows at that item only.
        "paused": any(not one.item and one.pause.end is None for one in state.pauses),
        "attention_on": next_attention(state, packs().calendar),
        "answered": state.phase is Phase.RECEIVED
        and any(not one.open and not one.cancelled for one in state.notices),
        "finished_at": _at_noon(state.closed) if ended else None,
        "rating": state.rating,
    }
    for name, value in values.items():
        setattr(case, name, value)
    # All of them: the row was read before others may have written it.
    case.save(update_fields=values)


def _bodies(case: Case, state: CaseState, before: CaseState | None) -> None:
    wanted = _body_states(state)
    if before is not None:
        held = _body_states(before)
    else:
        held = dict(CaseBody.objects.filter(case=case).values_list("body", "state"))
    gone = [body for body in held if body not in wanted]
    if gone:
        CaseBody.objects.filter(case=case, body__in=gone).delete()
    changed = [
        CaseBody(case=case, body=body, state=now, created_at=case.created_at)
        for body, now in wanted.items()
        if held.get(body) != now
    ]
    if changed:
        CaseBody.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["case", "body"], update_fields=["state"]
        )


def _delivered(case: Case, state: CaseState, before: CaseState | None) -> None:
    told = before.items if before is not None else {}
    days = {
        key: item.delivered
        for key, item in state.items.items()
        if item.delivered is not None and (key not in told or told[key].delivered != item.delivered)
    }
    for day in set(days.values()):
        items = [key for key, on in days.items() if on == day]
        ResultDocument.objects.filter(case=case, item__in=items, delivered_at=None).update(
            delivered_at=_noon(day)
        )


def _tasks(case: Case, now: tuple[Task, ...], before: tuple[Task, ...] | None) -> None:
    """Write what differs: from what this process last wrote, or else from the rows."""
    wanted = {(one.key, one.body): one for one in now}
    if before is not None:
        told = {(one.key, one.body): one for one in before}
        gone = [place for place in told if place not in wanted]
        rows = [_row(case, one) for place, one in wanted.items() if told.get(place) != one]
    else:
        held = {(one.key, one.body): _content(one) for one in CaseTask.objects.filter(case=case)}
        gone = [place for place in held if place not in wanted]
        made = [_row(case, one) for one in wanted.values()]
        rows = [row for row in made if held.get((row.key, row.body)) != _content(row)]
    for key, body in gone:
        CaseTask.objects.filter(case=case, key=key, body=body).delete()
    if rows:
        CaseTask.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["case", "key", "body"], update_fields=TASK_COLUMNS
        )


def _content(task: CaseTask) -> tuple[object, ...]:
    return tuple(getattr(task, name) for name in TASK_COLUMNS)


TASK_COLUMNS = (
    "name",
    "kind",
    "role",
    "state",
    "assignee",
    "assignee_name",
    "opened_at",
    "due_on",
    "done_at",
)


def _row(case: Case, task: Task) -> CaseTask:
    return CaseTask(
        case=case,
        key=task.key,
        name=task.name,
        kind=task.kind,
        body=task.body,
        role=task.role,
        state="done" if task.done else "waiting" if task.waiting else "claimed" if task.owner else "open",
        assignee=task.owner.id if task.owner else "",
        assignee_name=task.owner.name if task.owner else "",
        opened_at=_noon(task.opened),
        due_on=task.due,
        done_at=_at_noon(task.done),
    )


def _body_states(state: CaseState) -> dict[str, str]:
    """How far each body is with its part. Linear in steps."""
    mine: dict[str, set[StepStatus]] = {}
    for step in state.steps.values():
        for body in (*step.plan.bodies, *step.plan.asks):
            mine.setdefault(body, set()).add(step.status)
    deciding = {one.item.body for one in state.items.values()}
    return {body: _body_state(mine.get(body, set()), body in deciding) for body in state.bodies}


def _body_state(mine: set[StepStatus], decides: bool) -> str:
    if not mine and not decides:
        # Its window took the case in; nothing in it is for its offices to do.
        return "window"
    if StepStatus.OPEN in mine:
        return "open"
    return "done" if mine and mine <= {StepStatus.DONE, StepStatus.GONE} else "waiting"


def _noon(day: date) -> datetime:
    # Days in China; noon there keeps the day in every zone that reads it.
    return datetime.combine(day, time(4), UTC)


def _at_noon(day: date | None) -> datetime | None:
    return _noon(day) if day else None


def _moment(state: CaseState) -> datetime:
    # Dates of a projection do not depend on the hour; colours, which do, are worked out when shown.
    return _at_noon(state.closed or state.accepted or state.received) or datetime(2000, 1, 1, tzinfo=UTC)
