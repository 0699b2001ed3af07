"""Composing a one-thing on screen as an item manager does: items, conditions, sample persons, four eyes."""

import re

from playwright.sync_api import expect
from tests.journeys.browser import Person


def begin(manager: Person, name: str) -> str:
    """A new one-thing for companies; its key."""
    manager.go("/studio/")
    manager.follow("新编一件事")
    manager.page.get_by_label("名称", exact=True).fill(name)
    manager.page.get_by_label("给谁办").select_option("company")
    manager.page.get_by_label("人生或企业的哪个阶段").select_option(label="准入准营")
    manager.press("开始编排")
    return manager.page.url.rstrip("/").rpartition("/")[2]


def add(manager: Person, words: str) -> None:
    """Find an item by its words and add the first with Enter."""
    box = manager.page.get_by_label("加事项")
    before = manager.page.locator(".member").count()
    box.fill(words)
    expect(manager.page.locator("#found-list [role=option]").first).to_contain_text(words)
    box.press("ArrowDown")
    box.press("Enter")
    expect(manager.page.locator(".member")).to_have_count(before + 1)
    # Ready for the next one only when the focus is back.
    expect(box).to_be_focused()


def settled(manager: Person, text: str | re.Pattern[str]) -> None:
    """Wait until the effect says this."""
    expect(manager.page.locator("#effect")).to_contain_text(text)


def sound(manager: Person) -> None:
    """Wait until no error is left; warnings may be."""
    expect(manager.page.locator("#effect")).not_to_contain_text(re.compile("个错误|挡着"))


def mended(manager: Person, words: re.Pattern[str]) -> None:
    """Press a mend, and wait until it is no longer needed."""
    button = manager.page.get_by_role("button", name=words)
    button.click()
    expect(button).to_have_count(0)


def propose(manager: Person, why: str) -> None:
    """Hand it to the other manager."""
    manager.page.get_by_label("改了什么、为什么").fill(why)
    manager.page.get_by_label("我看过这些提醒").check()
    manager.press("提交审核")
    manager.sees("已提交，请另一位事项管理员审核。")


def approve(second: Person, name: str) -> None:
    """Read the proposal of this name and say yes."""
    second.go("/studio/desk/")
    second.follow(re.compile(name))
    second.press("同意发布")
    second.sees("已发布。已经提交的办件仍按原来的办。")


def try_person(manager: Person, name: str) -> None:
    """One more sample person beside the others."""
    before = manager.page.locator("details.person").count()
    manager.press("加一个人")
    expect(manager.page.locator("details.person")).to_have_count(before + 1)
    person = manager.page.locator("details.person").last
    if not person.evaluate("one => one.open"):
        person.locator("summary").click()
    person.get_by_label("怎么称呼").fill(name)
    expect(manager.page.locator("#tried")).to_contain_text(name)
