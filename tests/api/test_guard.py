"""Who may call what, and how the API says no."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.api.conftest import Caller
from tests.usecases import town as specimen

from bancheng.core.casework import CaseState
from bancheng.store.models import ApiToken, User
from bancheng.usecases import play


def test_without_a_token_nobody_gets_past_the_catalogue(caller: Callable[..., Caller]) -> None:
    assert caller()("GET", "/cases", status=401)["type"] == "urn:bancheng:problem:sign-in"
    caller()("GET", "/catalogue/stages")


def test_a_token_to_read_does_not_act(caller: Callable[..., Caller]) -> None:
    reader = caller("zhang", "read")
    assert reader("GET", "/cases")["count"] == 0
    reader("POST", "/applications", {"onething": "open_restaurant"}, status=403)


def test_a_token_ends_on_its_day_and_with_its_account(caller: Callable[..., Caller]) -> None:
    zhang = caller("zhang")
    zhang("GET", "/cases")
    assert ApiToken.objects.get().last_used is not None
    ApiToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    zhang("GET", "/cases", status=401)
    ApiToken.objects.update(expires=timezone.now() + timedelta(days=1))
    User.objects.filter(username="zhang").update(is_active=False)
    zhang("GET", "/cases", status=401)


def test_a_demo_account_is_refused_outside_demo_mode(
    caller: Callable[..., Caller], settings: Settings
) -> None:
    zhang = caller("zhang")
    settings.BANCHENG_DEMO = False
    zhang("GET", "/cases", status=401)


def test_somebody_elses_case_is_not_found(caller: Callable[..., Caller]) -> None:
    file = specimen.submitted()
    problem = caller("wang")("GET", f"/cases/{file.case.number}", status=404)
    assert problem["status"] == 404
    assert caller("zhang")("GET", f"/cases/{file.case.number}")["status"] == "received"


def test_the_wrong_role_and_the_wrong_moment_are_told_apart(caller: Callable[..., Caller]) -> None:
    file = specimen.accepted()
    at = f"/cases/{file.case.number}"
    caller("zhang")("POST", f"{at}/accept", {}, status=403)
    refused = caller("clerk")("POST", f"{at}/accept", {}, status=409)
    assert refused["problems"][0]["message"]
    stale = caller("clerk")("POST", f"{at}/accept", {"seen": 1}, status=409)
    assert stale["type"] == "urn:bancheng:problem:stale"


def test_every_wrong_value_is_told_with_its_place(caller: Callable[..., Caller]) -> None:
    answers = {"floor_area_range": "huge", "contact_phone": "12"}
    problem = caller()(
        "POST", "/catalogue/blueprints/open_restaurant/narrow", {"answers": answers}, status=422
    )
    assert {one["path"] for one in problem["problems"]} == set(answers)
    shape = caller()("POST", "/catalogue/blueprints/open_restaurant/narrow", {"answers": 3}, status=422)
    assert shape["problems"][0]["path"].endswith("answers")


def test_a_session_acts_only_with_its_csrf_token(town: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.get(username="zhang"), backend="bancheng.site.signin.SignInBackend")
    assert browser.get("/api/v1/cases").status_code == 200
    sent = browser.post(
        "/api/v1/applications", {"onething": "open_restaurant"}, content_type="application/json"
    )
    assert sent.status_code == 403


def test_haste_is_answered_with_the_time_to_wait(caller: Callable[..., Caller], settings: Settings) -> None:
    cache.clear()
    settings.BANCHENG_THROTTLE = {}
    anyone = Client()
    codes = [anyone.get("/api/v1/verify/ABCD").status_code for _ in range(121)]
    assert codes[-1] == 429
    assert set(codes[:-1]) == {404}
    cache.clear()


@pytest.mark.parametrize("key", ["open_restaurant", "digest"])
def test_a_blueprint_is_found_by_key_and_by_digest(caller: Callable[..., Caller], key: str) -> None:
    anyone = caller()
    digest = anyone("GET", "/catalogue/blueprints/open_restaurant")["digest"]
    asked = digest if key == "digest" else key
    assert anyone("GET", f"/catalogue/blueprints/{asked}")["digest"] == digest
    assert anyone("GET", f"/catalogue/blueprints/{asked}/schema")["type"] == "object"
    anyone("GET", f"/catalogue/blueprints/{'0' * 64}", status=404)


def test_a_result_is_not_shown_to_its_applicant_while_a_paper_is_owed(
    caller: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = play.whole(specimen.SERIAL)
    at = f"/cases/{file.case.number}"
    username = User.objects.get(pk=file.case.applicant_id).username
    assert caller(username)("GET", at)["results"]
    monkeypatch.setattr(CaseState, "locks", lambda _state, _item: True)
    assert caller(username)("GET", at)["results"] == []
    assert caller("market_reviewer")("GET", at)["results"]


def test_a_notice_marks_what_is_there_and_the_applicant_opens_each_mark(
    town: None, caller: Callable[..., Caller]
) -> None:
    file = specimen.submitted()
    clerk = caller(User.objects.get(pk=specimen.clerk_of(file).user_id).username)
    at = f"/cases/{file.case.number}/notice"
    mark = {"kind": "material", "reason": "wrong", "words": "看不清，请重拍。"}
    wrong = clerk("POST", at, {"marks": [{**mark, "target": "unheard_of"}]}, status=422)
    assert [one["path"] for one in wrong["problems"]] == ["marks/0/target"]
    paper = next(iter(file.state.materials))
    assert clerk("POST", at, {"marks": [{**mark, "target": paper}]})["status"] == "supplement"
    applicant = Client()
    applicant.force_login(
        User.objects.get(pk=file.case.applicant_id), backend="bancheng.site.signin.SignInBackend"
    )
    assert applicant.get(f"/cases/{file.case.number}/notice/1/").status_code == 200
