"""Text → tree: the doors of the parser."""

from __future__ import annotations

from collections.abc import Callable, Collection

from bancheng.core.kernel import ProblemsFound
from bancheng.core.rules._cursor import MAX_DEPTH, Stop
from bancheng.core.rules._grammar import Grammar
from bancheng.core.rules._lexer import Kind, Lexer, written_names
from bancheng.core.rules._text import OPEN
from bancheng.core.rules._tree import (
    Expr,
    In,
    Literal,
    LiteralKind,
    Name,
    Not,
    Or,
    Span,
    children,
    names_in,
    replaced,
)


class RuleSyntaxError(ProblemsFound):
    """A text is no FEEL expression; `problems` say where (line and column from 1), what is wrong and what to write."""


def parse(text: str, *, names: Collection[str] = (), types: Collection[str] = ()) -> Expr:
    """Read one FEEL expression.

    `names` are the facts that may occur; they are needed only where a name holds spaces or signs (the longest that
    fits is taken). Names may be Chinese, and dotted: ``applicant.age``. Whether a name exists is `infer`'s question.
    `types` are the names of types beside FEEL's own.

    Raises:
        RuleSyntaxError: with every mistake found.
    """
    return _read(text, names, types, lambda grammar: grammar.expression(OPEN))


def parse_tests(
    text: str, *, names: Collection[str] = (), subject: str = "?", types: Collection[str] = ()
) -> Expr:
    """Read unary tests as a cell of a decision table has them, over the fact `subject`.

    ``< 5`` · ``[1..3]`` · ``"a", "b"`` · ``not("a")`` · ``-`` (anything) · ``? > 5 and odd(?)`` (a condition).

    Raises:
        RuleSyntaxError: as `parse`.
    """
    return _read(text, names, types, lambda grammar: _cell(grammar, Name(name=subject)))


def _read(text: str, names: Collection[str], types: Collection[str], read: Callable[[Grammar], Expr]) -> Expr:
    lexer = Lexer(text, names)
    lexer.run()
    if written := written_names(lexer.tokens):
        lexer = Lexer(text, {*names, *written})
        lexer.run()
    grammar = Grammar(text, lexer.tokens, lexer.spots, types)
    # A text that was not read at all (too long, or nothing but strange signs) is not also called empty.
    tree = None if len(lexer.tokens) == 1 and lexer.problems else _whole(grammar, read)
    problems = sorted(
        (*lexer.problems, *grammar.problems), key=lambda one: (one.place.line, one.place.column)
    )
    if problems or tree is None:
        raise RuleSyntaxError(problems)
    return tree


def _whole(grammar: Grammar, read: Callable[[Grammar], Expr]) -> Expr | None:
    try:
        tree = read(grammar)
    except Stop:
        return None
    if grammar.now.kind is not Kind.END:
        grammar.leftover()
    elif _depth(tree) > MAX_DEPTH:
        grammar.too_deep(grammar.now)
    return tree


def _depth(expr: Expr) -> int:
    """Levels of a tree, counted without recursion."""
    level, row = 0, [expr]
    while row:
        level += 1
        row = [child for one in row for child in children(one)]
    return level


def _cell(grammar: Grammar, subject: Expr) -> Expr:
    if grammar.sees("-") and grammar.tokens[grammar.at + 1].kind is Kind.END:
        grammar.at += 1
        return Literal(kind=LiteralKind.BOOLEAN, text="true")
    negated = grammar.take("not")
    if negated:
        grammar.expect("(", "not")
    tests = grammar.tests(")" if negated else "")
    if negated:
        grammar.expect(")", "not(")
    found = _any_of(subject, tests, Span(0, len(grammar.text)))
    return Not(operand=found, span=found.span) if negated else found


def _any_of(subject: Expr, tests: tuple[Expr, ...], span: Span) -> Expr:
    """Tests of the subject, and conditions that speak of it as ``?``."""
    spoken = tuple(one for one in tests if _speaks(one))
    plain = tuple(one for one in tests if one not in spoken)
    parts: list[Expr] = [In(value=subject, tests=plain, span=span)] if plain else []
    parts += (_about(one, subject) for one in spoken)
    return parts[0] if len(parts) == 1 else Or(operands=tuple(parts), span=span)


def _speaks(expr: Expr) -> bool:
    return any(name.partition(".")[0] == "?" for name in names_in(expr))


def _about(expr: Expr, subject: Expr) -> Expr:
    """The same with the subject in the place of ``?``."""
    return replaced(expr, lambda one: subject if isinstance(one, Name) and one.name == "?" else one)
