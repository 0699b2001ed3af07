"""Money on the pages: the applicant pays and fetches the receipt, the window takes cash, the cashier sees it all."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import own_packs, sign_in, town

from bancheng.core.casework import dues
from bancheng.core.catalogue import FeeTiming
from bancheng.store.models import MoneyEntry, Outbox, PaymentOrder, StatementCheck, User
from bancheng.usecases import money
from bancheng.usecases.access import Actor
from bancheng.usecases.casework import CaseFile

__all__ = ["own_packs", "sign_in", "town"]


@pytest.fixture
def case(town: None, settings: Settings, tmp_path: Path) -> tuple[Client, CaseFile]:
    settings.BANCHENG_HOME = tmp_path
    actor, preparation = specimen.draft(specimen.PARALLEL)
    return _as(actor), specimen.play.hand_in(actor, preparation)


def _as(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend="bancheng.site.signin.SignInBackend")
    return client


def _window(file: CaseFile) -> Client:
    assert file.state.submission is not None
    return _as(specimen.official("clerk", file.state.submission.receiving_body))


def test_the_applicant_pays_online_and_fetches_the_receipt(case: tuple[Client, CaseFile]) -> None:
    person, file = case
    page = f"/cases/{file.case.number}/"
    assert "去缴费" in person.get(page).content.decode()
    assert "云溪县示范收费目录" in person.get(f"{page}pay/").content.decode()
    to = person.post(f"{page}pay/")
    assert "不会动真钱" in person.get(to.headers["Location"]).content.decode()
    back = person.post(to.headers["Location"])
    assert person.get(back.headers["Location"]).headers["Location"] == page
    shown = person.get(page).content.decode()
    assert "去缴费" not in shown
    [entry] = MoneyEntry.objects.all()
    assert f"票据号 {entry.receipt}" in shown, "said on coming back"
    assert Outbox.objects.filter(kind="FeePaid", case=file.case).exists(), "and told by message"
    assert entry.receipt in shown
    receipt = person.get(f"{page}pay/receipt", {"payment": entry.key})
    assert receipt.content.startswith(b"%PDF")
    assert Client().get(f"{page}pay/receipt", {"payment": entry.key}).status_code == 302


def test_the_bill_stands_in_the_api(case: tuple[Client, CaseFile]) -> None:
    person, file = case
    bill = person.get(f"/api/v1/cases/{file.case.number}/bill").json()
    assert bill["due_now"] == sum(dues(file.state).values())
    assert {one["timing"] for one in bill["charges"]} >= {"before"}
    asked = person.post(f"/api/v1/cases/{file.case.number}/payments").json()
    assert (asked["amount"], asked["url"][:5]) == (bill["due_now"], "/pay/")
    assert Client().get(f"/api/v1/cases/{file.case.number}/bill").status_code == 401


def test_a_notice_needs_the_signature_of_the_provider(case: tuple[Client, CaseFile]) -> None:
    person, file = case
    person.post(f"/cases/{file.case.number}/pay/")
    order, demo = PaymentOrder.objects.get(), money.demo_provider()
    assert demo is not None
    demo.pay(str(order.pk))
    [(body, signature)] = demo.notices()
    outside = Client()
    told = {"content_type": "application/json"}
    assert outside.post("/pay/notice/demo", body, headers={"X-Signature": "0"}, **told).status_code == 400
    for _ in range(2):
        answer = outside.post("/pay/notice/demo", body, headers={"X-Signature": signature}, **told)
        assert answer.status_code == 200
    assert MoneyEntry.objects.count() == 1


def test_the_window_takes_cash_and_closes_the_day(case: tuple[Client, CaseFile]) -> None:
    _, file = case
    clerk = _window(file)
    page = f"/counter/cases/{file.case.number}/"
    assert "收现金" in clerk.get(page).content.decode()
    assert "没有缴" in clerk.post(f"{page}accept/", {"seen": file.state.seq}).content.decode()
    due = sum(dues(file.state).values())
    taken = clerk.post(f"{page}cash/", {"seen": file.state.seq})
    assert taken.status_code == 302
    assert clerk.post(f"{page}cash/", {"seen": file.state.seq}).status_code in {409, 422}
    with Asked() as seen:
        till = clerk.get("/counter/till/").content.decode()
    assert len(seen) <= BOUNDS["counter:till"]
    [entry] = MoneyEntry.objects.all()
    assert (entry.amount, entry.receipt in till) == (due, True)
    assert clerk.get("/counter/till/", {"as": "xlsx"}).content.startswith(b"PK")
    count = f"/counter/till/count/{entry.body}/"
    assert "原因" in clerk.post(count, {"counted": "1"}).content.decode()
    assert clerk.post(count, {"counted": f"{due / 100:.2f}"}).status_code == 302
    clerk.post("/counter/till/statements/", {"day": entry.at.astimezone().date().isoformat()})
    with Asked() as seen:
        assert "平" in clerk.get("/counter/till/statements/").content.decode()
    assert len(seen) <= BOUNDS["counter:statements"]
    check = StatementCheck.objects.get()
    with Asked() as seen:
        assert "这一天两边一致" in clerk.get(f"/counter/till/statements/{check.pk}/").content.decode()
    assert len(seen) <= BOUNDS["counter:statement"]


def test_a_head_lets_a_fee_off_by_name(case: tuple[Client, CaseFile]) -> None:
    _, file = case
    charge = next(one for one in file.state.bill.charges.values() if one.timing is FeeTiming.BEFORE)
    head = _as(specimen.official("senior", charge.body))
    page = f"/bureau/{file.case.number}/fees/waive/"
    sent = {"charge": charge.key, "amount": "0.005", "reason": "公益活动", "seen": file.state.seq}
    assert "最多到分" in head.post(page, sent).content.decode()
    assert head.post(page, {**sent, "amount": f"{(charge.amount or 0) / 100}"}).status_code == 302
    assert dues(specimen.fresh(file).state) == {}
    reviewer = _as(specimen.official("reviewer", charge.body))
    assert reviewer.post(page, sent).status_code in {403, 404}
