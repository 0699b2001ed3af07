"""Whom a comparison found entitled under one policy, as a file: opened at any line without reading the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, overload

import polars as pl

from bancheng.core.kernel import Fen, Record

_COLUMNS: Final = {"subject": pl.Int64, "entitlement": pl.String, "amount": pl.Int64, "division": pl.String}


class Line(Record):
    """One subject found entitled: by which entitlement, how much (None: not to be told), where they live."""

    subject: int
    entitlement: str
    amount: Fen | None
    division: str


def write_lines(lines: Iterable[Line], path: Path) -> None:
    """Keep them, in their order."""
    rows = [(one.subject, one.entitlement, one.amount, one.division) for one in lines]
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows, schema=_COLUMNS, orient="row").write_parquet(path)


class KeptLines(Sequence[Line]):
    """The lines of a file. A page of them costs what the page holds, whatever their number."""

    def __init__(self, path: Path) -> None:
        self._frame = pl.read_parquet(path)

    def __len__(self) -> int:
        return self._frame.height

    def __iter__(self) -> Iterator[Line]:
        return _lines(self._frame)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, at: int | slice) -> Line | tuple[Line, ...]:
        if isinstance(at, slice):
            return tuple(_lines(self._frame[at]))
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        return next(_lines(self._frame[at % len(self)]))


def _lines(frame: pl.DataFrame) -> Iterator[Line]:
    for subject, entitlement, amount, division in frame.iter_rows():
        yield Line(
            subject=subject,
            entitlement=entitlement,
            amount=None if amount is None else Fen(amount),
            division=division,
        )
