"""Checks of FEEL texts: they read, they name known elements, and they yield what their attribute needs."""

from __future__ import annotations

from bancheng.core.catalogue._dictionary import Element, ElementKind
from bancheng.core.catalogue._findings import Findings
from bancheng.core.catalogue._onething import Catalogue
from bancheng.core.kernel import Problem
from bancheng.core.rules import FactKind, FactType, RuleSyntaxError, infer, names_in, parse

_CONSTANT = frozenset(("true", "false", ""))

_FACT_KINDS = {
    ElementKind.INTEGER: FactKind.NUMBER,
    ElementKind.DECIMAL: FactKind.NUMBER,
    ElementKind.MONEY: FactKind.NUMBER,
    ElementKind.DATE: FactKind.DATE,
    ElementKind.BOOLEAN: FactKind.BOOLEAN,
}


def fact_type(element: Element, catalogue: Catalogue) -> FactType:
    """The type of an element in rules: choices are texts of their code list, several choices a list of them; a list of
    records is a list of contexts, with a member for each column."""
    codes = catalogue.codes.get(element.codes) if element.codes else None
    values = tuple(code.value for code in codes.codes) if codes else ()
    if element.kind is ElementKind.CHOICE:
        return FactType(FactKind.STRING, values=values)
    if element.kind is ElementKind.RECORDS:
        columns = ((key, catalogue.elements[key]) for key in element.columns if key in catalogue.elements)
        cells = (
            (key, fact_type(one, catalogue)) for key, one in columns if one.kind is not ElementKind.RECORDS
        )
        return FactType(FactKind.LIST, item=FactType(FactKind.CONTEXT, fields=tuple(cells)))
    if element.kind is ElementKind.MULTI_CHOICE:
        return FactType(FactKind.LIST, item=FactType(FactKind.STRING, values=values))
    return FactType(_FACT_KINDS.get(element.kind, FactKind.STRING))


def fact_types(catalogue: Catalogue) -> dict[str, FactType]:
    """The dictionary of facts that rules of this catalogue are written over."""
    return {key: fact_type(element, catalogue) for key, element in catalogue.elements.items()}


class Rules:
    """Checks each different text once, however many items use it."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._types = fact_types(findings.catalogue)
        self._seen: dict[tuple[str, FactKind], tuple[Problem, ...]] = {}

    def truth(self, text: str, path: str) -> None:
        """A condition: its value is true or false. An empty text means that people judge."""
        if text not in _CONSTANT:
            self._check(text, FactKind.BOOLEAN, path)

    def number(self, text: str, path: str) -> None:
        """An amount."""
        self._check(text, FactKind.NUMBER, path)

    def _check(self, text: str, expect: FactKind, path: str) -> None:
        if (text, expect) not in self._seen:
            self._seen[text, expect] = tuple(self._problems(text, expect))
        for problem in self._seen[text, expect]:
            self._findings.take(problem, path)

    def _problems(self, text: str, expect: FactKind) -> list[Problem]:
        try:
            tree = parse(text)
        except RuleSyntaxError as error:
            return [_said(text, one) for one in error.problems]
        unread = [name for name in names_in(tree) if self._findings.is_unread("elements", name)]
        types = {**self._types, **dict.fromkeys(unread, FactType(FactKind.ANY))} if unread else self._types
        _, problems = infer(tree, types, expect=expect, text=text)
        return [_said(text, one) for one in problems]


def _said(text: str, problem: Problem) -> Problem:
    """The problem with the rule it stands in, since one line of a pack may hold several."""
    hint = problem.suggestion
    ended = hint if hint.endswith(("。", "？")) or not hint else f"{hint}。"
    return Problem(problem.code, f"规则“{text}”：{problem.message}", suggestion=ended)
