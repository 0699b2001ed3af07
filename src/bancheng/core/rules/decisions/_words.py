"""A table's trace in words: which row matched, what failed in the nearest one, what is still to be told."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator as Many

from bancheng.core.rules.decisions._trace import CellState, CellTrace, RowTrace, TableTrace

POLICIES = {
    "UNIQUE": "唯一",
    "ANY": "任一",
    "PRIORITY": "按结果优先",
    "FIRST": "从上到下第一个",
    "RULE ORDER": "全部，按行",
    "OUTPUT ORDER": "全部，按结果优先",
    "COLLECT": "汇集",
}


def tell(trace: TableTrace) -> tuple[str, ...]:
    """What a table did, one sentence a line, for the person it was done to and for the one who checks it."""
    return tuple(_sentences(trace))


def _sentences(trace: TableTrace) -> Many[str]:
    yield f"“{trace.name}”（{POLICIES.get(trace.policy, trace.policy)}）的结果是 {trace.result}。"
    held = [row for row in trace.rows if row.state is CellState.HELD]
    open_rows = [row for row in trace.rows if row.state is CellState.UNKNOWN]
    for row in held:
        yield f"第 {row.number} 行命中：{_met(row.cells)}；结果 {row.output}{_basis(row)}。"
    if open_rows:
        yield f"第 {'、'.join(str(row.number) for row in open_rows)} 行还不能定，要先知道：{_lacking(open_rows)}。"
    if not held and not open_rows:
        yield "没有一行命中。"
    near = nearest(trace) if not held else None
    if near is not None and near.state is CellState.FAILED:
        failed = [cell for cell in near.cells if cell.state is CellState.FAILED]
        yield f"最接近的是第 {near.number} 行：{'；'.join(map(_missed, failed))}{_basis(near)}。"


def nearest(trace: TableTrace) -> RowTrace | None:
    """The row with the fewest failed cells, of several the first."""
    return min(trace.rows, key=lambda row: _count(row, CellState.FAILED), default=None)


def lacking(trace: TableTrace) -> tuple[str, ...]:
    """The columns whose values would settle the rows that are open."""
    found: dict[str, None] = {}
    for row in trace.rows:
        if row.state is CellState.UNKNOWN:
            found.update({cell.column: None for cell in row.cells if cell.state is CellState.UNKNOWN})
    return tuple(found)


def _count(row: RowTrace, state: CellState) -> int:
    return sum(cell.state is state for cell in row.cells)


def _lacking(rows: Iterable[RowTrace]) -> str:
    columns = {cell.column: None for row in rows for cell in row.cells if cell.state is CellState.UNKNOWN}
    return "、".join(columns)


def _met(cells: tuple[CellTrace, ...]) -> str:
    asked = [cell for cell in cells if cell.test.strip() not in {"", "-"}]
    return "，".join(f"{cell.column} {cell.test}（是 {cell.value}）" for cell in asked) or "没有条件"


def _missed(cell: CellTrace) -> str:
    return f"{cell.column}要求 {cell.test}，实际是 {cell.value}"


def _basis(row: RowTrace) -> str:
    return f"，依据：{row.basis}" if row.basis else ""
