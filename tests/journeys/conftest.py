"""Served copies of a prepared town, and a browser that leaves no loop behind for other tests.

All journeys share one town: each has cases of its own there, found by their numbers. Who reads every page has another,
where nobody else writes what would be read; a journey that needs a town in a state of its own serves its own.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.journeys.browser import Person, launch, person
from tests.journeys.serving import serving
from tests.site.deployment import SESSIONS, Prepared


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def busy(furnished: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Home and address of the town in which all work."""
    yield from _served(furnished.copy(tmp_path_factory.mktemp("town")))


@pytest.fixture(scope="package")
def quiet(furnished: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Home and address of the town in which pages are only read."""
    yield from _served(furnished.copy(tmp_path_factory.mktemp("quiet")))


def _served(home: Path) -> Iterator[tuple[Path, str]]:
    with serving(home) as address:
        yield home, address


@pytest.fixture
def home(busy: tuple[Path, str]) -> Path:
    """The folder of the town that the journey is in."""
    return busy[0]


@pytest.fixture
def town(busy: tuple[Path, str]) -> str:
    """The address of the town that the journey is in; a module may be in another."""
    return busy[1]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys in a row. Playwright's loop must not outlive them: Django refuses to work beside
    a loop."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(browser: Browser, town: str, furnished: Prepared) -> Iterator[Callable[..., Person]]:
    """Opens a window for somebody: ``visitor("zhang", viewport=PHONE)``; ``""`` comes without signing in.

    Who is named is signed in already, by a session that the town's home was prepared with; how people sign in is a
    journey of its own.
    """
    sessions: dict[str, str] = json.loads((furnished.original / SESSIONS).read_text())
    with ExitStack() as open_windows:

        def come(username: str = "", **options: Any) -> Person:
            somebody = open_windows.enter_context(person(browser, town, username or "visitor", **options))
            if username:
                somebody.is_signed_in(sessions[username])
            return somebody

        yield come
