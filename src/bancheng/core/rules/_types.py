"""Static types: what a rule yields, and what cannot be meant, found before anybody's facts are at hand."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum

from bancheng.core.kernel import Place, Problem, Record
from bancheng.core.rules._lexer import place_of
from bancheng.core.rules._moments import parse_temporal
from bancheng.core.rules._tree import Expr
from bancheng.core.rules._values import parse_number


class FactKind(StrEnum):
    """FEEL's types. ANY: not known before the values are; DURATION: one of the two durations."""

    NUMBER = "number"
    STRING = "string"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date and time"
    DAYS = "days and time duration"
    MONTHS = "years and months duration"
    DURATION = "duration"
    LIST = "list"
    CONTEXT = "context"
    RANGE = "range"
    FUNCTION = "function"
    NULL = "null"
    ANY = "Any"


class FactType(Record, kw_only=False):
    """The type of a fact: `item` of a list's items, `values` the closed code list of a choice (empty = open),
    `fields` the members of a context."""

    kind: FactKind
    item: FactType | None = None
    values: tuple[str, ...] = ()
    fields: tuple[tuple[str, FactType], ...] = ()

    def field(self, name: str) -> FactType | None:
        """The type of a member, if it is declared."""
        return next((kind for key, kind in self.fields if key == name), None)


ANY = FactType(FactKind.ANY)
NUMBER, STRING, BOOLEAN = FactType(FactKind.NUMBER), FactType(FactKind.STRING), FactType(FactKind.BOOLEAN)
DATE, NULL, LIST = FactType(FactKind.DATE), FactType(FactKind.NULL), FactType(FactKind.LIST)

ZH = {
    FactKind.NUMBER: "数",
    FactKind.STRING: "文字",
    FactKind.BOOLEAN: "是否",
    FactKind.DATE: "日期",
    FactKind.TIME: "时间",
    FactKind.DATE_TIME: "日期时间",
    FactKind.DAYS: "天数时长",
    FactKind.MONTHS: "年月时长",
    FactKind.DURATION: "时长",
    FactKind.LIST: "列表",
    FactKind.CONTEXT: "一组数据",
    FactKind.RANGE: "区间",
    FactKind.FUNCTION: "函数",
    FactKind.NULL: "空",
    FactKind.ANY: "未定类型",
}
_DURATIONS = frozenset({FactKind.DAYS, FactKind.MONTHS, FactKind.DURATION})


def alike(left: FactType, right: FactType) -> bool:
    """Whether values of the two types may meet in one comparison."""
    if {left.kind, right.kind} & {FactKind.ANY, FactKind.NULL} or left.kind is right.kind:
        return True
    return {left.kind, right.kind} <= _DURATIONS and FactKind.DURATION in {left.kind, right.kind}


def united(left: FactType, right: FactType) -> FactType:
    """The type of a value that is one or the other."""
    if left.kind is FactKind.NULL or left == right:
        return right
    if right.kind is FactKind.NULL:
        return left
    if left.kind is not right.kind:
        return ANY
    values = (*left.values, *(one for one in right.values if one not in left.values))
    both = bool(left.values) and bool(right.values)
    return FactType(left.kind, left.item if left.item == right.item else None, values if both else ())


class Findings:
    """The problems of one expression, each placed where its node was written."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.problems: list[Problem] = []

    def add(self, node: Expr, code: str, message: str, suggestion: str) -> None:
        start = node.span.start
        place = place_of(self._text, start) if self._text else Place(line=1, column=start + 1)
        problem = Problem(code, message, place, suggestion)
        if problem not in self.problems:
            self.problems.append(problem)


def nearest(name: str, known: Mapping[str, object] | tuple[str, ...], instead: str) -> str:
    """“是不是要写 …？”, or `instead` when nothing is like it."""
    close = get_close_matches(name, list(known), n=2, cutoff=0.5)
    return f"是不是要写“{'”或“'.join(close)}”？" if close else instead


def mismatch_advice(other: FactType, text: str) -> str:
    """What to write instead of a string literal `text` beside a value of type `other`."""
    if other.kind is FactKind.NUMBER and parse_number(text) is not None:
        return f"数不加引号：{text}"
    if other.kind is FactKind.BOOLEAN:
        return "是写作 true，否写作 false，都不加引号"
    if other.kind in {FactKind.DATE, FactKind.TIME, FactKind.DATE_TIME} and parse_temporal(text) is not None:
        return f'日期和时间写作 @"{text}"'
    return "请核对两边是不是同一类数据"
