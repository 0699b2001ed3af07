"""The plan over columns says what the interpreter says, for any condition and any row; and each part once."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.benefits.populations import AS_OF, COLUMNS, KNOWN, TEXTS, rows
from tests.core.benefits.sample import AS_OF as DAY
from tests.core.benefits.sample import RULES

from bancheng.core.benefits import (
    Assessor,
    NotForColumns,
    SubjectKind,
    facts_of_row,
    judge,
    plan_rules,
    plan_tests,
)
from bancheng.core.benefits import _assess as assess
from bancheng.core.benefits._lower import Lowering
from bancheng.core.rules import UNKNOWN, Value, evaluate, parse


def _coded(value: Value) -> int:
    if value is UNKNOWN:
        return assess.OPEN
    return assess.TRUE if value is True else assess.FALSE if value is False else assess.NULL


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.lists(rows(), min_size=1, max_size=6))
def test_a_plan_says_of_every_row_what_the_interpreter_says(
    texts: list[str], table: list[dict[str, object]]
) -> None:
    lowering = Lowering(COLUMNS, {key: _value(one) for key, one in KNOWN.items()}, AS_OF)
    trees = [parse(text) for text in texts]
    roots = tuple(lowering.truth(tree) for tree in trees)
    run = assess.Run(lowering.build.plan(tuple(texts), roots, tuple(COLUMNS.values())))
    for row in table:
        values = run.values(run.cells(row))
        facts = facts_of_row(tuple(COLUMNS.values()), row)
        for text, tree, root in zip(texts, trees, run.plan.roots, strict=True):
            wanted = evaluate(tree, {**KNOWN, **facts}, today=AS_OF)
            assert values[root] == _coded(wanted), (text, facts)


def _value(raw: object) -> Value:
    return evaluate(parse("x"), {"x": raw})


def test_equal_parts_are_one_node_and_what_is_plain_is_gone() -> None:
    plan = plan_tests(
        {
            "a": "n >= 3 and flag",
            "b": "not(n < 3) and flag and true",
            "c": 'code = "甲" or code = "乙" or false',
        },
        COLUMNS,
        AS_OF,
    )
    assert plan.roots[0] == plan.roots[1]
    assert [type(node).__name__ for node in plan.nodes] == ["AtMost", "Opposite", "Flag", "All", "Among"]
    assert not any(plan.nullable)
    assert [column.name for column in plan.columns] == ["code", "flag", "n"]


@pytest.mark.parametrize(
    "text",
    [
        "count([n, m]) > 1",
        "n * m > 3",
        "n / m > 3",
        "1 / n > 3",
        "abs(n) > 3",
        "born.month = 3",
        "n = (if flag then 1 else 2)",
        "code = sort",
        "loan = pay",
        'born + duration("P1M") > died',
        "pay * 1000000000 > n",
        "if flag then loan > 3 else n > 3",
        "{a: n}.a > 3",
        "(for x in [n] return x)[1] > 2",
    ],
)
def test_what_columns_cannot_say_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(NotForColumns) as refused:
        plan_tests({"x": text}, COLUMNS, AS_OF)
    assert refused.value.reason
    assert refused.value.advice


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_all_rules_at_once_agree_with_each_rule_alone(data: st.DataObject) -> None:
    assessor = Assessor(RULES, SubjectKind.PERSON, DAY)
    row = {
        "person__birth": data.draw(st.sampled_from([None, dt.date(1940, 1, 1), dt.date(1946, 11, 24)])),
        "person__died": None,
        "person__died__none": data.draw(st.booleans()),
        "person__alone": data.draw(st.sampled_from([None, True, False])),
        "wages__months": data.draw(st.sampled_from([None, 0, 6, 12])),
        "wages__total": data.draw(st.sampled_from([None, 0, 999_999, 1_000_000])),
        "home__paid": data.draw(st.sampled_from([None, 0, 1_999_998, 2_000_000])),
        "disability__kind": data.draw(st.sampled_from([None, 0, 1, 2])),
        "disability__kind__none": data.draw(st.booleans()),
        "disability__severe": data.draw(st.sampled_from([None, True, False])),
    }
    facts = facts_of_row(assessor.plan.columns, row)
    found = assessor.assess(row)
    assert [one.rule for one in found] == ["care", "low_pay", "old_age"]
    for one in found:
        alone = judge(RULES, one.rule, facts, DAY)
        assert (one.status, set(one.missing)) == (alone.status, set(alone.missing))
        assert [judged.condition for judged in alone.conditions if judged.explanation.value is True] == list(
            one.held
        )
        assert [
            judged.condition for judged in alone.conditions if judged.explanation.value is UNKNOWN
        ] == list(one.unknown)


def test_a_rule_out_of_force_is_false_in_the_plan_too() -> None:
    plan = plan_rules(RULES, SubjectKind.PERSON, dt.date(2027, 1, 1))
    run = assess.Run(plan)
    row = dict.fromkeys([column.column for column in plan.columns]) | {
        column.absent: False for column in plan.columns
    }
    values = run.values(run.cells(row))
    assert [values[root] for root in plan.roots] == [assess.OPEN, assess.FALSE, assess.OPEN]
