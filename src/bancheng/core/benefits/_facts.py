"""What may be known of a person, household or company, and where it is counted from: specifications as data."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from bancheng.core.kernel import Confidence, Record


class SubjectKind(StrEnum):
    """Who a fact or an entitlement is about; each has its own dense number (`pid`, `hid`, `cid`)."""

    PERSON = "person"
    HOUSEHOLD = "household"
    COMPANY = "company"


class ColumnKind(StrEnum):
    """What a column holds. NUMBER: whole units of 10^-digits; MONEY: fen; CODE: one of a closed list; DATE: a day."""

    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    CODE = "code"


class Aggregate(StrEnum):
    """How many rows of a subject become one value. LATEST: the field of the row with the greatest `at`, or, where
    the source holds one row a subject, of that row."""

    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    EXISTS = "exists"
    LATEST = "latest"


class Missing(StrEnum):
    """What no row means. CLOSED: there is none (0, no, known to be absent), where the source covers the district
    completely; elsewhere, and always for OPEN: Unknown."""

    CLOSED = "closed"
    OPEN = "open"


class AsOf(StrEnum):
    """The day a fact looks back from: the day of the run, or the last day before its month or year began."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    def on(self, day: dt.date) -> dt.date:
        """The day itself, or the last day of the month or year before."""
        if self is AsOf.DAY:
            return day
        return (day.replace(day=1) if self is AsOf.MONTH else day.replace(month=1, day=1)) - dt.timedelta(
            days=1
        )


class TableColumn(Record):
    """One column of a source. A column may always hold null, which means: not known.

    `digits`: decimal places kept of a NUMBER (stored as a whole number of 10^-digits); MONEY is always in fen.
    `values`: the closed list of a CODE, in the order of its numbers; what lies outside is not known.
    """

    name: str
    kind: ColumnKind
    digits: int = 0
    values: tuple[str, ...] = ()
    title: str = ""


class Coverage(Record):
    """Where a source is connected, and since when it is complete there (None: all that ever was)."""

    district: str
    complete_from: dt.date | None = None


class Source(Record):
    """A kind of data that bodies deliver: its columns, who delivers it, where it is complete, how old it may be.

    `key` names the column with the subject's dense number; `single`: at most one row a subject.
    """

    id: str
    name: str
    body: str
    subject: SubjectKind
    columns: tuple[TableColumn, ...]
    key: str = "pid"
    single: bool = False
    coverage: tuple[Coverage, ...] = ()
    refreshed: str = ""
    stale_after_days: int = 0

    def column(self, name: str) -> TableColumn | None:
        """The column of that name."""
        return next((one for one in self.columns if one.name == name), None)

    def covers(self, district: str, since: dt.date | None) -> bool:
        """Whether no row, in a district and since a day (None: ever), means that there is none."""
        return any(
            one.district == district
            and (one.complete_from is None or (since is not None and one.complete_from <= since))
            for one in self.coverage
        )


class Window(Record):
    """Rows whose `at` lies in the last `months` or `days` up to the fact's as-of day, that day included."""

    at: str
    months: int = 0
    days: int = 0

    def first(self, on: dt.date) -> dt.date:
        """The first day inside: ``months=12`` on 2026-11-23 begins on 2025-11-24."""
        if self.days:
            return on - dt.timedelta(days=self.days - 1)
        year, month = divmod(on.year * 12 + on.month - 1 - self.months, 12)
        day = min(on.day, _last_day(year, month + 1))
        return dt.date(year, month + 1, day) + dt.timedelta(days=1)


def _last_day(year: int, month: int) -> int:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return (following - dt.timedelta(days=1)).day


class FactSpec(Record):
    """How one fact is made: rows of `source` that meet `where` inside `window`, brought to one value a subject.

    `id` is the name in FEEL, dotted lower case (``person.birth``). Of a household a fact may instead be taken `over` a
    person's fact of its members; a household's fact is read in a person's rule under its own name.
    `where` is FEEL over the columns of the source, in the column subset. `at` is the date by which LATEST chooses.
    A row that may or may not count (its date or a column of `where` is not known) makes the value Unknown, and so
    does a field that is not known where the value rests on it.
    """

    id: str
    name: str
    kind: ColumnKind
    subject: SubjectKind
    source: str = ""
    over: str = ""
    aggregate: Aggregate = Aggregate.LATEST
    field: str = ""
    at: str = ""
    window: Window | None = None
    where: str = ""
    missing: Missing = Missing.OPEN
    as_of: AsOf = AsOf.DAY
    digits: int = 0
    values: tuple[str, ...] = ()
    unit: str = ""
    basis: tuple[str, ...] = ()
    source_of: str = ""
    confidence: Confidence = Confidence.RECONSTRUCTED

    @property
    def scale(self) -> int:
        """Decimal places in the stored whole number."""
        return 2 if self.kind is ColumnKind.MONEY else self.digits

    @property
    def may_be_absent(self) -> bool:
        """Whether the fact can be *known to be absent* (FEEL's null): no row of a closed source gives no value."""
        valueless = self.aggregate in {Aggregate.MIN, Aggregate.MAX, Aggregate.LATEST}
        return self.missing is Missing.CLOSED and valueless

    @property
    def column(self) -> str:
        """The name of its column in a table of facts."""
        return column_name(self.id)


def column_name(fact: str) -> str:
    """``person.birth`` → ``person__birth``."""
    return fact.replace(".", "__")
