"""Built-in functions of strings, and the conversions to them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from bancheng.core.rules._functions import Builtin, listed
from bancheng.core.rules._operators import bounded
from bancheng.core.rules._regex import pattern, replacement
from bancheng.core.rules._values import Function, Value, parse_number, value_text


def _text(run: Callable[..., Value]) -> Callable[..., Value]:
    return lambda *texts: run(*texts) if all(isinstance(one, str) for one in texts) else None


def _substring(text: Value, start: Value, length: Value = None) -> Value:
    if not isinstance(text, str) or not isinstance(start, Decimal) or start == 0:
        return None
    first = int(start) - 1 if start > 0 else max(len(text) + int(start), 0)
    if length is None:
        return text[first:]
    return text[first : first + int(length)] if isinstance(length, Decimal) and length >= 0 else None


def _before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


def _after(text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


def _matches(text: Value, wanted: Value, flags: Value = None) -> Value:
    if not isinstance(text, str) or not isinstance(wanted, str) or not isinstance(flags, str | None):
        return None
    found = pattern(wanted, flags or "")
    return None if found is None else found.found(text)


def _replace(text: Value, wanted: Value, by: Value, flags: Value = None) -> Value:
    if not isinstance(text, str) or not isinstance(wanted, str) or not isinstance(by, str):
        return None
    if not isinstance(flags, str | None):
        return None
    found = pattern(wanted, flags or "")
    literal = flags is not None and "q" in flags
    new = by.replace("\\", "\\\\") if literal else replacement(by)
    if found is None or new is None or found.found(""):  # what is found everywhere cannot be replaced
        return None
    try:
        return bounded(found.replaced(text, new))
    except IndexError:  # a group the pattern does not have
        return None


def _split(text: str, delimiter: str) -> Value:
    found = pattern(delimiter)
    if found is None or not delimiter:
        return None
    return bounded(found.between(text))


def _join(items: Value, delimiter: Value = None) -> Value:
    if items is None or not isinstance(delimiter, str | None):
        return None
    texts = [one for one in listed(items) if one is not None]
    if not all(isinstance(one, str) for one in texts):
        return None
    return bounded((delimiter or "").join(map(str, texts)))


def _number(text: Value, grouping: Value = None, point: Value = None) -> Value:
    if grouping not in {None, " ", ",", "."} or point not in {None, ",", "."}:
        return None
    if grouping is not None and grouping == point:
        return None
    if isinstance(text, Decimal):
        return text
    if not isinstance(text, str):
        return None
    plain = text.replace(grouping, "") if isinstance(grouping, str) else text
    return parse_number(plain.replace(point, ".") if isinstance(point, str) else plain)


def _string(value: Value) -> Value:
    return None if isinstance(value, Function) else value if isinstance(value, str) else value_text(value)


_S = ("string", "string")
TEXTS: Final[dict[str, Builtin]] = {
    "contains": Builtin(_text(lambda text, part: part in text), ("string", "match"), "boolean", _S),
    "starts with": Builtin(
        _text(lambda text, part: text.startswith(part)), ("string", "match"), "boolean", _S
    ),
    "ends with": Builtin(_text(lambda text, part: text.endswith(part)), ("string", "match"), "boolean", _S),
    "string length": Builtin(_text(lambda text: Decimal(len(text))), ("string",), "number", ("string",)),
    "upper case": Builtin(_text(str.upper), ("string",), "string", ("string",)),
    "lower case": Builtin(_text(str.lower), ("string",), "string", ("string",)),
    "substring": Builtin(
        _substring,
        ("string", "start position", "length"),
        "string",
        ("string", "number", "number"),
        optional=1,
    ),
    "substring before": Builtin(_text(_before), ("string", "match"), "string", _S),
    "substring after": Builtin(_text(_after), ("string", "match"), "string", _S),
    "matches": Builtin(
        _matches, ("input", "pattern", "flags"), "boolean", (*_S, "string"), optional=1, nulls=True
    ),
    "replace": Builtin(
        _replace,
        ("input", "pattern", "replacement", "flags"),
        "string",
        (*_S, *_S),
        optional=1,
        nulls=True,
    ),
    "split": Builtin(_text(_split), ("string", "delimiter"), "list", _S),
    "string join": Builtin(
        _join, ("list", "delimiter"), "string", ("list", "string"), optional=1, nulls=True
    ),
    "string": Builtin(_string, ("from",), "string"),
    "number": Builtin(
        _number,
        ("from", "grouping separator", "decimal separator"),
        "number",
        optional=2,
        nulls=True,
    ),
}
