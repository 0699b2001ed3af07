"""Small models made in code."""

from collections.abc import Iterable

from bancheng.core.rules.decisions import (
    Aggregation,
    Decision,
    Decisions,
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
    compile_model,
)


def literal(text: str) -> LiteralExpression:
    return LiteralExpression(text=Text(text))


def table(
    rows: Iterable[tuple[str, ...]],
    inputs: tuple[str, ...] = ("a",),
    policy: HitPolicy = HitPolicy.UNIQUE,
    aggregation: Aggregation | None = None,
    values: str = "",
    default: str = "",
) -> DecisionTable:
    """A table of rows ``(condition, …, output)`` over named inputs, with one output."""
    return DecisionTable(
        inputs=tuple(InputClause(expression=literal(one)) for one in inputs),
        outputs=(
            OutputClause(
                name="out",
                values=Text(values) if values else None,
                default=literal(default) if default else None,
            ),
        ),
        rows=tuple(TableRow(inputs=tuple(map(Text, row[:-1])), outputs=(literal(row[-1]),)) for row in rows),
        policy=policy,
        aggregation=aggregation,
    )


def model(one: DecisionTable, types: dict[str, str] | None = None) -> Model:
    """A model whose decision ``d`` is the table."""
    names = [clause.expression.text.text for clause in one.inputs if clause.expression.text]
    return Model(
        name="m",
        namespace="urn:m",
        inputs=tuple(
            InputData(id=name, name=name, variable=Variable(name=name, type=(types or {}).get(name, "")))
            for name in names
        ),
        decisions=(
            Decision(
                id="d",
                name="d",
                expression=one,
                requirements=tuple(Requirement(kind=RequirementKind.INPUT, href=name) for name in names),
            ),
        ),
    )


def decisions(one: DecisionTable, types: dict[str, str] | None = None) -> Decisions:
    found = compile_model(model(one, types))
    assert found.problems == ()
    return found
