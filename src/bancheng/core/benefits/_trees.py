"""From a set of rules to trees, types, known values and plans: what the check, the single judge and engines share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from bancheng.core.benefits._entitlements import Entitlement, Parameter, RuleSet
from bancheng.core.benefits._facts import ColumnKind, FactSpec, Source, SubjectKind
from bancheng.core.benefits._lower import Lowering
from bancheng.core.benefits._plan import Plan, PlanColumn
from bancheng.core.rules import Expr, FactKind, FactType, Value, evaluate, nodes, parse

KINDS: Final = {
    ColumnKind.NUMBER: FactKind.NUMBER,
    ColumnKind.MONEY: FactKind.NUMBER,
    ColumnKind.BOOLEAN: FactKind.BOOLEAN,
    ColumnKind.DATE: FactKind.DATE,
    ColumnKind.CODE: FactKind.STRING,
}
_SEEN: Final = {
    SubjectKind.PERSON: frozenset({SubjectKind.PERSON, SubjectKind.HOUSEHOLD}),
    SubjectKind.HOUSEHOLD: frozenset({SubjectKind.HOUSEHOLD}),
    SubjectKind.COMPANY: frozenset({SubjectKind.COMPANY}),
}


def facts_of(rules: RuleSet, subject: SubjectKind) -> tuple[FactSpec, ...]:
    """The facts that rules of a subject may read (a person's: the household's too), by id."""
    return tuple(
        sorted((one for one in rules.facts if one.subject in _SEEN[subject]), key=lambda one: one.id)
    )


def fact_type(spec: FactSpec) -> FactType:
    """A fact's type as `rules.infer` knows it."""
    return FactType(KINDS[spec.kind], values=spec.values if spec.kind is ColumnKind.CODE else ())


def parameter_type(parameter: Parameter) -> FactType:
    """A parameter's type as `rules.infer` knows it."""
    kind = FactType(KINDS[parameter.kind])
    return FactType(FactKind.LIST, kind) if parameter.listed else kind


def types_of(rules: RuleSet, subject: SubjectKind) -> dict[str, FactType]:
    """The dictionary for conditions of one kind of subject: facts and parameters."""
    found = {one.id: fact_type(one) for one in facts_of(rules, subject)}
    return found | {one.id: parameter_type(one) for one in rules.parameters}


def fact_column(spec: FactSpec) -> PlanColumn:
    """The column a fact is kept in."""
    return PlanColumn(
        name=spec.id,
        column=spec.column,
        kind=spec.kind,
        scale=spec.scale,
        values=spec.values,
        may_be_absent=spec.may_be_absent,
    )


def source_columns(source: Source) -> dict[str, PlanColumn]:
    """The columns of a source as a `where` reads them."""
    return {
        one.name: PlanColumn(
            name=one.name,
            column=one.name,
            kind=one.kind,
            scale=2 if one.kind is ColumnKind.MONEY else one.digits,
            values=one.values,
        )
        for one in source.columns
    }


def known_on(parameters: tuple[Parameter, ...], day: dt.date) -> dict[str, Value]:
    """The values of parameters in force on a day; one that is not in force yet is left out, and so Unknown."""
    found = {one.id: one.on(day) for one in parameters}
    return {name: evaluate(parse(dated.value), {}) for name, dated in found.items() if dated is not None}


def tree_of(entitlement: Entitlement) -> Expr:
    """All conditions as one tree, in their order.

    Raises:
        RuleSyntaxError: a condition is no FEEL.
    """
    trees = tuple(parse(one.when) for one in entitlement.conditions)
    return trees[0] if len(trees) == 1 else nodes.And(operands=trees)


def plan_rules(rules: RuleSet, subject: SubjectKind, as_of: dt.date) -> Plan:
    """The plan of all entitlements of one kind of subject on a day; one that is not in force is false for everyone.

    Rules are in the order of `RuleSet.of`. The set must have passed `check_rule_set`.

    Raises:
        RuleSyntaxError, NotForColumns: it has not.
    """
    columns = {one.id: fact_column(one) for one in facts_of(rules, subject)}
    lowering = Lowering(columns, known_on(rules.parameters, as_of), as_of)
    chosen = rules.of(subject)
    roots = tuple(
        lowering.truth(tree_of(one)) if one.valid_on(as_of) else lowering.build.fixed(value=False)
        for one in chosen
    )
    return lowering.build.plan(tuple(one.id for one in chosen), roots, tuple(columns.values()))


def plan_tests(texts: Mapping[str, str], columns: Mapping[str, PlanColumn], as_of: dt.date) -> Plan:
    """The plan of plain conditions over any columns (the `where` of facts over a source), by name.

    Raises:
        RuleSyntaxError: a text is no FEEL.
        NotForColumns: columns cannot say it.
    """
    lowering = Lowering(columns, {}, as_of)
    roots = tuple(lowering.truth(parse(text, names=columns)) for text in texts.values())
    return lowering.build.plan(tuple(texts), roots, tuple(columns.values()))
