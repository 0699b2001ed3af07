"""Pages of what changes around running cases: bodies, duties, posts, versions."""

from __future__ import annotations

import msgspec
import pytest
from django.test import Client
from django.utils import timezone
from tests.usecases import town as specimen
from tests.usecases.test_bodies_and_moving import newer
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.core.catalogue import BodyChange, BodyMove, ChangeKind
from bancheng.store.models import CaseTask, Membership, User
from bancheng.usecases import bodies
from bancheng.usecases.town import packs


@pytest.fixture
def admin(sign_in: SignIn) -> Client:
    """Who runs the system."""
    held = Membership.objects.filter(role="administrator").select_related("user")
    return sign_in(held[0].user.username)


def said(page: object) -> str:
    return page.content.decode()  # type: ignore[attr-defined]  # reason: a test client's answer


def test_a_change_is_previewed_by_supervision_and_carried_by_an_administrator(
    town: None, admin: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = specimen.accepted()
    old = file.state.open_steps[0].plan.bodies[0]
    change = BodyChange(
        key="reform",
        name="示范改革",
        kind=ChangeKind.MERGED,
        on=timezone.localdate(),
        basis="示例〔2026〕1号",
        moves=(BodyMove(old=old, new="yunxi_tobacco"),),
    )
    loaded = packs()
    catalogue = msgspec.structs.replace(loaded.catalogue, body_changes={"reform": change})
    monkeypatch.setattr(bodies, "packs", lambda: msgspec.structs.replace(loaded, catalogue=catalogue))
    watcher = sign_in("watch")
    with Asked() as asked:
        page = said(watcher.get("/watch/changes/"))
    assert len(asked) <= BOUNDS["watch:changes"]
    assert "示范改革" in page
    page = said(watcher.get("/watch/changes/reform/"))
    assert file.case.number in page
    assert "全部转过去" not in page
    assert watcher.post("/watch/changes/reform/").status_code == 403
    assert "全部转过去" in said(admin.get("/watch/changes/reform/"))
    assert "已转 1 件" in said(admin.post("/watch/changes/reform/", follow=True))
    assert CaseTask.objects.filter(case=file.case, body="yunxi_tobacco").exists()
    assert "没有在办的办件" in said(watcher.get("/watch/changes/reform/"))
    assert watcher.get("/watch/changes/nothing/").status_code == 404


def test_the_duty_list_is_a_page_and_a_workbook(town: None, sign_in: SignIn) -> None:
    watcher = sign_in("watch")
    with Asked() as asked:
        page = said(watcher.get("/watch/duties/?q=庙会"))
    assert len(asked) <= BOUNDS["watch:duties"]
    assert "庙会" in page
    sheet = watcher.get("/watch/duties/?as=xlsx&on=2026-01-01")
    assert sheet.headers["Content-Type"].endswith("sheet")


def test_a_post_is_given_and_taken(town: None, admin: Client, sign_in: SignIn) -> None:
    body = "yunxi_market"
    who = User.objects.get(username="liu")
    with Asked() as asked:
        page = said(admin.get(f"/watch/posts/?body={body}&q={who.get_full_name()}"))
    assert len(asked) <= BOUNDS["watch:posts"]
    assert who.get_full_name() in page
    sent = {"body": body, "who": who.pk, "role": "reviewer"}
    admin.post("/watch/posts/", {**sent, "do": "give"})
    assert Membership.objects.filter(user=who, role="reviewer", body=body).exists()
    assert "退回待领" in said(admin.post("/watch/posts/", {**sent, "do": "take"}, follow=True))
    assert not Membership.objects.filter(user=who, body=body).exists()
    assert sign_in("watch").get("/watch/posts/").status_code == 403


def test_running_cases_are_moved_to_the_current_version_from_a_page(town: None, admin: Client) -> None:
    file, other = specimen.accepted(), specimen.accepted()
    newer(specimen.SERIAL)
    with Asked() as asked:
        page = said(admin.get("/watch/versions/"))
    assert len(asked) <= BOUNDS["watch:versions"]
    address = f"/watch/versions/{specimen.SERIAL}/"
    assert address in page
    page = said(admin.get(address))
    assert file.case.number in page
    assert "增加环节：新增核对" in page
    move = f"{address}move/"
    assert "请写明迁移的理由" in said(admin.post(move, {"case": [file.case.pk]}, follow=True))
    assert "请先勾选" in said(admin.post(move, {"reason": "新版"}, follow=True))
    sent = {"case": [file.case.pk, "x"], "reason": "新版施行"}
    assert "已迁移 1 件" in said(admin.post(move, sent, follow=True))
    assert "已迁移 1 件" in said(admin.post(move, {"all": "1", "reason": "新版施行"}, follow=True))
    assert specimen.fresh(other).case.blueprint_id == "e" * 64
