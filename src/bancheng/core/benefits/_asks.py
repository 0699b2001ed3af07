"""Facts as people can tell them of themselves: the question in plain words, and their answer as a value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from bancheng.core.benefits._facts import ColumnKind, FactSpec
from bancheng.core.kernel import Place, Problems, Record
from bancheng.core.rules import Value

ABSENT = "无"
"""How people write that a fact is known to be absent."""
_WORDS = {"是": True, "否": False, "true": True, "false": False}


class FactAsk(Record):
    """How one fact is asked of the person it is about. `options`: code → words, of a CODE; `none`: the words for "there
    is none", where there may be none. `known`: not asked, for whoever asks for themselves it is so."""

    fact: str
    text: str = ""
    hint: str = ""
    options: dict[str, str] = {}
    none: str = ""
    known: str = ""


def told_fact(spec: FactSpec, text: str) -> tuple[Value, bool]:
    """A fact as people write it, and whether it could be read."""
    plain = text.strip()
    if plain == ABSENT:
        return None, True
    try:
        if spec.kind in {ColumnKind.NUMBER, ColumnKind.MONEY}:
            number = Decimal(plain.replace(",", "").replace("，", ""))
            return number, number.is_finite()
        if spec.kind is ColumnKind.DATE:
            return dt.date.fromisoformat(plain), True
    except (InvalidOperation, ValueError):
        return None, False
    if spec.kind is ColumnKind.BOOLEAN:
        return _WORDS.get(plain), plain in _WORDS
    return plain, not spec.values or plain in spec.values


def check_asks(asks: Iterable[FactAsk], facts: Mapping[str, FactSpec], found: Problems) -> None:
    """Add what is wrong with them: unknown facts, nothing to ask, options that are not the codes of the fact."""
    for one in asks:
        at = Place(path=f"asks/{one.fact}")
        spec = facts.get(one.fact)
        if spec is None:
            found.add("ask-unknown", f"要问的事实“{one.fact}”没有登记。", at)
            continue
        if bool(one.text) == bool(one.known):
            found.add("ask-words", f"“{spec.name}”要么写怎么问（text），要么写已知（known）。", at)
        if one.known and not told_fact(spec, one.known)[1]:
            found.add("ask-known", f"“{spec.name}”的已知值“{one.known}”读不懂。", at)
        if spec.kind is ColumnKind.CODE and one.text and set(one.options) != set(spec.values):
            said = f"“{spec.name}”的选项和登记的代码不一样。"
            found.add("ask-options", said, at, f"每个代码写一句话：{'、'.join(spec.values)}。")
