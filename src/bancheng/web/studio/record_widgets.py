"""Inputs for the attributes of a record, made from their types, for `record_form` to read back."""

from __future__ import annotations

import typing
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from bancheng.core.catalogue import Catalogue
from bancheng.core.clock import Limit, LimitUnit
from bancheng.usecases import conditions
from bancheng.web.studio import labels
from bancheng.web.studio.record_form import KEY_MARK, NAMED, bare, entry_type

FEEL = frozenset(("when", "rule", "visible", "required", "amount"))
"""Attributes that hold conditions or formulas."""
LONG = frozenset(("text", "note", "reason", "answer", "scope", "reduction"))
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "item_type": labels.ITEM_TYPES,
    "level": labels.LEVELS,
    "handling": labels.HANDLINGS,
    "objects": labels.SUBJECTS,
    "channels": labels.CHANNELS,
    "status": labels.STATUSES,
    "form": labels.MATERIAL_FORMS,
    "source": labels.MATERIAL_SOURCES,
    "kind": {**labels.RESULT_KINDS, **labels.STEP_KINDS, **labels.CHANGE_KINDS},
    "steps": labels.TASK_KINDS,
    "pick": labels.PICKS,
    "timing": labels.TIMINGS,
    "necessity": labels.NECESSITIES,
    "confidence": {key: words for key, (words, _tone) in labels.CONFIDENCES.items()},
    "unit": labels.LIMIT_UNITS,
    "look": labels.LOOKS,
}


@dataclass
class Widget:
    """One attribute: its input's name, words, how it is asked, and what it holds now."""

    name: str
    words: str
    how: str
    value: str = ""
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    said: str = ""
    "A condition in words, or the name of the record that is named."
    section: str = ""
    unit: str = ""


@dataclass
class Entry:
    """An entry of a list: its path, its place, its title and its inputs."""

    path: str
    index: int
    title: str
    widgets: list[Widget]


def widgets(
    record: msgspec.Struct, catalogue: Catalogue, only: Collection[str], prefix: str = ""
) -> list[Widget]:
    """The inputs of these attributes (all, when `only` is empty), in the record's order."""
    found = []
    for info in msgspec.structs.fields(record):
        if only and info.name not in only:
            continue
        made = _widget(info.type, getattr(record, info.name), f"{prefix}{info.name}", info.name, catalogue)
        if made is not None:
            found.append(made)
    return found


def _widget(kind: Any, value: Any, path: str, name: str, catalogue: Catalogue) -> Widget | None:
    kind, optional = bare(kind)
    words = str(labels.ATTRIBUTES.get(name, name))
    entry = entry_type(kind)
    if entry is not None:
        return Widget(path, words, "list", entries=_entries(value, path, catalogue))
    maker = _MAKERS.get(kind)
    if maker is not None:
        return maker(path, words, name, value, catalogue)
    if isinstance(kind, type) and issubclass(kind, Enum):
        none = [("", _("（没有）"), value is None)] if optional else []
        return Widget(path, words, "select", choices=[*none, *_choices(kind, name, {value})])
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)[0]
        if isinstance(inner, type) and issubclass(inner, Enum):
            return Widget(path, words, "checks", choices=_choices(inner, name, set(value)))
        if inner is str:
            return Widget(path, words, "text", "、".join(value))
        return None
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and value is not None:
        inside = widgets(value, catalogue, (), f"{path}.")
        return Widget(path, words, "group", entries=[Entry(path, 0, words, inside)])
    return None


def _entries(value: tuple[Any, ...], path: str, catalogue: Catalogue) -> list[Entry]:
    return [
        Entry(
            f"{path}.{index}", index, _title(one, catalogue), widgets(one, catalogue, (), f"{path}.{index}.")
        )
        for index, one in enumerate(value)
    ]


def _title(record: Any, catalogue: Catalogue) -> str:
    for name in ("name", "element", "document", "text", "title", "question", "label", "key"):
        said = getattr(record, name, "")
        if said:
            return _called(name, said, catalogue) or str(said)[:60]
    return ""


def _called(name: str, key: str, catalogue: Catalogue) -> str:
    section = NAMED.get(name)
    found = getattr(catalogue, section).get(key) if section else None
    return found.name if found is not None else ""


def _choices(kind: type[Enum], name: str, held: set[Any]) -> list[tuple[str, str, bool]]:
    known = _WORDS.get(name, {})
    return [(str(one.value), str(known.get(one.value, one.value)), one in held) for one in kind]


def _text(path: str, words: str, name: str, value: str, catalogue: Catalogue) -> Widget:
    if name in FEEL:
        return Widget(path, words, "feel", value, said=conditions.in_words(value))
    if name in NAMED:
        said = _called(name, value, catalogue)
        shown = f"{said}{KEY_MARK}{value}" if said else value
        return Widget(path, words, "named", shown, section=NAMED[name])
    return Widget(path, words, "long" if name in LONG else "text", value)


def _limit(path: str, words: str, _name: str, value: Limit | None, _catalogue: Catalogue) -> Widget:
    held = {value.unit} if value else {LimitUnit.WORKDAY}
    choices = _choices(LimitUnit, "unit", held)
    return Widget(path, words, "limit", str(value.amount) if value else "", choices)


_MAKERS: dict[Any, Callable[[str, str, str, Any, Catalogue], Widget]] = {
    str: _text,
    bool: lambda path, words, _name, value, _c: Widget(path, words, "tick", "on" if value else ""),
    int: lambda path, words, _name, value, _c: Widget(
        path, words, "number", "" if value is None else str(value)
    ),
    Decimal: lambda path, words, _name, value, _c: Widget(
        path, words, "number", "" if value is None else f"{value:f}"
    ),
    date: lambda path, words, _name, value, _c: Widget(
        path, words, "date", value.isoformat() if value else ""
    ),
    Limit: _limit,
}
