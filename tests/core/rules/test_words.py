"""Rules in plain words, and simple ones as rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.rules import Join, Row, Rows, Term, evaluate, parse, read_rows, rows_text, to_words

TERMS = {
    "area": Term(name="经营面积", unit="平方米"),
    "gas": Term(name="是否使用燃气", truth=True),
    "seats": Term(name="是否有堂食", truth=True),
    "agreed": Term(name="同意公示", truth=True),
    "kind": Term(name="企业类型", values={"llc": "有限公司", "sole": "个体工商户"}),
    "opened": Term(name="开业日期", day=True),
    "scope": Term(name="经营项目", values={"hot": "热食", "cold": "冷食"}),
    "members": Term(name="家庭成员"),
    "age": Term(name="年龄", unit="岁"),
}
SAID = {
    "area >= 300 and gas": "经营面积 不少于 300 平方米，并且 使用燃气",
    "not(gas)": "不使用燃气",
    "seats = false": "没有堂食",
    "agreed": "“同意公示”为是",
    "300 <= area": "经营面积 不少于 300 平方米",
    'kind = "llc" or kind != "sole"': "企业类型 是 有限公司，或者 企业类型 不是 个体工商户",
    'kind in ("llc", "sole")': "企业类型 是 有限公司、个体工商户 之一",
    "area in [50..300)": "经营面积 在 50 平方米 到 300 平方米 之间（不含后者）",
    "area between 50 and 300": "经营面积 在 50 平方米 到 300 平方米 之间",
    'opened >= @"2026-01-01"': "开业日期 不早于 2026-01-01",
    "gas and (area < 50 or seats)": "使用燃气，并且 （经营面积 少于 50 平方米，或者 有堂食）",
    "kind = null": "没有填写企业类型",
    'list contains(scope, "hot")': "经营项目 包括 热食",
    "some one in members satisfies one.age > 60": "家庭成员中至少有一个符合“年龄 多于 60 岁”",
    "count(members) > 2": "家庭成员的个数 多于 2",
    "min(area, 300) > 50": "经营面积、300中最小的 多于 50",
    "true": "总是",
}


@pytest.mark.parametrize(("feel", "said"), SAID.items())
def test_a_rule_is_said_as_people_say_it(feel: str, said: str) -> None:
    assert to_words(parse(feel), TERMS) == said


def test_what_has_no_words_stays_as_it_is_written() -> None:
    assert to_words(parse("mystery(area)"), TERMS) == "「mystery(area)」"
    assert "unknown_fact" in to_words(parse("unknown_fact > 3"), TERMS)


SIMPLE = (
    "true",
    "gas",
    "not(gas)",
    "area >= 300",
    'kind in ("llc", "sole")',
    "gas and area >= 300",
    'gas and area >= 300 or kind = "llc"',
    'gas and (area >= 300 or kind = "llc")',
    'opened < @"2026-01-01"',
)


@pytest.mark.parametrize("feel", SIMPLE)
def test_a_simple_condition_is_rows_and_comes_back_the_same(feel: str) -> None:
    rows = read_rows(feel)
    assert rows is not None
    assert parse(rows_text(rows)) == parse(feel)


@pytest.mark.parametrize(
    "feel", ["area + 1 > 3", "count(members) > 2", "area > limit", "gas or", "if gas then seats else agreed"]
)
def test_another_form_stays_text(feel: str) -> None:
    assert read_rows(feel) is None


def test_an_unfinished_row_means_nothing_yet() -> None:
    rows = Rows(groups=((Row(fact="", op="="), Row(fact="area", op=">=")), ()))
    assert rows_text(rows) == "true"


ROWS = st.builds(
    Row,
    fact=st.sampled_from(("area", "age")),
    op=st.sampled_from(("=", "!=", "<", "<=", ">", ">=")),
    values=st.integers(-5, 5).map(lambda number: (str(number),)),
)
GROUPS = st.lists(st.lists(ROWS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)


@given(GROUPS, st.sampled_from(Join), st.integers(-6, 6), st.integers(-6, 6))
def test_rows_mean_what_they_say(
    groups: tuple[tuple[Row, ...], ...], join: Join, area: int, age: int
) -> None:
    facts = {"area": area, "age": age}
    holds = {
        "=": int.__eq__,
        "!=": int.__ne__,
        "<": int.__lt__,
        "<=": int.__le__,
        ">": int.__gt__,
        ">=": int.__ge__,
    }
    inner, outer = (all, any) if join is Join.AND else (any, all)
    wanted = outer(
        inner(holds[row.op](facts[row.fact], int(row.values[0])) for row in group) for group in groups
    )
    text = rows_text(Rows(groups=groups, join=join))
    assert evaluate(parse(text), facts) is wanted
    again = read_rows(text)
    assert again is not None
    assert evaluate(parse(rows_text(again)), facts) is wanted
