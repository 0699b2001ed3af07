"""Decision tables of a model → a workbook that is read back as the same tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from bancheng.connect.dmn._cells import FEEL, KINDS, Unclear, condition, result, values
from bancheng.connect.dmn._excel import POLICIES
from bancheng.core.rules.decisions import Decision, DecisionTable, LiteralExpression, Model, Text

_WORDS: Final = {kind: word for word, kind in KINDS.items()}
_POLICY_WORDS: Final = {policy: word for word, policy in POLICIES.items()}
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_NO_TITLE: Final = re.compile(r"[\\/*?:\[\]]")


def write_excel(model: Model) -> bytes:
    """A workbook with one sheet for each decision that is a table; other logic has no place in one.

    What a cell cannot say in the words of the form stands as ``FEEL: …``.

    Raises:
        ValueError: the model has no decision table.
    """
    workbook = Workbook()
    for blank in tuple(workbook.worksheets):
        workbook.remove(blank)
    for decision in model.decisions:
        if isinstance(decision.expression, DecisionTable):
            _sheet(
                workbook.create_sheet(_NO_TITLE.sub("_", decision.name)[:31]), decision, decision.expression
            )
    if not workbook.worksheets:
        raise ValueError("the model has no decision table")
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _sheet(sheet: Any, decision: Decision, table: DecisionTable) -> None:
    kinds = [one.expression.type for one in table.inputs] + [one.type for one in table.outputs]
    roles = ["条件"] * len(table.inputs) + ["结果"] * len(table.outputs)
    roles += ["依据" if name == "依据" else "备注" for name in table.annotations]
    names = [_text(one.expression) for one in table.inputs]
    names += [one.name or decision.name for one in table.outputs]
    rows: list[list[object]] = [
        ["命中规则", _POLICY_WORDS[table.policy, table.aggregation]],
        ["栏目", *roles],
        ["名称", *names, *table.annotations],
    ]
    if decision.description:
        rows.insert(1, ["说明", decision.description])
    if any(kinds):
        rows.append(["类型", *(_WORDS.get(kind, "") for kind in kinds)])
    rows.extend(_optional_rows(table, kinds))
    for number, row in enumerate(table.rows, 1):
        inputs = [_condition(cell.text, kind) for cell, kind in zip(row.inputs, kinds, strict=False)]
        outputs = [_result(cell, kind) for cell, kind in zip(row.outputs, kinds[len(inputs) :], strict=False)]
        rows.append([number, *inputs, *outputs, *row.notes])
    for line in rows:
        sheet.append([None if cell == "" else cell for cell in line])
    _dress(sheet, len(rows) - len(table.rows), 1 + len(roles))


def _optional_rows(table: DecisionTable, kinds: list[str]) -> Iterator[list[object]]:
    texts = [*(one.values for one in table.inputs), *(one.values for one in table.outputs)]
    listed = ["" if text is None else _values(text, kind) for text, kind in zip(texts, kinds, strict=True)]
    if any(listed):
        yield ["可选值", *listed]
    defaults = [
        "" if clause.default is None else _result(clause.default, clause.type) for clause in table.outputs
    ]
    if any(one != "" for one in defaults):
        yield ["默认", *([""] * len(table.inputs)), *defaults]


def _dress(sheet: Any, heads: int, columns: int) -> None:
    for row in sheet.iter_rows(min_row=1, max_row=heads, max_col=columns):
        for cell in row:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="FFEFF3F8")
    for at in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(at)].width = 10 if at == 1 else 20
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = sheet.cell(heads + 1, 2)


# ------------------------------------------------------------- cells


def _text(cell: LiteralExpression) -> str:
    return "" if cell.text is None else cell.text.text


def _condition(feel: str, kind: str) -> object:
    for said in _ways(feel):
        try:
            if condition(said, kind) == feel:
                return said
        except Unclear:
            continue
    return f"{FEEL} {feel}"


def _result(cell: LiteralExpression, kind: str) -> object:
    feel = _text(cell)
    for said in _ways(feel):
        try:
            if result(said, kind) == feel:
                return said
        except Unclear:
            continue
    return f"{FEEL} {feel}" if feel else ""


def _values(listed: Text, kind: str) -> str:
    said = "、".join(_plain_texts(listed.text)) or listed.text.replace(", ", "、")
    try:
        return said if values(said, kind) == listed.text else listed.text
    except Unclear:
        return listed.text


def _ways(feel: str) -> Iterable[object]:
    """How a cell might be said in the form's words; whoever uses one makes sure that it means the same."""
    yield from {"-": ("不限",), "true": ("是",), "false": ("否",), "null": ("空",)}.get(feel, ())
    if re.fullmatch(r"-?\d+(\.\d+)?", feel):
        number = Decimal(feel)
        yield int(number) if number == number.to_integral_value() else float(number)
    if match := re.fullmatch(r'date\("(\d{4}-\d\d-\d\d)"\)', feel):
        try:
            yield dt.date.fromisoformat(match[1])
        except ValueError:
            return
    if match := re.fullmatch(r"(<=|>=|<|>|!=) ?(.+)", feel):
        day = re.fullmatch(r'date\("(.+)"\)', match[2])
        yield f"{match[1]}{day[1] if day else match[2]}"
    if feel[:1] in {"[", "("}:
        yield feel
        yield re.sub(r'date\("([^"]+)"\)', r"\1", feel)
    inner = re.fullmatch(r"not\((.+)\)", feel)
    texts = _plain_texts(inner[1] if inner else feel)
    if texts:
        yield ("不是" if inner else "") + "、".join(texts)


def _plain_texts(feel: str) -> list[str]:
    """The texts of a list of string literals; none when it is anything else."""
    found: list[str] = _QUOTED.findall(feel)
    return found if ", ".join(f'"{one}"' for one in found) == feel else []
