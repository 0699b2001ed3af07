"""Rules and changes of bodies on screen: written by one, seen before it holds, put in force by another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn
from tests.web.studio.test_composing import form

from bancheng.core.catalogue import ChangeKind, Pick
from bancheng.store.models import LibraryEntry, Membership
from bancheng.usecases.town import packs

CHANGE = "/studio/offices/change/change_1/edit/"


@pytest.fixture
def manager(sign_in: SignIn) -> Iterator[Client]:
    """One item manager; what is published goes with the test."""
    yield sign_in("items")
    packs.cache_clear()


def said(page: object) -> str:
    return page.content.decode()  # type: ignore[attr-defined]  # reason: a test client's answer


def test_a_change_of_bodies_is_written_previewed_and_put_in_force_by_a_second_person(
    manager: Client, sign_in: SignIn
) -> None:
    file = specimen.accepted()
    old = file.state.open_steps[0].plan.bodies[0]
    item = next(one for one in packs().catalogue.items.values() if one.body == old)
    assert manager.get("/studio/offices/change/new/")["Location"] == CHANGE
    changes = {"name": "示范改革", "basis": "示例〔2026〕1号", "act": "add:moves"}
    manager.post(CHANGE, form(manager, CHANGE, **changes, on=timezone.localdate().isoformat()))
    moved = {"moves.0.old": old, "moves.0.new": "yunxi_tobacco", "recoded": "999901 改为 999902\n"}
    page = said(manager.post(CHANGE, form(manager, CHANGE, **moved, act="save"), follow=True))
    assert file.case.number in page
    assert item.name in page
    assert page.count('class="button" type="submit"') == 1
    page = said(manager.post(CHANGE, form(manager, CHANGE, note="改革方案", act="propose"), follow=True))
    assert "已提交" in page
    entry = LibraryEntry.objects.get(kind="change", key="change_1")
    assert entry.state == LibraryEntry.PROPOSED
    at = f"/studio/desk/{entry.pk}/"
    assert "不能自己审" in said(manager.post(f"{at}decide", {"act": "approve"}, follow=True))
    second = sign_in("items2")
    assert file.case.number in said(second.get(at))
    assert "已发布" in said(second.post(f"{at}decide", {"act": "approve"}, follow=True))
    held = packs().catalogue.body_changes["change_1"]
    assert (held.kind, held.divisions) == (ChangeKind.MERGED, {"999901": "999902"})
    assert packs().catalogue.items[item.key].body == "yunxi_tobacco"
    assert "示范改革" in said(sign_in("watch").get("/watch/changes/"))


def test_a_senior_writes_how_tasks_of_their_own_body_find_people_and_nothing_else(sign_in: SignIn) -> None:
    post = Membership.objects.filter(role="senior").select_related("user").first()
    assert post is not None
    other = next(one for one in packs().catalogue.bodies if one != post.body)
    senior = sign_in(post.user.username)
    page = said(senior.get("/studio/offices/"))
    assert "批量准予规则" not in page
    at = senior.get("/studio/offices/dispatch/new/")["Location"]
    typed = form(senior, at, name="轮流分", pick="turn", skills="消防", most="20", act="save")
    assert "保存并提交审核" in said(senior.post(at, typed, follow=True))
    assert senior.post(at, form(senior, at, body=other, act="save")).status_code == 403
    assert senior.get("/studio/offices/change/change_1/edit/").status_code == 403
    senior.post(at, form(senior, at, act="propose"))
    entry = LibraryEntry.objects.get(kind="dispatch", state=LibraryEntry.PROPOSED)
    assert senior.post(f"/studio/desk/{entry.pk}/decide", {"act": "approve"}).status_code == 403
    manager = sign_in("items")
    seen = said(manager.get(f"/studio/desk/{entry.pk}/"))
    assert "轮流，谁最久没接给谁" in seen
    assert f">{post.body}<" not in seen
    assert "[&quot;" not in seen
    assert "已发布" in said(manager.post(f"/studio/desk/{entry.pk}/decide", {"act": "approve"}, follow=True))
    rule = packs().catalogue.dispatch_rules[entry.key]
    assert (rule.body, rule.pick, rule.skills, rule.most) == (post.body, Pick.TURN, ("消防",), 20)
    packs.cache_clear()


def test_items_of_a_safe_rule_are_ticked_among_those_of_its_body(manager: Client) -> None:
    at = "/studio/offices/batch/stalls_together/edit/"
    page = said(manager.get(at))
    assert 'name="items" value="festival_stall_permit" checked' in page
    typed = form(manager, at, act="propose")
    typed["items"] = [""]
    assert "没有写明可以批量准予的事项" in said(manager.post(at, typed, follow=True))
    with Asked() as asked:
        assert "小庙会的摊位一起准予" in said(manager.get("/studio/offices/"))
    assert len(asked) <= BOUNDS["studio:offices"]
