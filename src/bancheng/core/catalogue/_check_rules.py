"""Checks of FEEL texts: they read, they name known elements, and they yield what their attribute needs."""

from __future__ import annotations

from bancheng.core.catalogue._findings import Findings
from bancheng.core.kernel import Problem
from bancheng.core.rules import RuleSyntaxError, names_in, parse

_CONSTANT = frozenset(("true", "false", ""))


class Rules:
    """Checks each different text once, however many items use it."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._seen: dict[str, tuple[Problem, ...]] = {}

    def truth(self, text: str, path: str) -> None:
        """A condition: its value is true or false. An empty text means that people judge."""
        if text not in _CONSTANT:
            self._check(text, path)

    def number(self, text: str, path: str) -> None:
        """An amount."""
        self._check(text, path)

    def _check(self, text: str, path: str) -> None:
        if text not in self._seen:
            self._seen[text] = self._problems(text)
        for problem in self._seen[text]:
            self._findings.take(problem, path)

    def _problems(self, text: str) -> tuple[Problem, ...]:
        try:
            tree = parse(text)
        except RuleSyntaxError as error:
            return tuple(
                Problem("rule_syntax", f"规则“{text}”读不懂：{one.message}", suggestion=one.suggestion)
                for one in error.problems
            )
        elements = self._findings.catalogue.elements
        return tuple(
            Problem(
                "unknown_reference",
                f"规则“{text}”里的“{name}”不是数据元。",
                suggestion=self._findings.suggest(name, elements, "elements"),
            )
            for name in sorted(names_in(tree))
            if name not in elements and not self._findings.is_unread("elements", name)
        )
