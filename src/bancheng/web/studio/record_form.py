"""A record of the catalogue as a form, and the form back as a record.

Names of inputs are paths into the record: ``members.0.when``. Whatever a page does not show keeps its value, so a page
may show a part of a record, and a record may gain attributes that no page knows. A page marks what it shows: a list by
``<path>.__list``, an entry by ``<path>.<n>.__was`` (its place before, empty when new), a tick by ``<path>.__tick``.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from django.utils.translation import gettext as _

from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.kernel import Place, Problem

LIST, WAS, TICK = "__list", "__was", "__tick"
ALWAYS = frozenset(("when", "visible", "required"))
"""Conditions that hold for everybody when nothing is written."""
KEY_MARK = " · "
"""Between the name and the key of a record that is named: people look for the name, the key is kept."""
NAMED: Mapping[str, str] = {
    "element": "elements",
    "document": "documents",
    "body": "bodies",
    "item": "items",
    "group": "groups",
}
"""Attributes that name a record of the catalogue, and its section."""
_SPLIT = str.maketrans({"、": "\n", "，": "\n", ",": "\n", "；": "\n", ";": "\n"})

Post = Mapping[str, Sequence[str]]
R = TypeVar("R", bound=msgspec.Struct)


class Reading:
    """What was typed into a form, laid over the record it showed."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.problems: list[Problem] = []

    def record(self, old: Any, prefix: str = "") -> Any:
        """`old` with what the form shows of it."""
        dot = f"{prefix}." if prefix else ""
        changes = {}
        for info in msgspec.structs.fields(old):
            path = dot + info.name
            kept = getattr(old, info.name)
            new = self._value(info.type, kept, path)
            if new is not kept:
                changes[info.name] = new
        return msgspec.structs.replace(old, **changes) if changes else old

    def _value(self, kind: Any, old: Any, path: str) -> Any:
        kind, optional = bare(kind)
        entry = entry_type(kind)
        if entry is not None:
            return self._entries(entry, old, path) if f"{path}.{LIST}" in self.post else old
        if kind is bool:
            return path in self.post if f"{path}.{TICK}" in self.post else old
        if kind is Limit:
            return self._limit(old, path, optional=optional)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return old if old is None else self.record(old, path)
        if path not in self.post:
            return old
        typed = self.post[path][-1].strip() if self.post[path] else ""
        last = path.rpartition(".")[2]
        if kind is str and not typed and last in ALWAYS:
            return "true"
        if kind is str and last in NAMED:
            return typed.rpartition(KEY_MARK)[2]
        try:
            return _read(kind, typed, self.post[path], optional=optional)
        except (ValueError, InvalidOperation):
            said = _("“%(typed)s”读不懂。") % {"typed": typed}
            self.problems.append(Problem("unreadable", said, Place(path=path), _("这一项还是原来的。")))
            return old

    def _limit(self, old: Limit | None, path: str, *, optional: bool) -> Limit | None:
        if f"{path}.amount" not in self.post:
            return old
        amount = self.post[f"{path}.amount"][-1].strip()
        unit = LimitUnit(self.post.get(f"{path}.unit", ["workday"])[-1])
        if unit is LimitUnit.IMMEDIATE:
            return Limit(0, unit)
        if not amount:
            return None if optional else old
        if not amount.isdecimal():
            said = _("“%(typed)s”不是天数。") % {"typed": amount}
            self.problems.append(Problem("unreadable", said, Place(path=path), _("请写整数。")))
            return old
        return Limit(int(amount), unit)

    def _entries(self, kind: type[msgspec.Struct], old: tuple[Any, ...], path: str) -> tuple[Any, ...]:
        found = []
        for number in self._numbers(path):
            was = self.post.get(f"{path}.{number}.{WAS}", [""])[-1]
            before = old[int(was)] if was.isdecimal() and int(was) < len(old) else blank(kind)
            found.append(self.record(before, f"{path}.{number}"))
        return tuple(found) if found != list(old) else old

    def _numbers(self, path: str) -> list[int]:
        head, tail = f"{path}.", f".{WAS}"
        numbers = (
            name[len(head) : -len(tail)]
            for name in self.post
            if name.startswith(head) and name.endswith(tail)
        )
        return sorted(int(one) for one in numbers if one.isdecimal())


def _read(kind: Any, typed: str, every: Sequence[str], *, optional: bool) -> Any:
    if optional and not typed:
        return None
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)[0]
        parts = every if len(every) > 1 else typed.translate(_SPLIT).split("\n")
        return tuple(_read(inner, one.strip(), (), optional=False) for one in parts if one.strip())
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(typed)
    if kind is int:
        return int(typed or 0)
    if kind is Decimal:
        found = Decimal(typed or 0)
        if not found.is_finite():
            raise ValueError(typed)
        return found
    if kind is date:
        return date.fromisoformat(typed)
    if kind is str:
        return typed.replace("\r\n", "\n")
    raise ValueError(typed)


@lru_cache(maxsize=512)
def bare(kind: Any) -> tuple[Any, bool]:
    """The type without ``| None``, and whether it had that."""
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        rest = [one for one in typing.get_args(kind) if one is not type(None)]
        if len(rest) == 1:
            return rest[0], True
    return kind, False


def entry_type(kind: Any) -> type[msgspec.Struct] | None:
    """The record that a list of records holds."""
    kind = bare(kind)[0]
    if typing.get_origin(kind) is not tuple:
        return None
    inner = typing.get_args(kind)[0]
    is_record = isinstance(inner, type) and issubclass(inner, msgspec.Struct) and inner is not Limit
    return inner if is_record else None


def blank(kind: type[msgspec.Struct], **given: Any) -> Any:
    """A new entry: what it must have is empty, zero, or the first of its choices."""
    for info in msgspec.structs.fields(kind):
        if info.required and info.name not in given:
            given[info.name] = _empty(info.type)
    return kind(**given)


def _empty(kind: Any) -> Any:
    kind, optional = bare(kind)
    if optional:
        return None
    if typing.get_origin(kind) is tuple:
        return ()
    if typing.get_origin(kind) is dict:
        return {}
    if kind is Limit:
        return Limit(1)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return blank(kind)
    return kind()


# ---------------------------------------------------------------- acts on lists


def acted(record: R, act: str, path: str, **given: Any) -> R:
    """The record after a button of a list: ``add`` an entry to the list at `path`, ``del``, ``up`` or ``down`` the
    entry at `path`. A path that leads nowhere changes nothing."""
    found: R = _at(record, path.split("."), act, given)
    return found


def _at(value: Any, steps: list[str], act: str, given: dict[str, Any]) -> Any:
    name, *rest = steps
    old = getattr(value, name, None)
    if not isinstance(old, tuple):
        return value
    if act == "add" and not rest:
        kind = next(info.type for info in msgspec.structs.fields(value) if info.name == name)
        entry = entry_type(kind)
        return value if entry is None else _set(value, name, (*old, blank(entry, **given)))
    if not rest or not rest[0].isdecimal() or int(rest[0]) >= len(old):
        return value
    index = int(rest[0])
    if len(rest) > 1:
        inside = _at(old[index], rest[1:], act, given)
        return _set(value, name, (*old[:index], inside, *old[index + 1 :]))
    return _set(value, name, _moved(old, index, act))


def _moved(entries: tuple[Any, ...], index: int, act: str) -> tuple[Any, ...]:
    left = [*entries]
    if act == "del":
        del left[index]
    to = {"up": index - 1, "down": index + 1}.get(act, -1)
    if 0 <= to < len(left):
        left[index], left[to] = left[to], left[index]
    return tuple(left)


def _set(record: Any, name: str, value: Any) -> Any:
    return msgspec.structs.replace(record, **{name: value})
