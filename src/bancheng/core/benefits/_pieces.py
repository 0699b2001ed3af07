"""One fact, one comparison: over which stretches of the fact's values it holds, found with the interpreter itself.

A comparison whose one side rises or falls with a single fact and whose other side is known changes its outcome at a
few values only. Those are found (directly where the fact stands alone, else by halving), and the interpreter says
what it gives between them: so a column can never say anything else than the interpreter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, NamedTuple

from bancheng.core.benefits._facts import ColumnKind
from bancheng.core.benefits._plan import PlanColumn
from bancheng.core.rules import Expr, Value, evaluate, nodes

EPOCH: Final = dt.date(1970, 1, 1).toordinal()
FIRST_DAY, LAST_DAY = dt.date(1850, 1, 1), dt.date(2199, 12, 31)
"The days a column may hold; what lies outside is an error of the data and counts as unknown."
MOST: Final = {ColumnKind.NUMBER: 10**12, ColumnKind.MONEY: 10**15}
"The greatest magnitude a column may hold, in its stored whole numbers (money: ten trillion yuan)."


class Piece(NamedTuple):
    """From `low` to `high`, both inside, the outcome is `value`."""

    low: int
    high: int
    value: Value


def read_in(expr: Expr, names: Collection[str]) -> tuple[str, ...]:
    """Those of `names` that an expression reads, whole or a part of them (``person.birth.year``), as first read."""
    found: dict[str, None] = {}
    for name in nodes.ordered_names(expr):
        while name and name not in names:
            name = name.rpartition(".")[0]  # noqa: PLW2901 - the name without its last part
        if name:
            found[name] = None
    return tuple(found)


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


def bounds(column: PlanColumn) -> tuple[int, int]:
    """The least and greatest stored number of a column."""
    if column.kind is ColumnKind.DATE:
        return day_number(FIRST_DAY), day_number(LAST_DAY)
    if column.kind is ColumnKind.CODE:
        return 0, len(column.values) - 1
    return (0, 1) if column.kind is ColumnKind.BOOLEAN else (-MOST[column.kind], MOST[column.kind])


def meaning(column: PlanColumn, stored: int) -> Value:
    """The value in FEEL of a stored number."""
    if column.kind is ColumnKind.DATE:
        return dt.date.fromordinal(stored + EPOCH)
    if column.kind is ColumnKind.CODE:
        return column.values[stored]
    return bool(stored) if column.kind is ColumnKind.BOOLEAN else Decimal(stored).scaleb(-column.scale)


def tabulated(column: PlanColumn, outcome: Callable[[Value], Value]) -> list[Piece]:
    """A piece for each value of a code or boolean."""
    low, high = bounds(column)
    return [Piece(one, one, outcome(meaning(column, one))) for one in range(low, high + 1)]


def stretches(
    column: PlanColumn,
    side: Expr,
    other: Value,
    outcome: Callable[[Value], Value],
    value_of: Callable[[Value], Value],
) -> list[Piece] | None:
    """The pieces of a comparison of `side`, which rises or falls with the column, with the known `other`.

    `outcome` is the comparison, `value_of` the side, for a value of the column. None: cut in more ways than is known.
    """
    low, high = bounds(column)
    cuts = {low}
    if isinstance(side, (nodes.Name, nodes.Path)) and nodes.dotted(side) == column.name:
        cuts |= _direct(column, other)
    else:
        found = _halved(column, other, value_of)
        if found is None:
            return None
        cuts |= found
    starts = sorted(cut for cut in cuts if low <= cut <= high)
    ends = [*(start - 1 for start in starts[1:]), high]
    return [
        Piece(start, end, outcome(meaning(column, start))) for start, end in zip(starts, ends, strict=True)
    ]


def _direct(column: PlanColumn, other: Value) -> set[int]:
    """Where a column that stands alone passes a value: the first number not below and the first above it."""
    if column.kind is ColumnKind.DATE:
        if isinstance(other, dt.datetime) or not isinstance(other, dt.date):
            return set()
        return {day_number(other), day_number(other) + 1}
    if not isinstance(other, Decimal):
        return set()
    scaled = other.scaleb(column.scale)
    first = int(scaled.to_integral_value(ROUND_CEILING))
    return {first, int(scaled.to_integral_value(ROUND_FLOOR)) + 1}


def _halved(column: PlanColumn, other: Value, value_of: Callable[[Value], Value]) -> set[int] | None:
    low, high = bounds(column)

    def absent(stored: int) -> Value:
        return value_of(meaning(column, stored)) is None

    ends = (absent(low), absent(high))
    if all(ends):
        return set() if absent((low + high) // 2) else None
    cuts: set[int] = set()
    if any(ends):
        cut = _change(absent, low, high)
        cuts.add(cut)
        low, high = (cut, high) if ends[0] else (low, cut - 1)
    scope: Mapping[str, Value] = {"other": other}
    for op in ("<", "<="):
        test = nodes.Compare(op=op, left=nodes.Name(name="side"), right=nodes.Name(name="other"))

        def holds(stored: int, test: Expr = test) -> Value:
            return evaluate(test, {**scope, "side": value_of(meaning(column, stored))})

        if holds(low) != holds(high):
            cuts.add(_change(holds, low, high))
    return cuts


def _change(test: Callable[[int], Value], low: int, high: int) -> int:
    """The first number at which a test that changes once between two numbers differs from the lower one."""
    before = test(low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if test(middle) == before else (low, middle)
    return high
