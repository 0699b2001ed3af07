"""Nodes → records, by the records' own types. Every wrong attribute is reported; nothing stops at the first.

A reader is a function `(node, path, reading) → value or BAD`, made once per type. Scalars arrive as text and are read
by the type of the attribute, so a code like ``010`` keeps its zero. A wrong optional attribute falls back to its
default and the record still exists for those who refer to it; a wrong required one drops the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

import msgspec
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from bancheng.connect.packs._tree import is_null, place
from bancheng.connect.packs._words import RECORD_WORDS, TYPE_WORDS, did_you_mean, labelled
from bancheng.core.catalogue import (
    ColumnField,
    Condition,
    Element,
    ElementKind,
    FormField,
    LegalBasis,
    Member,
)
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.kernel import Problems, Provenance


class _Bad:
    """The value of an attribute that could not be read."""

    def __repr__(self) -> str:
        return "BAD"


BAD = _Bad()

Path: TypeAlias = tuple[Any, str] | None
"""A path as a chain (parent, step): cheap to extend, joined only when a problem is told."""

Reader: TypeAlias = Callable[[Node, Path, "Reading"], Any]


def joined(path: Path) -> str:
    """``items/food_permit/materials/2``."""
    steps = []
    while path is not None:
        path, step = path
        steps.append(step)
    return "/".join(reversed(steps))


class Reading:
    """What readers share while one file is read: where problems go and what names mean here.

    `sources` are the public titles by the keys that the pack gives them; None for a file that belongs to no pack, where
    a provenance can only be a title.
    """

    def __init__(
        self,
        file: str,
        problems: Problems,
        sources: Mapping[str, str] | None,
        elements: Mapping[str, Element],
    ) -> None:
        self.file = file
        self.problems = problems
        self.sources = sources
        self.elements = elements
        self.kept: dict[str, tuple[int, ...]] = {}

    def report(self, code: str, message: str, node: Node, path: Path, suggestion: str = "") -> _Bad:
        """Tell a problem at a node; returns BAD so that a reader can end with it."""
        self.problems.add(code, message, place(node, self.file, joined(path)), suggestion)
        return BAD


def shown(node: Node) -> str:
    """What was written, short enough for a message."""
    if isinstance(node, ScalarNode):
        text = str(node.value)
        return f"“{text}”" if len(text) <= 40 else f"“{text[:40]}…”"
    return "一个列表" if isinstance(node, SequenceNode) else "若干行“名称: 内容”"


# ---------------------------------------------------------------- scalars


def _wrong(node: Node, path: Path, reading: Reading, wanted: Any) -> _Bad:
    if is_null(node):
        said = "这里没有写内容。"
        return reading.report("empty_value", said, node, path, "请写上内容；用不着时删去这一行。")
    words = TYPE_WORDS[wanted]
    return reading.report("wrong_type", f"{shown(node)}的写法不对。", node, path, f"这里应为{words}。")


def _text(node: Node, path: Path, reading: Reading) -> Any:
    if type(node) is not ScalarNode or is_null(node):
        return _wrong(node, path, reading, str)
    return node.value


_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")


def _integer(node: Node, path: Path, reading: Reading) -> Any:
    if type(node) is ScalarNode and _INTEGER.fullmatch(node.value):
        return int(node.value)
    return _wrong(node, path, reading, int)


def _decimal(node: Node, path: Path, reading: Reading) -> Any:
    if type(node) is ScalarNode and len(node.value) <= 40:
        try:
            number = Decimal(node.value)
        except InvalidOperation:
            return _wrong(node, path, reading, Decimal)
        if number.is_finite():
            return number
    return _wrong(node, path, reading, Decimal)


_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "是": True, "否": False}


def _boolean(node: Node, path: Path, reading: Reading) -> Any:
    value = _BOOLEANS.get(node.value.lower()) if type(node) is ScalarNode else None
    return _wrong(node, path, reading, bool) if value is None else value


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _date(node: Node, path: Path, reading: Reading) -> Any:
    if type(node) is not ScalarNode or not _DATE.fullmatch(node.value):
        return _wrong(node, path, reading, date)
    try:
        return date.fromisoformat(node.value)
    except ValueError:
        said = f"日历上没有“{node.value}”这一天。"
        return reading.report("bad_date", said, node, path, "请核对月份和日期，写成 2026-01-31 的样子。")


def _enum(kind: type[StrEnum]) -> Reader:
    values = {member.value: member for member in kind}

    def read(node: Node, path: Path, reading: Reading) -> Any:
        found = values.get(node.value) if type(node) is ScalarNode else None
        if found is not None:
            return found
        hint = did_you_mean(node.value, values) if type(node) is ScalarNode else ""
        choices = f"可用：{'、'.join(values)}。"
        return reading.report("unknown_value", f"{shown(node)}不是可用的值。", node, path, hint + choices)

    return read


# ------------------------------------------------------------- containers


def _tuple(inner: Reader) -> Reader:
    def read(node: Node, path: Path, reading: Reading) -> Any:
        if type(node) is not SequenceNode:
            return _wrong(node, path, reading, tuple)
        values = [inner(one, (path, str(index)), reading) for index, one in enumerate(node.value)]
        if BAD in values:
            kept = tuple(index for index, value in enumerate(values) if value is not BAD)
            reading.kept[joined(path)] = kept
            values = [values[index] for index in kept]
        return tuple(values)

    return read


def _optional(inner: Reader) -> Reader:
    def read(node: Node, path: Path, reading: Reading) -> Any:
        return None if is_null(node) else inner(node, path, reading)

    return read


def _no_name(key: Node, path: Path, reading: Reading) -> None:
    reading.report("bad_key", "冒号前面应是一个名称。", key, path, "请写成“名称: 内容”。")


def _twice(first: Node, key: Node, path: Path, reading: Reading) -> None:
    mark = first.start_mark
    where = f"第 {mark.line + 1} 行" if mark is not None else "前面"
    said = f"“{key.value}”写了两次，{where}已有。"
    reading.report("duplicate_key", said, key, (path, key.value), "请合并成一个，或给其中一个换个名字。")


def pairs(node: Node, path: Path, reading: Reading) -> list[tuple[str, Node, Node]]:
    """(key, key node, value node) of a mapping; keys that are no words or come twice are reported and left out."""
    if type(node) is not MappingNode:
        _wrong(node, path, reading, dict)
        return []
    found: dict[str, tuple[str, Node, Node]] = {}
    for key, value in node.value:
        if type(key) is not ScalarNode or is_null(key):
            _no_name(key, path, reading)
        elif key.value in found:
            _twice(found[key.value][1], key, path, reading)
        else:
            found[key.value] = (key.value, key, value)
    return list(found.values())


def _mapping(inner: Reader) -> Reader:
    def read(node: Node, path: Path, reading: Reading) -> Any:
        if type(node) is not MappingNode:
            return _wrong(node, path, reading, dict)
        read_all = {key: inner(value, (path, key), reading) for key, _, value in pairs(node, path, reading)}
        return {key: value for key, value in read_all.items() if value is not BAD}

    return read


# ----------------------------------------------------------------- values

_TEXT_KINDS = frozenset(ElementKind) - {
    ElementKind.INTEGER,
    ElementKind.DECIMAL,
    ElementKind.MONEY,
    ElementKind.DATE,
    ElementKind.BOOLEAN,
    ElementKind.MULTI_CHOICE,
    ElementKind.RECORDS,
}
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def read_value(node: Node, path: Path, reading: Reading, kind: ElementKind | None) -> Any:
    """A value of a data element of `kind`; of an unknown element, what the writing suggests."""
    if kind is None:
        return _guess(node, path, reading)
    if kind in _TEXT_KINDS:
        return _text(node, path, reading)
    return _VALUE_READERS[kind](node, path, reading)


def _guess(node: Node, path: Path, reading: Reading) -> Any:
    if type(node) is SequenceNode:
        return _TEXTS(node, path, reading)
    if type(node) is ScalarNode and not node.style:
        if node.value in ("true", "false"):
            return node.value == "true"
        if _PLAIN_NUMBER.fullmatch(node.value):
            return Decimal(node.value)
    return _text(node, path, reading)


def _rows(node: Node, path: Path, reading: Reading) -> Any:
    """A list of records: each row's cells by the kinds of their columns."""
    return _rows_by(node, path, reading, lambda key, one, at: _cell(key, one, at, reading))


def _cell(key: str, node: Node, path: Path, reading: Reading) -> Any:
    element = reading.elements.get(key)
    return read_value(node, path, reading, element.kind if element else None)


def _rows_by(node: Node, path: Path, reading: Reading, cell: Callable[[str, Node, Path], Any]) -> Any:
    if type(node) is not SequenceNode:
        return _wrong(node, path, reading, tuple)
    rows = []
    for index, inner in enumerate(node.value):
        at: Path = (path, str(index))
        row = {key: cell(key, one, (at, key)) for key, _, one in pairs(inner, at, reading)}
        rows.append({key: value for key, value in row.items() if value is not BAD})
    return tuple(rows)


_TEXTS = _tuple(_text)
_VALUE_READERS: Mapping[ElementKind, Reader] = {
    ElementKind.INTEGER: _integer,
    ElementKind.DECIMAL: _decimal,
    ElementKind.MONEY: _decimal,
    ElementKind.DATE: _date,
    ElementKind.BOOLEAN: _boolean,
    ElementKind.MULTI_CHOICE: _TEXTS,
    ElementKind.RECORDS: _rows,
}


def _answer(node: Node, path: Path, reading: Reading) -> Any:
    """A sample answer: checked as `read_value` does, kept as a truth or as the text that was written."""
    element = reading.elements.get(path[1]) if path is not None else None
    if element is not None and element.kind is ElementKind.RECORDS:
        return _rows_by(node, path, reading, lambda _, one, at: _answer(one, at, reading))
    value = read_value(node, path, reading, element.kind if element else None)
    if isinstance(value, tuple):
        return reading.report("wrong_type", "样例回答里不能写列表。", node, path, "请只写一个值。")
    return value if value is BAD or isinstance(value, bool) else str(node.value)


# ---------------------------------------------------------------- records

_LIMIT = re.compile(r"([0-9]{1,4})\s*(.*)")
_UNIT_WORDS = {"个工作日": "workday", "工作日": "workday", "天": "day", "日": "day", "workdays": "workday", "days": "day"}
_ARTICLE = re.compile(r"^(.*\S)\s+(第\S+条.*)$")


def _limit(text: str, node: Node, path: Path, reading: Reading) -> Any:
    match = _LIMIT.fullmatch(text.strip())
    units = {unit.value: unit for unit in LimitUnit}
    if match is None:
        return _wrong(node, path, reading, Limit)
    word = match[2].strip()
    unit = units.get(_UNIT_WORDS.get(word, word))
    if unit is None:
        hint = did_you_mean(word, units)
        said = f"时限的单位“{word}”不认识。" if word else "时限少了单位。"
        return reading.report("bad_limit", said, node, path, f"{hint}可用：{'、'.join(units)}。")
    try:
        return Limit(amount=int(match[1]), unit=unit)
    except ValueError:
        return _wrong(node, path, reading, Limit)


def _basis(text: str, _node: Node, _path: Path, _reading: Reading) -> Any:
    match = _ARTICLE.match(text.strip())
    return LegalBasis(title=match[1], article=match[2]) if match else LegalBasis(title=text.strip())


_SHORTHAND: Mapping[type, Callable[[str, Node, Path, Reading], Any]] = {
    Limit: _limit,
    LegalBasis: _basis,
    Condition: lambda text, _node, _path, _reading: Condition(text=text),
    ColumnField: lambda text, _node, _path, _reading: ColumnField(element=text),
    FormField: lambda text, _node, _path, _reading: FormField(element=text),
    Member: lambda text, _node, _path, _reading: Member(item=text),
}
"""Records that may be written as one text."""

_SOURCE_KEY = re.compile(r"[a-z][a-z0-9_]*")


def _source_title(value: Any, node: Node, path: Path, reading: Reading) -> Any:
    """A provenance names its source by a key of the pack or by its public title; kept is always the title."""
    if reading.sources is None or not _SOURCE_KEY.fullmatch(value.source):
        return value
    title = reading.sources.get(value.source)
    if title is None:
        near = did_you_mean(value.source, reading.sources, "请写进 pack.yaml 的 sources，或直接写出公开标题。")
        return reading.report("unknown_source", f"来源“{value.source}”没有登记。", node, (path, "source"), near)
    return msgspec.structs.replace(value, source=title)


_NOTHING: Mapping[str, Any] = {}


class StructReader:
    """Reads one record type. `given` attributes (the key of a section) are supplied, not written."""

    def __init__(self, kind: type[msgspec.Struct], given: str = "") -> None:
        self._kind = kind
        self._given = given
        infos = [info for info in msgspec.structs.fields(kind) if info.encode_name != given]
        self._readers: dict[str, Reader] = {info.encode_name: reader_of(info.type) for info in infos}
        self._required = tuple(info.encode_name for info in infos if info.required)
        self._shorthand = _SHORTHAND.get(kind)
        self._finish = _source_title if kind is Provenance else None

    def __call__(
        self, node: Node, path: Path, reading: Reading, key: str = "", instead: Mapping[str, Any] = _NOTHING
    ) -> Any:
        """The record, or BAD. Required attributes that are missing or wrong are told, then taken from `instead`."""
        if type(node) is not MappingNode:
            if self._shorthand is not None and type(node) is ScalarNode and not is_null(node):
                return self._shorthand(node.value, node, path, reading)
            return _wrong(node, path, reading, Limit if self._kind is Limit else dict)
        values: dict[str, Any] = {self._given: key} if self._given else {}
        written = set()
        for name_node, value_node in node.value:
            name = name_node.value
            reader = self._readers.get(name) if type(name_node) is ScalarNode else None
            if reader is None or name in written:
                self._odd(name_node, node, path, reading, twice=reader is not None)
                continue
            written.add(name)
            value = reader(value_node, (path, name), reading)
            if value is not BAD:
                values[name] = value
        return self._build(values, written, node, path, reading, instead)

    def _build(
        self, values: dict[str, Any], written: set[str], node: Node, path: Path, reading: Reading, instead: Mapping[str, Any]
    ) -> Any:
        for name in self._required:
            if name not in written:
                said = f"{RECORD_WORDS.get(self._kind.__name__, '这里')}缺少 {labelled(name)}。"
                reading.report("missing_attribute", said, node, path, f"请补上一行“{name}: …”。")
        values = {**instead, **values}
        if any(name not in values for name in self._required):
            return BAD
        try:
            record = self._kind(**values)
        except ValueError:
            return _wrong(node, path, reading, Limit if self._kind is Limit else dict)
        return record if self._finish is None else self._finish(record, node, path, reading)

    def _odd(self, name_node: Node, node: Node, path: Path, reading: Reading, *, twice: bool) -> None:
        if type(name_node) is not ScalarNode:
            _no_name(name_node, path, reading)
            return
        if twice:
            first = next(key for key, _ in node.value if key.value == name_node.value)
            _twice(first, name_node, path, reading)
            return
        name = str(name_node.value)
        record = RECORD_WORDS.get(self._kind.__name__, "这里")
        few = list(self._readers)[:12]
        listed = f"可用：{'、'.join(few)}{' 等' if len(few) < len(self._readers) else ''}。"
        hint = did_you_mean(name, self._readers, listed)
        if name == self._given:
            hint = "键已写在上一级，删去这一行即可。"
        reading.report("unknown_attribute", f"{record}没有“{name}”这一项。", name_node, (path, name), hint)


@cache
def struct_reader(kind: type[msgspec.Struct], given: str = "") -> StructReader:
    """The reader of a record type, made once."""
    return StructReader(kind, given)


_SCALARS: Mapping[Any, Reader] = {str: _text, int: _integer, Decimal: _decimal, bool: _boolean, date: _date}


def reader_of(kind: Any) -> Reader:
    """The reader of any type that records use.

    Raises:
        TypeError: a record gained an attribute of a type that packs have no way to write.
    """
    if kind in _SCALARS:
        return _SCALARS[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _tuple(reader_of(arguments[0]))
    if origin is dict:
        return _mapping(reader_of(arguments[1]))
    if origin in (Union, UnionType):
        rest = [one for one in arguments if one is not NoneType]
        inner = reader_of(rest[0]) if len(rest) == 1 else _answer
        return _optional(inner) if len(rest) < len(arguments) else inner
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _enum(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return struct_reader(kind)
    raise TypeError(f"packs cannot write a {kind!r}")
