"""Rows on their way, in a temporary SQLite file: rows of several sheets and files meet without being held in memory.

1. Every table is read once. Its heading row is found, its kind told by title or headings, its rows are written down.
2. Item rows are then given back in their order, each with the rows of other sheets that name it by key, code or name.
3. What named no item, or a name that several items share, is given back at the end.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import msgspec

from bancheng.connect.tables._cells import Cell, Issue, Odd
from bancheng.connect.tables._plan import Plan

_SCHEMA = """
CREATE TABLE sheets (id INTEGER PRIMARY KEY, file TEXT, title TEXT, kind TEXT, headings TEXT);
CREATE TABLE rows (id INTEGER PRIMARY KEY, sheet INTEGER, number INTEGER, kind TEXT, item INTEGER, cells TEXT);
CREATE TABLE handles (handle TEXT PRIMARY KEY, item INTEGER) WITHOUT ROWID;
CREATE TABLE named (row INTEGER, place INTEGER, handle TEXT, PRIMARY KEY (row, place)) WITHOUT ROWID;
"""
_SHARED = -1
_BATCH = 2_000


class Row(NamedTuple):
    """A row as it was read: the sheet it stands in, its number there, and its cells."""

    id: int
    sheet: int
    number: int
    kind: str
    cells: tuple[Cell, ...]


class Ready(NamedTuple):
    """An item that was read whole, from YAML: no cells, but a record or what is wrong with it."""

    id: int
    sheet: int
    number: int
    key: str
    record: str
    issues: tuple[Issue, ...]


class Spill:
    """The rows of one import. Use as a context; the file is gone afterwards."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bancheng-rows-")
        self._base = sqlite3.connect(Path(self._folder.name) / "rows.db", isolation_level=None)
        self._base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8000;" + _SCHEMA
        )
        self._base.execute("BEGIN")
        self.plans: dict[int, Plan] = {}
        self.items = 0
        self.rows = 0
        self._last_item: tuple[int, tuple[Cell, ...]] = (0, ())

    def __enter__(self) -> Spill:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()
        self._folder.cleanup()

    # ------------------------------------------------------------ writing

    def add_sheet(self, plan: Plan) -> int:
        """Begin a sheet; rows added next belong to it."""
        number = len(self.plans) + 1
        self.plans[number] = plan
        self._last_item = (0, ())
        return number

    def add(self, sheet: int, rows: Iterator[tuple[int, tuple[Cell, ...]]], first: int) -> Iterator[int]:
        """Write the rows of a table down from row `first` on; yields its row numbers now and then, for progress."""
        plan = self.plans[sheet]
        for number, cells in rows:
            if number < first:
                continue
            self._add_row(sheet, plan, number, cells)
            if self.rows % 500 == 0:
                yield number

    def _add_row(self, sheet: int, plan: Plan, number: int, cells: tuple[Cell, ...]) -> None:
        handles = plan.handles(cells)
        item = None
        kind = plan.kind
        if kind == "items" and self._last_item[0] and plan.continues(cells, self._last_item[1]):
            kind, item = "more", self._last_item[0]
        self.rows += 1
        identity = self._insert(sheet, number, kind, item, msgspec.json.encode(cells).decode())
        if kind == "items":
            self.items += 1
            self._last_item = (identity, cells)
            self._name(handles, identity)
        elif kind != "more":
            named = [(identity, place, one) for place, one in enumerate(handles)]
            self._base.executemany("INSERT INTO named VALUES (?, ?, ?)", named)

    def add_ready(self, sheet: int, number: int, key: str, record: str, issues: Iterable[Issue]) -> None:
        """Write down an item that was read whole."""
        text = msgspec.json.encode((key, record, tuple(issues))).decode()
        self.rows += 1
        self.items += 1
        self._insert(sheet, number, "ready", None, text)

    def _insert(self, sheet: int, number: int, kind: str, item: int | None, cells: str) -> int:
        done = self._base.execute(
            "INSERT INTO rows (sheet, number, kind, item, cells) VALUES (?, ?, ?, ?, ?)",
            (sheet, number, kind, item, cells),
        )
        return done.lastrowid or 0

    def _name(self, handles: Sequence[str], item: int) -> None:
        for handle in handles:
            done = self._base.execute("INSERT OR IGNORE INTO handles VALUES (?, ?)", (handle, item))
            if not done.rowcount:
                self._base.execute("UPDATE handles SET item = ? WHERE handle = ?", (_SHARED, handle))

    # ------------------------------------------------------------ reading

    def join(self) -> None:
        """Give every row of the other sheets to the item that its surest name tells; a name that several items share
        tells nothing, then the next counts. Once, when all is written."""
        self._base.execute(
            "UPDATE rows SET item = (SELECT h.item FROM named n LEFT JOIN handles h USING (handle)"
            " WHERE n.row = rows.id AND coalesce(h.item, 0) != ? ORDER BY n.place LIMIT 1)"
            " WHERE kind NOT IN ('items', 'ready', 'more')",
            (_SHARED,),
        )
        self._base.execute("CREATE INDEX rows_by_item ON rows (item, id) WHERE item IS NOT NULL")
        self._base.execute("COMMIT")

    def each_item(self) -> Iterator[tuple[Row, tuple[Row, ...]] | Ready]:
        """Item rows in their order, each with the rows that belong to it; or items that were read whole."""
        last = 0
        while True:
            found = self._base.execute(
                "SELECT id, sheet, number, kind, cells FROM rows WHERE id > ? AND kind IN ('items', 'ready')"
                " ORDER BY id LIMIT ?",
                (last, _BATCH),
            ).fetchall()
            if not found:
                return
            last = found[-1][0]
            for one in found:
                if one[3] == "ready":
                    key, record, issues = msgspec.json.decode(one[4], type=tuple[str, str, tuple[Issue, ...]])
                    yield Ready(one[0], one[1], one[2], key, record, issues)
                else:
                    yield _row(one), self._belonging(one[0])

    def _belonging(self, item: int) -> tuple[Row, ...]:
        found = self._base.execute(
            "SELECT id, sheet, number, kind, cells FROM rows WHERE item = ? ORDER BY id", (item,)
        )
        return tuple(_row(one) for one in found)

    def orphans(self) -> Iterator[tuple[Row, bool]]:
        """Rows of other sheets that found no item; true where several items share the name they give."""
        found = self._base.execute(
            "SELECT id, sheet, number, kind, cells, EXISTS (SELECT 1 FROM named n JOIN handles h USING (handle)"
            " WHERE n.row = rows.id AND h.item = ?) FROM rows"
            " WHERE kind NOT IN ('items', 'ready', 'more') AND item IS NULL ORDER BY id",
            (_SHARED,),
        )
        for one in found:
            yield _row(one[:5]), bool(one[5])


_CELLS = msgspec.json.Decoder(tuple[str | Odd, ...])


def _row(found: tuple[int, int, int, str, str]) -> Row:
    return Row(found[0], found[1], found[2], found[3], _CELLS.decode(found[4]))
