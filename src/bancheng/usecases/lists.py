"""Lists over a million cases: what they may be narrowed by, how far they are counted, and how they leave as a table.

Whoever asks gets what their scope holds; this only narrows it. A number is found by its beginning or its end, a name by
its beginning, or by a part of it when nobody's begins so, a matter by any part of its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import IO, Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex

from bancheng.core.casework import Phase
from bancheng.core.kernel import mask_name, search_key
from bancheng.store.models import Case, CaseBody, CaseTask, Party
from bancheng.store.models.cases import FAR
from bancheng.usecases import spreadsheets
from bancheng.usecases.access import Actor, record
from bancheng.usecases.town import packs

COUNTED = 500
"""Pages go no deeper: nobody reads on there, they narrow the list."""
AHEAD = 100
"""Rows are counted so far beyond the page that is shown, and a tab says so many and more."""
FEW = 500
"""So many people or numbers a search names one by one."""
TAIL = 4
"""Digits from which on the end of a number is looked for, too."""
NEWEST, MANY = 500, 25
"""A body that has a part in so many of so many newest cases has a large share of them all."""
LEAVING = 50_000
"""Rows that leave in one table."""
LAST = "\U0010fffd"
COLOURS = ("red", "yellow", "green", "grey")


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; empty parts narrow nothing. `since` and `until` are days, both included."""

    text: str = ""
    onething: str = ""
    body: str = ""
    state: str = ""
    colour: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The parts that narrow."""
        told = (one.name for one in fields(self))
        return tuple(name for name in told if getattr(self, name))


def wanted(asked: Mapping[str, str]) -> Wanted:
    """What an address asks for: ``q``, ``onething``, ``body``, ``state``, ``colour``, ``since``, ``until``; what is no
    such thing is passed over."""
    colour = asked.get("colour", "")
    return Wanted(
        text=asked.get("q", "").strip()[:100],
        onething=asked.get("onething", "")[:80],
        body=asked.get("body", "")[:80],
        state=asked.get("state", "")[:30],
        colour=colour if colour in COLOURS else "",
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def cases(rows: QuerySet[Case], asked: Wanted, today: date) -> QuerySet[Case]:
    """Cases narrowed; days are those of submission."""
    if asked.text:
        rows = rows.filter(matching(asked.text))
    if asked.onething:
        rows = rows.filter(onething=asked.onething)
    if asked.body:
        rows = rows.filter(with_part(asked.body))
    if asked.state:
        rows = rows.filter(status=asked.state)
    if asked.colour:
        rows = rows.filter(_case_colour(asked.colour, today))
    return _between(rows, "created_at", asked)


def with_part(body: str) -> Q:
    """Cases in which a body has a part.

    Each case is asked where many of the newest have it; of a body with few cases these are looked up.
    """
    theirs = CaseBody.objects.filter(body=body)
    newest = Case.objects.order_by("-created_at", "id").values("pk")[:NEWEST]
    if theirs.filter(case__in=newest).count() >= MANY:
        return Q(Exists(theirs.filter(case=OuterRef("pk"))))
    return Q(pk__in=theirs.values("case"))


def tasks(rows: QuerySet[CaseTask], asked: Wanted, today: date) -> QuerySet[CaseTask]:
    """Tasks narrowed; `state` is the case's, days are those on which a task came up."""
    if asked.text:
        rows = rows.filter(matching_tasks(asked.text))
    if asked.onething:
        rows = rows.filter(onething=asked.onething)
    if asked.body:
        rows = rows.filter(body=asked.body)
    if asked.state:
        rows = rows.filter(case__status=asked.state)
    if asked.colour:
        rows = rows.filter(_task_colour(asked.colour, today))
    return _between(rows, "opened_at", asked)


def _between(rows: QuerySet[Any], column: str, asked: Wanted) -> QuerySet[Any]:
    if asked.since:
        rows = rows.filter(**{f"{column}__gte": _morning(asked.since)})
    if asked.until:
        rows = rows.filter(**{f"{column}__lt": _morning(asked.until + timedelta(days=1))})
    return rows


def _morning(day: date) -> datetime:
    """Midnight in China."""
    return datetime.combine(day, time(), UTC) - timedelta(hours=8)


def _near(today: date) -> date:
    return packs().calendar.add_workdays(today, 1).date


def _case_colour(colour: str, today: date) -> Q:
    going = Q(status=Phase.ACCEPTED.value)
    if colour == "grey":
        return going & Q(paused=True)
    running = going & Q(paused=False)
    last = _near(today)
    return {
        "red": running & Q(order_on__lt=today, provisional=False),
        "yellow": running
        & (Q(order_on__gte=today, order_on__lte=last) | Q(order_on__lt=today, provisional=True)),
        "green": running & Q(order_on__gt=last, order_on__lt=FAR),
    }[colour]


def _task_colour(colour: str, today: date) -> Q:
    going, last = Q(state__in=("open", "claimed")), _near(today)
    return {
        "red": going & Q(order_on__lt=today),
        "yellow": going & Q(order_on__gte=today, order_on__lte=last),
        "green": going & Q(order_on__gt=last, order_on__lt=FAR),
        "grey": Q(state="waiting"),
    }[colour]


# ------------------------------------------------------------------------------------------------ searching


def matching(text: str) -> Q:
    """Cases by number, party or matter. Two queries at most look them up first."""
    return _matching(text, "", "party__search_key")


def matching_tasks(text: str) -> Q:
    """Tasks by their case's number, party or matter, as `matching`."""
    return _matching(text, "case__", "who")


def _matching(text: str, lead: str, name: str) -> Q:
    plain = "".join(text.split())
    if not plain:
        return Q()
    if plain.isascii() and plain.isdigit():
        return _numbered(lead, plain)
    things = [key for key, one in packs().catalogue.onethings.items() if text.strip() in one.name]
    found = Q(onething__in=things) if things else Q(pk__in=())
    key = search_key(text)
    return found | _of_people(name, key) if key else found


def _numbered(lead: str, digits: str) -> Q:
    ends = begins("mirror", digits[::-1]) if len(digits) >= TAIL else Q(pk__in=())
    few = list(
        Case.objects.filter(begins("number", digits) | ends).order_by().values_list("pk", flat=True)[:FEW]
    )
    # Of many, the list's own order finds the first ones soon enough.
    return Q(**{f"{lead}pk__in": few}) if len(few) < FEW else begins(f"{lead}number", digits)


def _of_people(name: str, key: str) -> Q:
    rows = Party.objects.order_by().filter(begins("search_key", key)).values_list("pk", flat=True)
    if name == "who":
        # The name stands beside the task: one look whether anybody's begins so.
        if rows[:1]:
            return begins(name, key)
    elif few := list(rows[:FEW]):
        return Q(party__in=few) if len(few) < FEW else begins(name, key)
    # Names alone are read, from their index: half the time of rows. Keys are folded already, no letters are compared.
    names = Party.objects.order_by().alias(at=StrIndex("search_key", Value(key))).filter(at__gt=0)
    named = list(names.values_list("search_key", flat=True)[:FEW])
    if len(named) < FEW:
        return Q(**{f"{name}__in": sorted(set(named))})
    return Q(**{f"{name}__contains": key})


def begins(column: str, text: str) -> Q:
    """A column that begins with a text, in a form that the database answers from its index."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": text})
    return Q(**{f"{column}__gte": text, f"{column}__lt": text + LAST})


# ------------------------------------------------------------------------------------------------ counting, leaving


def count(rows: QuerySet[Any], most: int | None = None) -> int:
    """How many rows, up to one more than `most` (`AHEAD`)."""
    return rows.order_by().select_related(None)[: (AHEAD if most is None else most) + 1].count()


def told(counted: int | None) -> str:
    """What a tab says of what `count` found."""
    return "" if counted is None else f"{AHEAD}+" if counted > AHEAD else str(counted)


@dataclass(frozen=True)
class Column:
    """A column of a table that leaves: its head and what stands in it."""

    head: str
    cell: Callable[[Any], object]


def leave(
    actor: Actor,
    what: str,
    rows: QuerySet[Any] | Sequence[Any],
    columns: Sequence[Column],
    asked: Wanted,
    out: IO[bytes],
) -> int:
    """Write the list as an Excel workbook, `LEAVING` rows at most, and who took it into the audit chain; how many rows.

    What was searched for may be a name and is not written down, only by which parts the list was narrowed.
    """
    taken = 0

    def table() -> Iterator[Sequence[object]]:
        nonlocal taken
        yield [one.head for one in columns]
        found = rows[:LEAVING]
        for row in found.iterator(chunk_size=2000) if isinstance(found, QuerySet) else found:
            taken += 1
            yield [one.cell(row) for one in columns]
        if taken == LEAVING:
            yield [f"只导出了前 {LEAVING} 行，请缩小范围分批导出。"]

    spreadsheets.write_workbook(table(), out)
    record(actor, "list.left", what, f"{taken} 行；{'、'.join(asked.names) or '未筛选'}")
    return taken


def shown_name(party: Party) -> str:
    """A party in a table that leaves: a person masked, a company as it is."""
    return party.name if party.subject == "company" else mask_name(party.name)
