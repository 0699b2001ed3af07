"""Check answers, sign, submit, and the page that says it is done."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.utils import timezone
from tests.usecases import town as specimen
from tests.web.public.conftest import SignIn
from tests.web.public.reading import links, seen_on, words
from tests.web.public.test_preparing import walk

from bancheng.core.evidence import Known
from bancheng.store.models import Case, CaseForm, Draft
from bancheng.usecases import apply, evidence, submission
from bancheng.usecases.town import packs


@pytest.fixture
def ready(sign_in: SignIn) -> tuple[Client, str]:
    """A complete draft with its applicant, and the address of its check page."""
    actor, prepared = specimen.draft()
    username = prepared.draft.user.username if prepared.draft.user else ""
    assert actor.signed_in
    return sign_in(username), f"/apply/{prepared.draft.pk}/check/"


def test_everything_is_shown_once_more_each_with_a_way_back(ready: tuple[Client, str]) -> None:
    client, address = ready
    page = client.get(address)
    said = words(page)
    assert "来自企业登记库（示范）" in said
    assert "不收费" in said
    assert "预计" in said
    assert "行政许可法第三十一条" in said
    assert links(page, "/form/premises/#f-premises_name")
    assert links(page, "/materials/layout_plan/")


def test_without_the_declaration_nothing_is_submitted(ready: tuple[Client, str]) -> None:
    client, address = ready
    page = client.post(address, {})
    assert page.status_code == 422
    assert "请勾选：我确认以上内容和材料真实有效" in words(page)
    assert links(page, "#f-declared")
    assert not Case.objects.exists()


def test_submitting_gives_a_number_dates_and_what_happens_next(ready: tuple[Client, str]) -> None:
    client, address = ready
    page = client.post(address, {"declared": "yes", **seen_on(client.get(address))}, follow=True)
    case = Case.objects.get()
    said = words(page)
    assert page.request["PATH_INFO"] == f"/cases/{case.number}/done/"
    assert case.number in said.replace(" ", "")
    assert "告诉您是否受理" in said
    assert "接下来" in said
    receipt = client.get(links(page, "/papers/")[0])
    assert receipt.content.startswith(b"%PDF-")
    assert not Draft.objects.exists()


def test_sending_again_after_a_lost_answer_leads_to_the_same_case(ready: tuple[Client, str]) -> None:
    client, address = ready
    sent = {"declared": "yes", **seen_on(client.get(address))}
    client.post(address, sent)
    again = client.post(address, sent, follow=True)
    assert Case.objects.count() == 1
    assert again.request["PATH_INFO"] == f"/cases/{Case.objects.get().number}/done/"


def test_what_changed_after_it_was_seen_is_not_submitted_unseen(
    ready: tuple[Client, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = ready
    sent = {"declared": "yes", **seen_on(client.get(address))}
    real = evidence.known_of

    def anew(*args: Any) -> Known:
        known = real(*args)
        name = known.values["company_name"]
        return msgspec.structs.replace(
            known, values={**known.values, "company_name": msgspec.structs.replace(name, value="改了名的店")}
        )

    monkeypatch.setattr(apply, "known_of", anew)
    Draft.objects.update(known_at=timezone.now() - apply.KNOWN_FOR - timedelta(minutes=1))
    page = client.post(address, sent)
    assert (page.status_code, Case.objects.exists()) == (422, False)
    assert "在您看过以后变了" in words(page)
    assert "改了名的店" in words(page)
    client.post(address, {"declared": "yes", **seen_on(page)})
    form = CaseForm.objects.get()
    assert (form.values["company_name"], form.known["company_name"][0]) == ("改了名的店", "company_register")


def test_what_was_never_shown_is_not_submitted(ready: tuple[Client, str]) -> None:
    client, address = ready
    page = client.post(address, {"declared": "yes"})
    assert (page.status_code, Case.objects.exists()) == (422, False)
    assert "请先看一遍" in words(page)


def test_what_is_missing_is_listed_with_where_to_put_it_right(zhang: Client) -> None:
    walk(zhang)
    draft = Draft.objects.get()
    page = zhang.get(f"/apply/{draft.pk}/check/")
    said = words(page)
    assert "请填写“门店名称”" in said
    assert "请上传“房屋租赁合同”" in said
    assert "提交申请" not in said
    assert f"/apply/{draft.pk}/form/premises/#f-premises_name" in links(page)
    assert f"/apply/{draft.pk}/materials/lease_contract/" in links(page)
    assert zhang.post(f"/apply/{draft.pk}/check/", {"declared": "yes"}).status_code == 422
    assert not Case.objects.exists()


def test_an_account_without_the_right_party_cannot_submit(sign_in: SignIn) -> None:
    wang = sign_in("wang")
    walk(wang)
    draft = Draft.objects.get()
    page = wang.post(f"/apply/{draft.pk}/check/", {"declared": "yes"})
    assert page["Location"] == f"/apply/{draft.pk}/for/"


def test_nobody_else_submits_it(ready: tuple[Client, str], sign_in: SignIn) -> None:
    _, address = ready
    assert sign_in("wei").post(address, {"declared": "yes"}).status_code == 404
    assert not Case.objects.exists()


def test_a_day_in_a_year_that_nobody_has_announced_is_shown_as_one_that_may_move(sign_in: SignIn) -> None:
    actor, prepared = specimen.draft()
    last = max(one.year for one in packs().calendar.years if one.announced)
    late = datetime(last, 12, 29, 1, tzinfo=UTC)
    file = submission.submit(actor, prepared, declared=True, now=late)
    username = prepared.draft.user.username if prepared.draft.user else ""
    page = words(sign_in(username).get(f"/cases/{file.case.number}/done/"))
    assert "下一年的放假安排还没公布，日期可能会变" in page
