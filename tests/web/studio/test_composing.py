"""Composing on screen: typed, shown, mended, tried, proposed and approved by two people."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from django.test import Client
from django.utils import timezone
from tests.usecases import town as specimen
from tests.web.public.conftest import SignIn

from bancheng.core.catalogue import ElementKind, OneThingDefinition, ServiceExpectation
from bancheng.core.clock import Limit
from bancheng.store.models import BlueprintVersion, LibraryEntry
from bancheng.usecases import composing, library, library_deciding
from bancheng.usecases.town import packs

KEY = "open_restaurant"
AT = f"/studio/compose/{KEY}/"
LIVE = f"{AT}live"


@pytest.fixture
def manager(sign_in: SignIn) -> Iterator[Client]:
    """One item manager; what is published goes with the test."""
    yield sign_in("items")
    packs.cache_clear()


@pytest.fixture
def second(sign_in: SignIn, manager: Client) -> Client:
    """The other one."""
    return sign_in("items2")


def form(client: Client, address: str = AT, **changes: str | None) -> dict[str, list[str]]:
    """What a browser would send from the page, with some inputs changed (None: left empty or unticked)."""
    page = client.get(address)
    assert page.status_code == 200
    found: dict[str, list[str]] = {}
    html = page.content.decode()
    body = html[html.index('method="post"') :]
    for tag, name in re.findall(r"(<(?:input|select|textarea)[^>]*?\sname=\"([^\"]+)\"[^>]*>)", body):
        if tag.startswith("<input"):
            if 'type="checkbox"' in tag and " checked" not in tag:
                continue
            value = re.search(r'\svalue="([^"]*)"', tag)
            found.setdefault(name, []).append(_plain(value[1] if value else "on"))
        elif tag.startswith("<select"):
            inside = body[body.index(tag) :].partition("</select>")[0]
            chosen = re.search(r'<option value="([^"]*)" selected', inside) or re.search(
                r'<option value="([^"]*)"', inside
            )
            found.setdefault(name, []).append(_plain(chosen[1] if chosen else ""))
        else:
            inside = body[body.index(tag) + len(tag) :].partition("</textarea>")[0]
            found.setdefault(name, []).append(_plain(inside))
    for name, value in changes.items():
        found.pop(name, None)
        if value is not None:
            found[name] = [value]
    found.pop("acknowledged", None)
    return found


def _plain(text: str) -> str:
    return (
        text.replace("&quot;", '"')
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
    )


def definition() -> OneThingDefinition:
    """The one-thing as it is being written."""
    return composing.composition(KEY).definition


def test_what_is_shown_and_sent_back_unchanged_changes_nothing(manager: Client) -> None:
    before = definition()
    manager.post(AT, {**form(manager), "act": ["save"]})
    assert definition() == before
    assert not library.history("onething", KEY)


def test_a_new_one_thing_begins_with_its_name(manager: Client) -> None:
    assert "请写名称" in manager.post("/studio/compose/", {"name": " "}).content.decode()
    page = manager.post(
        "/studio/compose/", {"name": "开办夜市摊位", "subject": "company", "stage": "open"}, follow=True
    )
    assert "开办夜市摊位" in page.content.decode()
    assert LibraryEntry.objects.get(state="draft").name == "开办夜市摊位"
    assert "开办夜市摊位" in manager.get("/studio/desk/").content.decode()


def test_each_change_comes_back_with_its_effect(manager: Client) -> None:
    sent = form(manager, **{"members.1.when": "no_such = 3"})
    page = manager.post(LIVE, sent).content.decode()
    assert 'id="effect"' in page
    assert 'id="at-members-1" hx-swap-oob="true"' in page
    assert "第 1 个字" in page
    assert definition().members[1].when == "no_such = 3"
    sent["members.1.when"] = ["true"]
    page = manager.post(LIVE, sent).content.decode()
    assert "第 1 个字" not in page


def test_what_changed_since_the_last_look_is_marked(manager: Client) -> None:
    first = manager.get(AT).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', first)
    assert seen
    last = len(definition().members) - 1
    manager.post(AT, {**form(manager), "act": [f"del:members.{last}"]})
    page = manager.post(LIVE, form(manager, seen=seen[1])).content.decode()
    assert re.search(r"<ins>−\d+</ins>", page)


def test_a_condition_is_said_in_words(manager: Client) -> None:
    asked = (one for one in packs().catalogue.elements.values() if one.kind is ElementKind.BOOLEAN)
    boolean = next(one.key for one in asked if one.name.startswith("是否"))
    name = packs().catalogue.elements[boolean].name.removeprefix("是否")
    page = manager.post(LIVE, form(manager, **{"members.1.when": boolean})).content.decode()
    assert f"只在：{name}" in page


def test_members_are_found_added_moved_and_removed(manager: Client) -> None:
    found = manager.get(f"{AT}search", {"q": "出生 登记"}).content.decode()
    key = re.search(r'value="add:(\w+)"', found)
    assert key
    manager.post(AT, {**form(manager), "act": [f"add:{key[1]}"]})
    assert definition().members[-1].item == key[1]
    last = len(definition().members) - 1
    manager.post(AT, {**form(manager), "act": [f"up:members.{last}"]})
    assert definition().members[-2].item == key[1]
    manager.post(AT, {**form(manager), "act": [f"del:members.{last - 1}"]})
    assert key[1] not in {one.item for one in definition().members}
    assert "没有找到" in manager.get(f"{AT}search", {"q": "zzzz"}).content.decode()


def test_a_mend_is_applied_with_one_button(manager: Client) -> None:
    page = manager.post(LIVE, form(manager, **{"promised.amount": "0"})).content.decode()
    mend = re.search(r'value="(mend:\w+)" formnovalidate>.*?承诺改为', page)
    assert mend
    manager.post(AT, {**form(manager), "act": [mend[1]]})
    effect = composing.effect(definition())
    assert effect.blueprint is not None
    assert "promise-too-short" not in {one.code for one in effect.problems}


def test_a_person_is_added_and_tried(manager: Client) -> None:
    people = len(definition().profiles)
    manager.post(AT, {**form(manager), "act": ["person"]})
    sent = form(manager)
    name = f"profiles.{people}.name"
    answer = next(one for one in sent if one.startswith(f"profiles.{people}.answers."))
    manager.post(AT, {**sent, name: ["路边摊主"], "act": ["save"]})
    assert definition().profiles[people].name == "路边摊主"
    assert answer
    assert "对他们来说" in manager.get(AT).content.decode()


def test_the_second_of_two_is_told_and_loses_nothing(manager: Client, second: Client) -> None:
    mine, theirs = form(manager), form(second)
    manager.post(AT, {**mine, "name": ["甲的名字"], "act": ["save"]})
    page = second.post(AT, {**theirs, "name": ["乙的名字"], "act": ["save"]}).content.decode()
    assert "有人同时在改" in page
    assert "乙的名字" in page
    assert definition().name == "甲的名字"
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision
    second.post(AT, {**theirs, "name": ["乙的名字"], "revision": [revision[1]], "act": ["save"]})
    assert definition().name == "乙的名字"


def test_it_is_proposed_and_approved_by_somebody_else(manager: Client, second: Client) -> None:
    before = BlueprintVersion.objects.get(key=KEY, current=True).digest
    manager.post(AT, {**form(manager, name="开办餐饮店（新）"), "act": ["save"]})
    page = manager.post(
        AT, {**form(manager), "note": ["换个名字"], "acknowledged": ["on"], "act": ["propose"]}, follow=True
    )
    assert "请另一位事项管理员审核" in page.content.decode()
    entry = LibraryEntry.objects.get(kind="onething", key=KEY, state="proposed")
    decide = f"/studio/desk/{entry.pk}/decide"
    assert "自己写的不能自己审" in manager.post(decide, {"act": "approve"}, follow=True).content.decode()
    assert "换个名字" in second.get("/studio/desk/").content.decode()
    review = second.get(f"/studio/desk/{entry.pk}/").content.decode()
    assert "开办餐饮店（新）" in review
    assert "退回要写理由" in second.post(decide, {"act": "reject"}, follow=True).content.decode()
    assert "已发布" in second.post(decide, {"act": "approve"}, follow=True).content.decode()
    assert BlueprintVersion.objects.get(key=KEY, current=True).digest != before
    past = second.get(f"/studio/history/onething/{KEY}/").content.decode()
    assert "正在用" in past
    back = second.post(f"/studio/history/onething/{KEY}/", {"version": "0", "note": "改回去"}, follow=True)
    assert "请另一位事项管理员审核" in back.content.decode()


def test_an_item_is_edited_by_forms_as_a_draft(manager: Client) -> None:
    key = definition().members[0].item
    address = f"/studio/items/{key}/edit/"
    before = composing.item_composition(key).item
    for part in (
        "basics",
        "fields",
        "materials",
        "steps",
        "results",
        "fees",
        "conditions",
        "situations",
        "review",
        "faq",
    ):
        manager.post(f"{address}?part={part}", {**form(manager, f"{address}?part={part}"), "act": ["save"]})
        assert composing.item_composition(key).item == before, part
    page = form(manager, address)
    assert page["body"] == [f"{packs().catalogue.bodies[before.body].name} · {before.body}"]
    manager.post(
        f"{address}?part=materials", {**form(manager, f"{address}?part=materials"), "act": ["add:materials"]}
    )
    after = composing.item_composition(key)
    assert len(after.item.materials) == len(before.materials) + 1
    assert after.entry is not None
    page = manager.get(f"{address}?part=materials").content.decode()
    assert "错误" in page
    assert "草稿" in manager.get(AT).content.decode()


def test_conditions_are_suggested_by_name_and_filled_in_by_rows(manager: Client) -> None:
    rows = manager.get("/studio/conditions/suggest", {"text": "经营", "at": "2"}).json()["rows"]
    assert rows
    assert all("经营" in one["name"] for one in rows[:1])
    codes = next(one for one in packs().catalogue.elements.values() if one.codes)
    offered = manager.get("/studio/conditions/suggest", {"text": f"{codes.key} = "}).json()["rows"]
    assert offered[0]["text"].startswith('"')
    page = manager.get("/studio/conditions/rows", {"text": f'{codes.key} = "x"'}).content.decode()
    assert 'data-row="fact.0.0"' in page
    value = packs().catalogue.codes[codes.codes].codes[0].value
    sent = {
        "groups": "1",
        "rows.0": "1",
        "join": "and",
        "fact.0.0": codes.key,
        "op.0.0": "=",
        "value.0.0": value,
    }
    assert (
        f"{codes.key} = &quot;{value}&quot;" in manager.post("/studio/conditions/rows", sent).content.decode()
    )
    assert "不是简单的比较" in manager.get("/studio/conditions/rows", {"text": "1 + 1 = 2"}).content.decode()


def test_others_do_not_compose(sign_in: SignIn, manager: Client) -> None:
    for who in ("watch", "zhang"):
        client = sign_in(who)
        assert client.get(AT).status_code == 403
        assert client.post(LIVE, {}).status_code == 403


def test_what_a_rehearsal_does_not_reach_is_seen_before_it_is_approved(
    manager: Client, second: Client
) -> None:
    served = packs().catalogue.onethings[KEY]
    hard = (ServiceExpectation(share=Decimal("0.95"), within=Limit(0)),)
    author, now = specimen.person("items"), timezone.now()
    saved = library.save(author, "onething", msgspec.structs.replace(served, expectations=hard), now)
    address = f"/studio/desk/{saved.entry}/"
    manager.post(f"{address}decide", {"act": "propose"})
    assert library.entry(saved.entry).state == "draft"
    manager.post(f"{address}decide", {"act": "propose", "acknowledged": "on"})
    assert "演练只有" in second.get(address).content.decode()
    second.post(f"{address}decide", {"act": "approve"})
    assert library.entry(saved.entry).state == "proposed"
    second.post(f"{address}decide", {"act": "approve", "acknowledged": "on"})
    assert library.entry(saved.entry).state == "published"


def test_a_later_version_and_the_end_of_the_one_in_force_are_approved_with_one_press(
    manager: Client, second: Client
) -> None:
    author, now, turn = specimen.person("items"), timezone.now(), timezone.localdate() + timedelta(days=40)
    one = packs().catalogue.items["signboard_setup"]
    ending = msgspec.structs.replace(one, valid_to=turn - timedelta(days=1))
    later = msgspec.structs.replace(one, version=2, promised=Limit(1), valid_from=turn)
    entries = (
        library.save(author, "item", ending, now).entry,
        library.save(author, "item", later, now, edition=True).entry,
    )
    library_deciding.propose_many(author, entries, now)
    page = second.get(f"/studio/desk/{entries[1]}/").content.decode()
    assert "两份一起发布" in page
    assert "这样还不能发布" not in page
    second.post(f"/studio/desk/{entries[1]}/decide", {"act": "both"})
    assert [library.entry(each).state for each in entries] == ["published", "published"]
