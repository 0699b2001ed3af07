"""A pasted policy text gives conditions that a person corrects; what no pattern reads is given back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.benefits import Every, draft
from bancheng.core.benefits._draft import number_of
from bancheng.core.rules import parse

TEXT = """云溪县高龄独居老人关爱补贴办法（虚构）
第二条 具有本县户籍，年满八十周岁，独居的老人，符合条件的每人每月发放120元。
第三条 有下列情形之一的除外：正在服刑的。
第四条 家庭年收入不超过6万元，两年内没有受过行政处罚。
第五条 本办法自2026年3月1日起施行，有效期至2028年12月31日。"""


def test_a_text_gives_conditions_amount_days_and_what_was_not_read() -> None:
    found = draft(TEXT)
    assert [one.condition.when for one in found.conditions] == [
        'person.hukou in ["town", "village"]',
        "age(person.birth, today()) >= 80",
        "person.alone",
        "home.income <= 60000",
        "penalties.count = 0",
    ]
    assert found.conditions[1].clause == "年满八十周岁"
    assert (found.amount, found.every) == ("120", Every.MONTH)
    assert (found.valid_from, found.valid_to) == (dt.date(2026, 3, 1), dt.date(2028, 12, 31))
    assert found.unread == ("第三条 有下列情形之一的除外：正在服刑的",)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("60周岁以上", "age(person.birth, today()) >= 60"),
        ("18至45周岁", "age(person.birth, today()) >= 18 and age(person.birth, today()) <= 45"),
        ("家里有未满3周岁的子女", "age(children.youngest, today()) < 3"),
        ("一级、二级残疾", "disability.severe"),
        ("持有残疾人证", "disability.kind != null"),
        ("缴纳社会保险满12个月", "insurance.months >= 12"),
        ("自付医疗费超过2万元", "medical.own > 20000"),
        ("取得三级以上职业技能等级证书", "training.grade >= 3"),
        ("种粮面积达到5.5亩", "farm.land >= 5.5"),
        ("服役满两年的退役军人", "veteran.years >= 2"),
        ("就读初中", 'student.stage = "middle"'),
        ("享受低保", "minimum.active"),
    ],
)
def test_how_texts_say_it(text: str, when: str) -> None:
    assert when in [one.condition.when for one in draft(text).conditions]


@given(st.integers(1, 999))
def test_numbers_are_read_in_both_scripts(number: int) -> None:
    assert number_of(str(number)) == number
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    said = (f"{digits[hundreds]}百" if hundreds else "") + (
        f"{digits[tens]}十" if tens else "零" if hundreds and ones else ""
    )
    assert number_of(said + (digits[ones] if ones else "")) == Decimal(number)


@given(st.text(alphabet="年满八十周岁以上本县户籍，。；不超过6万元低保第二条（）1、", max_size=60))
def test_any_text_is_read_without_fault_and_every_condition_is_feel(text: str) -> None:
    for one in draft(text).conditions:
        parse(one.condition.when)
        assert one.clause
