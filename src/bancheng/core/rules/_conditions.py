"""A rule taken apart once into its conditions, so that explaining it to the next person costs little more than
judging it.

Only for rules whose conditions are the same for everybody: ``and``, ``or`` and ``not`` over comparisons and the like.
What an ``if`` needs depends on the person; such a rule is taken apart anew each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from bancheng.core.rules._steps import Step, step_of
from bancheng.core.rules._tree import (
    And,
    Between,
    Compare,
    Expr,
    If,
    In,
    InstanceOf,
    ListExpr,
    Literal,
    Name,
    Not,
    Or,
    Path,
    Quantified,
    RangeExpr,
    UnaryTest,
    children,
    ordered_names,
)
from bancheng.core.rules._values import UNKNOWN, Value

CONDITIONS: Final = (Compare, Between, In, InstanceOf, Quantified, Not)
OPPOSITE: Final = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_PLAIN: Final = (Name, Path, Literal, ListExpr, RangeExpr, UnaryTest)


Shape: TypeAlias = "int | Junction"


class Junction(NamedTuple):
    """Conditions (by number) and junctions, joined by ``and`` or ``or``."""

    all: bool
    parts: tuple[Shape, ...]


class Plan(NamedTuple):
    """The conditions of a rule, each once, how each is met, and how they are joined."""

    conditions: tuple[Expr, ...]
    steps: tuple[Step, ...]
    shape: Shape
    flat: bool
    "Nothing but conditions joined by ``and``."

    def value(self, outcomes: list[Value]) -> Value:
        """What the rule says when its conditions came out so."""
        if not self.flat:
            return _value(self.shape, outcomes)
        if False in outcomes:
            return False
        return UNKNOWN if UNKNOWN in outcomes else None if None in outcomes else True

    def open(self, outcomes: list[Value]) -> Iterator[Expr]:
        """The unknown conditions that may still decide, in the order of the rule."""
        for number in dict.fromkeys(_open(self.shape, outcomes)):
            yield self.conditions[number]


def plan_of(expr: Expr) -> Plan | None:
    """The plan of a rule, made once; None where the conditions depend on the person."""
    memo = expr.__dict__
    if "plan" not in memo:
        memo["plan"] = _planned(expr)
    plan: Plan | None = memo["plan"]
    return plan


def _planned(expr: Expr) -> Plan | None:
    if not isinstance(expr, (And, Or, *CONDITIONS)):
        return None
    found: dict[Expr, int] = {}
    shape = _shape(expr, False, found)
    if shape is None:
        return None
    flat = isinstance(shape, Junction) and shape.all and all(isinstance(one, int) for one in shape.parts)
    return Plan(tuple(found), tuple(map(step_of, found)), shape, flat)


def _shape(expr: Expr, negated: bool, found: dict[Expr, int]) -> Shape | None:
    if isinstance(expr, Not):
        return _shape(expr.operand, not negated, found)
    if isinstance(expr, (And, Or)):
        parts = tuple(_shape(one, negated, found) for one in expr.operands)
        known = tuple(one for one in parts if one is not None)
        return Junction(isinstance(expr, And) != negated, known) if len(known) == len(parts) else None
    if isinstance(expr, (If, Literal)):
        return None
    if negated and isinstance(expr, Compare):
        expr = Compare(op=OPPOSITE[expr.op], left=expr.left, right=expr.right, span=expr.span)
    elif negated:
        expr = Not(operand=expr, span=expr.span)
    return found.setdefault(expr, len(found))


def _value(shape: Shape, outcomes: list[Value]) -> Value:
    if isinstance(shape, int):
        return outcomes[shape]
    settled = not shape.all
    result: Value = shape.all
    for part in shape.parts:
        outcome = outcomes[part] if isinstance(part, int) else _value(part, outcomes)
        if outcome is settled:
            return settled
        if outcome is UNKNOWN:
            result = UNKNOWN
        elif outcome is not shape.all and result is not UNKNOWN:
            result = None
    return result


def _open(shape: Shape, outcomes: list[Value]) -> Iterator[int]:
    if isinstance(shape, int):
        if outcomes[shape] is UNKNOWN:
            yield shape
    elif _value(shape, outcomes) is UNKNOWN:
        for part in shape.parts:
            yield from _open(part, outcomes)


def missed(expr: Expr) -> tuple[str, ...] | None:
    """The names that matter while a condition is unknown; None where that depends on what is known."""
    plain = _is_plain(expr.operand if isinstance(expr, Not) else expr)
    return ordered_names(expr) if plain else None


def _is_plain(expr: Expr) -> bool:
    """Whether no part of it can be settled while the whole is unknown, but for facts that are known."""
    if isinstance(expr, (Name, Path)):
        return True
    if not isinstance(expr, (Compare, Between, In)):
        return False
    return all(_leaf(one) for one in children(expr))


def _leaf(expr: Expr) -> bool:
    return isinstance(expr, _PLAIN) and (isinstance(expr, Path) or all(map(_leaf, children(expr))))
