"""A table in entitlement mode: some rows may still match. What is already sure, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from bancheng.core.rules._operators import equal
from bancheng.core.rules._values import UNKNOWN, Value
from bancheng.core.rules.decisions._model import Aggregation, DecisionTable, HitPolicy

Outputs = tuple[Value, ...]


def settle(
    table: DecisionTable,
    certain: list[int],
    possible: list[int],
    result: Callable[[list[int]], Value],
    outputs: Callable[[int], Outputs],
    complete: Callable[[], bool],
) -> Value:
    """The result when the rows `certain` match and the rows `possible` may: Unknown where it would still differ.

    `result` is the table's result for matching rows, `outputs` what a row yields, `complete` whether some row matches
    in every case that is still open (asked only when no row is certain).
    """
    everything = sorted((*certain, *possible))
    if not certain and not complete():
        return UNKNOWN
    if table.policy is HitPolicy.COLLECT and table.aggregation is not None:
        return _folded(table.aggregation, certain, possible, result, outputs)
    if table.policy in {HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER}:
        return UNKNOWN
    if table.policy is HitPolicy.PRIORITY and certain:
        # The best of some rows lies between the best of the certain ones and the best of all.
        least, most = result(certain), result(everything)
        return least if equal(least, most) is True else UNKNOWN
    if table.policy is HitPolicy.FIRST and certain:
        everything = [row for row in everything if row <= certain[0]]
    first = outputs(everything[0])
    same = all(_same(first, outputs(row)) for row in everything[1:])
    return result(everything[:1]) if same and not any(one is UNKNOWN for one in first) else UNKNOWN


def _folded(
    aggregation: Aggregation,
    certain: list[int],
    possible: list[int],
    result: Callable[[list[int]], Value],
    outputs: Callable[[int], Outputs],
) -> Value:
    if aggregation is Aggregation.COUNT or not certain:
        return UNKNOWN
    if aggregation is Aggregation.SUM:
        nothing = all(one == Decimal(0) for row in possible for one in outputs(row))
        return result(certain) if nothing else UNKNOWN
    least, most = result(certain), result(sorted((*certain, *possible)))
    return least if equal(least, most) is True else UNKNOWN


def _same(left: Outputs, right: Outputs) -> bool:
    return all(equal(*pair) is True for pair in zip(left, right, strict=True))
