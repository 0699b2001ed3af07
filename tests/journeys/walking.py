"""Walking through all pages that a person can reach by links, each kind of page once or twice."""

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Error
from tests.journeys.browser import Person

_VARYING = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), "*"),
    (re.compile(r"/\d+(?=/|$)"), "/*"),
    (re.compile(r"^/(do|item|cases|family|batches/for|studio/items|watch/bodies)/[^/]+"), r"/\1/*"),
    (re.compile(r"/(onethings|questions|form|materials|owed|notice|steps|clock|refuse)/[^/]+"), r"/\1/*"),
)
_NOT_PAGES = re.compile(
    r"^/(accounts/logout|display/\?|static/|api/|healthz|readyz|files/|results/)"
    r"|/(export|slips|papers|files|take|labels)/|/download(\?|$)|\.(pdf|svg|bpmn|json|csv|xml)$"
)


_SAME_PAGE = {"sort", "page", "v", "clock", "state", "onething", "next"}
"""Keys of a query that choose what the same page shows."""


def kind_of(path: str) -> str:
    """The kind of page an address leads to: what varies is left out, of the query only its keys are kept."""
    parts = urlsplit(path)
    bare = parts.path
    for varying, star in _VARYING:
        bare = varying.sub(star, bare)
    return bare + "".join(sorted(f"&{key}" for key, _ in parse_qsl(parts.query) if key not in _SAME_PAGE))


def walk(
    person: Person, *starts: str, most: int = 60, only: str = "/", kinds: set[str] | None = None
) -> Iterator[str]:
    """Open each kind of page reachable from ``starts`` by links whose address begins with ``only``; ``most`` at all.

    ``kinds`` holds the kinds that others have opened, which only lead further as starts, and takes what is opened here.
    Yields the address of a page while it is open; downloads, leaving and display choices are no pages.
    """
    kinds = set() if kinds is None else kinds
    waiting, known = deque(starts), set(starts)
    opened = 0
    while waiting and opened < most:
        path = waiting.popleft()
        kind = kind_of(path)
        if path not in starts and kind in kinds:
            continue
        try:
            answer = person.go(path)
        except Error as error:
            if "Download is starting" in error.message:
                continue
            raise
        assert answer is not None
        # A start may be a page that says that there is no such thing; 422 says what is to be corrected.
        allowed = 500 if path in starts else 400
        assert answer.status < allowed or answer.status == 422, f"{path} answered {answer.status}"
        kinds.add(kind)
        opened += 1
        links: list[str] = person.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        yield path
        for link in links:
            here = link.removeprefix(person.town).split("#")[0]
            if here.startswith(only) and here not in known and not _NOT_PAGES.search(here):
                known.add(here)
                waiting.append(here)
