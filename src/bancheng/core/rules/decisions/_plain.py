"""Values as JSON has them: in, by the declared type; out, with dates and durations as text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bancheng.core.rules._moments import parse_temporal
from bancheng.core.rules._values import UNKNOWN, Value, kind_of, to_value, value_text
from bancheng.core.rules.decisions._types import Types

_TEXTS = frozenset({"date", "time", "date and time", "days and time duration", "years and months duration"})


def from_plain(raw: object, kind: str, types: Types) -> Value:
    """A value of JSON as its declared type means it: ``"2026-03-01"`` is a date where a date is meant."""
    item = types.item(kind)
    value = to_value(raw)
    if isinstance(value, tuple):
        inner = item.type if item is not None and item.collection else kind
        if item is not None and item.collection and item.components:
            return tuple(_members(one, item.components, types) for one in value)
        return tuple(from_plain(one, inner, types) for one in value)
    if isinstance(value, Mapping):
        return _members(value, () if item is None else item.components, types)
    if isinstance(value, str) and types.base(kind) in _TEXTS:
        return parse_temporal(value)
    return value


def _members(raw: object, components: tuple[Any, ...], types: Types) -> Value:
    if not isinstance(raw, Mapping):
        return to_value(raw)
    kinds = {one.name: one for one in components}
    found: dict[str, Value] = {}
    for key, one in raw.items():
        part = kinds.get(key)
        if part is not None and part.components and not part.collection:
            found[key] = _members(one, part.components, types)
        else:
            found[key] = from_plain(one, part.type if part is not None else "", types)
    return found


def to_plain(value: Value) -> object:
    """A value as JSON can say it. Unknown is ``{"unknown": true}``; dates, times and ranges are FEEL text."""
    if value is UNKNOWN:
        return {"unknown": True}
    if isinstance(value, Mapping):
        return {str(key): to_plain(to_value(one)) for key, one in value.items()}
    if isinstance(value, tuple):
        return [to_plain(one) for one in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    return value_text(value) if kind_of(value) != "function" else "function"
