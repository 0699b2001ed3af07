"""Content packages and outputs in the studio."""

from __future__ import annotations

import io
from typing import Any

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.web.public.conftest import SignIn

from bancheng.connect.packs import make_package, open_package
from bancheng.store.models import LibraryEntry
from bancheng.usecases.town import packs
from bancheng.web.studio.labels import EXPORTS

FOOD = "food_business_licence"


@pytest.fixture
def manager(sign_in: SignIn) -> Client:
    return sign_in("items")


def theirs() -> bytes:
    base = packs().standards.base
    items = {**base.items, FOOD: msgspec.structs.replace(base.items[FOOD], name="食品经营许可（新版）")}
    catalogue = msgspec.structs.replace(base, items=items)
    return make_package(
        catalogue, ("open_restaurant",), origin="https://elsewhere.example", made_on=timezone.localdate()
    )


def sent(client: Client, data: bytes, name: str = "p.zip") -> Any:
    return client.post("/studio/packages/", {"file": SimpleUploadedFile(name, data, "application/zip")})


@pytest.mark.parametrize("kind", [kind for kind, _ in EXPORTS])
def test_a_draft_or_version_is_taken_away_in_every_form(manager: Client, kind: str) -> None:
    assert manager.get(f"/studio/onethings/open_restaurant/export/{kind}").status_code == 200


def test_a_package_is_made_of_what_was_ticked(manager: Client) -> None:
    answer = manager.get("/studio/packages/download", {"onething": ["open_restaurant", "newborn"]})
    package = open_package(answer.content)
    assert set(package.manifest.onethings) == {"open_restaurant", "newborn"}
    assert manager.get("/studio/packages/download").status_code == 404


def test_an_uploaded_package_is_looked_through_before_anything_is_written(manager: Client) -> None:
    answer = sent(manager, theirs())
    page = manager.get(answer.headers["Location"]).content.decode()
    assert "对方改了" in page
    assert "食品经营许可（新版）" in page
    assert not LibraryEntry.objects.exists()
    done = manager.post(answer.headers["Location"], {"take": f"item/{FOOD}"}, follow=True)
    assert "份草稿" in done.content.decode()
    assert LibraryEntry.objects.filter(kind="item", key=FOOD, state=LibraryEntry.DRAFT).exists()


@pytest.mark.parametrize("data", [b"", b"PK broken", io.BytesIO(b"x" * 100).getvalue()])
def test_what_is_no_package_is_sent_back_with_what_to_do(manager: Client, data: bytes) -> None:
    answer = sent(manager, data)
    assert answer.status_code == 422
    assert "请" in answer.content.decode()


def test_only_item_managers_deal_in_packages(sign_in: SignIn) -> None:
    for path in ("/studio/packages/", "/studio/packages/download?onething=newborn"):
        assert sign_in("watch").get(path).status_code == 403
