"""The guide of a one-thing on the web tells what its paper tells, and is there to take away."""

from __future__ import annotations

import io
import json
import re

import pypdf
import pytest
from django.test import Client
from django.utils import timezone
from tests.web.public.reading import words

from bancheng.usecases import outputs
from bancheng.usecases.town import current_blueprint

MATTERS = ("open_restaurant", "newborn", "utilities", "specimen_festival")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("key", MATTERS)
def test_page_paper_and_data_tell_the_same_facts(visitor: Client, key: str) -> None:
    blueprint = current_blueprint(key)
    assert blueprint is not None
    content = outputs.content_of(blueprint, timezone.localdate())
    page = squeezed(words(visitor.get(f"/do/{key}/")))
    paper = pypdf.PdfReader(io.BytesIO(visitor.get(f"/do/{key}/take/guide").content))
    printed = re.sub(
        r"·第\d+版[0-9a-f]{12}·.{0,30}为准\d+/\d+",
        "",
        squeezed("".join(p.extract_text() for p in paper.pages)),
    )
    data = squeezed(
        json.dumps(json.loads(visitor.get(f"/do/{key}/take/content").content), ensure_ascii=False)
    )
    for fact in content.facts():
        assert squeezed(fact) in page, "web"
        assert squeezed(fact) in printed, "paper"
        if '"' not in fact:
            assert squeezed(fact) in data, "data"


@pytest.mark.parametrize(
    ("kind", "media", "begins"),
    [
        ("guide", "application/pdf", b"%PDF"),
        ("sheet", "application/pdf", b"%PDF"),
        ("checklist", "application/pdf", b"%PDF"),
        ("form", "application/pdf", b"%PDF"),
        ("png", "image/png", b"\x89PNG"),
        ("svg", "image/svg+xml", b"<svg"),
        ("bpmn", "application/xml", b"<?xml"),
        ("schema", "application/schema+json", b"{"),
        ("content", "application/json", b"{"),
    ],
)
def test_everything_can_be_taken_away_without_signing_in(
    visitor: Client, kind: str, media: str, begins: bytes
) -> None:
    answer = visitor.get(f"/do/open_restaurant/take/{kind}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media
    assert answer.content.startswith(begins)
    assert "open_restaurant-" in answer.headers["Content-Disposition"]


def test_what_cannot_be_taken_away_is_not_found(visitor: Client) -> None:
    assert visitor.get("/do/open_restaurant/take/nonsense").status_code == 404
    assert visitor.get("/do/no_such_thing/take/guide").status_code == 404


def test_the_picture_stands_on_the_page_twice_with_ids_of_its_own(visitor: Client) -> None:
    page = visitor.get("/do/open_restaurant/").content.decode()
    ids = re.findall(r'\bid="(plan-[^"]+)"', page)
    assert len(ids) == len(set(ids)) > 4
    assert "plan-simple" in page
    assert "plan-phone" in page


def test_one_version_is_printed_once(visitor: Client) -> None:
    outputs._made.cache_clear()
    for _ in range(3):
        visitor.get("/do/newborn/take/sheet")
    assert outputs._made.cache_info().misses == 1
