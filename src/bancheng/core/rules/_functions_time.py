"""Built-in functions of dates, times and durations, and `age`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from bancheng.core.rules._functions import Builtin
from bancheng.core.rules._moments import (
    Months,
    add_months,
    identical,
    months_between,
    offset_zone,
    parse_duration,
    parse_temporal,
)
from bancheng.core.rules._operators import compare, equal
from bancheng.core.rules._values import UNKNOWN, Value, kind_of


def _date(*parts: Value) -> Value:
    if len(parts) == 3 and all(isinstance(one, Decimal) for one in parts):
        year, month, day = (int(one) for one in parts if isinstance(one, Decimal))
        return dt.date(year, month, day)
    if len(parts) != 1:
        return None
    if isinstance(parts[0], dt.datetime):
        return parts[0].date()
    value = parse_temporal(parts[0]) if isinstance(parts[0], str) else parts[0]
    return value if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else None


def _time(*parts: Value) -> Value:
    if len(parts) >= 3 and all(isinstance(one, Decimal) for one in parts[:3]):
        return _clock(*parts)
    if len(parts) != 1:
        return None
    value = parse_temporal(parts[0]) if isinstance(parts[0], str) else parts[0]
    if isinstance(value, dt.datetime):
        return None if isinstance(parts[0], str) else value.timetz()
    if isinstance(value, dt.date):
        return None if isinstance(parts[0], str) else dt.time(tzinfo=dt.UTC)
    return value if isinstance(value, dt.time) else None


def _clock(hour: Value, minute: Value, second: Value, offset: Value = None) -> Value:
    if not isinstance(hour, Decimal) or not isinstance(minute, Decimal) or not isinstance(second, Decimal):
        return None
    if offset is not None and not isinstance(offset, dt.timedelta):
        return None
    whole = int(second)
    fraction = int((second - whole) * 1_000_000)
    zone = None if offset is None else offset_zone(offset)
    return dt.time(int(hour), int(minute), whole, fraction, zone)


def _date_and_time(first: Value, time: Value = None) -> Value:
    if isinstance(first, dt.date) and isinstance(time, dt.time):
        return dt.datetime.combine(first, time)
    if time is not None:
        return None
    value = parse_temporal(first) if isinstance(first, str) else first
    if isinstance(value, dt.datetime):
        return value
    return dt.datetime.combine(value, dt.time()) if isinstance(value, dt.date) else None


def _months_between(start: Value, end: Value) -> Value:
    return months_between(start, end) if isinstance(start, dt.date) and isinstance(end, dt.date) else None


def _age(birth: Value, on: Value) -> Value:
    """Completed years (周岁): n years are reached on the day ``birth + duration("PnY")``; before birth, null.

    Someone born on 29 February thus completes a year on 28 February of a common year.
    """
    if not isinstance(birth, dt.date) or not isinstance(on, dt.date):
        return None
    years = on.year - birth.year
    birthday = add_months(birth, years * 12)
    whole = years - 1 if compare(">", birthday, on) is True else years
    return Decimal(whole) if whole >= 0 else None


def _duration(text: Value) -> Value:
    if isinstance(text, (dt.timedelta, Months)):
        return text
    return parse_duration(text) if isinstance(text, str) else None


def _is(left: Value = None, right: Value = None) -> Value:
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, (dt.datetime, dt.time)) and isinstance(right, (dt.datetime, dt.time)):
        return identical(left, right)
    same = equal(left, right)
    return False if same is None else same


_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _of_date(run: Callable[[dt.date], Value]) -> Callable[[Value], Value]:
    return lambda day: run(day) if isinstance(day, dt.date) else None


_CALENDAR: Final[dict[str, tuple[Callable[[dt.date], Value], str]]] = {
    "day of year": (lambda day: Decimal(day.timetuple().tm_yday), "number"),
    "day of week": (lambda day: _DAYS[day.weekday()], "string"),
    "month of year": (lambda day: _MONTHS[day.month - 1], "string"),
    "week of year": (lambda day: Decimal(day.isocalendar().week), "number"),
}
TIMES: Final[dict[str, Builtin]] = {
    "date": Builtin(_date, ("year", "month", "day"), "date", optional=2, also=(("from",),)),
    "time": Builtin(
        _time,
        ("hour", "minute", "second", "offset"),
        "time",
        optional=3,
        nulls=True,
        also=(("hour", "minute", "second"), ("from",)),
    ),
    "date and time": Builtin(
        _date_and_time, ("date", "time"), "date and time", optional=1, also=(("from",),)
    ),
    "duration": Builtin(_duration, ("from",), "duration", ("string",)),
    "years and months duration": Builtin(
        _months_between, ("from", "to"), "years and months duration", ("date", "date")
    ),
    **{name: Builtin(_of_date(run), ("date",), gives, ("date",)) for name, (run, gives) in _CALENDAR.items()},
    "is": Builtin(_is, ("value1", "value2"), "boolean", optional=2, total=True),
    "age": Builtin(_age, ("birth", "on"), "number", ("date", "date")),
}
