"""Many conditions met by one person after another: each fact is looked at once, whoever asks for it.

Conditions on one fact and constants depend only on where the fact lies among those constants. So all of them on a fact
are answered together, by the row that was made for the first person whose fact lay there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple

from bancheng.core.rules._conditions import Bits, Condition, Outcome
from bancheng.core.rules._evaluate import QUICK, made
from bancheng.core.rules._scope import MAX_STEPS, Scope
from bancheng.core.rules._text import to_text
from bancheng.core.rules._tree import (
    Between,
    Compare,
    Expr,
    In,
    ListExpr,
    Literal,
    Name,
    Not,
    Path,
    RangeExpr,
    UnaryTest,
    children,
    dotted,
    ordered_names,
)
from bancheng.core.rules._values import READY, UNKNOWN, Value, literal_value, to_value

KEPT: Final = 200_000
"Answers in the rows that are kept for one fact at most; where they would be more, none are kept."

_PLAIN: Final = (Name, Path, Literal, ListExpr, RangeExpr, UnaryTest)
_PURE: Final = (Compare, Between, In, UnaryTest, ListExpr, RangeExpr, Literal, Not)


class Row(NamedTuple):
    """How conditions on a fact came out, in their order."""

    told: tuple[Condition, ...]
    bits: Bits


class Met(NamedTuple):
    """How all conditions came out for one person, by number, and what their facts were."""

    told: list[Condition]
    bits: Bits
    seen: dict[str, Value]


class Meeting:
    """Conditions, each once, made ready. `number` says where `meet` answers one.

    `needs`, by number: the names that matter while a condition is unknown; None where that depends on what is known.
    """

    __slots__ = ("_groups", "_others", "_reads", "needs", "number")

    def __init__(self, conditions: Iterable[Expr]) -> None:
        by_fact: dict[str, list[Expr]] = {}
        others: list[Expr] = []
        for one in dict.fromkeys(conditions):
            fact = _only_fact(one)
            (others if fact is None else by_fact.setdefault(fact, [])).append(one)
        ordered = [one for exprs in by_fact.values() for one in exprs] + others
        self.number = {one: place for place, one in enumerate(ordered)}
        asked = [_Asked(one, 1 << place) for one, place in self.number.items()]
        starts = accumulate(map(len, by_fact.values()), initial=0)
        self._groups = tuple(
            _OfFact(fact, asked[start : start + len(exprs)])
            for (fact, exprs), start in zip(by_fact.items(), starts, strict=False)
        )
        self.needs = tuple(_needs(one.held.expr, one.names) for one in asked)
        self._others = tuple(asked[len(asked) - len(others) :])
        names = dict.fromkeys(name for one in self._others for name in one.names)
        self._reads = tuple((name, made(named(name))) for name in names if name not in by_fact)

    def meet(self, scope: Scope) -> Met:
        """How every condition comes out.

        Raises:
            RuleLimit: a condition alone took more than `MAX_STEPS`.
        """
        told: list[Condition] = []
        seen: dict[str, Value] = {}
        yes = no = unknown = 0
        for group in self._groups:
            known, (held, failed, untold) = group.meet(scope, seen)
            told += known
            yes |= held
            no |= failed
            unknown |= untold
        for name, read in self._reads:
            seen[name] = read(scope)
        known, (held, failed, untold) = _row(self._others, scope)
        return Met([*told, *known], Bits(yes | held, no | failed, unknown | untold), seen)


class _Asked:
    """One condition with its three answers and its bit."""

    __slots__ = ("bit", "failed", "held", "names", "run", "untold")

    def __init__(self, expr: Expr, bit: int) -> None:
        self.bit = bit
        self.run, self.names, text = made(expr), ordered_names(expr), to_text(expr)
        self.held, self.failed, self.untold = (
            Condition(expr=expr, text=text, outcome=outcome, names=self.names)
            for outcome in (Outcome.HELD, Outcome.FAILED, Outcome.UNKNOWN)
        )

    def value(self, scope: Scope) -> Value:
        scope.budget[0] = MAX_STEPS
        return self.run(scope)

    def told(self, value: Value) -> Condition:
        return self.held if value is True else self.untold if value is UNKNOWN else self.failed


def _row(asked: Sequence[_Asked], scope: Scope) -> Row:
    values = [one.value(scope) for one in asked]
    yes, no, unknown = (
        sum(one.bit for one, value in zip(asked, values, strict=True) if value is wanted)
        for wanted in (True, False, UNKNOWN)
    )
    told = tuple(one.told(value) for one, value in zip(asked, values, strict=True))
    return Row(told, Bits(yes, no, unknown))


class _OfFact:
    """All conditions on one fact and constants."""

    __slots__ = ("_asked", "_kinds", "_untold", "name")

    def __init__(self, name: str, asked: Sequence[_Asked]) -> None:
        self.name = name
        self._asked = asked
        constants: set[Any] = {value for one in asked for value in _constants(one.held.expr)}
        self._kinds: dict[type, tuple[list[Any], list[Row | None]]] = {}
        for kind in (bool, *QUICK):
            marks: list[Any] = [one for one in constants | {False, True} if type(one) is kind]
            marks.sort()
            self._kinds[kind] = marks, [None] * (2 * len(marks) + 1)
        self._untold = _row(asked, Scope({}))

    def meet(self, scope: Scope, seen: dict[str, Value]) -> Row:
        """The answers of all of them; notes what the fact was."""
        name = self.name
        if scope.standard:
            seen[name] = made(Name(name=name))(scope)
            return _row(self._asked, scope)
        value = scope.facts.get(name, UNKNOWN)
        kind = type(value)
        if kind not in READY:
            value = to_value(value)
            kind = type(value)
        seen[name] = value
        if value is UNKNOWN:
            return self._untold
        known = self._kinds.get(kind)
        if known is None:
            return _row(self._asked, scope)
        marks, rows = known
        place = bisect_left(marks, value)  # below it, or on it
        place = 2 * place + (place < len(marks) and marks[place] == value)
        row = rows[place]
        if row is None:
            row = _row(self._asked, scope)
            if len(rows) * len(row.told) <= KEPT:
                rows[place] = row
        return row


def _only_fact(expr: Expr) -> str | None:
    """The fact on which alone, beside constants, a condition depends."""
    names = ordered_names(expr)
    return names[0] if len(names) == 1 and "." not in names[0] and _constant_but_for(expr, names[0]) else None


def _constant_but_for(expr: Expr, name: str) -> bool:
    if isinstance(expr, (Name, Path)):
        return dotted(expr) == name
    return isinstance(expr, _PURE) and all(_constant_but_for(one, name) for one in children(expr))


def _constants(expr: Expr) -> Iterator[Value]:
    if isinstance(expr, Literal):
        value = literal_value(expr)
        if type(value) in QUICK:
            yield value
    for one in children(expr):
        yield from _constants(one)


def _needs(expr: Expr, names: tuple[str, ...]) -> tuple[str, ...] | None:
    plain = _is_plain(expr.operand if isinstance(expr, Not) else expr)
    return names if plain else None


def _is_plain(expr: Expr) -> bool:
    """Whether no part of it can be settled while the whole is unknown, but for facts that are known."""
    if isinstance(expr, (Name, Path)):
        return True
    if not isinstance(expr, (Compare, Between, In)):
        return False
    return all(_leaf(one) for one in children(expr))


def _leaf(expr: Expr) -> bool:
    return isinstance(expr, _PLAIN) and (isinstance(expr, Path) or all(map(_leaf, children(expr))))


def named(key: str) -> Expr:
    """The expression that reads a fact by its dotted key."""
    first, *rest = key.split(".")
    expr: Expr = Name(name=first)
    for part in rest:
        expr = Path(source=expr, name=part)
    return expr


def one_met(expr: Expr, scope: Scope) -> Condition:
    """How one condition comes out, met once."""
    (condition,) = _row([_Asked(expr, 1)], scope).told
    return condition
