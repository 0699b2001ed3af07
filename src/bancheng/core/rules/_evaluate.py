"""The interpreter: every node once made into a closure over a scope. It is the reference for every other back end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from bancheng.core.rules._calls import AS_VALUES, CALLS
from bancheng.core.rules._functions import unknown_inside
from bancheng.core.rules._kinds import BASIC, Named, conforms, read_kind
from bancheng.core.rules._loops import LOOPS
from bancheng.core.rules._moments import Months
from bancheng.core.rules._operators import (
    ORDERS,
    arithmetic,
    between,
    compare,
    equal,
    matches,
    member,
    negation,
)
from bancheng.core.rules._scope import SCAN, Make, Run, Scope
from bancheng.core.rules._tree import (
    And,
    Between,
    Binary,
    Compare,
    ContextExpr,
    Expr,
    FunctionExpr,
    If,
    In,
    InstanceOf,
    ListExpr,
    Literal,
    Name,
    Negate,
    Not,
    Or,
    Path,
    RangeExpr,
    UnaryTest,
    dotted,
)
from bancheng.core.rules._values import READY, UNKNOWN, Mode, Range, Value, literal_value, to_value


def evaluate(
    expr: Expr,
    facts: Mapping[str, object],
    *,
    today: dt.date | None = None,
    now: dt.datetime | None = None,
    mode: Mode = Mode.ENTITLEMENT,
    types: Named | None = None,
) -> Value:
    """The value of an expression under `facts`.

    A fact is found by its dotted key (``{"applicant.age": 61}``) or by nested mappings
    (``{"applicant": {"age": 61}}``); int, float and list are accepted. In ENTITLEMENT mode a fact that is absent (or is
    `UNKNOWN`) is Unknown: a result that is not `UNKNOWN` stays the same however the missing facts turn out.
    ``None`` as a fact means *known to be absent*.

    Amounts of money are Decimals of yuan. Without `today`, ``today()`` counts as a missing fact. `types` answers
    ``instance of`` for types that a model defines by name.

    Raises:
        RuleLimit: the rule ran beyond `MAX_STEPS`, called itself without end, or built a value beyond all size.
    """
    return walk(expr, Scope(facts, today, mode, now, types))


def walk(expr: Expr, scope: Scope) -> Value:
    """The value of one node."""
    return made(expr)(scope)


def made(expr: Expr) -> Run:
    """A node made ready, once."""
    memo = expr.__dict__
    run: Run | None = memo.get("run")
    if run is None:
        run = memo["run"] = _MAKERS[type(expr)](expr, made)
    return run


# ------------------------------------------------------------------ names and members


def _literal(expr: Literal, _: Make) -> Run:
    value = literal_value(expr)
    return lambda _: value


def _name(expr: Name, _: Make) -> Run:
    name = expr.name
    function = AS_VALUES.get(name)

    def run(scope: Scope) -> Value:
        if name in scope.local:
            return scope.local[name]
        facts = scope.facts
        if name in facts:
            value = facts[name]
            return value if type(value) in READY else to_value(value)
        return function if scope.standard else scope.missing

    return run


def _path(expr: Path, make: Make) -> Run:
    source, name, key = make(expr.source), expr.name, dotted(expr)
    root = key.partition(".")[0]

    def run(scope: Scope) -> Value:
        if key in scope.facts and root not in scope.local:
            return to_value(scope.facts[key])
        return member(source(scope), name, scope.missing)

    return run


# ------------------------------------------------------------------ comparisons

QUICK: Final = frozenset({Decimal, str, dt.date, Months})
"Kinds whose two values compare as Python does it."


def _compare(expr: Compare, make: Make) -> Run:
    left, right, op = make(expr.left), make(expr.right), expr.op
    quick = ORDERS[op]

    def run(scope: Scope) -> Value:
        one, two = left(scope), right(scope)
        kind = type(one)
        if kind is type(two) and kind in QUICK:
            return quick(one, two)
        return compare(op, one, two)

    return run


def _between(expr: Between, make: Make) -> Run:
    value, low, high = make(expr.value), make(expr.low), make(expr.high)
    return lambda scope: between(value(scope), low(scope), high(scope))


def _in(expr: In, make: Make) -> Run:
    value, tests = make(expr.value), tuple(_test(one, make) for one in expr.tests)

    def run(scope: Scope) -> Value:
        subject = value(scope)
        result: Value = False
        for test in tests:
            outcome = test(subject, scope)
            if outcome is True:
                return True
            if outcome is UNKNOWN:
                result = UNKNOWN
            elif outcome is not False and result is not UNKNOWN:
                result = None
        return result

    return run


def _test(test: Expr, make: Make) -> Callable[[Value, Scope], Value]:
    if isinstance(test, UnaryTest):
        operand, op = make(test.operand), test.op

        def compared(subject: Value, scope: Scope) -> Value:
            outcome = compare(op, subject, operand(scope))
            return False if outcome is None else outcome

        return compared
    member_of = make(test)

    def held(subject: Value, scope: Scope) -> Value:
        found = member_of(scope)
        if isinstance(found, tuple):
            scope.spend(len(found) // SCAN)
        elif isinstance(found, Range) and scope.standard and _openended(found, subject):
            return None
        return matches(subject, found)

    return held


def _openended(span: Range, subject: Value) -> bool:
    """By the standard nothing can be said of null, nor of a range with an end written as null."""
    return subject is None or (not span.sign and (span.low is None or span.high is None))


# ------------------------------------------------------------------ logic


def _and(expr: And, make: Make) -> Run:
    operands = tuple(map(make, expr.operands))

    def run(scope: Scope) -> Value:
        result: Value = True
        for operand in operands:
            outcome = operand(scope)
            if outcome is True:
                continue
            if outcome is False:
                return False
            if outcome is UNKNOWN:
                result = UNKNOWN
            elif result is not UNKNOWN:
                result = None
        return result

    return run


def _or(expr: Or, make: Make) -> Run:
    operands = tuple(map(make, expr.operands))

    def run(scope: Scope) -> Value:
        result: Value = False
        for operand in operands:
            outcome = operand(scope)
            if outcome is False:
                continue
            if outcome is True:
                return True
            if outcome is UNKNOWN:
                result = UNKNOWN
            elif result is not UNKNOWN:
                result = None
        return result

    return run


def _not(expr: Not, make: Make) -> Run:
    operand = make(expr.operand)
    return lambda scope: negation(operand(scope))


def _if(expr: If, make: Make) -> Run:
    condition, then, otherwise = make(expr.condition), make(expr.then), make(expr.otherwise)

    def run(scope: Scope) -> Value:
        outcome = condition(scope)
        if outcome is not UNKNOWN:
            return (then if outcome is True else otherwise)(scope)
        one, other = then(scope), otherwise(scope)
        return one if equal(one, other) is True else UNKNOWN

    return run


# ------------------------------------------------------------------ values


def _negate(expr: Negate, make: Make) -> Run:
    operand, minus = make(expr.operand), Decimal(-1)
    return lambda scope: arithmetic("*", minus, operand(scope))


def _binary(expr: Binary, make: Make) -> Run:
    left, right, op = make(expr.left), make(expr.right), expr.op
    return lambda scope: arithmetic(op, left(scope), right(scope))


def _list(expr: ListExpr, make: Make) -> Run:
    items = tuple(map(make, expr.items))
    return lambda scope: tuple([one(scope) for one in items])


def _context(expr: ContextExpr, make: Make) -> Run:
    entries = tuple((one.key, make(one.value), isinstance(one.value, FunctionExpr)) for one in expr.entries)
    if len({key for key, _, _ in entries}) < len(entries):
        return lambda _: None  # a key that comes twice says nothing

    def run(scope: Scope) -> Value:
        found: dict[str, Value] = {}
        for key, value, function in entries:
            inner = scope.within(found)
            found[key] = value(inner)
            if function:  # it may call itself
                inner.local[key] = found[key]
        return found

    return run


def _range(expr: RangeExpr, make: Make) -> Run:
    low, high, low_closed, high_closed = make(expr.low), make(expr.high), expr.low_closed, expr.high_closed
    return lambda scope: Range(low(scope), high(scope), low_closed, high_closed)


_UPWARDS: Final = {">": False, ">=": True}
_DOWNWARDS: Final = {"<": False, "<=": True}


def _comparison(expr: UnaryTest, make: Make) -> Run:
    """``(< 10)`` as a value: all that is less than ten."""
    operand, op = make(expr.operand), expr.op
    if op in _UPWARDS:
        return lambda scope: Range(operand(scope), None, _UPWARDS[op], False, op)
    if op in _DOWNWARDS:
        return lambda scope: Range(None, operand(scope), False, _DOWNWARDS[op], op)

    def run(scope: Scope) -> Value:
        point = operand(scope)
        return Range(point, point, sign=op)

    return run


def _instance_of(expr: InstanceOf, make: Make) -> Run:
    operand, kind = make(expr.value), read_kind(expr.type)

    def run(scope: Scope) -> Value:
        value = operand(scope)
        if value is UNKNOWN:
            return UNKNOWN
        if value is None:
            return expr.type == "Null"
        fits = conforms(value, kind, scope.types)
        deep = bool(kind.parts) or kind.name not in BASIC
        return UNKNOWN if fits and deep and unknown_inside(value) else fits

    return run


_MAKERS: Final[dict[type, Callable[[Any, Make], Run]]] = {
    Literal: _literal,
    Name: _name,
    Path: _path,
    Negate: _negate,
    Binary: _binary,
    Compare: _compare,
    Between: _between,
    In: _in,
    UnaryTest: _comparison,
    And: _and,
    Or: _or,
    Not: _not,
    If: _if,
    ListExpr: _list,
    ContextExpr: _context,
    RangeExpr: _range,
    InstanceOf: _instance_of,
    **LOOPS,
    **CALLS,
}
