"""What happens next in a case, who does it and by when: for people who wait, never just that something is going on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from bancheng.core.casework._after import ready
from bancheng.core.casework._clocks import CaseClocks, Clock, clocks
from bancheng.core.casework._state import OVER, CaseState, StepState
from bancheng.core.casework._timeline import timeline
from bancheng.core.casework._values import Phase, StepStatus
from bancheng.core.casework._values_procedures import ProcedureStage, ask_until
from bancheng.core.catalogue import StepKind
from bancheng.core.clock import Colour, WorkCalendar
from bancheng.core.kernel import Record


class NextKind(StrEnum):
    """What is to be done: look at papers, answer, choose, work, decide, weigh, hold, hand in, fetch; what follows."""

    INTAKE = "intake"
    ANSWER = "answer"
    CHOOSE = "choose"
    WORK = "work"
    DECIDE = "decide"
    OPINION = "opinion"
    PROCEDURE = "procedure"
    HAND_IN = "hand_in"
    FETCH = "fetch"
    AFTER = "after"


class NextUp(Record):
    """One thing that comes next. `who` is a body, "" for the applicant; `by` its last (or expected) day.

    `late`: that day is over. `standing`: the clock stands meanwhile. `since` is the day it began.
    """

    kind: NextKind
    who: str = ""
    what: str = ""
    by: date | None = None
    since: date | None = None
    provisional: bool = False
    late: bool = False
    standing: bool = False


def what_next(state: CaseState, calendar: WorkCalendar, now: datetime) -> tuple[NextUp, ...]:
    """Everything that comes next, what waits for the applicant first; empty once nothing more will happen."""
    dials = clocks(state, calendar, now)
    if state.phase is Phase.RECEIVED and state.submission is not None and dials.intake is not None:
        intake = NextUp(kind=NextKind.INTAKE, who=state.submission.receiving_body, since=state.received)
        return (_timed(intake, dials.intake),)
    found = [*_of_applicant(state, dials, calendar)]
    if state.phase is Phase.ACCEPTED:
        found += [*_procedures(state, dials), *_steps(state, dials), *_after(state, calendar, now)]
    if state.phase in (Phase.ACCEPTED, Phase.FINISHED) and any(ready(one) for one in state.items.values()):
        found += _fetches(state)
    return tuple(found)


def _fetches(state: CaseState) -> Iterator[NextUp]:
    """What is ready in one line; what is late, or was put off, each with its day."""
    late = state.outcomes.late
    names = [one.item.name for key, one in state.items.items() if ready(one) and key not in late]
    if names:
        yield NextUp(kind=NextKind.FETCH, what="、".join(names))
    for key, last in late.items():
        if ready(state.items[key]):
            told = state.outcomes.chase(key)
            again = told.again if told is not None else None
            yield NextUp(
                kind=NextKind.FETCH, what=state.items[key].item.name, by=again or last, late=again is None
            )


def _of_applicant(state: CaseState, dials: CaseClocks, calendar: WorkCalendar) -> Iterator[NextUp]:
    for notice in state.open_notices:
        yield NextUp(kind=NextKind.ANSWER, what=str(len(notice.unanswered)), since=notice.on)
    if state.phase is Phase.ACCEPTED:
        for one in state.procedures.going():
            if one.stage is ProcedureStage.OFFERED:
                until = ask_until(calendar, one.since)
                names = "、".join(state.items[key].item.name for key in one.items)
                yield NextUp(
                    kind=NextKind.CHOOSE,
                    what=names,
                    by=until.date,
                    since=one.since,
                    provisional=until.provisional,
                )
    if state.phase in (Phase.ACCEPTED, Phase.FINISHED):
        for key, owed in state.still_owed.items():
            if key in dials.owed:
                yield _timed(NextUp(kind=NextKind.HAND_IN, what=owed.material.name or key), dials.owed[key])


def _procedures(state: CaseState, dials: CaseClocks) -> Iterator[NextUp]:
    for one in state.procedures.going():
        if one.stage is ProcedureStage.OFFERED:
            continue
        clock = dials.procedures.get(str(one.number))
        yield NextUp(
            kind=NextKind.PROCEDURE,
            who=one.body,
            what=one.kind.words,
            by=one.day or (clock.due if clock else None),
            since=one.called,
            late=bool(clock and clock.colour is Colour.RED),
            standing=bool(one.needed),
        )


def _steps(state: CaseState, dials: CaseClocks) -> Iterator[NextUp]:
    for key, step in state.steps.items():
        if step.status is not StepStatus.OPEN:
            continue
        awaited = [ask for ask in step.asks if ask.answer is None]
        for ask in awaited:
            up = NextUp(kind=NextKind.OPINION, who=ask.body, what=step.plan.name, since=step.opened)
            yield _timed(up, dials.opinions[f"{key}/{ask.body}"])
        heard = {report.body for report in step.reports}
        for body in step.plan.bodies if not awaited else ():
            if body not in heard:
                kind = NextKind.DECIDE if step.plan.kind is StepKind.DECISION else NextKind.WORK
                up = NextUp(kind=kind, who=body, what=step.plan.name, since=step.opened)
                yield _timed(up, dials.steps[key])


def _after(state: CaseState, calendar: WorkCalendar, now: datetime) -> Iterator[NextUp]:
    """Steps that open as soon as what is open now is done."""
    expected = {
        entry.step: (entry.expected, entry.provisional)
        for line in timeline(state, calendar, now).lines
        for entry in line.entries
    }
    for key, step in state.steps.items():
        if step.status is StepStatus.WAITING and all(_soon(state.steps[one]) for one in state.waits[key]):
            by, provisional = expected.get(key, (None, False))
            for body in step.plan.bodies:
                yield NextUp(
                    kind=NextKind.AFTER, who=body, what=step.plan.name, by=by, provisional=provisional
                )


def _soon(step: StepState) -> bool:
    return step.status is StepStatus.OPEN or step.status in OVER


def _timed(up: NextUp, clock: Clock) -> NextUp:
    return NextUp(
        kind=up.kind,
        who=up.who,
        what=up.what,
        since=up.since,
        by=clock.due,
        provisional=clock.provisional,
        late=clock.colour is Colour.RED,
        standing=clock.paused,
    )
