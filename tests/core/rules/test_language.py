"""Parsing names, bounding hostile input, and the shape of the tree."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest

from bancheng.core.rules import (
    UNKNOWN,
    Expr,
    Mode,
    Months,
    Range,
    RuleLimit,
    RuleSyntaxError,
    evaluate,
    literal,
    names_in,
    parse,
    parse_tests,
    to_text,
)


def code_of(text: str) -> str:
    with pytest.raises(RuleSyntaxError) as caught:
        parse(text)
    return caught.value.problems[0].code


def test_a_listed_name_may_hold_spaces_signs_and_brackets() -> None:
    names = ("经营 面积", "经营 面积 合计", "负责人（法定）姓名", "pay-rate")
    tree = parse("经营 面积  合计 > 经营 面积 and 负责人（法定）姓名 = null and pay-rate > 1", names=names)

    assert names_in(tree) == set(names)
    assert parse(to_text(tree), names=names) == tree


def test_a_listed_name_does_not_swallow_the_head_of_a_longer_one() -> None:
    assert names_in(parse("经营面积合计 > 1", names=["经营面积"])) == {"经营面积合计"}


def test_a_dotted_listed_name_reads_as_a_path() -> None:
    assert parse("公司.注册 资本 > 1", names=["公司.注册 资本"]) == parse(
        "公司.注册资本 > 1".replace("注册资本", "注册 资本"), names=["注册 资本"]
    )
    assert names_in(parse("公司.注册 资本 > 1", names=["公司.注册 资本"])) == {"公司.注册 资本"}


def test_variables_bound_inside_are_no_facts() -> None:
    tree = parse("some x in 股东 satisfies x.age > 界限 and count(股东[item.age > 1]) > {n: 1, m: n}.m")

    assert names_in(tree) == {"股东", "界限"}


def test_a_condition_is_the_same_wherever_it_was_written() -> None:
    assert parse("a > 1") == parse("  a   >  1")
    assert hash(parse("a > 1")) == hash(parse("(a) > 1"))
    assert parse("a > 1") != parse("a > 2")
    assert parse("a > 1").span.end == 5


def test_a_tree_survives_json() -> None:
    tree = parse('if a in (< 3, [4..5]) then {b: for x in 1..3 return x}.b else list contains(c[1], @"P1Y")')

    assert msgspec.json.decode(msgspec.json.encode(tree), type=Expr) == tree


def test_comments_are_skipped() -> None:
    assert parse("a // 注释\n and /* 又一处 */ b") == parse("a and b")


@pytest.mark.parametrize(
    "value",
    [
        None, True, Decimal("-12.50"), '引"号\n', date(2026, 1, 31), Months(14), timedelta(days=3, hours=1),
        (Decimal(1), "a"), Range(Decimal(1), Decimal(5), low_closed=False), {"a b": Decimal(1), "if": None},
    ],
)  # fmt: skip
def test_a_value_has_a_literal_that_means_it(value: object) -> None:
    assert evaluate(parse(to_text(literal(value))), {}) == value


def test_unknown_has_no_literal_and_no_truth() -> None:
    with pytest.raises(TypeError):
        literal(UNKNOWN)
    with pytest.raises(TypeError):
        bool(UNKNOWN)


@pytest.mark.parametrize(
    "text", ["(" * 5000, "not(" * 3000, "-" * 9000, "[" * 5000, "if a then " * 900, "a+" * 9000]
)
def test_a_hostile_nesting_is_a_problem_not_a_crash(text: str) -> None:
    assert code_of(text) == "rule-too-deep"


def test_a_long_chain_of_alternatives_is_no_nesting() -> None:
    text = " or ".join(f"a = {number}" for number in range(1000))

    assert evaluate(parse(text), {"a": 999}) is True


def test_too_long_a_text_is_a_problem() -> None:
    assert code_of("a" * 20_001) == "rule-too-long"


def test_an_endless_loop_ends_with_a_limit() -> None:
    with pytest.raises(RuleLimit):
        evaluate(parse("count(for x in 1..1000000000 return x)"), {})
    with pytest.raises(RuleLimit):
        evaluate(parse("some x in 1..1000000000 satisfies x < 0"), {})


def test_a_text_that_doubles_without_end_ends_with_a_limit() -> None:
    entries = ", ".join(f"b{n + 1}: b{n} + b{n}" for n in range(40))
    with pytest.raises(RuleLimit):
        evaluate(parse(f'{{b0: "办", {entries}}}'), {})


def test_a_pattern_that_goes_over_a_text_without_end_ends_with_a_limit() -> None:
    text = f'"{"a" * 60}!"'
    for call in (
        f'matches({text}, "(a|aa)+$")',
        f'replace({text}, "(a|aa)+$", "b")',
        f'split({text}, "(a|aa)+$")',
    ):
        with pytest.raises(RuleLimit):
            evaluate(parse(call), {})
    assert evaluate(parse(f'matches({text}, "(a|aa)+!$")'), {}) is True


def test_the_cell_of_a_decision_table_reads_as_a_condition() -> None:
    assert to_text(parse_tests("< 5, [8..9]", subject="面积")) == "面积 in (< 5, [8..9])"
    assert to_text(parse_tests('not("a", "b")', subject="类型")) == 'not(类型 in ("a", "b"))'
    assert to_text(parse_tests("-")) == "true"


def test_a_missing_name_is_null_by_the_standard_and_unknown_for_an_entitlement() -> None:
    assert evaluate(parse("a"), {}, mode=Mode.STANDARD) is None
    assert evaluate(parse("a"), {}) is UNKNOWN


def test_facts_may_be_plain_python_values() -> None:
    assert evaluate(parse("sum(xs) = 3.3"), {"xs": [1, 2.3]}) is True
    assert evaluate(parse("a = true and b = 1"), {"a": True, "b": 1}) is True


def test_today_is_only_what_the_caller_says() -> None:
    assert evaluate(parse("today()"), {}) is UNKNOWN
    assert evaluate(parse("today()"), {}, today=date(2026, 1, 1)) == date(2026, 1, 1)
