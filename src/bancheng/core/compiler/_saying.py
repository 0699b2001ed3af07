"""Conditions in people's words: whom a material is for."""

from __future__ import annotations

from bancheng.core.catalogue import Element, ElementKind
from bancheng.core.compiler._draft import WISH, Draft
from bancheng.core.compiler._feel import ALWAYS, NEVER, names, tree
from bancheng.core.rules import Term, to_words

_NO_WORDS = "「"
"What `to_words` opens where it found no words and repeats the rule."


def said_of(draft: Draft, text: str) -> str:
    """A condition as a clause (``经营面积 不少于 300 平方米``); empty when it always holds or has no plain words."""
    expr = None if text in (ALWAYS, NEVER) else tree(text)
    if expr is None:
        return ""
    terms = {key: _term(draft, key) for key in names(text)}
    said = to_words(expr, terms)
    return "" if _NO_WORDS in said else said


def _term(draft: Draft, key: str) -> Term:
    element = draft.catalogue.elements.get(key)
    if element is None:
        return Term(name=draft.element_name(key), truth=key.startswith(WISH))
    return Term(
        name=element.name,
        unit=element.unit,
        values=_values(draft, element),
        day=element.kind is ElementKind.DATE,
        truth=element.kind is ElementKind.BOOLEAN,
    )


def _values(draft: Draft, element: Element) -> dict[str, str]:
    table = draft.catalogue.codes.get(element.codes)
    return {code.value: code.name for code in table.codes} if table else {}
