"""Packages of another instance become drafts, are recognised the next time, and never write over what we changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec
import pytest
from tests.usecases import town as specimen

from bancheng.connect.packs import RecordStanding, make_package
from bancheng.core.catalogue import Catalogue, Item
from bancheng.store.models import LibraryEntry, PackageBase
from bancheng.usecases import library, library_deciding, packaging
from bancheng.usecases.access import Actor, NotAllowed, NotFound, audit_is_whole
from bancheng.usecases.town import packs

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = date(2026, 11, 22)
SHOP = "open_restaurant"
FOOD = "food_business_licence"


@pytest.fixture
def author(town: None) -> Iterator[Actor]:
    yield specimen.person("items")
    packs.cache_clear()


def theirs(**changes: object) -> bytes:
    """The shop as another city packs it: its food licence changed."""
    base = packs().standards.base
    items = {**base.items, FOOD: msgspec.structs.replace(base.items[FOOD], **changes)}
    catalogue: Catalogue = msgspec.structs.replace(base, items=items)
    return make_package(catalogue, (SHOP,), origin="https://elsewhere.example", made_on=TODAY)


def standing(data: bytes) -> RecordStanding:
    return next(one.standing for one in packaging.preview(data).records if one.key == FOOD)


def test_our_own_package_brings_nothing_new(author: Actor) -> None:
    made = packaging.export([SHOP], TODAY)
    seen = packaging.preview(made.data)
    assert seen.nothing
    assert packaging.take_in(author, made.data, None, NOW).drafts == 0
    assert not LibraryEntry.objects.exists()


def test_what_is_taken_becomes_a_draft_and_is_recognised_the_next_time(author: Actor) -> None:
    data = theirs(name="食品经营许可（新版）")
    assert standing(data) is RecordStanding.CHANGED
    assert packaging.take_in(author, data, None, NOW).drafts == 2, "the item, and what this city sets on it"
    assert library.draft_of("item", FOOD).name == "食品经营许可（新版）"
    assert standing(data) is RecordStanding.SAME
    assert packaging.take_in(author, data, None, NOW).drafts == 0
    assert audit_is_whole()


def test_what_we_changed_since_the_last_import_is_kept_or_asked_about(author: Actor) -> None:
    packaging.take_in(author, theirs(), None, NOW)
    ours: Item = msgspec.structs.replace(packs().standards.base.items[FOOD], name="食品经营许可（本地）")
    library.save(author, "item", ours, NOW)
    assert standing(theirs()) is RecordStanding.KEPT
    later = theirs(name="食品经营许可（他们又改）")
    assert standing(later) is RecordStanding.CONFLICT
    packaging.take_in(author, later, None, NOW)
    assert library.draft_of("item", FOOD).name == "食品经营许可（本地）"
    packaging.take_in(author, later, [f"item/{FOOD}"], NOW)
    assert library.draft_of("item", FOOD).name == "食品经营许可（他们又改）"


def test_overlays_of_this_city_stay(author: Actor) -> None:
    before = packs().catalogue.items[FOOD].promised
    packaging.take_in(author, theirs(name="食品经营许可（新版）"), None, NOW)
    drafts = [library.draft_of(kind, FOOD).pk for kind in ("item", "overlay")]
    library_deciding.propose_many(author, drafts, NOW)
    library_deciding.approve_many(specimen.person("items2"), drafts, NOW)
    served = packs().catalogue.items[FOOD]
    assert (served.name, served.promised) == ("食品经营许可（新版）", before)


def test_only_item_managers_take_in(author: Actor) -> None:
    with pytest.raises(NotAllowed):
        packaging.take_in(specimen.person("clerk"), theirs(), None, NOW)
    with pytest.raises(NotAllowed):
        packaging.put_by(specimen.person("clerk"), "p.zip", theirs(), NOW)
    assert not PackageBase.objects.exists()


def test_a_package_put_by_is_its_senders_alone(author: Actor) -> None:
    number = packaging.put_by(author, "p.zip", theirs(), NOW)
    assert packaging.put_by_of(author, number).name == "p.zip"
    with pytest.raises(NotFound):
        packaging.put_by_of(specimen.person("items2"), number)
    packaging.put_by(author, "q.zip", theirs(), NOW)
    with pytest.raises(NotFound):
        packaging.put_by_of(author, number)


def test_what_is_not_there_cannot_be_packed(author: Actor) -> None:
    with pytest.raises(NotFound):
        packaging.export(["nothing"], TODAY)
    with pytest.raises(NotFound):
        packaging.export([], TODAY)
