"""Promises, credit and measures on the pages of applicant, window and bureau."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.store.models import CreditRecord, SignedPromise, User
from bancheng.usecases import apply, play, promises, submission
from bancheng.usecases.access import Actor
from bancheng.usecases.casework import CaseFile

PROMISED = "festival_credit_report"
pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture(autouse=True)
def credit(settings: Settings) -> None:
    settings.BANCHENG_CREDIT, settings.BANCHENG_DEMO_CREDIT = "demo", "good"


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend="bancheng.site.signin.SignInBackend")
    return client


def submitted() -> tuple[CaseFile, Client]:
    """A promise signed on the page, and the case sent."""
    actor, begun = specimen.draft(specimen.PARALLEL)
    for upload in begun.uploads_of(PROMISED):
        upload.delete()
    client = client_of(actor)
    url = reverse("public:promise", args=[begun.draft.pk, PROMISED])
    page = client.get(url).content.decode()
    for words in ("撤销决定", "陈述、申辩", "真实意思"):
        assert words in page, "the whole text stands before the signature"
    shown = page.split('name="shown"')[1].split('value="')[1].split('"')[0]
    assert client.post(url, {"shown": shown, "name": ""}).status_code == 422
    assert client.post(url, {"shown": shown, "name": "周敏"}).status_code == 302
    assert "已承诺" in client.get(reverse("public:materials", args=[begun.draft.pk])).content.decode()
    return submission.submit(actor, apply.prepare(actor, begun.draft), declared=True), client


def test_from_the_signature_to_the_register() -> None:
    file, applicant = submitted()
    number = file.case.number
    case = applicant.get(reverse("public:case", args=[number])).content.decode()
    promise = SignedPromise.objects.get(case=file.case)
    assert reverse("public:signed", args=[promise.pk]) in case
    assert promise.digest in applicant.get(reverse("public:signed", args=[promise.pk])).content.decode()

    file = play.accept(file)
    for scene in play.work(file):
        file = scene.file
    item = next(key for key in file.state.materials[PROMISED].items if key in file.state.items)
    body = file.state.items[item].item.body
    officer = client_of(specimen.official("reviewer", body))
    assert (
        reverse("bureau:verify", args=[number, PROMISED])
        in officer.get(reverse("bureau:case", args=[number])).content.decode()
    )
    verify = reverse("bureau:verify", args=[number, PROMISED])
    assert officer.get(verify).status_code == 200
    assert officer.post(verify, {}).status_code == 422
    assert officer.post(verify, {"outcome": "breached", "findings": ""}).status_code == 422
    assert officer.post(verify, {"outcome": "breached", "findings": "有失信记录"}).status_code == 302

    settle = reverse("bureau:settle", args=[number, 1])
    early = officer.post(settle, {"measures": ["record"], "reason": "承诺<不>实"})
    assert early.status_code == 422
    assert escape("承诺<不>实") in early.content.decode(), "what was typed is kept, and safe"
    objection = reverse("public:objection", args=[number, 1])
    assert objection in applicant.get(reverse("public:case", args=[number])).content.decode()
    assert applicant.post(objection, {"words": ""}).status_code == 422
    assert applicant.post(objection, {"words": "当时不知情"}).status_code == 302
    assert "当时不知情" in officer.get(settle).content.decode()
    assert officer.post(settle, {"measures": ["record"], "reason": "承诺不实"}).status_code == 302

    record = CreditRecord.objects.get()
    assert "承诺不实" in officer.get(reverse("bureau:register")).content.decode()
    assert (
        reverse("public:record", args=[record.pk])
        in applicant.get(reverse("public:records")).content.decode()
    )
    asked = applicant.post(reverse("public:record", args=[record.pk]), {"words": "已改正"})
    assert asked.status_code == 302
    senior = client_of(specimen.official("senior", body))
    answer = reverse("bureau:record", args=[record.pk])
    assert "已改正" in senior.get(answer).content.decode()
    assert senior.post(answer, {"repair": "yes", "reason": "整改到位"}).status_code == 302
    assert "整改到位" in applicant.get(reverse("public:records")).content.decode()


def test_a_clerk_decides_what_a_bad_answer_means(settings: Settings) -> None:
    settings.BANCHENG_DEMO_CREDIT = "bad"
    file, applicant = submitted()
    number = file.case.number
    body = file.state.submission.receiving_body if file.state.submission else ""
    clerk = client_of(specimen.official("clerk", body))
    url = reverse("bureau:credit", args=[number])
    assert url in clerk.get(reverse("counter:case", args=[number])).content.decode()
    assert "不良记录" in clerk.get(url).content.decode()
    assert clerk.post(url, {"allow": "yes", "reason": ""}).status_code == 422
    assert clerk.post(url, {"allow": "yes", "reason": "已核实"}).status_code == 302
    assert clerk.get(url).status_code == 404
    assert applicant.get(url).status_code == 403


def test_strangers_find_nothing() -> None:
    file, _ = submitted()
    other = specimen.official("reviewer", "yunxi_tobacco")
    row = SignedPromise.objects.get(case=file.case)
    stranger = client_of(other)
    for url in (
        reverse("public:signed", args=[row.pk]),
        reverse("bureau:verify", args=[file.case.number, PROMISED]),
        reverse("bureau:settle", args=[file.case.number, 1]),
    ):
        assert stranger.get(url).status_code == 404
    assert promises.register(other).count() == 0


def test_at_the_window_the_text_is_read_out_before_the_promise_is_recorded() -> None:
    _, begun = specimen.draft(specimen.PARALLEL)
    for upload in begun.uploads_of(PROMISED):
        upload.delete()
    clerk = User.objects.get(username="clerk")
    begun.draft.channel, begun.draft.user = "window", clerk
    begun.draft.save()
    client = Client()
    client.force_login(clerk)
    url = reverse("counter:promise", args=[begun.draft.pk, PROMISED])
    back = reverse("counter:draft", args=[begun.draft.pk])
    assert url in client.get(back).content.decode()
    page = client.get(url).content.decode()
    assert "撤销决定" in page, "the whole text stands there, to read out"
    assert "data-print" in page, "or to print"
    shown = page.split('name="shown"')[1].split('value="')[1].split('"')[0]
    assert client.post(url, {"shown": shown, "name": "周敏"}).status_code == 422, "nobody read it"
    assert client.post(url, {"shown": shown, "read": "yes", "name": "周敏"}).status_code == 302
    promise = SignedPromise.objects.get(draft=begun.draft)
    assert (promise.signer, promise.identified) == ("周敏", "窗口核验证件")
    assert "已承诺，不用交" in client.get(back).content.decode()
    client.post(reverse("counter:unsign", args=[begun.draft.pk, PROMISED]))
    assert not SignedPromise.objects.exists()
