"""Facts in blocks of rows as numpy arrays, straight from Arrow's buffers: values, and bits that say which are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bancheng.core.benefits import ColumnKind, PlanColumn

Words: TypeAlias = NDArray[np.uint64]
Numbers: TypeAlias = NDArray[Any]

BLOCK = 131_072
"Rows judged at once: a multiple of 64 whose planes and columns stay in a core's cache."


class Cells(NamedTuple):
    """One column of a block. `values`: whole numbers, or the bits of a boolean; `known` and `absent`: bits, 64 rows a
    word, or None for all known, none absent."""

    values: Numbers
    known: Words | None
    absent: Words | None


class Block(NamedTuple):
    """Some rows of all columns a plan reads, by their names in FEEL. `first`: the number of the first row."""

    first: int
    rows: int
    cells: dict[str, Cells]


def names(columns: Sequence[PlanColumn]) -> list[str]:
    """The columns of a table that must be read."""
    return [
        name for one in columns for name in ((one.column, one.absent) if one.may_be_absent else (one.column,))
    ]


def of_frame(
    frame: pl.DataFrame, columns: Sequence[PlanColumn], first: int = 0, block: int = BLOCK
) -> Iterator[Block]:
    """The blocks of a table in memory; nothing is copied but bits that do not begin at a byte."""
    for start in range(0, frame.height, block):
        part = frame.slice(start, block)
        cells = {one.name: _cells(part, one) for one in columns}
        yield Block(first + start, part.height, cells)


def of_parquet(path: Path, columns: Sequence[PlanColumn], block: int = BLOCK) -> Iterator[Block]:
    """The blocks of a Parquet file, one stretch of rows after the other; memory does not grow with it."""
    wanted = names(columns)
    scan = pl.scan_parquet(path).select(wanted) if wanted else pl.scan_parquet(path)
    rows = rows_of(path)
    for start in range(0, rows, block):
        yield from of_frame(scan.slice(start, block).collect(), columns, start, block)


def rows_of(path: Path) -> int:
    """The rows of a Parquet file, from its last bytes."""
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def _cells(frame: pl.DataFrame, column: PlanColumn) -> Cells:
    array = _array(frame, column.column)
    valid, data = array.buffers()
    rows = len(array)
    absent = (
        _words(_array(frame, column.absent).buffers()[1], _array(frame, column.absent).offset, rows)
        if column.may_be_absent
        else None
    )
    known = None if valid is None or array.null_count == 0 else _words(valid, array.offset, rows)
    if column.kind is ColumnKind.BOOLEAN:
        return Cells(_words(data, array.offset, rows), known, absent)
    kind = np.dtype(f"i{array.type.bit_width // 8}")
    values = np.frombuffer(data, dtype=kind, count=array.offset + rows)[array.offset :]
    return Cells(values, known, absent)


def _array(frame: pl.DataFrame, name: str) -> Any:
    return frame.get_column(name).rechunk().to_arrow()


def _words(buffer: Any, offset: int, rows: int) -> Words:
    """The bits of a buffer from `offset` on, in words of 64 rows; rows that are not there are 0."""
    bits = np.frombuffer(buffer, dtype=np.uint8)
    size = -(-rows // 64) * 8
    if offset % 8:
        found = np.packbits(
            np.unpackbits(bits, bitorder="little", count=offset + rows)[offset:], bitorder="little"
        )
    else:
        found = bits[offset // 8 : offset // 8 + -(-rows // 8)]
    if rows % 8 == 0 and len(found) == size:
        return found.view(np.uint64) if found.ctypes.data % 8 == 0 else found.copy().view(np.uint64)
    whole = np.zeros(size, np.uint8)
    whole[: len(found)] = found
    if rows % 8:
        whole[rows // 8] &= (1 << rows % 8) - 1
    return whole.view(np.uint64)
