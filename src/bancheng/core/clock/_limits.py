"""Limits (时限): so many of a unit, said in Chinese, compared in working days."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta
from enum import StrEnum

from bancheng.core.clock._calendar import Due, WorkCalendar
from bancheng.core.kernel import Record

WORK_HOURS_A_DAY = 8
WORKDAYS_A_MONTH = 22


class LimitUnit(StrEnum):
    """时限单位. The permit law counts working days (art. 82); the others occur in other rules and in promises."""

    WORKDAY = "workday"
    DAY = "day"
    HOUR = "hour"
    MONTH = "month"
    IMMEDIATE = "immediate"


_WORDS = {
    LimitUnit.WORKDAY: "{}个工作日",
    LimitUnit.DAY: "{}日",
    LimitUnit.HOUR: "{}小时",
    LimitUnit.MONTH: "{}个月",
    LimitUnit.IMMEDIATE: "当场办结",
}


class Limit(Record, kw_only=False):
    """`amount` of `unit`; the amount of an immediate limit is 0.

    Raises:
        ValueError: a negative amount, or an immediate limit with one.
    """

    amount: int
    unit: LimitUnit = LimitUnit.WORKDAY

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("a limit cannot be negative")
        if self.amount and self.unit is LimitUnit.IMMEDIATE:
            raise ValueError("an immediate limit has amount 0")

    def words(self) -> str:
        """``20个工作日``, ``30日``, ``24小时``, ``3个月``, ``当场办结``."""
        return _WORDS[self.unit].format(self.amount)

    def as_workdays(self) -> int:
        """For comparing limits and counting savings, never for a deadline.

        Hours: 8 a day, rounded up. Calendar days: 5 in 7, rounded up. Months: 22 each. Immediate: 0.
        """
        if self.unit is LimitUnit.HOUR:
            return -(-self.amount // WORK_HOURS_A_DAY)
        if self.unit is LimitUnit.DAY:
            return -(-self.amount * 5 // 7)
        if self.unit is LimitUnit.MONTH:
            return self.amount * WORKDAYS_A_MONTH
        return self.amount

    @property
    def approximate(self) -> bool:
        """True where `as_workdays` is a rule of thumb (calendar days, months): say so wherever the number shows."""
        return self.unit in (LimitUnit.DAY, LimitUnit.MONTH)

    @property
    def counts_workdays(self) -> bool:
        """True where the deadline is found by counting working days, False for calendar days and months."""
        return self.unit not in (LimitUnit.DAY, LimitUnit.MONTH)

    def days_from(self, start: date) -> int:
        """How many days to count from `start`: working days, or calendar days for limits in days and months.

        A month ends on the same day number, or on the last day of a shorter month.
        """
        if self.unit is LimitUnit.MONTH:
            year, month = divmod(start.year * 12 + start.month - 1 + self.amount, 12)
            last = months.monthrange(year, month + 1)[1]
            return (date(year, month + 1, min(start.day, last)) - start).days
        return self.amount if self.unit is LimitUnit.DAY else self.as_workdays()

    def after(self, calendar: WorkCalendar, start: date, days: int) -> date:
        """`days` after `start` as this unit counts; calendar days ending on a day off run to the next working day."""
        if self.counts_workdays:
            return calendar.add_workdays(start, days).date
        return calendar.next_workday(start + timedelta(days=days))

    def due(self, calendar: WorkCalendar, start: date) -> Due:
        """The last day of this limit when nothing pauses it; `start` is not counted."""
        last = self.after(calendar, start, self.days_from(start))
        return Due(last, calendar.provisional_between(start, last))

    def within(self, other: Limit) -> bool:
        """Is this limit no longer than `other` (a promise within the statutory limit)? One unit compares exactly."""
        if self.unit is other.unit:
            return self.amount <= other.amount
        return self.as_workdays() <= other.as_workdays()

    def never_later(self, other: Limit) -> bool:
        """Is the last day of this limit never later than that of `other`, from whatever day and by any calendar?

        False where that cannot be said for sure: ten working days may end before fourteen days or, over a holiday,
        after them.
        """
        mine, theirs = self.unit, other.unit
        if self.counts_workdays and other.counts_workdays:
            return self.as_workdays() <= other.as_workdays()
        if mine is theirs:
            return self.amount <= other.amount
        if self.counts_workdays:
            # However long the days off, a limit that ends on its first day ends before any other.
            return not self.as_workdays()
        if other.counts_workdays and not other.as_workdays():
            return False  # days end on a working day, on the spot does not wait for one
        # So many working days take at least so many days; a month has 28 to 31 of them.
        shortest = {LimitUnit.DAY: other.amount, LimitUnit.MONTH: other.amount * 28}
        most = self.amount * (31 if mine is LimitUnit.MONTH else 1)
        return most <= shortest.get(theirs, other.as_workdays())


IMMEDIATE = Limit(0, LimitUnit.IMMEDIATE)
"""即办: on the spot."""
