"""What is wrong with a set of rules: everything at once, where it stands, and what to write instead."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, Protocol

from bancheng.core.benefits._check_facts import check_facts
from bancheng.core.benefits._entitlements import Condition, Entitlement, Parameter, RuleSet
from bancheng.core.benefits._facts import ColumnKind
from bancheng.core.benefits._lower import Lowering
from bancheng.core.benefits._pieces import read_in
from bancheng.core.benefits._refused import NotForColumns
from bancheng.core.benefits._trees import fact_column, facts_of, known_on, types_of
from bancheng.core.kernel import Place, Problem, Problems, Severity, chinese_date
from bancheng.core.rules import (
    Expr,
    FactKind,
    FactType,
    RuleLimit,
    RuleSyntaxError,
    Value,
    evaluate,
    infer,
    nodes,
    parse,
    to_text,
)

_LOOPS: Final = (nodes.For, nodes.Quantified, nodes.Filter, nodes.FunctionExpr)
_SEARCHES: Final = frozenset({"matches", "replace", "split"})
_ID: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def check_rule_set(rules: RuleSet, as_of: dt.date) -> tuple[Problem, ...]:
    """Every problem of a set; empty when it may be published. `as_of`: a day on which its conditions are lowered.

    Found: names that are no names or taken twice, unknown facts and sources, types that do not fit, conditions that
    columns cannot say (with the reason and what to write instead), parameters without a value or a basis, or
    declared and not read. Warnings: a parameter that has no value on the day.
    """
    found = Problems()
    for kind, part in (
        ("facts", rules.facts),
        ("parameters", rules.parameters),
        ("sources", rules.sources),
        ("entitlements", rules.entitlements),
    ):
        _check_names(kind, part, found)
    shared = {one.id for one in rules.facts} & {one.id for one in rules.parameters}
    for name in sorted(shared):
        found.add(
            "benefit-name",
            f"“{name}”既是事实又是参数。",
            Place(path=f"parameters.{name}"),
            "参数换一个名字，如 limit.…",
        )
    check_facts(rules, as_of, found)
    readable = [_check_parameter(one, as_of, found) for one in rules.parameters]
    if all(readable):
        for one in rules.entitlements:
            _check_entitlement(one, rules, as_of, found)
    return found.found()


def check_added(before: tuple[Parameter, ...], after: tuple[Parameter, ...]) -> tuple[Problem, ...]:
    """Parameters are only ever added: what stood in the earlier set must stand, unchanged, in the later one."""
    found = Problems()
    later = {one.id: one for one in after}
    for parameter in before:
        now = later.get(parameter.id)
        for dated in parameter.values:
            if now is None or dated not in now.values:
                place = Place(path=f"parameters.{parameter.id}.{dated.since}")
                message = (
                    f"“{parameter.name}”自{chinese_date(dated.since)}起的值 {dated.value} 被改动或删除了。"
                )
                found.add(
                    "parameter-changed", message, place, "参数只增加不改动：保留原值，另加一个新的生效日期。"
                )
    return found.found()


def _check_names(kind: str, part: Iterable[_Named], found: Problems) -> None:
    counted = Counter(one.id for one in part)
    for name, times in counted.items():
        place = Place(path=f"{kind}.{name}")
        if kind in {"facts", "parameters"} and not _ID.fullmatch(name):
            found.add(
                "benefit-name",
                f"“{name}”不能作名字。",
                place,
                "用英文小写、数字、下划线和点，如 person.birth。",
            )
        if times > 1:
            found.add("benefit-twice", f"“{name}”登记了 {times} 次。", place, "每个名字只留一个。")


def _check_parameter(parameter: Parameter, as_of: dt.date, found: Problems) -> bool:
    """Whether every value can be read."""
    place = Place(path=f"parameters.{parameter.id}")
    if len({one.since for one in parameter.values}) < len(parameter.values):
        found.add("parameter-twice", f"“{parameter.name}”同一天有两个值。", place, "同一生效日期只留一个值。")
    if parameter.on(as_of) is None:
        message = f"“{parameter.name}”在{as_of}还没有值，用到它的条件都是未知。"
        found.add("parameter-none", message, place, "补上生效日期更早的值。", Severity.WARNING)
    readable = True
    for dated in parameter.values:
        spot = Place(path=f"{place.path}.{dated.since}")
        if not dated.basis:
            found.add(
                "parameter-basis",
                f"“{parameter.name}”自{chinese_date(dated.since)}起的值没有依据。",
                spot,
                "写上文件名和条款。",
            )
        readable &= _check_value(parameter, dated.value, spot, found)
    return readable


def _check_value(parameter: Parameter, text: str, place: Place, found: Problems) -> bool:
    try:
        value = evaluate(parse(text), {})
    except RuleSyntaxError as error:
        found.extend(problem.at(place) for problem in error.problems)
        return False
    except RuleLimit:
        value = None
    items = value if parameter.listed and isinstance(value, tuple) else (value,)
    if parameter.listed is isinstance(value, tuple) and all(_fits(one, parameter.kind) for one in items):
        return True
    wanted = _EXAMPLES[parameter.kind]
    shown = f"[{wanted}, …]" if parameter.listed else wanted
    found.add("parameter-value", f"“{parameter.name}”的值 {text} 不合它的类型。", place, f"写作 {shown}")
    return False


_EXAMPLES: Final = {
    ColumnKind.NUMBER: "60",
    ColumnKind.MONEY: "1000.00",
    ColumnKind.BOOLEAN: "true",
    ColumnKind.DATE: '@"2026-01-01"',
    ColumnKind.CODE: '"A"',
}
_FEEL: Final = {
    ColumnKind.NUMBER: "number",
    ColumnKind.MONEY: "number",
    ColumnKind.BOOLEAN: "boolean",
    ColumnKind.DATE: "date",
    ColumnKind.CODE: "string",
}


def _fits(value: Value, kind: ColumnKind) -> bool:
    test = nodes.InstanceOf(value=nodes.Name(name="value"), type=_FEEL[kind])
    return evaluate(test, {"value": value}) is True


def _check_entitlement(one: Entitlement, rules: RuleSet, as_of: dt.date, found: Problems) -> None:
    place = Place(path=f"entitlements.{one.id}")
    if not one.conditions:
        found.add("entitlement-empty", f"“{one.name}”没有条件，所有人都会享受。", place, "至少写一个条件。")
    if not one.basis:
        found.add("entitlement-basis", f"“{one.name}”没有依据。", place, "写上文件名和文号。")
    if one.valid_from and one.valid_to and one.valid_to < one.valid_from:
        found.add("entitlement-days", f"“{one.name}”的截止日早于起始日。", place, "请核对有效期。")
    others = {other.id for other in rules.entitlements}
    for name in one.excludes:
        if name not in others:
            found.add(
                "entitlement-excludes", f"“{one.name}”所排斥的“{name}”不在这一组里。", place, "请核对名字。"
            )
    types = types_of(rules, one.subject)
    columns = {spec.id: fact_column(spec) for spec in facts_of(rules, one.subject)}
    lowering = Lowering(columns, known_on(rules.parameters, as_of), as_of)
    parameters = {parameter.id for parameter in rules.parameters}
    for condition in one.conditions:
        _check_condition(condition, place, types, lowering, parameters, found)
    if one.amount:
        at = Place(path=f"{place.path}.amount")
        tree = _read(one.amount, FactKind.NUMBER, at, types, found)
        if tree is not None and (endless := _endless(tree)) is not None:
            said = f"“{to_text(endless)}”：金额里不能逐条循环或者按式样找文字，人多了算不到头。"
            found.add(
                "amount-endless", said, at, "要数、要找的，写成一个事实；金额只用加减乘除、min、max 和如果。"
            )


def _endless(tree: Expr) -> Expr | None:
    """The part of an amount whose cost no bound on the facts would hold: amounts are reckoned for everybody."""
    if isinstance(tree, _LOOPS) or (
        isinstance(tree, nodes.Call) and nodes.dotted(tree.function) in _SEARCHES
    ):
        return tree
    return next((one for part in nodes.children(tree) if (one := _endless(part)) is not None), None)


def _check_condition(
    one: Condition,
    above: Place,
    types: dict[str, FactType],
    lowering: Lowering,
    parameters: set[str],
    found: Problems,
) -> None:
    place = Place(path=f"{above.path}.conditions.{one.id}")
    if not one.text:
        found.add("condition-text", f"条件“{one.id}”没有给人看的话。", place, "用一句中文写明。")
    tree = _read(one.when, FactKind.BOOLEAN, place, types, found)
    if tree is None:
        return
    read = set(read_in(tree, parameters))
    for name in sorted(read ^ set(one.parameters)):
        said = "用了却没有登记" if name in read else "登记了却没有用"
        found.add("condition-parameters", f"参数“{name}”{said}。", place, "parameters 里写条件用到的参数。")
    try:
        lowering.truth(tree)
    except NotForColumns as refused:
        start = refused.expr.span.start
        spot = Place(
            line=one.when.count("\n", 0, start) + 1,
            column=start - (one.when.rfind("\n", 0, start) + 1) + 1,
            path=place.path,
        )
        found.add("not-for-columns", f"“{to_text(refused.expr)}”：{refused.reason}。", spot, refused.advice)


def _read(
    text: str, expect: FactKind, place: Place, types: dict[str, FactType], found: Problems
) -> Expr | None:
    """The tree of a text that is FEEL of the expected type; None, with the problems told, when it is not."""
    try:
        tree = parse(text, names=types)
    except RuleSyntaxError as error:
        found.extend(_within(problem, place) for problem in error.problems)
        return None
    _, problems = infer(tree, types, expect=expect, text=text)
    found.extend(_within(problem, place) for problem in problems)
    return None if problems else tree


def _within(problem: Problem, place: Place) -> Problem:
    return problem.at(Place(line=problem.place.line, column=problem.place.column, path=place.path))
