"""A plan said in another language of three-valued booleans (SQL, Polars): one walk, one algebra for each language.

There a node is true, false or null for *unknown*. Where a node may itself be null (compared with something absent), a
second, two-valued expression says so, and the first is unknown there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from bancheng.core.benefits import Plan, PlanColumn, nodes

E = TypeVar("E")


class Algebra(Protocol[E]):
    """What a language must be able to say."""

    def fixed(self, value: bool | None) -> E: ...
    def at_most(self, column: PlanColumn, bound: int) -> E: ...
    def among(self, column: PlanColumn, codes: tuple[int, ...]) -> E: ...
    def flag(self, column: PlanColumn) -> E: ...
    def present(self, column: PlanColumn) -> E: ...
    def weighted(self, terms: tuple[tuple[int, PlanColumn], ...], bound: int) -> E: ...
    def every(self, parts: Sequence[E]) -> E: ...
    def some(self, parts: Sequence[E]) -> E: ...
    def opposite(self, part: E) -> E: ...
    def filled(self, part: E, value: bool) -> E: ...
    def choose(self, where: E, then: E, otherwise: E) -> E: ...


class Said(NamedTuple, Generic[E]):
    """`truth`, and where the node is null (None: nowhere); `truth` is unknown there."""

    truth: E
    null: E | None = None


def said(
    plan: Plan, algebra: Algebra[E], keep: Callable[[int, Said[E]], Said[E]] = lambda _, one: one
) -> list[E]:
    """Each rule of a plan as true, false (or null: a no) and unknown.

    `keep` may put a node aside under a name and return that name, so that the language computes it once.
    """
    columns = {one.name: one for one in plan.columns}
    found: list[Said[E]] = []
    for number, node in enumerate(plan.nodes):
        found.append(keep(number, _say(node, found, algebra, columns)))
    return [_settled(found[root], algebra).truth for root in plan.roots]


def _say(
    node: nodes.Node, found: list[Said[E]], algebra: Algebra[E], columns: dict[str, PlanColumn]
) -> Said[E]:
    if isinstance(node, (nodes.All, nodes.AnyOf)):
        return _chain([found[one] for one in node.nodes], algebra, conjunction=isinstance(node, nodes.All))
    if isinstance(node, nodes.Opposite):
        one = found[node.node]
        return Said(algebra.opposite(one.truth), one.null)
    if isinstance(node, nodes.Settled):
        return _settled(found[node.node], algebra)
    if isinstance(node, nodes.NullWhere):
        guard, one = found[node.guard].truth, found[node.node]
        null = algebra.filled(guard, value=False)
        truth = algebra.choose(null, algebra.fixed(None), one.truth)
        return Said(truth, null if one.null is None else algebra.some([null, one.null]))
    if isinstance(node, nodes.Fixed):
        null_everywhere = node.value is None and not node.unknown
        return Said(algebra.fixed(node.value), algebra.fixed(value=True) if null_everywhere else None)
    return Said(_leaf(node, algebra, columns))


def _leaf(node: nodes.Node, algebra: Algebra[E], columns: dict[str, PlanColumn]) -> E:
    if isinstance(node, nodes.AtMost):
        return algebra.at_most(columns[node.column], node.bound)
    if isinstance(node, nodes.Among):
        return algebra.among(columns[node.column], node.codes)
    if isinstance(node, nodes.Flag):
        return algebra.flag(columns[node.column])
    if isinstance(node, nodes.Weighted):
        return algebra.weighted(tuple((factor, columns[name]) for factor, name in node.terms), node.bound)
    assert isinstance(node, nodes.Present)  # noqa: S101 - the last kind of leaf
    return algebra.present(columns[node.column])


def _chain(parts: list[Said[E]], algebra: Algebra[E], *, conjunction: bool) -> Said[E]:
    join = algebra.every if conjunction else algebra.some
    truth = join([one.truth for one in parts])
    nulls = [one.null for one in parts if one.null is not None]
    if not nulls:
        return Said(truth)
    allowed = []
    for one in parts:
        idle = one.truth if conjunction else algebra.opposite(one.truth)
        sure = algebra.filled(idle, value=False)
        allowed.append(sure if one.null is None else algebra.some([one.null, sure]))
    some_null = nulls[0] if len(nulls) == 1 else algebra.some(nulls)
    return Said(truth, algebra.every([*allowed, some_null]))


def _settled(one: Said[E], algebra: Algebra[E]) -> Said[E]:
    if one.null is None:
        return one
    return Said(algebra.choose(one.null, algebra.fixed(value=False), one.truth))
