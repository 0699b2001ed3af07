"""Why a rule came out as it did: every condition with its outcome and the values it saw, and what is still missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from bancheng.core.kernel import Record
from bancheng.core.rules._conditions import CONDITIONS, OPPOSITE, Condition, Junction, Outcome, parts_of
from bancheng.core.rules._evaluate import made, walk
from bancheng.core.rules._meeting import Meeting, Met, named, one_met
from bancheng.core.rules._partial import partial, whole
from bancheng.core.rules._scope import MAX_STEPS, Scope
from bancheng.core.rules._tree import (
    And,
    Compare,
    Expr,
    If,
    Literal,
    Not,
    Or,
    ordered_names,
)  # fmt: skip
from bancheng.core.rules._values import UNKNOWN, Mode, Value


class Explanation(Record, gc=False):
    """`value` with the conditions that led to it, in the order of the rule.

    `missing`: the facts not told yet that may still change the result, in the order the rule asks for them; no other
    missing fact can. Empty once `value` is known. `seen`: what the facts were, `UNKNOWN` for those not told yet; rules
    explained together share it, so it may hold more than this rule read.
    """

    value: Value
    conditions: tuple[Condition, ...]
    missing: tuple[str, ...]
    seen: Mapping[str, Value]

    @property
    def read(self) -> dict[str, Value]:
        """The facts that the conditions of this rule read, as they were, in that order."""
        return {name: self.seen[name] for one in self.conditions for name in one.names}

    @property
    def held(self) -> tuple[Condition, ...]:
        """The conditions that hold."""
        return self._with(Outcome.HELD)

    @property
    def failed(self) -> tuple[Condition, ...]:
        """The conditions that do not hold."""
        return self._with(Outcome.FAILED)

    @property
    def unknown(self) -> tuple[Condition, ...]:
        """The conditions that cannot be told yet."""
        return self._with(Outcome.UNKNOWN)

    def _with(self, outcome: Outcome) -> tuple[Condition, ...]:
        return tuple(one for one in self.conditions if one.outcome is outcome)

    def in_words(
        self, labels: Mapping[str, str] | None = None, shown: Mapping[str, str] | None = None
    ) -> str:
        """All conditions as one Chinese sentence, then what is still needed; `labels`, `shown`: see `Condition`."""
        names = labels or {}
        parts = [one.in_words(self.seen, names, shown) for one in self.conditions]
        if self.missing:
            parts.append(f"还需要知道：{'、'.join(names.get(one, one) for one in self.missing)}")
        return "；".join(parts) + "。" if parts else ""


class _Rule(NamedTuple):
    """A rule of a book, and where its conditions are answered."""

    expr: Expr
    shape: Junction | None
    "How its conditions are joined, by their numbers in the book; None where they depend on the person."
    pick: Callable[[Sequence[Condition]], tuple[Condition, ...]]


class Rulebook:
    """Many rules made ready once, to be explained to one person after another.

    A condition that several rules ask is met once, and a fact that many conditions ask is looked at once; so a rule
    more costs little more than its explanation. What is made ready is kept for as long as the book.
    """

    __slots__ = ("_meeting", "_rules")

    def __init__(self, exprs: Iterable[Expr]) -> None:
        taken = [(expr, parts_of(expr)) for expr in exprs]
        self._meeting = Meeting(one for _, parts in taken if parts for one in parts.conditions)
        number = self._meeting.number
        self._rules = tuple(
            _Rule(expr, parts and parts.shape.at(places), _picker(places))
            for expr, parts in taken
            for places in ([number[one] for one in parts.conditions] if parts else [],)
        )

    def explain(
        self,
        facts: Mapping[str, object],
        *,
        today: dt.date | None = None,
        now: dt.datetime | None = None,
        mode: Mode = Mode.ENTITLEMENT,
    ) -> tuple[Explanation, ...]:
        """Every rule explained to one person, in their order; each as `explain` does.

        Raises:
            RuleLimit: as `evaluate`; each condition has its own bound.
        """
        scope = Scope(facts, today, mode, now)
        told, bits, seen = met = self._meeting.meet(scope)
        found = []
        for expr, shape, pick in self._rules:
            if shape is None:
                found.append(_anew(expr, scope))
                continue
            value = shape.value(bits)
            missing = self._missing(shape, met, scope) if value is UNKNOWN else ()
            found.append(Explanation(value=value, conditions=pick(told), missing=missing, seen=seen))
        return tuple(found)

    def _missing(self, shape: Junction, met: Met, scope: Scope) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for number in shape.open(met.bits):
            needs = self._meeting.needs[number]
            if needs is None:
                left = partial(met.told[number].expr, scope.facts, today=scope.today, now=scope.now)
                needs = ordered_names(left)
            names.update(dict.fromkeys(needs))
        return tuple([name for name in names if not whole(met.seen[name])])


def explain(
    expr: Expr,
    facts: Mapping[str, object],
    *,
    today: dt.date | None = None,
    now: dt.datetime | None = None,
    mode: Mode = Mode.ENTITLEMENT,
) -> Explanation:
    """Evaluate as `evaluate` does and say why.

    Raises:
        RuleLimit: as `evaluate`; each condition has its own bound.
    """
    book: Rulebook | None = expr.__dict__.get("book")
    if book is None:
        book = expr.__dict__["book"] = Rulebook((expr,))
    return book.explain(facts, today=today, now=now, mode=mode)[0]


def _picker(places: list[int]) -> Callable[[Sequence[Condition]], tuple[Condition, ...]]:
    """Takes what stands at these places."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple([cells[place] for place in places])


def _anew(expr: Expr, scope: Scope) -> Explanation:
    """A rule whose conditions depend on the person."""
    scope.budget[0] = MAX_STEPS
    value = walk(expr, scope)
    atoms = dict.fromkeys(_atoms(expr, scope, negated=False, sure=False))
    conditions = tuple(one_met(one, scope) for one in atoms)
    seen = {name: made(named(name))(scope) for one in conditions for name in one.names}
    missing: tuple[str, ...] = ()
    if not whole(value):
        left = ordered_names(partial(expr, scope.facts, today=scope.today, now=scope.now))
        missing = tuple(name for name in left if not whole(walk(named(name), scope)))
    return Explanation(value=value, conditions=conditions, missing=missing, seen=seen)


def _atoms(expr: Expr, scope: Scope, *, negated: bool, sure: bool) -> Iterator[Expr]:
    """The atomic conditions below; `sure` where the rule wants a boolean, so that a bare name is a condition too."""
    if isinstance(expr, (And, Or)):
        for one in expr.operands:
            yield from _atoms(one, scope, negated=negated, sure=True)
    elif isinstance(expr, Not):
        yield from _atoms(expr.operand, scope, negated=not negated, sure=True)
    elif isinstance(expr, If):
        yield from _atoms(expr.condition, scope, negated=False, sure=True)
        yield from _branches(expr, scope, negated=negated, sure=sure)
    elif isinstance(expr, Compare) and negated:
        yield Compare(op=OPPOSITE[expr.op], left=expr.left, right=expr.right, span=expr.span)
    elif not isinstance(expr, Literal) and (
        sure or isinstance(expr, CONDITIONS) or isinstance(walk(expr, scope), bool)
    ):
        yield Not(operand=expr, span=expr.span) if negated else expr


def _branches(expr: If, scope: Scope, *, negated: bool, sure: bool) -> Iterator[Expr]:
    condition = walk(expr.condition, scope)
    if condition is True or condition is UNKNOWN:
        yield from _atoms(expr.then, scope, negated=negated, sure=sure)
    if condition is not True:
        yield from _atoms(expr.otherwise, scope, negated=negated, sure=sure)
