"""The plan of many rules over columns: one shared graph of three-valued nodes, each distinct node once.

A node is true, false, unknown or null for each subject. Null (a comparison with something known to be absent) behaves
as in the interpreter: it keeps a conjunction from being true, and a rule that is null is a no. Engines carry it only
where `Plan.nullable` says so; everywhere else a node is true, false or unknown (Kleene).
"""

from __future__ import annotations

from typing import Final, TypeAlias

from bancheng.core.benefits._facts import ColumnKind
from bancheng.core.kernel import Record
from bancheng.core.rules import UNKNOWN, Value


class PlanColumn(Record):
    """One typed column that conditions may read. `name` is the fact in FEEL, `column` its name in tables.

    Stored: NUMBER and MONEY as whole numbers of 10^-scale, DATE as a day, CODE as the position in `values`, BOOLEAN as
    itself; null is *unknown*. Where `may_be_absent`, a second boolean column `absent` is true where the fact is known
    to be absent (and the first is null there).
    """

    name: str
    column: str
    kind: ColumnKind
    scale: int = 0
    values: tuple[str, ...] = ()
    may_be_absent: bool = False

    @property
    def absent(self) -> str:
        """The name of the second column."""
        return f"{self.column}__none"


class Fixed(Record, tag="fixed"):
    """The same for everyone: True, False, None (null), or unknown when `unknown`."""

    value: bool | None = None
    unknown: bool = False


class AtMost(Record, tag="at-most"):
    """``column <= bound`` (a day as days since 1970-01-01); unknown where the column is null."""

    column: str
    bound: int


class Among(Record, tag="among"):
    """The column is one of these whole numbers (for a code: positions in its list), ascending."""

    column: str
    codes: tuple[int, ...]


class Flag(Record, tag="flag"):
    """The boolean column itself."""

    column: str


class Present(Record, tag="present"):
    """True where the column has a value, false where it is known to be absent, else unknown."""

    column: str


class Weighted(Record, tag="weighted"):
    """``sum of factor * column <= bound`` in whole numbers that stay within 63 bits; unknown where any is null."""

    terms: tuple[tuple[int, str], ...]
    bound: int


class All(Record, tag="all"):
    """And."""

    nodes: tuple[int, ...]


class AnyOf(Record, tag="any"):
    """Or."""

    nodes: tuple[int, ...]


class Opposite(Record, tag="not"):
    """Not: true and false change places."""

    node: int


class Settled(Record, tag="settled"):
    """Null becomes false."""

    node: int


class NullWhere(Record, tag="null-where"):
    """Null where `guard` is true, otherwise `node`."""

    guard: int
    node: int


Node: TypeAlias = (
    Fixed | AtMost | Among | Flag | Present | Weighted | All | AnyOf | Opposite | Settled | NullWhere
)

LEAVES: Final = (Fixed, AtMost, Among, Flag, Present, Weighted)


class Plan(Record):
    """`nodes` in an order in which each comes after those it reads; `roots[i]` is the node of rule `rules[i]`.

    `nullable[i]` tells whether node i may be null; `columns` are those read, in the order of their names.
    """

    rules: tuple[str, ...]
    roots: tuple[int, ...]
    nodes: tuple[Node, ...]
    nullable: tuple[bool, ...]
    columns: tuple[PlanColumn, ...]


def below(node: Node) -> tuple[int, ...]:
    """The nodes that a node reads."""
    if isinstance(node, (All, AnyOf)):
        return node.nodes
    if isinstance(node, (Opposite, Settled)):
        return (node.node,)
    return (node.guard, node.node) if isinstance(node, NullWhere) else ()


def columns_of(node: Node) -> tuple[str, ...]:
    """The columns that a leaf reads, by their names in FEEL."""
    if isinstance(node, (AtMost, Among, Flag, Present)):
        return (node.column,)
    return tuple(name for _, name in node.terms) if isinstance(node, Weighted) else ()


class Builder:
    """Makes each distinct node once and simplifies what is plain; nodes are named by their number."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.nullable: list[bool] = []
        self._known: dict[Node, int] = {}

    def add(self, node: Node) -> int:
        """The number of a node, new or met before."""
        if (found := self._known.get(node)) is not None:
            return found
        self._known[node] = number = len(self.nodes)
        self.nodes.append(node)
        self.nullable.append(self._may_be_null(node))
        return number

    def _may_be_null(self, node: Node) -> bool:
        if isinstance(node, Fixed):
            return node.value is None and not node.unknown
        if isinstance(node, Settled):
            return False
        return isinstance(node, NullWhere) or any(self.nullable[one] for one in below(node))

    def fixed(self, value: Value) -> int:
        """A constant; what is no boolean counts as null."""
        if value is UNKNOWN:
            return self.add(Fixed(unknown=True))
        return self.add(Fixed(value=value if isinstance(value, bool) else None))

    def constant(self, number: int) -> Fixed | None:
        """The node as a constant, if it is one."""
        node = self.nodes[number]
        return node if isinstance(node, Fixed) else None

    def every(self, parts: list[int]) -> int:
        """And: flat, without doubles and without what is true anyway."""
        return self._chain(parts, conjunction=True)

    def some(self, parts: list[int]) -> int:
        """Or: flat, without doubles and without what is false anyway."""
        return self._chain(parts, conjunction=False)

    def _chain(self, parts: list[int], *, conjunction: bool) -> int:
        kind = All if conjunction else AnyOf
        flat: dict[int, None] = {}
        for part in parts:
            node = self.nodes[part]
            flat.update(dict.fromkeys(node.nodes if isinstance(node, kind) else (part,)))
        decides, idle = self.fixed(not conjunction), self.fixed(conjunction)
        if decides in flat:
            return decides
        flat.pop(idle, None)
        if not conjunction:
            flat = self._gathered(flat)
        if len(flat) <= 1:
            return next(iter(flat), idle)
        return self.add(kind(nodes=tuple(sorted(flat))))

    def _gathered(self, parts: dict[int, None]) -> dict[int, None]:
        """Several lists of one column as one list."""
        lists: dict[str, list[int]] = {}
        for part in parts:
            if isinstance(node := self.nodes[part], Among):
                lists.setdefault(node.column, []).append(part)
        for column, found in lists.items():
            if len(found) > 1:
                codes = {code for part in found for code in getattr(self.nodes[part], "codes", ())}
                parts = {part: None for part in parts if part not in found}
                parts[self.add(Among(column=column, codes=tuple(sorted(codes))))] = None
        return parts

    def opposite(self, number: int) -> int:
        """Not."""
        node = self.nodes[number]
        if isinstance(node, Opposite):
            return node.node
        if isinstance(node, Fixed):
            return number if node.value is None else self.fixed(not node.value)
        return self.add(Opposite(node=number))

    def settled(self, number: int) -> int:
        """Null as false."""
        if not self.nullable[number]:
            return number
        return self.fixed(value=False) if self.constant(number) else self.add(Settled(node=number))

    def plan(self, rules: tuple[str, ...], roots: tuple[int, ...], columns: tuple[PlanColumn, ...]) -> Plan:
        """What the roots need, and no more."""
        kept: dict[int, None] = {}
        stack = list(roots)
        while stack:
            number = stack.pop()
            if number not in kept:
                kept[number] = None
                stack.extend(below(self.nodes[number]))
        order = sorted(kept)
        place = {old: new for new, old in enumerate(order)}
        nodes = tuple(_moved(self.nodes[old], place) for old in order)
        read = {name for node in nodes for name in columns_of(node)}
        used = sorted((one for one in columns if one.name in read), key=lambda one: one.name)
        nullable = tuple(self.nullable[old] for old in order)
        at = tuple(place[root] for root in roots)
        return Plan(rules=rules, roots=at, nodes=nodes, nullable=nullable, columns=tuple(used))


def _moved(node: Node, place: dict[int, int]) -> Node:
    if isinstance(node, All):
        return All(nodes=tuple(place[one] for one in node.nodes))
    if isinstance(node, AnyOf):
        return AnyOf(nodes=tuple(place[one] for one in node.nodes))
    if isinstance(node, Opposite):
        return Opposite(node=place[node.node])
    if isinstance(node, Settled):
        return Settled(node=place[node.node])
    if isinstance(node, NullWhere):
        return NullWhere(guard=place[node.guard], node=place[node.node])
    return node
