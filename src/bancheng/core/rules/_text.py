"""The tree back to canonical FEEL: as few parentheses as the grammar allows, one space around operators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from bancheng.core.rules._lexer import is_simple
from bancheng.core.rules._moments import Months
from bancheng.core.rules._tree import (
    And,
    Between,
    Binary,
    Binder,
    Call,
    Compare,
    ContextExpr,
    Entry,
    Expr,
    Filter,
    For,
    FunctionExpr,
    If,
    In,
    InstanceOf,
    ListExpr,
    Literal,
    LiteralKind,
    Name,
    Negate,
    Not,
    Or,
    Path,
    Quantified,
    RangeExpr,
    UnaryTest,
)
from bancheng.core.rules._values import Range, Value, number_text, to_value, value_text

# How tightly each form binds; the parser climbs the same ladder.
OPEN, OR, AND, COMPARE, ADD, MULTIPLY, POWER, NEGATE, INSTANCE, POSTFIX, PRIMARY = range(11)
BINARY: Final = {"+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "**": POWER}
_LEVEL: Final[dict[type, int]] = {
    If: OPEN, Quantified: OPEN, For: OPEN, FunctionExpr: OPEN, Or: OR, And: AND,
    Compare: COMPARE, Between: COMPARE, In: COMPARE, Negate: NEGATE, InstanceOf: INSTANCE,
    Path: POSTFIX, Filter: POSTFIX, Call: POSTFIX, Not: POSTFIX,
}  # fmt: skip


def to_text(expr: Expr) -> str:
    """Canonical FEEL. ``parse(to_text(expr), names=names_in(expr)) == expr`` for every tree the parser makes."""
    return _WRITE[type(expr)](expr)


def literal(value: Value) -> Expr:
    """The expression that means `value`; the reverse of evaluating it.

    Raises:
        TypeError: the value is no FEEL value, or is UNKNOWN.
    """
    value = to_value(value)
    if value is None:
        return Literal(kind=LiteralKind.NULL)
    if isinstance(value, bool):
        return Literal(kind=LiteralKind.BOOLEAN, text="true" if value else "false")
    if isinstance(value, Decimal):
        return Literal(kind=LiteralKind.NUMBER, text=number_text(value))
    if isinstance(value, str):
        return Literal(kind=LiteralKind.STRING, text=value)
    if isinstance(value, (dt.date, dt.time, dt.timedelta, Months)):
        return Literal(kind=LiteralKind.TEMPORAL, text=value_text(value))
    if isinstance(value, tuple):
        return ListExpr(items=tuple(literal(one) for one in value))
    if isinstance(value, Range) and value.sign:
        return UnaryTest(op=value.sign, operand=literal(value.high if value.sign[0] == "<" else value.low))
    if isinstance(value, Range):
        return RangeExpr(
            low=literal(value.low), high=literal(value.high),
            low_closed=value.low_closed, high_closed=value.high_closed,
        )  # fmt: skip
    if isinstance(value, Mapping):
        return ContextExpr(entries=tuple(Entry(key=key, value=literal(one)) for key, one in value.items()))
    raise TypeError(f"no FEEL literal for {value!r}")


def quoted(text: str) -> str:
    """A FEEL string literal."""
    body = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + body.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def _at(expr: Expr, level: int) -> str:
    """`expr` where something at least as tight as `level` is wanted."""
    text = to_text(expr)
    own = BINARY[expr.op] if isinstance(expr, Binary) else _LEVEL.get(type(expr), PRIMARY)
    return text if own >= level else f"({text})"


def _literal(expr: Literal) -> str:
    if expr.kind is LiteralKind.STRING:
        return quoted(expr.text)
    if expr.kind is LiteralKind.TEMPORAL:
        return f"@{quoted(expr.text)}"
    return "null" if expr.kind is LiteralKind.NULL else expr.text


def _negate(expr: Negate) -> str:
    number = isinstance(expr.operand, Literal) and expr.operand.kind is LiteralKind.NUMBER
    bare = not number or expr.operand.text.startswith("-")  # type: ignore[union-attr]  # a number is a Literal
    return f"-{_at(expr.operand, NEGATE)}" if bare else f"-({to_text(expr.operand)})"


def _binary(expr: Binary) -> str:
    level = BINARY[expr.op]
    return f"{_at(expr.left, level)} {expr.op} {_at(expr.right, level + 1)}"


def _compare(expr: Compare) -> str:
    return f"{_at(expr.left, ADD)} {expr.op} {_at(expr.right, ADD)}"


def _between(expr: Between) -> str:
    return f"{_at(expr.value, ADD)} between {_at(expr.low, ADD)} and {_at(expr.high, ADD)}"


def _in(expr: In) -> str:
    tests = expr.tests
    if len(tests) == 1 and isinstance(tests[0], (RangeExpr, ListExpr)):
        return f"{_at(expr.value, ADD)} in {to_text(tests[0])}"
    return f"{_at(expr.value, ADD)} in ({', '.join(map(_test, tests))})"


def _test(expr: Expr) -> str:
    return f"{expr.op} {_at(expr.operand, ADD)}" if isinstance(expr, UnaryTest) else to_text(expr)


def _function(expr: FunctionExpr) -> str:
    named = (f"{one.name}: {one.type}" if one.type else one.name for one in expr.parameters)
    return f"function({', '.join(named)}) {'external ' if expr.external else ''}{to_text(expr.body)}"


def _if(expr: If) -> str:
    return f"if {to_text(expr.condition)} then {to_text(expr.then)} else {to_text(expr.otherwise)}"


def _call(expr: Call) -> str:
    arguments = [to_text(one) for one in expr.arguments]
    if expr.parameters:
        arguments = [f"{name}: {text}" for name, text in zip(expr.parameters, arguments, strict=True)]
    return f"{_source(expr.function)}({', '.join(arguments)})"


def _context(expr: ContextExpr) -> str:
    def key(name: str) -> str:
        return name if is_simple(name) else quoted(name)

    return "{" + ", ".join(f"{key(entry.key)}: {to_text(entry.value)}" for entry in expr.entries) + "}"


def _range(expr: RangeExpr) -> str:
    opening, closing = "[" if expr.low_closed else "(", "]" if expr.high_closed else ")"
    return f"{opening}{_end(expr.low)}..{_end(expr.high)}{closing}"


def _end(expr: Expr) -> str:
    simple = isinstance(expr, (Name, Literal)) or (isinstance(expr, Path) and isinstance(expr.source, Name))
    return to_text(expr) if simple else f"({to_text(expr)})"


def _binders(binders: tuple[Binder, ...]) -> str:
    def one(binder: Binder) -> str:
        if binder.until is not None:
            return f"{binder.name} in {_at(binder.source, ADD)}..{_at(binder.until, ADD)}"
        return f"{binder.name} in {to_text(binder.source)}"

    return ", ".join(map(one, binders))


def _quantified(expr: Quantified) -> str:
    word = "every" if expr.every else "some"
    return f"{word} {_binders(expr.binders)} satisfies {to_text(expr.satisfies)}"


def _source(expr: Expr) -> str:
    negative = isinstance(expr, Literal) and expr.kind is LiteralKind.NUMBER
    return f"({to_text(expr)})" if negative else _at(expr, POSTFIX)


_WRITE: Final[dict[type, Callable[[Any], str]]] = {
    Literal: _literal,
    Name: lambda expr: expr.name,
    Path: lambda expr: f"{_source(expr.source)}.{expr.name}",
    Negate: _negate,
    Binary: _binary,
    Compare: _compare,
    Between: _between,
    In: _in,
    UnaryTest: lambda expr: f"({_test(expr)})",
    And: lambda expr: " and ".join(_at(one, COMPARE) for one in expr.operands),
    Or: lambda expr: " or ".join(_at(one, AND) for one in expr.operands),
    Not: lambda expr: f"not({to_text(expr.operand)})",
    If: _if,
    Call: _call,
    ListExpr: lambda expr: f"[{', '.join(map(to_text, expr.items))}]",
    ContextExpr: _context,
    RangeExpr: _range,
    Quantified: _quantified,
    For: lambda expr: f"for {_binders(expr.binders)} return {to_text(expr.result)}",
    Filter: lambda expr: f"{_source(expr.source)}[{to_text(expr.condition)}]",
    InstanceOf: lambda expr: f"{_source(expr.value)} instance of {expr.type}",
    FunctionExpr: _function,
}
