"""The plan as SQL text for DuckDB, PostgreSQL and Spark: portable booleans, dates and whole numbers only."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from bancheng.connect.engines._algebra import Said, said
from bancheng.core.benefits import ColumnKind, Plan, PlanColumn, nodes

_EPOCH = dt.date(1970, 1, 1)


class Dialect(StrEnum):
    """Whose SQL: names are quoted with " or `, and PostgreSQL must be kept from copying a shared part back in."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"
    SPARK = "spark"

    def name_of(self, raw: str) -> str:
        """A quoted name."""
        sign = "`" if self is Dialect.SPARK else '"'
        return sign + raw.replace(sign, sign * 2) + sign


class SqlText:
    """How SQL says the parts of a plan."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def fixed(self, value: bool | None) -> str:
        return "CAST(NULL AS BOOLEAN)" if value is None else "TRUE" if value else "FALSE"

    def at_most(self, column: PlanColumn, bound: int) -> str:
        return f"({self._name(column)} <= {_literal(column, bound)})"

    def among(self, column: PlanColumn, codes: tuple[int, ...]) -> str:
        return f"({self._name(column)} IN ({', '.join(_literal(column, code) for code in codes)}))"

    def flag(self, column: PlanColumn) -> str:
        return self._name(column)

    def present(self, column: PlanColumn) -> str:
        absent = f" WHEN {self.dialect.name_of(column.absent)} THEN FALSE" if column.may_be_absent else ""
        return f"(CASE WHEN {self._name(column)} IS NOT NULL THEN TRUE{absent} END)"

    def weighted(self, terms: tuple[tuple[int, PlanColumn], ...], bound: int) -> str:
        return f"({' + '.join(self._term(*term) for term in terms)} <= {bound})"

    def _term(self, factor: int, column: PlanColumn) -> str:
        name = self._name(column)
        if column.kind is not ColumnKind.DATE:
            return f"CAST({name} AS BIGINT) * ({factor})"
        days = (
            f"DATEDIFF({name}, DATE '1970-01-01')"
            if self.dialect is Dialect.SPARK
            else f"({name} - DATE '1970-01-01')"
        )
        return f"CAST({days} AS BIGINT) * ({factor})"

    def every(self, parts: Sequence[str]) -> str:
        return f"({' AND '.join(parts)})"

    def some(self, parts: Sequence[str]) -> str:
        return f"({' OR '.join(parts)})"

    def opposite(self, part: str) -> str:
        return f"(NOT {part})"

    def filled(self, part: str, value: bool) -> str:
        return f"COALESCE({part}, {self.fixed(value)})"

    def choose(self, where: str, then: str, otherwise: str) -> str:
        return f"(CASE WHEN {where} THEN {then} ELSE {otherwise} END)"

    def _name(self, column: PlanColumn) -> str:
        return self.dialect.name_of(column.column)


def _literal(column: PlanColumn, number: int) -> str:
    if column.kind is ColumnKind.DATE:
        return f"DATE '{_EPOCH + dt.timedelta(days=number)}'"
    return f"({number})" if number < 0 else str(number)


def statuses_sql(plan: Plan, table: str, dialect: Dialect, *, key: str = "pid") -> str:
    """A query that gives `key` and one boolean column for each rule: true is entitled, false is not, null is unknown.

    `table` is a relation as the dialect writes it. Parts that several rules share are computed in inner queries, each
    once. PostgreSQL wants ``jit=off``, and takes about a thousand rules at a time.
    """
    rules, layers = _expressions(plan, dialect)
    query = f"SELECT * FROM {table}"  # noqa: S608 - made from a plan, never from what people type
    fence = " OFFSET 0" if dialect is Dialect.POSTGRES else ""
    for layer in layers:
        if layer:
            added = ", ".join(f"{expr} AS {name}" for name, expr in layer)
            query = f"SELECT *, {added} FROM ({query}) AS facts{fence}"  # noqa: S608 - as above
    named = ", ".join(
        f"{expr} AS {dialect.name_of(rule)}" for rule, expr in zip(plan.rules, rules, strict=True)
    )
    return f"SELECT {dialect.name_of(key)}, {named} FROM ({query}) AS facts{fence}"  # noqa: S608 - as above


def _expressions(plan: Plan, dialect: Dialect) -> tuple[list[str], list[list[tuple[str, str]]]]:
    """The rules, and the layers of named parts: each reads only names of layers before it."""
    uses = Counter(one for node in plan.nodes for one in nodes.below(node)) + Counter(plan.roots)
    level = [0] * len(plan.nodes)
    layers: list[list[tuple[str, str]]] = [[]]

    def keep(number: int, one: Said[str]) -> Said[str]:
        node = plan.nodes[number]
        level[number] = max((level[below] for below in nodes.below(node)), default=0)
        if uses[number] < 2 or isinstance(node, nodes.Fixed | nodes.Flag | nodes.Opposite):
            return one
        level[number] += 1
        while len(layers) <= level[number]:
            layers.append([])
        layers[level[number]].append((f"node_{number}", one.truth))
        if one.null is None:
            return Said(f"node_{number}")
        layers[level[number]].append((f"null_{number}", one.null))
        return Said(f"node_{number}", f"null_{number}")

    return said(plan, SqlText(dialect), keep), layers
