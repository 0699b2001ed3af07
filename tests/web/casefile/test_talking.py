"""The thread, what lies with a system, and who was told, on the pages of applicant, window, office and operator."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen
from tests.usecases.test_exchange import BODY, at_power, step_of
from tests.usecases.test_talks import picture
from tests.web.public.conftest import SignIn

from bancheng.connect.exchange import Arrived
from bancheng.store.models import ChannelChoice, Membership, Parcel, TalkMessage, User
from bancheng.usecases import exchange, exchange_in, upkeep


def account(role: str, body: str) -> str:
    held = Membership.objects.filter(role=role, body=body).select_related("user").order_by("id")
    return held[0].user.username


@pytest.fixture(autouse=True)
def _home(town: None, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.BANCHENG_HOME = tmp_path_factory.mktemp("own")


def test_applicant_and_window_write_to_each_other_and_typing_is_never_lost(sign_in: SignIn) -> None:
    file = specimen.accepted()
    assert file.state.submission is not None
    number, window = file.case.number, file.state.submission.receiving_body
    mine = sign_in(User.objects.get(pk=file.case.applicant_id).username)
    clerk = sign_in(account("clerk", window))
    wrong = mine.post(f"/cases/{number}/talk/", {"text": "我的号码999999197203161016，请查", "to": window})
    assert wrong.status_code == 422
    assert "我的号码" in wrong.content.decode()
    assert "不要写身份证号" in wrong.content.decode()
    paper = SimpleUploadedFile("门头.jpg", picture().read(), "image/jpeg")
    sent = mine.post(f"/cases/{number}/talk/", {"text": "请看照片。", "to": window, "file": paper})
    assert (sent.status_code, sent.url) == (302, f"/cases/{number}/talk/")
    assert "等答复" in mine.get(f"/cases/{number}/").content.decode()
    assert number in clerk.get("/counter/questions/", {"q": number}).content.decode()
    page = clerk.get(f"/counter/cases/{number}/talk/").content.decode()
    assert "请看照片。" in page
    link = page.split('href="/counter/cases/')[-1].split('"')[0]
    assert clerk.get(f"/counter/cases/{link}").status_code == 200
    assert clerk.post(f"/counter/cases/{number}/talk/", {"text": "可以用。"}).status_code == 302
    assert number not in clerk.get("/counter/questions/").content.decode()
    here = mine.get(f"/cases/{number}/talk/").content.decode()
    assert "可以用。" in here
    assert "对方已读" in here
    assert sign_in("wang").get(f"/cases/{number}/talk/").status_code == 404


def test_an_office_answers_or_says_that_nothing_need_be_answered(sign_in: SignIn) -> None:
    file = specimen.accepted()
    number, body = file.case.number, file.state.open_steps[0].plan.bodies[0]
    mine = sign_in(User.objects.get(pk=file.case.applicant_id).username)
    mine.post(f"/cases/{number}/talk/", {"text": "谢谢！", "to": body})
    office = sign_in(account("reviewer", body))
    assert "留言等本部门答复" in office.get(f"/bureau/{number}/").content.decode()
    assert office.post(f"/bureau/{number}/talk/1/waive/").status_code == 302
    assert TalkMessage.objects.get().read_at is not None
    assert "留言等本部门答复" not in office.get(f"/bureau/{number}/").content.decode()


def test_a_failed_hand_over_shows_its_error_and_a_senior_takes_it_back(
    sign_in: SignIn, settings: Settings
) -> None:
    settings.BANCHENG_SYSTEMS = {"power_office": "http://127.0.0.1:9/closed"}
    file = at_power()
    exchange.run(timezone.now())
    number, senior = file.case.number, sign_in(account("senior", BODY))
    page = senior.get(f"/bureau/{number}/").content.decode()
    assert "连不上对方系统" in page
    assert "已试 1 次" in page
    applicant = sign_in(User.objects.get(pk=file.case.applicant_id).username)
    public = applicant.get(f"/cases/{number}/").content.decode()
    assert "供电营销系统（示范）" in public
    assert "连不上" not in public
    posted = {"step": step_of(file), "body": BODY, "reason": "等不及"}
    assert senior.post(f"/bureau/{number}/recall/", posted).status_code == 302
    assert "已收回，由人工办理" in senior.get(f"/bureau/{number}/").content.decode()


def test_an_operator_sees_why_maps_the_code_and_it_goes_on(sign_in: SignIn) -> None:
    at_power()
    exchange.run(timezone.now())
    out = Parcel.objects.get(kind="step")
    told = f'{{"kind": "underway", "about": "{out.key}", "code": "77"}}'.encode()
    exchange_in.take_in(exchange.packs().systems[0], Arrived("m1", told), timezone.now())
    senior = sign_in(account("senior", BODY))
    assert "代码对不上" in senior.get("/watch/exchange/").content.decode()
    stuck = Parcel.objects.get(direction="in")
    page = senior.get(f"/watch/exchange/{stuck.pk}/").content.decode()
    assert "代码表里没有“77”" in page
    assert senior.post(f"/watch/exchange/{stuck.pk}/", {"do": "mend", "code": ""}).status_code == 422
    done = senior.post(f"/watch/exchange/{stuck.pk}/", {"do": "mend", "code": "on_site"})
    assert done.status_code == 302
    assert "没有要处理的" in senior.get("/watch/exchange/").content.decode()
    other = sign_in(account("senior", "yunxi_fire"))
    assert other.get(f"/watch/exchange/{stuck.pk}/").status_code == 404
    watcher = sign_in(account("supervisor", ""))
    assert "已完成" in watcher.get("/watch/exchange/?tab=all").content.decode()


def test_a_person_says_how_to_be_told_and_the_window_sees_what_was_sent(
    sign_in: SignIn, settings: Settings
) -> None:
    settings.BANCHENG_SMS = "demo"
    file = specimen.submitted()
    mine = sign_in(User.objects.get(pk=file.case.applicant_id).username)
    assert "短信" in mine.get("/messages/channels/").content.decode()
    sent = {"ways": ["sms"], "quiet_from": "00:00", "quiet_to": "00:00"}
    assert mine.post("/messages/channels/", sent).status_code == 302
    assert ChannelChoice.objects.get().email is False
    wrong = mine.post("/messages/channels/", {**sent, "quiet_from": "nine"})
    assert wrong.status_code == 422
    upkeep.deliver_messages(timezone.now())
    upkeep.tell_outside(timezone.now() + timedelta(seconds=1))
    clerk = sign_in(account("clerk", "yunxi_approval_bureau"))
    assert "已送出" in clerk.get(f"/counter/cases/{file.case.number}/").content.decode()
