"""The built-in functions: DMN's own, and `age`. One table; a new function is one entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)
from functools import reduce
from typing import Final, NamedTuple

from bancheng.core.rules._operators import (
    RuleLimit,
    arithmetic,
    bounded,
    compare,
    conjunction,
    disjunction,
    equal,
)
from bancheng.core.rules._values import (
    NUMBERS,
    UNKNOWN,
    Months,
    Value,
    add_months,
    parse_duration,
    parse_number,
    parse_temporal,
    value_text,
)

MAX_DISTINCT: Final = 2_000
"Longest list whose distinct values are looked for; each item is compared with all before it."


class Builtin(NamedTuple):
    """`parameters` by name, the last `optional` of them may be left out; `variadic`: any number, or one list.

    A `total` function is given Unknown and null and answers itself; the others answer Unknown to Unknown, null to null.
    `takes` and `gives` are FEEL type names for `infer` (``Any``: no check; ``item``: the type of a list's items).
    """

    run: Callable[..., Value]
    parameters: tuple[str, ...]
    gives: str
    takes: tuple[str, ...] = ()
    optional: int = 0
    variadic: bool = False
    total: bool = False
    repeats: bool = False
    "The last parameter may be given any number of times."


def apply(builtin: Builtin, arguments: tuple[Value, ...]) -> Value:
    """Call with values in order; null when there are too few or too many of them."""
    if builtin.variadic:
        items = arguments[0] if len(arguments) == 1 else arguments
        return _over_list(builtin, items)
    wanted = len(builtin.parameters)
    if not wanted - builtin.optional <= len(arguments) <= (len(arguments) if builtin.repeats else wanted):
        return None
    if not builtin.total:
        if any(one is None for one in arguments):
            return None
        if any(_unknown_inside(one) for one in arguments):
            return UNKNOWN
    try:
        return builtin.run(*arguments)
    except (ValueError, OverflowError, DecimalException):
        return None


def _over_list(builtin: Builtin, items: Value) -> Value:
    if items is UNKNOWN or items is None:
        return items
    listed = items if isinstance(items, tuple) else (items,)
    return builtin.run(listed)


def _unknown_inside(value: Value) -> bool:
    if value is UNKNOWN:
        return True
    if isinstance(value, tuple):
        return any(map(_unknown_inside, value))
    return isinstance(value, Mapping) and any(map(_unknown_inside, value.values()))


# ------------------------------------------------------------------ lists


def _numbers(run: Callable[[tuple[Decimal, ...]], Value]) -> Callable[[tuple[Value, ...]], Value]:
    def over(items: tuple[Value, ...]) -> Value:
        known = tuple(one for one in items if isinstance(one, Decimal))
        if len(known) == len(items):
            return run(known) if known else None
        return UNKNOWN if all(isinstance(one, Decimal) or one is UNKNOWN for one in items) else None

    return over


def _sum(items: tuple[Decimal, ...]) -> Decimal:
    return reduce(NUMBERS.add, items)


def _extreme(op: str) -> Callable[[tuple[Value, ...]], Value]:
    def over(items: tuple[Value, ...]) -> Value:
        if any(one is None for one in items) or not items:
            return None
        if any(_unknown_inside(one) for one in items):
            return UNKNOWN
        best = items[0]
        for one in items:
            better = True if one is best else compare(op, one, best)
            if better is None:
                return None if equal(one, best) is None else best
            best = one if better else best
        return best

    return over


def _list_contains(items: Value, wanted: Value) -> Value:
    if items is UNKNOWN:
        return UNKNOWN
    if not isinstance(items, tuple):
        return None
    return disjunction(False if (same := equal(one, wanted)) is None else same for one in items)


def _append(items: Value, *more: Value) -> Value:
    if items is UNKNOWN or items is None:
        return items
    return bounded((*(items if isinstance(items, tuple) else (items,)), *more))


def _concatenate(*lists: Value) -> Value:
    if any(one is None for one in lists):
        return None
    if any(one is UNKNOWN for one in lists):
        return UNKNOWN
    return bounded(tuple(item for one in lists for item in (one if isinstance(one, tuple) else (one,))))


def _distinct(items: tuple[Value, ...]) -> Value:
    if any(map(_unknown_inside, items)):
        return UNKNOWN
    if len(items) > MAX_DISTINCT:
        raise RuleLimit(f"distinct values of {len(items)} items")
    found: list[Value] = []
    for one in items:
        if not any(equal(one, other) is True for other in found):
            found.append(one)
    return tuple(found)


# ------------------------------------------------------------------ strings


def _text(run: Callable[..., Value]) -> Callable[..., Value]:
    return lambda *texts: run(*texts) if all(isinstance(one, str) for one in texts) else None


def _substring(text: Value, start: Value, length: Value = None) -> Value:
    if not isinstance(text, str) or not isinstance(start, Decimal) or start == 0:
        return None
    first = int(start) - 1 if start > 0 else max(len(text) + int(start), 0)
    if length is None:
        return text[first:]
    return text[first : first + int(length)] if isinstance(length, Decimal) and length >= 0 else None


def _number(text: Value, grouping: Value = None, point: Value = None) -> Value:
    if isinstance(text, Decimal):
        return text
    if not isinstance(text, str) or grouping not in {None, " ", ",", "."} or point not in {None, ",", "."}:
        return None
    plain = text.replace(grouping, "") if isinstance(grouping, str) else text
    return parse_number(plain.replace(point, ".") if isinstance(point, str) else plain)


# ------------------------------------------------------------------ numbers


def _rounded(rounding: str) -> Callable[..., Value]:
    def run(number: Value, scale: Value = Decimal(0)) -> Value:
        if not isinstance(number, Decimal) or not isinstance(scale, Decimal) or abs(scale) > 6000:
            return None
        return number.quantize(Decimal(1).scaleb(-int(scale)), rounding=rounding, context=NUMBERS) + 0

    return run


def _half_even(number: Value, scale: Value) -> Value:
    return _rounded("ROUND_HALF_EVEN")(number, scale)


def _abs(value: Value) -> Value:
    if isinstance(value, (Decimal, dt.timedelta)):
        return abs(value)
    return Months(abs(value.months)) if isinstance(value, Months) else None


def _modulo(dividend: Value, divisor: Value) -> Value:
    if not isinstance(dividend, Decimal) or not isinstance(divisor, Decimal) or divisor == 0:
        return None
    quotient = (NUMBERS.divide(dividend, divisor)).to_integral_value(ROUND_FLOOR)
    return NUMBERS.subtract(dividend, NUMBERS.multiply(divisor, quotient))


# ------------------------------------------------------------------ dates


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
        hour, minute, second = (int(one) for one in parts[:3] if isinstance(one, Decimal))
        return dt.time(hour, minute, second)
    if len(parts) != 1:
        return None
    if isinstance(parts[0], dt.datetime):
        return parts[0].timetz()
    value = parse_temporal(parts[0]) if isinstance(parts[0], str) else parts[0]
    return value if isinstance(value, dt.time) else None


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
    if not isinstance(start, dt.date) or not isinstance(end, dt.date):
        return None
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return Months(months)


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


_S = ("string", "string")
BUILTINS: Final[dict[str, Builtin]] = {
    "count": Builtin(lambda items: Decimal(len(items)), ("list",), "number", variadic=True),
    "sum": Builtin(_numbers(_sum), ("list",), "number", variadic=True),
    "mean": Builtin(
        _numbers(lambda items: arithmetic("/", _sum(items), Decimal(len(items)))),
        ("list",),
        "number",
        variadic=True,
    ),
    "min": Builtin(_extreme("<"), ("list",), "item", variadic=True),
    "max": Builtin(_extreme(">"), ("list",), "item", variadic=True),
    "all": Builtin(conjunction, ("list",), "boolean", variadic=True),
    "any": Builtin(disjunction, ("list",), "boolean", variadic=True),
    "list contains": Builtin(_list_contains, ("list", "element"), "boolean", ("list", "Any"), total=True),
    "append": Builtin(_append, ("list", "item"), "list", ("list", "Any"), total=True, repeats=True),
    "concatenate": Builtin(
        _concatenate, ("list", "other"), "list", ("list", "list"), total=True, repeats=True
    ),
    "distinct values": Builtin(_distinct, ("list",), "list", variadic=True),
    "is defined": Builtin(
        lambda value: UNKNOWN if value is UNKNOWN else value is not None, ("value",), "boolean", total=True
    ),
    "contains": Builtin(_text(lambda text, part: part in text), ("string", "match"), "boolean", _S),
    "starts with": Builtin(
        _text(lambda text, part: text.startswith(part)), ("string", "match"), "boolean", _S
    ),
    "ends with": Builtin(_text(lambda text, part: text.endswith(part)), ("string", "match"), "boolean", _S),
    "string length": Builtin(_text(lambda text: Decimal(len(text))), ("string",), "number", ("string",)),
    "upper case": Builtin(_text(str.upper), ("string",), "string", ("string",)),
    "lower case": Builtin(_text(str.lower), ("string",), "string", ("string",)),
    "substring": Builtin(
        _substring,
        ("string", "start position", "length"),
        "string",
        ("string", "number", "number"),
        optional=1,
    ),
    "string": Builtin(
        lambda value: value if isinstance(value, str) else value_text(value), ("from",), "string"
    ),
    "number": Builtin(_number, ("from", "grouping separator", "decimal separator"), "number", optional=2),
    "floor": Builtin(_rounded(ROUND_FLOOR), ("n", "scale"), "number", ("number", "number"), optional=1),
    "ceiling": Builtin(_rounded(ROUND_CEILING), ("n", "scale"), "number", ("number", "number"), optional=1),
    "round up": Builtin(_rounded(ROUND_UP), ("n", "scale"), "number", ("number", "number"), optional=1),
    "round down": Builtin(_rounded(ROUND_DOWN), ("n", "scale"), "number", ("number", "number"), optional=1),
    "round half up": Builtin(
        _rounded(ROUND_HALF_UP), ("n", "scale"), "number", ("number", "number"), optional=1
    ),
    "round half down": Builtin(
        _rounded(ROUND_HALF_DOWN), ("n", "scale"), "number", ("number", "number"), optional=1
    ),
    "decimal": Builtin(_half_even, ("n", "scale"), "number", ("number", "number")),
    "abs": Builtin(_abs, ("n",), "number"),
    "modulo": Builtin(_modulo, ("dividend", "divisor"), "number", ("number", "number")),
    "date": Builtin(_date, ("year", "month", "day"), "date", optional=2),
    "time": Builtin(_time, ("hour", "minute", "second"), "time", optional=2),
    "date and time": Builtin(_date_and_time, ("date", "time"), "date and time", optional=1),
    "duration": Builtin(
        lambda text: parse_duration(text) if isinstance(text, str) else None,
        ("from",),
        "duration",
        ("string",),
    ),
    "years and months duration": Builtin(
        _months_between, ("from", "to"), "years and months duration", ("date", "date")
    ),
    "age": Builtin(_age, ("birth", "on"), "number", ("date", "date")),
}

CLOCK: Final = {"today": "date", "now": "date and time"}
"Functions answered by the moment the caller passes, never by a clock of ours; Unknown when none was passed."
