"""Which question next: the decision tree that asks the fewest on average, or a greedy one with the gap to a bound.

The people answer independently of one another's questions, with the declared shares. What is still to be decided is a
set of functions; two sets of answers that leave the same functions open are one state, so the tree is a small graph.
Functions that share no question are decided apart from each other, and their costs add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from bancheng.core.compiler._diagram import Function, TooLarge
from bancheng.core.compiler._relevance import Relevance
from bancheng.core.kernel import Record

EXACT_STATES = 600
"The best tree is searched over so many states; what is left then is asked greedily, and the gap to a bound is told."
GREEDY_STATES = 1_500
"Beyond so many states even the greedy tree is not followed; then every question that may matter is counted as asked."

NEXT_STATES = 200
"While a person waits, so many; where they do not suffice, the next question is found by looking one question ahead."
NODES = 100_000
"Nodes of diagrams the search may make; a search that wants more asks in the order written."

NEXT_NODES = 15_000
"So many while a person waits."

Part: TypeAlias = frozenset[Function]
"Functions still open that hang together by their questions: a state of the asking."

_ALMOST = 1e-9


class Solved(Record):
    """A state with the expected number of questions of the tree found (`upper`), a number no tree goes below, and the
    question the tree begins with."""

    upper: float
    lower: float
    first: int


class Order:
    """The search over one set of decisions. Everything is remembered; asking again costs nothing."""

    def __init__(
        self, relevance: Relevance, states: int | None = None, greedy_states: int | None = None
    ) -> None:
        self._diagrams, self._shares = relevance.diagrams, relevance.shares
        self._states = EXACT_STATES if states is None else states
        self._greedy_states = GREEDY_STATES if greedy_states is None else greedy_states
        self._spent = 0
        self._solved: dict[Part, Solved] = {}
        self._needed: dict[Part, dict[int, float]] = {}
        self._after: dict[tuple[Part, int], tuple[tuple[float, tuple[Part, ...]], ...]] = {}
        self._asked: dict[Part, dict[int, float]] = {}
        self.parts = self._split(relevance.functions)

    def support(self, part: Part) -> list[int]:
        """The questions that still matter in a state, in the order they were written."""
        return sorted(frozenset[int]().union(*map(self._diagrams.support, part)))

    def _split(self, functions: Iterable[Function]) -> tuple[Part, ...]:
        """States that share no question, by their first question."""
        groups: list[tuple[frozenset[int], Part]] = []
        for one in sorted(functions):
            support, part = self._diagrams.support(one), frozenset({one})
            apart = []
            for other_support, other in groups:
                if support & other_support:
                    support, part = support | other_support, part | other
                else:
                    apart.append((other_support, other))
            groups = [*apart, (support, part)]
        return tuple(part for _, part in sorted(groups, key=lambda group: min(group[0])))

    def after(self, part: Part, question: int) -> tuple[tuple[float, tuple[Part, ...]], ...]:
        """For each answer its share and the states it leaves."""
        key = part, question
        if key not in self._after:
            diagrams = self._diagrams
            left = []
            for answer, share in enumerate(self._shares[question]):
                rest = {diagrams.plain(diagrams.restrict(one, question, answer)) for one in part}
                left.append((share, self._split(one for one in rest if not diagrams.settled(one))))
            self._after[key] = tuple(left)
        return self._after[key]

    def needed(self, part: Part) -> dict[int, float]:
        """For each question the chance that nothing else settles it: then whoever asks well or badly must ask it."""
        if part not in self._needed:
            diagrams = self._diagrams
            self._needed[part] = {
                question: diagrams.chance(
                    diagrams.any(diagrams.changes(one, question) for one in part), self._shares
                )
                for question in self.support(part)
            }
        return self._needed[part]

    def bound(self, part: Part) -> float:
        """No tree asks fewer on average: the chances of all questions that must be asked, summed."""
        return sum(self.needed(part).values())

    def _look(self, part: Part, question: int) -> float:
        """A bound for trees that begin with this question."""
        return 1 + sum(share * sum(map(self.bound, left)) for share, left in self.after(part, question))

    def solve(self, part: Part) -> Solved:
        """The best tree for a state, or the greedy one where the search has used up its states."""
        if part not in self._solved:
            self._spent += 1
            self._solved[part] = self._best(part)
        return self._solved[part]

    def _best(self, part: Part) -> Solved:
        needed = self.needed(part)
        if self._spent > self._greedy_states:
            first = max(needed, key=lambda question: (round(needed[question], 9), -question))
            return Solved(upper=float(len(needed)), lower=sum(needed.values()), first=first)
        sure = [question for question, chance in needed.items() if chance > 1 - _ALMOST]
        if sure:
            # Whatever is asked of everyone may as well be asked first: every tree does so on each of its paths.
            return self._begin(part, sure[0])
        looks = sorted((round(self._look(part, question), 9), question) for question in needed)
        best: Solved | None = None
        lower = float("inf")
        for look, question in looks:
            if best is not None and (self._spent > self._states or look >= best.upper - _ALMOST):
                lower = min(lower, look)
                break
            found = self._begin(part, question)
            lower = min(lower, found.lower)
            if best is None or found.upper < best.upper - _ALMOST:
                best = found
        if best is None:
            raise ValueError("a state without questions is decided")
        lower = min(best.upper, max(lower, sum(needed.values())))
        return Solved(upper=best.upper, lower=lower, first=best.first)

    def _begin(self, part: Part, question: int) -> Solved:
        upper = lower = 1.0
        for share, left in self.after(part, question):
            for one in left:
                solved = self.solve(one)
                upper += share * solved.upper
                lower += share * solved.lower
        return Solved(upper=upper, lower=lower, first=question)

    def next(self, part: Part) -> int:
        """The question to ask next: the best tree's first, or where that was not found, the one that looks best."""
        solved = self.solve(part)
        if solved.upper - solved.lower < _ALMOST:
            return solved.first
        needed = self.needed(part)
        sure = [question for question, chance in needed.items() if chance > 1 - _ALMOST]
        return sure[0] if sure else min((self._look(part, question), question) for question in needed)[1]

    def asked(self, part: Part) -> dict[int, float]:
        """For each question of a state the chance that the tree asks it."""
        if part not in self._asked:
            solved = self.solve(part)
            found = {solved.first: 1.0}
            if self._is_counted(part, solved):
                found = dict.fromkeys(self.support(part), 1.0)
            else:
                for share, left in self.after(part, solved.first):
                    for one in left:
                        for question, chance in self.asked(one).items():
                            found[question] = found.get(question, 0.0) + share * chance
            self._asked[part] = found
        return self._asked[part]

    def _is_counted(self, part: Part, solved: Solved) -> bool:
        """Beyond `GREEDY_STATES` a state's questions were only counted, and its tree is not known."""
        following = (one for _, left in self.after(part, solved.first) for one in left)
        return any(one not in self._solved for one in following)


def still_asked(relevance: Relevance) -> tuple[str, ...]:
    """The questions that can still change something, the one to ask next before the others in their own order."""
    order = Order(relevance, NEXT_STATES, NEXT_STATES)
    left = [question for part in order.parts for question in order.support(part)]
    if not left:
        return ()
    relevance.diagrams.allow(NEXT_NODES)
    try:
        first = order.next(order.parts[0])
    except TooLarge:
        first = left[0]
    rest = sorted(question for question in left if question != first)
    return tuple(relevance.choices[question].element for question in (first, *rest))
