"""Comparisons of several facts: whole sums and differences of numbers, or of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, NamedTuple

from bancheng.core.benefits._facts import ColumnKind
from bancheng.core.benefits._pieces import bounds, day_number, read_in
from bancheng.core.benefits._plan import Builder, NullWhere, PlanColumn, Present, Weighted
from bancheng.core.benefits._refused import NotForColumns
from bancheng.core.rules import UNKNOWN, Expr, Value, nodes

_ROOM: Final = 2**62
"Sums stay within 63 bits, whatever the facts are."

Evaluate = Callable[[Expr, Mapping[str, Value]], Value]


class _Sum(NamedTuple):
    """``sum of factor * fact + rest``. `kind`: a number, a day (days since 1970) or a length in days; `open` where
    a known part is not known."""

    kind: str
    factors: dict[str, Decimal]
    rest: Decimal
    open: bool = False


def weighted(expr: nodes.Compare, columns: Mapping[str, PlanColumn], build: Builder, value: Evaluate) -> int:
    """The node of a comparison that reads several facts.

    Raises:
        NotForColumns: it is not of that form.
    """
    left, right = _sum(expr.left, columns, value), _sum(expr.right, columns, value)
    if left.kind != right.kind and not (left.open or right.open):
        raise NotForColumns(expr, "两边不是同一类数据，不能按列比较", "两边都写成数，或都写成日期")
    factors = {
        name: left.factors.get(name, Decimal(0)) - right.factors.get(name, Decimal(0))
        for name in {**left.factors, **right.factors}
    }
    rest = right.rest - left.rest
    read = [columns[name] for name in sorted(factors)]
    absent = [build.opposite(build.add(Present(column=one.name))) for one in read if one.may_be_absent]
    if absent and expr.op in {"=", "!="}:
        raise NotForColumns(
            expr, "其中有的事实可能“没有”，两个事实相等不能按列判断", "用 <= 和 >= 两个条件写"
        )
    if left.open or right.open:
        node = build.fixed(UNKNOWN)
    else:
        node = _node(expr, {name: factors[name] for name in sorted(factors)}, rest, columns, build)
    return build.add(NullWhere(guard=build.some(absent), node=node)) if absent else node


def _node(
    expr: nodes.Compare,
    factors: dict[str, Decimal],
    rest: Decimal,
    columns: Mapping[str, PlanColumn],
    build: Builder,
) -> int:
    scaled = {name: factor.scaleb(-columns[name].scale) for name, factor in factors.items()}
    shift = max((-int(one.normalize().as_tuple().exponent) for one in scaled.values() if one), default=0)
    whole = {name: int(one.scaleb(max(shift, 0))) for name, one in scaled.items()}
    bound = rest.scaleb(max(shift, 0))
    reach = sum(abs(factor) * max(map(abs, bounds(columns[name]))) for name, factor in whole.items())
    if reach >= _ROOM:
        raise NotForColumns(expr, "系数太大，按列计算会溢出", "把算式的一部分写成一个事实")
    terms = tuple((factor, name) for name, factor in whole.items())
    bound = max(min(bound, Decimal(_ROOM)), Decimal(-_ROOM))
    floor = int(bound.to_integral_value(ROUND_FLOOR))
    below = int(bound.to_integral_value(ROUND_CEILING)) - 1
    at_most = build.add(Weighted(terms=terms, bound=floor))
    less = build.add(Weighted(terms=terms, bound=below))
    if expr.op == "<=":
        return at_most
    if expr.op == "<":
        return less
    if expr.op in {">", ">="}:
        return build.opposite(at_most if expr.op == ">" else less)
    equal = build.every([at_most, build.opposite(less)])
    return equal if expr.op == "=" else build.opposite(equal)


def _sum(expr: Expr, columns: Mapping[str, PlanColumn], value: Evaluate) -> _Sum:
    if not read_in(expr, columns):
        return _known(expr, value(expr, {}))
    name = nodes.dotted(expr)
    if name in columns:
        return _fact(expr, columns[name])
    if isinstance(expr, nodes.Negate):
        return _times(_sum(expr.operand, columns, value), Decimal(-1), expr)
    if not isinstance(expr, nodes.Binary):
        raise NotForColumns.by(expr)
    left, right = _sum(expr.left, columns, value), _sum(expr.right, columns, value)
    if expr.op in {"+", "-"}:
        return _joined(expr, left, right)
    if expr.op == "*" and not (left.factors and right.factors):
        known, other = (left, right) if not left.factors else (right, left)
        if known.kind == other.kind == "number":
            return _times(other, known.rest, expr, unknown=known.open)
    raise NotForColumns.by(expr)


def _known(expr: Expr, found: Value) -> _Sum:
    if found is UNKNOWN:
        return _Sum("number", {}, Decimal(0), open=True)
    if isinstance(found, Decimal):
        return _Sum("number", {}, found)
    if isinstance(found, dt.date) and not isinstance(found, dt.datetime):
        return _Sum("day", {}, Decimal(day_number(found)))
    if isinstance(found, dt.timedelta) and found % dt.timedelta(days=1) == dt.timedelta(0):
        return _Sum("length", {}, Decimal(found.days))
    raise NotForColumns(
        expr, "几个事实一起比较时，只能加减数或整天", "按月、按年的期限写成一个事实，或只比较一个事实"
    )


def _fact(expr: Expr, column: PlanColumn) -> _Sum:
    if column.kind in {ColumnKind.NUMBER, ColumnKind.MONEY}:
        return _Sum("number", {column.name: Decimal(1)}, Decimal(0))
    if column.kind is ColumnKind.DATE:
        return _Sum("day", {column.name: Decimal(1)}, Decimal(0))
    raise NotForColumns(expr, "代码和是否不能与另一个事实一起算", "分别写成两个条件，用 and 或 or 连接")


_JOINED: Final = {
    ("number", "+", "number"): "number",
    ("number", "-", "number"): "number",
    ("day", "-", "day"): "length",
    ("day", "+", "length"): "day",
    ("length", "+", "day"): "day",
    ("day", "-", "length"): "day",
    ("length", "+", "length"): "length",
    ("length", "-", "length"): "length",
}


def _joined(expr: nodes.Binary, left: _Sum, right: _Sum) -> _Sum:
    kind = _JOINED.get((left.kind, expr.op, right.kind))
    if left.open or right.open:
        kind = (right if left.open else left).kind
    if kind is None:
        raise NotForColumns.by(expr)
    sign = Decimal(1 if expr.op == "+" else -1)
    factors = dict(left.factors)
    for name, factor in right.factors.items():
        factors[name] = factors.get(name, Decimal(0)) + sign * factor
    return _Sum(kind, factors, left.rest + sign * right.rest, left.open or right.open)


def _times(one: _Sum, by: Decimal, expr: Expr, *, unknown: bool = False) -> _Sum:
    if one.kind == "day":
        raise NotForColumns.by(expr)
    factors = {name: factor * by for name, factor in one.factors.items()}
    return _Sum(one.kind, factors, one.rest * by, one.open or unknown)
