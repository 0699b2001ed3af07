"""What the standard says of null, of exact numbers, of functions and of moments; and what no rule may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.rules.trees import FACTS, HOLES, TEXTS

from bancheng.core.rules import (
    UNKNOWN,
    FactKind,
    FactType,
    Function,
    Mode,
    RuleLimit,
    evaluate,
    explain,
    infer,
    literal,
    names_in,
    parse,
    parse_tests,
    partial,
    to_text,
    to_words,
)

MONEY = st.decimals(min_value=-(10**15), max_value=10**15, places=2)
DIGITS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=13)


def by_standard(text: str, facts: dict[str, object] | None = None) -> Any:
    return evaluate(parse(text), facts or {}, mode=Mode.STANDARD)


def has_unknown(value: object) -> bool:
    if isinstance(value, tuple):
        return any(map(has_unknown, value))
    return any(map(has_unknown, value.values())) if isinstance(value, dict) else value is UNKNOWN


@given(TEXTS, FACTS, HOLES)
def test_by_the_standard_what_is_missing_is_null(
    text: str, facts: dict[str, object], holes: set[str]
) -> None:
    rule = parse(text)
    left_out = {key: value for key, value in facts.items() if key not in holes}
    absent = {key: None if key in holes else value for key, value in facts.items()}

    found = evaluate(rule, left_out, mode=Mode.STANDARD)
    assert found == evaluate(rule, absent, mode=Mode.STANDARD)
    assert not has_unknown(found)


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        ("true", "null", None, True), ("false", "null", False, None), ("null", "null", None, None),
        ("null", "true", None, True), ("null", "false", False, None), ("1", "true", None, True),
    ],
)  # fmt: skip
def test_null_and_what_is_no_truth_are_neither_true_nor_false(
    left: str, right: str, both: object, either: object
) -> None:
    assert by_standard(f"{left} and {right}") is both
    assert by_standard(f"{left} or {right}") is either


@given(DIGITS)
def test_a_number_is_written_and_read_back_to_its_last_digit(number: Decimal) -> None:
    assert evaluate(parse(to_text(literal(number))), {}) == number


@given(st.lists(MONEY, min_size=1, max_size=20))
def test_a_sum_of_money_keeps_every_fen(amounts: list[Decimal]) -> None:
    facts = {"金额": tuple(amounts)}

    assert evaluate(parse("sum(金额)"), facts) == sum(amounts)
    assert evaluate(parse("sum(reverse(金额))"), facts) == sum(amounts)
    assert evaluate(parse("sum(sort(金额, function(a, b) a < b))"), facts) == sum(amounts)


@given(MONEY, MONEY)
def test_what_is_added_and_taken_away_again_leaves_the_same_amount(one: Decimal, other: Decimal) -> None:
    assert evaluate(parse("一 + 二 - 二"), {"一": one, "二": other}) == one


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(["Asia/Shanghai", "Europe/Paris", "Etc/UTC"]))
def test_a_moment_is_the_same_whatever_zone_it_is_written_in(moment: datetime, key: str) -> None:
    if not 1900 < moment.year < 9990:
        return
    plain = moment.replace(microsecond=0)
    written = f'@"{plain:%Y-%m-%dT%H:%M:%S}Z"'

    assert by_standard(f"{written} - {written}") == timedelta(0)
    shifted = by_standard(f'{written} + duration("PT0S")')
    assert shifted == plain
    local = by_standard(f'date and time("{plain:%Y-%m-%dT%H:%M:%S}@{key}")')
    assert by_standard("string(m)", {"m": local}) == f"{plain:%Y-%m-%dT%H:%M:%S}@{key}"
    assert by_standard('m + duration("P1D") - m', {"m": local}) == timedelta(days=1)


def test_the_cell_of_a_table_may_be_a_condition_over_what_is_met() -> None:
    tree = parse_tests("? > 5 and odd(?), 2", subject="面积")

    assert evaluate(tree, {"面积": 7}) is True
    assert evaluate(tree, {"面积": 2}) is True
    assert evaluate(tree, {"面积": 8}) is False
    assert evaluate(parse_tests("not(? > 5)", subject="面积"), {"面积": 3}) is True
    assert parse(to_text(tree)) == tree


def test_a_function_that_calls_itself_without_end_meets_its_limit() -> None:
    with pytest.raises(RuleLimit):
        by_standard("{f: function(n) f(n + 1), r: f(1)}.r")
    with pytest.raises(RuleLimit):
        explain(parse("{f: function(n) f(n + 1), r: f(1)}.r = 1"), {})


def test_a_function_given_from_outside_is_called_by_its_parameters() -> None:
    double = Function(("n",), lambda values: values[0] * 2)

    assert by_standard("倍(21)", {"倍": double}) == 42
    assert by_standard("倍(n: 21)", {"倍": double}) == 42
    assert by_standard("倍(m: 21)", {"倍": double}) is None
    assert by_standard("工具.倍(21)", {"工具": {"倍": double}}) == 42


def test_a_fact_called_as_a_function_is_stays_a_fact() -> None:
    assert evaluate(parse("count + count(xs)"), {"count": 5, "xs": (1, 2)}) == 7
    assert evaluate(parse("mode = 1"), {}) is UNKNOWN


def test_what_a_function_reads_from_outside_is_a_fact_of_the_rule() -> None:
    tree = parse("count(sort(名单, function(甲, 乙) 甲.分 > 乙.分 + 加分)) > 1")

    assert names_in(tree) == {"名单", "加分"}
    assert names_in(partial(tree, {"加分": 1})) == {"名单"}


def test_a_call_of_a_function_that_is_not_known_yet_is_not_settled() -> None:
    tree = parse("true and {f: function(v) if v then true else false, r: f(a)}.r")

    assert names_in(partial(tree, {})) == {"a"}
    assert partial(tree, {"a": True}) == parse("true")


def test_types_are_told_of_functions_too() -> None:
    types = {"名单": FactType(FactKind.LIST, FactType(FactKind.NUMBER))}

    kind, problems = infer(parse("sort(名单, function(a, b) a > b)[1] > 3"), types)
    assert (kind.kind, problems) == (FactKind.BOOLEAN, ())
    _, problems = infer(parse("function(a) a + 未登记"), types)
    assert [one.code for one in problems] == ["rule-unknown-name"]
    _, problems = infer(parse("date(from: 名单) = null and sort(名单: 名单, precedes: 名单) = null"), types)
    assert [one.code for one in problems] == ["rule-arguments"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('contains(名称, "餐饮")', "「名称」 含有 “餐饮”"),
        ('starts with(名称, "任")', "「名称」 以 “任” 开头"),
        ("面积 in (>= 300)", "「面积」 不少于 300"),
        ("median(收入) > 3", "「收入」的中位数 多于 3"),
        ("年龄 instance of number", "「年龄」 是 数"),
    ],
)
def test_the_new_functions_have_plain_words(text: str, words: str) -> None:
    assert to_words(parse(text), {}) == words
