"""Built-in functions of ranges: how two of them, or a point and one, lie to each other (table 78), and `range`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bancheng.core.rules._functions import Builtin
from bancheng.core.rules._operators import compare, conjunction, disjunction, equal, includes, negation
from bancheng.core.rules._values import Range, Value


def _point(value: Value) -> Range | None:
    if value is None or isinstance(value, (tuple, dict)):
        return None
    return value if isinstance(value, Range) else Range(value, value)


def _both(run: Callable[[Range, Range], Value]) -> Callable[[Value, Value], Value]:
    """Of two ranges, a point being a range of one."""

    def over(left: Value, right: Value) -> Value:
        one, two = _point(left), _point(right)
        return None if one is None or two is None else run(one, two)

    return over


def _ranges(run: Callable[[Range, Range], Value]) -> Callable[[Value, Value], Value]:
    """Of two ranges; null for a point."""
    return lambda left, right: (
        run(left, right) if isinstance(left, Range) and isinstance(right, Range) else None
    )


def _in_range(run: Callable[[Range, Range], Value]) -> Callable[[Value, Value], Value]:
    """Of a point or range, and a range."""
    over = _both(run)
    return lambda left, right: over(left, right) if isinstance(right, Range) else None


def _and(*outcomes: Value) -> Value:
    return conjunction(outcomes)


def _before(one: Range, two: Range) -> Value:
    touching = one.high_closed and two.low_closed
    return compare("<" if touching else "<=", one.high, two.low)


def _meets(one: Range, two: Range) -> Value:
    return _and(one.high_closed, two.low_closed, equal(one.high, two.low))


def _reaches(one: Range, two: Range) -> Value:
    """Whether the end of the first is not before the start of the second."""
    return negation(_before(one, two))


def _overlaps(one: Range, two: Range) -> Value:
    return _and(_reaches(one, two), _reaches(two, one))


def _starts_earlier(one: Range, two: Range) -> Value:
    closed = one.low_closed and not two.low_closed
    return disjunction((compare("<", one.low, two.low), _and(closed, equal(one.low, two.low))))


def _ends_earlier(one: Range, two: Range) -> Value:
    closed = two.high_closed and not one.high_closed
    return disjunction((compare("<", one.high, two.high), _and(closed, equal(one.high, two.high))))


def _overlaps_before(one: Range, two: Range) -> Value:
    return _and(
        _starts_earlier(one, two),
        _reaches(one, two),
        negation(_ends_earlier(two, one)),
    )


def _same_end(one: Range, two: Range) -> Value:
    return _and(one.high_closed == two.high_closed, equal(one.high, two.high))


def _same_start(one: Range, two: Range) -> Value:
    return _and(one.low_closed == two.low_closed, equal(one.low, two.low))


def _finishes(one: Range, two: Range) -> Value:
    return _and(_same_end(one, two), negation(_starts_earlier(one, two)))


def _starts(one: Range, two: Range) -> Value:
    return _and(_same_start(one, two), negation(_ends_earlier(two, one)))


def _within(one: Range, two: Range) -> Value:
    """Whether the second holds all of the first."""
    return _and(negation(_starts_earlier(one, two)), negation(_ends_earlier(two, one)))


def _during(left: Value, right: Value) -> Value:
    if not isinstance(right, Range):
        return None
    return _within(left, right) if isinstance(left, Range) else includes(right, left)


def _coincides(one: Range, two: Range) -> Value:
    return _and(_same_start(one, two), _same_end(one, two))


def _swapped(run: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    return lambda left, right: run(right, left)


_RELATIONS: Final[dict[str, tuple[Callable[[Value, Value], Value], tuple[str, str]]]] = {
    "before": (_both(_before), ("point1", "point2")),
    "after": (_swapped(_both(_before)), ("point1", "point2")),
    "meets": (_ranges(_meets), ("range1", "range2")),
    "met by": (_swapped(_ranges(_meets)), ("range1", "range2")),
    "overlaps": (_ranges(_overlaps), ("range1", "range2")),
    "overlaps before": (_ranges(_overlaps_before), ("range1", "range2")),
    "overlaps after": (_swapped(_ranges(_overlaps_before)), ("range1", "range2")),
    "finishes": (_in_range(_finishes), ("point", "range")),
    "finished by": (_swapped(_in_range(_finishes)), ("range", "point")),
    "starts": (_in_range(_starts), ("point", "range")),
    "started by": (_swapped(_in_range(_starts)), ("range", "point")),
    "during": (_during, ("point", "range")),
    "includes": (_swapped(_during), ("range", "point")),
    "coincides": (_both(_coincides), ("point1", "point2")),
}
_NAMES: Final = ("point", "point1", "point2", "range", "range1", "range2")
_ALSO: Final = tuple((one, two) for one in _NAMES for two in _NAMES if one != two)
"The names the standard has for the two parameters, in every pairing."

RELATIONS: Final[dict[str, Builtin]] = {
    name: Builtin(run, names, "boolean", also=_ALSO) for name, (run, names) in _RELATIONS.items()
}
