"""Which column of a sheet goes where, found from its heading row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from bancheng.connect.tables._cells import Cell
from bancheng.connect.tables._open import Table
from bancheng.connect.tables._vocabulary import (
    CHILDREN,
    Column,
    heading_key,
    headings,
    join_headings,
    sheet_titles,
    vocabulary,
)
from bancheng.core.kernel import search_key

OUR_REMARKS = ("原处", "暂存原因")
"""Columns that a workbook of waiting rows has behind what was written."""

_LOOK = 12
"""Rows above the headings: a title, the name of the body, a remark."""


@dataclass(frozen=True)
class Plan:
    """One sheet read: its own columns, the columns by which its rows name their item, and — on a sheet of items —
    columns of the other sheets that stand on the same row. Numbers are places in a row, from 0."""

    file: str
    title: str
    kind: str
    first: int
    written: tuple[str, ...]
    columns: dict[int, Column] = field(default_factory=dict)
    joins: dict[int, str] = field(default_factory=dict)
    inside: dict[str, dict[int, Column]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    @cached_property
    def at(self) -> dict[str, int]:
        """Target of an own column → its place."""
        return {column.target: place for place, column in self.columns.items() if column.target}

    @cached_property
    def _ways(self) -> tuple[tuple[str, int], ...]:
        places = [(kind, place) for place, kind in self.joins.items()]
        if self.kind == "items":
            named = (("key", "key"), ("code", "task_code"), ("code", "handle_code"), ("name", "name"))
            places = [(kind, self.at[target]) for kind, target in named if target in self.at]
        return tuple(sorted(places, key=lambda one: ("key", "code", "name").index(one[0])))

    def handles(self, cells: Sequence[Cell]) -> tuple[str, ...]:
        """What the row names an item by, the surest first."""
        found = []
        for kind, place in self._ways:
            cell = cells[place] if place < len(cells) else ""
            if cell and isinstance(cell, str):
                found.append(f"{kind}:{search_key(cell) if kind == 'name' else cell}")
        return tuple(found)

    def continues(self, cells: Sequence[Cell], above: Sequence[Cell]) -> bool:
        """Whether a row of items only goes on with the item `above`: merged or repeated cells, one more material."""
        mine = any(
            place < len(cells) and cells[place] and (place >= len(above) or cells[place] != above[place])
            for place in self.columns
        )
        others = any(place < len(cells) and cells[place] for inner in self.inside.values() for place in inner)
        return others and not mine

    def missing(self) -> tuple[str, ...]:
        """Headings that a new record cannot do without."""
        columns = vocabulary().sheets[self.kind].columns
        present = {column.target for column in self.columns.values()}
        # A unit may stand behind the number, so its column may be absent.
        return tuple(
            one.heading for one in columns if one.must and one.target not in present and one.how != "unit"
        )


def plan_of(table: Table) -> tuple[Plan | None, Iterator[tuple[int, tuple[Cell, ...]]]]:
    """The plan of a table, None when no row looks like its headings; and its rows from the beginning again."""
    looked: list[tuple[int, tuple[Cell, ...]]] = []
    best: Plan | None = None
    for row in table.rows:
        looked.append(row)
        found = _recognised(table, row[0], row[1])
        if found is not None and (best is None or _known(found) > _known(best)):
            best = found
        if len(looked) >= _LOOK:
            break
    return best, chain(looked, table.rows)


def _known(plan: Plan) -> int:
    return len(plan.columns) + len(plan.joins) + sum(map(len, plan.inside.values()))


def _recognised(table: Table, number: int, cells: Sequence[Cell]) -> Plan | None:
    written = tuple(one if isinstance(one, str) else "" for one in cells)
    if sum(bool(one) for one in written) < 2:
        return None
    kind = _kind(table.title, written)
    if kind is None:
        return None
    own, joins = headings(kind), join_headings()
    columns: dict[int, Column] = {}
    naming: dict[int, str] = {}
    inside: dict[str, dict[int, Column]] = {}
    unused: list[str] = []
    for place, text in enumerate(written):
        column = own.get(search_key(text)) or own.get(heading_key(text)) if text else None
        if column is not None and column not in columns.values():
            columns[place] = column
        elif kind != "items" and heading_key(text) in joins:
            naming[place] = joins[heading_key(text)]
        elif kind == "items" and text and (found := _of_another(text)) is not None:
            inside.setdefault(found.sheet, {})[place] = found
        elif text and text not in OUR_REMARKS:
            unused.append(text)
    return Plan(table.file, table.title, kind, number + 1, written, columns, naming, inside, tuple(unused))


def _of_another(text: str) -> Column | None:
    found = (
        headings(kind).get(search_key(text)) or headings(kind).get(heading_key(text)) for kind in CHILDREN
    )
    return next((column for column in found if column is not None and column.how != "rest"), None)


def _kind(title: str, written: Sequence[str]) -> str | None:
    """The kind of a sheet: by its title when that is a known one, else by whose headings it holds most."""
    keys = {heading_key(one) for one in written if one}
    counts = {kind: len(keys & headings(kind).keys()) for kind in vocabulary().sheets}
    told = sheet_titles().get(heading_key(title))
    if told is not None and counts[told]:
        return told
    if counts["items"] >= 3:
        return "items"
    kind = max(counts, key=lambda one: counts[one])
    musts = {heading_key(one.heading) for one in vocabulary().sheets[kind].columns if one.must}
    spelled = {heading_key(column.heading) for key, column in headings(kind).items() if key in keys}
    return kind if musts & spelled and counts[kind] >= 2 else None
