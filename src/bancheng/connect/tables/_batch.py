"""A sheet for many applications at once: a template made from a form, and its filled rows read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from bancheng.connect.tables._open import open_tables, refuse
from bancheng.core.kernel import Problem, ProblemsFound

HEADINGS = 3
"""Rows above the first application: names, keys, how to fill."""
LABEL = "_label"
"""The column by which the firm knows a row; never part of the form."""
_ROWS = 1000
_LIST_LIMIT = 250
"""Excel takes no longer list of choices in a cell."""
_HEAD = PatternFill("solid", fgColor="E8F0FB")
_MUST = PatternFill("solid", fgColor="FFF3D6")


@dataclass(frozen=True)
class FormColumn:
    """A column: the element it fills, its name, how to fill it, and the texts to choose from."""

    key: str
    name: str
    how: str = ""
    choices: tuple[str, ...] = ()
    must: bool = False


@dataclass(frozen=True)
class FilledRow:
    """A filled row: its number as Excel counts it, and texts by element."""

    number: int
    cells: dict[str, str]


def write_form_sheet(
    out: Path | IO[bytes], title: str, columns: Sequence[FormColumn], filled: Iterable[Mapping[str, str]] = ()
) -> None:
    """The template: all cells are text, so that long numbers keep their digits. `filled`: rows begun, texts by key."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise ValueError("a new workbook has a sheet")
    sheet.title = "".join(char for char in title if char not in "[]:*?/\\")[:31]
    for place, column in enumerate((FormColumn(LABEL, "您自己的编号或备注", "可以不填"), *columns), 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 22
        sheet.column_dimensions[letter].number_format = "@"
        cells = (column.name, column.key, column.how)
        for row, text in enumerate(cells, 1):
            cell = sheet.cell(row, place, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=row == 1, color="808080" if row > 1 else "000000")
            cell.fill = _MUST if column.must else _HEAD
        listed = ",".join(column.choices)
        if column.choices and len(listed) <= _LIST_LIMIT and not any("," in one for one in column.choices):
            rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            sheet.add_data_validation(rule)
            rule.add(f"{letter}{HEADINGS + 1}:{letter}{HEADINGS + _ROWS}")
    for at, given in enumerate(filled, HEADINGS + 1):
        for place, column in enumerate(columns, 2):
            begun = sheet.cell(at, place, given.get(column.key) or None)
            begun.number_format = "@"
            if begun.value is not None:
                begun.data_type = "s"  # a name is never a formula
    sheet.row_dimensions[2].hidden = True
    sheet.freeze_panes = f"B{HEADINGS + 1}"
    book.save(out)


def read_form_sheet(path: Path, name: str, known: Iterable[str], most: int) -> list[FilledRow]:
    """The filled rows of a template, the empty ones left out.

    Raises:
        ProblemsFound: it is no filled template of this form, or has more than `most` rows.
    """
    rows: list[FilledRow] = []
    keys: tuple[str, ...] = ()
    wanted = {*known, LABEL}
    for table in open_tables(path, name):
        for number, cells in table.rows:
            texts = [cell if isinstance(cell, str) else "" for cell in cells]
            if number == HEADINGS - 1:
                keys = tuple(text.strip() for text in texts)
            elif number > HEADINGS and any(text.strip() for text in texts):
                filled = {key: text.strip() for key, text in zip(keys, texts, strict=False) if key in wanted}
                rows.append(FilledRow(number, filled))
                if len(rows) > most:
                    raise refuse(name, "batch_too_long", f"一次最多 {most} 件。", "请拆成几个表分几次传。")
        break
    if not wanted & set(keys) - {LABEL}:
        problem = Problem(
            "batch_template", "这不是这件事的批量模板。", suggestion="请下载模板，在模板里填好再传。"
        )
        raise ProblemsFound((problem,))
    if not rows:
        raise ProblemsFound((Problem("batch_empty", "表里没有填任何一行。"),))
    return rows
