"""Ids for the parts of decision tables, without which modellers do not show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from bancheng.core.rules.decisions import (
    Boxed,
    BoxedContext,
    Decision,
    DecisionTable,
    FunctionDefinition,
    InputClause,
    Invocation,
    KnowledgeModel,
    Model,
    TableRow,
)

_T = TypeVar("_T", bound=msgspec.Struct)


def with_table_ids(model: Model) -> Model:
    """The model with an id for each table, clause, rule and output that has none."""
    return msgspec.structs.replace(
        model,
        decisions=tuple(_decision(one) for one in model.decisions),
        knowledge=tuple(_knowledge(one) for one in model.knowledge),
    )


def _decision(one: Decision) -> Decision:
    if one.expression is None:
        return one
    return msgspec.structs.replace(one, expression=_box(one.expression, f"{one.id}_"))


def _knowledge(one: KnowledgeModel) -> KnowledgeModel:
    if one.function is None:
        return one
    return msgspec.structs.replace(one, function=_box(one.function, f"{one.id}_"))


def _box(box: Boxed, prefix: str) -> Boxed:
    """A box and what lies directly in contexts, functions and invocations; tables stand nowhere else in practice."""
    replace = msgspec.structs.replace
    if isinstance(box, DecisionTable):
        return _table(box, prefix)
    if isinstance(box, FunctionDefinition) and box.body is not None:
        return replace(box, body=_box(box.body, f"{prefix}body_"))
    if isinstance(box, Invocation):
        return replace(box, function=_box(box.function, f"{prefix}function_"))
    if isinstance(box, BoxedContext):
        entries = tuple(
            replace(entry, value=_box(entry.value, f"{prefix}entry{number}_"))
            for number, entry in enumerate(box.entries, 1)
        )
        return replace(box, entries=entries)
    return box


def _table(table: DecisionTable, prefix: str) -> DecisionTable:
    replace = msgspec.structs.replace

    def named(parts: tuple[_T, ...], word: str, more: Callable[[_T, str], _T]) -> tuple[_T, ...]:
        return tuple(
            more(_own(one, f"{prefix}{word}{at}"), f"{prefix}{word}{at}_") for at, one in enumerate(parts, 1)
        )

    def told(clause: InputClause, start: str) -> InputClause:
        return replace(clause, expression=_own(clause.expression, f"{start}expression"))

    def yielding(row: TableRow, start: str) -> TableRow:
        return replace(
            row, outputs=tuple(_own(one, f"{start}output{at}") for at, one in enumerate(row.outputs, 1))
        )

    table = _own(table, f"{prefix}table")
    return replace(
        table,
        inputs=named(table.inputs, "input", told),
        outputs=named(table.outputs, "output", lambda one, _: one),
        rows=named(table.rows, "rule", yielding),
    )


def _own(one: _T, made: str) -> _T:
    return one if getattr(one, "id", "") else msgspec.structs.replace(one, id=made)
