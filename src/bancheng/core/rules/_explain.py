"""Why a rule came out as it did: every condition with its outcome and the values it saw, and what is still missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from bancheng.core.kernel import Record
from bancheng.core.rules._evaluate import walk
from bancheng.core.rules._partial import partial, whole
from bancheng.core.rules._scope import Scope
from bancheng.core.rules._text import to_text
from bancheng.core.rules._tree import (
    And,
    Between,
    Binary,
    Call,
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
    dotted,
    ordered_names,
)  # fmt: skip
from bancheng.core.rules._values import UNKNOWN, Mode, Value, literal_value, value_text
from bancheng.core.rules._words import Term, duration_words, to_words

_CONDITIONS = (Compare, Between, In, InstanceOf, Quantified, Not)
_OPPOSITE: Final = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Outcome(StrEnum):
    """How one condition came out. Null (a comparison with something known to be absent) counts as failed."""

    HELD = "held"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Condition(Record):
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
        words = _Words(labels, dict(self.values), shown or {})
        return f"{words.of(self.expr)}：{_OUTCOMES[self.outcome]}"


class Explanation(Record):
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
    scope = Scope(facts, today, mode, now)
    value = walk(expr, scope)
    seen: dict[Expr, None] = {}
    for one in _atoms(expr, scope, negated=False, sure=False):
        seen.setdefault(one)
    conditions = tuple(_condition(one, Scope(facts, today, mode, now)) for one in seen)
    missing: tuple[str, ...] = ()
    if not whole(value):
        left = ordered_names(partial(expr, facts, today=today, now=now))
        missing = tuple(name for name in left if not whole(walk(_named(name), scope)))
    return Explanation(value=value, conditions=conditions, missing=missing)


def _named(key: str) -> Expr:
    first, *rest = key.split(".")
    expr: Expr = Name(name=first)
    for part in rest:
        expr = Path(source=expr, name=part)
    return expr


def _condition(expr: Expr, scope: Scope) -> Condition:
    value = walk(expr, scope)
    outcome = Outcome.HELD if value is True else Outcome.UNKNOWN if value is UNKNOWN else Outcome.FAILED
    values = tuple((name, walk(_named(name), scope)) for name in ordered_names(expr))
    return Condition(expr=expr, text=to_text(expr), outcome=outcome, values=values)


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
        yield Compare(op=_OPPOSITE[expr.op], left=expr.left, right=expr.right, span=expr.span)
    elif not isinstance(expr, Literal) and (
        sure or isinstance(expr, _CONDITIONS) or isinstance(walk(expr, scope), bool)
    ):
        yield Not(operand=expr, span=expr.span) if negated else expr


def _branches(expr: If, scope: Scope, *, negated: bool, sure: bool) -> Iterator[Expr]:
    condition = walk(expr.condition, scope)
    if condition is True or condition is UNKNOWN:
        yield from _atoms(expr.then, scope, negated=negated, sure=sure)
    if condition is not True:
        yield from _atoms(expr.otherwise, scope, negated=negated, sure=sure)


# ------------------------------------------------------------------ in Chinese

_OUTCOMES: Final = {Outcome.HELD: "成立", Outcome.FAILED: "不成立", Outcome.UNKNOWN: "待确认"}
_SIGNS: Final = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


class _Words:
    def __init__(
        self, labels: Mapping[str, str], values: Mapping[str, Value], shown: Mapping[str, str]
    ) -> None:
        self._labels, self._values, self._shown = labels, values, shown

    def of(self, expr: Expr) -> str:
        key = dotted(expr)
        if key and key in self._values:
            return f"{self._label(key)}（{self._value(self._values[key], key)}）"
        writer = _WRITERS.get(type(expr))
        return writer(self, expr, "") if writer else self._plain(expr)

    def _operand(self, expr: Expr, key: str) -> str:
        """A value beside the fact `key`, whose codes may have names."""
        if isinstance(expr, Literal):
            value = literal_value(expr)
            return self._labels.get(f"{key}={value}") or _shown(value, quote=True)
        if isinstance(expr, ListExpr):
            return "、".join(self._operand(one, key) for one in expr.items) or "空"
        if isinstance(expr, UnaryTest):
            return f"{_SIGNS[expr.op]} {self._operand(expr.operand, key)}"
        if isinstance(expr, RangeExpr):
            return self._range(expr, key)
        return self.of(expr)

    def _range(self, expr: RangeExpr, key: str) -> str:
        low, high = self._operand(expr.low, key), self._operand(expr.high, key)
        left = low if expr.low_closed else f"{low}（不含）"
        right = high if expr.high_closed else f"{high}（不含）"
        return f"{left} 至 {right}"

    def _value(self, value: Value, key: str) -> str:
        head = key.partition(".")[0]
        if head in self._shown and whole(value) and value is not None:
            return self._shown[head]
        if isinstance(value, tuple):
            return "、".join(self._value(one, key) for one in value) or "空"
        return self._labels.get(f"{key}={value_text(value)}") or _shown(value, quote=False)

    def compare(self, expr: Compare, _: str) -> str:
        key = dotted(expr.left) or dotted(expr.right)
        return f"{self._operand(expr.left, key)} {_SIGNS[expr.op]} {self._operand(expr.right, key)}".replace(
            "） ", "）"
        )

    def between(self, expr: Between, _: str) -> str:
        key = dotted(expr.value)
        return (
            f"{self.of(expr.value)}在 {self._operand(expr.low, key)} 与 {self._operand(expr.high, key)} 之间"
        )

    def membership(self, expr: In, _: str) -> str:
        key = dotted(expr.value)
        return f"{self.of(expr.value)}属于 {'、'.join(self._operand(one, key) for one in expr.tests)}"

    def negation(self, expr: Not, _: str) -> str:
        return f"并非 {self.of(expr.operand)}"

    def binary(self, expr: Binary, key: str) -> str:
        return f"{self._operand(expr.left, key)} {expr.op} {self._operand(expr.right, key)}"

    def literal(self, expr: Literal, _: str) -> str:
        return self._operand(expr, "")

    def call(self, expr: Call, _: str) -> str:
        name = dotted(expr.function)
        if not expr.arguments and name in {"today", "now"}:
            return "今天" if name == "today" else "此刻"
        if name == "duration" and isinstance(expr.arguments[0], Literal):
            return duration_words(expr.arguments[0].text)
        return self._plain(expr)

    def _plain(self, expr: Expr) -> str:
        # A column of a list that is not shown is not told either: it is told of the list, once.
        heads = {key: key.partition(".")[0] for key in self._values}
        told = {heads[key] if heads[key] in self._shown else key: key for key in self._values}
        facts = [f"{self._label(key)}：{self._value(self._values[of], key)}" for key, of in told.items()]
        said = to_words(expr, self._terms())
        return f"{said}（{'，'.join(facts)}）" if facts else said

    def _label(self, key: str) -> str:
        """How people call a fact, or the column of a list."""
        return self._labels.get(key) or self._labels.get(key.rpartition(".")[2]) or key

    def _terms(self) -> dict[str, Term]:
        """The labels as `to_words` takes them."""
        coded: dict[str, dict[str, str]] = {}
        for label, name in self._labels.items():
            key, sign, code = label.partition("=")
            if sign:
                coded.setdefault(key, {})[code] = name
        names = {key: self._label(key) for key in self._values}
        names |= {key: name for key, name in self._labels.items() if "=" not in key}
        return {key: Term(name=name, values=coded.get(key, {})) for key, name in names.items()}


def _shown(value: Value, *, quote: bool) -> str:
    if value is None:
        return "无"
    if value is UNKNOWN:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return f"“{value}”" if quote else value
    return value_text(value)


_WRITERS: Final[dict[type, Callable[[_Words, Any, str], str]]] = {
    Compare: _Words.compare,
    Between: _Words.between,
    In: _Words.membership,
    Not: _Words.negation,
    Binary: _Words.binary,
    Literal: _Words.literal,
    Call: _Words.call,
}
