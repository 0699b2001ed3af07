"""One condition in Chinese with the values it saw: “经营面积（320）≥ 300”."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from bancheng.core.rules._partial import whole
from bancheng.core.rules._tree import (
    Between,
    Binary,
    Call,
    Compare,
    Expr,
    In,
    ListExpr,
    Literal,
    Not,
    RangeExpr,
    UnaryTest,
    dotted,
)
from bancheng.core.rules._values import UNKNOWN, Value, literal_value, value_text
from bancheng.core.rules._words import Term, duration_words, to_words

_SIGNS: Final = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


class Telling:
    """The words for one condition: facts by `labels`, with the values it saw, or the words to show in their place."""

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


_WRITERS: Final[dict[type, Callable[[Telling, Any, str], str]]] = {
    Compare: Telling.compare,
    Between: Telling.between,
    In: Telling.membership,
    Not: Telling.negation,
    Binary: Telling.binary,
    Literal: Telling.literal,
    Call: Telling.call,
}
