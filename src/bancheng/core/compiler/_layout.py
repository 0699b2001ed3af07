"""Where the steps of a plan stand in a picture: columns by order, lanes by body, rows by item."""

from __future__ import annotations

from bancheng.core.compiler._graph import plan_arrows, reverse, topological
from bancheng.core.compiler._types import Plan
from bancheng.core.kernel import Record


class Cell(Record):
    """A step's place: column from 0 at the left, row from 0 at the top, and the lane the row lies in."""

    column: int
    row: int
    lane: str


class Layout(Record):
    """Places of all steps; `lanes` are bodies with their first row and number of rows, from top to bottom."""

    cells: dict[str, Cell]
    lanes: tuple[tuple[str, int, int], ...]
    columns: int
    rows: int


def lay_out(plan: Plan) -> Layout:
    """Lay a plan out from left to right.

    A step stands right of everything it waits for; the steps of one item share a row of their body's lane, so that side
    by side branches lie under one another.
    """
    columns = _columns(plan)
    lanes: dict[str, dict[str, int]] = {}
    places: dict[str, tuple[str, int]] = {}
    taken: set[tuple[str, int, int]] = set()
    for step in plan.steps:
        lane, item = step.bodies[0] if step.bodies else "", step.items[0]
        rows = lanes.setdefault(lane, {})
        row = rows.setdefault(item, len(rows))
        while (lane, row, columns[step.key]) in taken:
            row = row + 1
            rows.setdefault(f"{item}+{row}", row)
        taken.add((lane, row, columns[step.key]))
        places[step.key] = (lane, row)
    height = {lane: 1 + max(row for name, row in places.values() if name == lane) for lane in lanes}
    first: dict[str, int] = {}
    for lane in lanes:
        first[lane] = sum(height[one] for one in first)
    cells = {
        key: Cell(column=columns[key], row=first[lane] + row, lane=lane)
        for key, (lane, row) in places.items()
    }
    return Layout(
        cells=cells,
        lanes=tuple((lane, first[lane], height[lane]) for lane in lanes),
        columns=1 + max(columns.values(), default=-1),
        rows=sum(height.values()),
    )


def _columns(plan: Plan) -> dict[str, int]:
    graph = plan_arrows(plan)
    before = reverse(graph)
    columns: dict[str, int] = {}
    for node in topological(graph) or []:
        columns[node] = max((columns[one] + 1 for one in before[node]), default=0)
    return columns
