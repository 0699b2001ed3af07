"""What must happen by itself, and from which day. One list serves both questions a sweep asks.

A machine alone may accept by silence, take silence for consent where a step says so, warn and remind; nothing here
refuses, ends or decides. Where a lawful consequence hangs on a date, a provisional date triggers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from bancheng.core.casework._clocks import Clock, Reckoner
from bancheng.core.casework._command import Command
from bancheng.core.casework._commands import AcceptBySilence, ConsentBySilence, RemindOwed
from bancheng.core.casework._commands_escalation import Escalate, Warn
from bancheng.core.casework._commands_procedures import LetHearingLapse
from bancheng.core.casework._dues import due_settlements
from bancheng.core.casework._outcome import delivery_acts
from bancheng.core.casework._promises import promise_acts
from bancheng.core.casework._renewal import renewal_acts
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._supervision import supervision_acts
from bancheng.core.casework._values import Level, Phase, Rank, StepStatus, day_of
from bancheng.core.casework._values_procedures import ProcedureStage, ask_until
from bancheng.core.casework._visits import visit_acts
from bancheng.core.clock import Colour, Thresholds, WorkCalendar, notice_due

DAY = timedelta(days=1)
WARNED = frozenset({Phase.RECEIVED, Phase.ACCEPTED, Phase.FINISHED})
"""Phases in which clocks warn."""


def due_acts(state: CaseState, calendar: WorkCalendar, now: datetime) -> tuple[Command, ...]:
    """The commands a machine must issue now, in order. One may settle what a later one is about: see `sweep`."""
    today = day_of(now)
    acts = [act for day, act in _acts(state, calendar) if day <= today]
    red = {(act.level, act.key) for act in acts if isinstance(act, Warn) and act.colour is Colour.RED}
    return tuple(act for act in acts if not _overtaken(act, red))


def next_attention(state: CaseState, calendar: WorkCalendar) -> date | None:
    """The first day on which `due_acts` has something to say, or None while only a person can move the case.

    Look again after each event, and when a calendar is announced.
    """
    return min((day for day, _ in _acts(state, calendar)), default=None)


def _overtaken(act: Command, red: set[tuple[Level, str]]) -> bool:
    if isinstance(act, RemindOwed):
        return (Level.OWED, act.document) in red
    return isinstance(act, Warn) and act.colour is Colour.YELLOW and (act.level, act.key) in red


def _acts(state: CaseState, calendar: WorkCalendar) -> Iterator[tuple[date, Command]]:
    """Every act still to come, with its first day."""
    yield from plain_acts(state, calendar)
    yield from delivery_acts(state, calendar)
    if state.phase in WARNED:
        yield from _warnings(state, calendar)


def plain_acts(state: CaseState, calendar: WorkCalendar) -> Iterator[tuple[date, Command]]:
    """Those that are neither warnings nor reminders of a delivery."""
    yield from due_settlements(state)
    if state.phase is Phase.RECEIVED and state.received is not None:
        due = notice_due(calendar, state.received)
        if not due.provisional:
            yield due.date + DAY, AcceptBySilence()
    if state.phase is Phase.ACCEPTED:
        yield from renewal_acts(state)
        yield from _silences(state, calendar)
        yield from _unasked_hearings(state, calendar)
    yield from promise_acts(state, calendar)
    yield from supervision_acts(state, calendar)
    yield from visit_acts(state)


def _silences(state: CaseState, calendar: WorkCalendar) -> Iterator[tuple[date, Command]]:
    reckoner = Reckoner(state, calendar)
    for step in state.steps.values():
        if step.status is not StepStatus.OPEN or not step.plan.silent_consent or step.opened is None:
            continue
        due = reckoner.opinion_due(step)
        for ask in step.asks:
            if ask.answer is None and not due.provisional:
                yield due.date + DAY, ConsentBySilence(step=step.plan.key, body=ask.body)


def _unasked_hearings(state: CaseState, calendar: WorkCalendar) -> Iterator[tuple[date, Command]]:
    for one in state.procedures.going():
        until = ask_until(calendar, one.since)
        if one.stage is ProcedureStage.OFFERED and not until.provisional:
            yield until.date + DAY, LetHearingLapse(number=one.number)


def _warnings(state: CaseState, calendar: WorkCalendar) -> Iterator[tuple[date, Command]]:
    running = [one for one in Reckoner(state, calendar).all().all() if one.ended is None]
    warner = Warner(state, calendar)
    for clock in running:
        yield from warner.warnings(clock)
    yield from warner.escalations(running)


class Warner:
    """When which warning of a state is due. Its clocks are reckoned without a day: `Reckoner`."""

    def __init__(self, state: CaseState, calendar: WorkCalendar) -> None:
        self._state = state
        self._calendar = calendar
        self._thresholds = thresholds_of(state)
        self._raised = {(one.level, one.key, one.colour, one.due) for one in state.warnings}

    def warnings(self, clock: Clock) -> Iterator[tuple[date, Command]]:
        """Those of one clock that are still to come."""
        if clock.ended is not None:
            return
        warn = (clock.level, clock.key)
        late = (*warn, Colour.RED, clock.due) in self._raised
        early = late or (*warn, Colour.YELLOW, clock.due) in self._raised
        yellow = yellow_day(self._calendar, clock, self._thresholds)
        if clock.level is Level.OWED:
            if yellow and not late and not self._state.owed[clock.key].reminded:
                yield yellow, RemindOwed(document=clock.key)
        elif yellow and not early:
            yield yellow, Warn(level=clock.level, key=clock.key, colour=Colour.YELLOW)
        # Intake has no red: the day after its last is acceptance by silence.
        if not late and not clock.provisional and clock.level is not Level.INTAKE:
            yield clock.due + DAY, Warn(level=clock.level, key=clock.key, colour=Colour.RED)

    def escalations(self, clocks: Iterable[Clock]) -> Iterator[tuple[date, Command]]:
        """The last warning of each clock that still runs, as long as nobody has seen it and somebody is above."""
        if not self._state.warnings:
            return
        alive = {(one.level, one.key) for one in clocks if one.ended is None}
        newest = {(one.level, one.key): one for one in self._state.warnings}
        for clock, alarm in newest.items():
            if (
                clock not in alive
                or alarm.acknowledged
                or alarm.rank is Rank.SUPERVISION
                or alarm.risen is None
            ):
                continue
            last = self._calendar.add_workdays(alarm.risen, self._thresholds.escalate_days).date
            yield last + DAY, Escalate(number=alarm.number)


def next_rank(rank: Rank) -> Rank:
    """One level up."""
    return Rank.SENIOR if rank is Rank.HANDLER else Rank.SUPERVISION


def thresholds_of(state: CaseState) -> Thresholds:
    """When this case's clocks change colour and its warnings rise, as pinned at submission."""
    return state.submission.thresholds if state.submission else Thresholds()


def yellow_day(calendar: WorkCalendar, clock: Clock, thresholds: Thresholds) -> date | None:
    """The first day with so few working days left; None for limits so short that they begin there."""
    day = clock.due
    while day > clock.start and calendar.workdays_between(day - DAY, clock.due) <= thresholds.yellow_days:
        day -= DAY
    return day if day > clock.start else None
