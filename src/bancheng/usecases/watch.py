"""What supervision sees: counts, clocks, times and ratings, each counted by the database from projected rows.

Supervisors see the whole town, seniors their bodies' share; administrators see figures and open no case. Nothing is
typed in by hand, and every figure leads to the rows it was counted from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from bancheng.core.casework import CaseClocks, Phase, Timeline, clocks, day_of, decode_event, fold, timeline
from bancheng.core.kernel import chain
from bancheng.store.models import Case, CaseBody, CaseEvent, CaseTask
from bancheng.usecases.access import Actor, NotAllowed, record, visible_case, visible_cases
from bancheng.usecases.lists import with_part
from bancheng.usecases.town import body_name, packs

OPEN = (Phase.RECEIVED.value, Phase.SUPPLEMENT.value, Phase.ACCEPTED.value)
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
        mine = CaseBody.objects.filter(case=OuterRef("pk"), body__in=_bodies(actor))
        return Case.objects.filter(Exists(mine))
    raise NotAllowed("watch")


def _bodies(actor: Actor) -> frozenset[str]:
    return frozenset(body for role, body in actor.posts if role == "senior" and body)


def _tasks(actor: Actor) -> QuerySet[CaseTask]:
    if {"supervisor", "administrator"} & actor.roles:
        return CaseTask.objects.all()
    return CaseTask.objects.filter(body__in=_bodies(actor))


def overdue(today: date) -> Q:
    """红: accepted, running, past its last day, and that day is certain."""
    return Q(status=Phase.ACCEPTED.value, due_on__lt=today, paused=False, provisional=False)


def _last_near(today: date) -> date:
    """The last day of what has at most one working day left."""
    return packs().calendar.add_workdays(today, 1).date


def near(today: date) -> Q:
    """黄: accepted, running, at most one working day left."""
    last = _last_near(today)
    return Q(status=Phase.ACCEPTED.value, due_on__gte=today, due_on__lte=last, paused=False)


def paused() -> Q:
    """灰: accepted, and the clock of the whole matter stands."""
    return Q(status=Phase.ACCEPTED.value, paused=True)


@dataclass(frozen=True)
class Row:
    """One line of a table of open work: `key` is a body or a one-thing."""

    key: str
    name: str
    open: int
    near: int
    overdue: int
    paused: int = 0


@dataclass(frozen=True)
class Pace:
    """How a body or a one-thing did within the window: `median` in working days, shares as parts of `done`."""

    key: str
    name: str
    done: int
    median: float | None
    in_time: int
    dated: int
    rating: float | None = None
    rated: int = 0

    @property
    def share(self) -> float | None:
        """In time ÷ all with a last day, or None without any."""
        return self.in_time / self.dated if self.dated else None


@dataclass(frozen=True)
class Figures:
    """Everything the first page of supervision shows."""

    today: date
    states: dict[str, int]
    near: int
    overdue: int
    paused: int
    onethings: tuple[Row, ...]
    bodies: tuple[Row, ...]
    body_pace: tuple[Pace, ...]
    onething_pace: tuple[Pace, ...]

    @property
    def open(self) -> int:
        """Cases in which somebody still has to do something."""
        return sum(self.states.get(phase, 0) for phase in OPEN)

    @property
    def all(self) -> int:
        """All cases."""
        return sum(self.states.values())


def figures(actor: Actor, today: date) -> Figures:
    """All figures in eight queries, whatever the number of cases.

    Raises:
        NotAllowed: supervision is not theirs.
    """
    cases = scope(actor)
    counted = cases.order_by().values_list("status").annotate(n=Count("pk"))
    return Figures(
        today=today,
        states=dict(counted),
        near=cases.filter(near(today)).count(),
        overdue=cases.filter(overdue(today)).count(),
        paused=cases.filter(paused()).count(),
        onethings=_by_onething(cases, today),
        bodies=_by_body(_tasks(actor), today),
        body_pace=_body_pace(_tasks(actor), today),
        onething_pace=_onething_pace(cases, today),
    )


def _by_onething(cases: QuerySet[Case], today: date) -> tuple[Row, ...]:
    rows = (
        cases.filter(status__in=OPEN)
        .order_by()
        .values_list("onething")
        .annotate(
            n=Count("pk"),
            y=Count("pk", filter=near(today)),
            r=Count("pk", filter=overdue(today)),
            g=Count("pk", filter=paused()),
        )
    )
    made = (Row(key, _onething_name(key), n, y, r, g) for key, n, y, r, g in rows)
    return tuple(sorted(made, key=lambda row: (-row.overdue, -row.open)))


def _by_body(tasks: QuerySet[CaseTask], today: date) -> tuple[Row, ...]:
    last = _last_near(today)
    rows = (
        tasks.filter(state__in=OPEN_TASKS)
        .order_by()
        .values_list("body")
        .annotate(
            n=Count("pk"),
            y=Count("pk", filter=Q(due_on__gte=today, due_on__lte=last)),
            r=Count("pk", filter=Q(due_on__lt=today)),
        )
    )
    made = (Row(key, body_name(key), n, y, r) for key, n, y, r in rows)
    return tuple(sorted(made, key=lambda row: (-row.overdue, -row.open)))


def _body_pace(tasks: QuerySet[CaseTask], today: date) -> tuple[Pace, ...]:
    # Days are projected at noon, so that grouping by them leaves few rows: the database counts, the calendar reckons.
    rows = (
        tasks.filter(done_at__gte=_since(today))
        .exclude(kind="intake")
        .order_by()
        .values_list("body", "opened_at", "done_at", "due_on")
        .annotate(n=Count("pk"))
    )
    held: dict[str, list[tuple[date, date, date | None, int]]] = {}
    for body, opened, done, due, n in rows:
        if done is not None:
            held.setdefault(body, []).append((day_of(opened), day_of(done), due, n))
    made = [_pace(key, body_name(key), rows) for key, rows in held.items()]
    return tuple(sorted(made, key=lambda one: -one.done))


def _onething_pace(cases: QuerySet[Case], today: date) -> tuple[Pace, ...]:
    rows = (
        cases.filter(finished_at__gte=_since(today), status=Phase.FINISHED.value)
        .order_by()
        .values_list("onething", "accepted_on", "finished_at", "due_on", "rating")
        .annotate(n=Count("pk"))
    )
    held: dict[str, list[tuple[date, date, date | None, int]]] = {}
    stars: dict[str, list[tuple[int, int]]] = {}
    for key, accepted, done, due, rating, n in rows:
        if accepted is not None and done is not None:
            held.setdefault(key, []).append((accepted, day_of(done), due, n))
            stars.setdefault(key, []).append((rating or 0, n if rating else 0))
    made = []
    for key, counted in held.items():
        rated = sum(n for _, n in stars[key])
        mean = sum(rating * n for rating, n in stars[key]) / rated if rated else None
        made.append(_pace(key, _onething_name(key), counted, mean, rated))
    return tuple(sorted(made, key=lambda one: -one.done))


def _pace(
    key: str,
    name: str,
    rows: Iterable[tuple[date, date, date | None, int]],
    rating: float | None = None,
    rated: int = 0,
) -> Pace:
    calendar = packs().calendar
    lengths: list[tuple[int, int]] = []
    done = in_time = dated = 0
    for start, end, due, n in rows:
        lengths.append((calendar.workdays_between(start, end), n))
        done += n
        dated += n if due else 0
        in_time += n if due and end <= due else 0
    return Pace(key, name, done, _median(lengths), in_time, dated, rating, rated)


def _median(counted: list[tuple[int, int]]) -> float | None:
    """The median of values given with how often each occurs."""
    total = sum(n for _, n in counted)
    if not total:
        return None
    middle = ((total - 1) // 2, total // 2)
    found, seen = [], 0
    for value, n in sorted(counted):
        found += [value for place in middle if seen <= place < seen + n]
        seen += n
    return sum(found) / 2


def _since(today: date) -> datetime:
    return datetime.combine(today - WINDOW, time(), UTC)


def _onething_name(key: str) -> str:
    found = packs().catalogue.onethings.get(key)
    return found.name if found else key


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
        found = found.filter(status__in=OPEN)
    elif state == RECENT:
        found = found.filter(status=Phase.FINISHED.value, finished_at__gte=_since(today))
    elif state:
        found = found.filter(status=state)
    if clock in CLOCKS:
        found = found.filter({"near": near(today), "overdue": overdue(today), "paused": paused()}[clock])
    if body:
        found = found.filter(with_part(body))
    if onething:
        found = found.filter(onething=onething)
    if state in {*OPEN, "open"} or clock:
        return found.order_by(F("due_on").asc(nulls_last=True), "created_at").select_related("party")
    return found.order_by("-created_at", "id").select_related("party")


def tasks_behind(actor: Actor, today: date, body: str, clock: str = "") -> QuerySet[CaseTask]:
    """The open tasks of one body, the most urgent first; with `clock` "done" those ended within the window.

    Raises:
        NotAllowed: the actor may not open cases, or this body is not theirs.
    """
    if not may_open(actor):
        raise NotAllowed("watch.tasks")
    if clock == "done":
        ended = _tasks(actor).filter(body=body, done_at__gte=_since(today)).exclude(kind="intake")
        return ended.order_by("-done_at", "pk").select_related("case", "case__party")
    found = _tasks(actor).filter(body=body, state__in=OPEN_TASKS)
    if clock == "overdue":
        found = found.filter(due_on__lt=today)
    elif clock == "near":
        found = found.filter(due_on__gte=today, due_on__lte=_last_near(today))
    return found.order_by(F("due_on").asc(nulls_last=True), "opened_at").select_related("case", "case__party")


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
    return Watched(case, said, None, timeline(state, calendar, now), clocks(state, calendar, now))
