"""The window prints what belongs to what it takes in."""

from django.test import Client
from tests.web.counter.window import begin


def test_the_checklist_lies_beside_the_form(clerk: Client) -> None:
    page = clerk.get(f"/counter/drafts/{begin(clerk)}/").content.decode()
    for kind in ("checklist", "sheet", "form"):
        assert f"/take/{kind}" in page
