"""Types as they are written (``list<number>``, ``function<date> -> string``), and which values are of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from bancheng.core.rules._values import UNKNOWN, Function, Range, Value, kind_of, to_value

BASIC: Final = (
    "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
    "years and months duration", "list", "context", "range", "function", "Any", "Null",
)  # fmt: skip

Named: TypeAlias = Callable[[Value, str], bool]
"Whether a value is of a type that a model defines by name."


class Kind(NamedTuple):
    """A type taken apart: `parts` are the item of a list or range, the fields of a context (`fields` their names), or
    the parameters of a function and then its result."""

    name: str
    parts: tuple[Kind, ...] = ()
    fields: tuple[str, ...] = ()


@lru_cache(maxsize=2048)
def read_kind(text: str) -> Kind:
    """Take a type apart. The parser has made sure that it is one."""
    head, opening, rest = text.partition("<")
    if not opening:
        return Kind(text.strip())
    name = head.strip()
    if name == "function":
        after = _after_brackets(rest)
        inside = rest[: len(rest) - len(after) - 1]
        result = after.strip().removeprefix("->").strip() or "Any"
        return Kind(name, (*map(read_kind, _split(inside)), read_kind(result)))
    parts = _split(rest.strip().removesuffix(">"))
    if name != "context":
        return Kind(name, tuple(map(read_kind, parts)))
    pairs = [part.partition(":") for part in parts]
    return Kind(
        name,
        tuple(read_kind(kind.strip()) for _, _, kind in pairs),
        tuple(field.strip() for field, _, _ in pairs),
    )


def _after_brackets(rest: str) -> str:
    """What follows the bracket that closes the parameters."""
    depth, previous = 1, ""
    for at, sign in enumerate(rest):
        if sign == "<":
            depth += 1
        elif sign == ">" and previous != "-":
            depth -= 1
            if depth == 0:
                return rest[at + 1 :]
        previous = sign
    return ""


def _split(text: str) -> list[str]:
    """At the commas that stand in no brackets."""
    parts, depth, start, previous = [], 0, 0, ""
    for at, sign in enumerate(text):
        if sign == "<":
            depth += 1
        elif sign == ">" and previous != "-":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
        previous = sign
    last = text[start:].strip()
    return [*parts, last] if last else parts


def conforms(value: Value, kind: Kind, named: Named | None = None) -> bool:
    """Whether a value is of a type. Null is of every type but is an instance only of Null: ask that first."""
    if kind.name == "Any" or value is None or value is UNKNOWN:
        return True
    if kind.name not in BASIC:
        return named(value, kind.name) if named is not None else False
    if kind_of(value) != kind.name:
        return False
    if not kind.parts:
        return True
    item = kind.parts[0]
    if isinstance(value, tuple):
        return all(conforms(one, item, named) for one in value)
    if isinstance(value, Range):
        return conforms(value.low, item, named) and conforms(value.high, item, named)
    if isinstance(value, Mapping):
        return all(
            field in value and conforms(to_value(value[field]), part, named)
            for field, part in zip(kind.fields, kind.parts, strict=True)
        )
    return isinstance(value, Function) and len(value.parameters) == len(kind.parts) - 1


def coerced(value: Value, kind: Kind, named: Named | None = None) -> tuple[bool, Value]:
    """A value made to fit a type, and whether it does: as it is, out of or into a list of one, a date as a moment."""
    if conforms(value, kind, named):
        return True, value
    if isinstance(value, tuple) and len(value) == 1 and conforms(value[0], kind, named):
        return True, value[0]
    if kind.name == "list" and not isinstance(value, tuple) and conforms((value,), kind, named):
        return True, (value,)
    if kind.name == "date and time" and isinstance(value, dt.date):
        return True, dt.datetime.combine(value, dt.time(), dt.UTC)
    return False, None
