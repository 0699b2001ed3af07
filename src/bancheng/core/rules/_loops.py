"""``for``, ``some``, ``every`` and filters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from bancheng.core.rules._operators import bounded, conjunction, disjunction
from bancheng.core.rules._scope import SCAN, Make, Run, Scope, size
from bancheng.core.rules._tree import Binder, Filter, For, Quantified, names_in
from bancheng.core.rules._values import UNKNOWN, Range, Unknown, Value, to_value

Source = Callable[[Scope], "Iterator[Value] | Unknown | None"]
"The items a variable runs through; Unknown, or null where nothing can be run through."
Bound = tuple[str, Source]


def _turns(bound: tuple[Bound, ...], scope: Scope) -> Iterator[Scope | Unknown | None]:
    """One scope for each combination of the bound variables; Unknown or null once where a list is so."""
    if not bound:
        yield scope
        return
    name, source = bound[0]
    items = source(scope)
    if items is None or items is UNKNOWN:
        yield items
        return
    for item in items:
        yield from _turns(bound[1:], scope.within({name: item}))


def _source(binder: Binder, make: Make) -> Source:
    first = make(binder.source)
    if binder.until is not None:
        until = make(binder.until)
        return lambda scope: _counted(first(scope), until(scope), either_way=True)

    def items(scope: Scope) -> Iterator[Value] | Unknown | None:
        found = first(scope)
        if found is UNKNOWN:
            return UNKNOWN
        if isinstance(found, Range):
            return _counted(found.low, found.high, either_way=False)
        return iter(() if found is None else found if isinstance(found, tuple) else (found,))

    return items


def _counted(low: Value, high: Value, *, either_way: bool) -> Iterator[Value] | Unknown | None:
    """The whole numbers or days from one end to the other; a range value only runs upwards."""
    if low is UNKNOWN or high is UNKNOWN:
        return UNKNOWN
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        first, last = int(low), int(high)
        if first > last and not either_way:
            return None
        numbers = range(first, last + 1) if first <= last else range(first, last - 1, -1)
        return (Decimal(number) for number in numbers)
    if type(low) is dt.date and type(high) is dt.date:
        start, end = low.toordinal(), high.toordinal()
        if start > end and not either_way:
            return None
        days = range(start, end + 1) if start <= end else range(start, end - 1, -1)
        return (dt.date.fromordinal(day) for day in days)
    return None


def _bound(binders: tuple[Binder, ...], make: Make) -> tuple[Bound, ...]:
    return tuple((one.name, _source(one, make)) for one in binders)


def _quantified(expr: Quantified, make: Make) -> Run:
    bound, satisfies, cost = _bound(expr.binders, make), make(expr.satisfies), size(expr.satisfies)
    finish = conjunction if expr.every else disjunction

    def run(scope: Scope) -> Value:
        def outcomes() -> Iterator[Value]:
            for turn in _turns(bound, scope):
                if isinstance(turn, Scope):
                    scope.spend(cost)
                    yield satisfies(turn)
                else:
                    yield turn

        return finish(outcomes())

    return run


def _for(expr: For, make: Make) -> Run:
    bound, result, cost = _bound(expr.binders, make), make(expr.result), size(expr.result)
    # The list so far is copied for each turn only where it is read.
    cumulative = any(name.partition(".")[0] == "partial" for name in names_in(expr.result))

    def run(scope: Scope) -> Value:
        results: list[Value] = []
        for turn in _turns(bound, scope):
            if not isinstance(turn, Scope):
                return turn
            scope.spend(cost)
            if cumulative:
                scope.spend(len(results) // SCAN)
                turn.local["partial"] = tuple(results)
            results.append(result(turn))
        return bounded(tuple(results))

    return run


def _filter(expr: Filter, make: Make) -> Run:
    listed, condition, cost = make(expr.source), make(expr.condition), size(expr.condition)

    def run(scope: Scope) -> Value:
        source = listed(scope)
        if source is UNKNOWN or source is None:
            return source
        items = source if isinstance(source, tuple) else (source,)
        if not items:  # the n-th of nothing is null, the chosen of nothing are none
            outcome = condition(scope.within({"item": None}))
            return None if isinstance(outcome, Decimal) else UNKNOWN if outcome is UNKNOWN else ()
        kept: list[Value] = []
        for item in items:
            scope.spend(cost)
            members = {key: to_value(one) for key, one in item.items()} if isinstance(item, Mapping) else {}
            outcome = condition(scope.within({"item": item, **members}))
            if isinstance(outcome, Decimal):
                return _nth(items, outcome)
            if outcome is UNKNOWN:
                return UNKNOWN
            if outcome is True:
                kept.append(item)
        return tuple(kept)

    return run


def _nth(items: tuple[Value, ...], position: Decimal) -> Value:
    index = int(position)
    if index == 0 or abs(index) > len(items):
        return None
    return items[index - 1 if index > 0 else index]


LOOPS: Final[dict[type, Callable[[Any, Make], Run]]] = {
    Quantified: _quantified,
    For: _for,
    Filter: _filter,
}
