"""The values FEEL computes with, and the one that is not FEEL's: Unknown.

number = Decimal, string = str, boolean = bool, date, time, date and time = datetime, days and time duration =
timedelta, years and months duration = Months, list = tuple, context = mapping, range = Range, null = None. Null is
*known to be absent*; `UNKNOWN` is *not told yet*.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, InvalidOperation
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Final, TypeAlias

import msgspec

from bancheng.core.rules._moments import Months, parse_temporal, temporal_text
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


class Range(msgspec.Struct, frozen=True):
    """All values from `low` to `high`; a None end is unbounded.

    `sign` keeps how a range was written as one comparison, ``(>= 10)``: ``(=10)`` holds what ``[10..10]`` holds and is
    another value.
    """

    low: Value
    high: Value
    low_closed: bool = True
    high_closed: bool = True
    sign: str = ""


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
    if kind is int:
        return Decimal(raw)  # type: ignore[arg-type]  # a number and no truth value: that is of another type
    if kind in READY or raw is None:
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


READY = frozenset(
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
    if isinstance(value, (dt.date, dt.time, dt.timedelta, Months)):
        return temporal_text(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_inner_text(one) for one in value)}]"
    if isinstance(value, Range) and value.sign:
        return f"({value.sign} {_inner_text(value.high if value.sign[0] == '<' else value.low)})"
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
