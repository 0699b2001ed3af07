"""The values FEEL computes with, and the one that is not FEEL's: Unknown.

number = Decimal, string = str, boolean = bool, date, time, date and time = datetime, days and time duration =
timedelta, years and months duration = Months, list = tuple, context = mapping, range = Range, null = None. Null is
*known to be absent*; `UNKNOWN` is *not told yet*.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, InvalidOperation
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Final, TypeAlias

import msgspec

from bancheng.core.rules._tree import Literal, LiteralKind

Value: TypeAlias = object
"Any of the kinds above; the interpreter checks at run time, `infer` before."

NUMBERS: Final = Context(prec=34)
"FEEL numbers are IEEE 754 decimal128: 34 digits, half even."


class Unknown(Enum):
    """The type of `UNKNOWN`, a fact nobody has told yet. It is neither true nor false, so it refuses to be a bool."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("UNKNOWN is neither true nor false; compare with `is UNKNOWN`")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


class Mode(StrEnum):
    """What a missing fact is. STANDARD: null, as DMN says. ENTITLEMENT: Unknown, which spreads by Kleene logic."""

    STANDARD = "standard"
    ENTITLEMENT = "entitlement"


class Months(msgspec.Struct, frozen=True, order=True):
    """A years-and-months duration, in months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{body}"


class Range(msgspec.Struct, frozen=True):
    """All values from `low` to `high`; a None end is unbounded."""

    low: Value
    high: Value
    low_closed: bool = True
    high_closed: bool = True


class Function:
    """A function as a value: a business knowledge model, a decision service, a function written in FEEL or in a box.

    `body` takes the arguments in the order of `parameters`, already as many. Two functions are equal when they are one.
    """

    __slots__ = ("body", "parameters")

    def __init__(self, parameters: tuple[str, ...], body: Callable[[tuple[Value, ...]], Value]) -> None:
        self.parameters, self.body = parameters, body

    def __call__(self, arguments: tuple[Value, ...]) -> Value:
        """The result; null for another number of arguments."""
        return self.body(arguments) if len(arguments) == len(self.parameters) else None

    def named(self, given: Mapping[str, Value]) -> Value:
        """The result of a call by parameter names; null unless all are given and no other."""
        if given.keys() != set(self.parameters):
            return None
        return self.body(tuple(given[name] for name in self.parameters))


def to_value(raw: object) -> Value:
    """A fact as the interpreter knows it: int and float become Decimal (a float by its shortest text), lists tuples."""
    kind = type(raw)
    if kind in _READY or raw is None:
        return raw
    if isinstance(raw, Enum) and not isinstance(raw, Unknown):
        return to_value(raw.value)
    if isinstance(raw, int):
        return Decimal(raw)
    if isinstance(raw, float):
        return Decimal(repr(raw))
    if isinstance(raw, (list, tuple, set, frozenset)):
        return tuple(to_value(one) for one in raw)
    return raw


_READY = frozenset(
    {Decimal, str, bool, dt.date, dt.datetime, dt.time, dt.timedelta, Months, Range, Unknown, dict}
)


def kind_of(value: Value) -> str:
    """FEEL's name for the type of a value."""
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "Any"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    (Decimal, "number"),
    (str, "string"),
    (dt.datetime, "date and time"),
    (dt.date, "date"),
    (dt.time, "time"),
    (dt.timedelta, "days and time duration"),
    (Months, "years and months duration"),
    (tuple, "list"),
    (Range, "range"),
    (Function, "function"),
    (Mapping, "context"),
    (type(None), "null"),
    (Unknown, "unknown"),
)

_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def parse_duration(text: str) -> dt.timedelta | Months | None:
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


_FORMS = (
    (re.compile(r"\d{4}-\d\d-\d\d"), dt.date.fromisoformat),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*"), dt.datetime.fromisoformat),
    (re.compile(r"\d\d:\d\d:\d\d.*"), dt.time.fromisoformat),
)


def parse_temporal(text: str) -> Value:
    """The date, time, date and time or duration that an ISO 8601 text means; None when it means none."""
    for form, read in _FORMS:
        if form.fullmatch(text):
            try:
                return read(text)
            except ValueError:
                return None
    return parse_duration(text)


def parse_number(text: str) -> Decimal | None:
    """A FEEL number; None for anything else, infinities included."""
    if not re.fullmatch(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", text):
        return None
    try:
        number = NUMBERS.create_decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@lru_cache(maxsize=4096)
def _literal(kind: LiteralKind, text: str) -> Value:
    if kind is LiteralKind.NUMBER:
        return parse_number(text)
    if kind is LiteralKind.BOOLEAN:
        return text == "true"
    return parse_temporal(text) if kind is LiteralKind.TEMPORAL else None


def literal_value(node: Literal) -> Value:
    """The value a literal stands for."""
    return node.text if node.kind is LiteralKind.STRING else _literal(node.kind, node.text)


def value_text(value: Value) -> str:
    """A value as FEEL's ``string()`` writes it: numbers without trailing zeros or exponent, dates in ISO 8601."""
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, dt.timedelta):
        return _timedelta_text(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(_inner_text(one) for one in value)}]"
    if isinstance(value, Range):
        ends = f"{_inner_text(value.low)}..{_inner_text(value.high)}"
        return f"{'[' if value.low_closed else '('}{ends}{']' if value.high_closed else ')'}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_inner_text(to_value(one))}" for key, one in value.items()) + "}"
    return str(value)


def _inner_text(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else value_text(value)


def number_text(number: Decimal) -> str:
    """``Decimal("300.50") → "300.5"``, never in exponent form."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _timedelta_text(value: dt.timedelta) -> str:
    sign, value = ("-", -value) if value < dt.timedelta(0) else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    time += f"{seconds}{fraction}S" if seconds or fraction else ""
    day = f"{value.days}D" if value.days or not time else ""
    return f"{sign}P{day}{'T' + time if time else ''}"


def add_months(day: dt.date, months: int) -> dt.date | None:
    """The same day `months` later, or the last of that month when it has no such day; None outside years 1–9999.

    So a person born on 29 February reaches a round age on 28 February of a common year (``P60Y`` added to the birth).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
