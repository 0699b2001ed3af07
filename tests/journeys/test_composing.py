"""Two item managers compose a one-thing on screen; an applicant starts it; a change leaves the running case alone."""

import re
from collections.abc import Callable

from playwright.sync_api import expect
from tests.journeys.axe import findings
from tests.journeys.browser import Person
from tests.journeys.composing import add, approve, begin, mended, propose, settled, sound, try_person

Visitor = Callable[..., Person]
NAME = "开夜市小吃摊"
ITEMS = ("食品经营许可（新办）", "户外招牌", "企业营业执照信息核验", "出生信息核验")


def put_right(manager: Person) -> None:
    """Conflicts are told where they are, with a mend beside them."""
    manager.sees("还没有写这件事的来源。")
    mended(manager, re.compile("牵头$"))
    manager.page.get_by_label("来源（公开的文件名称）").fill("夜市管理办法（样例）")
    sound(manager)
    manager.page.get_by_label("对外承诺（工作日）").fill("0")
    settled(manager, "1 个错误")
    mended(manager, re.compile("^承诺改为"))
    sound(manager)


def condition(manager: Person) -> None:
    """A condition is suggested by its Chinese name and said in words."""
    written = manager.page.locator('[id="f-members.1.when"]')
    written.press_sequentially("户外招牌")
    expect(manager.page.locator('[id="l-members.1.when"] [role=option]').first).to_be_visible()
    written.press("ArrowDown")
    written.press("Enter")
    expect(manager.page.locator("#at-members-1")).to_contain_text("只在：")


def test_a_one_thing_is_composed_tried_approved_started_and_changed(visitor: Visitor) -> None:
    manager, second, applicant = visitor("items"), visitor("items2"), visitor("zhang")
    key = begin(manager, NAME)
    for words in ITEMS:
        add(manager, words)
    put_right(manager)
    condition(manager)
    assert findings(manager.page) == []
    for name in ("甲摊", "乙摊", "丙摊"):
        try_person(manager, name)
    propose(manager, "新编")
    approve(second, NAME)

    applicant.go(f"/do/{key}/")
    applicant.heading(NAME)
    applicant.press("开始办理")
    started = applicant.page.url

    # Next day it is changed and published again; what was begun goes on with what it was begun with.
    manager.go(f"/studio/compose/{key}/")
    before = manager.page.locator(".member").count()
    manager.page.get_by_role("button", name=re.compile("^移出 出生")).click()
    expect(manager.page.locator(".member")).to_have_count(before - 1)
    propose(manager, "不再核验出生信息")
    approve(second, NAME)
    second.go(f"/studio/onethings/{key}/versions/")
    second.sees("正在用", "只给当时提交的办件")
    applicant.page.goto(started)
    applicant.sees(NAME)
