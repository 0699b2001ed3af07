"""The figures of supervision's first page, from the counters that the database keeps (`store.tallies`).

Four queries over rows that grow with bodies, matters and days and not with cases. Colours come by time alone: counters
hold last days, and late or near is a range of them. Whoever is senior of several bodies is counted for case by
case, because a case of two of them is one case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from bancheng.core.casework import Phase, day_of
from bancheng.core.clock import WorkCalendar
from bancheng.store import tallies
from bancheng.store.models import Case, CaseTask, Tally
from bancheng.usecases.access import Actor
from bancheng.usecases.town import body_name, packs
from bancheng.usecases.watch import (
    OPEN,
    OPEN_TASKS,
    WINDOW,
    last_near,
    near,
    overdue,
    paused,
    scope,
    senior_bodies,
    since,
    tasks_of,
)

LOOSE = 20_000
"""Loose rows of counters from which on they are folded: a page still adds so many up in passing."""


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

    @property
    def near(self) -> int:
        """Cases near their last day."""
        return sum(row.near for row in self.onethings)

    @property
    def overdue(self) -> int:
        """Cases past it."""
        return sum(row.overdue for row in self.onethings)

    @property
    def paused(self) -> int:
        """Cases whose clock stands."""
        return sum(row.paused for row in self.onethings)


def figures(actor: Actor, today: date) -> Figures:
    """All figures.

    Raises:
        NotAllowed: supervision is not theirs.
    """
    scope(actor)
    if {"supervisor", "administrator"} & actor.roles:
        return _kept("", None, today)
    held = tuple(senior_bodies(actor))
    return _kept(held[0], held, today) if len(held) == 1 else counted(scope(actor), tasks_of(actor), today)


def recount() -> None:
    """Count everything anew from the rows of the lists."""
    tallies.recount(connection)


def fold(now: datetime) -> int:
    """Fold the counters once many rows are loose; how many rows became one less."""
    return tallies.fold(connection, timezone.localdate(now), LOOSE)


# ------------------------------------------------------------------------------------------------ from counters


def _kept(body: str, bodies: Iterable[str] | None, today: date) -> Figures:
    """Of the whole town (no `body`), or of one."""
    first = (today - WINDOW).toordinal()
    tasks = Tally.objects.order_by() if bodies is None else Tally.objects.order_by().filter(body__in=bodies)
    cases = Tally.objects.order_by().filter(body=body)
    states, onethings = _standing(cases.filter(what=Tally.CASE), today)
    # Row by row: almost every sort is one row already, and grouping them anew takes longer than adding them up.
    spans = ("since", "day", "in_time", "n", "stars", "rated")
    done = _all(tasks.filter(what=Tally.TASK_DONE, day__gte=first).values_list("body", *spans))
    ended = _all(cases.filter(what=Tally.CASE_DONE, day__gte=first).values_list("onething", *spans))
    return Figures(
        today=today,
        states=states,
        onethings=onethings,
        bodies=_to_do(tasks.filter(what=Tally.TASK), today),
        body_pace=_paces(done, body_name),
        onething_pace=_paces(ended, _onething_name),
    )


def _all(rows: QuerySet[Tally, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Tens of thousands of short rows at once: numbers and words that need no translation of values."""
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _standing(rows: QuerySet[Tally], today: date) -> tuple[dict[str, int], tuple[Row, ...]]:
    """States of all cases, and the open ones by one-thing."""
    on, last = today.toordinal(), last_near(today).toordinal()
    going = Q(status=Phase.ACCEPTED.value, paused=False)
    found = rows.values_list("status", "onething").annotate(
        total=Sum("n"),
        y=_sum(going & Q(day__gte=on, day__lte=last)),
        r=_sum(going & Q(day__lt=on, provisional=False)),
        g=_sum(Q(status=Phase.ACCEPTED.value, paused=True)),
    )
    states: dict[str, int] = {}
    by: dict[str, tuple[int, ...]] = {}
    for status, thing, *ns in found:
        states[status] = states.get(status, 0) + ns[0]
        if status in OPEN:
            by[thing] = tuple(map(sum, zip(by.get(thing, (0, 0, 0, 0)), ns, strict=True)))
    made = (Row(key, _onething_name(key), *ns) for key, ns in by.items() if ns[0])
    return {key: n for key, n in states.items() if n}, _urgent(made)


def _to_do(rows: QuerySet[Tally], today: date) -> tuple[Row, ...]:
    on, last = today.toordinal(), last_near(today).toordinal()
    found = rows.values_list("body").annotate(
        total=Sum("n"), y=_sum(Q(day__gte=on, day__lte=last)), r=_sum(Q(day__lt=on))
    )
    return _urgent(Row(key, body_name(key), *ns) for key, *ns in found if ns[0])


def _sum(which: Q) -> Any:
    return Coalesce(Sum("n", filter=which), 0)


def _urgent(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.overdue, -row.open, row.key)))


def _paces(rows: Iterable[tuple[Any, ...]], name: Any) -> tuple[Pace, ...]:
    """Of (key, began and ended by number, in time, how many, stars, how many gave any)."""
    lengths: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    kept: defaultdict[str, dict[int | None, int]] = defaultdict(lambda: {None: 0, 0: 0, 1: 0})
    stars: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    worked = _Worked(packs().calendar)
    for key, began, ended, in_time, n, given, rated in rows:
        lengths[key][worked[ended] - worked[began]] += n
        kept[key][in_time] += n
        if rated or given:
            held = stars[key]
            held[0] += given
            held[1] += rated
    made = []
    for key, took in lengths.items():
        if done := sum(took.values()):
            late, in_time = kept[key][0], kept[key][1]
            given, rated = stars[key]
            rating = given / rated if rated else None
            middle = _median(list(took.items()))
            made.append(Pace(key, name(key), done, middle, in_time, late + in_time, rating, rated))
    return tuple(sorted(made, key=lambda one: (-one.done, one.key)))


class _Worked(dict[int, int]):
    """Working days up to a day by number, from a day of ours: what lies between two days is the difference."""

    FROM = date(2000, 1, 1)

    def __init__(self, calendar: WorkCalendar) -> None:
        super().__init__()
        self._calendar = calendar

    def __missing__(self, day: int) -> int:
        """The day reckoned and kept."""
        found = self[day] = self._calendar.workdays_between(self.FROM, date.fromordinal(day))
        return found


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


def _onething_name(key: str) -> str:
    found = packs().catalogue.onethings.get(key)
    return found.name if found else key


# ------------------------------------------------------------------------------------------------ counted


def counted(cases: QuerySet[Case], tasks: QuerySet[CaseTask], today: date) -> Figures:
    """The same figures counted from the rows themselves: what the counters have to agree with."""
    states = dict(cases.order_by().values_list("status").annotate(n=Count("pk")))
    going = cases.filter(status__in=OPEN).order_by().values_list("onething")
    onethings = going.annotate(
        n=Count("pk"),
        y=Count("pk", filter=near(today)),
        r=Count("pk", filter=overdue(today)),
        g=Count("pk", filter=paused()),
    )
    open_tasks = tasks.filter(state__in=OPEN_TASKS).order_by().values_list("body")
    bodies = open_tasks.annotate(
        n=Count("pk"),
        y=Count("pk", filter=Q(due_on__gte=today, due_on__lte=last_near(today))),
        r=Count("pk", filter=Q(due_on__lt=today)),
    )
    done = tasks.filter(done_at__gte=since(today)).exclude(kind="intake").order_by()
    ended = cases.filter(
        finished_at__gte=since(today), status=Phase.FINISHED.value, accepted_on__isnull=False
    )
    return Figures(
        today=today,
        states=states,
        onethings=_urgent(Row(key, _onething_name(key), *ns) for key, *ns in onethings),
        bodies=_urgent(Row(key, body_name(key), *ns) for key, *ns in bodies),
        body_pace=_paces(
            _spans(
                (*row, 0, 0)
                for row in done.values_list("body", "opened_at", "done_at", "due_on").annotate(n=Count("pk"))
            ),
            body_name,
        ),
        onething_pace=_paces(
            _spans(
                (*row[:5], (row[5] or 0) * row[4], row[4] if row[5] else 0)
                for row in ended.order_by()
                .values("onething", "accepted_on", "finished_at", "due_on", "rating")
                .annotate(n=Count("pk"))
                .values_list("onething", "accepted_on", "finished_at", "due_on", "n", "rating")
            ),
            _onething_name,
        ),
    )


def _spans(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    for key, began, done, due, n, stars, rated in rows:
        start = began if type(began) is date else day_of(began)
        end = day_of(done)
        yield key, start.toordinal(), end.toordinal(), None if due is None else end <= due, n, stars, rated
