"""What a table did with one set of values: cell by cell, to be told in words."""

from __future__ import annotations

from enum import StrEnum

from bancheng.core.kernel import Record


class CellState(StrEnum):
    """What became of a cell."""

    HELD = "held"
    FAILED = "failed"
    UNKNOWN = "unknown"


class CellTrace(Record):
    """One condition: the column's expression, what the cell asks, the value met (as FEEL writes it), the outcome."""

    column: str
    test: str
    value: str
    state: CellState


class RowTrace(Record):
    """One row, numbered from 1; `basis` is its legal reference, from the table's column of notes."""

    number: int
    cells: tuple[CellTrace, ...]
    output: str
    basis: str = ""

    @property
    def state(self) -> CellState:
        """Matched, failed, or open."""
        states = {cell.state for cell in self.cells}
        if CellState.FAILED in states:
            return CellState.FAILED
        return CellState.UNKNOWN if CellState.UNKNOWN in states else CellState.HELD


class TableTrace(Record):
    """One table of one evaluation: every row, and the result."""

    name: str
    policy: str
    rows: tuple[RowTrace, ...]
    result: str
