"""Watching clocks: colours, and silence."""

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
    """When colours change and who hears of it: blue at this share of the time used (percent), yellow with this many
    working days left; a warning nobody acknowledged within `escalate_days` working days goes one level up.

    Raises:
        ValueError: no share, or no days.
    """

    blue_percent: int = 50
    yellow_days: int = 1
    escalate_days: int = 2

    def __post_init__(self) -> None:
        if not (0 < self.blue_percent <= 100 and self.yellow_days >= 0 and self.escalate_days >= 1):
            raise ValueError("blue_percent from 1 to 100, yellow_days from 0, escalate_days from 1")


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
