"""axe-core on every page that each of us can reach, by day and by night: nothing serious, nothing critical."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.journeys.applying import answer_questions, begin
from tests.journeys.axe import contrast, findings
from tests.journeys.browser import PHONE, Person
from tests.journeys.matters import RETIREMENT
from tests.journeys.walking import walk

Visitor = Callable[..., Person]

_BUREAUS = ("market_reviewer", "market_senior", "market_inspector1", "household_police_reviewer")
ROADS = {
    "": (
        "/",
        "/search?q=开店",
        "/search?q=没有这件事",
        "/verify/?code=",
        "/verify/0000000000",
        "/display/",
        "/accounts/signup/",
    ),
    "zhou": ("/", "/cases/", "/messages/"),
    "ayi": ("/cases/", "/messages/"),
    "clerk": ("/counter/", "/counter/new/", "/counter/queue/", "/counter/hand-over/"),
    **dict.fromkeys(_BUREAUS, ("/bureau/",)),
    "items": (
        "/studio/",
        "/studio/items/",
        "/studio/problems/",
        "/studio/desk/",
        "/studio/compose/open_restaurant/",
    ),
    "watch": ("/watch/", "/watch/cases/"),
    "admin": ("/",),
}
_OF_THE_PUBLIC = {"", "zhou", "ayi"}
_TOGETHER = (("", "zhou", "ayi", "admin"), ("clerk",), _BUREAUS, ("items",), ("watch",))
"""Who sits at one desk opens what the ones before did not."""
# Officials reach the public pages too; those are walked by the public.
_DESKS = {
    who: f"/{starts[0].split('/')[1]}/"
    for who, starts in ROADS.items()
    if who not in {*_OF_THE_PUBLIC, "admin"}
}


@pytest.fixture
def town(quiet: tuple[Path, str]) -> str:
    """A town in which nobody works meanwhile."""
    return quiet[1]


@pytest.mark.parametrize("people", _TOGETHER, ids=("public", "clerk", "bureaus", "items", "watch"))
def test_axe_finds_nothing_serious(visitor: Visitor, people: tuple[str, ...]) -> None:
    kinds: set[str] = set()
    told = [line for who in people for line in _walked(visitor, who, kinds)]
    assert told == [], "\n".join(["", *told])
    assert len(kinds) >= len({start for who in people for start in ROADS[who]}) - 1


def _walked(visitor: Visitor, who: str, kinds: set[str]) -> list[str]:
    size = {"viewport": PHONE} if who in _OF_THE_PUBLIC else {}
    person = visitor(who, **size)
    starts = ROADS[who]
    if who == "zhou":
        begin(person, "retirement")
        starts = (*starts, person.page.url.removeprefix(person.town))
        answer_questions(person, RETIREMENT)
        starts = (*starts, person.page.url.removeprefix(person.town))
    told = []
    for path in walk(person, *starts, most=45, only=_DESKS.get(who, "/"), kinds=kinds):
        told += [f"{path}: {one}" for one in findings(person.page)]
        person.page.emulate_media(color_scheme="dark")
        told += [f"{path} by night: {one}" for one in contrast(person.page)]
        person.page.emulate_media(color_scheme="light")
    return told
