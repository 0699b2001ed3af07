"""Working days of the mainland: Monday to Friday, corrected by the State Council's yearly notice."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from bancheng.core.kernel import Place, Problems, Record, chinese_date

_FIRST_UNSURE_DAY_OF_DECEMBER = 25
REMEMBERED = 8192
"Answers of each kind that a calendar remembers: it never changes."


class CalendarYear(Record):
    """What the notice for `year` says. `holidays` are days off, `swapped` are weekend days that are worked.

    Both may name days of the December before (the notice for 2019 did). A year not yet announced has neither.
    """

    year: int
    holidays: tuple[date, ...] = ()
    swapped: tuple[date, ...] = ()
    announced: bool = True
    source: str = ""


class Due(Record, kw_only=False):
    """The last day of a limit.

    `provisional`: the calendar up to it is not announced yet, so nothing lawful may follow from it.
    `open`: a pause is still running, so the date will move.
    """

    date: date
    provisional: bool = False
    open: bool = False


class WorkCalendar:
    """Counts working days in O(log n) from one sorted table a year.

    Years without a notice count Monday to Friday and make every result that touches them provisional. So do
    the last days of a December whose next year is not announced: the notice may still swap them.
    """

    def __init__(self, years: Iterable[CalendarYear] = ()) -> None:
        self.years = tuple(sorted(years, key=lambda one: one.year))
        self._announced = frozenset(one.year for one in self.years if one.announced)
        self._holidays = frozenset(day for one in self.years for day in one.holidays)
        self._swapped = frozenset(day for one in self.years for day in one.swapped)
        self._tables: dict[int, list[int]] = {}
        # The clocks of one case ask for the same few days again and again.
        self.add_workdays = lru_cache(maxsize=REMEMBERED)(self._add_workdays)
        self.workdays_between = lru_cache(maxsize=REMEMBERED)(self._workdays_between)
        self.provisional_between = lru_cache(maxsize=REMEMBERED)(self._provisional_between)

    def is_workday(self, day: date) -> bool:
        """Is this day worked?"""
        return day in self._swapped or (day.weekday() < 5 and day not in self._holidays)

    def is_provisional(self, day: date) -> bool:
        """May a notice still change whether this day is worked?"""
        if day.year not in self._announced:
            return True
        year_end = day.month == 12 and day.day >= _FIRST_UNSURE_DAY_OF_DECEMBER
        return year_end and day.year + 1 not in self._announced

    def _add_workdays(self, start: date, n: int) -> Due:
        """The n-th working day after `start`, which itself is not counted; n = 0 gives `start`.

        Raises:
            ValueError: n is negative.
        """
        if n < 0:
            raise ValueError("working days are counted forwards")
        day = self.nth(start, n) if n else start
        return Due(day, self.provisional_between(start, day))

    def nth(self, start: date, n: int) -> date:
        """The n-th working day (n ≥ 1) after `start`, without the question whether it is provisional."""
        year, ordinal = start.year, start.toordinal()
        table = self._table(year)
        position = bisect_right(table, ordinal) + n - 1
        while position >= len(table):
            position -= len(table)
            year += 1
            table = self._table(year)
        return date.fromordinal(table[position])

    def _workdays_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` lies before `a`."""
        if b < a:
            return -self._workdays_between(b, a)
        whole = sum(len(self._table(year)) for year in range(a.year, b.year))
        upto_a = bisect_right(self._table(a.year), a.toordinal())
        return whole + bisect_right(self._table(b.year), b.toordinal()) - upto_a

    def _provisional_between(self, a: date, b: date) -> bool:
        """Does the count from `a` (not counted) to `b` touch a day that a notice may still change?"""
        if b <= a:
            return False
        first = a + timedelta(days=1)
        if any(year not in self._announced for year in range(first.year, b.year + 1)):
            return True
        return self.is_provisional(b)

    def next_workday(self, day: date) -> date:
        """`day` itself when it is worked, otherwise the first worked day after it."""
        return day if self.is_workday(day) else self.nth(day, 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkCalendar) and self.years == other.years

    def __hash__(self) -> int:
        return hash(self.years)

    def _table(self, year: int) -> list[int]:
        table = self._tables.get(year)
        if table is None:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            table = [day for day in range(first, last + 1) if self.is_workday(date.fromordinal(day))]
            self._tables[year] = table
        return table


def calendar_from_rows(rows: Iterable[Mapping[str, object]]) -> WorkCalendar:
    """Build a calendar from raw rows: ``year, announced, source, holidays, swapped`` (dates or ISO texts).

    Raises:
        ProblemsFound: with every problem of every row; ``place.path`` names year and key.
    """
    problems = Problems()
    years = [year for row in rows if (year := _year(row, problems)) is not None]
    for number in sorted({one.year for one in years if sum(other.year == one.year for other in years) > 1}):
        problems.add(
            "calendar.twice", f"{number}年的工作日历出现了两次。", Place(path=str(number)), "请只保留一份。"
        )
    problems.raise_if_errors()
    return WorkCalendar(years)


def _year(row: Mapping[str, object], problems: Problems) -> CalendarYear | None:
    year, announced = row.get("year"), row.get("announced", True)
    if not isinstance(year, int) or isinstance(year, bool) or not isinstance(announced, bool):
        problems.add(
            "calendar.year",
            "工作日历缺少年份，或“announced”不是 true、false。",
            Place(path="year"),
            "例如 year: 2026。",
        )
        return None
    holidays, swapped = (_dates(row, key, year, problems) for key in ("holidays", "swapped"))
    if not announced and (holidays or swapped):
        problems.add(
            "calendar.guess",
            f"{year}年的放假安排尚未公布，不能填写日期。",
            Place(path=str(year)),
            "公布后再填写，并把 announced 改为 true。",
        )
    if announced and not holidays:
        problems.add(
            "calendar.empty",
            f"{year}年标为已公布，却没有放假日期。",
            Place(path=f"{year}.holidays"),
            "请按通知填写。",
        )
    for day in swapped:
        if day.weekday() < 5 or day in holidays:
            problems.add(
                "calendar.swapped",
                f"{chinese_date(day)}不是周末，或同时列为放假日，不能作调休上班日。",
                Place(path=f"{year}.swapped"),
                "请对照通知核对日期。",
            )
    return CalendarYear(
        year=year, holidays=holidays, swapped=swapped, announced=announced, source=str(row.get("source", ""))
    )


def _dates(row: Mapping[str, object], key: str, year: int, problems: Problems) -> tuple[date, ...]:
    place = Place(path=f"{year}.{key}")
    values = row.get(key) or ()
    if not isinstance(values, list | tuple):
        problems.add("calendar.dates", "这里应是日期的列表。", place, "每行一个，例如 - 2026-01-01。")
        return ()
    days = []
    for value in values:
        day = _date(value)
        if day is None:
            problems.add("calendar.date", f"“{value}”不是日期。", place, "请写成 2026-01-01 的样子。")
        elif day.year != year and (day.year, day.month) != (year - 1, 12):
            problems.add(
                "calendar.other_year", f"{chinese_date(day)}不在{year}年的通知范围内。", place, "请核对年份。"
            )
        else:
            days.append(day)
    return tuple(sorted(set(days)))


def _date(value: object) -> date | None:
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
