"""The pattern pages in a real browser: readable, operable, nothing cut off, on a phone and on a desk."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, Page, sync_playwright
from tests.journeys.browser import launch

pytestmark = pytest.mark.browser

PAGES = ("/patterns/", "/patterns/officer/", "/display/", "/patterns/errors/403/")


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The site in demo mode at an address of its own; these pages ask nothing of a database."""
    with override_settings(BANCHENG_DEMO=True, ALLOWED_HOSTS=["127.0.0.1"]):
        server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler, connections_override={})
        server.set_app(get_wsgi_application())
        runner = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        runner.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        runner.join(timeout=5)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, once for this file."""
    with sync_playwright() as play:
        started = launch(play)
        yield started
        started.close()


def visit(
    browser: Browser, site: str, path: str, *, width: int = 360, choice: str = "..", script: bool = True
) -> Page:
    """The page as a Chinese reader with these choices of display sees it."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="zh-CN", java_script_enabled=script
    )
    context.add_cookies([{"name": "bancheng_display", "value": choice, "url": site}])
    page = context.new_page()
    page.goto(site + path)
    return page


@pytest.mark.parametrize(
    ("path", "width", "choice"),
    [
        *((path, 360, "..") for path in PAGES),
        ("/patterns/", 360, "large.."),
        ("/patterns/", 1440, ".dark."),
        ("/patterns/", 1440, "..high"),
        ("/patterns/officer/", 1440, ".dark."),
    ],
)
def test_axe_finds_nothing_serious(browser: Browser, site: str, path: str, width: int, choice: str) -> None:
    page = visit(browser, site, path, width=width, choice=choice)
    found = Axe().run(page).response["violations"]
    grave = {
        one["id"]: [node["html"][:120] for node in one["nodes"]]
        for one in found
        if one["impact"] in {"serious", "critical"}
    }
    page.context.close()
    assert grave == {}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("choice", "widths"), [("..", (320, 768, 1440)), ("largest..", (360, 1440))])
def test_nothing_runs_off_the_side(
    browser: Browser, site: str, path: str, choice: str, widths: tuple[int, ...]
) -> None:
    page = visit(browser, site, path, choice=choice)
    over = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        over[width] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.context.close()
    assert {width: by for width, by in over.items() if by > 0} == {}


@pytest.mark.parametrize(("choice", "least"), [("..", 44), ("large..", 60)])
@pytest.mark.parametrize("path", ["/patterns/", "/patterns/officer/", "/display/"])
def test_what_is_pressed_is_large_enough(
    browser: Browser, site: str, path: str, choice: str, least: int
) -> None:
    page = visit(browser, site, path, choice=choice)
    small = page.evaluate(
        """least => [...document.querySelectorAll(
                'a[href], button, select, summary, label.option, .input, [type=file]')]
            .filter(one => !one.closest('p, .skip') && one.checkVisibility() && !one.closest('label.option input'))
            .map(one => [one.outerHTML.slice(0, 90), Math.round(one.getBoundingClientRect().height)])
            .filter(([, height]) => height > 1 && height < least - 0.5)""",
        least,
    )
    page.context.close()
    assert small == []


def test_large_type_is_20_px_and_goes_up_to_30(browser: Browser, site: str) -> None:
    sizes = []
    for choice in ("..", "large..", "larger..", "largest.."):
        page = visit(browser, site, "/patterns/", choice=choice)
        sizes.append(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))
        page.context.close()
    assert sizes == [16, 20, 24, 30]


@pytest.mark.parametrize("choice", [".dark.", "..high"])
def test_paper_is_white_whatever_the_screen(browser: Browser, site: str, choice: str) -> None:
    page = visit(browser, site, "/patterns/", choice=choice)
    page.emulate_media(media="print")
    colours = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    hidden = page.locator(".button:visible, .site-head:visible, .skip:visible").count()
    page.context.close()
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    assert hidden == 0


def test_large_type_is_reached_without_script(browser: Browser, site: str) -> None:
    page = visit(browser, site, "/patterns/", script=False)
    page.get_by_role("link", name="长辈版").click()
    assert page.url == site + "/patterns/"
    assert page.locator("html").get_attribute("data-size") == "large"
    page.context.close()


def test_the_keyboard_reaches_the_words_first_and_focus_shows(browser: Browser, site: str) -> None:
    page = visit(browser, site, "/display/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "跳到正文"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.context.close()


def test_a_problem_is_announced_first_and_leads_to_its_field(browser: Browser, site: str) -> None:
    page = visit(browser, site, "/patterns/")
    assert page.evaluate("document.activeElement.classList.contains('error-summary')")
    page.get_by_role("link", name="手机号是 11 位数字").click()
    assert page.evaluate("document.activeElement.id") == "f-owner-phone"
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_file_is_sent_with_script_and_without(
    browser: Browser, site: str, tmp_path: Path, script: bool
) -> None:
    plan = tmp_path / "平面图.pdf"
    plan.write_bytes(b"%PDF-1.7" + b"0" * 300_000)
    page = visit(browser, site, "/patterns/", script=script)
    page.locator("#f-shop-plan").set_input_files(plan)
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_text("平面图.pdf · 293 KB").wait_for()
    page.context.close()


def test_a_file_that_is_too_big_is_said_before_it_is_sent(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    plan = tmp_path / "大图.pdf"
    plan.write_bytes(b"0" * (10 * 1024 * 1024 + 1))
    page = visit(browser, site, "/patterns/")
    page.locator("#f-shop-plan").set_input_files(plan)
    assert "太大" in page.locator("#f-shop-plan").evaluate("input => input.validationMessage")
    page.context.close()


def test_unsaved_answers_are_asked_about_before_they_are_lost(browser: Browser, site: str) -> None:
    page = visit(browser, site, "/patterns/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("店名").press_sequentially("新")
    page.goto(site + "/display/")
    page.context.close()
    assert asked == ["beforeunload"]


def test_officers_move_with_keys_but_typing_stays_typing(browser: Browser, site: str) -> None:
    page = visit(browser, site, "/patterns/officer/", width=1440)
    page.keyboard.press("j")
    assert "企业注销登记" in page.locator(":focus").inner_text()
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert "开办餐饮店" in page.locator(":focus").inner_text()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("ja?")
    assert page.locator("#desk-q").input_value() == "ja?"
    assert not page.locator("#keys").is_visible()
    page.context.close()


def test_list_file_and_action_stand_side_by_side_on_a_desk(browser: Browser, site: str) -> None:
    page = visit(browser, site, "/patterns/officer/", width=1440)
    boxes = [page.locator(part).bounding_box() for part in (".desk-list", ".desk-file", ".desk-side")]
    page.context.close()
    assert all(box is not None for box in boxes)
    tops = {round(box["y"]) for box in boxes if box}
    lefts = [box["x"] for box in boxes if box]
    assert len(tops) == 1
    assert lefts == sorted(lefts)


def test_pages_break_no_content_policy(browser: Browser, site: str) -> None:
    for path in PAGES[:3]:
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.goto(site + path)
        context.close()
        assert said == []
