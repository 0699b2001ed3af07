"""Coming in, going out, and getting back in when the password is forgotten."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect
from tests.journeys.axe import findings
from tests.journeys.browser import PHONE, Person
from tests.journeys.serving import PASSWORD

Visitor = Callable[..., Person]


def test_a_person_signs_in_with_the_printed_account_and_out_again(visitor: Visitor) -> None:
    zhang = visitor(viewport=PHONE)
    zhang.sign_in("zhang")
    expect(zhang.page.get_by_role("banner")).to_contain_text("张老三")
    zhang.follow(re.compile("退出"))
    zhang.press("退出登录", within=zhang.page.get_by_role("main"))
    expect(zhang.page.get_by_role("banner").get_by_role("link", name="登录")).to_be_visible()
    expect(zhang.page.get_by_role("banner")).not_to_contain_text("张老三")


def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(visitor: Visitor) -> None:
    somebody = visitor()
    somebody.sign_in("zhang", "not-the-password")
    wrong_password = somebody.page.get_by_role("main").inner_text()
    somebody.sign_in("nobody-of-this-name", PASSWORD)
    assert somebody.page.get_by_role("main").inner_text() == wrong_password
    assert findings(somebody.page) == []


def test_a_person_registers_forgets_the_password_and_recovers_by_mail(visitor: Visitor, home: Path) -> None:
    somebody = visitor(viewport=PHONE)
    somebody.go("/accounts/signup/")
    main = somebody.page.get_by_role("main")
    main.get_by_label("用户名").fill("lin-xiaoyu")
    main.get_by_label(re.compile("邮箱|电子邮件|E-mail")).fill("lin@example.com")
    main.get_by_label(re.compile("^密码")).first.fill("first-long-password-1")
    main.get_by_label(re.compile("密码.*再|再次|重复|确认")).first.fill("first-long-password-1")
    somebody.press("注册", within=main)
    expect(somebody.page.get_by_role("banner")).to_contain_text("lin-xiaoyu")
    somebody.page.context.clear_cookies()

    somebody.go("/accounts/login/")
    somebody.follow(re.compile("忘记密码"))
    somebody.page.get_by_role("main").get_by_label(re.compile("邮箱|电子邮件|E-mail")).fill("lin@example.com")
    somebody.click(somebody.page.get_by_role("main").get_by_role("button").first)
    expect(somebody.page).to_have_url(re.compile("/password/reset/done/"))
    somebody.page.goto(_link_of_the_last_letter(home))
    main = somebody.page.get_by_role("main")
    for box in main.locator("input[type=password]").all():
        box.fill("second-long-password-2")
    somebody.click(main.get_by_role("button").first)
    somebody.page.context.clear_cookies()

    somebody.sign_in("lin-xiaoyu", "first-long-password-1")
    expect(somebody.page.get_by_role("banner")).not_to_contain_text("lin-xiaoyu")
    somebody.sign_in("lin-xiaoyu", "second-long-password-2")
    expect(somebody.page.get_by_role("banner")).to_contain_text("lin-xiaoyu")


def _link_of_the_last_letter(home: Path) -> str:
    letters = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in (home / "mail").rglob("*")
        if path.is_file()
    ]
    links = [link for letter in letters for link in re.findall(r"http\S+/password/reset/key/\S+", letter)]
    assert links, letters
    return str(links[-1])
