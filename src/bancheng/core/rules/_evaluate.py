"""The interpreter: a walk over the tree. It is the reference that every other back end is compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from bancheng.core.rules._builtins import BUILTINS, CLOCK, apply
from bancheng.core.rules._operators import (
    RuleLimit,
    arithmetic,
    between,
    bounded,
    compare,
    conjunction,
    disjunction,
    equal,
    matches,
    member,
    negation,
)
from bancheng.core.rules._tree import (
    And,
    Between,
    Binary,
    Binder,
    Call,
    Compare,
    ContextExpr,
    Expr,
    Filter,
    For,
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
    Quantified,
    RangeExpr,
    UnaryTest,
    dotted,
    names_in,
)
from bancheng.core.rules._values import (
    UNKNOWN,
    Function,
    Mode,
    Range,
    Value,
    kind_of,
    literal_value,
    to_value,
)

MAX_STEPS: Final = 200_000
"Nodes one evaluation may visit; a loop over a long list counts each turn."

_SCAN: Final = 8
"Items of a list that a built-in looks at in the time of one step."


class Scope:
    """What the names of an expression mean during one evaluation."""

    __slots__ = ("budget", "facts", "local", "missing", "now", "today")

    def __init__(
        self,
        facts: Mapping[str, object],
        today: dt.date | None = None,
        mode: Mode = Mode.ENTITLEMENT,
        now: dt.datetime | None = None,
    ) -> None:
        self.facts = facts
        self.local: Mapping[str, Value] = {}
        self.missing: Value = UNKNOWN if mode is Mode.ENTITLEMENT else None
        self.today, self.now = today, now
        self.budget = [MAX_STEPS]

    def within(self, local: Mapping[str, Value]) -> Scope:
        """The same, with more local variables."""
        scope = Scope.__new__(Scope)
        scope.facts, scope.missing, scope.today, scope.now = self.facts, self.missing, self.today, self.now
        scope.budget = self.budget
        scope.local = {**self.local, **local}
        return scope

    def spend(self, steps: int) -> None:
        """Count work done.

        Raises:
            RuleLimit: more than `MAX_STEPS` in all.
        """
        self.budget[0] -= steps
        if self.budget[0] < 0:
            raise RuleLimit(f"a rule took more than {MAX_STEPS} steps")


def evaluate(
    expr: Expr,
    facts: Mapping[str, object],
    *,
    today: dt.date | None = None,
    now: dt.datetime | None = None,
    mode: Mode = Mode.ENTITLEMENT,
) -> Value:
    """The value of an expression under `facts`.

    A fact is found by its dotted key (``{"applicant.age": 61}``) or by nested mappings
    (``{"applicant": {"age": 61}}``); int, float and list are accepted. In ENTITLEMENT mode a fact that is absent (or is
    `UNKNOWN`) is Unknown: a result that is not `UNKNOWN` stays the same however the missing facts turn out.
    ``None`` as a fact means *known to be absent*.

    Amounts of money are Decimals of yuan. Without `today`, ``today()`` counts as a missing fact.

    Raises:
        RuleLimit: the rule ran beyond `MAX_STEPS` or built a value beyond all size.
    """
    return walk(expr, Scope(facts, today, mode, now))


def walk(expr: Expr, scope: Scope) -> Value:
    """The value of one node."""
    scope.spend(1)
    return _WALK[type(expr)](expr, scope)


def _name(expr: Name, scope: Scope) -> Value:
    if expr.name in scope.local:
        return scope.local[expr.name]
    return to_value(scope.facts[expr.name]) if expr.name in scope.facts else scope.missing


def _path(expr: Path, scope: Scope) -> Value:
    key = dotted(expr)
    if key in scope.facts and key.partition(".")[0] not in scope.local:
        return to_value(scope.facts[key])
    return member(walk(expr.source, scope), expr.name, scope.missing)


def _negate(expr: Negate, scope: Scope) -> Value:
    value = walk(expr.operand, scope)
    return arithmetic("*", Decimal(-1), value)


def _in(expr: In, scope: Scope) -> Value:
    value = walk(expr.value, scope)

    def outcomes() -> Iterator[Value]:
        for test in expr.tests:
            if isinstance(test, UnaryTest):
                outcome = compare(test.op, value, walk(test.operand, scope))
                yield False if outcome is None else outcome
            else:
                found = walk(test, scope)
                scope.spend(len(found) // _SCAN if isinstance(found, tuple) else 0)
                yield matches(value, found)

    return disjunction(outcomes())


def _and(expr: And, scope: Scope) -> Value:
    return conjunction(walk(one, scope) for one in expr.operands)


def _or(expr: Or, scope: Scope) -> Value:
    return disjunction(walk(one, scope) for one in expr.operands)


def _if(expr: If, scope: Scope) -> Value:
    condition = walk(expr.condition, scope)
    if condition is not UNKNOWN:
        return walk(expr.then if condition is True else expr.otherwise, scope)
    then, otherwise = walk(expr.then, scope), walk(expr.otherwise, scope)
    return then if equal(then, otherwise) is True else UNKNOWN


def _call(expr: Call, scope: Scope) -> Value:
    name = dotted(expr.function)
    head = name.partition(".")[0]
    if not name or head in scope.local or head in scope.facts:
        return _call_value(walk(expr.function, scope), expr, scope)
    if name in CLOCK and not expr.arguments:
        moment = scope.today if name == "today" else scope.now
        return scope.missing if moment is None else moment
    builtin = BUILTINS.get(name)
    if builtin is None:
        return None
    values = [walk(one, scope) for one in expr.arguments]
    scope.spend(sum(len(one) for one in values if isinstance(one, tuple)) // _SCAN)
    if not expr.parameters:
        return apply(builtin, tuple(values))
    given = dict(zip(expr.parameters, values, strict=True))
    ordered = tuple(given[name] for name in builtin.parameters[: len(given)] if name in given)
    return apply(builtin, ordered) if len(ordered) == len(given) else None


def _call_value(function: Value, expr: Call, scope: Scope) -> Value:
    """A function that a name or an expression stands for, applied; null when it is none."""
    if function is UNKNOWN or not isinstance(function, Function):
        return UNKNOWN if function is UNKNOWN else None
    values = tuple(walk(one, scope) for one in expr.arguments)
    scope.spend(len(values))
    if not expr.parameters:
        return function(values)
    return function.named(dict(zip(expr.parameters, values, strict=True)))


def _range(expr: RangeExpr, scope: Scope) -> Value:
    return Range(walk(expr.low, scope), walk(expr.high, scope), expr.low_closed, expr.high_closed)


def _context(expr: ContextExpr, scope: Scope) -> Value:
    found: dict[str, Value] = {}
    for entry in expr.entries:
        found[entry.key] = walk(entry.value, scope.within(found))
    return found


def _turns(binders: tuple[Binder, ...], scope: Scope) -> Iterator[Scope | None]:
    """One scope for each combination of the bound variables; a single None when a list itself is not known."""
    if not binders:
        yield scope
        return
    items = _items(binders[0], scope)
    if items is None:
        yield None
        return
    for item in items:
        yield from _turns(binders[1:], scope.within({binders[0].name: item}))


def _items(binder: Binder, scope: Scope) -> Iterator[Value] | None:
    source = walk(binder.source, scope)
    if binder.until is not None:
        return _counted(source, walk(binder.until, scope))
    if source is UNKNOWN:
        return None
    if isinstance(source, Range):
        return _counted(source.low, source.high)
    return iter(() if source is None else source if isinstance(source, tuple) else (source,))


def _counted(low: Value, high: Value) -> Iterator[Value] | None:
    if low is UNKNOWN or high is UNKNOWN:
        return None
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return iter(())
    first, last = int(low), int(high)
    numbers = range(first, last + 1) if first <= last else range(first, last - 1, -1)
    return (Decimal(number) for number in numbers)


def _quantified(expr: Quantified, scope: Scope) -> Value:
    outcomes = (
        UNKNOWN if turn is None else walk(expr.satisfies, turn) for turn in _turns(expr.binders, scope)
    )
    return conjunction(outcomes) if expr.every else disjunction(outcomes)


def _for(expr: For, scope: Scope) -> Value:
    results: list[Value] = []
    # The list so far is copied for each turn only where it is read.
    cumulative = any(name.partition(".")[0] == "partial" for name in names_in(expr.result))
    for turn in _turns(expr.binders, scope):
        if turn is None:
            return UNKNOWN
        if cumulative:
            scope.spend(len(results) // _SCAN)
            turn = turn.within({"partial": tuple(results)})  # noqa: PLW2901 - the same turn, knowing more
        results.append(walk(expr.result, turn))
    return bounded(tuple(results))


def _filter(expr: Filter, scope: Scope) -> Value:
    source = walk(expr.source, scope)
    if source is UNKNOWN or source is None:
        return source
    items = source if isinstance(source, tuple) else (source,)
    if not items:  # the n-th of nothing is null, the chosen of nothing are none
        outcome = walk(expr.condition, scope.within({"item": None}))
        return None if isinstance(outcome, Decimal) else UNKNOWN if outcome is UNKNOWN else ()
    kept: list[Value] = []
    for item in items:
        members = {key: to_value(one) for key, one in item.items()} if isinstance(item, Mapping) else {}
        outcome = walk(expr.condition, scope.within({"item": item, **members}))
        if isinstance(outcome, Decimal):
            return _nth(items, outcome)
        if outcome is UNKNOWN:
            return UNKNOWN
        if outcome is True:
            kept.append(item)
    return tuple(kept)


def _nth(items: tuple[Value, ...], position: Decimal) -> Value:
    index = int(position)
    if index == 0 or abs(index) > len(items):
        return None
    return items[index - 1 if index > 0 else index]


def _instance_of(expr: InstanceOf, scope: Scope) -> Value:
    value = walk(expr.value, scope)
    if value is UNKNOWN:
        return UNKNOWN
    if value is None:
        return expr.type == "Null"
    return expr.type in {"Any", kind_of(value)}


def _between(expr: Between, scope: Scope) -> Value:
    return between(walk(expr.value, scope), walk(expr.low, scope), walk(expr.high, scope))


_WALK: Final[dict[type, Callable[[Any, Scope], Value]]] = {
    Literal: lambda expr, _: literal_value(expr),
    Name: _name,
    Path: _path,
    Negate: _negate,
    Binary: lambda expr, scope: arithmetic(expr.op, walk(expr.left, scope), walk(expr.right, scope)),
    Compare: lambda expr, scope: compare(expr.op, walk(expr.left, scope), walk(expr.right, scope)),
    Between: _between,
    In: _in,
    And: _and,
    Or: _or,
    Not: lambda expr, scope: negation(walk(expr.operand, scope)),
    If: _if,
    Call: _call,
    ListExpr: lambda expr, scope: tuple(walk(one, scope) for one in expr.items),
    ContextExpr: _context,
    RangeExpr: _range,
    Quantified: _quantified,
    For: _for,
    Filter: _filter,
    InstanceOf: _instance_of,
}
