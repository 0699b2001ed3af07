"""The engine on one machine: a plan over blocks of facts as planes of bits, 64 people to a word.

Each node is two planes, where it is true and where it is false; where neither, it is unknown (or null, which nodes that
may be null carry as a third). A comparison reads a column once; and, or, not are a few operations on words. Each
distinct node of all rules is computed once a block and dropped after its last use, so memory depends on neither the
number of people nor much on the number of rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from bancheng.connect.engines._blocks import Block, Cells, Numbers, Words
from bancheng.core.benefits import Plan, nodes


class Planes(NamedTuple):
    """Where a node is true, false, null; unknown elsewhere. `null` is None where a node cannot be."""

    true: Words
    false: Words
    null: Words | None = None


class Kernel:
    """A plan made ready for blocks."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        last = dict.fromkeys(range(len(plan.nodes)), -1)
        for number, node in enumerate(plan.nodes):
            for one in nodes.below(node):
                last[one] = number
        kept = set(plan.roots)
        self._dead: list[list[int]] = [[] for _ in plan.nodes]
        for one, number in last.items():
            if number >= 0 and one not in kept:
                self._dead[number].append(one)

    def statuses(self, block: Block) -> list[tuple[Words, Words]]:
        """For each rule in order: where it is true, and where it is not (false or null); unknown elsewhere."""
        work = _Work(block)
        found: list[Planes] = [_NONE] * len(self.plan.nodes)
        for number, node in enumerate(self.plan.nodes):
            found[number] = _MAKE[type(node)](work, node, found)
            for one in self._dead[number]:
                found[one] = _NONE
        roots = (found[root] for root in self.plan.roots)
        return [(one.true, one.false if one.null is None else one.false | one.null) for one in roots]


class _Work:
    """What is shared by the leaves of one block."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.size = -(-block.rows // 64)
        self.none = np.zeros(self.size, np.uint64)
        self.all = ~self.none
        if block.rows % 64:
            self.all[-1] = (1 << block.rows % 64) - 1
        self._flags = np.empty(block.rows, np.bool_)
        self._equal: dict[tuple[str, int], Words] = {}

    def cells(self, name: str) -> Cells:
        return self.block.cells[name]

    def known(self, name: str) -> Words:
        known = self.block.cells[name].known
        return self.all if known is None else known

    def packed(self) -> Words:
        """The scratch flags as bits."""
        bits = np.packbits(self._flags, bitorder="little")
        if len(bits) < self.size * 8:
            bits = np.concatenate([bits, np.zeros(self.size * 8 - len(bits), np.uint8)])
        return bits.view(np.uint64)

    def leaf(self, name: str, holds: Words) -> Planes:
        """True where it holds and the column is known, false where it does not and is known."""
        known = self.block.cells[name].known
        if known is None:
            return Planes(holds, holds ^ self.all)
        true = holds & known
        return Planes(true, true ^ known)

    def at_most(self, node: nodes.AtMost, _: list[Planes]) -> Planes:
        values = self.block.cells[node.column].values
        if not _within(values, node.bound):
            return self.leaf(node.column, self.all if node.bound > 0 else self.none)
        np.less_equal(values, node.bound, out=self._flags)
        return self.leaf(node.column, self.packed())

    def among(self, node: nodes.Among, _: list[Planes]) -> Planes:
        found = self.none
        for at, code in enumerate(node.codes):
            found = found | self.equal(node.column, code) if at else self.equal(node.column, code)
        return self.leaf(node.column, found)

    def equal(self, name: str, code: int) -> Words:
        """Where a column holds one number, once for all lists that name it; anything where it is not known."""
        found = self._equal.get((name, code))
        if found is None:
            values = self.block.cells[name].values
            if _within(values, code):
                np.equal(values, code, out=self._flags)
                found = self.packed()
            else:
                found = self.none
            self._equal[name, code] = found
        return found

    def flag(self, node: nodes.Flag, _: list[Planes]) -> Planes:
        return self.leaf(node.column, self.cells(node.column).values)

    def present(self, node: nodes.Present, _: list[Planes]) -> Planes:
        cells = self.cells(node.column)
        return Planes(self.known(node.column), self.none if cells.absent is None else cells.absent)

    def weighted(self, node: nodes.Weighted, _: list[Planes]) -> Planes:
        total = np.zeros(self.block.rows, np.int64)
        known = self.all
        for factor, name in node.terms:
            total += self.cells(name).values.astype(np.int64) * factor
            known = known & self.known(name)
        np.less_equal(total, node.bound, out=self._flags)
        true = self.packed() & known
        return Planes(true, true ^ known)

    def fixed(self, node: nodes.Fixed, _: list[Planes]) -> Planes:
        if node.unknown:
            return Planes(self.none, self.none)
        if node.value is None:
            return Planes(self.none, self.none, self.all)
        return Planes(self.all, self.none) if node.value else Planes(self.none, self.all)

    def every(self, node: nodes.All, found: list[Planes]) -> Planes:
        first, *rest = (found[one] for one in node.nodes)
        true, false = first.true & rest[0].true, first.false | rest[0].false
        for one in rest[1:]:
            true &= one.true
            false |= one.false
        if first.null is None and all(one.null is None for one in rest):
            return Planes(true, false)
        allowed = self.all
        for one in (first, *rest):
            allowed = allowed & (one.true if one.null is None else one.true | one.null)
        return Planes(true, false, allowed ^ true)

    def some(self, node: nodes.AnyOf, found: list[Planes]) -> Planes:
        first, *rest = (found[one] for one in node.nodes)
        true, false = first.true | rest[0].true, first.false & rest[0].false
        for one in rest[1:]:
            true |= one.true
            false &= one.false
        if first.null is None and all(one.null is None for one in rest):
            return Planes(true, false)
        allowed = self.all
        for one in (first, *rest):
            allowed = allowed & (one.false if one.null is None else one.false | one.null)
        return Planes(true, false, allowed ^ false)

    def opposite(self, node: nodes.Opposite, found: list[Planes]) -> Planes:
        one = found[node.node]
        return Planes(one.false, one.true, one.null)

    def settled(self, node: nodes.Settled, found: list[Planes]) -> Planes:
        one = found[node.node]
        return one if one.null is None else Planes(one.true, one.false | one.null)

    def null_where(self, node: nodes.NullWhere, found: list[Planes]) -> Planes:
        guard, one = found[node.guard].true, found[node.node]
        null = guard if one.null is None else guard | one.null
        return Planes(one.true & ~guard, one.false & ~guard, null)


def _within(values: Numbers, number: int) -> bool:
    """Whether a number can stand in a column at all."""
    return -(reach := 1 << 8 * values.itemsize - 1) <= number < reach


_NONE: Any = None
"Not computed yet, or not needed any more."

_MAKE: dict[type[nodes.Node], Callable[[_Work, Any, list[Planes]], Planes]] = {
    nodes.AtMost: _Work.at_most,
    nodes.Among: _Work.among,
    nodes.Flag: _Work.flag,
    nodes.Present: _Work.present,
    nodes.Weighted: _Work.weighted,
    nodes.Fixed: _Work.fixed,
    nodes.All: _Work.every,
    nodes.AnyOf: _Work.some,
    nodes.Opposite: _Work.opposite,
    nodes.Settled: _Work.settled,
    nodes.NullWhere: _Work.null_where,
}
