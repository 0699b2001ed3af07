"""A person at a real browser: what they do, named as they would name it, and what they see."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, Response, expect
from tests.journeys.serving import PASSWORD

# The shell without windows draws the same pages for half of the work.
CHROMIUM = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser")
MISSING = "No Chromium on this machine. To install, run:  sudo apt-get install chromium-headless-shell"
PHONE = {"width": 360, "height": 780}
DESK = {"width": 1440, "height": 900}
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
)
# A machine with other things to do makes a page late, not wrong.
_PATIENCE_MS = 30_000
expect.set_options(timeout=_PATIENCE_MS)


def launch(playwright: Playwright) -> Browser:
    """Chromium as the distribution ships it.

    Raises:
        AssertionError: there is none; the message says how to install it.
    """
    program = next((path for path in CHROMIUM if Path(path).exists()), None)
    assert program, MISSING
    return playwright.chromium.launch(executable_path=program, args=[*_ARGUMENTS])


@dataclass
class Person:
    """Somebody with a browser window open on the town."""

    page: Page
    town: str
    name: str
    faults: list[str] = field(default_factory=list)
    """What the browser complained of: script errors, refused resources, answers of 500."""

    # ---- going

    def go(self, path: str) -> Response | None:
        """Type an address of the town."""
        return self.page.goto(self.town + path)

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """Sign in by the page for it, if it is not this person already."""
        self.go("/accounts/login/")
        self.page.get_by_label(re.compile("用户名|Username")).fill(username)
        self.page.get_by_label(re.compile("密码|Password")).first.fill(password)
        self.click(self.page.get_by_role("main").get_by_role("button", name=re.compile("登录|Sign in")))

    def is_signed_in(self, session: str) -> None:
        """Come with a session that the town knows."""
        self.page.context.add_cookies([{"name": "sessionid", "value": session, "url": self.town}])

    # ---- doing

    def click(self, what: Locator) -> None:
        """Click, and wait until the page it leads to stands whole: counting on half a page would miss the rest."""
        what.click()
        self.page.wait_for_load_state()

    def press(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Press a button of exactly this name."""
        self.click((within or self.page).get_by_role("button", name=name, exact=True).first)

    def follow(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Follow a link of exactly this name."""
        self.click((within or self.page).get_by_role("link", name=name, exact=True).first)

    # ---- seeing

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        """Insist that each text stands visibly on the page."""
        for text in texts:
            expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def sees_no(self, *texts: str | re.Pattern[str]) -> None:
        """Insist that none of the texts stands visibly on the page."""
        for text in texts:
            expect(self.page.get_by_text(text).locator("visible=true")).to_have_count(0)

    def heading(self, text: str | re.Pattern[str]) -> None:
        """Insist on the page's heading."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    @property
    def text(self) -> str:
        """All that stands on the page for the reader."""
        return self.page.locator("body").inner_text()

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page in the folder that ``BANCHENG_PICTURES`` names; without it nobody looks."""
        folder = os.environ.get("BANCHENG_PICTURES")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@contextmanager
def person(browser: Browser, town: str, name: str, **options: Any) -> Iterator[Person]:
    """Open a window for somebody; afterwards insist that the browser had nothing to complain of.

    ``options`` are those of a Playwright browser context, beside the sizes above:
    ``viewport=PHONE``, ``java_script_enabled=False``, ``color_scheme="dark"``.
    """
    context = browser.new_context(**{"viewport": DESK, "locale": "zh-CN", **options})
    context.set_default_timeout(_PATIENCE_MS)
    try:
        somebody = Person(context.new_page(), town, name)
        _listen(context, somebody)
        yield somebody
        assert somebody.faults == [], somebody.faults
    finally:
        context.close()


def _listen(context: BrowserContext, somebody: Person) -> None:
    def answered(response: Response) -> None:
        if response.status >= 500 or (
            response.status == 404 and response.request.resource_type != "document"
        ):
            somebody.faults.append(f"{response.status} {response.request.method} {response.url}")

    context.on("response", answered)
    context.on("weberror", lambda error: somebody.faults.append(f"script: {error.error}"))
    context.on(
        "console",
        lambda message: (
            somebody.faults.append(f"console: {message.text}")
            if message.type == "error" and not any(one in message.text for one in _NO_FAULTS)
            else None
        ),
    )


_NO_FAULTS = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
"""Told of answers that are judged by their status, and of a page that is left while it asks who else looks at it: the
browser ends the question, htmx tells of it. A script that fails is told as a script."""


def overflow(page: Page) -> list[str]:
    """What reaches beyond the right edge of the window: the widest first, empty when nothing is lost."""
    return list(page.evaluate(_OVERFLOW))


def hidden_controls(page: Page) -> list[str]:
    """Controls that a reader cannot reach by scrolling down: they lie beyond a side, or have no room at all."""
    return list(page.evaluate(_HIDDEN))


_OVERFLOW = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide + 1) return [];
    const found = [];
    for (const e of document.body.querySelectorAll('*')) {
        const right = Math.round(e.getBoundingClientRect().right);
        const words = (e.textContent || '').trim().slice(0, 40);
        if (right > wide + 1) found.push([right, `${e.tagName} ${e.className} reaches ${right} of ${wide}: ${words}`]);
    }
    return found.sort((a, b) => b[0] - a[0]).slice(0, 5).map(pair => pair[1]);
}"""

_HIDDEN = """() => {
    const wide = document.documentElement.clientWidth, lost = [];
    const aside = '.visually-hidden, .skip, [hidden], dialog:not([open]), details:not([open]) > :not(summary)';
    const scrolls = e => {
        for (let p = e.parentElement; p; p = p.parentElement) {
            if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX)) return true;
        }
        return false;
    };
    for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
        if (e.type === 'hidden' || e.closest(aside) || scrolls(e)) continue;
        const style = getComputedStyle(e), box = e.getBoundingClientRect();
        if (style.display === 'none' || style.visibility === 'hidden') continue;
        const words = (e.textContent || e.name || '').trim().slice(0, 40);
        if (box.left < -1 || box.right > wide + 1 || box.width < 1) lost.push(`${e.tagName} ${words}`);
    }
    return lost;
}"""
