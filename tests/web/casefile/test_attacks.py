"""What attackers try at the pages: forged requests, planted sessions, injected text, smuggled fields, hostile files."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.house.test_addresses import _ours
from tests.usecases import town as specimen

from bancheng.store.models import Case, CaseEvent, Draft, Mandate, Membership, Upload, User
from bancheng.usecases import play
from bancheng.usecases.casework import CaseFile

pytestmark = pytest.mark.usefixtures("town")
BACKEND = "bancheng.site.signin.SignInBackend"
SCRIPT = "<script>alert(1)</script>"
PASSWORD = "bancheng-demo-2026"


def _browser(user: User, **options: bool) -> Client:
    client = Client(**options)
    client.force_login(user, backend=BACKEND)
    return client


def _clerk(file: CaseFile, **options: bool) -> Client:
    return _browser(User.objects.get(pk=specimen.clerk_of(file).user_id), **options)


def test_a_request_forged_by_another_site_does_nothing() -> None:
    file = specimen.submitted()
    clerk = _clerk(file, enforce_csrf_checks=True)
    page = reverse("counter:accept", args=[file.case.number])
    assert clerk.post(page, {"seen": file.state.seq}).status_code == 403
    at = f"/api/v1/cases/{file.case.number}/accept"
    assert clerk.post(at, {}, content_type="application/json").status_code in {401, 403}
    assert specimen.fresh(file).state.seq == file.state.seq


def test_every_page_that_acts_asks_for_the_token_of_its_form() -> None:
    free = [
        address
        for address, _, view in _ours()
        if getattr(view, "csrf_exempt", False) and "/pay/" not in address and "/api/" not in address
    ]
    assert free == []


def test_a_session_planted_before_signing_in_is_worth_nothing_after_it() -> None:
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    signed = client.post("/accounts/login/", {"login": "zhang", "password": PASSWORD})
    assert signed.status_code == 302
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/cases/").status_code == 302


def test_signing_out_ends_the_session_everywhere_it_was_copied() -> None:
    client = _browser(User.objects.get(username="zhang"))
    copied = client.session.session_key
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = copied
    assert thief.get("/cases/").status_code == 302


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_leads_to_no_other_site(elsewhere: str) -> None:
    answer = Client().post(
        f"/accounts/login/?next={elsewhere}", {"login": "zhang", "password": PASSWORD, "next": elsewhere}
    )
    assert answer.status_code in {200, 302}
    assert "evil" not in answer.headers.get("Location", "")
    assert not answer.headers.get("Location", "").startswith("javascript")


def test_another_host_name_is_not_answered() -> None:
    assert Client(headers={"host": "evil.example"}).get("/").status_code == 400


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "%' UNION SELECT password FROM store_user --", "{{ 7*7 }}{% debug %}", SCRIPT]
)
def test_what_is_searched_for_is_a_text_and_nothing_else(text: str) -> None:
    file = specimen.submitted()
    clerk = _clerk(file)
    watch = _browser(User.objects.get(username="watch"))
    for client, page in (
        (Client(), f"{reverse('public:search')}"),
        (clerk, reverse("counter:queue")),
        (watch, reverse("watch:cases")),
    ):
        answer = client.get(page, {"q": text, "sort": text, "state": text, "page": text, "order": text})
        told = answer.content.decode()
        assert answer.status_code in {200, 404}, page
        assert SCRIPT not in told
        assert "49{" not in told
        assert file.case.number not in told or text == "", page


def test_text_of_a_person_is_shown_and_never_run() -> None:
    actor, preparation = specimen.draft()
    field = next(one for one in preparation.personal.fields if one.shown and one.field.kind.value == "text")
    from bancheng.usecases import apply  # reason: one name of many

    apply.answer(preparation, {field.field.element: [SCRIPT]})
    file = play.hand_in(actor, apply.prepare(actor, preparation.draft))
    number = file.case.number
    pages = [
        (_clerk(file), reverse("counter:case", args=[number])),
        (_browser(User.objects.get(pk=file.case.applicant_id)), reverse("public:case", args=[number])),
    ]
    for client, page in pages:
        told = client.get(page).content.decode()
        assert SCRIPT not in told
    assert any("&lt;script&gt;" in client.get(page).content.decode() for client, page in pages)


def test_fields_that_no_form_has_change_nothing() -> None:
    actor, preparation = specimen.draft()
    draft, zhang = preparation.draft, _browser(User.objects.get(pk=actor.user_id))
    other = User.objects.get(username="wang")
    smuggled = {
        "user": other.pk,
        "user_id": other.pk,
        "party": str(Mandate.objects.get(user=other, kind=Mandate.SELF).party_id),
        "channel": "counter",
        "onething": "retirement",
        "is_demo": "",
        "role": "administrator",
        "known": "{}",
    }
    group = preparation.personal.fields[0].field.group
    zhang.post(reverse("public:form", args=[draft.pk, group]), smuggled)
    zhang.patch(f"/api/v1/applications/{draft.pk}", {"answers": smuggled}, content_type="application/json")
    zhang.post(reverse("public:check", args=[draft.pk]), {**smuggled, "declared": "yes"})
    kept = Draft.objects.filter(pk=draft.pk).values("user_id", "party_id", "onething", "channel")
    made = Case.objects.filter(applicant_id=actor.user_id)
    for one in [*kept, *made.values("party_id", "onething", "channel")]:
        assert one["onething"] == draft.onething
        assert one["party_id"] == draft.party_id
        assert one["channel"] == "online"
    assert not Membership.objects.filter(user_id=actor.user_id).exists()
    assert not Case.objects.filter(applicant=other).exists()


def _bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"0" * 20_000_000)
    return data.getvalue()


def _picture_with(tail: bytes) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(data, "JPEG")
    return data.getvalue() + tail


HOSTILE = {
    "a program that says it is a picture": ("photo.jpg", b"MZ\x90\x00" + b"\0" * 200),
    "a page": ("photo.jpg", f"<html>{SCRIPT}</html>".encode()),
    "a drawing that runs": ("seal.svg", f"<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg>".encode()),
    "an archive that swells": ("photo.jpg", _bomb()),
    "nothing": ("photo.jpg", b""),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_not_taken(kind: str) -> None:
    actor, preparation = specimen.draft()
    name, data = HOSTILE[kind]
    file = io.BytesIO(data)
    file.name = name
    document = preparation.asked_materials()[0].material.document
    before = Upload.objects.exclude(state=Upload.REFUSED).count()
    client = _browser(User.objects.get(pk=actor.user_id))
    answer = client.post(reverse("public:material", args=[preparation.draft.pk, document]), {"file": file})
    assert answer.status_code in {200, 422}
    assert Upload.objects.exclude(state=Upload.REFUSED).count() == before


def test_a_picture_with_something_behind_it_is_kept_without_it_under_a_harmless_name() -> None:
    actor, preparation = specimen.draft()
    hidden = b"<?php system($_GET['c']); ?>" + SCRIPT.encode()
    file = io.BytesIO(_picture_with(hidden))
    file.name = "../../../etc/cron.d/x.php.jpg"
    document = preparation.asked_materials()[0].material.document
    client = _browser(User.objects.get(pk=actor.user_id))
    client.post(reverse("public:material", args=[preparation.draft.pk, document]), {"file": file})
    kept = Upload.objects.filter(draft=preparation.draft, document=document).order_by("-created_at")[0]
    assert "/" not in kept.name
    assert ".." not in kept.file
    shown = client.get(reverse("public:file", args=[kept.pk]))
    data = b"".join(shown.streaming_content) if shown.streaming else shown.content
    assert b"<?php" not in data
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Type"] == "image/jpeg"


def test_private_pages_are_kept_by_no_cache_and_framed_by_nobody() -> None:
    file = specimen.submitted()
    owner = _browser(User.objects.get(pk=file.case.applicant_id))
    answer = owner.get(reverse("public:case", args=[file.case.number]))
    assert "no-store" in answer["Cache-Control"] or "private" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"
    rules = dict(rule.strip().split(" ", 1) for rule in answer["Content-Security-Policy"].split(";"))
    assert rules.get("script-src", rules["default-src"]) == "'self'"
    assert rules["style-src"] == "'self'"
    assert CaseEvent.objects.filter(case=file.case).count() == file.state.seq
