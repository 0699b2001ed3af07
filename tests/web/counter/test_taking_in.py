"""Taking a matter in at the window, from the person's papers to the receipt."""

import pytest
from django.test import Client
from tests.web.counter.conftest import SignIn
from tests.web.counter.window import MOTHER, begin, fill, picture, prepared, said, submit, taken_in

from bancheng.core.casework import MaterialKind
from bancheng.store.models import AuditEntry, Case, Draft, EvidenceCall, Party
from bancheng.usecases import casework


def test_a_birth_is_taken_in_at_the_window_and_accepted_at_once(clerk: Client) -> None:
    number = taken_in(clerk, "accept")
    case = Case.objects.get(number=number)
    state = casework.load(case).state
    assert (case.channel, case.status) == ("window", "accepted")
    assert state.submission is not None
    assert state.submission.receiving_body == "yunxi_approval_bureau"
    assert MaterialKind.PAPER in {one.kind for one in state.materials.values()}
    assert case.applicant_id is None, "the clerk is not the applicant"
    page = said(clerk.get(f"/counter/cases/{number}/"))
    assert "受理通知书" in page
    assert clerk.get(f"/counter/cases/{number}/slips/1/").content.startswith(b"%PDF-")
    assert not Draft.objects.exists()


def test_the_dense_page_shows_known_values_with_their_source_and_logs_the_question(clerk: Client) -> None:
    page = said(clerk.get(f"/counter/drafts/{begin(clerk)}/"))
    assert "来自户籍库" in page
    assert "免提交" in page
    calls = EvidenceCall.objects.filter(onething="newborn")
    assert calls.exists()
    assert {one.user for one in calls} == {AuditEntry.objects.get(act="draft.window").actor}


def test_a_bad_value_is_told_beside_what_was_typed_and_good_ones_are_kept(clerk: Client) -> None:
    draft = begin(clerk)
    answer = clerk.post(
        f"/counter/drafts/{draft}/", {"mother_phone": "1380013", "baby_name": "买买提·阿里木", "do": "save"}
    )
    assert answer.status_code == 422
    assert 'value="1380013"' in answer.content.decode()
    assert prepared(draft).answers["baby_name"] == "买买提·阿里木"


def test_nothing_is_submitted_without_the_persons_word(clerk: Client) -> None:
    draft = begin(clerk)
    fill(clerk, draft)
    answer = clerk.post(f"/counter/drafts/{draft}/", {"do": "accept"})
    assert answer.status_code == 422
    assert "真实有效" in said(answer)
    assert not Case.objects.exists()


def test_an_incomplete_draft_says_what_is_missing_and_becomes_no_case(clerk: Client) -> None:
    answer = clerk.post(f"/counter/drafts/{begin(clerk)}/", {"do": "submit", "declared": "yes"})
    assert answer.status_code == 422
    assert "请填写“孩子姓名”" in said(answer)
    assert not Case.objects.exists()


def test_a_scan_is_kept_with_its_material_and_can_be_taken_out_again(clerk: Client) -> None:
    draft = begin(clerk, "retirement", "999999196601181333")
    document = next(
        one.material.document for one in prepared(draft).asked_materials() if one.document is None
    )
    clerk.post(f"/counter/drafts/{draft}/", {"do": "save", f"file/{document}": picture()})
    (upload,) = prepared(draft).uploads_of(document)
    assert (
        clerk.get(f"/counter/drafts/{draft}/files/{upload.pk}/").headers["Content-Type"]
        == upload.content_type
    )
    clerk.post(f"/counter/drafts/{draft}/files/{upload.pk}/remove/")
    assert prepared(draft).uploads_of(document) == ()


def test_a_file_that_is_no_document_is_refused_in_words(clerk: Client) -> None:
    draft = begin(clerk, "retirement", "999999196601181333")
    document = next(
        one.material.document for one in prepared(draft).asked_materials() if one.document is None
    )
    bad = picture("工资.jpg")
    bad.file.write(b"MZ not a picture")
    bad.file.truncate()
    bad.file.seek(0)
    bad.file.write(b"MZ\x00\x00")
    bad.file.seek(0)
    answer = clerk.post(f"/counter/drafts/{draft}/", {"do": "save", f"file/{document}": bad})
    assert answer.status_code == 422
    assert all(one.state != "clean" for one in prepared(draft).uploads_of(document))


@pytest.mark.parametrize(
    ("name", "paper", "number"),
    [
        ("𬱖小溪", "id_card", MOTHER),
        ("阿依古丽·买买提", "id_card", "999999199307031063"),
        ("丹", "id_card", "999999199902141080"),
        ("MARIA GARCIA LOPEZ", "passport", "XDA1234567"),
        ("待取名", "none", ""),
    ],
)
def test_people_are_written_down_with_the_names_they_have(
    clerk: Client, name: str, paper: str, number: str
) -> None:
    answer = clerk.post(
        "/counter/new/", {"subject": "person", "name": name, "paper": paper, "number": number, "phone": ""}
    )
    assert answer.status_code == 302, said(answer)
    person = Party.objects.get(pk=answer.headers["Location"].rstrip("/").rpartition("/")[2])
    assert (person.name, person.number) == (name, number)
    assert name in said(clerk.get("/counter/new/", {"q": name}))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": "", "paper": "id_card", "number": MOTHER}, "请填写姓名"),
        ({"name": "𬱖小溪", "paper": "id_card", "number": "999999199604121048"}, "校验位不对"),
        ({"name": "𬱖小溪", "paper": "passport", "number": "X"}, "5到20位"),
        ({"name": "李别人", "paper": "id_card", "number": MOTHER}, "已经登记在另一个姓名下"),
        ({"name": "𬱖小溪", "paper": "id_card", "number": MOTHER, "phone": "12"}, "手机号"),
    ],
)
def test_papers_that_do_not_fit_are_told_at_once(clerk: Client, sent: dict[str, str], words: str) -> None:
    before = Party.objects.count()
    answer = clerk.post("/counter/new/", {"subject": "person", "phone": "", **sent})
    assert answer.status_code == 422
    assert words in said(answer)
    assert Party.objects.count() == before


def test_two_newborns_without_a_number_are_two_people(clerk: Client) -> None:
    for _ in range(2):
        clerk.post("/counter/new/", {"subject": "person", "name": "待取名", "paper": "none"})
    assert Party.objects.filter(name="待取名", number="").count() == 2


def test_a_search_shows_no_whole_number_and_is_written_down(clerk: Client) -> None:
    page = said(clerk.get("/counter/new/", {"q": "𬱖小溪"}))
    assert "𬱖小溪" in page
    assert MOTHER not in page
    assert AuditEntry.objects.filter(act="party.search").count() == 1


def test_a_draft_is_its_clerks_alone(clerk: Client, sign_in: SignIn) -> None:
    draft = begin(clerk)
    assert sign_in("clerk2").get(f"/counter/drafts/{draft}/").status_code == 404
    assert sign_in("zhang").get(f"/counter/drafts/{draft}/").status_code == 403
    assert sign_in("market_reviewer").get("/counter/new/").status_code == 403


def test_what_is_not_wanted_any_more_is_thrown_away_after_asking(clerk: Client) -> None:
    draft = begin(clerk)
    assert "删掉这份没交的申请？" in said(clerk.get(f"/counter/drafts/{draft}/throw-away/"))
    clerk.post(f"/counter/drafts/{draft}/throw-away/", {"confirm": "yes"})
    assert not Draft.objects.exists()


def test_a_case_only_received_waits_in_the_queue(clerk: Client) -> None:
    draft = begin(clerk)
    fill(clerk, draft)
    number = submit(clerk, draft)
    assert Case.objects.get(number=number).status == "received"
    assert number in said(clerk.get("/counter/queue/"))
    assert number in said(clerk.get("/counter/"))
