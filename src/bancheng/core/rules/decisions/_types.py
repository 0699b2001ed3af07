"""Types of a model: what conforms, and the coercions of the standard (clause 10.3.2.9.4)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Final

from bancheng.core.rules._values import UNKNOWN, Function, Value, kind_of, to_value
from bancheng.core.rules.decisions._model import ItemDefinition

_NAMES: Final = {
    "dateTime": "date and time",
    "date and time": "date and time",
    "dayTimeDuration": "days and time duration",
    "days and time duration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "years and months duration": "years and months duration",
    **{
        name: name
        for name in ("number", "string", "boolean", "date", "time", "context", "list", "range", "function")
    },
}
_ANY: Final = frozenset({"", "Any"})
_GENERIC: Final = re.compile(r"(list|range)\s*<(.*)>")
_PREFIX: Final = re.compile(r"^(feel|xsd)[:.]")

Holds = Callable[[str, Value], bool]
"Whether a value passes allowed values: ``(the key of the constraint, the value)``."


class Types:
    """The named types of one model, and of those it imports under their prefix (``import.type``)."""

    def __init__(self) -> None:
        self._items: dict[str, ItemDefinition] = {}
        self.checks: dict[int, Callable[[Value], Value]] = {}
        "Of each constraint text (by the identity of its definition), the test that a value passes."

    def add(self, item: ItemDefinition, prefix: str = "") -> None:
        self._items[f"{prefix}.{item.name}" if prefix else item.name] = item

    @property
    def unconstrained(self) -> Types:
        """The same types without what their values must keep to: ``instance of`` asks for the kind alone."""
        types = Types()
        types._items = self._items
        return types

    def knows(self, name: str) -> bool:
        plain = _PREFIX.sub("", name)
        if plain in _ANY or plain in _NAMES or name in self._items:
            return True
        generic = _GENERIC.fullmatch(plain)
        return (
            self.knows(generic[2].strip()) if generic else plain.startswith(("context", "function", "Null"))
        )

    def base(self, name: str) -> str:
        """The built-in kind a name comes down to; "Any" when it is not known or is a collection or a context."""
        seen = set()
        while (item := self._items.get(name)) is not None and name not in seen:
            seen.add(name)
            if item.collection or item.components or item.function:
                return "list" if item.collection else "context" if item.components else "function"
            name = item.type
        return _NAMES.get(_PREFIX.sub("", name), "Any")

    def item(self, name: str) -> ItemDefinition | None:
        """The definition behind a name."""
        return self._items.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Every named type."""
        return tuple(self._items)

    # ------------------------------------------------------------- conformance

    def conforms(self, value: Value, name: str) -> bool:
        """Whether a value is of a type. Null and Unknown are of every type."""
        if value is None or value is UNKNOWN or name in _ANY:
            return True
        item = self._items.get(name)
        return self._fits(value, name) if item is None else self._is(value, item)

    def _fits(self, value: Value, name: str) -> bool:
        plain = _PREFIX.sub("", name)
        if generic := _GENERIC.fullmatch(plain):
            inner = generic[2].strip()
            if generic[1] == "range":
                return kind_of(value) == "range"
            return isinstance(value, tuple) and all(self.conforms(one, inner) for one in value)
        kind = _NAMES.get(plain)
        if kind is None:  # a type nobody defined says nothing
            return True
        return isinstance(value, Function) if kind == "function" else kind_of(value) == kind

    def _is(self, value: Value, item: ItemDefinition) -> bool:
        if item.collection:
            fits = isinstance(value, tuple) and all(self._one(one, item) for one in value)
        else:
            fits = self._one(value, item)
        return fits and self._passes(item.constraint, value)

    def _one(self, value: Value, item: ItemDefinition) -> bool:
        if value is None or value is UNKNOWN:
            return True
        if item.components:
            return isinstance(value, Mapping) and all(
                part.name in value and self._is_or_null(to_value(value[part.name]), part)
                for part in item.components
            )
        if item.function is not None:
            return isinstance(value, Function)
        return self.conforms(value, item.type) and self._passes(item.allowed, value)

    def _is_or_null(self, value: Value, item: ItemDefinition) -> bool:
        return value is None or value is UNKNOWN or self._is(value, item)

    def _passes(self, text: object, value: Value) -> bool:
        check = self.checks.get(id(text)) if text is not None else None
        return check is None or check(value) in {True, UNKNOWN}

    # ------------------------------------------------------------- coercion

    def coerce(self, value: Value, name: str) -> Value:
        """A value made to fit: as it is, out of or into a list of one, a date as a moment; otherwise null."""
        if value is None or value is UNKNOWN or self.conforms(value, name):
            return value
        if isinstance(value, tuple) and len(value) == 1 and self.conforms(value[0], name):
            return value[0]
        if not isinstance(value, tuple) and self.conforms((value,), name):
            return (value,)
        if kind_of(value) == "date" and isinstance(value, dt.date) and self.base(name) == "date and time":
            return dt.datetime.combine(value, dt.time(), dt.UTC)
        return None
