"""Dates, times, date-times and the two durations: how they are read, written, compared and reckoned with.

Years 1 to 9999 and microseconds, as `datetime` has them. A zone is an offset (``+08:00``) or a name of the IANA data
base (``@Asia/Shanghai``), which `zoneinfo` looks up.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

MAX_OFFSET: Final = dt.timedelta(hours=18)
"Farthest a clock may be from UTC."


class Months(msgspec.Struct, frozen=True, order=True):
    """A years-and-months duration, in months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{body}"


Duration: TypeAlias = dt.timedelta | Months
Temporal: TypeAlias = dt.date | dt.time | Duration
"A `datetime` is a `date` for Python; FEEL keeps them apart."

# ------------------------------------------------------------------ reading

_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d*)?)S)?)?"
)


def parse_duration(text: str) -> Duration | None:
    """``P1Y2M`` or ``P3DT4H``; None when it is neither (the two kinds do not mix)."""
    match = _DURATION.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        return None
    part = match.groupdict()
    sign = -1 if part["sign"] else 1
    large = part["years"] is not None or part["months"] is not None
    small = any(part[key] is not None for key in ("days", "hours", "minutes", "seconds"))
    if large == small:
        return None
    try:
        if large:
            return Months(sign * (int(part["years"] or 0) * 12 + int(part["months"] or 0)))
        seconds = Decimal(part["seconds"] or 0)
        return sign * dt.timedelta(
            days=int(part["days"] or 0),
            hours=int(part["hours"] or 0),
            minutes=int(part["minutes"] or 0),
            microseconds=int(seconds * 1_000_000),
        )
    except (OverflowError, ValueError):
        return None


_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][\w+/-]*)?"
_CLOCK = rf"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?P<fraction>\.\d+)?{_ZONE}"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(_CLOCK, re.ASCII)
_MOMENT = re.compile(rf"(?P<date>\d{{4}}-\d\d-\d\d)T{_CLOCK}", re.ASCII)


def parse_temporal(text: str) -> Temporal | None:
    """The date, time, date and time or duration that an ISO 8601 text means; None when it means none."""
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
        if match := _MOMENT.fullmatch(text):
            return _moment(match)
        if match := _TIME.fullmatch(text):
            return _clock(match)
    except (ValueError, OverflowError):
        return None
    return parse_duration(text)


def _clock(match: re.Match[str]) -> dt.time:
    fraction = int((match["fraction"] or ".0")[1:7].ljust(6, "0"))
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"])
    return dt.time(hour, minute, second, fraction, zone(match["zone"] or ""))


def _moment(match: re.Match[str]) -> dt.datetime:
    """``24:00:00`` is the midnight at the end of the day."""
    date = dt.date.fromisoformat(match["date"])
    if (match["hour"], match["minute"], match["second"]) == ("24", "00", "00"):
        return dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), zone(match["zone"] or ""))
    return dt.datetime.combine(date, _clock(match))


def zone(text: str) -> dt.tzinfo | None:
    """``Z``, ``+08:00`` or ``@Asia/Shanghai``; None for an empty text.

    Raises:
        ValueError: no such zone, or an offset beyond `MAX_OFFSET`.
    """
    if not text:
        return None
    if text == "Z":
        return dt.UTC
    if text[0] == "@":
        return _named(text[1:])
    hours, minutes, seconds = (int(one) for one in (*text[1:].split(":"), "0")[:3])
    if minutes > 59 or seconds > 59:
        raise ValueError(text)
    offset = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return offset_zone(-offset if text[0] == "-" else offset)


def offset_zone(offset: dt.timedelta) -> dt.timezone:
    """The zone that is always so far from UTC.

    Raises:
        ValueError: farther than `MAX_OFFSET`.
    """
    if abs(offset) > MAX_OFFSET:
        raise ValueError(f"an offset of {offset}")
    return dt.timezone(offset) if offset else dt.UTC


@lru_cache(maxsize=512)
def _named(key: str) -> ZoneInfo:
    try:
        return ZoneInfo(key)
    except (KeyError, OSError) as error:  # a name the data base lacks, or that is a folder of it
        raise ValueError(key) from error


# ------------------------------------------------------------------ writing


def temporal_text(value: Temporal) -> str:
    """ISO 8601; a named zone as ``@Europe/Paris``, a fraction without trailing zeros."""
    if isinstance(value, Months):
        return str(value)
    if isinstance(value, dt.timedelta):
        return _timedelta_text(value)
    if isinstance(value, (dt.datetime, dt.time)):
        text = value.replace(tzinfo=None).isoformat()
        return (text.rstrip("0") if value.microsecond else text) + zone_text(value.tzinfo)
    return value.isoformat()


def zone_text(info: dt.tzinfo | None) -> str:
    """As `zone` reads it."""
    if info is None:
        return ""
    if isinstance(info, ZoneInfo):
        return f"@{info.key}"
    if info is dt.UTC:
        return "Z"
    return dt.time(tzinfo=info).isoformat()[8:]


def _timedelta_text(value: dt.timedelta) -> str:
    sign, value = ("-", -value) if value < dt.timedelta(0) else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    time += f"{seconds}{fraction}S" if seconds or fraction else ""
    day = f"{value.days}D" if value.days or not time else ""
    return f"{sign}P{day}{'T' + time if time else ''}"


# ------------------------------------------------------------------ comparing


def same_moment(left: dt.datetime | dt.time, right: dt.datetime | dt.time) -> bool:
    """``=``: the same moment to the second, wherever the clock stands; without a zone on one side it never is."""
    if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
        return _in_utc(left).replace(microsecond=0) == _in_utc(right).replace(microsecond=0)
    if isinstance(left, dt.datetime) or isinstance(right, dt.datetime) or not _one_clock(left, right):
        return False
    return left.replace(microsecond=0) == right.replace(microsecond=0)


def identical(left: Temporal, right: Temporal) -> bool:
    """``is()``: the same in every part, the zone too."""
    if isinstance(left, (dt.datetime, dt.time)) and isinstance(right, (dt.datetime, dt.time)):
        if zone_text(left.tzinfo) != zone_text(right.tzinfo):
            return False
        return left.replace(tzinfo=None) == right.replace(tzinfo=None)
    return left == right


def in_order(left: dt.datetime | dt.time, right: dt.datetime | dt.time) -> tuple[object, object] | None:
    """The two as Python can order them; None when one has a zone and the other not."""
    if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
        return (_in_utc(left), _in_utc(right)) if (left.tzinfo is None) == (right.tzinfo is None) else None
    if isinstance(left, dt.time) and isinstance(right, dt.time) and _one_clock(left, right):
        return left, right
    return None


def _in_utc(moment: dt.datetime) -> dt.datetime:
    """Python compares and subtracts two moments of one named zone by their clocks, not by what passed between."""
    if not isinstance(moment.tzinfo, ZoneInfo):
        return moment
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:  # at the ends of the calendar
        return moment


def _one_clock(left: dt.time, right: dt.time) -> bool:
    """Whether two times can be told apart: a named zone has no offset without a date."""
    if isinstance(left.tzinfo, ZoneInfo) or isinstance(right.tzinfo, ZoneInfo):
        return zone_text(left.tzinfo) == zone_text(right.tzinfo)
    return (left.tzinfo is None) == (right.tzinfo is None)


# ------------------------------------------------------------------ reckoning


def difference(left: dt.date, right: dt.date) -> dt.timedelta | None:
    """What passed from `right` to `left`. A date beside a moment is its midnight in UTC; None without a zone there."""
    if isinstance(left, dt.datetime) != isinstance(right, dt.datetime):
        left, right = _midnight(left), _midnight(right)
    if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
        if (left.tzinfo is None) != (right.tzinfo is None):
            return None
        return _in_utc(left) - _in_utc(right)
    return left - right


def _midnight(day: dt.date) -> dt.datetime:
    return day if isinstance(day, dt.datetime) else dt.datetime.combine(day, dt.time(), dt.UTC)


def time_difference(left: dt.time, right: dt.time) -> dt.timedelta | None:
    """From one time of a day to another; None when their clocks cannot be compared."""
    if not _one_clock(left, right):
        return None
    day = dt.date(2000, 1, 1)
    if isinstance(left.tzinfo, ZoneInfo):
        left, right = left.replace(tzinfo=None), right.replace(tzinfo=None)
    return dt.datetime.combine(day, left) - dt.datetime.combine(day, right)


def shifted(moment: dt.date | dt.time, by: Duration, sign: int) -> dt.date | dt.time | None:
    """A point of time later (`sign` 1) or earlier (-1); None where that has no meaning or no date.

    Raises:
        OverflowError: outside years 1 to 9999.
    """
    if isinstance(moment, dt.time):
        if isinstance(by, Months):
            return None
        plain = dt.datetime.combine(dt.date(2000, 1, 1), moment.replace(tzinfo=None)) + sign * by
        return plain.time().replace(tzinfo=moment.tzinfo)
    if isinstance(by, Months):
        return add_months(moment, sign * by.months)
    if isinstance(moment, dt.datetime) and isinstance(moment.tzinfo, ZoneInfo):
        return (moment.astimezone(dt.UTC) + sign * by).astimezone(moment.tzinfo)
    return moment + sign * by


def add_months(day: dt.date, months: int) -> dt.date | None:
    """The same day `months` later, or the last of that month when it has no such day; None outside years 1–9999.

    So a person born on 29 February reaches a round age on 28 February of a common year (``P60Y`` added to the birth).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def months_between(start: dt.date, end: dt.date) -> Months:
    """Whole months from the date of one to the date of the other."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return Months(months)


def microseconds(duration: dt.timedelta) -> int:
    """All of a duration."""
    return duration // dt.timedelta(microseconds=1)
