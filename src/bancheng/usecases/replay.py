"""Running a permit event log of others through the engine: for load, and to see whether late cases are counted alike.

Each case becomes one item. Its activities, in the order in which they happened, become steps one after the other; the
last one decides, as the log says: a refusal keeps or misses its last day as an approval does (art. 42 of
the law on permits is about any decision). The log says nothing of holidays, so every day counts. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise

from bancheng.connect.eventlogs import Line
from bancheng.core.casework import (
    Actor,
    CaseItem,
    CaseState,
    Command,
    CommandRefused,
    Context,
    StepOutcome,
    Verdict,
    clocks,
    commands,
    day_of,
    decide,
    encode_event,
    fold,
)
from bancheng.core.catalogue import StepKind
from bancheng.core.clock import CalendarYear, Limit, WorkCalendar
from bancheng.core.compiler import EdgeKind, Plan, PlanEdge, PlanStep
from bancheng.core.kernel import digest

APPLICANT = Actor(id="applicant", roles=("applicant",))
CLERK = Actor(id="clerk", name="窗口", roles=("clerk",), body="desk")
ITEM, BODY = "permit", "office"
NO_LIMIT = 36500
"""Days for a case whose log names no last day."""


@dataclass(frozen=True)
class Replayed:
    """What came of it. `late_log` is counted from the log's own days, `late_engine` from the engine's clocks.

    `differing` names cases on which they disagree, `refused` those of which the engine would not take an act, with its
    reason: they stay open, and their clocks run on until the log's last event of them.
    """

    cases: int
    lines: int
    acts: int
    events: int
    late_log: int
    late_engine: int
    differing: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    until: date | None


def replay(lines: Iterable[Line]) -> Replayed:
    """Replay every case; one is late that ended after its last day.

    The lines of a case need not stand together. Memory grows with the log's size.
    """
    held = sorted(lines, key=lambda one: (one.case, one.at))
    calendar = every_day({one.at.year for one in held} | {one.due.year for one in held if one.due})
    until = max((day_of(one.at) for one in held), default=None)
    cases = acts = events = late_log = late_engine = 0
    differing: list[str] = []
    refused: list[tuple[str, str]] = []
    for name, group in groupby(held, key=lambda one: one.case):
        mine = list(group)
        cases += 1
        ended = day_of(mine[-1].at)
        due = next((one.due for one in reversed(mine) if one.due), None)
        said = due is not None and ended > due
        late_log += said
        state, done, made, no = _run(mine, due, calendar)
        if no:
            refused.append((name, no))
        acts, events = acts + done, events + made
        bundle = clocks(state, calendar, mine[-1].at).bundle
        found = bundle is not None and due is not None and bundle.days_left < 0
        late_engine += found
        if found != said:
            differing.append(name)
    return Replayed(
        cases, len(held), acts, events, late_log, late_engine, tuple(differing), tuple(refused), until
    )


def _run(lines: list[Line], due: date | None, calendar: WorkCalendar) -> tuple[CaseState, int, int, str]:
    """The case as far as the engine went with it, its acts and events, and why it went no further."""
    state, acts, events = CaseState(), 0, 0
    for at, actor, command in _script(lines, due):
        try:
            happened = decide(state, command, Context(now=at, actor=actor, calendar=calendar))
        except CommandRefused as no:
            return state, acts, events, str(no)
        for event in happened:
            encode_event(event)
        state, acts, events = fold(happened, state), acts + 1, events + len(happened)
    return state, acts, events, ""


def _script(lines: list[Line], due: date | None) -> Iterator[tuple[datetime, Actor, Command]]:
    """Submission and acceptance at the first event, then a step for each event; the last decides."""
    begun = lines[0].at
    days = (due - day_of(begun)).days if due else NO_LIMIT
    yield begun, APPLICANT, _application(lines, max(days, 0))
    yield begun, CLERK, commands.Accept()
    for place, line in enumerate(lines):
        official = Actor(id=line.resource or "official", name="经办", roles=("reviewer",), body=BODY)
        if place == len(lines) - 1:
            yield line.at, official, _decision(any(one.refused for one in lines))
        else:
            yield line.at, official, commands.CompleteStep(step=f"s{place}", outcome=StepOutcome.OK)


def _decision(refused: bool) -> commands.DecideItem:
    if not refused:
        return commands.DecideItem(item=ITEM, verdict=Verdict.APPROVE)
    # The words stay with whoever wrote the log; the engine takes no refusal without them.
    words = "见原日志"
    return commands.DecideItem(item=ITEM, verdict=Verdict.REFUSE, reasons=words, basis=words, remedies=words)


def _application(lines: list[Line], days: int) -> commands.Submit:
    last = len(lines) - 1
    limit = Limit(days)
    steps = tuple(
        PlanStep(
            key=f"s{place}",
            name=line.activity or "—",
            kind=StepKind.DECISION if place == last else StepKind.REVIEW,
            items=(ITEM,),
            bodies=(BODY,),
            limit=limit,
            days=Decimal(days),
        )
        for place, line in enumerate(lines)
    )
    edges = tuple(
        PlanEdge(before=one.key, after=two.key, kind=EdgeKind.WITHIN, why="") for one, two in pairwise(steps)
    )
    return commands.Submit(
        onething="replay",
        onething_name="重放",
        blueprint=digest("replay"),
        items=(CaseItem(key=ITEM, name="许可", body=BODY, promised=limit),),
        plan=Plan(steps=steps, edges=edges),
        promised=limit,
        form_digest=digest("form"),
        applicant_ref=APPLICANT.id,
        receiving_body=CLERK.body,
        lead_body=BODY,
    )


def every_day(years: Iterable[int]) -> WorkCalendar:
    """A calendar in which every day of these years is worked."""
    told = sorted(set(years))
    whole = range(told[0] - 1, told[-1] + 2) if told else range(0)
    return WorkCalendar(CalendarYear(year=year, swapped=tuple(_weekends(year))) for year in whole)


def _weekends(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        if day.weekday() >= 5:
            yield day
        day += timedelta(days=1)
