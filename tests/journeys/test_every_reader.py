"""For every reader: large type and doubled letters lose nothing on any public page."""

from collections.abc import Callable

import pytest
from tests.journeys.applying import answer_questions, begin
from tests.journeys.browser import PHONE, Person, hidden_controls, overflow
from tests.journeys.matters import RETIREMENT
from tests.journeys.walking import walk

Visitor = Callable[..., Person]
SEEN = ("/", "/search?q=开店", "/verify/0000000000", "/display/", "/accounts/login/", "/accounts/signup/")


@pytest.mark.parametrize("how", ["large", "largest", "doubled"])
def test_large_type_loses_nothing_at_360_pixels(visitor: Visitor, how: str) -> None:
    zhou = visitor("zhou", viewport=PHONE)
    starts = _with_an_application(zhou)
    if how != "doubled":
        zhou.go(f"/display/?size={how}&next=/")
    lost = []
    for path in walk(zhou, *starts, most=45):
        if how == "doubled":
            zhou.page.evaluate("document.documentElement.style.fontSize = '200%'")
        lost += [f"{path}: {one}" for one in (*overflow(zhou.page), *hidden_controls(zhou.page))]
        if path in ("/", starts[-1]):
            zhou.picture(f"type-{how}-{'home' if path == '/' else 'list'}")
    assert lost == [], "\n".join(["", *lost])


def _with_an_application(zhou: Person) -> tuple[str, ...]:
    begin(zhou, "retirement")
    first = zhou.page.url.removeprefix(zhou.town)
    answer_questions(zhou, RETIREMENT)
    return (*SEEN, "/cases/", "/messages/", first, zhou.page.url.removeprefix(zhou.town))
