"""Simplification under known facts: what is left of a rule for one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from bancheng.core.rules._evaluate import walk
from bancheng.core.rules._scope import Scope
from bancheng.core.rules._text import literal
from bancheng.core.rules._tree import (
    And,
    Binder,
    Call,
    ContextExpr,
    Entry,
    Expr,
    Filter,
    For,
    FunctionExpr,
    If,
    Literal,
    LiteralKind,
    Node,
    Not,
    Or,
    Quantified,
    UnaryTest,
)
from bancheng.core.rules._values import UNKNOWN, Function, Range, Value

TRUE: Final = Literal(kind=LiteralKind.BOOLEAN, text="true")
FALSE: Final = Literal(kind=LiteralKind.BOOLEAN, text="false")


def partial(
    expr: Expr, facts: Mapping[str, object], *, today: dt.date | None = None, now: dt.datetime | None = None
) -> Expr:
    """The rule that is left once `facts` are known; a `Literal` (or a list, context, range of them) when it is settled.

    However the other facts turn out, the rule left is true exactly when `expr` is, and has the same value where that is
    no boolean. ``names_in`` of it are the names that may still matter. A name inside a filter's condition stays as it
    is, because it may mean a member of the item.
    """
    return _reduce(expr, Scope(facts, today, now=now), truth=True)


def whole(value: Value) -> bool:
    """Whether no part of a value is Unknown; what a function remembers cannot be looked into."""
    if value is UNKNOWN or isinstance(value, Function):
        return False
    if isinstance(value, tuple):
        return all(map(whole, value))
    if isinstance(value, Mapping):
        return all(map(whole, value.values()))
    return not isinstance(value, Range) or (whole(value.low) and whole(value.high))


def _reduce(expr: Expr, scope: Scope, *, truth: bool = False) -> Expr:
    """`truth`: only whether the value is true matters here, so null may stand for any non-boolean."""
    if isinstance(expr, (Literal, UnaryTest)):
        return _rebuild(expr, scope)
    value = walk(expr, scope)
    if whole(value):
        return literal(value)
    reducer = _REDUCE.get(type(expr))
    return reducer(expr, scope, truth) if reducer else _rebuild(expr, scope)


def _rebuild(expr: Expr, scope: Scope) -> Expr:
    """The same node over reduced parts."""
    changed: dict[str, Any] = {}
    for field in expr.__struct_fields__:
        part = getattr(expr, field)
        if isinstance(part, Node):
            changed[field] = _reduce(part, scope)  # type: ignore[arg-type]  # every Node is a member of the union
        elif isinstance(part, tuple) and part and isinstance(part[0], Node):
            changed[field] = tuple(_reduce(one, scope) for one in part)
    return msgspec.structs.replace(expr, **changed) if changed else expr


def _junction(neutral: Literal, zero: Literal) -> Callable[[Any, Scope, bool], Expr]:
    def reduce(expr: And | Or, scope: Scope, truth: bool) -> Expr:
        parts: list[Expr] = []
        for one in expr.operands:
            part = _reduce(one, scope, truth=True)
            if part == zero:
                return zero
            if part != neutral and part not in parts:
                parts.append(part)
        if not parts:
            return neutral
        if len(parts) > 1:
            return msgspec.structs.replace(expr, operands=tuple(parts))
        # Alone, an operand that may be no boolean would show its own value where the junction gave null.
        return parts[0] if truth else msgspec.structs.replace(expr, operands=(parts[0], neutral))

    return reduce


def _not(expr: Not, scope: Scope, truth: bool) -> Expr:
    operand = _reduce(expr.operand, scope, truth=True)
    return (
        operand.operand
        if truth and isinstance(operand, Not)
        else msgspec.structs.replace(expr, operand=operand)
    )


def _if(expr: If, scope: Scope, truth: bool) -> Expr:
    condition = _reduce(expr.condition, scope, truth=True)
    then, otherwise = _reduce(expr.then, scope, truth=truth), _reduce(expr.otherwise, scope, truth=truth)
    if isinstance(condition, Literal):
        return then if condition == TRUE else otherwise
    if then == otherwise:
        return then
    return msgspec.structs.replace(expr, condition=condition, then=then, otherwise=otherwise)


def _call(expr: Call, scope: Scope, truth: bool) -> Expr:  # noqa: ARG001 - one signature for all reducers
    return msgspec.structs.replace(expr, arguments=tuple(_reduce(one, scope) for one in expr.arguments))


def _binders(binders: tuple[Binder, ...], scope: Scope) -> tuple[tuple[Binder, ...], Scope]:
    found = []
    for binder in binders:
        until = None if binder.until is None else _reduce(binder.until, scope)
        found.append(Binder(name=binder.name, source=_reduce(binder.source, scope), until=until))
        scope = scope.within({binder.name: UNKNOWN})
    return tuple(found), scope


def _quantified(expr: Quantified, scope: Scope, truth: bool) -> Expr:  # noqa: ARG001 - as _call
    binders, inside = _binders(expr.binders, scope)
    body = _reduce(expr.satisfies, inside, truth=True)
    return msgspec.structs.replace(expr, binders=binders, satisfies=body)


def _for(expr: For, scope: Scope, truth: bool) -> Expr:  # noqa: ARG001 - as _call
    binders, inside = _binders(expr.binders, scope)
    result = _reduce(expr.result, inside.within({"partial": UNKNOWN}))
    return msgspec.structs.replace(expr, binders=binders, result=result)


def _filter(expr: Filter, scope: Scope, truth: bool) -> Expr:  # noqa: ARG001 - as _call
    return msgspec.structs.replace(expr, source=_reduce(expr.source, scope))


def _function(expr: FunctionExpr, scope: Scope, truth: bool) -> Expr:  # noqa: ARG001 - as _call
    if expr.external:
        return expr
    inside = scope.within({one.name: UNKNOWN for one in expr.parameters})
    return msgspec.structs.replace(expr, body=_reduce(expr.body, inside))


def _context(expr: ContextExpr, scope: Scope, truth: bool) -> Expr:  # noqa: ARG001 - as _call
    entries = []
    for entry in expr.entries:
        entries.append(Entry(key=entry.key, value=_reduce(entry.value, scope)))
        scope = scope.within({entry.key: UNKNOWN})
    return msgspec.structs.replace(expr, entries=tuple(entries))


_REDUCE: Final[dict[type, Callable[[Any, Scope, bool], Expr]]] = {
    And: _junction(TRUE, FALSE),
    Or: _junction(FALSE, TRUE),
    Not: _not,
    If: _if,
    Call: _call,
    Quantified: _quantified,
    For: _for,
    Filter: _filter,
    ContextExpr: _context,
    FunctionExpr: _function,
}
