"""The studio: what an item manager sees, tries, takes away and publishes."""

import json
from xml.etree import ElementTree

import msgspec
import pytest
from django.test import Client
from django.utils import timezone
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.core.kernel import canonical, digest
from bancheng.store.models import AuditEntry, BlueprintVersion, ItemVersion
from bancheng.usecases import studio, town
from bancheng.web.studio.labels import PARTS

ONE = "/studio/onethings/open_restaurant/"


@pytest.fixture
def manager(sign_in: SignIn) -> Client:
    """The item manager."""
    return sign_in("items")


def text(client: Client, address: str, status: int = 200) -> str:
    """The page."""
    page = client.get(address)
    assert page.status_code == status
    return page.content.decode()


def test_only_item_managers_and_supervisors_come_in(sign_in: SignIn) -> None:
    text(sign_in("zhang"), "/studio/", 403)
    assert "载入并发布数据包" not in text(sign_in("watch"), "/studio/")
    assert sign_in("watch").get("/studio/publish/").status_code == 403
    assert "载入并发布数据包" in text(sign_in("items"), "/studio/")


def test_the_list_shows_what_each_one_thing_saves(manager: Client) -> None:
    page = text(manager, "/studio/")
    line = studio.onething("open_restaurant").blueprint.savings.lines[0]
    assert "开办餐饮店" in page
    assert f"少 {line.rate * 100:.1f}%" in page  # type: ignore[operator]  # reason: the specimen has a rate


@pytest.mark.parametrize("part", [*PARTS])
def test_every_part_of_a_blueprint_has_its_page(manager: Client, part: str) -> None:
    assert "开办餐饮店" in text(manager, f"{ONE}{part}/")


def test_the_form_tells_who_needs_a_field_and_what_fills_it(manager: Client) -> None:
    field = next(one for one in studio.onething("open_restaurant").blueprint.fields if one.source)
    page = text(manager, f"{ONE}form/")
    assert f"{len(field.items)} 合 1" in page or len(field.items) == 1
    assert field.source_name in page


def test_the_materials_tell_why_they_are_not_asked_for(manager: Client) -> None:
    page = text(manager, f"{ONE}materials/")
    for one in studio.onething("open_restaurant").blueprint.materials:
        assert one.name in page
        assert one.reason in page.replace("&quot;", '"')


def test_a_wish_is_said_by_the_name_of_its_item(manager: Client) -> None:
    page = text(manager, f"{ONE}plan/")
    assert "选办“烟草专卖零售许可（新办）”" in page


def test_the_plan_is_a_picture_with_a_table_behind_it(manager: Client) -> None:
    page = text(manager, f"{ONE}plan/")
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="plan plan-full"' in page
    for step in studio.onething("open_restaurant").blueprint.plan.steps:
        assert page.count(step.name) >= 2


def test_trying_another_answer_changes_the_list(manager: Client) -> None:
    small = text(manager, f"{ONE}try/?profile=none&floor_area_range=under_50&premises_floor=ground")
    large = text(manager, f"{ONE}try/?profile=none&floor_area_range=from_300&premises_floor=ground")
    assert small != large
    text(manager, f"{ONE}try/?profile=nobody")


def test_a_blueprint_is_taken_away_in_three_forms(manager: Client) -> None:
    bpmn = manager.get(f"{ONE}export/bpmn")
    assert ElementTree.fromstring(bpmn.content).tag.endswith("definitions")
    assert "attachment" in bpmn["Content-Disposition"]
    assert json.loads(manager.get(f"{ONE}export/schema").content)["type"] == "object"
    assert ElementTree.fromstring(manager.get(f"{ONE}export/svg").content).tag.endswith("svg")
    assert manager.get(f"{ONE}export/exe").status_code == 404


def test_items_are_found_by_name_body_and_type(manager: Client) -> None:
    found = text(manager, "/studio/items/?q=食品经营许可")
    assert "食品经营许可（新办）" in found
    assert "户外招牌设施设置" not in found
    assert "没有符合的事项" in text(manager, "/studio/items/?q=不存在的事项")
    assert "食品经营许可（新办）" not in text(manager, "/studio/items/?type=public_service")


def test_an_item_shows_where_it_is_written_and_what_changed(manager: Client) -> None:
    item = town.packs().catalogue.items["food_business_licence"]
    older = msgspec.structs.replace(item, visits=item.visits + 3, version=item.version - 1)
    for one, at in ((older, -1), (item, 0)):
        ItemVersion.objects.get_or_create(
            key=item.key,
            digest=digest(one),
            defaults={
                "version": one.version,
                "name": one.name,
                "body": one.body,
                "content": canonical(one).decode(),
                "loaded_at": timezone.now() + timezone.timedelta(days=at),
            },
        )
    page = text(manager, "/studio/items/food_business_licence/")
    assert "restaurant.yaml:" in page
    assert "到现场次数" in page
    assert f"<td>{item.visits + 3}</td><td>{item.visits}</td>" in page


def test_publishing_shows_first_what_will_change(manager: Client) -> None:
    row = BlueprintVersion.objects.get(key="open_restaurant", current=True)
    kept = row.digest
    BlueprintVersion.objects.filter(key="open_restaurant").update(current=False)
    assert "新的一件事" in text(manager, "/studio/publish/")
    assert not BlueprintVersion.objects.filter(key="open_restaurant", current=True).exists()
    assert manager.post("/studio/publish/", {"confirm": "yes"}).status_code == 302
    assert BlueprintVersion.objects.get(key="open_restaurant", current=True).digest == kept
    assert AuditEntry.objects.filter(act="studio.publish").count() == 1


def test_an_older_version_says_how_it_differs(manager: Client) -> None:
    row = BlueprintVersion.objects.get(key="open_restaurant", current=True)
    blueprint = town.blueprint(row.digest)
    fewer = msgspec.structs.replace(blueprint, fields=blueprint.fields[1:], digest="")
    fewer = msgspec.structs.replace(fewer, digest=digest(fewer))
    BlueprintVersion.objects.create(
        digest=fewer.digest,
        key=fewer.key,
        version=fewer.version,
        name=fewer.name,
        content=canonical(fewer).decode(),
        published_at=timezone.now(),
    )
    page = text(manager, f"{ONE}versions/?v={fewer.digest}")
    assert "与正在办的不同" in page
    assert f"去掉 {blueprint.fields[0].element}" in page or f"去掉 {blueprint.fields[0].name}" in page


def test_an_unknown_matter_part_or_version_is_not_found(manager: Client) -> None:
    for address in (
        "/studio/onethings/nothing/",
        f"{ONE}nothing/",
        f"{ONE}?v=nothing",
        "/studio/items/nothing/",
    ):
        text(manager, address, 404)


def test_lists_stay_within_their_bounds(manager: Client) -> None:
    for name, address in (("studio:items", "/studio/items/"), ("studio:problems", "/studio/problems/")):
        with Asked() as cost:
            text(manager, address)
        assert len(cost) <= BOUNDS[name]
