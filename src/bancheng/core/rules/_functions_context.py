"""Built-in functions of contexts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bancheng.core.rules._functions import Builtin, listed
from bancheng.core.rules._operators import bounded
from bancheng.core.rules._values import Value, to_value


def _get_value(context: Value, key: Value) -> Value:
    if not isinstance(context, Mapping) or not isinstance(key, str):
        return None
    return to_value(context.get(key))


def _get_entries(context: Value) -> Value:
    if not isinstance(context, Mapping):
        return None
    return tuple({"key": key, "value": to_value(one)} for key, one in context.items())


def _context(entries: Value) -> Value:
    """From ``[{key: …, value: …}]``; null when a key comes twice or an entry lacks one of the two."""
    found: dict[str, Value] = {}
    for entry in listed(entries):
        if not isinstance(entry, Mapping) or not {"key", "value"} <= entry.keys():
            return None
        key = entry["key"]
        if not isinstance(key, str) or key in found:
            return None
        found[key] = to_value(entry["value"])
    return found


def _put(context: Value, keys: Value, value: Value) -> Value:
    path = listed(keys)
    if not isinstance(context, Mapping) or not path or not all(isinstance(one, str) for one in path):
        return None
    first, rest = str(path[0]), path[1:]
    if rest:
        value = _put(context.get(first), rest, value)
        if value is None:
            return None
    bounded((*context, first))
    return {**context, first: value}


def _merge(contexts: Value) -> Value:
    found: dict[str, Value] = {}
    for one in listed(contexts):
        if not isinstance(one, Mapping):
            return None
        found.update(one)
    return found


CONTEXTS: Final[dict[str, Builtin]] = {
    "get value": Builtin(_get_value, ("m", "key"), "Any", ("context", "Any")),
    "get entries": Builtin(_get_entries, ("m",), "list", ("context",)),
    "context": Builtin(_context, ("entries",), "context", ("Any",)),
    "context put": Builtin(
        _put,
        ("context", "key", "value"),
        "context",
        ("context", "Any", "Any"),
        nulls=True,
        also=(("context", "keys", "value"),),
    ),
    "context merge": Builtin(_merge, ("contexts",), "context", ("Any",)),
}
