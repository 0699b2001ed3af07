"""Clocks of a case: bundle, items, steps, intake, opinions and owed materials. Folded, never stored.

1. Before acceptance only intake runs: five working days from the last complete receipt.
2. The bundle runs from acceptance; an item and a step from the day they opened.
3. The last day is the promised one, and never later than statutory + lawful pauses + granted extensions.
4. A step never ends later than its items may.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from msgspec.structs import replace

from bancheng.core.casework._promise_checks import promise_checks
from bancheng.core.casework._promise_values import owed_due
from bancheng.core.casework._state import ENDED, OVER, UNWANTING, CaseState, ItemState, Owed, StepState
from bancheng.core.casework._values import Level, Phase, day_of
from bancheng.core.casework._values_procedures import hold_until
from bancheng.core.clock import (
    Colour,
    Due,
    Extension,
    Limit,
    Pause,
    Thresholds,
    WorkCalendar,
    colour,
    deadline,
    notice_due,
)
from bancheng.core.kernel import Record


class Clock(Record):
    """One clock. `days_left` in working days, negative when over; `due` moves while `moving` (a pause is running).

    `provisional`: a calendar not yet announced is involved, so nothing lawful follows from the date. `ended` is the day
    the clock stopped for good, `receivers` the bodies that answer for it, `key` the item, step or document.
    """

    level: Level
    key: str
    title: str
    start: date
    due: date
    provisional: bool
    colour: Colour
    days_left: int
    paused: bool = False
    moving: bool = False
    ended: date | None = None
    receivers: tuple[str, ...] = ()


class CaseClocks(Record):
    """Every clock of a case as of one day. `bundle` is None before acceptance, `intake` outside of intake.

    `opinions` has the key ``step/body``; `owed` the document; `checks` are the last days for the check of a promise,
    by document.
    `opinions` has the key ``step/body``; `owed` the document; `procedures` the number.
    """

    intake: Clock | None = None
    bundle: Clock | None = None
    items: dict[str, Clock] = {}
    steps: dict[str, Clock] = {}
    opinions: dict[str, Clock] = {}
    owed: dict[str, Clock] = {}
    checks: dict[str, date] = {}
    procedures: dict[str, Clock] = {}

    def all(self) -> tuple[Clock, ...]:
        """Every clock there is, the widest first."""
        single = tuple(one for one in (self.intake, self.bundle) if one is not None)
        groups = (self.items, self.steps, self.opinions, self.owed, self.procedures)
        return (*single, *(clock for group in groups for clock in group.values()))


def clocks(state: CaseState, calendar: WorkCalendar, now: datetime) -> CaseClocks:
    """All clocks at `now`."""
    return Reckoner(state, calendar, day_of(now)).all()


class Reckoner:
    """Reckons the clocks of one state under one calendar.

    With a `today` a running pause is counted up to it, as it stands; without one up to its maximum, which is what a
    sweep must plan by, and colours are those of the first day.
    """

    def __init__(self, state: CaseState, calendar: WorkCalendar, today: date | None = None) -> None:
        self._state = state
        self._calendar = calendar
        self._today = today
        self._thresholds = state.submission.thresholds if state.submission else Thresholds()
        self._item_due: dict[str, Due] = {}

    def all(self) -> CaseClocks:
        """Every clock."""
        state = self._state
        if state.phase is Phase.RECEIVED:
            return CaseClocks(intake=self._intake())
        if state.accepted is None or state.submission is None:
            return CaseClocks()
        return CaseClocks(
            bundle=self.bundle(),
            items=self._items(state.items),
            steps=self._steps(state.steps),
            opinions=self._opinions(state.steps),
            owed=self._all_owed(),
            checks=self._checks(),
            procedures=dict(self._procedures()),
        )

    def moved(
        self, before: CaseClocks, old: CaseState, items: Iterable[str], steps: Iterable[str]
    ) -> CaseClocks:
        """Every clock, where `before` are those of `old` and nothing else that clocks rest on differs from it than
        these items and steps (with the steps of these items)."""
        if before.bundle is None:
            return self.all()
        items, steps = tuple(items), tuple(steps)
        asked = [opinion_key(key, ask.body) for key in steps for ask in old.steps[key].asks]
        return CaseClocks(
            bundle=self.bundle(),
            items=_renewed(before.items, items, self._items(items)),
            steps=_renewed(before.steps, steps, self._steps(steps)),
            opinions=_renewed(before.opinions, asked, self._opinions(steps)),
            owed=self._all_owed(),
            checks=self._checks(),
            procedures=dict(self._procedures()),
        )

    def _items(self, keys: Iterable[str]) -> dict[str, Clock]:
        found = {key: self._state.items[key] for key in keys}
        return {key: self.item(one) for key, one in found.items() if one.started or not one.steps}

    def _steps(self, keys: Iterable[str]) -> dict[str, Clock]:
        found = {key: self._state.steps[key] for key in keys}
        return {key: self.step(one) for key, one in found.items() if one.opened}

    def _all_owed(self) -> dict[str, Clock]:
        state = self._state
        if not state.owed:
            return {}
        still = state.still_owed
        return {
            key: self.owed(key)
            for key, one in state.owed.items()
            if one.handed_in is not None or key in still
        }

    def _checks(self) -> dict[str, date]:
        return {one.material.document: one.due(self._calendar) for one in promise_checks(self._state)}

    def _intake(self) -> Clock | None:
        state = self._state
        if state.received is None or state.submission is None:
            return None
        due = notice_due(self._calendar, state.received)
        return self._clock(
            Level.INTAKE, "", "受理", state.received, due, None, False, (state.submission.receiving_body,)
        )

    def bundle(self) -> Clock | None:
        """The clock of the whole matter."""
        state, submission = self._state, self._state.submission
        if state.accepted is None or submission is None:
            return None
        pauses = [one.pause for one in state.pauses]
        extensions = [one.extension for one in state.extensions if one.level is Level.BUNDLE]
        limits = (submission.promised, submission.statutory)
        due = self._due(state.accepted, limits, pauses, extensions, state.closed)
        # What was taken up again has its own days anew, and the whole cannot end before it.
        again = [
            self.item_due(one.item)
            for one in state.outcomes.reopenings
            if state.items[one.item].status not in ENDED
        ]
        due = max((due, *again), key=lambda one: one.date)
        receivers = (submission.lead_body or submission.receiving_body,)
        return self._clock(
            Level.BUNDLE,
            "",
            submission.onething_name,
            state.accepted,
            due,
            state.closed,
            self._paused(pauses),
            receivers,
        )

    def item(self, item: ItemState) -> Clock:
        """The clock of an item that has begun."""
        start = item.started or self._start()
        receivers = (item.item.body,)
        pauses = self._pauses((item.item.key,))
        due = self.item_due(item.item.key)
        return self._clock(
            Level.ITEM, item.item.key, item.item.name, start, due, item.ended, self._paused(pauses), receivers
        )

    def item_due(self, key: str) -> Due:
        """The last day of an item; reckoned once."""
        if key not in self._item_due:
            item = self._state.items[key]
            limits = (item.item.promised, item.item.statutory)
            extensions = [one.extension for one in self._state.extensions if one.item == key]
            start, pauses = item.started or self._start(), self._pauses((key,))
            if any(one.item == key for one in self._state.outcomes.reopenings):
                # The stops and grants of the first round were used up in it.
                extensions = [one for one in extensions if one.granted_on >= start]
                pauses = [one for one in pauses if one.end is None or one.end >= start]
            self._item_due[key] = self._due(start, limits, pauses, extensions, item.ended)
        return self._item_due[key]

    def step(self, step: StepState) -> Clock:
        """The clock of a step that has opened. Items that have ended no longer hurry it."""
        state, plan = self._state, step.plan
        start = step.opened or self._start()
        pauses = self._pauses(plan.items)
        granted = [
            one.extension
            for one in state.extensions
            if one.item in plan.items and one.extension.granted_on >= start
        ]
        own = self._due(start, (plan.limit, None), pauses, granted, step.ended)
        alive = [key for key in plan.items if state.items[key].status not in ENDED]
        due = min((own, *(self.item_due(key) for key in alive)), key=lambda one: one.date)
        return self._clock(
            Level.STEP, plan.key, plan.name, start, due, step.ended, self._paused(pauses), plan.bodies
        )

    def _opinions(self, keys: Iterable[str]) -> dict[str, Clock]:
        found: dict[str, Clock] = {}
        for step in map(self._state.steps.__getitem__, keys):
            if step.opened is None or not step.asks:
                continue
            due, paused = self.opinion_due(step), self._paused(self._pauses(step.plan.items))
            for ask in step.asks:
                key = opinion_key(step.plan.key, ask.body)
                ended = ask.on or (step.ended if step.status in OVER else None)
                title, body = step.plan.name, (ask.body,)
                found[key] = self._clock(Level.OPINION, key, title, step.opened, due, ended, paused, body)
        return found

    def opinion_due(self, step: StepState) -> Due:
        """The last day for the bodies a step asks; it moves with the pauses of the step's items, and with no grant."""
        start = step.opened or self._start()
        return self._due(
            start, (step.plan.ask_limit or step.plan.limit, None), self._pauses(step.plan.items), []
        )

    def owed(self, key: str) -> Clock:
        """When a deferred material must have arrived."""
        owed, start = self._state.owed[key], self._start()
        pauses = self._pauses(owed.material.items or tuple(self._state.items))
        own = self._due(start, (Limit(owed.material.defer_days), None), pauses, [])
        due = owed_due(self._calendar, start, own, self._promised_to(owed))
        submission = self._state.submission
        receivers = (submission.receiving_body,) if submission else ()
        return self._clock(
            Level.OWED,
            key,
            owed.material.name or key,
            start,
            due,
            owed.handed_in,
            self._paused(pauses),
            receivers,
        )

    def _promised_to(self, owed: Owed) -> Iterable[Due]:
        """The days by which the items that want a material are promised, with pauses and extensions."""
        items = self._state.items
        wanting = [key for key in owed.material.items if key in items] or list(items)
        return (self.item_due(key) for key in wanting if items[key].status not in UNWANTING)

    def _procedures(self) -> Iterable[tuple[str, Clock]]:
        """By when what was convened must be held: its own days, which no pause moves."""
        for one in self._state.procedures.held:
            due = hold_until(self._calendar, one)
            if due is not None and one.called is not None:
                over = all(self._state.items[key].status in ENDED for key in one.items)
                ended = None if one.going and not over else one.since
                title, key, body = one.kind.words, str(one.number), (one.body,)
                yield key, self._clock(Level.PROCEDURE, key, title, one.called, due, ended, False, body)

    def _start(self) -> date:
        start = self._state.accepted or self._state.received or self._today
        return start or date.min

    def _pauses(self, items: Iterable[str]) -> list[Pause]:
        keys = tuple(items)
        return [one.pause for one in self._state.pauses if any(one.touches(key) for key in keys)]

    def _paused(self, pauses: list[Pause]) -> bool:
        today = self._today
        return today is not None and any(
            one.end is None
            and one.max_days is not None
            and one.start <= today <= self._calendar.add_workdays(one.start, one.max_days).date
            for one in pauses
        )

    def _due(
        self,
        start: date,
        limits: tuple[Limit, Limit | None],
        pauses: list[Pause],
        extensions: list[Extension],
        ended: date | None = None,
    ) -> Due:
        """The earliest last day of `limits`. What has `ended` is measured by the stops up to that day, for good."""
        if ended is not None:
            pauses = [_until(one, ended) for one in pauses if one.start < ended]
        dues = (
            deadline(self._calendar, start, limit, pauses, extensions, self._today)
            for limit in limits
            if limit is not None
        )
        return min(dues, key=lambda one: one.date)

    def _clock(
        self,
        level: Level,
        key: str,
        title: str,
        start: date,
        due: Due,
        ended: date | None,
        paused: bool,
        receivers: tuple[str, ...],
    ) -> Clock:
        today = self._today or start
        return Clock(
            level=level,
            key=key,
            title=title,
            start=start,
            due=due.date,
            provisional=due.provisional,
            colour=colour(
                self._calendar,
                today,
                start,
                due,
                paused and ended is None,
                ended is not None,
                self._thresholds,
            ),
            days_left=self._calendar.workdays_between(ended or today, due.date),
            paused=paused and ended is None,
            moving=due.open and ended is None,
            ended=ended,
            receivers=receivers,
        )


def opinion_key(step: str, body: str) -> str:
    """The key of the clock of an asked body."""
    return f"{step}/{body}"


def _renewed(before: dict[str, Clock], gone: Iterable[str], now: dict[str, Clock]) -> dict[str, Clock]:
    found = before.copy()
    for key in gone:
        found.pop(key, None)
    found.update(now)
    return found


def _until(pause: Pause, day: date) -> Pause:
    """The part of a pause up to a day."""
    return pause if pause.end is not None and pause.end <= day else replace(pause, end=day)
