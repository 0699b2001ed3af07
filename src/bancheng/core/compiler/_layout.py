"""Where boxes stand and arrows run in a picture of lanes: one arrangement for every drawing of a plan.

Columns are layers of the longest path, so that an arrow always points to the right and what runs side by side begins
in one column. Lanes and the strands in them (the steps of one item) are ordered by barycentre and then by swaps as
long as the arrows grow shorter. Arrows run through gutters between columns and channels between rows, never a box.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from bancheng.core.compiler._graph import arrows as successors
from bancheng.core.compiler._graph import reverse, topological
from bancheng.core.kernel import Record

_ROUNDS = 6
_LONG_WAY = 3
"How many rows of detour an arrow through an occupied row is worth."
_CRITICAL = 2

_T = TypeVar("_T")

Arrow = tuple[str, str]
Point = tuple[int, int]


class Box(Record):
    """Something to place. Boxes of one `strand` share a row where they can. A `pointed` box (a diamond, a circle) is
    met at its tips; a `tall` one is a bar across all lanes, at the very left or right."""

    key: str
    lane: str
    width: int
    height: int
    strand: str = ""
    pointed: bool = False
    tall: bool = False


class Rect(Record):
    """A place in the picture, in pixels from its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first pixel right of it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first pixel below it."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width // 2, self.y + self.height // 2


class Cell(Record):
    """A box's place in the grid, from 0 at the upper left."""

    column: int
    row: int


class Grid(Record):
    """Cells of all boxes that are not tall; the lanes from top to bottom, with first row and number of rows."""

    cells: dict[str, Cell]
    lanes: tuple[tuple[str, int, int], ...]
    columns: int
    rows: int


class Drawing(Record):
    """Boxes, lanes and the corners of every arrow's line (from its box to its box), in pixels."""

    boxes: dict[str, Rect]
    lanes: tuple[tuple[str, Rect], ...]
    lines: dict[Arrow, tuple[Point, ...]]
    width: int
    height: int


def arrange(boxes: Sequence[Box], arrows: Collection[Arrow], heavy: Collection[Arrow] = ()) -> Grid:
    """Put boxes into a grid; `heavy` arrows (the critical path) are kept straighter. Deterministic."""
    columns = layers([box.key for box in boxes], arrows)
    flat = [box for box in boxes if not box.tall]
    order = _Order(flat, columns, arrows, frozenset(heavy))
    order.settle()
    cells, lanes = order.packed()
    return Grid(
        cells=cells,
        lanes=lanes,
        columns=1 + max(columns.values(), default=-1),
        rows=sum(height for _, _, height in lanes),
    )


def layers(keys: Iterable[str], arrows: Collection[Arrow]) -> dict[str, int]:
    """The longest way to each key, counted in arrows."""
    graph = successors(keys, sorted(arrows))
    before_of = reverse(graph)
    columns: dict[str, int] = {}
    for node in topological(graph) or []:
        columns[node] = max((columns[one] + 1 for one in before_of[node]), default=0)
    return columns


class _Order:
    """The order of lanes and of strands in lanes, made better step by step."""

    def __init__(
        self,
        boxes: Sequence[Box],
        columns: Mapping[str, int],
        arrows: Collection[Arrow],
        heavy: frozenset[Arrow],
    ) -> None:
        self.columns = columns
        self.strands: dict[str, list[list[str]]] = {}
        lane_of = {box.key: box.lane for box in boxes}
        gathered: dict[tuple[str, str], list[str]] = {}
        for box in sorted(boxes, key=lambda one: columns[one.key]):
            gathered.setdefault((box.lane, box.strand or box.key), []).append(box.key)
        for (lane, _), keys in gathered.items():
            self.strands.setdefault(lane, []).append(keys)
        self.lanes = list(self.strands)
        self.arrows = sorted(
            (before, after, _CRITICAL if (before, after) in heavy else 1)
            for before, after in arrows
            if before in lane_of and after in lane_of
        )

    def settle(self) -> None:
        self._by_barycentre()
        best = self._cost()
        for _ in range(_ROUNDS):
            before = best
            best = self._swaps(self.lanes, best)
            for own in self.strands.values():
                best = self._swaps(own, best)
            if best == before:
                return

    def _by_barycentre(self) -> None:
        for _ in range(2):
            cells, _lanes = self.packed()
            near: dict[str, list[int]] = {}
            for before, after, _weight in self.arrows:
                near.setdefault(before, []).append(cells[after].row)
                near.setdefault(after, []).append(cells[before].row)

            def mean(keys: Iterable[str], near: Mapping[str, list[int]] = near) -> float:
                rows = [row for key in keys for row in near.get(key, ())]
                return sum(rows) / len(rows) if rows else 0.0

            kept, cost = (
                (list(self.lanes), {lane: list(own) for lane, own in self.strands.items()}),
                self._cost(),
            )
            self.lanes.sort(key=lambda lane: mean(key for keys in self.strands[lane] for key in keys))
            for own in self.strands.values():
                own.sort(key=mean)
            if self._cost() > cost:
                self.lanes[:] = kept[0]
                for lane, own in kept[1].items():
                    self.strands[lane][:] = own

    def _swaps(self, order: list[_T], best: int) -> int:
        for at in range(len(order) - 1):
            order[at], order[at + 1] = order[at + 1], order[at]
            cost = self._cost()
            if cost < best:
                best = cost
            else:
                order[at], order[at + 1] = order[at + 1], order[at]
        return best

    def packed(self) -> tuple[dict[str, Cell], tuple[tuple[str, int, int], ...]]:
        """Each strand in the first row of its lane that is free along it."""
        cells: dict[str, Cell] = {}
        lanes = []
        first = 0
        for lane in self.lanes:
            taken: list[set[int]] = []
            for keys in self.strands[lane]:
                for run in _runs(keys, self.columns):
                    span = set(range(self.columns[run[0]], self.columns[run[-1]] + 1))
                    row = next((at for at, used in enumerate(taken) if not used & span), len(taken))
                    if row == len(taken):
                        taken.append(set())
                    taken[row] |= span
                    cells.update({key: Cell(column=self.columns[key], row=first + row) for key in run})
            lanes.append((lane, first, len(taken)))
            first += len(taken)
        return cells, tuple(lanes)

    def _cost(self) -> int:
        cells, _lanes = self.packed()
        held = {(cell.column, cell.row) for cell in cells.values()}
        total = 0
        for before, after, weight in self.arrows:
            one, two = cells[before], cells[after]
            total += weight * abs(one.row - two.row)
            if two.column > one.column + 1:
                between = range(one.column + 1, two.column)
                if all(any((at, row) in held for at in between) for row in {one.row, two.row}):
                    total += _LONG_WAY
        return total


def _runs(keys: Sequence[str], columns: Mapping[str, int]) -> Iterable[list[str]]:
    """The keys of a strand in as few rows as their columns allow."""
    left = list(keys)
    while left:
        run: list[str] = []
        for key in left:
            if not run or columns[key] > columns[run[-1]]:
                run.append(key)
        left = [key for key in left if key not in run]
        yield run
