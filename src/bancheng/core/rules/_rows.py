"""The simple conditions that can be filled in as rows: fact, comparison, value; rows in groups.

Whatever has another form stays a text: `read_rows` says so with None, and never changes what a condition means.
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from bancheng.core.rules._parser import RuleSyntaxError, parse
from bancheng.core.rules._text import quoted, to_text
from bancheng.core.rules._tree import (
    And,
    Compare,
    Expr,
    In,
    ListExpr,
    Literal,
    LiteralKind,
    Name,
    Not,
    Or,
    Path,
    dotted,
)

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Join(StrEnum):
    """How rows inside a group are joined; groups are joined the other way."""

    AND = "and"
    OR = "or"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison: `op` is ``= != < <= > >=``, ``in`` (several `values`), ``is`` or ``not`` (a yes-or-no fact)."""

    fact: str
    op: str
    values: tuple[str, ...] = ()
    texts: bool = False
    "The values are texts (or codes), not numbers or dates."


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """Groups of rows: with `join` AND the rows of a group must all hold, and one group is enough; with OR one row of
    each group is enough."""

    groups: tuple[tuple[Row, ...], ...]
    join: Join = Join.AND


def read_rows(text: str) -> Rows | None:
    """A condition as rows, or None when it is no such simple condition. ``true`` is no row at all."""
    if text.strip() in {"", "true"}:
        return Rows(groups=())
    try:
        tree = parse(text)
    except RuleSyntaxError:
        return None
    outer: tuple[Expr, ...]
    inner: type[And] | type[Or]
    if isinstance(tree, Or):
        join, inner, outer = Join.AND, And, tree.operands
    elif isinstance(tree, And) and any(isinstance(one, Or) for one in tree.operands):
        join, inner, outer = Join.OR, Or, tree.operands
    else:
        join, inner, outer = Join.AND, And, (tree,)
    groups = []
    for one in outer:
        rows = [_row(part) for part in (one.operands if isinstance(one, inner) else (one,))]
        known = tuple(row for row in rows if row is not None)
        if len(known) != len(rows):
            return None
        groups.append(known)
    return Rows(groups=tuple(groups), join=join)


def rows_text(rows: Rows) -> str:
    """The FEEL text of rows; rows without a fact or a needed value are left out, and nothing at all is ``true``."""
    inner, outer = (" and ", " or ") if rows.join is Join.AND else (" or ", " and ")
    groups = []
    for group in rows.groups:
        parts = [part for part in map(_text, group) if part]
        if parts:
            groups.append((inner.join(parts), len(parts)))
    if not groups:
        return "true"
    if len(groups) == 1:
        return groups[0][0]
    bare = rows.join is Join.AND
    return outer.join(text if bare or count == 1 else f"({text})" for text, count in groups)


def _row(expr: Expr) -> Row | None:
    if isinstance(expr, (Name, Path)) and dotted(expr):
        return Row(fact=dotted(expr), op="is")
    if isinstance(expr, Not) and isinstance(expr.operand, (Name, Path)) and dotted(expr.operand):
        return Row(fact=dotted(expr.operand), op="not")
    if isinstance(expr, Compare) and dotted(expr.left) and isinstance(expr.right, Literal):
        return _compared(dotted(expr.left), expr.op, expr.right)
    if isinstance(expr, In) and dotted(expr.value):
        tests = expr.tests
        if len(tests) == 1 and isinstance(tests[0], ListExpr):
            tests = tests[0].items
        if all(isinstance(one, Literal) and one.kind is LiteralKind.STRING for one in tests):
            values = tuple(one.text for one in tests if isinstance(one, Literal))
            return Row(fact=dotted(expr.value), op="in", values=values, texts=True)
    return None


def _compared(fact: str, op: str, right: Literal) -> Row | None:
    if right.kind is LiteralKind.BOOLEAN and op in {"=", "!="}:
        return Row(fact=fact, op="is" if (right.text == "true") == (op == "=") else "not")
    if right.kind is LiteralKind.STRING:
        return Row(fact=fact, op=op, values=(right.text,), texts=True)
    if right.kind is LiteralKind.NUMBER:
        return Row(fact=fact, op=op, values=(to_text(right),))
    if right.kind is LiteralKind.TEMPORAL and _DATE.fullmatch(right.text):
        return Row(fact=fact, op=op, values=(right.text,))
    return None


def _text(row: Row) -> str:
    if not row.fact:
        return ""
    if row.op == "is":
        return row.fact
    if row.op == "not":
        return f"not({row.fact})"
    values = [_value(one, texts=row.texts) for one in row.values if one]
    if not values:
        return ""
    if row.op == "in":
        return f"{row.fact} in ({', '.join(values)})"
    return f"{row.fact} {row.op} {values[0]}"


def _value(text: str, *, texts: bool) -> str:
    if not texts and _NUMBER.fullmatch(text):
        return text
    if not texts and _DATE.fullmatch(text):
        return f"@{quoted(text)}"
    return quoted(text)
