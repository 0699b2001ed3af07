"""Conditions as the compiler handles them: FEEL texts joined, read, and judged for what is known of one person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from bancheng.core.catalogue import ElementKind
from bancheng.core.rules import (
    UNKNOWN,
    Expr,
    RuleSyntaxError,
    evaluate,
    names_in,
    nodes,
    parse,
    partial,
    to_text,
)

ALWAYS = "true"
NEVER = "false"

_LOOSE = re.compile(r"\b(or|if|some|every|for)\b")
"A text with one of these words needs brackets inside `and`; a needless bracket does no harm."
_GREEDY = re.compile(r"\b(if|some|every|for)\b")


@lru_cache(maxsize=65_536)
def both(*texts: str) -> str:
    """The texts joined by "and": ``both("a", "true", "b or c") == "a and (b or c)"``."""
    parts = list(dict.fromkeys(text.strip() for text in texts if text.strip() != ALWAYS))
    if NEVER in parts:
        return NEVER
    if len(parts) < 2:
        return parts[0] if parts else ALWAYS
    text = " and ".join(f"({part})" if _LOOSE.search(part) else part for part in parts)
    return _compose(text, parts, nodes.And)


@lru_cache(maxsize=65_536)
def either(*texts: str) -> str:
    """The texts joined by "or", in one order whoever is asked first: ``either("b", "false", "a") == "a or b"``."""
    parts = sorted({text.strip() for text in texts if text.strip() != NEVER})
    if ALWAYS in parts:
        return ALWAYS
    if len(parts) < 2:
        return parts[0] if parts else NEVER
    text = " or ".join(f"({part})" if _GREEDY.search(part) else part for part in parts)
    return _compose(text, parts, nodes.Or)


_COMPOSED: dict[str, Expr] = {}
"Trees of joined texts not yet asked for: made of their parts, since reading a long text again takes far longer."
_MOST_COMPOSED = 65_536


def _compose(text: str, parts: Iterable[str], kind: type[nodes.And] | type[nodes.Or]) -> str:
    """Keep the tree of a joined text, exactly the one that reading it would give; where that is not sure, none."""
    operands: list[Expr] = []
    for part in parts:
        found = tree(part)
        if found is None or (isinstance(found, kind) and "(" in part):
            return text
        operands.extend(found.operands if isinstance(found, kind) else (found,))
    while len(_COMPOSED) >= _MOST_COMPOSED:
        _COMPOSED.pop(next(iter(_COMPOSED)), None)
    _COMPOSED[text] = kind(operands=tuple(operands))
    return text


def negated(text: str) -> str:
    """``not(text)``; the constants change places."""
    return {ALWAYS: NEVER, NEVER: ALWAYS}.get(text.strip(), f"not({text})")


@lru_cache(maxsize=65_536)
def tree(text: str) -> Expr | None:
    """The typed tree of a text, or None when it is no FEEL."""
    composed = _COMPOSED.pop(text, None)
    if composed is not None:
        return composed
    try:
        return parse(text)
    except RuleSyntaxError:
        return None


def readable(text: str) -> bool:
    """Is this FEEL?"""
    return tree(text) is not None


@lru_cache(maxsize=65_536)
def names(text: str) -> frozenset[str]:
    """The elements a text reads; none when it cannot be read."""
    found = tree(text)
    return frozenset(name.partition(".")[0] for name in names_in(found)) if found is not None else frozenset()


@lru_cache(maxsize=65_536)
def repeats(text: str) -> bool:
    """Does the text name an element more than once? Only then it may be settled although each mention is not."""
    return any(len(re.findall(rf"\b{name}\b", text)) > 1 for name in names(text))


def truth(text: str, facts: Mapping[str, object], today: date | None = None) -> bool | None:
    """Does the condition hold? None while a missing fact could still decide it; null and the unreadable do not."""
    value = value_of(text, facts, today)
    if value is UNKNOWN:
        return None
    return value is True


def value_of(text: str, facts: Mapping[str, object], today: date | None = None) -> object:
    """The value of a text; `UNKNOWN` while a missing fact could change it, None when it cannot be read."""
    if text == ALWAYS:
        return True
    if text == NEVER:
        return False
    expr = tree(text)
    return evaluate(expr, facts, today=today) if expr is not None else None


def residual(text: str, facts: Mapping[str, object], today: date | None = None) -> str:
    """What is left of a text when `facts` are told: a shorter text over the facts still missing."""
    if text in (ALWAYS, NEVER):
        return text
    expr = tree(text)
    return to_text(partial(expr, facts, today=today)) if expr is not None else text


def coerce(kind: ElementKind, raw: object) -> object:
    """An answer as its element's kind has it; None when it is empty or is no such value.

    Web forms, YAML and JSON give text where the rules want a number, a date or true/false.
    """
    if raw is None or raw in ("", ()):
        return None
    if kind is ElementKind.BOOLEAN:
        return raw if isinstance(raw, bool) else _YES_NO.get(str(raw).strip().lower())
    if kind in (ElementKind.INTEGER, ElementKind.DECIMAL, ElementKind.MONEY):
        return _number(raw)
    if kind is ElementKind.DATE:
        return raw if isinstance(raw, date) else _date(str(raw))
    if kind is ElementKind.MULTI_CHOICE:
        return tuple(raw) if isinstance(raw, (list, tuple)) else (str(raw),)
    if kind is ElementKind.RECORDS:
        return raw if isinstance(raw, tuple) else None
    return raw if isinstance(raw, str) else str(raw)


def coerce_rows(columns: Iterable[str], kinds: Mapping[str, ElementKind], raw: object) -> object:
    """A list of records as the rules want it: every row has every column, a cell nobody filled is Unknown.

    A list without rows is an answer, too: there are none.
    """
    if not isinstance(raw, (list, tuple)):
        return None
    return tuple(
        {key: _cell(kinds.get(key, ElementKind.TEXT), row.get(key)) for key in columns}
        for row in raw
        if isinstance(row, Mapping)
    )


def _cell(kind: ElementKind, raw: object) -> object:
    value = UNKNOWN if raw is UNKNOWN else coerce(kind, raw)
    return UNKNOWN if value is None else value


_YES_NO = {"true": True, "yes": True, "1": True, "on": True, "是": True} | {
    "false": False, "no": False, "0": False, "off": False, "否": False,
}  # fmt: skip


def _number(raw: object) -> Decimal | None:
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _date(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw.strip())
    except ValueError:
        return None
