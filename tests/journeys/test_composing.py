"""Two item managers compose a one-thing on screen; an applicant starts it; a change leaves the running case alone."""

import re
from collections.abc import Callable

from playwright.sync_api import expect
from tests.journeys.axe import findings
from tests.journeys.browser import Person

Visitor = Callable[..., Person]
NAME = "开夜市小吃摊"
ITEMS = ("食品经营许可（新办）", "户外招牌", "企业营业执照信息核验", "出生信息核验")


def add(manager: Person, words: str) -> None:
    """Find an item by its words and add the first with Enter."""
    box = manager.page.get_by_label("加事项")
    before = manager.page.locator(".member").count()
    box.fill(words)
    expect(manager.page.locator("#found-list [role=option]").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(manager.page.locator(".member")).to_have_count(before + 1)


def settled(manager: Person, text: str | re.Pattern[str]) -> None:
    """Wait until the effect says this."""
    expect(manager.page.locator("#effect")).to_contain_text(text)


def sound(manager: Person) -> None:
    """Wait until no error is left; warnings may be."""
    expect(manager.page.locator("#effect")).not_to_contain_text(re.compile("个错误|挡着"))


def propose(manager: Person, why: str) -> None:
    """Hand it to the other manager."""
    manager.page.get_by_label("改了什么、为什么").fill(why)
    manager.page.get_by_label("我看过这些提醒").check()
    manager.press("提交审核")
    manager.sees("已提交，请另一位事项管理员审核。")


def approve(second: Person) -> None:
    """Read the proposal and say yes."""
    second.go("/studio/desk/")
    second.follow(re.compile(NAME))
    second.press("同意发布")
    second.sees("已发布。已经提交的办件仍按原来的办。")


def begin(manager: Person) -> str:
    """A new one-thing of four items; its key."""
    manager.go("/studio/")
    manager.follow("新编一件事")
    manager.page.get_by_label("名称", exact=True).fill(NAME)
    manager.page.get_by_label("给谁办").select_option("company")
    manager.page.get_by_label("人生或企业的哪个阶段").select_option(label="准入准营")
    manager.press("开始编排")
    for words in ITEMS:
        add(manager, words)
    return manager.page.url.rstrip("/").rpartition("/")[2]


def put_right(manager: Person) -> None:
    """Conflicts are told where they are, with a mend beside them."""
    manager.sees("还没有写这件事的来源。")
    manager.press(re.compile("牵头$"))
    manager.page.get_by_label("来源（公开的文件名称）").fill("夜市管理办法（样例）")
    sound(manager)
    manager.page.get_by_label("对外承诺（工作日）").fill("0")
    settled(manager, "1 个错误")
    manager.press(re.compile("^承诺改为"))
    sound(manager)


def condition(manager: Person) -> None:
    """A condition is suggested by its Chinese name and said in words."""
    written = manager.page.locator('[id="f-members.1.when"]')
    written.press_sequentially("户外招牌")
    expect(manager.page.locator('[id="l-members.1.when"] [role=option]').first).to_be_visible()
    written.press("ArrowDown")
    written.press("Enter")
    expect(manager.page.locator("#at-members-1")).to_contain_text("只在：")


def try_three(manager: Person) -> None:
    """Three sample persons side by side."""
    for name in ("甲摊", "乙摊", "丙摊"):
        before = manager.page.locator("details.person").count()
        manager.press("加一个人")
        expect(manager.page.locator("details.person")).to_have_count(before + 1)
        person = manager.page.locator("details.person").last
        if not person.evaluate("one => one.open"):
            person.locator("summary").click()
        person.get_by_label("怎么称呼").fill(name)
        expect(manager.page.locator("#tried")).to_contain_text(name)


def test_a_one_thing_is_composed_tried_approved_started_and_changed(visitor: Visitor) -> None:
    manager, second, applicant = visitor("items"), visitor("items2"), visitor("zhang")
    key = begin(manager)
    put_right(manager)
    condition(manager)
    assert findings(manager.page) == []
    try_three(manager)
    propose(manager, "新编")
    approve(second)

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
    approve(second)
    second.go(f"/studio/onethings/{key}/versions/")
    second.sees("正在用", "只给当时提交的办件")
    applicant.page.goto(started)
    applicant.sees(NAME)
