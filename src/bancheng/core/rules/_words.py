"""A rule in plain Chinese words over the names of its facts, for people who do not read FEEL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from bancheng.core.rules._text import to_text
from bancheng.core.rules._tree import (
    And,
    Between,
    Binary,
    Call,
    Compare,
    Expr,
    Filter,
    For,
    If,
    In,
    InstanceOf,
    ListExpr,
    Literal,
    LiteralKind,
    Name,
    Not,
    Or,
    Path,
    Quantified,
    RangeExpr,
    UnaryTest,
    dotted,
)

_WHETHER = "是否"
_NUMBERS: Final = {"=": "等于", "!=": "不等于", "<": "少于", "<=": "不超过", ">": "多于", ">=": "不少于"}
_DAYS: Final = {"=": "是", "!=": "不是", "<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"}
_CHOICES: Final = {**_NUMBERS, "=": "是", "!=": "不是"}
_OTHER_WAY: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_SIGNS: Final = {"+": "加", "-": "减", "*": "乘以", "/": "除以", "**": "的幂"}
_FUNCTIONS: Final = {
    "count": "{}的个数",
    "sum": "{}的合计",
    "product": "{}的乘积",
    "min": "{}中最小的",
    "max": "{}中最大的",
    "mean": "{}的平均",
    "median": "{}的中位数",
    "mode": "{}中最常见的",
    "stddev": "{}的标准差",
    "distinct values": "{}去掉重复以后",
    "flatten": "{}展开成一层",
    "reverse": "{}倒过来",
    "sort": "{}排好次序",
    "today": "今天",
    "now": "此刻",
    "string length": "{}的字数",
    "upper case": "{}的大写",
    "lower case": "{}的小写",
    "floor": "{}取整",
    "ceiling": "{}向上取整",
    "abs": "{}的绝对值",
    "sqrt": "{}的平方根",
    "day of week": "{}是星期几",
    "day of year": "{}是一年的第几天",
    "week of year": "{}是第几周",
    "month of year": "{}的月份",
    "age": "{}到{}的周岁",
    "years and months duration": "{}到{}的整月数",
    "substring before": "{}中{}之前的部分",
    "substring after": "{}中{}之后的部分",
    "string join": "{}连在一起",
}
_CLAUSES: Final = {
    "list contains": "{} 包括 {}",
    "contains": "{} 含有 {}",
    "starts with": "{} 以 {} 开头",
    "ends with": "{} 以 {} 结尾",
    "matches": "{} 符合样式 {}",
    "odd": "{} 是单数",
    "even": "{} 是双数",
    "is defined": "{} 已经填写",
    "before": "{} 在 {} 之前",
    "after": "{} 在 {} 之后",
    "includes": "{} 包含 {}",
    "during": "{} 落在 {} 之内",
    "overlaps": "{} 与 {} 有重叠",
    "coincides": "{} 与 {} 完全一致",
}
_TYPES: Final = {
    "number": "数",
    "string": "文字",
    "boolean": "是或否",
    "date": "日期",
    "time": "时间",
    "date and time": "日期时间",
    "list": "列表",
    "context": "一组数据",
}


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """How people call a fact: its name, its unit, the names of its values, whether it is a day or a yes-or-no."""

    name: str
    unit: str = ""
    values: dict[str, str] = {}
    day: bool = False
    truth: bool = False


def to_words(expr: Expr, terms: Mapping[str, Term]) -> str:
    """The rule as one Chinese sentence without its full stop; what has no plain words stays FEEL in corner brackets.

    ``area >= 300 and gas`` → ``经营面积 不少于 300 平方米，并且 使用燃气``.
    """
    return _Speaker(terms).say(expr)


def duration_words(text: str) -> str:
    """``P60Y`` → ``60年``, for the plain forms rules use."""
    units = {"Y": "年", "M": "个月", "D": "天"}
    if text[:1] == "P" and text[1:-1].isdigit() and text[-1] in units:
        return f"{text[1:-1]}{units[text[-1]]}"
    return text


class _Speaker:
    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._terms = terms
        self._bound: dict[str, Term] = {}

    def say(self, expr: Expr) -> str:
        """A judgement as a clause."""
        found = _SAY.get(type(expr))
        return found(self, expr) if found else f"「{to_text(expr)}」"

    def value(self, expr: Expr, of: Term | None = None) -> str:
        """A value as a noun; `of` is the fact it is compared with, which knows its names and unit."""
        if isinstance(expr, Literal):
            return _literal(expr, of)
        if isinstance(expr, ListExpr):
            return "、".join(self.value(one, of) for one in expr.items)
        if isinstance(expr, (Name, Path)):
            term = self.term(expr)
            return term.name if term else f"「{to_text(expr)}」"
        if isinstance(expr, Binary):
            return f"{self.value(expr.left)}{_SIGNS[expr.op]}{self.value(expr.right)}"
        if isinstance(expr, Call) and isinstance(expr.function, Name) and expr.function.name in _FUNCTIONS:
            form, said = _FUNCTIONS[expr.function.name], [*map(self.value, expr.arguments)]
            if len(said) >= form.count("{}"):
                return form.format(*(said if form.count("{}") > 1 else ["、".join(said)]))
        if isinstance(expr, Call) and dotted(expr.function) in {"duration", "date"} and expr.arguments:
            given = expr.arguments[0]
            if isinstance(given, Literal):
                return duration_words(given.text)
        if isinstance(expr, Filter):
            return f"{self.value(expr.source)}中符合“{self._inside(expr.source, 'item', expr.condition)}”的"
        if isinstance(expr, For) and len(expr.binders) == 1:
            bound = expr.binders[0]
            return self._within(bound.name, bound.source, lambda: f"各{self.value(expr.result)}")
        return f"「{to_text(expr)}」"

    def term(self, expr: Expr) -> Term | None:
        """The fact that is named here, also as a member of a bound one."""
        key = dotted(expr)
        if key in self._bound:
            return self._bound[key]
        head, _, member = key.rpartition(".")
        return self._terms.get(key) or (self._terms.get(member) if head else None)

    def compare(self, left: Expr, op: str, right: Expr) -> str:
        """``left op right`` with the fact first."""
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, op, right = right, _OTHER_WAY[op], left
        term = self.term(left) if isinstance(left, (Name, Path)) else None
        if isinstance(right, Literal):
            if right.kind is LiteralKind.NULL and op in {"=", "!="}:
                return f"{'没有填写' if op == '=' else '填写了'}{self.value(left)}"
            if right.kind is LiteralKind.BOOLEAN and op in {"=", "!="}:
                return self.truth(left, (right.text == "true") == (op == "="))
        textual = isinstance(right, Literal) and right.kind is LiteralKind.STRING
        day = (term is not None and term.day) or (
            isinstance(right, Literal) and right.kind is LiteralKind.TEMPORAL
        )
        words = _DAYS if day else _CHOICES if textual or (term and term.values) else _NUMBERS
        return f"{self.value(left)} {words[op]} {self.value(right, term)}"

    def truth(self, expr: Expr, holds: bool) -> str:
        """A yes-or-no fact as a clause: “是否使用燃气” says 使用燃气 or 不使用燃气."""
        name = self.value(expr)
        if name.startswith(_WHETHER) and len(name) > len(_WHETHER):
            rest = name.removeprefix(_WHETHER)
            return rest if holds else _denied(rest)
        if isinstance(expr, (Name, Path)):
            return f"“{name}”为{'是' if holds else '否'}"
        return self.say(expr) if holds else f"并非：{self.say(expr)}"

    def joined(self, parts: tuple[Expr, ...], word: str) -> str:
        """Clauses in a row; a choice inside a row of conditions stands in brackets."""
        said = (f"（{self.say(one)}）" if isinstance(one, (And, Or)) else self.say(one) for one in parts)
        return word.join(said)

    def test(self, value: Expr, test: Expr) -> str:
        """One test of ``value in (…)``."""
        term = self.term(value) if isinstance(value, (Name, Path)) else None
        if isinstance(test, RangeExpr):
            low, high = self.value(test.low, term), self.value(test.high, term)
            ends = {(True, True): "", (True, False): "（不含后者）", (False, True): "（不含前者）"}
            how = ends.get((test.low_closed, test.high_closed), "（不含两端）")
            return f"{self.value(value)} 在 {low} 到 {high} 之间{how}"
        if isinstance(test, UnaryTest):
            return self.compare(value, test.op, test.operand)
        if isinstance(test, ListExpr):
            return f"{self.value(value)} 是 {self.value(test, term)} 之一"
        return self.compare(value, "=", test)

    def several(self, expr: In) -> str:
        """``value in (tests)``: plain values are told as one list."""
        if len(expr.tests) > 1 and all(isinstance(one, Literal) for one in expr.tests):
            return self.test(expr.value, ListExpr(items=expr.tests))
        return "，或者 ".join(self.test(expr.value, one) for one in expr.tests)

    def quantified(self, expr: Quantified) -> str:
        """``some|every x in … satisfies …`` over one list."""
        if len(expr.binders) != 1:
            return f"「{to_text(expr)}」"
        bound = expr.binders[0]
        word = "每一个都" if expr.every else "至少有一个"
        inside = self._inside(bound.source, bound.name, expr.satisfies)
        return f"{self.value(bound.source)}中{word}符合“{inside}”"

    def _inside(self, source: Expr, name: str, body: Expr) -> str:
        return self._within(name, source, lambda: self.say(body))

    def _within(self, name: str, source: Expr, said: Callable[[], str]) -> str:
        held = self._bound
        self._bound = {**held, name: self.term(source) or Term(name=name)}
        try:
            return said()
        finally:
            self._bound = held


def _denied(clause: str) -> str:
    return f"没有{clause[1:]}" if clause.startswith("有") else f"不{clause}"


def _literal(expr: Literal, of: Term | None) -> str:
    if expr.kind is LiteralKind.BOOLEAN:
        return "是" if expr.text == "true" else "否"
    if expr.kind is LiteralKind.NULL:
        return "空"
    if expr.kind is LiteralKind.STRING:
        name = of.values.get(expr.text) if of else None
        return name or f"“{expr.text}”"
    unit = f" {of.unit}" if of and of.unit and expr.kind is LiteralKind.NUMBER else ""
    return f"{expr.text}{unit}"


def _not(speaker: _Speaker, expr: Not) -> str:
    if isinstance(expr.operand, (Name, Path)):
        return speaker.truth(expr.operand, False)
    return f"不是这样：（{speaker.say(expr.operand)}）"


def _call(speaker: _Speaker, expr: Call) -> str:
    form = _CLAUSES.get(dotted(expr.function), "")
    if form and len(expr.arguments) == form.count("{}") and not expr.parameters:
        of = speaker.term(expr.arguments[0])
        first, *rest = expr.arguments
        return form.format(speaker.value(first), *(speaker.value(one, of) for one in rest))
    return speaker.value(expr)


def _instance(speaker: _Speaker, expr: InstanceOf) -> str:
    name = _TYPES.get(expr.type)
    return f"{speaker.value(expr.value)} 是 {name}" if name else f"「{to_text(expr)}」"


_SAY: Final[dict[type, Callable[[_Speaker, Any], str]]] = {
    Literal: lambda _, expr: {"true": "总是", "false": "从不"}.get(expr.text, _literal(expr, None)),
    Name: lambda speaker, expr: speaker.truth(expr, True),
    Path: lambda speaker, expr: speaker.truth(expr, True),
    Compare: lambda speaker, expr: speaker.compare(expr.left, expr.op, expr.right),
    Between: lambda speaker, expr: speaker.test(expr.value, RangeExpr(low=expr.low, high=expr.high)),
    In: lambda speaker, expr: speaker.several(expr),
    And: lambda speaker, expr: speaker.joined(expr.operands, "，并且 "),
    Or: lambda speaker, expr: speaker.joined(expr.operands, "，或者 "),
    Not: _not,
    If: lambda speaker, expr: (
        f"如果 {speaker.say(expr.condition)}，就 {speaker.say(expr.then)}，否则 {speaker.say(expr.otherwise)}"
    ),
    Quantified: lambda speaker, expr: speaker.quantified(expr),
    Call: _call,
    Binary: lambda speaker, expr: speaker.value(expr),
    InstanceOf: _instance,
}
