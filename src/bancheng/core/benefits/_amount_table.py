"""金额表: an amount by steps, written as a decision table and read as one formula.

A row holds where every cell holds; the first that holds counts, and `check_amount_table` finds rows that contradict one
another and cases that no row covers before anybody is paid by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from bancheng.core.benefits._entitlements import Entitlement
from bancheng.core.kernel import Place, Problem, Problems, Record, Severity
from bancheng.core.rules import Expr, RuleSyntaxError, Value, evaluate, nodes, parse, to_text
from bancheng.core.rules.decisions import (
    DecisionTable,
    FindingKind,
    HitPolicy,
    InputClause,
    LiteralExpression,
    OutputClause,
    TableRow,
    Text,
    check_table,
)

ANY = "-"
"""A cell that everything meets, as the standard writes it."""


class AmountRow(Record):
    """One step: a cell for each column (FEEL unary tests: ``[80..90)``, ``>= 100``, ``"A", "B"``; ``-`` for any), and
    the amount in yuan as FEEL."""

    cells: tuple[str, ...]
    amount: str


class AmountTable(Record):
    """What is looked at (FEEL over facts: ``age(person.birth, today())``), and the steps."""

    columns: tuple[str, ...]
    rows: tuple[AmountRow, ...]


def formula_of(table: AmountTable) -> str:
    """The table as one formula: ``if … then … else if … then … else null``."""
    said = "null"
    for row in reversed(table.rows):
        tests = [
            _test(column, cell)
            for column, cell in zip(table.columns, row.cells, strict=True)
            if cell not in {"", ANY}
        ]
        said = f"if {' and '.join(tests) or 'true'} then {row.amount} else {said}"
    return said


def _test(column: str, cell: str) -> str:
    inside = cell.strip()
    if inside.startswith("not(") and inside.endswith(")"):
        return f"not(({column}) in ({inside[4:-1]}))"
    return f"(({column}) in ({inside}))"


def decision_table(
    table: AmountTable, rule: Entitlement | None = None, known: Mapping[str, Value] | None = None
) -> DecisionTable:
    """The table as DMN has it. With the `rule` it belongs to, columns are limited to what its conditions let through;
    `known`: values of the parameters they name."""
    limits = _limits(rule, known or {}) if rule is not None else {}
    return DecisionTable(
        inputs=tuple(
            InputClause(
                expression=LiteralExpression(text=Text(text=column)),
                values=Text(text=limits[_plain(column)]) if _plain(column) in limits else None,
            )
            for column in table.columns
        ),
        outputs=(OutputClause(name="amount", type="number", label="金额"),),
        rows=tuple(
            TableRow(
                inputs=tuple(Text(text=cell or ANY) for cell in row.cells),
                outputs=(LiteralExpression(text=Text(text=row.amount)),),
            )
            for row in table.rows
        ),
        policy=HitPolicy.UNIQUE,
    )


def check_amount_table(
    table: AmountTable, rule: Entitlement, known: Mapping[str, Value], place: Place
) -> tuple[Problem, ...]:
    """What is wrong with the table of a rule: cells that cannot be read; then gaps among whoever meets its conditions,
    rows that contradict one another or are never reached, each with an example. Gaps are warnings: whoever falls into
    one is found entitled without an amount."""
    found = Problems()
    for at, column in enumerate(table.columns):
        _readable(column, f"第 {at + 1} 列“{column}”", place, found)
    for at, row in enumerate(table.rows, 1):
        for column, cell in zip(table.columns, row.cells, strict=True):
            if cell not in {"", ANY}:
                _readable(_test("x", cell), f"第 {at} 行“{column}”写的“{cell}”", place, found)
        _readable(row.amount or "?", f"第 {at} 行的金额“{row.amount}”", place, found)
    if found.found():
        return found.found()
    whole = [column for column in table.columns if column.strip().startswith("age(")]
    for one in check_table(decision_table(table, rule, known), whole=whole):
        gap = one.kind in {FindingKind.GAP, FindingKind.UNCHECKED}
        advice = (
            "这样的人符合条件却算不出金额；补一行，或者在条件里排除。" if one.kind is FindingKind.GAP else ""
        )
        severity = Severity.WARNING if gap else Severity.ERROR
        found.add(f"amount-{one.kind.value}", one.message, place, advice, severity)
    return found.found()


def _readable(text: str, what: str, place: Place, found: Problems) -> None:
    try:
        parse(text)
    except RuleSyntaxError as error:
        first = error.problems[0]
        found.add(
            "amount-cell",
            f"{what}读不懂。",
            place,
            first.suggestion or "格子里写 [80..90)、>= 100、是就写 true。",
        )


def _plain(column: str) -> str:
    try:
        return to_text(parse(column))
    except RuleSyntaxError:
        return column


# ------------------------------------------------------------------------------------- what the conditions let through

_LOWER, _UPPER = {">": False, ">=": True}, {"<": False, "<=": True}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _limits(rule: Entitlement, known: Mapping[str, Value]) -> dict[str, str]:
    """Expression → the range in which it lies for whoever meets all conditions, where they compare it with numbers."""
    low, high = dict[str, tuple[Decimal, bool]](), dict[str, tuple[Decimal, bool]]()
    for atom in _conjuncts(rule):
        for left, op, right in (
            (atom.left, atom.op, atom.right),
            (atom.right, _TURNED.get(atom.op, ""), atom.left),
        ):
            bound = _number(right, known)
            if bound is None or op not in _LOWER | _UPPER:
                continue
            said = to_text(left)
            if op in _LOWER:
                low[said] = max(low.get(said, (bound, _LOWER[op])), (bound, _LOWER[op]), key=_later)
            else:
                high[said] = min(high.get(said, (bound, _UPPER[op])), (bound, _UPPER[op]), key=_earlier)
    return {said: _range(low.get(said), high.get(said)) for said in low | high}


def _later(bound: tuple[Decimal, bool]) -> tuple[Decimal, bool]:
    return bound[0], not bound[1]


def _earlier(bound: tuple[Decimal, bool]) -> tuple[Decimal, bool]:
    return bound


def _range(low: tuple[Decimal, bool] | None, high: tuple[Decimal, bool] | None) -> str:
    if low is None or high is None:
        bound, closed = low or high or (Decimal(0), True)
        sign = (">" if low is not None else "<") + ("=" if closed else "")
        return f"{sign} {bound:f}"
    return f"{'[' if low[1] else '('}{low[0]:f}..{high[0]:f}{']' if high[1] else ')'}"


def _conjuncts(rule: Entitlement) -> Iterable[nodes.Compare]:
    for condition in rule.conditions:
        try:
            parts: list[Expr] = [parse(condition.when)]
        except RuleSyntaxError:
            continue
        while parts:
            one = parts.pop()
            if isinstance(one, nodes.And):
                parts += one.operands
            elif isinstance(one, nodes.Compare):
                yield one


def _number(expr: Expr, known: Mapping[str, Value]) -> Decimal | None:
    value = evaluate(expr, known, today=dt.date.min)
    return value if isinstance(value, Decimal) else None
