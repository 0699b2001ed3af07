"""The road of a case for people: per body what is done, what is being done, what comes next, and when to expect it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from bancheng.core.casework._clocks import Reckoner
from bancheng.core.casework._state import OVER, CaseState, StepState
from bancheng.core.casework._values import Phase, StepStatus, day_of
from bancheng.core.clock import Colour, WorkCalendar
from bancheng.core.kernel import Record


class Progress(StrEnum):
    """Done, being done, still to come, or no longer needed."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"
    GONE = "gone"


class TimelineEntry(Record):
    """A step of a body's line. `on` is the day it was done, `expected` the day it should be; `late` = past its day."""

    step: str
    title: str
    items: tuple[str, ...]
    progress: Progress
    on: date | None = None
    expected: date | None = None
    provisional: bool = False
    late: bool = False
    who: str = ""


class BodyLine(Record):
    """One body's part in the case."""

    body: str
    name: str
    progress: Progress
    entries: tuple[TimelineEntry, ...]


class Timeline(Record):
    """All lines, and the expected end of the whole: None before acceptance and once the case has ended.

    Expected dates count every step with its full limit, one after the other as the plan demands, never past the
    bundle's own last day unless that day is already over.
    """

    lines: tuple[BodyLine, ...]
    expected_end: date | None = None
    provisional: bool = False
    ended: date | None = None


def timeline(state: CaseState, calendar: WorkCalendar, now: datetime) -> Timeline:
    """The road at `now`: steps per body in the order of the plan; a shared step stands in the line of each body."""
    today = day_of(now)
    reckoner = Reckoner(state, calendar, today)
    late = {
        key for key, step in state.steps.items() if step.opened and reckoner.step(step).colour is Colour.RED
    }
    expected = _expected(state, today, reckoner, calendar)
    unsure = {key: calendar.provisional_between(today, expected.get(key, today)) for key in state.steps}
    bundle = reckoner.bundle()
    lines = []
    for body in dict.fromkeys(body for step in state.steps.values() for body in step.plan.bodies):
        entries = tuple(
            _entry(step, body, expected.get(key), unsure[key], key in late)
            for key, step in state.steps.items()
            if body in step.plan.bodies
        )
        lines.append(
            BodyLine(body=body, name=state.body_name(body), progress=_progress(entries), entries=entries)
        )
    running = state.phase is Phase.ACCEPTED and bool(expected)
    end = max(expected.values()) if running else None
    if end is not None and bundle is not None and bundle.due >= today:
        end = min(end, bundle.due)
    return Timeline(
        lines=tuple(lines),
        expected_end=end,
        provisional=end is not None and calendar.provisional_between(today, end),
        ended=state.closed,
    )


def _expected(state: CaseState, today: date, reckoner: Reckoner, calendar: WorkCalendar) -> dict[str, date]:
    """The expected day of every step not yet over, along the plan from today; empty before acceptance."""
    if state.phase is not Phase.ACCEPTED:
        return {}
    found: dict[str, date] = {}
    waiting = {
        key: sum(state.steps[before].status not in OVER for before in state.waits[key])
        for key, step in state.steps.items()
        if step.status not in OVER
    }
    ready = [key for key, count in waiting.items() if not count]
    for key in ready:
        step = state.steps[key]
        if step.status is StepStatus.OPEN:
            found[key] = max(today, reckoner.step(step).due)
        else:
            start = max((found[one] for one in state.waits[key] if one in found), default=today)
            found[key] = step.plan.limit.due(calendar, start).date
        for after in state.opens[key]:
            if after in waiting:
                waiting[after] -= 1
                if not waiting[after]:
                    ready.append(after)
    return found


def _entry(step: StepState, body: str, expected: date | None, provisional: bool, late: bool) -> TimelineEntry:
    report = next((one for one in step.reports if one.body == body), None)
    owner = step.owners.get(body)
    done = report is not None and step.status is StepStatus.OPEN
    progress = Progress.DONE if done else _PROGRESS[step.status]
    return TimelineEntry(
        step=step.plan.key,
        title=step.plan.name,
        items=step.plan.items,
        progress=progress,
        on=report.on if report else step.ended,
        expected=expected if progress in (Progress.NOW, Progress.NEXT) else None,
        provisional=provisional,
        late=late and progress is Progress.NOW,
        who=report.by.name if report else owner.name if owner else "",
    )


def _progress(entries: tuple[TimelineEntry, ...]) -> Progress:
    states = {entry.progress for entry in entries}
    for progress in (Progress.NOW, Progress.NEXT, Progress.DONE):
        if progress in states:
            return progress
    return Progress.GONE


_PROGRESS = {
    StepStatus.WAITING: Progress.NEXT,
    StepStatus.OPEN: Progress.NOW,
    StepStatus.DONE: Progress.DONE,
    StepStatus.GONE: Progress.GONE,
}
