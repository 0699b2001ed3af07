"""What supervision sees: whose cases, the rows behind each figure (`overview`), a case for reading.

Supervisors see the whole town, seniors their bodies' share; administrators see figures and open no case. Nothing is
typed in by hand, and every figure leads to the rows it was counted from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from bancheng.core.casework import (
    CaseClocks,
    CaseState,
    NextUp,
    Phase,
    Timeline,
    clocks,
    decode_event,
    fold,
    timeline,
    what_next,
)
from bancheng.core.kernel import chain
from bancheng.store.models import Case, CaseBody, CaseEvent, CaseTask
from bancheng.store.models.cases import GOING
from bancheng.usecases.access import Actor, NotAllowed, record, visible_case, visible_cases
from bancheng.usecases.lists import with_part
from bancheng.usecases.town import packs

OPEN = GOING
"""Phases in which somebody still has to do something."""
OPEN_TASKS = ("open", "claimed")
WINDOW = timedelta(days=30)
"""How far back times, shares and ratings look."""


def may_open(actor: Actor) -> bool:
    """Whether the actor may open the cases behind a figure."""
    return bool({"supervisor", "senior"} & actor.roles)


def scope(actor: Actor) -> QuerySet[Case]:
    """The cases that are counted for this actor.

    Raises:
        NotAllowed: supervision is not theirs.
    """
    if {"supervisor", "administrator"} & actor.roles:
        # An administrator sees numbers only; `visible_cases` keeps the cases themselves closed to them.
        return Case.objects.all()
    if "senior" in actor.roles:
        mine = CaseBody.objects.filter(case=OuterRef("pk"), body__in=senior_bodies(actor))
        return Case.objects.filter(Exists(mine))
    raise NotAllowed("watch")


def senior_bodies(actor: Actor) -> frozenset[str]:
    """The bodies the actor is a senior of."""
    return frozenset(body for role, body in actor.posts if role == "senior" and body)


def tasks_of(actor: Actor) -> QuerySet[CaseTask]:
    """The tasks that are counted for this actor."""
    if {"supervisor", "administrator"} & actor.roles:
        return CaseTask.objects.all()
    return CaseTask.objects.filter(body__in=senior_bodies(actor))


def overdue(today: date) -> Q:
    """红: accepted, running, past its last day, and that day is certain."""
    return Q(going=True, status=Phase.ACCEPTED.value, order_on__lt=today, paused=False, provisional=False)


def last_near(today: date) -> date:
    """The last day of what has at most one working day left."""
    return packs().calendar.add_workdays(today, 1).date


def near(today: date) -> Q:
    """黄: accepted, running, at most one working day left."""
    last = last_near(today)
    return Q(going=True, status=Phase.ACCEPTED.value, order_on__gte=today, order_on__lte=last, paused=False)


def paused() -> Q:
    """灰: accepted, and the clock of the whole matter stands."""
    return Q(status=Phase.ACCEPTED.value, paused=True)


def since(today: date) -> datetime:
    """The first moment of the window."""
    return datetime.combine(today - WINDOW, time(), UTC)


# ---------------------------------------------------------------- the rows behind a figure

CLOCKS = ("near", "overdue", "paused")
RECENT = "recent"
"""Instead of a state: finished within the window."""


def cases_behind(
    actor: Actor, today: date, *, state: str = "", clock: str = "", body: str = "", onething: str = ""
) -> QuerySet[Case]:
    """The cases behind a figure, the most urgent first. `state` is a phase, "open" or "recent";
    `clock` one of `CLOCKS`.

    Raises:
        NotAllowed: the actor may not open cases.
    """
    if not may_open(actor):
        raise NotAllowed("watch.cases")
    found = visible_cases(actor) if "supervisor" in actor.roles else scope(actor)
    if state == "open":
        found = found.filter(going=True)
    elif state == RECENT:
        found = found.filter(status=Phase.FINISHED.value, finished_at__gte=since(today))
    elif state:
        found = found.filter(status=state)
    if clock in CLOCKS:
        found = found.filter({"near": near(today), "overdue": overdue(today), "paused": paused()}[clock])
    urgent = bool(clock) or state in {*OPEN, "open"}
    if onething:
        found = found.filter(onething=onething)
    if body and not urgent:
        # In the order of the body's own lines, so that the newest are found first however few they are.
        theirs = found.filter(bodies__body=body)
        return theirs.order_by("-bodies__created_at", "bodies__case_id").select_related("party")
    if body:
        found = found.filter(with_part(body))
    if urgent:
        return found.order_by("order_on", "created_at", "id").select_related("party")
    return found.order_by("-created_at", "id").select_related("party")


def tasks_behind(actor: Actor, today: date, body: str, clock: str = "") -> QuerySet[CaseTask]:
    """The open tasks of one body, the most urgent first; with `clock` "done" those ended within the window.

    Raises:
        NotAllowed: the actor may not open cases, or this body is not theirs.
    """
    if not may_open(actor):
        raise NotAllowed("watch.tasks")
    if clock == "done":
        ended = tasks_of(actor).filter(body=body, done_at__gte=since(today)).exclude(kind="intake")
        return ended.order_by("-done_at", "pk").select_related("case", "case__party")
    found = tasks_of(actor).filter(body=body, state__in=OPEN_TASKS, done_at=None)
    if clock == "overdue":
        found = found.filter(order_on__lt=today)
    elif clock == "near":
        found = found.filter(order_on__gte=today, order_on__lte=last_near(today))
    return found.order_by("order_on", "pk").select_related("case", "case__party")


def colour_of(case: Case, today: date) -> tuple[str, int | None]:
    """The colour of a case in a list and the working days left; "" where no clock runs."""
    if case.status != Phase.ACCEPTED.value or case.due_on is None:
        return "", None
    calendar = packs().calendar
    late = today > case.due_on
    left = (
        -calendar.workdays_between(case.due_on, today)
        if late
        else calendar.workdays_between(today, case.due_on)
    )
    if case.paused:
        return "grey", left
    if late:
        return ("yellow" if case.provisional else "red"), left
    return ("yellow" if left <= 1 else "green"), left


@dataclass(frozen=True)
class Watched:
    """A case for reading: its road, clocks and events, and whether the chain of hashes holds.

    `broken` is the sequence of the first event that does not fit; the rest is then empty, as it cannot be trusted.
    """

    case: Case
    rows: tuple[tuple[CaseEvent, str], ...]
    broken: int | None
    road: Timeline | None
    clocks: CaseClocks | None
    state: CaseState | None = None
    next: tuple[NextUp, ...] = ()


def open_for_reading(actor: Actor, number: str | UUID, now: datetime) -> Watched:
    """A case as supervision reads it; that it was opened is written down.

    Raises:
        NotAllowed: the actor may not open cases.
        NotFound: none among what they may see.
    """
    if not may_open(actor):
        raise NotAllowed("watch.case")
    case = visible_case(actor, number)
    record(actor, "watch.open", f"case:{case.pk}", case.number)
    rows = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    previous = ""
    for row in rows:
        if row.previous != previous or row.hash != chain(previous, [row.seq, row.kind, row.body]):
            return Watched(case, tuple((one, "") for one in rows), row.seq, None, None)
        previous = row.hash
    events = [decode_event(row.body, row.version) for row in rows]
    state, calendar = fold(events), packs().calendar
    said = tuple((row, event.words()) for row, event in zip(rows, events, strict=True))
    road, dials = timeline(state, calendar, now), clocks(state, calendar, now)
    return Watched(case, said, None, road, dials, state, what_next(state, calendar, now))
