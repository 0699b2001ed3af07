"""Decision tables: rows matched cell by cell, and one result by hit policy (clause 8.2.10)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Final

from bancheng.core.rules._operators import arithmetic, compare, equal
from bancheng.core.rules._values import UNKNOWN, Mode, Value
from bancheng.core.rules.decisions._axes import value_words
from bancheng.core.rules.decisions._checks import Space
from bancheng.core.rules.decisions._compile import Compiler, Test
from bancheng.core.rules.decisions._frame import Frame
from bancheng.core.rules.decisions._model import (
    Aggregation,
    DecisionTable,
    HitPolicy,
    InputClause,
    TableRow,
    Text,
)
from bancheng.core.rules.decisions._trace import CellState, CellTrace, RowTrace, TableTrace
from bancheng.core.rules.decisions._unsettled import settle

BASIS: Final = ("依据", "法律依据", "政策依据", "文件依据", "条款", "legal reference", "legal basis", "basis")
"Names of a column of notes that holds the legal reference of a row."

Outputs = tuple[Value, ...]
"What one row yields, column by column."


def basis_of(table: DecisionTable, row: TableRow) -> str:
    """The legal reference of a row; empty where the table has no column for it."""
    for name, note in zip(table.annotations, row.notes, strict=False):
        if name.strip().lower() in BASIS:
            return note
    return ""


class Table:
    """A decision table made ready."""

    def __init__(self, compiler: Compiler, table: DecisionTable, names: frozenset[str]) -> None:
        self.table, self.name = table, compiler.where
        self._types = compiler.types
        self._space: Space | None = None
        self._inputs = tuple(compiler.box(one.expression, names) for one in table.inputs)
        seen = names | {"?"}
        self._legal: tuple[Test | None, ...] = tuple(
            compiler.tests(one.values, names) if one.values else None for one in table.inputs
        )
        self._rows = tuple(
            (
                tuple(compiler.tests(cell, seen) for cell in row.inputs),
                tuple(compiler.box(one, names) for one in row.outputs),
            )
            for row in table.rows
        )
        self._defaults = tuple(
            compiler.box(one.default, names) if one.default else None for one in table.outputs
        )
        self._orders = tuple(
            compiler.expression(_as_list(one.values), names) if one.values else None for one in table.outputs
        )

    # ------------------------------------------------------------- matching

    def run(self, frame: Frame) -> Value:
        """The result for the names in sight."""
        values = tuple(one(frame) for one in self._inputs)
        if not self._allowed(values, frame):
            return None
        if frame.setting.traces is not None:
            return self._traced(values, frame)
        certain: list[int] = []
        open_rows: list[int] = []
        ordered = self.table.policy is HitPolicy.FIRST
        for number, (cells, _) in enumerate(self._rows):
            state = self._matches(cells, values, frame)
            if state is True:
                certain.append(number)
                if ordered and not open_rows:
                    break
            elif state is UNKNOWN:
                open_rows.append(number)
        return self._result(certain, open_rows, values, frame)

    def _allowed(self, values: tuple[Value, ...], frame: Frame) -> bool:
        """A value outside the input values of its column is an error: the table yields null."""
        return all(
            test is None or value is None or test(value, frame) in {True, UNKNOWN}
            for test, value in zip(self._legal, values, strict=True)
        )

    def _matches(self, cells: tuple[Test, ...], values: tuple[Value, ...], frame: Frame) -> Value:
        result: Value = True
        for cell, value in zip(cells, values, strict=False):
            outcome = cell(value, frame)
            if outcome is UNKNOWN:
                result = UNKNOWN
            elif outcome is not True:
                return False
        return result

    def _traced(self, values: tuple[Value, ...], frame: Frame) -> Value:
        rows, certain, open_rows = [], [], []
        for number, (cells, outputs) in enumerate(self._rows):
            row = self.table.rows[number]
            states = tuple(_state(cell(value, frame)) for cell, value in zip(cells, values, strict=False))
            trace = RowTrace(
                number=number + 1,
                cells=tuple(
                    CellTrace(column=_column(clause), test=text.text, value=value_words(value), state=state)
                    for clause, text, value, state in zip(
                        self.table.inputs, row.inputs, values, states, strict=False
                    )
                ),
                output="，".join(value_words(one(frame)) for one in outputs),
                basis=basis_of(self.table, row),
            )
            rows.append(trace)
            if trace.state is CellState.HELD:
                certain.append(number)
            elif trace.state is CellState.UNKNOWN:
                open_rows.append(number)
        result = self._result(certain, open_rows, values, frame)
        if frame.setting.traces is not None:
            frame.setting.traces.append(
                TableTrace(
                    name=self.name,
                    policy=self.table.policy.value,
                    rows=tuple(rows),
                    result=value_words(result),
                )
            )
        return result

    # ------------------------------------------------------------- result

    def _result(
        self, certain: list[int], open_rows: list[int], values: tuple[Value, ...], frame: Frame
    ) -> Value:
        if open_rows and frame.setting.mode is Mode.ENTITLEMENT:
            return settle(
                self.table,
                certain,
                open_rows,
                lambda rows: self._settled(rows, frame),
                lambda row: self._outputs(row, frame),
                lambda: self._complete(open_rows, values),
            )
        return self._settled(certain, frame)

    def _complete(self, rows: list[int], values: tuple[Value, ...]) -> bool:
        """Whether the open rows together take every value that the unknown inputs may have."""
        if self._space is None:
            self._space = Space(self.table, self._types)
        return self._space.complete(rows, frozenset(at for at, one in enumerate(values) if one is UNKNOWN))

    def _settled(self, matched: list[int], frame: Frame) -> Value:
        """The result once it is known which rows match."""
        if not matched:
            return self._default(frame)
        return _POLICIES[self.table.policy](self, matched, frame)

    def _outputs(self, row: int, frame: Frame) -> Outputs:
        clauses, cells = self.table.outputs, self._rows[row][1]
        return tuple(
            self._types.coerce(cell(frame), clause.type) for clause, cell in zip(clauses, cells, strict=False)
        )

    def _shape(self, outputs: Outputs) -> Value:
        if len(self.table.outputs) == 1:
            return outputs[0] if outputs else None
        return {clause.name: value for clause, value in zip(self.table.outputs, outputs, strict=False)}

    def _default(self, frame: Frame) -> Value:
        if not any(self._defaults):
            counted = self.table.aggregation is Aggregation.COUNT
            return Decimal(0) if counted and self.table.policy is HitPolicy.COLLECT else None
        value = self._shape(tuple(None if one is None else one(frame) for one in self._defaults))
        listed = self.table.policy in _LISTS or (
            self.table.policy is HitPolicy.COLLECT and self.table.aggregation is None
        )
        return (value,) if listed and not isinstance(value, tuple) else value

    def unique(self, matched: list[int], frame: Frame) -> Value:
        return self._shape(self._outputs(matched[0], frame)) if len(matched) == 1 else None

    def first(self, matched: list[int], frame: Frame) -> Value:
        return self._shape(self._outputs(matched[0], frame))

    def any(self, matched: list[int], frame: Frame) -> Value:
        found = [self._outputs(row, frame) for row in matched]
        same = all(equal(found[0], one) is True for one in found[1:])
        return self._shape(found[0]) if same else None

    def priority(self, matched: list[int], frame: Frame) -> Value:
        return self._shape(self._by_priority(matched, frame)[0])

    def output_order(self, matched: list[int], frame: Frame) -> Value:
        return tuple(self._shape(one) for one in self._by_priority(matched, frame))

    def rule_order(self, matched: list[int], frame: Frame) -> Value:
        return tuple(self._shape(self._outputs(row, frame)) for row in matched)

    def collect(self, matched: list[int], frame: Frame) -> Value:
        found = [self._outputs(row, frame) for row in matched]
        aggregation = self.table.aggregation
        if aggregation is None:
            return tuple(self._shape(one) for one in found)
        if len(self.table.outputs) > 1 and aggregation is not Aggregation.COUNT:
            columns = zip(*found, strict=True)
            return self._shape(tuple(_FOLDS[aggregation](list(column)) for column in columns))
        return _FOLDS[aggregation]([one[0] for one in found])

    def _by_priority(self, matched: list[int], frame: Frame) -> list[Outputs]:
        orders = tuple(None if one is None else one(frame) for one in self._orders)
        found = [self._outputs(row, frame) for row in matched]
        return sorted(
            found, key=lambda outputs: tuple(_rank(*pair) for pair in zip(outputs, orders, strict=True))
        )


def _state(outcome: Value) -> CellState:
    if outcome is UNKNOWN:
        return CellState.UNKNOWN
    return CellState.HELD if outcome is True else CellState.FAILED


def _column(clause: InputClause) -> str:
    text = clause.expression.text
    return clause.label or ("" if text is None else text.text)


def _as_list(values: Text) -> Text:
    return Text(f"[{values.text}]", values.line)


def _rank(value: Value, order: Value) -> int:
    if not isinstance(order, tuple):
        return 0
    return next((at for at, one in enumerate(order) if equal(value, one) is True), len(order))


def _total(values: list[Value]) -> Value:
    total = values[0]
    for one in values[1:]:
        total = arithmetic("+", total, one)
    return total


def _extreme(op: str) -> Callable[[list[Value]], Value]:
    def order(left: Value, right: Value) -> int:
        return -1 if compare(op, left, right) is True else 1 if compare(op, right, left) is True else 0

    return lambda values: None if None in values else sorted(values, key=cmp_to_key(order))[0]


_FOLDS: Final[dict[Aggregation, Callable[[list[Value]], Value]]] = {
    Aggregation.SUM: _total,
    Aggregation.COUNT: lambda values: Decimal(len(values)),
    Aggregation.MIN: _extreme("<"),
    Aggregation.MAX: _extreme(">"),
}
_LISTS: Final = frozenset({HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER})
_POLICIES: Final[dict[HitPolicy, Callable[[Table, list[int], Frame], Value]]] = {
    HitPolicy.UNIQUE: Table.unique,
    HitPolicy.ANY: Table.any,
    HitPolicy.PRIORITY: Table.priority,
    HitPolicy.FIRST: Table.first,
    HitPolicy.RULE_ORDER: Table.rule_order,
    HitPolicy.OUTPUT_ORDER: Table.output_order,
    HitPolicy.COLLECT: Table.collect,
}
