"""Sets of rules: found wrong all at once, addressed by content, judged for one."""

import datetime as dt
from decimal import Decimal

import msgspec
import pytest
from tests.core.benefits.sample import AS_OF, ENTITLEMENTS, FACTS, PARAMETERS, RULES, SOURCES

from bancheng.core.benefits import (
    Aggregate,
    ColumnKind,
    Condition,
    Dated,
    Entitlement,
    FactSpec,
    RuleSet,
    Status,
    SubjectKind,
    Window,
    check_added,
    check_rule_set,
    judge,
)
from bancheng.core.kernel import canonical, decode


def _with(when: str, **changes: object) -> RuleSet:
    condition = Condition(id="one", text="条件", when=when)
    one = Entitlement(
        id="new",
        name="新政策",
        subject=SubjectKind.PERSON,
        basis=("样例",),
        conditions=(condition,),
        **changes,
    )
    return msgspec.structs.replace(RULES, entitlements=(*ENTITLEMENTS, one))


def _found(rules: RuleSet) -> list[tuple[str, str]]:
    return [(one.code, str(one.place)) for one in check_rule_set(rules, AS_OF)]


def test_the_sample_has_no_problem() -> None:
    assert check_rule_set(RULES, AS_OF) == ()


def test_a_set_is_addressed_by_its_content_in_any_order_and_survives_writing() -> None:
    turned = RuleSet(
        entitlements=ENTITLEMENTS[::-1], facts=FACTS[::-1], parameters=PARAMETERS, sources=SOURCES
    )
    assert turned.digest == RULES.digest
    assert _with("person.alone").digest != RULES.digest
    assert decode(canonical(RULES), RuleSet).digest == RULES.digest


@pytest.mark.parametrize(
    ("when", "code", "said"),
    [
        ("person.brith < today()", "rule-unknown-name", "person.birth"),
        ('person.birth > "2020-01-01"', "rule-compare", "@"),
        ("wages.months", "rule-result", "比较"),
        ('disability.kind = "sight"', "rule-code", "visual"),
        ("some x in [1, 2] satisfies x = wages.months", "not-for-columns", "写成一个事实"),
        ("wages.total * wages.months > 3", "not-for-columns", "写成一个事实"),
        ("person.birth.month = 3", "not-for-columns", "某一天"),
        ("wages.months >", "syntax", ""),
    ],
)
def test_what_a_condition_gets_wrong_is_told_with_what_to_write_instead(
    when: str, code: str, said: str
) -> None:
    (problem, *_) = check_rule_set(_with(when), AS_OF)
    assert code in {problem.code, "syntax"}
    assert problem.place.path == "entitlements.new.conditions.one"
    assert problem.place.line == 1
    assert said in problem.suggestion


def test_all_problems_are_told_at_once() -> None:
    wrong = FactSpec(
        id="Bad Name",
        name="错",
        kind=ColumnKind.CODE,
        subject=SubjectKind.PERSON,
        source="wages",
        aggregate=Aggregate.SUM,
        field="paid_on",
        window=Window(at="amount", months=1, days=1),
        where="amount > unknown_thing",
    )
    lost = msgspec.structs.replace(wrong, id="lost", source="nowhere", values=("a",))
    late = msgspec.structs.replace(
        PARAMETERS[0], values=(Dated(dt.date(2027, 1, 1), '"x"', ""), Dated(dt.date(2027, 1, 1), "1", "甲"))
    )
    rules = RuleSet(
        entitlements=(msgspec.structs.replace(ENTITLEMENTS[1], conditions=(), basis=(), excludes=("none",)),),
        facts=(*FACTS, wrong, lost, FACTS[0]),
        parameters=(late, PARAMETERS[1]),
        sources=SOURCES,
    )
    codes = {code for code, _ in _found(rules)}
    assert codes >= {
        "benefit-name",
        "benefit-twice",
        "fact-values",
        "fact-kind",
        "fact-day",
        "fact-window",
        "fact-source",
        "rule-unknown-name",
        "parameter-twice",
        "parameter-basis",
        "parameter-none",
        "parameter-value",
    }


def test_an_entitlement_needs_conditions_a_basis_and_parameters_as_declared() -> None:
    empty = msgspec.structs.replace(
        ENTITLEMENTS[1],
        conditions=(),
        basis=(),
        excludes=("none",),
        valid_from=AS_OF,
        valid_to=dt.date(2026, 1, 1),
    )
    condition = Condition(id="c", text="", when="wages.months > 1", parameters=("old.age",))
    undeclared = msgspec.structs.replace(
        ENTITLEMENTS[0],
        id="u",
        conditions=(condition, Condition(id="d", text="丁", when="wages.months > old.age")),
        amount='"a"',
    )
    found = _found(msgspec.structs.replace(RULES, entitlements=(empty, undeclared)))
    assert {code for code, _ in found} == {
        "entitlement-empty",
        "entitlement-basis",
        "entitlement-excludes",
        "entitlement-days",
        "condition-text",
        "condition-parameters",
        "rule-result",
    }


def test_parameters_are_only_ever_added() -> None:
    more = msgspec.structs.replace(
        PARAMETERS[0], values=(*PARAMETERS[0].values, Dated(dt.date(2027, 1, 1), "75", "新文件"))
    )
    assert check_added(PARAMETERS, (more, PARAMETERS[1])) == ()
    changed = msgspec.structs.replace(PARAMETERS[0], values=PARAMETERS[0].values[1:])
    assert [one.code for one in check_added(PARAMETERS, (changed, PARAMETERS[1]))] == ["parameter-changed"]
    assert [one.place.path for one in check_added(PARAMETERS, PARAMETERS[1:])] == [
        "parameters.old.age.2020-01-01",
        "parameters.old.age.2026-01-01",
    ]


OLD = {"person.birth": dt.date(1946, 11, 23), "person.died": None}


def test_one_is_judged_with_conditions_amount_and_the_parameter_of_the_day() -> None:
    now = judge(RULES, "old_age", OLD, AS_OF)
    assert (now.status, now.amount) == (Status.ENTITLED, Decimal(100))
    assert [one.explanation.value for one in now.conditions] == [True, True]
    before = judge(RULES, "old_age", OLD, dt.date(2025, 12, 31))
    assert (before.status, before.amount) == (Status.NOT, None)


def test_what_is_missing_is_unknown_and_named_and_what_is_absent_is_a_fact() -> None:
    asked = judge(RULES, "old_age", {"person.birth": OLD["person.birth"]}, AS_OF)
    assert (asked.status, asked.missing) == (Status.UNKNOWN, ("person.died",))
    settled = judge(RULES, "care", {"disability.severe": False}, AS_OF)
    assert (settled.status, settled.missing) == (Status.NOT, ())
    dead = judge(RULES, "old_age", {**OLD, "person.died": AS_OF}, AS_OF)
    assert dead.status is Status.NOT


def test_out_of_force_is_a_no() -> None:
    facts = {"wages.months": 12, "wages.total": Decimal(9000), "home.paid": Decimal(9000)}
    assert judge(RULES, "low_pay", facts, AS_OF).status is Status.ENTITLED
    assert judge(RULES, "low_pay", facts, dt.date(2027, 1, 1)).status is Status.NOT


def test_windows_count_calendar_months_back_from_their_last_day() -> None:
    assert Window(at="d", months=12).first(AS_OF) == dt.date(2025, 11, 24)
    assert Window(at="d", months=1).first(dt.date(2026, 3, 31)) == dt.date(2026, 3, 1)
    assert Window(at="d", days=7).first(AS_OF) == dt.date(2026, 11, 17)
