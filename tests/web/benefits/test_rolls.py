"""A list from its page: walked to paid by two people, kept from others, nothing typed lost; what the subject sees."""

from __future__ import annotations

from decimal import Decimal

from django.test import Client
from django.utils import timezone
from tests.web.benefits.test_policy_desk import _compared
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.core.kernel import Fen
from bancheng.store.models import (
    AuditEntry,
    BankDifference,
    BenefitRun,
    BenefitSubject,
    GrantObjection,
    GrantRow,
    PaymentBatch,
)
from bancheng.usecases import benefit_runs, granting_money, grants, paying_out
from bancheng.usecases.benefit_subjects import settle_town
from bancheng.usecases.benefits import body_of, policy_of
from bancheng.usecases.grants import Entitled, Obstacle

WANG = "999999195101051036"


def listed(policy: str, period: str, people: int = 4, *, obstacle: bool = False) -> str:
    """A list of so many, everybody due a hundred yuan; its address."""
    now = timezone.now()
    run = BenefitRun.objects.create(
        id=f"r-{policy}", entitlement=policy, period=period, version=1, rules="r", snapshot="s",
        as_of=now.date(), by="u", by_name="经办", started_at=now, ended_at=now,
    )  # fmt: skip
    for number in range(people):
        BenefitSubject.objects.get_or_create(
            subject_kind="person",
            subject=number,
            defaults={
                "name": f"陈样例{number}",
                "account": f"62{number:010d}",
                "identity": WANG if number == 1 else "",
            },
        )
    seen = {2: (Obstacle(rule="fined", source="行政处罚", reason="两年内有行政处罚"),)} if obstacle else {}
    lines = (Entitled(subject=number, amount=Fen(10_000)) for number in range(people))
    grants.take_in(run, "person", body_of(policy_of(policy)), lines, now, seen)
    return f"/benefits/desk/rolls/{policy}/{period}/"


def pk_of(subject: int) -> int:
    return GrantRow.objects.get(subject=subject).pk


def test_a_list_is_walked_to_paid_by_two_people(sign_in: SignIn) -> None:
    page = listed("old_age_allowance", "2026-11")
    reviewer, senior = sign_in("civil_affairs_reviewer"), sign_in("civil_affairs_senior")
    assert page in reviewer.get("/benefits/desk/rolls/").content.decode()
    bare = senior.post(page, {"do": "allot", "amount": "很多", "document": "预算〔2026〕3号"})
    assert (bare.status_code, "预算〔2026〕3号" in bare.content.decode()) == (422, True), (
        "nothing typed is lost"
    )
    assert reviewer.post(page, {"do": "allot", "amount": "9", "document": "x"}).status_code == 403
    senior.post(page, {"do": "allot", "amount": "2,000", "document": "预算〔2026〕3号"})
    assert reviewer.post(page, {"do": "propose"}).status_code == 422, "the sample comes first"
    reviewer.post(page, {"do": "draw"})
    drawn = GrantRow.objects.get(in_sample=True)
    assert f"{drawn.subject:06d}" in reviewer.get(page, {"state": "sample"}).content.decode()
    one = f"{page}{drawn.pk}/"
    refused = reviewer.post(one, {"do": "check", "check.passed": "no", "check.note": ""})
    assert refused.status_code == 422
    reviewer.post(one, {"do": "check", "check.passed": "yes", "check.note": "见身份证"})
    with Asked() as asked:
        shown = reviewer.get(page)
    assert len(asked) <= BOUNDS["benefits:roll"]
    assert "提出付款：4 人" in shown.content.decode()
    assert "陈样例" not in shown.content.decode()
    assert reviewer.post(page, {"do": "propose"}).status_code == 302
    assert reviewer.get(page)["Refresh"]
    granting_money.fill_waiting(timezone.now())
    batch = PaymentBatch.objects.get()
    at = f"{page}batches/{batch.pk}/"
    assert "由另一位负责人复核" in reviewer.get(at).content.decode()
    assert reviewer.post(at, {"do": "agree"}).status_code == 403
    back = senior.post(at, {"do": "decline", "words": " "})
    assert (back.status_code, "为什么退回" in back.content.decode()) == (422, True)
    assert senior.post(at, {"do": "agree"}).status_code == 302
    paying_out.round_trip(timezone.now())
    with Asked() as asked:
        paid = reviewer.get(at).content.decode()
    assert len(asked) <= BOUNDS["benefits:batch"]
    assert paid.count("已付") >= 4
    file = reviewer.get(f"{at}file/").content.decode("utf-8-sig")
    assert "合计（元）,400.00" in file
    assert AuditEntry.objects.filter(act="benefits.file").exists()
    assert set(GrantRow.objects.values_list("stage", flat=True)) == {"paid"}
    for address in (page, at, "/benefits/desk/rolls/"):
        assert reviewer.get(address, {"as": "xlsx"}).getvalue().startswith(b"PK")


def test_a_grant_is_decided_with_reasons_and_opened_for_a_reason(sign_in: SignIn) -> None:
    page = listed("grain_land", "2026", obstacle=True)
    reviewer, senior = sign_in("agriculture_reviewer"), sign_in("agriculture_senior")
    assert "1 人待核实" in reviewer.get(page).content.decode()
    one = f"{page}{pk_of(2)}/"
    told = reviewer.get(one).content.decode()
    assert "两年内有行政处罚" in told
    assert "核实后排除" not in told, "that is for the head"
    assert (
        reviewer.post(one, {"do": "exclude", "exclude.reason": "x", "exclude.basis": "x"}).status_code == 403
    )
    kept = senior.post(
        one,
        {"do": "exclude", "exclude.obstacle": "fined", "exclude.reason": "处罚没有撤销", "exclude.basis": ""},
    )
    assert (kept.status_code, "处罚没有撤销" in kept.content.decode()) == (422, True)
    sent = {
        "do": "exclude",
        "exclude.obstacle": "fined",
        "exclude.reason": "处罚没有撤销",
        "exclude.basis": "监管办法第八条",
    }
    assert senior.post(one, sent).status_code == 302
    assert "监管办法第八条" in reviewer.get(one).content.decode()
    assert reviewer.post(one, {"do": "open", "open_reason": " "}).status_code == 422
    opened = reviewer.post(one, {"do": "open", "open_reason": "电话核实"}).content.decode()
    assert "陈样例2" in opened
    assert AuditEntry.objects.get(act="benefits.open").reason == "电话核实"
    bad = reviewer.post(
        f"{page}{pk_of(3)}/",
        {"do": "account", "account.account": "12", "account.holder": "", "account.account_reason": ""},
    )
    assert bad.content.decode().count("field-error") >= 2
    assert reviewer.post(one, {"do": "nothing"}).status_code == 404
    assert reviewer.get(f"{page}999999/").status_code == 404
    stranger = sign_in("fire_senior")
    assert {stranger.get(at).status_code for at in (page, one)} == {404}
    assert stranger.post(one, sent).status_code == 404
    watcher = sign_in("watch")
    assert watcher.get(page).status_code == 200
    assert watcher.post(page, {"do": "publish"}).status_code == 403


def test_a_list_is_open_to_the_public_and_anybody_signed_in_may_object(
    sign_in: SignIn, visitor: Client
) -> None:
    page = listed("grain_land", "2026")
    senior = sign_in("agriculture_senior")
    public = "/benefits/grain_land/notice/2026/"
    assert visitor.get(public).status_code == 404
    senior.post(page, {"do": "publish"})
    with Asked() as asked:
        shown = visitor.get(public).content.decode()
    assert len(asked) <= BOUNDS["benefits:notice"]
    assert ("陈**1" in shown, "陈样例1" in shown, "登录以后可以提出" in shown) == (True, False, True)
    assert visitor.post(public, {"number": "1", "text": "不对"}).status_code == 403
    zhang = sign_in("zhang")
    assert zhang.post(public, {"number": "1", "text": " "}).status_code == 422
    assert zhang.post(public, {"number": "77", "text": "x"}).status_code == 404
    zhang.post(public, {"number": "1", "text": "他早就不种地了"})
    made = GrantObjection.objects.get()
    one = f"{page}{made.grant_id}/"
    assert "他早就不种地了" in senior.get(page).content.decode()
    senior.post(
        one,
        {
            "do": "objection",
            "objection.code": made.code,
            "objection.outcome": "denied",
            "objection.reason": "实地看过，在种",
        },
    )
    mine = zhang.get("/benefits/mine/").content.decode()
    assert ("实地看过，在种" in mine, "异议不成立" in mine) == (True, True)


def test_the_bank_s_word_against_ours_is_settled_with_a_note(sign_in: SignIn) -> None:
    page = listed("old_age_allowance", "2026-11")
    batch = PaymentBatch.objects.create(
        key="b1", entitlement="old_age_allowance", period="2026-11", body="yunxi_civil_affairs", budget="b",
        state=PaymentBatch.CLOSED, by="u", by_name="甲", created_at=timezone.now(),
    )  # fmt: skip
    one = BankDifference.objects.create(batch=batch, kind="doubled", key="1-1", ours=100, theirs=100)
    reviewer = sign_in("civil_affairs_reviewer")
    assert "同一笔付了两次" in reviewer.get(page).content.decode()
    assert reviewer.post(page, {"do": "settle", "difference": one.pk, "note": " "}).status_code == 422
    reviewer.post(page, {"do": "settle", "difference": one.pk, "note": "银行重发回执"})
    one.refresh_from_db()
    assert one.note == "银行重发回执"


def test_one_sees_what_one_gets_and_answers_for_oneself_alone(sign_in: SignIn) -> None:
    page = listed("skill_up", "once")
    reviewer = sign_in("social_security_reviewer")
    wang, zhang = sign_in("wang"), sign_in("zhang")
    reviewer.post(page, {"do": "ask"})
    with Asked() as asked:
        shown = wang.get("/benefits/mine/").content.decode()
    assert len(asked) <= 16
    assert "等您确认" in shown
    assert "只用于办理这件事" in shown
    mine = pk_of(1)
    assert zhang.post("/benefits/mine/", {"do": "yes", "grant": mine}).status_code == 404
    assert wang.post("/benefits/mine/", {"do": "yes", "grant": pk_of(2)}).status_code == 404
    wang.post("/benefits/mine/", {"do": "no", "grant": mine})
    assert "您放弃了" in wang.get("/benefits/mine/").content.decode()
    wang.post("/benefits/mine/", {"do": "yes", "grant": mine})
    assert "准备发放" in wang.get("/benefits/mine/").content.decode()
    assert wang.post("/benefits/mine/", {"do": "object", "grant": mine, "text": ""}).status_code == 422
    wang.post("/benefits/mine/", {"do": "object", "grant": mine, "text": "应该更多"})
    assert "在处理异议" in wang.get("/benefits/mine/").content.decode()
    told = GrantRow.objects.get(pk=mine)
    assert (told.intent, told.objection) == ("given", True)


def test_what_one_could_get_and_nearly_gets_comes_from_the_last_comparison(sign_in: SignIn) -> None:
    _compared(sign_in("civil_affairs_senior"))
    told = sign_in("wang").get("/benefits/mine/").context
    assert {one["policy"].id for one in told["entitled"]} == {
        "free_bus", "grain_land", "elder_meal", "elder_checkup",
    }  # fmt: skip
    assert next(one["amount"] for one in told["entitled"] if one["policy"].id == "grain_land") == Decimal(
        "601.65"
    )
    assert "一年自付医疗费还差5,500.01元" in [gap for one in told["near"] for gap in one["gaps"]]
    child = sign_in("xi").get("/benefits/mine/").context
    assert {one["policy"].id for one in child["entitled"]} == {"child_care", "low_child"}
    unknown = sign_in("dan").get("/benefits/mine/")
    assert "没有查到数据" in unknown.content.decode()


def test_the_people_of_the_demonstration_are_in_the_register_once(sign_in: SignIn) -> None:
    _compared(sign_in("civil_affairs_senior"))
    people = BenefitSubject.objects.filter(subject_kind="person")
    assert (people.count(), people.get(identity=WANG).name) == (603, "王老汉")
    settle_town(benefit_runs.held(), benefit_runs.TOWN)
    assert people.count() == 603
