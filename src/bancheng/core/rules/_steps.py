"""A condition as somebody met it, and the fastest way to meet it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, TypeAlias

from bancheng.core.kernel import Record
from bancheng.core.rules._evaluate import QUICK, made
from bancheng.core.rules._operators import ORDERS
from bancheng.core.rules._scope import Scope
from bancheng.core.rules._telling import Telling
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
from bancheng.core.rules._values import UNKNOWN, Value


class Outcome(StrEnum):
    """How one condition came out. Null (a comparison with something known to be absent) counts as failed."""

    HELD = "held"
    FAILED = "failed"
    UNKNOWN = "unknown"


_HELD, _FAILED, _UNKNOWN = Outcome.HELD, Outcome.FAILED, Outcome.UNKNOWN
_OUTCOMES: Final = {Outcome.HELD: "成立", Outcome.FAILED: "不成立", Outcome.UNKNOWN: "待确认"}


class Condition(Record, gc=False):
    """One atomic condition as the rule needs it (a ``not`` around it is drawn inside).

    `text` is its FEEL, `values` the facts it read with what they were, `UNKNOWN` for those not told yet.
    """

    expr: Expr
    text: str
    outcome: Outcome
    values: tuple[tuple[str, Value], ...] = ()

    def in_words(self, labels: Mapping[str, str], shown: Mapping[str, str] | None = None) -> str:
        """“经营面积（320）≥ 300：成立”. `labels` names facts, and codes under ``fact=code``.

        `shown` holds the words to show instead of a fact's value: what not every reader may see, or is long.
        """
        words = Telling(labels, dict(self.values), shown or {})
        return f"{words.of(self.expr)}：{_OUTCOMES[self.outcome]}"


KEPT: Final = 128
"Answers kept for one condition."

_PURE: Final = (Compare, Between, In, UnaryTest, ListExpr, RangeExpr, Literal)

Step: TypeAlias = Callable[[Scope], tuple[Value, Condition]]
"Meets one condition: true, false, null or Unknown, and that to be told."


def step_of(expr: Expr) -> Step:
    """How to meet a condition, made once."""
    if isinstance(expr, Name):
        return _bare(expr, expr.name, negated=False)
    if isinstance(expr, Not) and isinstance(expr.operand, Name):
        return _bare(expr, expr.operand.name, negated=True)
    names = ordered_names(expr)
    if len(names) != 1 or "." in names[0] or not _constant_but_for(expr, names[0]):
        return _any(expr)
    step = None
    if isinstance(expr, Compare) and isinstance(expr.left, Name) and isinstance(expr.right, Literal):
        step = _against(expr, names[0], expr.right)
    return step or _of_one(expr, names[0])


def _constant_but_for(expr: Expr, name: str) -> bool:
    """Whether a condition depends on the value of one fact and nothing else."""
    if isinstance(expr, (Name, Path)):
        return dotted(expr) == name
    return isinstance(expr, _PURE) and all(_constant_but_for(one, name) for one in children(expr))


def named(key: str) -> Expr:
    """The expression that reads a fact by its dotted key."""
    first, *rest = key.split(".")
    expr: Expr = Name(name=first)
    for part in rest:
        expr = Path(source=expr, name=part)
    return expr


def met(expr: Expr, scope: Scope) -> Condition:
    """A condition met once."""
    return step_of(expr)(scope)[1]


def _any(expr: Expr) -> Step:
    text, run = to_text(expr), made(expr)
    reads = tuple((name, made(named(name))) for name in ordered_names(expr))

    def step(scope: Scope) -> tuple[Value, Condition]:
        values = tuple([(name, read(scope)) for name, read in reads])
        value = run(scope)
        if value is True:
            return True, Condition(expr=expr, text=text, outcome=_HELD, values=values)
        if value is UNKNOWN:
            return UNKNOWN, Condition(expr=expr, text=text, outcome=_UNKNOWN, values=values)
        found = False if value is False else None
        return found, Condition(expr=expr, text=text, outcome=_FAILED, values=values)

    return step


def _bare(expr: Expr, name: str, *, negated: bool) -> Step:
    """A yes-or-no fact: its three answers are made once."""
    text, general = to_text(expr), _any(expr)

    def answer(seen: Value, value: Value, outcome: Outcome) -> tuple[Value, Condition]:
        return value, Condition(expr=expr, text=text, outcome=outcome, values=((name, seen),))

    yes = answer(True, not negated, _FAILED if negated else _HELD)
    no = answer(False, negated, _HELD if negated else _FAILED)
    untold = answer(UNKNOWN, UNKNOWN, _UNKNOWN)

    def step(scope: Scope) -> tuple[Value, Condition]:
        value = scope.facts.get(name, scope.missing)
        if value is True:
            return yes
        if value is False:
            return no
        return untold if value is UNKNOWN else general(scope)

    return step


def _against(expr: Compare, name: str, right: Literal) -> Step | None:
    """A fact beside a constant: two values of one kind are compared at once."""
    text, constant, quick, general = to_text(expr), made(right)(Scope({})), ORDERS[expr.op], _any(expr)
    kind = type(constant)
    if kind not in QUICK:
        return None
    untold = UNKNOWN, Condition(expr=expr, text=text, outcome=_UNKNOWN, values=((name, UNKNOWN),))

    def step(scope: Scope) -> tuple[Value, Condition]:
        seen = scope.facts.get(name, scope.missing)
        if type(seen) is kind:
            if quick(seen, constant):
                return True, Condition(expr=expr, text=text, outcome=_HELD, values=((name, seen),))
            return False, Condition(expr=expr, text=text, outcome=_FAILED, values=((name, seen),))
        return untold if seen is UNKNOWN else general(scope)

    return step


def _of_one(expr: Expr, name: str) -> Step:
    """A condition of one fact and constants: an answer that was given to a value is kept for the next who has it."""
    general = _any(expr)
    answers: dict[Value, tuple[Value, Condition]] = {}
    untold = general(Scope({}))

    def step(scope: Scope) -> tuple[Value, Condition]:
        seen = scope.facts.get(name, scope.missing)
        if seen is UNKNOWN:
            return untold
        if type(seen) not in QUICK:
            return general(scope)
        answer = answers.get(seen)
        if answer is None:
            if len(answers) >= KEPT:
                answers.clear()
            answer = answers[seen] = general(scope)
        return answer

    return step
