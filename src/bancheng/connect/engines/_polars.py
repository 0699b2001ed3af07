"""The plan on Polars: one lazy select whose common parts Polars itself computes once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

import polars as pl

from bancheng.connect.engines._algebra import said
from bancheng.core.benefits import ColumnKind, Plan, PlanColumn


class _Expressions:
    def fixed(self, value: bool | None) -> pl.Expr:
        return pl.lit(value, dtype=pl.Boolean)

    def at_most(self, column: PlanColumn, bound: int) -> pl.Expr:
        return pl.col(column.column) <= _literal(column, bound)

    def among(self, column: PlanColumn, codes: tuple[int, ...]) -> pl.Expr:
        return reduce(or_, (pl.col(column.column) == _literal(column, code) for code in codes))

    def flag(self, column: PlanColumn) -> pl.Expr:
        return pl.col(column.column)

    def present(self, column: PlanColumn) -> pl.Expr:
        known = pl.when(pl.col(column.column).is_not_null()).then(pl.lit(value=True))
        if not column.may_be_absent:
            return known
        return known.when(pl.col(column.absent)).then(pl.lit(value=False))

    def weighted(self, terms: tuple[tuple[int, PlanColumn], ...], bound: int) -> pl.Expr:
        # Every column is widened first: Polars would wrap around in a narrow type without a word.
        parts = [pl.col(column.column).cast(pl.Int64) * factor for factor, column in terms]
        return sum(parts[1:], start=parts[0]) <= bound

    def every(self, parts: Sequence[pl.Expr]) -> pl.Expr:
        return reduce(and_, parts)

    def some(self, parts: Sequence[pl.Expr]) -> pl.Expr:
        return reduce(or_, parts)

    def opposite(self, part: pl.Expr) -> pl.Expr:
        return ~part

    def filled(self, part: pl.Expr, value: bool) -> pl.Expr:
        return part.fill_null(value)

    def choose(self, where: pl.Expr, then: pl.Expr, otherwise: pl.Expr) -> pl.Expr:
        return pl.when(where).then(then).otherwise(otherwise)


def statuses(plan: Plan, facts: pl.LazyFrame) -> pl.LazyFrame:
    """One boolean column for each rule, in order: true is entitled, false is not, null is unknown."""
    rules = said(plan, _Expressions())
    named = [expr.alias(rule) for rule, expr in zip(plan.rules, rules, strict=True)]
    # A rule that is the same for everyone is still told once for each.
    return facts.with_row_index("__row").select("__row", *named).drop("__row")


def _literal(column: PlanColumn, number: int) -> pl.Expr:
    kind = pl.Int64 if column.kind is not ColumnKind.DATE else pl.Int32
    literal = pl.lit(number, dtype=kind)
    return literal.cast(pl.Date) if column.kind is ColumnKind.DATE else literal
