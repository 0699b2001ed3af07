"""Which question can still change something, and how often an order of questions asks.

Everything a one-thing derives for a person hangs on a set of *decisions*: FEEL texts (a gate rule, when an item takes
part, whether a field is shown, …). A question matters while some decision's residual still changes with its answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import product
from math import prod

from bancheng.core.compiler._feel import ALWAYS, NEVER, names, residual
from bancheng.core.kernel import Record

COMPLETIONS = 2_048
"Beyond this many combinations inside one decision, a question counts as mattering when the residual names it."

Answers = Mapping[str, object]


class Choice(Record):
    """A question's possible answers with their probabilities; an open one (a number, a date, text) has none."""

    element: str
    values: tuple[object, ...] = ()
    shares: tuple[Decimal, ...] = ()

    @property
    def is_open(self) -> bool:
        return not self.values


class Relevance:
    """Answers `matters` for questions over decisions, remembering what it has worked out."""

    def __init__(
        self, decisions: Iterable[str], choices: Iterable[Choice], facts: Answers, today: date | None = None
    ) -> None:
        self.choices = {choice.element: choice for choice in choices}
        self._facts, self._today = facts, today
        found = dict.fromkeys(residual(text, facts, today) for text in decisions)
        self._decisions = {
            text: tuple(sorted(names(text) & self.choices.keys()))
            for text in found
            if text not in (ALWAYS, NEVER)
        }
        self._by_question: dict[str, list[str]] = {element: [] for element in self.choices}
        for text, elements in self._decisions.items():
            for element in elements:
                self._by_question[element].append(text)
        self._residuals: dict[tuple[str, tuple[tuple[str, object], ...]], str] = {}
        self._memory: dict[tuple[str, str, tuple[tuple[str, object], ...]], bool] = {}
        self._neighbours = {element: self._around(element) for element in self.choices}
        self._chances: dict[tuple[str, frozenset[str]], Decimal] = {}

    def neighbours(self, element: str) -> frozenset[str]:
        """The other questions that stand in one decision with this one; no other can change whether it matters."""
        return self._neighbours[element]

    def matters(self, element: str, told: Answers) -> bool:
        """Can the answer to `element` change any decision, once `told` (answers by element) is known?"""
        return any(self._matters_in(text, element, told) for text in self._by_question[element])

    def chance(self, element: str, before: frozenset[str], limit: int) -> Decimal | None:
        """The probability that `element` matters after the questions `before`; None beyond `limit` combinations."""
        around = frozenset(one for one in before & self.neighbours(element) if not self.choices[one].is_open)
        if prod(len(self.choices[one].values) for one in around) > limit:
            return None
        key = (element, around)
        if key not in self._chances:
            self._chances[key] = sum(
                (weight for told, weight in self.combinations(sorted(around)) if self.matters(element, told)),
                Decimal(0),
            )
        return self._chances[key]

    def combinations(self, elements: list[str]) -> Iterator[tuple[dict[str, object], Decimal]]:
        """Every combination of answers to closed questions, with its probability (answers taken as independent)."""
        choices = [self.choices[element] for element in elements]
        for picked in product(*(zip(one.values, one.shares, strict=True) for one in choices)):
            weight = Decimal(1)
            for _, share in picked:
                weight *= share
            yield dict(zip(elements, (value for value, _ in picked), strict=True)), weight

    def _around(self, element: str) -> frozenset[str]:
        found: set[str] = set()
        for text in self._by_question[element]:
            found.update(self._decisions[text])
        return frozenset(found - {element})

    def _matters_in(self, text: str, element: str, told: Answers) -> bool:
        known = {one: told[one] for one in self._decisions[text] if one in told and one != element}
        key = (text, element, tuple(known.items()))
        if key not in self._memory:
            self._memory[key] = self._decide(text, element, known)
        return self._memory[key]

    def _decide(self, text: str, element: str, known: dict[str, object]) -> bool:
        free = [
            one
            for one in self._decisions[text]
            if one not in known and one != element and not self.choices[one].is_open
        ]
        values = self.choices[element].values
        if prod(len(self.choices[one].values) for one in free) * max(1, len(values)) > COMPLETIONS:
            return element in names(self._left(text, known))
        for told, _ in self.combinations(free):
            if not values:
                if element in names(self._left(text, {**known, **told})):
                    return True
            elif len({self._left(text, {**known, **told, element: value}) for value in values}) > 1:
                return True
        return False

    def _left(self, text: str, told: dict[str, object]) -> str:
        key = (text, tuple(sorted(told.items(), key=lambda pair: pair[0])))
        if key not in self._residuals:
            self._residuals[key] = residual(text, {**self._facts, **told}, self._today)
        return self._residuals[key]
