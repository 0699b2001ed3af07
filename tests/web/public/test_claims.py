"""What cities claim to save stands beside what we count, with its source."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.usefixtures("town")


def test_the_guide_shows_what_cities_claim_with_its_source(client: Client) -> None:
    page = client.get(reverse("public:guide", args=["ship_operation"])).content.decode()
    assert "各地公布的压减" in page
    assert "少 54.0%" in page
    assert "济宁市政府新闻办" in page


def test_a_cut_in_days_is_said_in_days(client: Client) -> None:
    page = client.get(reverse("public:guide", args=["school_bus"])).content.decode()
    assert "少 17 个工作日" in page


def test_without_a_claim_there_is_no_word_of_it(client: Client) -> None:
    page = client.get(reverse("public:guide", args=["specimen_festival"])).content.decode()
    assert "各地公布的压减" not in page
