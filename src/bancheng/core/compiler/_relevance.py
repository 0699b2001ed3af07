"""Which questions can still change something: every decision as a function of the closed questions.

Everything a one-thing derives for a person hangs on a set of *decisions*: FEEL texts (the gate, when an item takes
part, whether a field is shown, …). A question matters while some decision's outcome still changes with its answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bancheng.core.compiler._diagram import FALSE, TRUE, Diagrams, Function, Token, TooLarge
from bancheng.core.compiler._feel import names, tree
from bancheng.core.kernel import Record
from bancheng.core.rules import UNKNOWN, Expr, evaluate, names_in, nodes, partial, to_text

COMBINATIONS = 2_048
"A single comparison over more combinations of answers than this is taken to hang on each of its questions, always."

WIDE = 120
"A decision that reads more questions than this is not looked into either; each of them is asked."

_OPEN = ("", "")
"An open question stands for two answers that nothing is known about."


class Choice(Record):
    """A question's possible answers with their probabilities; an open one (a number, a date, text) has none."""

    element: str
    values: tuple[object, ...] = ()
    shares: tuple[float, ...] = ()


class Relevance:
    """The decisions over these questions. `functions` are the different ones among those not yet settled.

    Facts that no question asks for stay as they are: an outcome that still hangs on one is told apart by its text.
    """

    def __init__(
        self, decisions: Iterable[str], choices: Iterable[Choice], today: date | None = None
    ) -> None:
        self.choices = tuple(choices)
        self._at = {choice.element: index for index, choice in enumerate(self.choices)}
        self._today = today
        self.diagrams = Diagrams([len(choice.values or _OPEN) for choice in self.choices])
        self.shares = tuple(choice.shares or (0.5, 0.5) for choice in self.choices)
        self._read: dict[int, tuple[Expr, Function]] = {}
        found = {
            self.diagrams.plain(one) for text in dict.fromkeys(decisions) for one in self._functions(text)
        }
        self.functions = frozenset(one for one in found if not self.diagrams.settled(one))
        self._mattering: dict[int, Function] = {}

    def _functions(self, text: str) -> tuple[Function, ...]:
        """A decision as one function; one that reads too many questions as one for each, so that all are asked."""
        questions = self._named(names(text))
        if len(questions) <= WIDE:
            return (self.function(text),)
        return tuple(self.diagrams.opaque(text, [question]) for question in questions)

    def function(self, text: str) -> Function:
        """A decision as a function of the questions; null counts as false, as it does for whoever acts on it.

        Symbolic where it reads more than `WIDE` questions.
        """
        expr = tree(text)
        if expr is None:
            return FALSE
        if len(self._named(names(text))) > WIDE:
            return self.diagrams.leaf(f"{_FREE}{text}")
        self.diagrams.allow()
        try:
            found = self._function(expr)
            return self.diagrams.apply("settle", lambda one: one if one != _NULL else False, found)
        except TooLarge:
            return self._opaque(expr)

    def matters(self, element: str) -> bool:
        """Can the answer change anything at all?"""
        at = self._at[element]
        return any(at in self.diagrams.support(one) for one in self.functions)

    def hangs(self, text: str, element: str) -> bool:
        """Can the answer to this question change what this one decision comes to?"""
        return any(self._at[element] in self.diagrams.support(one) for one in self._functions(text))

    def mattering(self, element: str, before: Iterable[str]) -> Function:
        """True for the answers to those of `before` under which `element` can still change something.

        What nobody has told yet may turn out any way: it matters if it matters in one of them.
        """
        told = {self._at[one] for one in before}
        at = self._at[element]
        if at not in self._mattering:
            self._mattering[at] = self.diagrams.any(self.diagrams.changes(one, at) for one in self.functions)
        return self.diagrams.possibly(self._mattering[at], set(range(len(self.choices))) - told)

    def chance(self, element: str, before: Iterable[str]) -> float:
        """The probability that `element` still matters once `before` are answered."""
        return self.diagrams.chance(self.mattering(element, before), self.shares)

    def expected(self, order: Sequence[str]) -> float:
        """The number of questions asked on average in this order, those left out that no longer matter."""
        return sum(self.chance(one, order[:at]) for at, one in enumerate(order))

    def _questions(self, expr: Expr) -> list[int]:
        return self._named({name.partition(".")[0] for name in names_in(expr)})

    def _named(self, elements: Iterable[str]) -> list[int]:
        return sorted(self._at[one] for one in elements if one in self._at)

    def _opaque(self, expr: Expr) -> Function:
        return self.diagrams.opaque(to_text(expr), self._questions(expr))

    def _function(self, expr: Expr) -> Function:
        # By identity: joined conditions share the trees of their parts, and hashing a tree costs as much as reading it.
        found = self._read.get(id(expr))
        if found is None:
            found = self._read[id(expr)] = (expr, self._made(expr))
        return found[1]

    def _made(self, expr: Expr) -> Function:
        diagrams = self.diagrams
        if isinstance(expr, (nodes.And, nodes.Or)):
            zero = FALSE if isinstance(expr, nodes.And) else TRUE
            name, join = ("and", _and) if isinstance(expr, nodes.And) else ("or'", _or)
            found = diagrams.leaf(not diagrams.token(zero))
            for operand in expr.operands:
                found = diagrams.apply(name, join, found, self._function(operand))
                if found == zero:
                    return zero
            return found
        if isinstance(expr, nodes.Not):
            return diagrams.apply("not", _not, self._function(expr.operand))
        if isinstance(expr, nodes.If):
            condition = self._function(expr.condition)
            if diagrams.settled(condition) and not str(diagrams.token(condition)).startswith(_FREE):
                return self._function(expr.then if condition == TRUE else expr.otherwise)
            then, otherwise = self._function(expr.then), self._function(expr.otherwise)
            return diagrams.apply("if", _if, condition, then, otherwise)
        return self._comparison(expr)

    def _comparison(self, expr: Expr) -> Function:
        questions = self._questions(expr)
        if self.diagrams.combinations(questions) > COMBINATIONS:
            raise TooLarge
        return self.diagrams.tabulate(questions, lambda picked: self._outcome(expr, questions, picked))

    def _outcome(self, expr: Expr, questions: list[int], picked: tuple[int, ...]) -> Token:
        told: dict[str, object] = {}
        guessed = ""
        for question, answer in zip(questions, picked, strict=True):
            choice = self.choices[question]
            if choice.values:
                told[choice.element] = choice.values[answer]
            else:
                guessed += f"#{choice.element}.{answer}"
        value = evaluate(expr, told, today=self._today)
        if isinstance(value, bool):
            return value
        if value is UNKNOWN:
            return f"{_FREE}{to_text(partial(expr, told, today=self._today))}{guessed}"
        return _NULL if value is None else f"={value!r}"


# ------------------------------------------------- Kleene's tables, with texts for what still hangs on other facts

_FREE = "?"
_NULL = "null"


def _truth(token: Token) -> Token:
    return token if isinstance(token, bool) or token.startswith(_FREE) else _NULL


def _and(left: Token, right: Token) -> Token:
    left, right = _truth(left), _truth(right)
    if left is False or right is False:
        return False
    return _joined("and", left, right, neutral=True)


def _or(left: Token, right: Token) -> Token:
    left, right = _truth(left), _truth(right)
    if left is True or right is True:
        return True
    return _joined("or", left, right, neutral=False)


def _joined(word: str, left: Token, right: Token, *, neutral: bool) -> Token:
    if left is neutral or left == right:
        return right
    if right is neutral:
        return left
    first, second = sorted((str(left), str(right)))
    return f"{_FREE}({first} {word} {second})"


def _not(token: Token) -> Token:
    token = _truth(token)
    if isinstance(token, bool):
        return not token
    return token if token == _NULL else f"{_FREE}not {token}"


def _if(condition: Token, then: Token, otherwise: Token) -> Token:
    if isinstance(condition, str) and condition.startswith(_FREE):
        return then if then == otherwise else f"{_FREE}if {condition} then {then} else {otherwise}"
    return then if condition is True else otherwise
