"""Built-in functions of lists."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key, reduce
from typing import Final

from bancheng.core.rules._functions import Builtin, listed, unknown_inside
from bancheng.core.rules._operators import (
    RuleLimit,
    arithmetic,
    bounded,
    compare,
    conjunction,
    disjunction,
    equal,
)
from bancheng.core.rules._values import NUMBERS, UNKNOWN, Function, Value

MAX_DISTINCT: Final = 2_000
"Longest list whose distinct values are looked for; each item is compared with all before it."


def _numbers(run: Callable[[tuple[Decimal, ...]], Value]) -> Callable[[tuple[Value, ...]], Value]:
    def over(items: tuple[Value, ...]) -> Value:
        known = tuple(one for one in items if isinstance(one, Decimal))
        if len(known) == len(items):
            return run(known) if known else None
        return UNKNOWN if all(isinstance(one, Decimal) or one is UNKNOWN for one in items) else None

    return over


def _sum(items: tuple[Decimal, ...]) -> Decimal:
    return reduce(NUMBERS.add, items)


def _mean(items: tuple[Decimal, ...]) -> Value:
    return arithmetic("/", _sum(items), Decimal(len(items)))


def _product(items: tuple[Decimal, ...]) -> Value:
    result = reduce(NUMBERS.multiply, items)
    return result if result.is_finite() else None


def _median(items: tuple[Decimal, ...]) -> Value:
    ranked, half = sorted(items), len(items) // 2
    return ranked[half] if len(items) % 2 else arithmetic("/", ranked[half - 1] + ranked[half], Decimal(2))


def _stddev(items: tuple[Decimal, ...]) -> Value:
    """Of a sample: null for fewer than two."""
    if len(items) < 2:
        return None
    mean = NUMBERS.divide(_sum(items), Decimal(len(items)))
    squares = _sum(tuple(NUMBERS.power(NUMBERS.subtract(one, mean), 2) for one in items))
    return NUMBERS.sqrt(NUMBERS.divide(squares, Decimal(len(items) - 1)))


def _mode(items: tuple[Value, ...]) -> Value:
    """The numbers that stand there most often, the smallest first."""
    counts: dict[Decimal, int] = {}
    for one in items:
        if one is UNKNOWN:
            return UNKNOWN
        if not isinstance(one, Decimal):
            return None
        counts[one] = counts.get(one, 0) + 1
    most = max(counts.values(), default=0)
    return tuple(sorted(one for one, count in counts.items() if count == most))


def _extreme(op: str) -> Callable[[tuple[Value, ...]], Value]:
    def over(items: tuple[Value, ...]) -> Value:
        if any(one is None for one in items) or not items:
            return None
        if any(unknown_inside(one) for one in items):
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
    return bounded((*listed(items), *more))


def _concatenate(*lists: Value) -> Value:
    if any(one is None for one in lists):
        return None
    if any(one is UNKNOWN for one in lists):
        return UNKNOWN
    return bounded(tuple(item for one in lists for item in listed(one)))


def _distinct(items: tuple[Value, ...]) -> Value:
    if any(map(unknown_inside, items)):
        return UNKNOWN
    if len(items) > MAX_DISTINCT:
        raise RuleLimit(f"distinct values of {len(items)} items")
    found: list[Value] = []
    for one in items:
        if not any(equal(one, other) is True for other in found):
            found.append(one)
    return tuple(found)


def _union(*lists: Value) -> Value:
    return None if None in lists else _distinct(tuple(item for one in lists for item in listed(one)))


def _flatten(items: Value) -> Value:
    def inside(one: Value) -> list[Value]:
        return [part for each in one for part in inside(each)] if isinstance(one, tuple) else [one]

    return tuple(inside(items))


def _place(items: tuple[Value, ...], position: Value) -> int | None:
    """A position counted from 1, or from -1 at the end, as an index."""
    if not isinstance(position, Decimal):
        return None
    index = int(position)
    if index == 0 or abs(index) > len(items):
        return None
    return index - 1 if index > 0 else len(items) + index


def _sublist(items: Value, start: Value, length: Value = None) -> Value:
    whole = listed(items)
    first = _place(whole, start)
    if items is None or first is None:
        return None
    if length is None:
        return whole[first:]
    if not isinstance(length, Decimal) or not 1 <= int(length) <= len(whole) - first:
        return None
    return whole[first : first + int(length)]


def _insert(items: Value, position: Value, item: Value) -> Value:
    whole = listed(items)
    if items is None:
        return None
    at = len(whole) if position == len(whole) + 1 else _place(whole, position)
    return None if at is None else bounded((*whole[:at], item, *whole[at:]))


def _remove(items: Value, position: Value) -> Value:
    whole = listed(items)
    at = _place(whole, position)
    return None if at is None else (*whole[:at], *whole[at + 1 :])


def _replaced(items: Value, where: Value, item: Value) -> Value:
    whole = listed(items)
    if items is None:
        return None
    if not isinstance(where, Function):
        at = _place(whole, where)
        return None if at is None else (*whole[:at], item, *whole[at + 1 :])
    outcomes = [where((one, item)) for one in whole]
    if any(one is UNKNOWN for one in outcomes):
        return UNKNOWN
    if not all(isinstance(one, bool) for one in outcomes):
        return None
    return tuple(item if hit is True else one for one, hit in zip(whole, outcomes, strict=True))


def _index_of(items: Value, match: Value) -> Value:
    if items is None:
        return None
    return tuple(Decimal(at) for at, one in enumerate(listed(items), 1) if equal(one, match) is True)


class _Unsortable(Exception):
    """The order gave no answer; `outcome` is what the sort gives then."""

    def __init__(self, outcome: Value) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def _sort(items: Value, precedes: Value = None) -> Value:
    if items is None or (precedes is not None and not isinstance(precedes, Function)):
        return None

    def before(left: Value, right: Value) -> bool:
        outcome = compare("<", left, right) if precedes is None else precedes((left, right))
        if not isinstance(outcome, bool):
            raise _Unsortable(UNKNOWN if outcome is UNKNOWN else None)
        return outcome

    def order(left: Value, right: Value) -> int:
        return -1 if before(left, right) else 1 if before(right, left) else 0

    try:
        return tuple(sorted(listed(items), key=cmp_to_key(order)))
    except _Unsortable as found:
        return found.outcome


def _counted(items: tuple[Value, ...]) -> Value:
    return Decimal(len(items))


_L: Final = ("list",)
_MANY: Final[dict[str, tuple[Callable[[tuple[Value, ...]], Value], str]]] = {
    "count": (_counted, "number"),
    "sum": (_numbers(_sum), "number"),
    "mean": (_numbers(_mean), "number"),
    "product": (_numbers(_product), "number"),
    "median": (_numbers(_median), "number"),
    "stddev": (_numbers(_stddev), "number"),
    "mode": (_mode, "list"),
    "min": (_extreme("<"), "item"),
    "max": (_extreme(">"), "item"),
    "all": (conjunction, "boolean"),
    "any": (disjunction, "boolean"),
    "distinct values": (_distinct, "list"),
}
LISTS: Final[dict[str, Builtin]] = {
    **{name: Builtin(run, _L, gives, variadic=True) for name, (run, gives) in _MANY.items()},
    "list contains": Builtin(_list_contains, ("list", "element"), "boolean", ("list", "Any"), total=True),
    "append": Builtin(_append, ("list", "item"), "list", ("list", "Any"), total=True, repeats=True),
    "concatenate": Builtin(
        _concatenate, ("list", "other"), "list", ("list", "list"), total=True, repeats=True
    ),
    "union": Builtin(_union, ("list", "other"), "list", ("list", "list"), repeats=True),
    "reverse": Builtin(lambda items: listed(items)[::-1], _L, "list", _L),
    "flatten": Builtin(_flatten, _L, "list", _L),
    "sublist": Builtin(
        _sublist,
        ("list", "start position", "length"),
        "list",
        ("list", "number", "number"),
        optional=1,
    ),
    "insert before": Builtin(
        _insert, ("list", "position", "newItem"), "list", ("list", "number", "Any"), nulls=True
    ),
    "remove": Builtin(_remove, ("list", "position"), "list", ("list", "number")),
    "list replace": Builtin(
        _replaced,
        ("list", "position", "newItem"),
        "list",
        _L,
        nulls=True,
        also=(("list", "match", "newItem"),),
    ),
    "index of": Builtin(_index_of, ("list", "match"), "list", ("list", "Any"), nulls=True),
    "sort": Builtin(_sort, ("list", "precedes"), "list", _L, optional=1, nulls=True),
    "is defined": Builtin(
        lambda value: UNKNOWN if value is UNKNOWN else value is not None, ("value",), "boolean", total=True
    ),
}
