"""Clock: limits, working days, deadlines with lawful pauses, colours. The calendar is data, passed in."""

from bancheng.core.clock._calendar import CalendarYear, Due, WorkCalendar, calendar_from_rows
from bancheng.core.clock._deadlines import (
    JOINT_TERM,
    PERMIT_TERM,
    Extension,
    Pause,
    PauseReason,
    Term,
    deadline,
    extension_refusal,
    pause_refusal,
)
from bancheng.core.clock._limits import IMMEDIATE, Limit, LimitUnit
from bancheng.core.clock._watch import (
    Colour,
    Thresholds,
    colour,
    deemed_acceptance,
    notice_due,
)

__all__ = [
    "IMMEDIATE",
    "JOINT_TERM",
    "PERMIT_TERM",
    "CalendarYear",
    "Colour",
    "Due",
    "Extension",
    "Limit",
    "LimitUnit",
    "Pause",
    "PauseReason",
    "Term",
    "Thresholds",
    "WorkCalendar",
    "calendar_from_rows",
    "colour",
    "deadline",
    "deemed_acceptance",
    "extension_refusal",
    "notice_due",
    "pause_refusal",
]
