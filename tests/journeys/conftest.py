"""A prepared town, a served copy of it for each module, and a browser that leaves no loop behind for other tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.journeys.browser import Person, launch, person
from tests.journeys.serving import serving
from tests.site.deployment import Prepared


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def home(furnished: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This module's own copy of the specimen town."""
    return furnished.copy(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def town(home: Path) -> Iterator[str]:
    """The address of this module's town."""
    with serving(home) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module. Playwright's loop must not outlive it: Django refuses to work beside a loop."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(browser: Browser, town: str) -> Iterator[Callable[..., Person]]:
    """Opens a window for somebody: ``visitor("zhang", viewport=PHONE)``; ``""`` comes without signing in."""
    with ExitStack() as open_windows:

        def come(username: str = "", **options: Any) -> Person:
            somebody = open_windows.enter_context(person(browser, town, username or "visitor", **options))
            if username:
                somebody.sign_in(username)
            return somebody

        yield come
