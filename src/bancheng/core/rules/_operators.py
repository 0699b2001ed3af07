"""What the operators do to values: equality, order, membership, arithmetic, members. Unknown spreads; null is a value.

An operation on values it does not know gives null, as DMN says; nothing here raises on a value.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, DecimalException
from typing import Any, Final
from zoneinfo import ZoneInfo

from bancheng.core.rules._moments import (
    Months,
    difference,
    in_order,
    microseconds,
    same_moment,
    shifted,
    time_difference,
    zone_text,
)
from bancheng.core.rules._values import NUMBERS, UNKNOWN, Range, Value, kind_of, to_value

MAX_SIZE: Final = 100_000
"Longest string or list a rule may build."


class RuleLimit(Exception):
    """An evaluation went beyond its bound of steps or sizes; the rule, not the person, is at fault."""


def conjunction(outcomes: Iterable[Value]) -> Value:
    """Kleene and: false wins, then Unknown; null (or no boolean) keeps the rest from being true."""
    result: Value = True
    for one in outcomes:
        if one is False:
            return False
        if one is UNKNOWN:
            result = UNKNOWN
        elif one is not True and result is not UNKNOWN:
            result = None
    return result


def disjunction(outcomes: Iterable[Value]) -> Value:
    """Kleene or: true wins, then Unknown, then null."""
    result: Value = False
    for one in outcomes:
        if one is True:
            return True
        if one is UNKNOWN:
            result = UNKNOWN
        elif one is not False and result is not UNKNOWN:
            result = None
    return result


def negation(value: Value) -> Value:
    """True and false change places, Unknown stays, all else is null."""
    if value is True:
        return False
    if value is False:
        return True
    return UNKNOWN if value is UNKNOWN else None


def equal(left: Value, right: Value) -> Value:
    """``=``: null equals null only; values of two kinds are not comparable (null)."""
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if left is None or right is None:
        return left is right
    if type(left) is not type(right) and kind_of(left) != kind_of(right):
        return None
    if isinstance(left, Range) and isinstance(right, Range):
        closed = (left.low_closed, left.high_closed, left.sign) == (
            right.low_closed,
            right.high_closed,
            right.sign,
        )
        return closed and _equal_pairs(((left.low, right.low), (left.high, right.high)))
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and _equal_pairs(zip(left, right, strict=True))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        same = left.keys() == right.keys()
        return same and _equal_pairs((to_value(left[key]), to_value(right[key])) for key in left)
    if isinstance(left, (dt.datetime, dt.time)) and isinstance(right, (dt.datetime, dt.time)):
        return same_moment(left, right)
    return left == right


def _equal_pairs(pairs: Iterable[tuple[Value, Value]]) -> Value:
    return conjunction(_settled(equal(*pair)) for pair in pairs)


def _settled(outcome: Value) -> Value:
    return False if outcome is None else outcome


ORDERS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ORDERED = (Decimal, str, dt.date, dt.time, dt.timedelta, Months)


def compare(op: str, left: Value, right: Value) -> Value:
    """``= != < <= > >=``; order is defined within one kind, otherwise the result is null."""
    if op == "=":
        return equal(left, right)
    if op == "!=":
        return negation(equal(left, right))
    if left is None or right is None:
        return None
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if type(left) is not type(right) or not isinstance(left, _ORDERED):
        return None
    if isinstance(left, (dt.datetime, dt.time)) and isinstance(right, (dt.datetime, dt.time)):
        pair = in_order(left, right)
        return None if pair is None else bool(ORDERS[op](*pair))
    return bool(ORDERS[op](left, right))


def between(value: Value, low: Value, high: Value) -> Value:
    """Both ends included."""
    return conjunction((compare(">=", value, low), compare("<=", value, high)))


def includes(span: Range, value: Value) -> Value:
    """Whether a range holds a value."""
    if span.sign == "!=":
        return compare("!=", value, span.low)
    above = True if span.low is None else compare(">=" if span.low_closed else ">", value, span.low)
    below = True if span.high is None else compare("<=" if span.high_closed else "<", value, span.high)
    return conjunction((above, below))


def matches(value: Value, test: Value) -> Value:
    """One test of ``in``, as true, false or Unknown: a range contains, a list has, anything else equals."""
    if isinstance(test, Range):
        return _settled(includes(test, value))
    if isinstance(test, tuple):
        if isinstance(value, tuple) and (same := _settled(equal(value, test))) is not False:
            return same
        return disjunction(
            _settled(includes(one, value) if isinstance(one, Range) else equal(value, one)) for one in test
        )
    return _settled(equal(value, test))


def arithmetic(op: str, left: Value, right: Value) -> Value:
    """``+ - * / **`` over numbers, strings (+), dates, times and durations; null where it has no meaning."""
    if left is None or right is None:
        return None
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _calculate(op, left, right)
    if isinstance(left, str) and isinstance(right, str) and op == "+":
        return bounded(left + right)
    try:
        return _temporal(op, left, right)
    except (OverflowError, DecimalException, TypeError, ZeroDivisionError):
        return None


def bounded(value: Value) -> Value:
    """The value, unless it grew beyond all reason.

    Raises:
        RuleLimit: a string or list longer than `MAX_SIZE`.
    """
    if isinstance(value, (str, tuple)) and len(value) > MAX_SIZE:
        raise RuleLimit(f"a rule built a value of {len(value)} parts")
    return value


_NUMERIC: Final[dict[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
    "/": NUMBERS.divide,
    "**": NUMBERS.power,
}


def _calculate(op: str, left: Decimal, right: Decimal) -> Value:
    try:
        result = _NUMERIC[op](left, right)
    except DecimalException:
        return None
    return result if result.is_finite() else None


def _temporal(op: str, left: Value, right: Value) -> Value:
    if isinstance(left, (Months, dt.timedelta)):
        return _duration(op, left, right)
    if op == "+" and isinstance(right, (Months, dt.timedelta)):
        return _shift(left, right, 1)
    if op == "-" and isinstance(right, (Months, dt.timedelta)):
        return _shift(left, right, -1)
    if op == "-" and isinstance(left, dt.date) and isinstance(right, dt.date):
        return difference(left, right)
    if op == "-" and isinstance(left, dt.time) and isinstance(right, dt.time):
        return time_difference(left, right)
    if op == "*" and isinstance(left, Decimal) and isinstance(right, (Months, dt.timedelta)):
        return _duration(op, right, left)
    return None


def _shift(moment: Value, by: Months | dt.timedelta, sign: int) -> Value:
    return shifted(moment, by, sign) if isinstance(moment, (dt.date, dt.time)) else None


def _duration(op: str, left: Months | dt.timedelta, right: Value) -> Value:
    if isinstance(right, Decimal):
        return _scale(op, left, right)
    if op == "+" and isinstance(right, (dt.date, dt.time)):
        return _shift(right, left, 1)
    if isinstance(left, Months) and isinstance(right, Months):
        if op == "/":
            return NUMBERS.divide(Decimal(left.months), Decimal(right.months))
        return (
            Months(left.months + (right.months if op == "+" else -right.months)) if op in {"+", "-"} else None
        )
    if isinstance(left, dt.timedelta) and isinstance(right, dt.timedelta):
        if op == "/":
            return NUMBERS.divide(_microseconds(left), _microseconds(right))
        return left + right if op == "+" else left - right if op == "-" else None
    return None


def _scale(op: str, duration: Months | dt.timedelta, by: Decimal) -> Value:
    if op not in {"*", "/"}:
        return None
    factor = by if op == "*" else NUMBERS.divide(Decimal(1), by)
    if isinstance(duration, Months):
        return Months(
            int(duration.months * by if op == "*" else NUMBERS.divide(Decimal(duration.months), by))
        )
    amount = NUMBERS.multiply(_microseconds(duration), factor)
    return dt.timedelta(microseconds=int(amount.to_integral_value()))


def _microseconds(duration: dt.timedelta) -> Decimal:
    return Decimal(microseconds(duration))


def member(source: Value, name: str, missing: Value) -> Value:
    """``source.name``; `missing` when a context has no such member."""
    if source is UNKNOWN or source is None:
        return source
    if isinstance(source, Mapping):
        return to_value(source[name]) if name in source else missing
    if isinstance(source, tuple):
        return tuple(member(one, name, missing) for one in source)
    part = _PARTS.get((kind_of(source), name))
    return part(source) if part else None


def _whole(read: Callable[[Any], int]) -> Callable[[Any], Value]:
    return lambda value: Decimal(read(value))


_DAY_PARTS: Final[dict[str, Callable[[Any], Value]]] = {
    "year": _whole(lambda day: day.year),
    "month": _whole(lambda day: day.month),
    "day": _whole(lambda day: day.day),
    "weekday": _whole(lambda day: day.isoweekday()),
}
_CLOCK_PARTS: Final[dict[str, Callable[[Any], Value]]] = {
    "hour": _whole(lambda time: time.hour),
    "minute": _whole(lambda time: time.minute),
    "second": _whole(lambda time: time.second),
    "time offset": lambda time: time.utcoffset(),
    "timezone": lambda time: zone_text(time.tzinfo)[1:] if isinstance(time.tzinfo, ZoneInfo) else None,
}


def _part(size: int, within: int) -> Callable[[dt.timedelta], Value]:
    """So many microseconds each, counted within the next larger part; with the sign of the whole."""

    def read(long: dt.timedelta) -> Value:
        total = microseconds(long)
        count = abs(total) % within // size
        return Decimal(-count if total < 0 else count)

    return read


def _seconds(long: dt.timedelta) -> Value:
    total = microseconds(long)
    seconds = (Decimal(abs(total) % 60_000_000) / 1_000_000).normalize() + 0
    return -seconds if total < 0 else seconds


def _end(read: Callable[[Range], Value]) -> Callable[[Any], Value]:
    return lambda span: None if span.sign == "!=" else read(span)


_DAY: Final = 86_400_000_000
_PARTS: Final[dict[tuple[str, str], Callable[[Any], Value]]] = {
    **{("date", name): part for name, part in _DAY_PARTS.items()},
    **{("date and time", name): part for name, part in (_DAY_PARTS | _CLOCK_PARTS).items()},
    **{("time", name): part for name, part in _CLOCK_PARTS.items()},
    ("years and months duration", "years"): _whole(lambda long: int(long.months / 12)),
    ("years and months duration", "months"): _whole(lambda long: long.months - int(long.months / 12) * 12),
    ("days and time duration", "days"): _part(_DAY, 10**9 * _DAY),
    ("days and time duration", "hours"): _part(_DAY // 24, _DAY),
    ("days and time duration", "minutes"): _part(60_000_000, _DAY // 24),
    ("days and time duration", "seconds"): _seconds,
    ("range", "start"): _end(lambda span: span.low),
    ("range", "end"): _end(lambda span: span.high),
    ("range", "start included"): _end(lambda span: span.low_closed),
    ("range", "end included"): _end(lambda span: span.high_closed),
}
