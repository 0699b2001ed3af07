"""Working days counted one by one over the table (行政许可法 art. 82), and a last day with everything that moves it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from bancheng.core.clock import CalendarYear

DAY = timedelta(days=1)
NEW_YEAR = (12, 25)
"From here on a day may still be swapped with one of the New Year's holiday, which the next notice names."


class Stop(NamedTuple):
    """A clock stands from the day after `start` to `end` (None: still), at most `most` working days of it."""

    item: str
    start: date
    end: date | None
    most: int


class More(NamedTuple):
    """So many days more, granted on a day; "" for the whole."""

    item: str
    days: int
    on: date


class Table:
    """The announced days off and on; outside the announced years weekends are off and nothing is certain."""

    def __init__(self, years: Iterable[int], off: Iterable[date], on: Iterable[date]) -> None:
        self.years, self.off, self.on = set(years), set(off), set(on)
        self.seen: dict[date, bool] = {}

    def works(self, day: date) -> bool:
        if day not in self.seen:
            self.seen[day] = day in self.on or (day not in self.off and day.weekday() < 5)
        return self.seen[day]

    def after(self, start: date, count: int) -> date:
        """The day so many working days after a start that is not counted."""
        day = start
        while count > 0:
            day += DAY
            if self.works(day):
                count -= 1
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to `end`."""
        day, count = start, 0
        while day < end:
            day += DAY
            count += self.works(day)
        return count

    def sure(self, *days: date) -> bool:
        """Whether all these days are settled: their year is announced, and at its end the next one too."""
        return all(one.year in self.years for one in days) and all(
            one.year + 1 in self.years for one in days if (one.month, one.day) >= NEW_YEAR
        )

    def stood(self, stops: Iterable[Stop], today: date) -> set[date]:
        """Working days that do not count, each once however many stops there were."""
        found = set()
        for stop in stops:
            end = today if stop.end is None else stop.end
            left, day = stop.most, stop.start
            while day < end and left > 0:
                day += DAY
                if self.works(day):
                    found.add(day)
                    left -= 1
        return found

    def last(self, start: date, limit: int, stops: Iterable[Stop], more: Iterable[More], today: date) -> date:
        """The last day: the limit, without days that stood, with more time granted before it was over."""
        not_counted = self.stood(stops, today)
        last = self._walk(start, limit, not_counted)
        for one in more:
            if one.on <= last:
                limit += one.days
                last = self._walk(start, limit, not_counted)
        return last

    def _walk(self, start: date, count: int, not_counted: set[date]) -> date:
        day = start
        while count > 0:
            day += DAY
            if self.works(day) and day not in not_counted:
                count -= 1
        return day


def table_of(years: Iterable[CalendarYear]) -> Table:
    """The table of these announced years, row by row."""
    known = [one for one in years if one.announced]
    off = [day for year in known for day in year.holidays]
    on = [day for year in known for day in year.swapped]
    return Table((one.year for one in known), off, on)
