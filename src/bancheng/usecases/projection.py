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
from bancheng.store.models import Case, CaseBody, CaseTask, ResultDocument
from bancheng.usecases.town import packs

COLUMNS = (
    "seq",
    "status",
    "lead",
    "channel",
    "accepted_on",
    "due_on",
    "provisional",
    "attention_on",
    "finished_at",
    "rating",
)
"""The columns of a case that follow from its events; the others are never written again."""
ENDED_PHASES = frozenset({Phase.FINISHED, Phase.WITHDRAWN, Phase.NOT_NEEDED, Phase.NOT_OURS})


def project(case: Case, state: CaseState) -> None:
    """Write the columns, tasks and body lines that follow from `state`."""
    calendar = packs().calendar
    dials = clocks(state, calendar, _moment(state))
    bundle = dials.bundle
    submission = state.submission
    case.seq = state.seq
    case.status = state.phase.value
    case.lead = submission.lead_body if submission else ""
    case.channel = submission.channel.value if submission else ""
    case.accepted_on = state.accepted
    case.due_on = bundle.due if bundle else None
    case.provisional = bool(bundle and bundle.provisional)
    # Red needs the whole bundle to run; a pause of one item shows at that item only.
    case.paused = any(not one.item and one.pause.end is None for one in state.pauses)
    case.attention_on = next_attention(state, calendar)
    case.finished_at = _at_noon(state.closed) if state.phase in ENDED_PHASES and state.closed else None
    case.rating = state.rating
    case.save(update_fields=COLUMNS)
    CaseBody.objects.filter(case=case).exclude(body__in=state.bodies).delete()
    CaseBody.objects.bulk_create(
        [CaseBody(case=case, body=body, state=_body_state(state, body)) for body in state.bodies],
        update_conflicts=True,
        unique_fields=["case", "body"],
        update_fields=["state"],
    )
    _tasks(case, state, dials)
    _delivered(case, state)


def _delivered(case: Case, state: CaseState) -> None:
    days = {key: item.delivered for key, item in state.items.items() if item.delivered is not None}
    for day in set(days.values()):
        items = [key for key, on in days.items() if on == day]
        ResultDocument.objects.filter(case=case, item__in=items, delivered_at=None).update(
            delivered_at=_noon(day)
        )


def _tasks(case: Case, state: CaseState, dials: CaseClocks) -> None:
    wanted = {(one.key, one.body): _row(case, one) for one in tasks(state, dials)}
    held = {(one.key, one.body): one for one in CaseTask.objects.filter(case=case)}
    gone = [task.pk for place, task in held.items() if place not in wanted]
    CaseTask.objects.filter(pk__in=gone).delete()
    CaseTask.objects.bulk_create([task for place, task in wanted.items() if place not in held])
    changed = []
    for place, task in wanted.items():
        if place in held and any(getattr(task, name) != getattr(held[place], name) for name in TASK_COLUMNS):
            task.pk = held[place].pk
            changed.append(task)
    CaseTask.objects.bulk_update(changed, TASK_COLUMNS)


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


def _body_state(state: CaseState, body: str) -> str:
    mine = [step for step in state.steps.values() if body in (*step.plan.bodies, *step.plan.asks)]
    if not mine and all(one.item.body != body for one in state.items.values()):
        # Its window took the case in; nothing in it is for its offices to do.
        return "window"
    if any(step.status is StepStatus.OPEN for step in mine):
        return "open"
    return (
        "done"
        if mine and all(step.status in {StepStatus.DONE, StepStatus.GONE} for step in mine)
        else "waiting"
    )


def _noon(day: date) -> datetime:
    # Days in China; noon there keeps the day in every zone that reads it.
    return datetime.combine(day, time(4), UTC)


def _at_noon(day: date | None) -> datetime | None:
    return _noon(day) if day else None


def _moment(state: CaseState) -> datetime:
    # Dates of a projection do not depend on the hour; colours, which do, are worked out when shown.
    return _at_noon(state.closed or state.accepted or state.received) or datetime(2000, 1, 1, tzinfo=UTC)
