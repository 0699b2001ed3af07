"""Watching clocks: colours, silence, and the side clock of an asked opinion."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from bancheng.core.clock._calendar import Due, WorkCalendar
from bancheng.core.clock._limits import Limit
from bancheng.core.kernel import Record

NOTICE_LIMIT = Limit(5)
"""一次性告知: 行政许可法 art. 32(4), working days (art. 82)."""


class Colour(StrEnum):
    """How a clock stands; never the only sign on a page."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"
    DONE = "done"


class Thresholds(Record):
    """When colours change: blue at this share of the time used (percent), yellow with this many working days left."""

    blue_percent: int = 50
    yellow_days: int = 1


USUAL_THRESHOLDS = Thresholds()


def colour(
    calendar: WorkCalendar,
    today: date,
    start: date,
    due: Due,
    paused: bool = False,
    finished: bool = False,
    thresholds: Thresholds = USUAL_THRESHOLDS,
) -> Colour:
    """Green, blue at half time, yellow with a working day left, red after the due day.

    Grey while paused, done when finished, whatever the dates.
    A provisional due day never turns red: nobody is late by a date that may still move.
    """
    if finished:
        return Colour.DONE
    if paused:
        return Colour.GREY
    if today > due.date:
        return Colour.YELLOW if due.provisional else Colour.RED
    if calendar.workdays_between(today, due.date) <= thresholds.yellow_days:
        return Colour.YELLOW
    total = calendar.workdays_between(start, due.date)
    used = calendar.workdays_between(start, today)
    return Colour.BLUE if used * 100 >= total * thresholds.blue_percent else Colour.GREEN


def notice_due(calendar: WorkCalendar, received_on: date) -> Due:
    """The last day for telling everything that is missing, once."""
    return NOTICE_LIMIT.due(calendar, received_on)


def deemed_acceptance(calendar: WorkCalendar, received_on: date, today: date) -> date | None:
    """The day of acceptance when nobody spoke: the day of receipt, once the day for the notice is over.

    None while there is still time, and None on a provisional date. Whether anybody spoke is for the caller to know.
    """
    last = notice_due(calendar, received_on)
    if last.provisional or today <= last.date:
        return None
    return received_on


class SubClock(Record):
    """The side clock of an asked opinion (征求意见): it warns, and never stops the main clock.

    `silent_consent`: silence counts as "no objection"; only where a rule says so, hence off.
    """

    body: str
    asked_on: date
    limit: Limit
    answered_on: date | None = None
    silent_consent: bool = False
    basis: str = ""

    def due(self, calendar: WorkCalendar) -> Due:
        """The last day for the answer."""
        return self.limit.due(calendar, self.asked_on)

    def overdue(self, calendar: WorkCalendar, today: date) -> bool:
        """Unanswered, or answered late, on a date that is not provisional."""
        last = self.due(calendar)
        return not last.provisional and (self.answered_on or today) > last.date

    def consented_by_silence(self, calendar: WorkCalendar, today: date) -> bool:
        """Has silence become an answer?"""
        return self.silent_consent and self.answered_on is None and self.overdue(calendar, today)

    def colour(
        self, calendar: WorkCalendar, today: date, thresholds: Thresholds = USUAL_THRESHOLDS
    ) -> Colour:
        """As of the main clock."""
        return colour(
            calendar, today, self.asked_on, self.due(calendar),
            finished=self.answered_on is not None, thresholds=thresholds,
        )  # fmt: skip
