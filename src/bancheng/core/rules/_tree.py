"""The typed tree of a FEEL expression: frozen, serialisable, compared by meaning and not by where it was written.

Every node knows its `span` (character offsets in the text it came from), which equality and hash leave out: two
conditions written in two items are the same condition. The tree is the stored form; `to_text` gives it back as FEEL.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import TypeAlias

import msgspec


class Span(msgspec.Struct, frozen=True, array_like=True):
    """Where a node was written: character offsets, end exclusive. ``Span(0, 0)`` for a node that was computed."""

    start: int = 0
    end: int = 0


NOWHERE = Span()


class Node(
    msgspec.Struct, frozen=True, kw_only=True, eq=False, omit_defaults=True, tag_field="node", dict=True
):
    """Base of all expressions. Its `__dict__` is a place for what was worked out from the node once."""

    span: Span = NOWHERE

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented if not isinstance(other, Node) else False
        return all(getattr(self, name) == getattr(other, name) for name in _parts(type(self)))

    def __ne__(self, other: object) -> bool:  # the base class answers != by itself and would not ask __eq__
        return not self == other

    def __hash__(self) -> int:
        kind = type(self)
        return hash((kind.__name__, *[getattr(self, name) for name in _parts(kind)]))


@cache
def _parts(kind: type[Node]) -> tuple[str, ...]:
    """What makes two nodes of a kind the same: everything but where they were written."""
    return tuple(name for name in kind.__struct_fields__ if name != "span")


class LiteralKind(StrEnum):
    """What a literal's text stands for; `TEMPORAL` is ``@"…"``: date, time, date and time or duration by its form."""

    NUMBER = "number"
    STRING = "string"
    BOOLEAN = "boolean"
    NULL = "null"
    TEMPORAL = "temporal"


class Literal(Node, frozen=True, tag="literal"):
    """A constant. `text` is the number as written, the string without quotes and escapes, or the ISO 8601 form."""

    kind: LiteralKind
    text: str = ""


class Name(Node, frozen=True, tag="name"):
    """A fact, a local variable or, as the callee of a `Call`, a built-in function."""

    name: str


class Path(Node, frozen=True, tag="path"):
    """``source.name``: a member of a context, a part of a date, or a segment of a dotted fact key."""

    source: Expr
    name: str


class Negate(Node, frozen=True, tag="negate"):
    """``-operand``; a negative number literal is a `Literal`."""

    operand: Expr


class Binary(Node, frozen=True, tag="binary"):
    """Arithmetic; `op` is one of ``+ - * / **``."""

    op: str
    left: Expr
    right: Expr


class Compare(Node, frozen=True, tag="compare"):
    """`op` is one of ``= != < <= > >=``."""

    op: str
    left: Expr
    right: Expr


class Between(Node, frozen=True, tag="between"):
    """``value between low and high``, both ends included."""

    value: Expr
    low: Expr
    high: Expr


class In(Node, frozen=True, tag="in"):
    """``value in (tests)``: true when a test holds: a `UnaryTest`, a range that contains, a list that has,
    an equal value."""

    value: Expr
    tests: tuple[Expr, ...]


class UnaryTest(Node, frozen=True, tag="unary-test"):
    """``< operand`` inside `In`; elsewhere, written ``(< operand)``, the range of all that passes the test."""

    op: str
    operand: Expr


class And(Node, frozen=True, tag="and"):
    """Two operands or more, as written in one chain."""

    operands: tuple[Expr, ...]


class Or(Node, frozen=True, tag="or"):
    """Two operands or more, as written in one chain."""

    operands: tuple[Expr, ...]


class Not(Node, frozen=True, tag="not"):
    """``not(operand)``."""

    operand: Expr


class If(Node, frozen=True, tag="if"):
    """``if condition then … else …``."""

    condition: Expr
    then: Expr
    otherwise: Expr


class Call(Node, frozen=True, tag="call"):
    """A function applied. `parameters` names the arguments one by one, or is empty for a call by position."""

    function: Expr
    arguments: tuple[Expr, ...] = ()
    parameters: tuple[str, ...] = ()


class ListExpr(Node, frozen=True, tag="list"):
    """``[a, b]``."""

    items: tuple[Expr, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One ``key: value`` of a context."""

    key: str
    value: Expr


class ContextExpr(Node, frozen=True, tag="context"):
    """``{key: value}``; an entry sees the ones before it."""

    entries: tuple[Entry, ...] = ()


class RangeExpr(Node, frozen=True, tag="range"):
    """``[low..high]``; an open end is written ``(`` ``)``."""

    low: Expr
    high: Expr
    low_closed: bool = True
    high_closed: bool = True


class Binder(msgspec.Struct, frozen=True, kw_only=True):
    """``name in source``, or ``name in source..until`` over whole numbers when `until` is given."""

    name: str
    source: Expr
    until: Expr | None = None


class Quantified(Node, frozen=True, tag="quantified"):
    """``some|every x in … satisfies …``; `every` says which."""

    every: bool
    binders: tuple[Binder, ...]
    satisfies: Expr


class For(Node, frozen=True, tag="for"):
    """``for x in … return …``; the result list built so far is called ``partial`` inside."""

    binders: tuple[Binder, ...]
    result: Expr


class Filter(Node, frozen=True, tag="filter"):
    """``source[condition]``: the items for which it holds (each called ``item``), or the n-th item, from 1,
    or from -1 at the end."""

    source: Expr
    condition: Expr


class InstanceOf(Node, frozen=True, tag="instance-of"):
    """``value instance of type``."""

    value: Expr
    type: str


class Parameter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One parameter of a function; an empty type takes anything."""

    name: str
    type: str = ""


class FunctionExpr(Node, frozen=True, tag="function"):
    """``function(a: number, b) body``: a value that remembers the names in sight.

    An `external` one names code of another language, as the context `body` says; it is never run and gives null.
    """

    parameters: tuple[Parameter, ...]
    body: Expr
    external: bool = False


Expr: TypeAlias = (
    Literal | Name | Path | Negate | Binary | Compare | Between | In
    | UnaryTest | And | Or | Not | If | Call | ListExpr | ContextExpr
    | RangeExpr | Quantified | For | Filter | InstanceOf | FunctionExpr
)  # fmt: skip


def dotted(expr: Expr) -> str:
    """``a.b.c`` for a name or a path that starts at a name; empty for anything else."""
    if isinstance(expr, Name):
        return expr.name
    if isinstance(expr, Path):
        base = dotted(expr.source)
        return f"{base}.{expr.name}" if base else ""
    return ""


def names_in(expr: Expr) -> frozenset[str]:
    """The facts an expression reads, dotted where it reads a member (``applicant.age``).

    Variables bound inside (``some x in``, ``item``, context entries) and called functions are not facts. In a filter a
    bare name may mean a member of the item or a fact; it is counted as a fact, so write ``item.age`` for the member.
    """
    return frozenset(ordered_names(expr))


def ordered_names(expr: Expr) -> tuple[str, ...]:
    """`names_in`, in the order they are first read."""
    found: dict[str, None] = {}
    _collect(expr, frozenset(), found)
    return tuple(found)


def _collect(expr: Expr, bound: frozenset[str], found: dict[str, None]) -> None:
    if isinstance(expr, (Name, Path)) and (key := dotted(expr)):
        if key.partition(".")[0] not in bound:
            found[key] = None
    elif isinstance(expr, (Quantified, For)):
        _collect_turns(expr, bound, found)
    elif isinstance(expr, Filter):
        _collect(expr.source, bound, found)
        _collect(expr.condition, bound | {"item"}, found)
    elif isinstance(expr, ContextExpr):
        for entry in expr.entries:
            own = {entry.key} if isinstance(entry.value, FunctionExpr) else set()
            _collect(entry.value, bound | own, found)
            bound |= {entry.key}
    elif isinstance(expr, FunctionExpr):
        if not expr.external:
            _collect(expr.body, bound | {one.name for one in expr.parameters}, found)
    else:
        called = isinstance(expr, Call) and isinstance(expr.function, Name)
        for child in children(expr)[called:]:
            _collect(child, bound, found)


def _collect_turns(expr: Quantified | For, bound: frozenset[str], found: dict[str, None]) -> None:
    for binder in expr.binders:
        _collect(binder.source, bound, found)
        if binder.until is not None:
            _collect(binder.until, bound, found)
        bound |= {binder.name}
    body = expr.satisfies if isinstance(expr, Quantified) else expr.result
    _collect(body, bound | ({"partial"} if isinstance(expr, For) else frozenset()), found)


def replaced(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The tree with every node changed, the inner ones first."""
    found: dict[str, object] = {}
    for name in _parts(type(expr)):
        value = getattr(expr, name)
        many = value if isinstance(value, tuple) else (value,)
        if any(isinstance(one, (Node, Entry, Binder)) for one in many):
            new = tuple(_part_replaced(one, change) for one in many)
            found[name] = new if isinstance(value, tuple) else new[0]
    return change(msgspec.structs.replace(expr, **found) if found else expr)


def _part_replaced(part: object, change: Callable[[Expr], Expr]) -> object:
    if isinstance(part, Node):
        return replaced(part, change)  # type: ignore[arg-type]  # every Node is a member of the union
    if isinstance(part, Entry):
        return Entry(key=part.key, value=replaced(part.value, change))
    if isinstance(part, Binder):
        until = None if part.until is None else replaced(part.until, change)
        return Binder(name=part.name, source=replaced(part.source, change), until=until)
    return part


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside, in the order they are written."""
    if isinstance(expr, (And, Or)):
        return expr.operands
    found: list[Expr] = []
    for name in _parts(type(expr)):
        value = getattr(expr, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Node):
                found.append(one)  # type: ignore[arg-type]  # every Node is a member of the union
            elif isinstance(one, Entry):
                found.append(one.value)
            elif isinstance(one, Binder):
                found.extend((one.source,) if one.until is None else (one.source, one.until))
    return tuple(found)
