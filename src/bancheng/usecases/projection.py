"""Projections of a case: the columns and rows that lists are made of. Caches of the fold, rebuilt by `rebuild`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from bancheng.core.casework import (
    CaseClocks,
    CaseState,
    Listed,
    Phase,
    Task,
    listed,
)
from bancheng.store import statements
from bancheng.store.models import Case, CaseAlarm, CaseBody, CaseTask, ResultDocument
from bancheng.usecases.bills import project_bill
from bancheng.usecases.kept import ENDED_PHASES, Kept
from bancheng.usecases.town import packs
from bancheng.usecases.visit_rows import project_visits


def project(case: Case, state: CaseState, held: Kept | None = None) -> Listed:
    """Write the columns, tasks and body lines that follow from `state`, as far as they changed; what lists show now.

    `held` is where the case stood before. Without it, or where it does not know them, rows are compared as they are.
    """
    told = held.listed if held is not None else None
    now = listed(state, packs().calendar, told)
    before = told.state if told is not None else None
    _columns(case, now)
    _bodies(case, now, told)
    _tasks(case, now, told)
    _delivered(case, state, before)
    _renewed(case, state, before)
    project_bill(case, state, before)
    _alarms(case, state, now.dials)
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


def _columns(case: Case, now: Listed) -> None:
    state, bundle, submission = now.state, now.dials.bundle, now.state.submission
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
        "attention_on": now.attention,
        "answered": state.phase is Phase.RECEIVED
        and any(not one.open and not one.cancelled for one in state.notices),
        "finished_at": _at_noon(state.closed) if ended else None,
        "rating": state.rating,
    }
    for name, value in values.items():
        setattr(case, name, value)
    # All of them: the row was read before others may have written it.
    statements.update(case, tuple(values))


def _bodies(case: Case, now: Listed, told: Listed | None) -> None:
    if told is not None:
        held = told.parts
    else:
        held = dict(CaseBody.objects.filter(case=case).values_list("body", "state"))
    gone = [body for body in held if body not in now.parts]
    if gone:
        CaseBody.objects.filter(case=case, body__in=gone).delete()
    changed = [
        (case.pk, body, part, case.created_at) for body, part in now.parts.items() if held.get(body) != part
    ]
    columns = ("case_id", "body", "state", "created_at")
    statements.upsert(CaseBody, columns, changed, unique=("case_id", "body"), change=("state",))


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


def _renewed(case: Case, state: CaseState, before: CaseState | None) -> None:
    """The licence that silence renewed holds on, until the renewal itself is revoked."""
    for key, item in state.items.items():
        old, revoked = item.item.renews, key in state.outcomes.revoked
        if old is None or item.renewed_until is None:
            continue
        if before is None or before.items[key] != item or (key in before.outcomes.revoked) != revoked:
            ResultDocument.objects.filter(number=old.number).update(
                valid_to=old.valid_to if revoked else item.renewed_until,
                renewed_in=None if revoked else case,
                expiry_told=revoked,
            )


def _tasks(case: Case, now: Listed, told: Listed | None) -> None:
    """Write what differs: from what this process last wrote, or else from the rows."""
    if told is not None:
        gone = [place for place in told.tasks if place not in now.tasks]
        before = told.tasks
        rows = [_row(case, one) for place, one in now.tasks.items() if before.get(place) != one]
    else:
        found = CaseTask.objects.filter(case=case).values_list(*TASK_PLACE, *TASK_COLUMNS)
        held = {(row[1], row[2]): row for row in found}
        gone = [place for place in held if place not in now.tasks]
        rows = [
            row for one in now.tasks.values() if held.get((one.key, one.body)) != (row := _row(case, one))
        ]
    for key, body in gone:
        CaseTask.objects.filter(case=case, key=key, body=body).delete()
    statements.upsert(CaseTask, (*TASK_PLACE, *TASK_COLUMNS), rows, unique=TASK_PLACE, change=TASK_COLUMNS)


TASK_PLACE = ("case_id", "key", "body")
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


def _row(case: Case, task: Task) -> tuple[object, ...]:
    return (
        case.pk,
        task.key,
        task.body,
        task.name,
        task.kind,
        task.role,
        "done" if task.done else "waiting" if task.waiting else "claimed" if task.owner else "open",
        task.owner.id if task.owner else "",
        task.owner.name if task.owner else "",
        _noon(task.opened),
        task.due,
        _at_noon(task.done),
    )


def _noon(day: date) -> datetime:
    # Days in China; noon there keeps the day in every zone that reads it.
    return datetime.combine(day, time(4), UTC)


def _at_noon(day: date | None) -> datetime | None:
    return _noon(day) if day else None
