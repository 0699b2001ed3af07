"""Decision diagrams: functions of a few closed questions, each different function kept once.

A function is a number. Two functions are the same exactly when their numbers are; a function depends on a question
exactly when the question stands in its diagram. That is what "can this answer still change anything" asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import TypeAlias

Token: TypeAlias = bool | str
"What a function yields: true, false, or anything else by a text."
Function: TypeAlias = int

FALSE: Function = 0
TRUE: Function = 1
MOST = 20_000
"A piece of work that wants more new nodes than this is given up (`TooLarge`)."


class TooLarge(Exception):
    """The functions have become too many to hold; the caller falls back to what is safe without them."""


class Diagrams:
    """All functions over questions numbered 0, 1, …, of which number i has ``sizes[i]`` answers."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = tuple(sizes)
        self._leaves: dict[Token, Function] = {}
        self._tokens: dict[Function, Token] = {}
        self._inner: dict[tuple[int, tuple[Function, ...]], Function] = {}
        self._nodes: dict[Function, tuple[int, tuple[Function, ...]]] = {}
        self._support: dict[Function, frozenset[int]] = {}
        self._restricted: dict[tuple[Function, int, int], Function] = {}
        self._applied: dict[tuple[object, ...], Function] = {}
        self._plain: dict[Function, Function] = {}
        self._chances: dict[Function, float] = {}
        self._limit = MOST
        self.leaf(False)
        self.leaf(True)

    def allow(self, nodes: int = MOST) -> None:
        """Begin a piece of work that may make this many new nodes."""
        self._limit = len(self._tokens) + len(self._nodes) + nodes

    def leaf(self, token: Token) -> Function:
        """The function that always yields `token`."""
        if token not in self._leaves:
            number = self._number()
            self._leaves[token], self._tokens[number] = number, token
        return self._leaves[token]

    def node(self, question: int, children: tuple[Function, ...]) -> Function:
        """The function that answer number i of `question` turns into ``children[i]``; these ask later questions."""
        if children.count(children[0]) == len(children):
            return children[0]
        key = question, children
        if key not in self._inner:
            number = self._number()
            self._inner[key], self._nodes[number] = number, key
        return self._inner[key]

    def _number(self) -> Function:
        number = len(self._tokens) + len(self._nodes)
        if number >= self._limit:
            raise TooLarge
        return number

    def token(self, function: Function) -> Token | None:
        """What a constant function yields; None for one that still asks."""
        return self._tokens.get(function)

    def settled(self, function: Function) -> bool:
        """Does it yield the same whatever is answered?"""
        return function in self._tokens

    def support(self, function: Function) -> frozenset[int]:
        """The questions it depends on."""
        if function in self._tokens:
            return frozenset()
        if function not in self._support:
            question, children = self._nodes[function]
            self._support[function] = frozenset({question}).union(*map(self.support, children))
        return self._support[function]

    def _first(self, functions: Iterable[Function]) -> int:
        return min(self._nodes[one][0] for one in functions if one in self._nodes)

    def _cofactors(self, function: Function, question: int) -> tuple[Function, ...]:
        found = self._nodes.get(function)
        if found is None or found[0] != question:
            return (function,) * self.sizes[question]
        return found[1]

    def restrict(self, function: Function, question: int, answer: int) -> Function:
        """What is left once `question` has been answered."""
        if question not in self.support(function):
            return function
        key = function, question, answer
        if key not in self._restricted:
            first, children = self._nodes[function]
            self._restricted[key] = (
                children[answer]
                if first == question
                else self.node(first, tuple(self.restrict(child, question, answer) for child in children))
            )
        return self._restricted[key]

    def apply(self, name: str, join: Callable[..., Token], *functions: Function) -> Function:
        """`join` of what the functions yield; `name` stands for `join` in what is remembered."""
        key = name, *functions
        found = self._applied.get(key)
        if found is None:
            found = self._applied[key] = self._joined(name, join, functions)
        return found

    def _joined(self, name: str, join: Callable[..., Token], functions: tuple[Function, ...]) -> Function:
        if all(one in self._tokens for one in functions):
            return self.leaf(join(*(self._tokens[one] for one in functions)))
        question = self._first(functions)
        split = [self._cofactors(one, question) for one in functions]
        return self.node(
            question, tuple(self.apply(name, join, *parts) for parts in zip(*split, strict=True))
        )

    def any(self, functions: Iterable[Function]) -> Function:
        """True where one of them (each true or false) is."""
        found = FALSE
        for one in sorted(set(functions)):
            if TRUE in (found, one):
                return TRUE
            found = self._either(found, one)
        return found

    def _either(self, left: Function, right: Function) -> Function:
        """True where one of two true-or-false functions is."""
        if TRUE in (left, right):
            return TRUE
        if left in (FALSE, right):
            return right
        return left if right == FALSE else self._halves("or", self._either, left, right)

    def _apart(self, left: Function, right: Function) -> Function:
        """True where two functions yield different things."""
        if left == right:
            return FALSE
        if left in self._tokens and right in self._tokens:
            return TRUE
        return self._halves("differ", self._apart, left, right)

    def _halves(
        self, name: str, join: Callable[[Function, Function], Function], left: Function, right: Function
    ) -> Function:
        """`join`, which does not mind the order, for each answer to the first question of the two."""
        key = (name, left, right) if left < right else (name, right, left)
        found = self._applied.get(key)
        if found is None:
            question = self._first((left, right))
            parts = zip(self._cofactors(left, question), self._cofactors(right, question), strict=True)
            found = self._applied[key] = self.node(question, tuple(join(*pair) for pair in parts))
        return found

    def changes(self, function: Function, question: int) -> Function:
        """True for the answers to the other questions under which this one's answer changes what comes out."""
        if question not in self.support(function):
            return FALSE
        key = "changes", function, question
        if key not in self._applied:
            first, children = self._nodes[function]
            self._applied[key] = (
                self.any(self._apart(children[0], one) for one in children[1:])
                if first == question
                else self.node(first, tuple(self.changes(child, question) for child in children))
            )
        return self._applied[key]

    def possibly(self, function: Function, questions: Iterable[int]) -> Function:
        """True where it can become true by some answers to `questions`."""
        for question in sorted(questions, reverse=True):
            if question in self.support(function):
                answers = range(self.sizes[question])
                function = self.any(self.restrict(function, question, answer) for answer in answers)
        return function

    def plain(self, function: Function) -> Function:
        """The same function with what it yields merely numbered: two that tell the same people apart become one."""
        if function not in self._plain:
            self._plain[function] = self._relabelled(function, {}, {})
        return self._plain[function]

    def _relabelled(
        self, function: Function, names: dict[Function, Function], done: dict[Function, Function]
    ) -> Function:
        if function in self._tokens:
            return names.setdefault(function, self.leaf(f"#{len(names)}"))
        if function not in done:
            question, children = self._nodes[function]
            done[function] = self.node(
                question, tuple(self._relabelled(child, names, done) for child in children)
            )
        return done[function]

    def chance(self, function: Function, shares: Sequence[Sequence[float]]) -> float:
        """How likely a true-or-false function is true when everybody answers with these shares, independently.

        The shares must be the same in every call on one set of diagrams.
        """
        if function in self._tokens:
            return float(function == TRUE)
        if function not in self._chances:
            question, children = self._nodes[function]
            self._chances[function] = sum(
                share * self.chance(child, shares)
                for share, child in zip(shares[question], children, strict=True)
            )
        return self._chances[function]

    def opaque(self, label: str, questions: Iterable[int]) -> Function:
        """A function that every answer to each of `questions` changes: for what cannot be looked into."""
        self.allow()
        chosen = sorted(set(questions))
        turns = max((self.sizes[one] for one in chosen), default=1)
        row = [self.leaf(f"{label}#{turn}") for turn in range(turns)]
        for question in reversed(chosen):
            row = [
                self.node(question, tuple(row[(turn + one) % turns] for one in range(self.sizes[question])))
                for turn in range(turns)
            ]
        return row[0]

    def tabulate(self, questions: Sequence[int], yields: Callable[[tuple[int, ...]], Token]) -> Function:
        """The function with these values; `questions` ascending."""

        def below(depth: int, picked: tuple[int, ...]) -> Function:
            if depth == len(questions):
                return self.leaf(yields(picked))
            answers = range(self.sizes[questions[depth]])
            return self.node(questions[depth], tuple(below(depth + 1, (*picked, one)) for one in answers))

        return below(0, ())

    def combinations(self, questions: Iterable[int]) -> int:
        """In how many ways these questions can be answered."""
        *_, product = accumulate((self.sizes[one] for one in questions), lambda a, b: a * b, initial=1)
        return product
