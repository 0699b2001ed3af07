"""The city's own library: versions, four eyes, and every process seeing what was published."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.core.catalogue import (
    Element,
    ElementKind,
    Item,
    ItemOverlay,
    OneThingDefinition,
    ServiceExpectation,
)
from bancheng.core.clock import Limit
from bancheng.core.kernel import Confidence, ProblemsFound, Provenance, digest
from bancheng.store.models import AuditEntry, BlueprintVersion, LibraryEntry
from bancheng.usecases import library, library_check, library_deciding, proofs, town
from bancheng.usecases.access import Actor, NotAllowed, NotFound, audit_is_whole
from bancheng.usecases.town import packs

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FOOD = "food_business_licence"
SERIAL = specimen.SERIAL


@pytest.fixture
def author(town: None) -> Iterator[Actor]:
    """One item manager. What a test publishes is undone with it, and this process must not go on believing it."""
    yield specimen.person("items")
    packs.cache_clear()


@pytest.fixture
def second(author: Actor) -> Actor:
    """Another item manager."""
    return specimen.person("items2")


def food(**changes: object) -> Item:
    """The specimen's food licence, changed."""
    return msgspec.structs.replace(packs().catalogue.items[FOOD], **changes)


def published(author: Actor, second: Actor, kind: str, record: msgspec.Struct) -> library.Saved:
    """Written by one, approved by another."""
    saved = library.save(author, kind, record, NOW)
    library_deciding.propose(author, saved.entry, NOW)
    library_deciding.approve(second, saved.entry, NOW)
    return saved


def test_what_is_published_stands_in_the_place_of_the_packs_record(author: Actor, second: Actor) -> None:
    before = BlueprintVersion.objects.get(key=SERIAL, current=True).digest
    published(author, second, "item", food(name="食品经营许可（本县）"))
    assert packs().catalogue.items[FOOD].name == "食品经营许可（本县）"
    after = BlueprintVersion.objects.get(key=SERIAL, current=True)
    assert after.digest != before
    assert "食品经营许可（本县）" in after.content
    assert BlueprintVersion.objects.filter(pk=before, current=False).exists()
    assert audit_is_whole()
    acts = list(AuditEntry.objects.filter(object=f"item:{FOOD}@1").order_by("id").values_list("act", "actor"))
    assert acts == [
        ("library.draft", author.id),
        ("library.propose", author.id),
        ("library.approve", second.id),
    ]


def test_a_running_case_goes_on_with_what_it_pins(author: Actor, second: Actor) -> None:
    file = specimen.submitted()
    pinned = file.case.blueprint_id
    published(author, second, "item", food(name="食品经营许可（改名）"))
    assert BlueprintVersion.objects.get(key=SERIAL, current=True).digest != pinned
    assert specimen.fresh(file).case.blueprint_id == pinned
    assert "改名" not in town.blueprint(pinned).items[0].name


def test_a_draft_is_saved_again_and_again_as_one_version(author: Actor) -> None:
    first = library.save(author, "item", food(name="甲"), NOW)
    again = library.save(author, "item", food(name="甲"), NOW)
    changed = library.save(author, "item", food(name="乙"), NOW, revision=1)
    assert (first.changed, again.changed, changed.changed) == (True, False, True)
    assert (first.entry, first.version) == (changed.entry, changed.version)
    assert changed.revision == 2
    assert packs().catalogue.items[FOOD].name != "乙"


def test_the_packs_own_record_is_no_new_version(author: Actor) -> None:
    saved = library.save(author, "item", food(), NOW)
    assert (saved.entry, saved.changed) == (0, False)
    assert not library.history("item", FOOD)


def test_the_second_of_two_writers_is_told_and_overwrites_nothing(author: Actor, second: Actor) -> None:
    library.save(author, "item", food(name="甲"), NOW, revision=0)
    library.save(second, "item", food(name="乙"), NOW, revision=1)
    with pytest.raises(library.Stale) as told:
        library.save(author, "item", food(name="丙"), NOW, revision=1)
    assert told.value.entry is not None
    assert told.value.entry.name == "乙"


def test_whoever_wrote_in_it_cannot_approve_it(author: Actor, second: Actor) -> None:
    saved = library.save(author, "item", food(name="甲"), NOW)
    library.save(second, "item", food(name="乙"), NOW)
    library_deciding.propose(author, saved.entry, NOW)
    for one in (author, second):
        with pytest.raises(library_deciding.OwnWork):
            library_deciding.approve(one, saved.entry, NOW)
    with pytest.raises(NotAllowed):
        library_deciding.approve(specimen.person("zhang"), saved.entry, NOW)
    assert LibraryEntry.objects.get(pk=saved.entry).state == LibraryEntry.PROPOSED


def test_what_would_break_something_is_not_proposed(author: Actor) -> None:
    saved = library.save(author, "item", food(body="no_such_body"), NOW)
    with pytest.raises(ProblemsFound) as found:
        library_deciding.propose(author, saved.entry, NOW)
    assert [one.place.file for one in found.value.problems] == [f"library/items/{FOOD}"]
    assert LibraryEntry.objects.get(pk=saved.entry).state == LibraryEntry.DRAFT


def test_a_rejection_has_a_reason_and_the_author_goes_on_from_it(author: Actor, second: Actor) -> None:
    saved = library.save(author, "item", food(name="甲"), NOW)
    library_deciding.propose(author, saved.entry, NOW)
    with pytest.raises(ValueError, match="reason"):
        library_deciding.reject(second, saved.entry, NOW, " ")
    library_deciding.reject(second, saved.entry, NOW, "名称应与目录一致")
    with pytest.raises(NotFound):
        library_deciding.approve(second, saved.entry, NOW)
    assert library.save(author, "item", food(name="甲"), NOW).version == 2
    assert [one.reason for one in library.history("item", FOOD)] == ["", "名称应与目录一致"]


def test_an_earlier_version_and_the_packs_come_back_by_four_eyes(author: Actor, second: Actor) -> None:
    published(author, second, "item", food(name="甲"))
    published(author, second, "item", food(name="乙"))
    back = library_deciding.take_back(author, "item", FOOD, 1, NOW, "乙有误")
    assert packs().catalogue.items[FOOD].name == "乙"
    library_deciding.approve(second, back.pk, NOW)
    assert packs().catalogue.items[FOOD].name == "甲"
    gone = library_deciding.take_back(second, "item", FOOD, 0, NOW, "回到全国标准")
    library_deciding.approve(author, gone.pk, NOW)
    assert packs().catalogue.items[FOOD].name not in {"甲", "乙"}
    states = [one.state for one in library.history("item", FOOD)]
    assert states == ["published", "replaced", "replaced", "replaced"]


def test_a_one_thing_of_the_library_alone_is_offered_and_withdrawn(author: Actor, second: Actor) -> None:
    own = msgspec.structs.replace(
        packs().catalogue.onethings[SERIAL], key="night_market", name="夜市摆摊", aliases=()
    )
    published(author, second, "onething", own)
    assert town.current_blueprint("night_market") is not None
    back = library_deciding.take_back(author, "onething", "night_market", 0, NOW, "不再办理")
    library_deciding.approve(second, back.pk, NOW)
    assert town.current_blueprint("night_market") is None
    assert "night_market" not in packs().catalogue.onethings


def test_an_overlay_goes_the_same_road_as_those_of_packs(author: Actor, second: Actor) -> None:
    key = next(key for key, one in packs().catalogue.items.items() if one.visits > 0)
    published(author, second, "overlay", ItemOverlay(item=key, visits=0))
    assert packs().catalogue.items[key].visits == 0
    assert packs().catalogue.items[key].overlay == "library"
    looser = library.save(author, "overlay", ItemOverlay(item=key, visits=9), NOW)
    with pytest.raises(ProblemsFound) as found:
        library_deciding.propose(author, looser.entry, NOW)
    assert [one.code for one in found.value.problems] == ["loosened"]


def test_many_are_saved_in_few_queries_and_again_without_a_change(author: Actor) -> None:
    elements = [
        Element(key=f"imported_{at}", name=f"导入{at}", kind=ElementKind.TEXT)
        for at in range(library.CHUNK + 1)
    ]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        saved = library.save_many(author, "element", elements, NOW, "第一批")
    assert len(queries) < 60
    assert all(one.changed for one in saved)
    assert not any(one.changed for one in library.save_many(author, "element", elements, NOW))
    entries = [one.entry for one in saved]
    library_deciding.propose_many(author, entries, NOW)
    library_deciding.approve_many(specimen.person("items2"), entries, NOW)
    assert packs().catalogue.elements["imported_7"].name == "导入7"


def test_what_cannot_be_read_is_a_problem_and_stops_nothing_else(author: Actor) -> None:
    LibraryEntry.objects.create(
        kind="onething", key="torn", version=1, content='{"key":"torn"}', state="published",
        author_name="", saved_at=NOW,
    )  # fmt: skip
    library_deciding.touch()
    assert packs().catalogue.onethings[SERIAL]
    assert [one.place.file for one in packs().problems if one.code == "decode"] == ["library/onethings/torn"]


def test_looking_costs_one_query_and_not_more_often_than_needed(author: Actor) -> None:
    packs()
    with CaptureQueriesContext(connection) as queries:
        for _ in range(100):
            packs()
    assert len(queries) <= 1


def test_another_process_notices_a_publication(
    author: Actor, second: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = type(packs)()
    moment = [0.0]
    monkeypatch.setattr(town, "monotonic", lambda: moment[0])
    assert other().catalogue.items[FOOD].name != "甲"
    published(author, second, "item", food(name="甲"))
    assert other().catalogue.items[FOOD].name != "甲", "it has just looked"
    moment[0] = town.LOOK_EVERY
    assert other().catalogue.items[FOOD].name == "甲"
    held = other()
    moment[0] += town.LOOK_EVERY
    assert other() is held, "nothing was published since"


def test_files_are_read_once_until_one_is_written(author: Actor, settings: Settings, tmp_path: Path) -> None:
    here = tmp_path / "base"
    shutil.copytree(Path(__file__).parents[1] / "packs/base", here)
    settings.BANCHENG_DEMO, settings.BANCHENG_PACKS = False, (here,)
    first = town.load(())
    assert town.load(()) is first
    manifest = here / "pack.yaml"
    manifest.write_text(manifest.read_text().replace("测试基础库", "测试基础库二"))
    assert [pack.title for pack in town.load(()).packs if pack.name == "base"] == ["测试基础库二"]


def test_records_say_where_they_come_from(author: Actor, second: Actor) -> None:
    own = OneThingDefinition(
        key="night_market", name="夜市摆摊", subject=packs().catalogue.onethings[SERIAL].subject,
        stage=packs().catalogue.onethings[SERIAL].stage, lead=packs().catalogue.onethings[SERIAL].lead,
        members=packs().catalogue.onethings[SERIAL].members,
        provenance=Provenance("夜市管理办法（样例）", Confidence.FICTITIOUS),
    )  # fmt: skip
    published(author, second, "onething", own)
    assert packs().positions.place("onethings/night_market").file == "library/onethings/night_market"
    assert digest(library.served("onething", "night_market")) == digest(own)


def test_a_proposal_that_shuts_everybody_out_is_refused_with_the_person(author: Actor) -> None:
    definition = packs().catalogue.onethings["open_restaurant"]
    first, *rest = definition.members
    never = msgspec.structs.replace(rest[-1], when="floor_area > 300 and floor_area < 200")
    planted = msgspec.structs.replace(definition, members=(first, *rest[:-1], never))
    saved = library.save(author, "onething", planted, NOW)
    with pytest.raises(ProblemsFound) as found:
        library_deciding.propose(author, saved.entry, NOW)
    (fault,) = found.value.problems
    assert fault.code == "unreachable-item"
    assert "例如" in fault.message


def test_what_is_proven_of_the_town_stops_no_change(author: Actor) -> None:
    assert proofs.new_faults(packs(), ["open_restaurant", "newborn"], NOW.date()) == []


def test_an_expectation_that_a_rehearsal_misses_is_told_before_it_is_published(author: Actor) -> None:
    hard = (ServiceExpectation(share=Decimal("0.95"), within=Limit(0)),)
    definition = msgspec.structs.replace(packs().catalogue.onethings[SERIAL], expectations=hard)
    saved = library.save(author, "onething", definition, NOW)
    (remark,) = library_check.remarks((library.entry(saved.entry),))
    assert (remark.code, remark.severity.value) == ("expectation-missed", "warning")
    library_deciding.propose(author, saved.entry, NOW)
    easy = food(name="食品经营许可（本县）")
    other = library.save(author, "item", easy, NOW)
    assert library_check.remarks((library.entry(other.entry),)) == ()
