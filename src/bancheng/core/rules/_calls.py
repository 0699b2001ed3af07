"""Functions: built in, written in FEEL, or given as values; and how they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from bancheng.core.rules._builtins import BUILTINS, CLOCK
from bancheng.core.rules._functions import Builtin, apply, apply_named, unknown_inside
from bancheng.core.rules._kinds import coerced, read_kind
from bancheng.core.rules._operators import RuleLimit
from bancheng.core.rules._scope import SCAN, Make, Run, Scope, size
from bancheng.core.rules._tree import Call, FunctionExpr, dotted
from bancheng.core.rules._values import UNKNOWN, Function, Value


def _call(expr: Call, make: Make) -> Run:
    given = tuple(make(one) for one in expr.arguments)
    names = expr.parameters
    key = dotted(expr.function)
    if not key:
        return _call_value(make(expr.function), given, names)
    shadowing = _call_value(make(expr.function), given, names)
    plain = _moment(key) if key in CLOCK and not given else _call_builtin(BUILTINS.get(key), given, names)
    if "." in key:
        return shadowing

    def run(scope: Scope) -> Value:
        if key in scope.local:
            found = scope.local[key]
        elif key in scope.facts:
            found = scope.facts[key]
        else:
            return plain(scope)
        # A fact may be called as a built-in is; only one that is a function stands in its place.
        own = isinstance(found, Function) or (found is UNKNOWN and key not in BUILTINS and key not in CLOCK)
        return shadowing(scope) if own else plain(scope)

    return run


def _moment(name: str) -> Run:
    def run(scope: Scope) -> Value:
        moment = scope.today if name == "today" else scope.now
        return scope.missing if moment is None else moment

    return run


def _call_builtin(builtin: Builtin | None, given: tuple[Run, ...], names: tuple[str, ...]) -> Run:
    if builtin is None:
        return lambda _: None

    def run(scope: Scope) -> Value:
        values = tuple([one(scope) for one in given])
        for one in values:
            if isinstance(one, tuple):
                scope.spend(len(one) // SCAN)
        if names:
            return apply_named(builtin, dict(zip(names, values, strict=True)))
        return apply(builtin, values)

    return run


def _call_value(callee: Run, given: tuple[Run, ...], names: tuple[str, ...]) -> Run:
    """A function that a name or an expression stands for, applied; null when it is none."""

    def run(scope: Scope) -> Value:
        function = callee(scope)
        if function is UNKNOWN or not isinstance(function, Function):
            return UNKNOWN if function is UNKNOWN else None
        values = tuple([one(scope) for one in given])
        scope.spend(len(values) + 1)
        return function.named(dict(zip(names, values, strict=True))) if names else function(values)

    return run


def _function(expr: FunctionExpr, make: Make) -> Run:
    names = tuple(one.name for one in expr.parameters)
    kinds = tuple(read_kind(one.type) if one.type else None for one in expr.parameters)
    if expr.external:
        return lambda _: Function(names, lambda _: None)
    body, cost = make(expr.body), size(expr.body)

    def run(scope: Scope) -> Value:
        def call(arguments: tuple[Value, ...]) -> Value:
            given: dict[str, Value] = {}
            for name, kind, value in zip(names, kinds, arguments, strict=True):
                fits, given[name] = (True, value) if kind is None else coerced(value, kind, scope.types)
                if not fits:
                    return None
                if kind is not None and kind.name != "Any" and unknown_inside(value):
                    return UNKNOWN  # it may turn out to be of another type, which gives null
            scope.spend(cost)
            try:
                return body(scope.within(given))
            except RecursionError as error:
                raise RuleLimit("a function called itself without end") from error

        return Function(names, call)

    return run


def _as_value(builtin: Builtin) -> Function:
    return Function(builtin.parameters, lambda arguments: apply(builtin, arguments))


AS_VALUES: Final[Mapping[str, Function]] = {name: _as_value(builtin) for name, builtin in BUILTINS.items()}
"What the name of a built-in function means where it is no call, in standard mode; a missing fact goes first elsewhere."


CALLS: Final[dict[type, Callable[[Any, Make], Run]]] = {Call: _call, FunctionExpr: _function}
