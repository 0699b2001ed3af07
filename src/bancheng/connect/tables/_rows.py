"""Rows of cells → what they state about an item, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bancheng.connect.tables._cells import (
    Cell,
    Issue,
    Odd,
    Unreadable,
    fail,
    plain_text,
    read_code,
    read_codes,
    read_date,
    read_decimal,
    read_integer,
    read_limit,
    read_options,
    split_texts,
)
from bancheng.connect.tables._mapping import Mapping as SourceMapping
from bancheng.connect.tables._mapping import Reader
from bancheng.connect.tables._names import Ambiguous, Names, credit_code
from bancheng.connect.tables._vocabulary import RECORDS, Column, vocabulary
from bancheng.core.catalogue import DocumentKind, Level

_ARTICLE = re.compile(r"^(.*\S)\s*(第[0-9〇零一二三四五六七八九十百千]+条.*)$", re.DOTALL)
_SPLITTABLE = re.compile(r"[\^\n]")
OWN_NAME = "own_name"
"""Beside the rest: the name of a material is its own, though it is also that of its kind."""


@dataclass
class Stated:
    """What one row says: `values` by attribute (plain values, blanks left out), `kept` by heading for what we have no
    attribute for, `aside` for what only a new dictionary record would take, and its issues."""

    values: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


class RowReader:
    """Reads rows of one source with its mapping and the dictionaries."""

    def __init__(self, mapping: SourceMapping, names: Mapping[str, Names]) -> None:
        self.codes = Reader(mapping)
        self.names = names
        self._readers: dict[str, Callable[[Column, str], Any]] = {
            "text": lambda _column, cell: plain_text(cell),
            "texts": lambda _column, cell: list(split_texts(cell)),
            "integer": read_integer,
            "decimal": read_decimal,
            "date": read_date,
            "code": lambda column, cell: read_code(column, cell, self.codes),
            "codes": lambda column, cell: read_codes(column, cell, self.codes),
            "lines": _lines,
            "options": read_options,
        }

    def read(self, columns: Mapping[int, Column], cells: Sequence[Cell]) -> Stated:
        """What a row states in these columns."""
        stated = Stated()
        limits: dict[str, dict[str, tuple[Column, str]]] = {}
        for place, column in columns.items():
            cell = cells[place] if place < len(cells) else ""
            try:
                text = _plain(column, cell)
                if column.how in {"amount", "unit"}:
                    name, _, part = column.target.partition(".")
                    limits.setdefault(name, {})[part] = (column, text)
                elif text:
                    self._one(column, text, stated)
                elif column.must and column.how == "code":
                    # A blank may have been given a meaning, but never where the law's clock hangs on it.
                    stated.values[column.target] = read_code(column, "", self.codes)
            except Unreadable as found:
                stated.issues.append(found.issue)
        self._limits(limits, stated)
        return stated

    def _one(self, column: Column, text: str, stated: Stated) -> None:
        if column.how == "kept":
            stated.kept[column.heading] = text
        elif column.how == "aside":
            stated.aside[column.target] = read_code(column, text, self.codes)
        elif column.how == "reference":
            stated.values[column.target] = text
        elif column.how == "rest":
            self._rest(column, text, stated)
        else:
            value = self._readers[column.how](column, text)
            if column.list:
                sets = vocabulary().lists[column.list].sets
                stated.values.update(sets.get(value, {}) if isinstance(value, str) else {})
                value = sets.get(value, {}).get(column.target, value) if isinstance(value, str) else value
            if column.list == "yes_no":
                value = value == "true"
            name, _, part = column.target.partition(".")
            if part:
                stated.values.setdefault(name, {})[part] = value
            else:
                stated.values[name] = value

    def _rest(self, column: Column, text: str, stated: Stated) -> None:
        try:
            found = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise fail(
                column, "bad_rest", f"“{column.heading}”这一列不要手改，请照原样放回，或清空。"
            ) from error
        if found.keys() - set(RECORDS[column.sheet].__struct_fields__) - {"key"} - {OWN_NAME}:
            raise fail(
                column, "bad_rest", f"“{column.heading}”这一列里有不认识的内容，请照原样放回，或清空。"
            )
        stated.values.update(found)

    def _limits(self, limits: Mapping[str, Mapping[str, tuple[Column, str]]], stated: Stated) -> None:
        for name, parts in limits.items():
            column, amount = parts.get("amount", (None, ""))
            unit_column, unit = parts.get("unit", (column, None))
            if column is None or unit_column is None or not amount:
                continue
            try:
                stated.values[name] = read_limit(column, amount, unit_column, unit, self.codes)
            except Unreadable as found:
                stated.issues.append(found.issue)

    # ------------------------------------------------------------ names

    def body(self, column: Column, written: str, code: str, level: str, stated: Stated) -> str:
        """The key of a body, proposed when nobody knows it."""
        made = Level(level) if level in set(Level) else Level.COUNTY
        return self._named("bodies", column, written, stated, credit_code(code), level=made)

    def reference(self, column: Column, written: str, stated: Stated) -> str:
        """The key of what a column of names refers to, proposed when nobody knows it."""
        if column.list == "bodies":
            return self.body(column, written, "", "", stated)
        kind = stated.aside.get("kind", "")
        if column.list == "documents" and column.sheet == "materials":
            return self._named("documents", column, written, stated, kind=DocumentKind(kind or "other"))
        if column.list == "documents":
            licence = stated.values.get("kind", "licence") == "licence"
            made = DocumentKind.LICENCE if licence else DocumentKind.OTHER
            return self._named("documents", column, written, stated, kind=made)
        # A question without a kind of its own is answered by yes or no.
        guess = "boolean" if column.sheet == "situations" else ""
        return self._named("elements", column, written, stated, kind=kind, guess=guess)

    def _named(
        self, section: str, column: Column, written: str, stated: Stated, code: str = "", **more: Any
    ) -> str:
        names = self.names[section]
        try:
            found = names.find(written, code)
        except Ambiguous as several:
            shown = "、".join(names.records[key].name + f"（{key}）" for key in several.keys[:4])
            said = f"“{column.heading}”写的“{written}”有几个同名的：{shown}。请在对照表里选定一个。"
            stated.issues.append(Issue("ambiguous_name", said, column.heading, written, section))
            return ""
        if found is None:
            return names.propose(written, code, **more)
        names.seen(found, **more)
        return found

    # ------------------------------------------------------------ rows inside a row

    def inside(self, columns: Mapping[int, Column], cells: Sequence[Cell]) -> list[Stated]:
        """Rows of another sheet that stand in one row of items; a cell with several is split at lines or ``^``."""
        must = next((place for place, column in columns.items() if column.must), None)
        texts = {place: cells[place] if place < len(cells) else "" for place in columns}
        if must is None or not texts[must] or isinstance(texts[must], Odd):
            if not any(texts.values()):
                return []
            return [self.read(columns, cells)]
        parts = split_texts(str(texts[must]))
        if len(parts) <= 1 or not _SPLITTABLE.search(str(texts[must])):
            return [self.read(columns, cells)]
        split: dict[int, Sequence[Cell]] = {}
        for place, column in columns.items():
            found = _split(texts[place])
            if found and len(found) != len(parts):
                return [_uneven(columns[must], column, len(parts), len(found))]
            split[place] = found or [""] * len(parts)
        split[must] = parts
        width = max(columns) + 1
        rows = [
            [split[place][at] if place in split else "" for place in range(width)] for at in range(len(parts))
        ]
        return [self.read(columns, row) for row in rows]


def _split(cell: Cell) -> Sequence[Cell]:
    """The parts of a cell; blank ones between separators count, so that parts stay beside their fellows."""
    if isinstance(cell, Odd):
        return [cell]
    return [one.strip() for one in _SPLITTABLE.split(cell)] if cell else []


def _uneven(must: Column, column: Column, wanted: int, found: int) -> Stated:
    said = (
        f"“{must.heading}”里有 {wanted} 条，“{column.heading}”里却有 {found} 条，对不上号。"
        "请让两列条数一样，或把它们放到单独的工作表，一行一条。"
    )
    return Stated(issues=[Issue("uneven", said, column.heading)])


def _plain(column: Column, cell: Cell) -> str:
    if not isinstance(cell, Odd):
        return cell
    if cell.why == "formula":
        said = f"“{column.heading}”里是公式。请选中这一列，复制，再“选择性粘贴”为数值。"
    elif cell.why == "long_number":
        said = (
            f"“{column.heading}”太长，被 Excel 当成数字，后几位已经丢了。请把这一列设为“文本”，重新填写编码。"
        )
    else:
        said = f"“{column.heading}”里套着别的记录，读不出来。"
    raise fail(column, cell.why, said, cell.text)


def _lines(column: Column, cell: str) -> list[dict[str, Any]]:
    lines = split_texts(cell)
    if column.target != "basis":
        return [{"text": line} for line in lines]
    found = []
    for line in lines:
        match = _ARTICLE.match(line)
        found.append({"title": match[1], "article": match[2]} if match else {"title": line})
    return found
