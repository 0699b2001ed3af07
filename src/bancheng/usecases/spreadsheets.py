"""Tables that people open in a spreadsheet: a text is shown there and never run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

from openpyxl import Workbook

_RUN = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes a text for a formula by."""


def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows, the headings first, as UTF-8 with its mark."""
    out = io.StringIO()
    csv.writer(out).writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(rows: Iterable[Sequence[object]]) -> bytes:
    """The same as an Excel workbook of one sheet."""
    out = io.BytesIO()
    write_workbook(rows, out)
    return out.getvalue()


def write_workbook(rows: Iterable[Sequence[object]], out: IO[bytes]) -> None:
    """The same into a file, row by row: memory does not grow with the number of rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("清单")
    for row in rows:
        sheet.append([_plain(cell) for cell in row])
    book.save(out)


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RUN) else cell
