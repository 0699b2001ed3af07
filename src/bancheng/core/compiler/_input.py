"""Reading what people type: text into values of elements, with every problem at once, and back into words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from bancheng.core.catalogue import ElementKind, SampleAnswer
from bancheng.core.compiler._feel import truth
from bancheng.core.compiler._types import GuidedQuestion, MergedField
from bancheng.core.evidence import Cell, Row, Value
from bancheng.core.kernel import (
    Place,
    Problem,
    check_credit_code,
    check_id_number,
    check_name,
    check_phone,
    chinese_date,
    format_yuan,
    normalise_code,
    normalise_id_number,
    normalise_name,
    normalise_phone,
)
from bancheng.core.kernel import fen as to_fen

Asked = MergedField | GuidedQuestion
Stored: TypeAlias = str | bool | list[str] | list[dict[str, str | bool | list[str]]] | None
"A value as JSON keeps it."
MOST_ROWS = 60
"Rows of a list whose element sets no bound."
_TRUE, _FALSE = {"true", "是", "1", "yes"}, {"false", "否", "0", "no"}
_NUMERIC = {ElementKind.INTEGER, ElementKind.DECIMAL, ElementKind.MONEY}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class _Bad(Exception):
    """What is wrong with one value, in the reader's words."""


def read_form(
    asked: Iterable[Asked], raw: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Value | None], tuple[Problem, ...]]:
    """Values of all asked elements that `raw` speaks of, and every problem, placed by element key.

    `raw` maps an element key to what was sent for it: one text, or several for a choice of many. An empty text is None:
    the person cleared the field. A value with a problem is left out.

    For a list of records `raw` says under the element's key how many rows there are (``["2"]``), and holds each cell
    under ``element.row.column`` (``household.0.member_name``); so are the problems of cells placed. Rows without any
    cell filled are left out, cells with a problem are None.
    """
    values: dict[str, Value | None] = {}
    problems: list[Problem] = []
    for one in asked:
        if one.element not in raw:
            continue
        if isinstance(one, MergedField) and one.kind is ElementKind.RECORDS:
            rows, found = _read_rows(one, raw)
            values[one.element] = rows
            problems.extend(found)
            continue
        try:
            values[one.element] = _read(one, [text.strip() for text in raw[one.element]])
        except _Bad as bad:
            problems.append(Problem("value", str(bad), Place(path=one.element)))
    return values, tuple(problems)


def _read_rows(
    field: MergedField, raw: Mapping[str, Sequence[str]]
) -> tuple[tuple[Row, ...] | None, list[Problem]]:
    said = "".join(raw[field.element]).strip()
    if not said:
        # An empty list is an answer: there are none. Nothing at all takes the answer back.
        return () if raw[field.element] else None, []
    problems: list[Problem] = []
    most = most_rows(field)
    if not said.isdecimal() or int(said) > most:
        text = f"“{field.name}”最多填 {most} 行。"
        return None, [Problem("rows", text, Place(path=field.element))]
    rows: list[Row] = []
    for index in range(int(said)):
        row, found = read_row(field, raw, index)
        if found or any(cell is not None for cell in row.values()):
            rows.append(row)
            problems.extend(found)
    return tuple(rows), problems


def most_rows(field: MergedField) -> int:
    """How many rows a list may have."""
    return MOST_ROWS if field.max_rows is None else field.max_rows


def read_row(
    field: MergedField, raw: Mapping[str, Sequence[str]], index: int
) -> tuple[Row, tuple[Problem, ...]]:
    """One row of a list of records; every problem names its row and stands at ``element.row.column``."""
    prefix = f"{field.element}.{index}."
    own = {key.removeprefix(prefix): texts for key, texts in raw.items() if key.startswith(prefix)}
    values, problems = read_form(field.columns, own)
    row: Row = {column.element: _as_cell(values.get(column.element)) for column in field.columns}
    return row, tuple(
        Problem(
            one.code,
            f"第 {index + 1} 行：{one.message}",
            Place(path=f"{prefix}{one.place.path}"),
            one.suggestion,
        )
        for one in problems
    )


def _as_cell(value: Value | None) -> Cell:
    # a column is no list of records itself
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple) else value


def cell_conditions(
    column: MergedField, row: Mapping[str, object], facts: Mapping[str, object], today: date | None = None
) -> tuple[bool | None, bool | None]:
    """Whether this cell is shown, and whether it must be filled; None while an answer is missing."""
    told = {**facts, **{key: value for key, value in row.items() if value is not None}}
    return truth(column.visible, told, today), truth(column.required, told, today)


def lacking_cells(
    field: MergedField, rows: Sequence[Row], facts: Mapping[str, object], today: date | None = None
) -> tuple[Problem, ...]:
    """What is still missing in a list of records: rows, and cells that must be filled, each at its place."""
    problems: list[Problem] = []
    name = field.row_name or field.name
    if len(rows) < (field.min_rows or 0):
        text = f"“{field.name}”至少填 {field.min_rows} 行，现在有 {len(rows)} 行。"
        problems.append(Problem("rows", text, Place(path=field.element)))
    if field.max_rows is not None and len(rows) > field.max_rows:
        text = f"“{field.name}”最多填 {field.max_rows} 行，现在有 {len(rows)} 行。"
        problems.append(Problem("rows", text, Place(path=field.element)))
    for index, row in enumerate(rows):
        for column in field.columns:
            shown, required = cell_conditions(column, row, facts, today)
            if shown and required and row.get(column.element) is None:
                text = f"{name}第 {index + 1} 行：请填写“{column.name}”。"
                problems.append(
                    Problem("field", text, Place(path=f"{field.element}.{index}.{column.element}"))
                )
    return tuple(problems)


def _read(asked: Asked, texts: Sequence[str]) -> Value | None:
    filled = [text for text in texts if text]
    if not filled:
        return None
    if asked.kind is ElementKind.MULTI_CHOICE:
        return tuple(_choice(asked, text) for text in filled)
    text = filled[0]
    if asked.kind is ElementKind.BOOLEAN:
        return _boolean(asked, text)
    if asked.kind is ElementKind.CHOICE:
        return _choice(asked, text)
    if asked.kind in _NUMERIC:
        return _number(asked, text)
    if asked.kind is ElementKind.DATE:
        return _date(asked, text)
    return _text(asked, text)


def _label(asked: Asked) -> str:
    return asked.name if isinstance(asked, MergedField) else asked.text


def _boolean(asked: Asked, text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise _Bad(f"“{_label(asked)}”请选择“是”或“否”。")


def _choice(asked: Asked, text: str) -> str:
    options = asked.codes if isinstance(asked, MergedField) else asked.options
    if options and text not in {option.value for option in options}:
        raise _Bad(f"“{_label(asked)}”请从列出的选项中选择。")
    return text


def _number(asked: Asked, text: str) -> Decimal | int:
    plain = (
        text.translate(str.maketrans("０１２３４５６７８９．－", "0123456789.-"))
        .replace(",", "")
        .replace("，", "")
    )
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise _Bad(f"“{_label(asked)}”请填写数字，例如 120。") from None
    if not number.is_finite():
        raise _Bad(f"“{_label(asked)}”请填写数字，例如 120。")
    if asked.kind is ElementKind.INTEGER and number != number.to_integral_value():
        raise _Bad(f"“{_label(asked)}”请填写整数。")
    if asked.kind is ElementKind.MONEY and number != number.quantize(Decimal("0.01")):
        raise _Bad(f"“{_label(asked)}”金额最多两位小数。")
    if isinstance(asked, MergedField):
        _within(asked, number)
    return int(number) if asked.kind is ElementKind.INTEGER else number


def _within(field: MergedField, number: Decimal) -> None:
    unit = field.unit
    if field.minimum is not None and number < field.minimum:
        raise _Bad(f"“{field.name}”不能小于 {field.minimum:f}{unit}。")
    if field.maximum is not None and number > field.maximum:
        raise _Bad(f"“{field.name}”不能大于 {field.maximum:f}{unit}。")


def _date(asked: Asked, text: str) -> date:
    numbers = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", text)
    year, month, day = (int(number) for number in numbers.groups()) if numbers else (0, 0, 0)
    try:
        return date(year, month, day)
    except ValueError:
        raise _Bad(f"“{_label(asked)}”请填写真实的日期，例如 2026-03-19。") from None


_CHECKS = {
    ElementKind.NAME: (normalise_name, check_name),
    ElementKind.ID_NUMBER: (normalise_id_number, check_id_number),
    ElementKind.CREDIT_CODE: (normalise_code, check_credit_code),
    ElementKind.PHONE: (normalise_phone, check_phone),
}


def _text(asked: Asked, text: str) -> str:
    if asked.kind in _CHECKS:
        normalise, check = _CHECKS[asked.kind]
        text = normalise(text)
        problem = check(text)
        if problem is not None:
            raise _Bad(f"{problem.message}{problem.suggestion}")
    if asked.kind is ElementKind.EMAIL and not _EMAIL.fullmatch(text):
        raise _Bad(f"“{_label(asked)}”请填写完整的电子邮箱，例如 name@example.cn。")
    if isinstance(asked, MergedField):
        if asked.max_length is not None and len(text) > asked.max_length:
            raise _Bad(f"“{asked.name}”最多 {asked.max_length} 个字，现在有 {len(text)} 个。")
        if asked.pattern and not re.fullmatch(asked.pattern, text):
            raise _Bad(f"“{asked.name}”的格式不对。{asked.hint}")
    return text


def to_stored(value: Value | None) -> Stored:
    """A value as JSON keeps it: numbers and dates as text, so that nothing is rounded; a row as its filled cells."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, tuple):
        rows = [row for row in value if isinstance(row, dict)]
        if rows:
            return [
                {key: _stored_cell(cell) for key, cell in row.items() if cell is not None} for row in rows
            ]
        return [one for one in value if isinstance(one, str)]
    return value.isoformat() if isinstance(value, date) else str(value)


def _stored_cell(cell: Cell) -> str | bool | list[str]:
    if isinstance(cell, tuple):
        return list(cell)
    stored = to_stored(cell)
    return stored if isinstance(stored, str | bool) else ""


_NO_KINDS: Mapping[str, ElementKind] = {}


def from_stored(
    kind: ElementKind, stored: Stored | Sequence[object], kinds: Mapping[str, ElementKind] = _NO_KINDS
) -> Value | None:
    """The inverse of `to_stored` for an element of `kind`; `kinds` are those of its columns, where it has any."""
    if stored is None or isinstance(stored, bool):
        return stored
    if kind is ElementKind.RECORDS:
        rows = () if isinstance(stored, str) else stored
        return tuple(_from_row(row, kinds) for row in rows if isinstance(row, Mapping))
    if not isinstance(stored, str):
        return tuple(str(one) for one in stored)
    if kind is ElementKind.INTEGER:
        return int(stored)
    if kind in _NUMERIC:
        return Decimal(stored)
    if kind is ElementKind.DATE:
        return date.fromisoformat(stored)
    return stored


def _from_row(row: Mapping[str, Stored], kinds: Mapping[str, ElementKind]) -> Row:
    return {key: _as_cell(from_stored(kinds.get(key, ElementKind.TEXT), cell)) for key, cell in row.items()}


def sample_answer(value: Value) -> SampleAnswer | None:
    """A value as a sample person tells it; None for a choice of many, which samples do not have."""
    stored = to_stored(value)
    if not isinstance(stored, list):
        return stored
    rows = [row for row in stored if isinstance(row, dict)]
    return (
        tuple({key: cell for key, cell in row.items() if isinstance(cell, str | bool)} for row in rows)
        or None
    )


def stored_value(field: Asked, stored: Stored | Sequence[object]) -> Value | None:
    """`from_stored` for a question or field, whose columns are known."""
    return from_stored(field.kind, stored, field_kinds((field,)))


def field_kinds(fields: Iterable[Asked]) -> dict[str, ElementKind]:
    """The kind of every field and of every column of a list of records."""
    found: dict[str, ElementKind] = {}
    for one in fields:
        found[one.element] = one.kind
        found.update({column.element: column.kind for column in getattr(one, "columns", ())})
    return found


def show_rows(field: MergedField, value: Value | None) -> tuple[tuple[tuple[str, str], ...], ...]:
    """A list of records in words: for every row its filled cells as (name, text)."""
    if not isinstance(value, tuple):
        return ()
    rows = (row for row in value if isinstance(row, dict))
    return tuple(
        tuple(
            (column.name, show_value(column, row[column.element]))
            for column in field.columns
            if row.get(column.element) is not None
        )
        for row in rows
    )


def show_value(asked: Asked, value: Value | None) -> str:
    """A value in words, as a form or a paper shows it."""
    if value is None or value == "":
        return "未填写"
    if isinstance(asked, MergedField) and asked.kind is ElementKind.RECORDS:
        rows = show_rows(asked, value)
        return (
            "；".join(f"{index}. " + "，".join(text for _, text in row) for index, row in enumerate(rows, 1))
            or "没有"
        )
    if isinstance(value, bool):
        return "是" if value else "否"
    options = asked.codes if isinstance(asked, MergedField) else asked.options
    names = {option.value: option.label for option in options}
    if isinstance(value, tuple):
        return "、".join(names.get(part, part) for part in value if isinstance(part, str))
    if isinstance(value, date):
        return chinese_date(value)
    if isinstance(value, Decimal | int):
        if asked.kind is ElementKind.MONEY:
            return format_yuan(to_fen(Decimal(value)))
        unit = asked.unit if isinstance(asked, MergedField) else ""
        return f"{value:f} {unit}".strip() if isinstance(value, Decimal) else f"{value} {unit}".strip()
    return names.get(value, value)
