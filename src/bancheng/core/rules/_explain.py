"""Why a rule came out as it did: every condition with its outcome and the values it saw, and what is still missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from bancheng.core.kernel import Record
from bancheng.core.rules._conditions import CONDITIONS, OPPOSITE, Plan, missed, plan_of
from bancheng.core.rules._evaluate import made, walk
from bancheng.core.rules._partial import partial, whole
from bancheng.core.rules._scope import MAX_STEPS, Scope
from bancheng.core.rules._steps import Condition, Outcome, met, named
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
    missing fact can. Empty once `value` is known.
    """

    value: Value
    conditions: tuple[Condition, ...]
    missing: tuple[str, ...]

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
        parts = [one.in_words(names, shown) for one in self.conditions]
        if self.missing:
            parts.append(f"还需要知道：{'、'.join(names.get(one, one) for one in self.missing)}")
        return "；".join(parts) + "。" if parts else ""


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
        RuleLimit: as `evaluate`.
    """
    return _explained(expr, Scope(facts, today, mode, now))


def explain_each(
    exprs: Iterable[Expr],
    facts: Mapping[str, object],
    *,
    today: dt.date | None = None,
    now: dt.datetime | None = None,
) -> tuple[Explanation, ...]:
    """Many rules explained to one person, in their order; each as `explain` does.

    Raises:
        RuleLimit: as `evaluate`; each rule has its own bound.
    """
    scope = Scope(facts, today, now=now)
    found = []
    for expr in exprs:
        scope.budget[0] = MAX_STEPS
        found.append(_explained(expr, scope))
    return tuple(found)


def _explained(expr: Expr, scope: Scope) -> Explanation:
    plan = plan_of(expr)
    if plan is not None:
        return _planned(plan, scope)
    value = walk(expr, scope)
    seen: dict[Expr, None] = {}
    for one in _atoms(expr, scope, negated=False, sure=False):
        seen.setdefault(one)
    conditions = tuple(met(one, scope) for one in seen)
    missing: tuple[str, ...] = ()
    if not whole(value):
        left = ordered_names(partial(expr, scope.facts, today=scope.today, now=scope.now))
        missing = tuple(name for name in left if not whole(walk(named(name), scope)))
    return Explanation(value=value, conditions=conditions, missing=missing)


def _planned(plan: Plan, scope: Scope) -> Explanation:
    """As `explain`, from conditions that were made ready once."""
    outcomes: list[Value] = []
    conditions: list[Condition] = []
    for step in plan.steps:
        outcome, condition = step(scope)
        outcomes.append(outcome)
        conditions.append(condition)
    found = plan.value(outcomes)
    missing = _missing(plan, outcomes, scope) if found is UNKNOWN else ()
    return Explanation(value=found, conditions=tuple(conditions), missing=missing)


def _missing(plan: Plan, outcomes: list[Value], scope: Scope) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for one in plan.open(outcomes):
        left = missed(one)
        if left is None:
            left = ordered_names(partial(one, scope.facts, today=scope.today, now=scope.now))
        names.update(dict.fromkeys(left))
    return tuple(name for name in names if not whole(made(named(name))(scope)))


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
