"""Workbooks for people: the blank template with its explanations, the quarantine to mend, the report of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from bancheng.connect.tables._compare import Change
from bancheng.connect.tables._items import RawRow
from bancheng.connect.tables._plan import OUR_REMARKS
from bancheng.connect.tables._vocabulary import Column, Sheet, vocabulary
from bancheng.connect.tables._write import text_cell

_LISTED_ROWS = 2_000
_WORDS = "填写说明"
_NOT_FOR_PEOPLE = frozenset(("rest", "kept"))
_TEMPLATE = ("items", "materials", "steps", "results", "fees", "faq", "fields", "situations")
_CODES = frozenset(("code", "unit", "codes", "aside"))
_HEAD = PatternFill("solid", fgColor="E8F0FB")
_MUST = PatternFill("solid", fgColor="FFF3D6")

_INTRODUCTION = (
    "一、黄底的列必须填，其他列没有就空着。空着就是没有，系统不会替您猜。",
    "二、“事项”表一行一个事项；其余各表一行一条，用“实施编码”或“事项名称”说明属于哪个事项。",
    "三、编码的列已设为文本。粘贴时请选“只保留文本”，否则 Excel 会丢掉后几位。",
    "四、也可以只用“事项”表：加上“材料名称”“材料必要性”等列，几样材料写在一格里，各占一行或用 ^ 隔开。",
    "五、“事项键”等键列不认识就空着，系统会按实施编码自动给出，以后再导入也不会变。",
    "六、再次导入时，只比较表里有的列；没有的列保持原样。",
)


def write_template(out: Path | IO[bytes]) -> None:
    """A blank workbook with the official headings, choices where there are lists, and a sheet that explains."""
    book = Workbook()
    page: Any = book.active
    page.title = _WORDS
    _explain(page)
    for key in _TEMPLATE:
        _blank(book.create_sheet(vocabulary().sheets[key].title), vocabulary().sheets[key])
    book.save(out)


def _explain(page: Any) -> None:
    page.column_dimensions["A"].width = 16
    page.column_dimensions["B"].width = 28
    page.column_dimensions["C"].width = 10
    page.column_dimensions["D"].width = 80
    for line in _INTRODUCTION:
        page.append([line])
    page.append([])
    page.append(["表", "标题", "必填", "怎么填"])
    for cell in page[page.max_row]:
        cell.font = Font(bold=True)
    for key in _TEMPLATE:
        for column in _for_people(vocabulary().sheets[key]):
            page.append(
                [vocabulary().sheets[key].title, column.heading, "必填" if column.must else "", _how(column)]
            )
            page.cell(page.max_row, 4).alignment = Alignment(wrap_text=True, vertical="top")


def _for_people(sheet: Sheet) -> list[Column]:
    hidden = {"code_scheme", "provenance.source", "provenance.confidence", "shared", "key"}
    return [
        one
        for one in sheet.columns
        if one.how not in _NOT_FOR_PEOPLE
        and (one.target not in hidden or (sheet.key, one.target) == ("items", "key"))
    ]


def _how(column: Column) -> str:
    said = column.note
    if column.how in _CODES:
        words = "、".join(values[0] for values in vocabulary().lists[column.list].values.values())
        said = f"{said}。可填：{words}" if said else f"可填：{words}"
    elif column.how == "date":
        said = "写成 2026-01-31"
    elif column.how in {"integer", "amount"}:
        said = said or "整数"
    elif column.how == "reference" and not said:
        said = "写正式名称；字典里没有的会作为新词提出，不会乱并"
    return said


def _blank(page: Any, sheet: Sheet) -> None:
    joins = [] if sheet.key == "items" else [one for one in vocabulary().join if one.kind != "key"]
    columns: list[Any] = [*joins, *_for_people(sheet)]
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        cell = page.cell(1, place, column.heading)
        cell.font = Font(bold=True)
        cell.fill = _MUST if getattr(column, "must", False) else _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        page.column_dimensions[letter].width = max(12, len(column.heading) * 2 + 4)
        for row in range(2, 202):
            page.cell(row, place).number_format = "@"
        if getattr(column, "how", "") in {"code", "unit"}:
            _choices(page, letter, column.list)
    page.freeze_panes = "C2" if sheet.key == "items" else "B2"


def _choices(page: Any, letter: str, listed: str) -> None:
    words = ",".join(values[0] for values in vocabulary().lists[listed].values.values())
    # Excel takes at most 255 characters of choices; a longer list is told on the sheet of explanations only.
    if len(words) <= 255:
        choice = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=False)
        page.add_data_validation(choice)
        choice.add(f"{letter}2:{letter}{_LISTED_ROWS}")


# ---------------------------------------------------------------- quarantine and report


def write_quarantine(out: Path | IO[bytes], rows: Iterable[tuple[RawRow, str]]) -> None:
    """Rows as they were written, each with why it waits, in sheets that can be mended and uploaded again."""
    book = Workbook(write_only=True)
    pages: dict[tuple[str, tuple[str, ...]], Any] = {}
    for raw, why in rows:
        where = (raw.kind, raw.headings)
        if where not in pages:
            title = vocabulary().sheets[raw.kind].title
            number = sum(kind == raw.kind for kind, _ in pages)
            page = book.create_sheet(f"{title}{number + 1}" if number else title)
            page.freeze_panes = "A2"
            page.append([text_cell(page, one) for one in (*raw.headings, *OUR_REMARKS)])
            pages[where] = page
        page = pages[where]
        cells = [*raw.cells, *[""] * (len(raw.headings) - len(raw.cells))]
        spot = f"{raw.spot.file}“{raw.spot.sheet}”第 {raw.spot.row} 行"
        page.append([text_cell(page, one) if one else None for one in (*cells, spot, why)])
    if not pages:
        book.create_sheet("没有暂存的行")
    book.save(out)


_OUTCOMES = {
    "added": "新增",
    "changed": "变更",
    "unchanged": "不变",
    "cancelled": "取消",
    "quarantined": "暂存",
}


def write_report(
    out: Path | IO[bytes],
    counts: Sequence[tuple[str, str]],
    lines: Iterable[tuple[str, str, str, Sequence[Change], Sequence[str]]],
) -> None:
    """The report of a run: its figures, and every item that is not unchanged with what differs or why it waits.

    Each line is (outcome, key, name, changes, troubles as said).
    """
    book = Workbook(write_only=True)
    page = book.create_sheet("汇总")
    for name, value in counts:
        page.append([text_cell(page, name), text_cell(page, value)])
    page = book.create_sheet("逐项")
    page.freeze_panes = "A2"
    titles = ("结果", "事项键", "事项名称", "要素", "原来", "现在", "问题")
    page.append([text_cell(page, one) for one in titles])
    for outcome, key, name, changed, troubles in lines:
        start = (_OUTCOMES.get(outcome, outcome), key, name)
        for one in changed:
            page.append([text_cell(page, cell) for cell in (*start, one.where, one.before, one.after, "")])
        for said in troubles:
            page.append([text_cell(page, cell) for cell in (*start, "", "", "", said)])
        if not changed and not troubles:
            page.append([text_cell(page, cell) for cell in (*start, "", "", "", "")])
    book.save(out)
