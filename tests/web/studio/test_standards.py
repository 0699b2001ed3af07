"""The standardisation desk: differences by level, quality by body and item, versions, lists; calm in cost."""

import io
from datetime import timedelta

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.core.catalogue import Standards
from bancheng.core.clock import Limit
from bancheng.store.models import BlueprintVersion, LibraryEntry, PlannedVersion
from bancheng.usecases import guide, library, library_deciding, spreadsheets, town
from bancheng.usecases import standards as desk

TOWN = "999999001"


@pytest.fixture
def manager(sign_in: SignIn) -> Client:
    """The item manager."""
    return sign_in("items")


def text(client: Client, address: str, status: int = 200) -> str:
    """The page."""
    page = client.get(address)
    assert page.status_code == status
    return page.content.decode()


@pytest.mark.parametrize(
    "name", ["standards", "standards_places", "standards_rules", "quality", "quality_items"]
)
def test_managers_and_supervisors_read_and_the_public_does_not(sign_in: SignIn, name: str) -> None:
    address = reverse(f"studio:{name}")
    text(sign_in("items"), address)
    text(sign_in("watch"), address)
    text(sign_in("zhang"), address, 403)


@pytest.mark.parametrize(
    "name", ["standards", "standards_places", "standards_rules", "quality", "quality_items"]
)
def test_a_page_costs_the_same_queries_however_many_items(manager: Client, name: str) -> None:
    address = reverse(f"studio:{name}")
    text(manager, address)
    with Asked() as asked:
        text(manager, address)
    assert len(asked) <= BOUNDS[f"studio:{name}"], [one["sql"][:80] for one in asked]


def test_a_townships_own_values_are_shown_beside_the_countys(manager: Client) -> None:
    page = text(manager, f"/studio/standards/?place={TOWN}&attribute=promised")
    assert "6个工作日" in page
    assert "5个工作日" in page
    assert "镇上设点受理" in page
    assert "云溪县办成镇（虚构）" in page
    assert "镇上设点受理" not in text(manager, "/studio/standards/?body=yunxi_urban_management")
    everywhere = text(manager, "/studio/standards/?place=all")
    assert "镇上设点受理" not in everywhere
    assert "没有不同的地方" in text(manager, "/studio/standards/?q=没有这个事项")


def test_the_places_name_their_bodies_and_the_rules_their_reasons(manager: Client) -> None:
    places = text(manager, "/studio/standards/places/")
    assert "云溪县示范市场监督管理局" in places
    assert TOWN in places
    rules = text(manager, "/studio/standards/rules/")
    assert "行政许可法第十六条" in rules
    assert "要免收请写 free" in rules


def test_the_lists_open_in_excel_and_hold_what_the_page_holds(manager: Client) -> None:
    answer = manager.get(f"/studio/standards/list.xlsx?place={TOWN}")
    rows = list(load_workbook(io.BytesIO(answer.content), read_only=True).active.values)
    assert rows[0] == desk.DIFFERENCE_HEADINGS
    assert len(rows) - 1 == len(desk.found_differences(place=TOWN)) > 5
    lines = manager.get("/studio/quality/list.csv?rule=faq").content.decode("utf-8-sig").splitlines()
    assert lines[0] == ",".join(desk.QUALITY_HEADINGS)
    assert len(lines) > 10
    assert manager.get("/studio/quality/list.exe").status_code == 404


def test_no_cell_of_a_list_is_taken_for_a_formula() -> None:
    assert (
        spreadsheets.as_csv([("a",), ("=1+1",), ("@x",), ("好",)]).decode("utf-8-sig")
        == "a\r\n'=1+1\r\n'@x\r\n好\r\n"
    )


def test_bodies_stand_from_the_weakest_and_a_rule_leads_to_its_items(manager: Client) -> None:
    view = desk.overview()
    assert [one.mean for one in view.bodies] == sorted(one.mean for one in view.bodies)
    assert sum(one.items for one in view.bodies) == view.items == len(town.packs().catalogue.items)
    page = text(manager, "/studio/quality/items/?rule=complaints")
    assert "没做到“写明监督投诉方式”的事项" in page
    weakest = desk.weak_items(rule="complaints")[0]
    assert f"/studio/items/{weakest.item}/#h-quality" in page
    broken = {rule.key: count for rule, count in view.rules}
    assert broken["complaints"] == len(desk.weak_items(rule="complaints"))


def test_an_items_page_marks_its_faults_where_they_stand(manager: Client) -> None:
    weak = next(
        row for row in desk.weak_items() if any(mark.path.startswith("materials/") for mark in row.marks)
    )
    page = text(manager, f"/studio/items/{weak.item}/")
    section = page.split('id="h-materials"')[1].split("</section>")[0]
    told = next(mark for mark in weak.marks if mark.path.startswith("materials/"))
    assert told.words in section
    assert str(weak.score) in page


def test_a_guide_can_be_read_as_of_a_day_by_those_who_read_the_studio(
    manager: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = town.packs()
    one = loaded.catalogue.items["signboard_setup"]
    turn = loaded.loaded_for + timedelta(days=30)
    editions = (
        msgspec.structs.replace(one, valid_to=turn - timedelta(days=1)),
        msgspec.structs.replace(one, version=2, name="户外招牌备案（新）", valid_from=turn),
    )
    later = msgspec.structs.replace(
        loaded, standards=Standards(loaded.standards.base, loaded.standards.layers, editions)
    )
    monkeypatch.setattr(guide, "packs", lambda: later)
    then = text(manager, f"/do/open_restaurant/?on={turn}")
    assert f"按 {turn} 生效的版本预览" in then
    assert "户外招牌备案（新）" in then
    assert "开始办理" not in then
    before = text(manager, f"/do/open_restaurant/?on={turn - timedelta(days=1)}")
    assert "户外招牌备案（新）" not in before
    assert (
        sign_in("zhang").get(f"/do/open_restaurant/?on={turn}").headers["Location"] == "/do/open_restaurant/"
    )
    text(manager, "/do/open_restaurant/?on=someday", 404)


def test_the_versions_of_a_one_thing_tell_which_begins_when(manager: Client) -> None:
    turn = town.packs().loaded_for + timedelta(days=30)
    row = BlueprintVersion.objects.get(key="open_restaurant", current=True)
    row.pk, row.current = "0" * 64, False
    row.save(force_insert=True)
    PlannedVersion.objects.create(key="open_restaurant", on_day=turn, digest=row.pk)
    page = text(manager, "/studio/onethings/open_restaurant/versions/")
    assert f"{turn} 起" in page


def test_an_items_page_shows_its_versions_with_their_days(
    manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = town.packs()
    one = loaded.catalogue.items["signboard_setup"]
    turn = loaded.loaded_for + timedelta(days=30)
    editions = (
        msgspec.structs.replace(one, valid_to=turn - timedelta(days=1)),
        msgspec.structs.replace(one, version=2, promised=Limit(1), valid_from=turn),
    )
    base = loaded.standards.base
    changed = msgspec.structs.replace(
        loaded, standards=Standards(base, loaded.standards.layers, editions, ())
    )
    monkeypatch.setattr(desk, "packs", lambda: changed)
    page = text(manager, "/studio/items/signboard_setup/")
    assert page.count("今天有效") == 1
    assert "还没到" in page
    assert f"{turn}" in page


def test_an_item_tells_the_public_where_when_and_whom_to_ask(visitor: Client) -> None:
    page = text(visitor, "/item/food_business_licence/")
    assert "云溪县办成镇示范路1号（虚构）" in page
    assert "000-5550001" in page


def test_a_draft_is_proposed_for_a_later_day_and_nothing_changes_until_then(
    manager: Client, sign_in: SignIn
) -> None:
    author, second = specimen.person("items"), specimen.person("items2")
    one = town.packs().catalogue.items["signboard_setup"]
    turn = town.packs().loaded_for + timedelta(days=30)
    address = "/studio/items/signboard_setup/"
    assert manager.post(f"{address}begin", {"on": f"{turn}"}).status_code == 404
    library.save(author, "item", msgspec.structs.replace(one, promised=Limit(1)), timezone.now())
    assert "草稿从以后某一天起用" in text(manager, address)
    assert "草稿从以后某一天起用" not in text(sign_in("watch"), address)
    past = manager.post(f"{address}begin", {"on": f"{turn - timedelta(days=60)}"}, follow=True)
    assert "应在今天以后" in past.content.decode()
    done = manager.post(f"{address}begin", {"on": f"{turn}"}, follow=True)
    assert "已提交审核" in done.content.decode()
    waiting = LibraryEntry.objects.filter(state=LibraryEntry.PROPOSED).order_by("pk")
    assert [row.key for row in waiting] == ["signboard_setup", "signboard_setup@2"]
    try:
        library_deciding.approve_many(second, [row.pk for row in waiting], timezone.now())
        assert town.packs().catalogue.items["signboard_setup"].promised == one.promised
        assert PlannedVersion.objects.filter(key="open_restaurant", on_day=turn).exists()
        page = text(manager, address)
        assert "还没到" in page
        text(manager, "/studio/history/item/signboard_setup@2/")
    finally:
        town.packs.cache_clear()
