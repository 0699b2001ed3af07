"""The window's queue as 我的, 本窗口待领, 全部; claim, hand over, take over; the same by API."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from tests.usecases import town as specimen
from tests.web.counter.conftest import SignIn
from tests.web.counter.window import said

from bancheng.store.models import CaseTask, User
from bancheng.usecases.town import packs


@pytest.fixture
def number(town: None) -> str:
    return specimen.submitted().case.number


def task_of(number: str) -> CaseTask:
    return CaseTask.objects.get(case__number=number, kind="intake")


def test_two_clerks_share_a_window(number: str, sign_in: SignIn) -> None:
    first, second = sign_in("clerk"), sign_in("clerk3")
    page = first.get("/counter/queue/?whose=free")
    assert "本窗口待领" in said(page)
    assert number in said(page)
    assert "请先勾选" in said(first.post("/counter/queue/claim/", follow=True))
    answer = first.post("/counter/queue/claim/", {"task": [task_of(number).pk], "tab": "open"}, follow=True)
    assert "已领取 1 件" in said(answer)
    assert answer.redirect_chain[-1][0].endswith("?tab=open&whose=mine")
    assert number not in said(second.get("/counter/queue/?whose=free"))
    assert "钱窗口" in said(second.get("/counter/queue/"))
    assert number not in said(second.get("/counter/")), "a colleague's is not among what I see first"

    # Somebody else may not judge it, says so with the way out, and takes it over without losing a word.
    page = second.get(f"/counter/cases/{number}/")
    assert "先在“由谁办”里接手" in said(page)
    assert f"/counter/cases/{number}/accept/" not in page.content.decode()
    refused = second.post(f"/counter/cases/{number}/accept/")
    assert refused.status_code == 422
    assert "这一件由钱窗口办理" in said(refused)
    me = User.objects.get(username="clerk3")
    at = f"/counter/cases/{number}/hold/"
    sent = {"do": "release", "task": "intake", "to": f"user:{me.pk}"}
    assert second.post(at, {**sent, "why": " "}).status_code == 422
    late = second.post(at, {**sent, "why": "申请人在三号窗口", "seen": "1"})
    assert late.status_code == 409
    assert "申请人在三号窗口" in late.content.decode()
    done = second.post(at, {**sent, "why": "申请人在三号窗口"}, follow=True)
    assert "已领取，由您办理" in said(done)
    assert task_of(number).assignee_name == "李窗口"
    assert "已退回" in said(second.post(at, {"do": "release", "task": "intake"}, follow=True))
    assert "我来办" in said(second.get(f"/counter/cases/{number}/"))
    assert second.post(at, {"do": "claim", "task": "intake"}).status_code == 302
    assert second.post(f"/counter/cases/{number}/accept/").status_code == 302


def test_a_clerk_enters_leave_and_finds_back_to_the_window(sign_in: SignIn) -> None:
    page = sign_in("clerk3").get("/bureau/team/leave/")
    assert page.status_code == 200
    main = page.content.decode().partition("<main")[2]
    assert 'href="/counter/"' in main
    assert 'href="/bureau/"' not in main


def test_a_rule_of_a_window_may_name_what_it_takes_in_and_one_of_an_office_its_own(sign_in: SignIn) -> None:
    manager = sign_in("items")
    window = manager.get("/studio/offices/dispatch/fairs_at_the_window/edit/").content.decode()
    assert 'name="items" value="festival_stall_permit" checked' in window
    assert packs().catalogue.items["food_business_licence"].body == "yunxi_market"
    assert 'name="items" value="food_business_licence"' in window
    assert 'name="steps" value="intake" checked' in window
    office = manager.get("/studio/offices/dispatch/power_by_load/edit/").content.decode()
    assert 'name="items" value="festival_stall_permit"' not in office


def test_the_same_by_api(number: str, town: None) -> None:
    client, stranger = Client(), Client()
    for one, name in ((client, "clerk3"), (stranger, "clerk2")):
        user = User.objects.get(username=name)
        one.force_login(user)
    window = task_of(number).body

    def post(act: str, **sent: str) -> tuple[int, str]:
        at = f"/api/v1/cases/{number}/{act}"
        answer = client.post(at, json.dumps({"step": "intake", **sent}), content_type="application/json")
        return answer.status_code, answer.content.decode()

    def queue(whose: str) -> list[str]:
        at = f"/api/v1/offices/{window}/window?whose={whose}"
        return [one["case"] for one in client.get(at).json()]

    assert number in queue("free")
    assert post("claim")[0] == 200
    assert (queue("mine"), number in queue("free")) == ([number], False)
    other = User.objects.get(username="clerk")
    assert post("release", to=f"user:{other.pk}")[0] == 200
    assert task_of(number).assignee == f"user:{other.pk}"
    refused = post("release")
    assert refused[0] == 409
    assert "接手或转交的理由" in json.loads(refused[1])["detail"] + refused[1]
    assert stranger.get(f"/api/v1/offices/{window}/window").json() == []
