"""Decision tables as officials write them in Excel → a decision model. One sheet is one table.

The first column says what a row is: 命中规则, 说明, 栏目 (条件, 结果, 依据 or 备注 for each column), 名称, and where
wanted 类型, 可选值 and 默认; below them every row is a rule. Merged cells hold for each cell they cover. A condition
called like another sheet is what that table decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from openpyxl.utils import get_column_letter

from bancheng.connect.dmn._cells import FORMS, KINDS, Unclear, condition, result, values
from bancheng.connect.tables import open_workbook
from bancheng.core.kernel import Place, Problem, Problems, ProblemsFound
from bancheng.core.rules.decisions import (
    Aggregation,
    Decision,
    DecisionTable,
    HitPolicy,
    InputClause,
    InputData,
    LiteralExpression,
    Model,
    OutputClause,
    Requirement,
    RequirementKind,
    TableRow,
    Text,
    Variable,
)

POLICIES: Final[dict[str, tuple[HitPolicy, Aggregation | None]]] = {
    "唯一": (HitPolicy.UNIQUE, None),
    "任一": (HitPolicy.ANY, None),
    "优先": (HitPolicy.PRIORITY, None),
    "首个": (HitPolicy.FIRST, None),
    "按行": (HitPolicy.RULE_ORDER, None),
    "按结果": (HitPolicy.OUTPUT_ORDER, None),
    "汇集": (HitPolicy.COLLECT, None),
    "求和": (HitPolicy.COLLECT, Aggregation.SUM),
    "计数": (HitPolicy.COLLECT, Aggregation.COUNT),
    "最小": (HitPolicy.COLLECT, Aggregation.MIN),
    "最大": (HitPolicy.COLLECT, Aggregation.MAX),
}
LETTERS: Final = dict(zip(("U", "A", "P", "F", "R", "O", "C", "C+", "C#", "C<", "C>"), POLICIES, strict=True))
HEADS: Final = ("命中规则", "说明", "栏目", "名称", "类型", "可选值", "默认")
ROLES: Final = ("条件", "结果", "依据", "备注")

Grid = Mapping[tuple[int, int], object]
"Row and column from 1 → what is written there, merged cells filled."


def read_excel(path: Path, name: str = "") -> tuple[Model | None, tuple[Problem, ...]]:
    """The model of a workbook and what is wrong with it, by cell."""
    problems = Problems()
    file = name or path.name
    try:
        workbook = open_workbook(path, file)
    except ProblemsFound as found:
        return None, found.problems
    sheets = [_Sheet(sheet, file, problems) for sheet in workbook.worksheets if sheet.max_row > 1]
    tables = {sheet.title: table for sheet in sheets if (table := sheet.table()) is not None}
    if not sheets:
        problems.add("excel-empty", "工作簿里没有表。", Place(file), "见“决策表的 Excel 写法”")
    if len(problems):
        return None, problems.found()
    return _model(path.stem, tables, {sheet.title: sheet.said("说明") for sheet in sheets}), ()


class _Sheet:
    def __init__(self, sheet: Any, file: str, problems: Problems) -> None:
        self.title, self._file, self._problems = str(sheet.title).strip(), file, problems
        self._grid = _filled(sheet)
        self._rows, self._columns = sheet.max_row, sheet.max_column
        self._heads: dict[str, int] = {}
        for row in range(1, self._rows + 1):
            head = self._text(row, 1)
            if head in HEADS:
                self._heads.setdefault(head, row)

    # ------------------------------------------------------------- reading cells

    def _text(self, row: int, column: int) -> str:
        value = self._grid.get((row, column))
        return "" if value is None else str(value).strip()

    def said(self, head: str) -> str:
        row = self._heads.get(head)
        return "" if row is None else self._text(row, 2)

    def _report(self, row: int, column: int, message: str, suggestion: str = "") -> None:
        place = Place(self._file, row, column, f"{self.title}!{get_column_letter(column)}{row}")
        self._problems.add("excel-cell", message, place, suggestion)

    # ------------------------------------------------------------- the table

    def table(self) -> DecisionTable | None:
        before = len(self._problems)
        roles, names = self._heads.get("栏目"), self._heads.get("名称")
        if roles is None or names is None:
            self._report(1, 1, f"表“{self.title}”缺少“栏目”行或“名称”行。", "第一列写：命中规则、栏目、名称")
            return None
        columns = {
            role: [at for at in range(2, self._columns + 1) if self._text(roles, at) == role]
            for role in ROLES
        }
        for at in range(2, self._columns + 1):
            if self._text(roles, at) not in {*ROLES, ""}:
                self._report(
                    roles, at, f"没有叫“{self._text(roles, at)}”的栏目。", f"可用：{'、'.join(ROLES)}"
                )
            elif self._text(roles, at) and not self._text(names, at):
                self._report(names, at, "这一列没有名称。", "在“名称”行写上")
        if not columns["结果"]:
            self._report(roles, 1, "没有结果列。", "在“栏目”行写上：结果")
        policy, aggregation = self._policy()
        notes = sorted((*columns["依据"], *columns["备注"]))
        inputs = tuple(self._input(at, names) for at in columns["条件"])
        outputs = tuple(self._output(at, names) for at in columns["结果"])
        rows = tuple(self._row(number, columns, notes) for number in self._rules())
        if len(self._problems) > before:
            return None
        return DecisionTable(
            inputs=inputs,
            outputs=outputs,
            rows=rows,
            policy=policy,
            aggregation=aggregation,
            annotations=tuple(
                "依据" if self._text(roles, at) == "依据" else self._text(names, at) for at in notes
            ),
        )

    def _policy(self) -> tuple[HitPolicy, Aggregation | None]:
        written = self.said("命中规则") or "唯一"
        found = POLICIES.get(LETTERS.get(written.upper(), written))
        if found is None:
            known = "、".join(f"{word}（{letter}）" for letter, word in LETTERS.items())
            self._report(self._heads["命中规则"], 2, f"没有叫“{written}”的命中规则。", f"可用：{known}")
        return found or (HitPolicy.UNIQUE, None)

    def _kind(self, column: int) -> str:
        row = self._heads.get("类型")
        word = "" if row is None else self._text(row, column)
        if word not in KINDS:
            self._report(
                row or 1, column, f"没有叫“{word}”的类型。", f"可用：{'、'.join(filter(None, KINDS))}"
            )
        return KINDS.get(word, "")

    def _listed(self, column: int) -> Text | None:
        row = self._heads.get("可选值")
        if row is None or not self._text(row, column):
            return None
        return Text(self._read(row, column, lambda raw: values(raw, self._kind(column))))

    def _read(self, row: int, column: int, read: Callable[[object], str]) -> str:
        raw = self._grid.get((row, column))
        if isinstance(raw, _Formula):
            self._report(row, column, "这里是公式，不是值。", "复制后选择性粘贴为值")
            return "null"
        try:
            return read(raw)
        except Unclear as unclear:
            self._report(row, column, f"看不懂“{raw}”：{unclear}", FORMS)
            return "null"

    def _input(self, at: int, names: int) -> InputClause:
        name = " ".join(self._text(names, at).split())
        return InputClause(
            expression=LiteralExpression(text=Text(name), type=self._kind(at)),
            values=self._listed(at),
            label=name,
        )

    def _output(self, at: int, names: int) -> OutputClause:
        row, kind = self._heads.get("默认"), self._kind(at)
        default = None
        if row is not None and self._text(row, at):
            default = LiteralExpression(text=Text(self._read(row, at, lambda raw: result(raw, kind))))
        name = " ".join(self._text(names, at).split())
        return OutputClause(name=name, type=kind, values=self._listed(at), default=default)

    def _rules(self) -> Iterator[int]:
        start = max(self._heads.values()) + 1
        for row in range(start, self._rows + 1):
            if any(self._text(row, column) for column in range(2, self._columns + 1)):
                yield row

    def _row(self, row: int, columns: dict[str, list[int]], notes: list[int]) -> TableRow:
        inputs = tuple(self._cell(row, at, condition) for at in columns["条件"])
        outputs = tuple(LiteralExpression(text=self._cell(row, at, result)) for at in columns["结果"])
        return TableRow(inputs=inputs, outputs=outputs, notes=tuple(self._text(row, at) for at in notes))

    def _cell(self, row: int, column: int, read: Callable[[object, str], str]) -> Text:
        kind = self._kind(column)
        return Text(self._read(row, column, lambda raw: read(raw, kind)), row)


class _Formula(str):
    """What a formula cell holds."""

    __slots__ = ()


def _filled(sheet: Any) -> Grid:
    grid: dict[tuple[int, int], object] = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                formula = cell.data_type == "f"
                grid[cell.row, cell.column] = _Formula(cell.value) if formula else cell.value
    for span in sheet.merged_cells.ranges:
        value = grid.get((span.min_row, span.min_col))
        if value is not None:
            for row in range(span.min_row, span.max_row + 1):
                for column in range(span.min_col, span.max_col + 1):
                    grid[row, column] = value
    return grid


def _model(name: str, tables: Mapping[str, DecisionTable], told: Mapping[str, str]) -> Model:
    decided = {title: f"decision_{number}" for number, title in enumerate(tables, 1)}
    inputs: dict[str, InputData] = {}
    decisions = []
    for title, table in tables.items():
        needs = []
        for clause in table.inputs:
            column = clause.label
            if column in decided and column != title:
                needs.append(Requirement(kind=RequirementKind.DECISION, href=decided[column]))
                continue
            if column not in inputs:
                variable = Variable(name=column, type=clause.expression.type)
                inputs[column] = InputData(id=f"input_{len(inputs) + 1}", name=column, variable=variable)
            needs.append(Requirement(kind=RequirementKind.INPUT, href=inputs[column].id))
        decisions.append(
            Decision(
                id=decided[title],
                name=title,
                description=told.get(title, ""),
                variable=Variable(name=title),
                expression=table,
                requirements=tuple(dict.fromkeys(needs)),
            )
        )
    return Model(
        name=name,
        namespace=f"urn:bancheng:table:{name}",
        id="model",
        inputs=tuple(inputs.values()),
        decisions=tuple(decisions),
    )
