"""Families in the studio: named at the start, their scenes side by side, at a cost that stays bounded."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.public.conftest import SignIn
from tests.web.public.reading import links, words


def test_the_start_names_each_family_and_leads_to_its_scenes(town: None, sign_in: SignIn) -> None:
    client: Client = sign_in("items")
    start = client.get("/studio/")
    assert "道路运政一类事 25 个场景" in words(start)
    assert links(start, "/studio/families/road_transport/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/studio/families/road_transport/")
    assert len(links(page, "/studio/onethings/road_transport_")) >= 25
    assert "新开客运企业" in words(page)
    assert len(asked) <= 8, "no query for each scene"


def test_a_family_that_is_not_there_is_not_found_and_nobody_else_reads_along(
    town: None, sign_in: SignIn
) -> None:
    assert sign_in("items").get("/studio/families/nothing/").status_code == 404
    assert sign_in("zhang").get("/studio/families/road_transport/").status_code == 403
