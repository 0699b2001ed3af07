"""Conditions as people write and read them: in words, checked as they are typed, with what could be written next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bancheng.connect.packs import Loaded
from bancheng.core.catalogue import Catalogue, Element, ElementKind, fact_types
from bancheng.core.compiler import WISH
from bancheng.core.kernel import Problem, search_key
from bancheng.core.rules import FactKind, FactType, RuleSyntaxError, Term, infer, parse, to_words
from bancheng.usecases.town import packs


def terms() -> Mapping[str, Term]:
    """How people call each element, for rules in words."""
    return _terms(packs())[0]


_HELD: list[tuple[Loaded, Mapping[str, Term], Mapping[str, FactType]]] = []


def _terms(loaded: Loaded) -> tuple[Mapping[str, Term], Mapping[str, FactType]]:
    if not _HELD or _HELD[0][0] is not loaded:
        found = {
            WISH + key: Term(name=f"是否选办“{one.name}”", truth=True)
            for key, one in loaded.catalogue.items.items()
        }
        found |= {key: _term(one, loaded.catalogue) for key, one in loaded.catalogue.elements.items()}
        _HELD[:] = [(loaded, found, fact_types(loaded.catalogue))]
        _said.cache_clear()
    return _HELD[0][1], _HELD[0][2]


def _term(element: Element, catalogue: Catalogue) -> Term:
    codes = catalogue.codes.get(element.codes)
    return Term(
        name=element.name,
        unit=element.unit,
        values={code.value: code.name for code in codes.codes} if codes else {},
        day=element.kind is ElementKind.DATE,
        truth=element.kind is ElementKind.BOOLEAN,
    )


def in_words(feel: str) -> str:
    """A condition in plain Chinese; as it is written when it cannot be read; nothing for what always holds."""
    terms()  # what was said over an older dictionary is forgotten
    return _said(feel)


@lru_cache(maxsize=4096)
def _said(feel: str) -> str:
    if feel.strip() in {"", "true"}:
        return ""
    try:
        return to_words(parse(feel), terms())
    except RuleSyntaxError:
        return feel


def checked(feel: str, expect: FactKind = FactKind.BOOLEAN) -> tuple[Problem, ...]:
    """What is wrong with a condition, with the column where it is, and what to write instead."""
    if feel.strip() in {"", "true", "false"}:
        return ()
    try:
        tree = parse(feel)
    except RuleSyntaxError as error:
        return error.problems
    types = _terms(packs())[1]
    _, problems = infer(tree, types, expect=expect, text=feel)
    return tuple(problems)


@dataclass(frozen=True)
class Suggestion:
    """What could be written at the cursor: the text, how people call it, and what it is."""

    text: str
    name: str
    note: str


def suggestions(
    before: str, word: str, known: Mapping[str, Term] | None = None, most: int = 10
) -> list[Suggestion]:
    """What fits at the cursor: values of what is compared with, else names by name and key, and words of the language.

    `before` is the text before the word being typed; `known`: what may be named, the elements of the catalogue where
    nothing is said.
    """
    names_known = terms() if known is None else known
    compared = _compared(before)
    found: list[Suggestion] = []
    if compared in names_known:
        term = names_known[compared]
        values = [*term.values.items()] or ([("true", "是"), ("false", "否")] if term.truth else [])
        quote = '"{}"' if term.values else "{}"
        found = [
            Suggestion(quote.format(key), name, term.name) for key, name in values if _fits(word, key, name)
        ]
    if not found:
        names = [
            Suggestion(key, one.name, one.unit)
            for key, one in names_known.items()
            if _fits(word, key, one.name)
        ]
        names.sort(
            key=lambda one: (not one.name.startswith(word), not one.text.startswith(word), len(one.name))
        )
        found = names[:most] + [one for one in LANGUAGE if word and _fits(word, one.text, one.name)]
    return found[:most]


def _compared(before: str) -> str:
    """The element before a comparison sign at the end, if there is one."""
    text = before.rstrip().rstrip("(").rstrip()
    for sign in ("!=", "=", " in"):
        if text.endswith(sign):
            return text.removesuffix(sign).split()[-1].lstrip("(") if text.removesuffix(sign).split() else ""
    return ""


def _fits(word: str, *names: str) -> bool:
    key = search_key(word.strip('"'))
    return not key or any(key in search_key(name) for name in names)


LANGUAGE = (
    Suggestion("and", "并且", "两边都要成立"),
    Suggestion("or", "或者", "一边成立就行"),
    Suggestion("not()", "不", "括号里不成立"),
    Suggestion("in ()", "是其中之一", "括号里写几个值"),
    Suggestion("between 1 and 2", "在…之间", "含两端"),
    Suggestion("count()", "个数", "列表有几个"),
    Suggestion("sum()", "合计", "列表的合计"),
    Suggestion("today()", "今天", "日期"),
)
