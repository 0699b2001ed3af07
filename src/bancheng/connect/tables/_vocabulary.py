"""The vocabulary of item lists as data: which heading or exchange column goes to which attribute.

``is`` of a column names an attribute (``name``), a part of one (``promised.amount``), or one of the words below:

``handle_code``, ``old_codes``  further codes of the item, kept among its aliases
``body_code``                   the credit code by which a body is known
``rest``                        JSON of the attributes that have no column of their own
(nothing)                       an official element we have no attribute for: kept as it was written
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin

import msgspec
import yaml

from bancheng.core.catalogue import (
    Channel,
    Condition,
    DocumentKind,
    ElementKind,
    Fee,
    FeeTiming,
    FormField,
    Handling,
    Item,
    ItemStatus,
    ItemType,
    LegalBasis,
    Level,
    Material,
    MaterialForm,
    MaterialSource,
    Necessity,
    Option,
    Question,
    Result,
    ResultKind,
    Situation,
    Step,
    StepKind,
    Subject,
)
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.kernel import Confidence, Record, search_key

HERE = Path(__file__).parent

RECORDS: Mapping[str, type[msgspec.Struct]] = {
    "items": Item,
    "basis": LegalBasis,
    "conditions": Condition,
    "situations": Situation,
    "fields": FormField,
    "materials": Material,
    "results": Result,
    "fees": Fee,
    "steps": Step,
    "faq": Question,
}
CHILDREN = tuple(name for name in RECORDS if name != "items")

_LISTS: Mapping[Any, str] = {
    ItemType: "item_type",
    Level: "level",
    Handling: "handling",
    Subject: "objects",
    ItemStatus: "status",
    Channel: "channels",
    LimitUnit: "unit",
    Necessity: "necessity",
    DocumentKind: "document_kind",
    MaterialForm: "material_form",
    MaterialSource: "material_source",
    ResultKind: "result_kind",
    FeeTiming: "timing",
    StepKind: "step_kind",
    ElementKind: "element_kind",
    Confidence: "confidence",
    bool: "yes_no",
}
_REFERENCES = {
    ("items", "body"): "bodies",
    ("steps", "body"): "bodies",
    ("materials", "document"): "documents",
    ("results", "document"): "documents",
    ("situations", "element"): "elements",
    ("fields", "element"): "elements",
}
_ASIDE = {("materials", "kind"): "document_kind", ("fields", "kind"): "element_kind"}
"""Columns that say what a new dictionary record would be, not what the row is."""


class Column(Record):
    """A column of a sheet. `how` says how a cell is read: text, texts, lines, integer, decimal, date, code, codes,
    amount, unit, reference, options, rest, aside or kept; `list` names the code list or the dictionary section."""

    sheet: str
    heading: str
    element: str
    target: str = ""
    how: str = "kept"
    list: str = ""
    aliases: tuple[str, ...] = ()
    must: bool = False
    note: str = ""

    @property
    def attribute(self) -> str:
        """The attribute of the record that the column states, or an empty text."""
        return "" if self.how in {"kept", "aside", "rest"} else self.target.partition(".")[0]


@cache
def required(kind: type[msgspec.Struct]) -> frozenset[str]:
    """Attributes that a record cannot be made without."""
    return frozenset(one.name for one in msgspec.structs.fields(kind) if one.required)


@cache
def defaults(kind: type[msgspec.Struct]) -> Mapping[str, Any]:
    """The defaults of a record's attributes in plain values; None for those that have none. Asking msgspec each time
    would take most of an import."""
    found = {}
    for one in msgspec.structs.fields(kind):
        made = one.default
        if made is msgspec.NODEFAULT:
            factory = one.default_factory
            made = None if factory is msgspec.NODEFAULT else factory()
        found[one.name] = msgspec.to_builtins(made)
    return found


@cache
def _rest_of(sheet: Sheet) -> frozenset[str]:
    held = {one.attribute for one in sheet.columns if one.how != "lines"} | {"key"}
    if sheet.key == "items":
        held |= set(CHILDREN)
    return frozenset(sheet.record.__struct_fields__) - held


class Sheet(Record):
    """One kind of table: items, or one of the lists inside an item."""

    key: str
    title: str
    table: str
    aliases: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def record(self) -> type[msgspec.Struct]:
        """The record that a row becomes."""
        return RECORDS[self.key]

    @property
    def rest(self) -> frozenset[str]:
        """Attributes without a column: those that travel in the column ``rest``."""
        return _rest_of(self)


class CodeTable(Record):
    """A closed list of ours with the words for each value, the official one first. A value that is no value of ours but
    a common word for several attributes at once stands in `sets`."""

    key: str
    name: str
    values: dict[str, tuple[str, ...]]
    sets: dict[str, dict[str, Any]] = {}
    blank: str = ""

    def word(self, value: str) -> str:
        """The official word of a value."""
        return self.values[value][0]


class Join(Record):
    """A column by which rows of other sheets name their item."""

    kind: str
    heading: str
    element: str
    aliases: tuple[str, ...] = ()


class Vocabulary(Record):
    """Everything that names things in item lists."""

    sheets: dict[str, Sheet]
    join: tuple[Join, ...]
    lists: dict[str, CodeTable]
    schemes: tuple[tuple[str, str], ...]

    def scheme_of(self, code: str) -> str:
        """Whose rules a code follows, by its shape."""
        return next(name for name, shape in self.schemes if re.fullmatch(shape, code))


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of this version, read once."""
    data = yaml.safe_load((HERE / "vocabulary.yaml").read_text(encoding="utf-8"))
    sheets = {key: _sheet(key, given) for key, given in data["sheets"].items()}
    lists = {
        key: CodeTable(
            key=key,
            name=given["name"],
            values={value: tuple(words) for value, words in given["values"].items()},
            sets=given.get("sets", {}),
            blank=given.get("blank", ""),
        )
        for key, given in data["lists"].items()
    }
    join = tuple(
        Join(
            kind=one["is"],
            heading=one["heading"],
            element=one["element"],
            aliases=tuple(one.get("aliases", ())),
        )
        for one in data["join"]
    )
    schemes = tuple((one["scheme"], one["shape"]) for one in data["schemes"])
    return Vocabulary(sheets=sheets, join=join, lists=lists, schemes=schemes)


def _sheet(key: str, given: Mapping[str, Any]) -> Sheet:
    return Sheet(
        key=key,
        title=given["title"],
        table=given["table"],
        aliases=tuple(given.get("aliases", ())),
        columns=tuple(_column(key, one) for one in given["columns"]),
    )


def _column(sheet: str, given: Mapping[str, Any]) -> Column:
    target = given.get("is", "")
    how, listed = _how(sheet, target)
    return Column(
        sheet=sheet,
        heading=given["heading"],
        element=given["element"],
        target=target,
        how=how,
        list=listed,
        aliases=tuple(given.get("aliases", ())),
        must=given.get("must", False),
        note=given.get("note", ""),
    )


_SPECIAL = {"": "kept", "rest": "rest", "handle_code": "text", "old_codes": "texts", "body_code": "text"}


def _how(sheet: str, target: str) -> tuple[str, str]:
    if target in _SPECIAL:
        return _SPECIAL[target], ""
    if (sheet, target) in _REFERENCES:
        return "reference", _REFERENCES[sheet, target]
    if (sheet, target) in _ASIDE:
        return "aside", _ASIDE[sheet, target]
    name, _, part = target.partition(".")
    kind = _bare({one.name: one.type for one in msgspec.structs.fields(RECORDS[sheet])}[name])
    if part and kind is Limit:
        return (part, "unit") if part == "unit" else (part, "")
    if part:
        kind = {one.name: one.type for one in msgspec.structs.fields(kind)}[part]
    return _how_typed(kind)


def _how_typed(kind: Any) -> tuple[str, str]:
    inner = get_args(kind)[0] if get_origin(kind) is tuple else None
    if inner in {LegalBasis, Condition}:
        return "lines", ""
    if inner is Option:
        return "options", ""
    if inner is not None:
        return ("codes", _LISTS[inner]) if inner in _LISTS else ("texts", "")
    if kind in _LISTS:
        return "code", _LISTS[kind]
    return {str: "text", int: "integer", Decimal: "decimal", date: "date"}[kind], ""


def _bare(kind: Any) -> Any:
    """The type without ``| None``."""
    if get_origin(kind) is tuple or not get_args(kind):
        return kind
    return next(one for one in get_args(kind) if one is not NoneType)


def heading_key(text: str) -> str:
    """The form in which two spellings of a heading meet: marks like ``*`` and remarks in brackets do not count."""
    return search_key(re.sub(r"[（(【\[].*?[)）】\]]", "", text)) or search_key(text)


@cache
def headings(sheet: str) -> dict[str, Column]:
    """Every spelling of the columns of one sheet."""
    found: dict[str, Column] = {}
    for column in vocabulary().sheets[sheet].columns:
        for spelled in (column.heading, column.element, *column.aliases):
            found.setdefault(heading_key(spelled), column)
            found.setdefault(search_key(spelled), column)
    return found


@cache
def join_headings() -> dict[str, str]:
    """Every spelling of the columns that name an item → key, code or name."""
    return {
        heading_key(spelled): one.kind
        for one in vocabulary().join
        for spelled in (one.heading, one.element, *one.aliases)
    }


@cache
def sheet_titles() -> dict[str, str]:
    """Every spelling of a sheet's title → its key."""
    return {
        heading_key(spelled): key
        for key, sheet in vocabulary().sheets.items()
        for spelled in (sheet.title, sheet.table, *sheet.aliases)
    }
