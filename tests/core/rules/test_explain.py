"""What a person is told about a rule, and what a rule's author is told before anybody applies."""

from __future__ import annotations

from datetime import date

import pytest

from bancheng.core.rules import (
    FALSE,
    TRUE,
    UNKNOWN,
    FactKind,
    FactType,
    Mode,
    explain,
    infer,
    names_in,
    parse,
    partial,
    to_text,
)

TODAY = date(2026, 11, 22)


def words(text: str, facts: dict[str, object], labels: dict[str, str] | None = None) -> str:
    return explain(parse(text), facts, today=TODAY).in_words(labels)


def test_a_condition_is_told_with_the_value_it_saw() -> None:
    assert words("经营面积 >= 300", {"经营面积": 320}) == "经营面积（320）≥ 300：成立。"
    assert words("area >= 300", {"area": 20}, {"area": "经营面积"}) == "经营面积（20）≥ 300：不成立。"


def test_an_unknown_condition_says_what_is_needed() -> None:
    assert words("经营面积 >= 300", {}) == "经营面积（未知）≥ 300：待确认；还需要知道：经营面积。"


def test_codes_and_durations_are_told_in_words() -> None:
    labels = {"kind": "经营类型", "kind=cy": "餐饮", "kind=sp": "食品", "birth": "出生日期"}

    assert words('kind in ("cy", "sp")', {"kind": "cy"}, labels) == "经营类型（餐饮）属于 餐饮、食品：成立。"
    told = words('birth + duration("P60Y") <= today()', {"birth": date(1960, 1, 1)}, labels)
    assert told == "出生日期（1960-01-01）+ 60年 ≤ 今天：成立。"


def test_a_negation_is_drawn_into_its_conditions() -> None:
    found = explain(parse("not(a > 1 or b)"), {"a": 0, "b": True})

    assert found.value is False
    assert [one.text for one in found.held] == ["a <= 1"]
    assert [one.text for one in found.failed] == ["not(b)"]


def test_only_the_branch_taken_is_told() -> None:
    found = explain(parse("if a > 1 then b > 2 else c > 3"), {"a": 2, "b": 1})

    assert [one.text for one in found.conditions] == ["a > 1", "b > 2"]


def test_missing_names_only_what_can_still_change_the_result() -> None:
    rule = parse("a > 1 and (b or c) and (d or e)")

    assert explain(rule, {"a": 0}).missing == ()
    assert explain(rule, {"a": 2, "b": True}).missing == ("d", "e")
    assert explain(rule, {}).missing == ("a", "b", "c", "d", "e")


def test_a_comparison_with_something_known_to_be_absent_fails() -> None:
    found = explain(parse("a > 1"), {"a": None})

    assert [one.text for one in found.failed] == ["a > 1"]
    assert found.missing == ()
    assert words("a > 1", {"a": None}) == "a（无）> 1：不成立。"


def test_by_the_standard_nothing_is_unknown() -> None:
    found = explain(parse("a > 1"), {}, mode=Mode.STANDARD)

    assert found.value is None
    assert found.unknown == ()


def test_a_fee_is_explained_by_its_conditions() -> None:
    assert words("if 面积 > 300 then 500 else 面积 * 2", {"面积": 100}) == "面积（100）> 300：不成立。"


def test_a_loop_is_told_in_words_with_its_facts() -> None:
    told = words("some x in 年龄 satisfies x > 界限", {"年龄": [3, 61], "界限": 60})

    assert told == "年龄中至少有一个符合“年龄 多于 界限”（年龄：3、61，界限：60）：成立。"


def test_what_is_shown_instead_of_a_list_hides_its_rows_and_columns_wherever_they_are_read() -> None:
    members = [{"number": "999999198202022421", "income": 4500}]
    labels = {"members": "家庭成员", "income": "月收入", "account": "账号"}
    shown = {"members": "1 行", "account": "****2421"}
    for rule in (
        'some m in members satisfies m.number = "1"',
        "sum(members.income) > 3",
        "count(members) > 3",
        'members[1].number = "1"',
        'account = "999999198202022421"',
    ):
        facts = {"members": members, "account": "622200001234"}
        told = explain(parse(rule), facts, today=TODAY).in_words(labels, shown)
        assert "4500" not in told
        assert "999999198202022421" not in told or rule.startswith("account")
        assert "622200001234" not in told
        assert "1 行" in told or "****2421" in told


# ------------------------------------------------------------------ what is left of a rule


@pytest.mark.parametrize(
    ("rule", "facts", "left"),
    [
        ("a > 1 and (b or c < 5)", {"a": 2, "c": 7}, "b"),
        ("a > 1 and (b or c < 5)", {"a": 0}, "false"),
        ("a > 1 and (b or c < 5)", {"c": 1}, "a > 1"),
        ("if a then b else c", {"a": True}, "b"),
        ("if a then b else b", {}, "b"),
        ("面积 * 2 + b", {"面积": 100}, "200 + b"),
        ("some x in xs satisfies x > a", {"a": 3}, "some x in xs satisfies x > 3"),
        ("some a in xs satisfies a > 1", {"a": 3}, "some a in xs satisfies a > 1"),
        ("xs[a > 1]", {"a": 3}, "xs[a > 1]"),
        ("b in (a, 3)", {"a": 3}, "b in (3, 3)"),
        ("a and a", {}, "a"),
        ("a and b", {"a": None}, "null and b"),
        ("a or b", {"a": None}, "null or b"),
        ("公司.资本 > 界限", {"公司": {"资本": 3}}, "3 > 界限"),
        ("(a and true) = b", {}, "(a and true) = b"),
    ],
)
def test_what_is_left_of_a_rule(rule: str, facts: dict[str, object], left: str) -> None:
    assert to_text(partial(parse(rule), facts)) == left


def test_a_settled_rule_is_a_literal() -> None:
    assert partial(parse("a or b"), {"a": True}) == TRUE
    assert partial(parse("a and b"), {"a": False}) == FALSE
    assert names_in(partial(parse('today() > @"2026-01-01" or b'), {}, today=TODAY)) == set()


# ------------------------------------------------------------------ types

PERSON = FactType(
    FactKind.CONTEXT, fields=(("age", FactType(FactKind.NUMBER)), ("name", FactType(FactKind.STRING)))
)
TYPES = {
    "经营面积": FactType(FactKind.NUMBER),
    "类型": FactType(FactKind.STRING, values=("餐饮", "食品")),
    "标签": FactType(FactKind.LIST, FactType(FactKind.STRING, values=("甲", "乙"))),
    "birth": FactType(FactKind.DATE),
    "失信": FactType(FactKind.BOOLEAN),
    "股东": FactType(FactKind.LIST, PERSON),
    "公司.资本": FactType(FactKind.NUMBER),
}


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("经营面只 > 3", "“经营面积”"),
        ("公司.资木 > 3", "“公司.资本”"),
        ('经营面积 = "300"', "数不加引号：300"),
        ('birth > "2026-01-01"', '@"2026-01-01"'),
        ('失信 = "true"', "true"),
        ('类型 = "餐饮业"', "是不是要写“餐饮”？"),
        ('类型 in ("餐饮", "理发")', "“理发”不在 类型"),
        ('list contains(标签, "丙")', "“丙”不在"),
        ('some x in 标签 satisfies x = "丙"', "“丙”不在"),
        ("经营面积 and 失信", "不能当作条件"),
        ("if 经营面积 then 1 else 2", "不能当作条件"),
        ("not(birth)", "不能当作条件"),
        ("失信 > false", "没有大小之分"),
        ("股东[item.ages > 3]", "“age”"),
        ("flor(经营面积)", "“floor”"),
        ("floor(类型)", "floor 需要数"),
        ("floor()", "floor(n, scale)"),
        ("age(birth)", "age(birth, on)"),
        ("birth + 60", 'duration("P60Y")'),
        ('duration("60Y")', '"P60Y"'),
        ('date("2026-02-30") < birth', '"2026-01-31"'),
        ("some x in 经营面积 satisfies x > 1", "不是列表"),
        ("today > birth", "today(…)"),
    ],
)
def test_what_cannot_be_meant_is_found_before_anybody_applies(rule: str, says: str) -> None:
    _, problems = infer(parse(rule), TYPES)

    assert len(problems) == 1
    assert says in f"{problems[0].message}{problems[0].suggestion}"
    assert problems[0].place.line == 1


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("经营面积 * 2 > 3 and 失信", FactKind.BOOLEAN),
        ("if 失信 then 经营面积 else null", FactKind.NUMBER),
        ("today() - birth", FactKind.DAYS),
        ('birth + duration("P60Y")', FactKind.DATE),
        ("股东[age > 3].name", FactKind.LIST),
        ("股东[1].age", FactKind.NUMBER),
        ("max(for x in 股东 return x.age)", FactKind.NUMBER),
        ("公司.资本 + birth.year", FactKind.NUMBER),
        ("类型", FactKind.STRING),
        ('类型 in ("餐饮") and 经营面积 in [1..5]', FactKind.BOOLEAN),
    ],
)
def test_a_sound_rule_has_its_type_and_no_problem(rule: str, kind: FactKind) -> None:
    found, problems = infer(parse(rule), TYPES)

    assert problems == ()
    assert found.kind is kind


def test_a_result_of_the_wrong_type_is_a_problem() -> None:
    _, problems = infer(parse("经营面积 * 2"), TYPES, expect=FactKind.BOOLEAN)

    assert [one.code for one in problems] == ["rule-result"]


def test_a_problem_on_a_later_line_is_placed_there() -> None:
    text = "失信\n and 经营面只 > 3"
    _, problems = infer(parse(text), TYPES, text=text)

    assert (problems[0].place.line, problems[0].place.column) == (2, 6)


def test_unknown_stays_unknown_in_a_condition_seen_twice() -> None:
    found = explain(parse("a and (a or b)"), {"b": False})

    assert [one.text for one in found.conditions] == ["a", "b"]
    assert found.value is UNKNOWN
