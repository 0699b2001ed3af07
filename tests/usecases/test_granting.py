"""A list at the desk: who may do what, the sample, the notice, the answers, two people for money; and the dry run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bancheng.connect.banks import DemoBank
from bancheng.core.benefits import Policy, PolicyKind, PolicyMode
from bancheng.core.benefits.grants import Hand, Road, acts
from bancheng.core.kernel import Fen, ProblemsFound
from bancheng.store.models import (
    AuditEntry,
    BankOrder,
    BenefitRun,
    BenefitSubject,
    Budget,
    ConsentText,
    GrantObjection,
    GrantRow,
    PaymentBatch,
)
from bancheng.usecases import granting, granting_money, grants, paying_out, roll_deeds
from bancheng.usecases import rolls as roll_desk
from bancheng.usecases.access import Actor, NotAllowed
from bancheng.usecases.grants import Entitled, GrantRefused, Obstacle
from bancheng.usecases.rolls import Roll

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
BODY = "civil"
PEOPLE = 30


def officer(name: str, *roles: str) -> Actor:
    return Actor(
        id=name, name=name, user_id=1, roles=frozenset(roles), posts=tuple((role, BODY) for role in roles)
    )


CLERK, HEAD, OTHER = officer("经办", "reviewer"), officer("负责人", "senior"), officer("另一位", "senior")
STRANGER = Actor(id="x", name="外人", user_id=9, roles=frozenset({"senior"}), posts=(("senior", "fire"),))


def policy(**change: Any) -> Policy:
    plain = {
        "id": "e", "name": "补贴", "body": "民政局", "kind": PolicyKind.AWARD, "mode": PolicyMode.AUTOMATIC,
        "summary": "略。", "entitlements": ("e1",), "basis": ("第三条",), "intent": False,
    }  # fmt: skip
    return Policy(**{**plain, **change})


def listed(people: int = PEOPLE, obstacles: tuple[int, ...] = (), **change: Any) -> Roll:
    """A list of so many, everybody due a hundred yuan."""
    run, _ = BenefitRun.objects.get_or_create(
        id="r1",
        defaults={
            "entitlement": "e", "period": "2026-11", "version": 1, "rules": "r", "snapshot": "s",
            "as_of": TODAY, "by": "u", "by_name": "经办", "started_at": NOW, "ended_at": NOW,
        },
    )  # fmt: skip
    for number in range(people):
        BenefitSubject.objects.get_or_create(
            subject_kind="person",
            subject=number,
            defaults={"name": f"样例{number}", "account": "" if number == 3 else f"62{number:010d}"},
        )
    seen = {one: (Obstacle(rule="fined", source="行政处罚", reason="有处罚"),) for one in obstacles}
    lines = (Entitled(subject=number, amount=Fen(10_000)) for number in range(people))
    grants.take_in(run, "person", BODY, lines, NOW, seen)
    return Roll(policy(**change), "2026-11", BODY, run)


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DemoBank:
    made = DemoBank(tmp_path / "bank.db", lambda: NOW)
    monkeypatch.setattr(paying_out, "bank", lambda: made)
    return made


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker looks the policy up in the library."""
    known = type("Library", (), {"policies": (policy(),)})()
    monkeypatch.setattr(granting_money, "library", lambda: known)


def pk_of(subject: int) -> int:
    return GrantRow.objects.get(subject=subject).pk


def test_the_sample_is_drawn_by_lot_that_anybody_can_repeat_and_grows_where_one_failed() -> None:
    one = listed(sample_permille=100)
    assert granting.draw(CLERK, one, NOW) == 3
    drawn = set(GrantRow.objects.filter(in_sample=True).values_list("subject", flat=True))
    assert granting.draw(CLERK, one, NOW) == 0
    GrantRow.objects.update(in_sample=False)
    granting.draw(HEAD, one, NOW)
    assert set(GrantRow.objects.filter(in_sample=True).values_list("subject", flat=True)) == drawn
    first, second, third = (pk_of(one) for one in drawn)
    with pytest.raises(GrantRefused, match="发现了什么"):
        granting.check(CLERK, one, first, False, " ", NOW)
    granting.check(CLERK, one, first, False, "证件不符", NOW)
    granting.check(CLERK, one, second, True, "", NOW)
    granting.check(CLERK, one, third, True, "", NOW)
    assert granting.draw(CLERK, one, NOW) == 3, "one failed: as many again"
    told = roll_desk.figures(one, TODAY)
    assert (told.to_draw, told.drawn, told.checked, told.failed) == (6, 6, 3, 1)
    assert {no.code for no in granting_money.stops(one, told)} == {
        "batch.sample", "batch.failed", "budget.none",
    }  # fmt: skip


def test_a_sample_that_failed_stops_everybody_until_a_person_decides(bank: DemoBank) -> None:
    one = listed(sample_permille=40)
    granting_money.allot(HEAD, one, Fen(10_000_00), "预算〔2026〕1号")
    granting.draw(CLERK, one, NOW)
    first, second = GrantRow.objects.filter(in_sample=True).values_list("pk", flat=True)
    with pytest.raises(GrantRefused, match="抽查还差 2 人"):
        granting_money.propose(CLERK, one, NOW)
    granting.check(CLERK, one, first, True, "", NOW)
    granting.check(CLERK, one, second, False, "户口不在本县", NOW)
    granting.draw(CLERK, one, NOW)
    for pk in GrantRow.objects.filter(in_sample=True, sampled=None).values_list("pk", flat=True):
        granting.check(CLERK, one, pk, True, "", NOW)
    with pytest.raises(GrantRefused, match="抽查有 1 人不符"):
        granting_money.propose(CLERK, one, NOW)
    with pytest.raises(NotAllowed):
        granting.exclude(CLERK, one, second, "", "户口不在本县", "第三条", NOW)
    granting.exclude(HEAD, one, second, "", "户口不在本县", "第三条", NOW)
    granting_money.propose(CLERK, one, NOW)


def test_money_moves_by_two_people_from_a_budget_with_a_document(bank: DemoBank) -> None:
    one = listed()
    with pytest.raises(GrantRefused, match="还没有登记预算"):
        granting_money.propose(CLERK, one, NOW)
    with pytest.raises(NotAllowed):
        granting_money.allot(CLERK, one, Fen(1), "文件")
    with pytest.raises(ProblemsFound, match="文号"):
        granting_money.allot(HEAD, one, Fen(1), " ")
    granting_money.allot(HEAD, one, Fen(300_000), "预算〔2026〕1号")
    assert Budget.objects.get().year == 2026
    asked = granting_money.propose(HEAD, one, NOW)
    with pytest.raises(GrantRefused, match="在等复核"):
        granting_money.propose(CLERK, one, NOW)
    assert granting_money.fill_waiting(NOW) == 1
    with pytest.raises(GrantRefused, match="您提出的"):
        granting_money.second(HEAD, one, asked.pk, True, "", NOW)
    with pytest.raises(NotAllowed):
        granting_money.second(CLERK, one, asked.pk, True, "", NOW)
    with pytest.raises(NotAllowed):
        granting_money.second(STRANGER, one, asked.pk, True, "", NOW)
    granting_money.second(OTHER, one, asked.pk, True, "", NOW)
    paying_out.round_trip(NOW)
    assert len(bank.paid()) == PEOPLE - 1, "one has no account yet"
    with pytest.raises(GrantRefused, match="不能比这少"):
        granting_money.allot(HEAD, one, Fen(100), "预算〔2026〕2号")
    row = GrantRow.objects.get(subject=3)
    with pytest.raises(ProblemsFound) as found:
        granting_money.correct_account(CLERK, one, row, "622x", "", "")
    assert len(found.value.problems) == 2
    granting_money.correct_account(CLERK, one, row, "6222 0000 1111", "样例3", "本人出示银行卡")
    asked = granting_money.propose(CLERK, one, NOW)
    granting_money.fill_waiting(NOW)
    granting_money.second(HEAD, one, asked.pk, True, "", NOW)
    paying_out.round_trip(NOW)
    assert len(bank.paid()) == PEOPLE
    acts_kept = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"benefits.budget", "benefits.pay", "benefits.agree", "benefits.account"} <= acts_kept


def test_a_notice_is_published_to_all_and_read_masked_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    one = listed(notice_days=5, intent=True)
    monkeypatch.setattr(granting, "policy_of", lambda _name: one.policy)
    monkeypatch.setattr(roll_desk, "body_of", lambda _policy: BODY)
    with pytest.raises(NotAllowed):
        roll_deeds.publish(CLERK, one, NOW)
    assert roll_deeds.publish(HEAD, one, NOW).done == PEOPLE
    assert roll_deeds.publish(HEAD, one, NOW).done == 0
    _, rows = granting.published("e", "2026-11", TODAY + dt.timedelta(days=5))
    assert rows.count() == PEOPLE
    with pytest.raises(granting.NotFound):
        granting.published("e", "2026-11", TODAY + dt.timedelta(days=6))
    assert roll_deeds.ask(CLERK, one, NOW).done == PEOPLE
    assert roll_deeds.ask(CLERK, one, NOW).done == 0
    assert ConsentText.objects.get().text == granting.consent_of(one.policy)
    with pytest.raises(ProblemsFound):
        granting.write_answer(CLERK, one, pk_of(1), True, " ", "", NOW)
    granting.write_answer(CLERK, one, pk_of(1), True, "电话", "", NOW)
    granting.write_answer(CLERK, one, pk_of(2), False, "上门", "不需要", NOW)
    told = roll_desk.figures(one, TODAY)
    assert told.intent == {"open": 0, "asked": PEOPLE - 2, "given": 1, "refused": 1}
    assert (told.free, told.hindered["grant.notice"]) == (0, 1)
    assert roll_desk.figures(one, TODAY + dt.timedelta(days=6)).free == 1


def test_an_objection_is_answered_by_who_has_not_decided() -> None:
    one = listed(obstacles=(4,))
    granting.exclude(HEAD, one, pk_of(4), "fined", "两年内有处罚", "第八条", NOW)
    with pytest.raises(ProblemsFound):
        granting.object_to(STRANGER, GrantRow.objects.get(subject=4), " ", NOW)
    made = granting.object_to(STRANGER, GrantRow.objects.get(subject=4), "处罚已经撤销", NOW)
    assert granting.objections(one, True).count() == 1
    with pytest.raises(GrantRefused, match="另一人复核"):
        granting.answer_objection(HEAD, one, made.code, "upheld", "查实已撤销", NOW)
    with pytest.raises(ProblemsFound) as found:
        granting.answer_objection(OTHER, one, made.code, "maybe", " ", NOW)
    assert len(found.value.problems) == 2
    granting.answer_objection(OTHER, one, made.code, "upheld", "查实已撤销", NOW)
    assert GrantObjection.objects.get().outcome == "upheld"
    assert GrantRow.objects.get(subject=4).stage == "found"


def test_what_a_person_learns_stands_in_the_way_until_somebody_has_looked() -> None:
    one = listed()
    with pytest.raises(ProblemsFound):
        granting.name_obstacle(CLERK, one, pk_of(1), "", "", NOW)
    granting.name_obstacle(CLERK, one, pk_of(1), "来信举报", "已经不住在本县", NOW)
    told = roll_desk.figures(one, TODAY)
    assert (told.obstacles, told.hindered["grant.obstacle"]) == (1, 1)
    obstacle = grants.grant_of(GrantRow.objects.get(subject=1)).obstacles[0].obstacle
    granting.clear(CLERK, one, pk_of(1), obstacle, "上门看过，还住在本县", NOW)
    assert roll_desk.figures(one, TODAY).obstacles == 0


def test_what_was_paid_too_much_is_ordered_back_by_the_head_and_comes_back_in_parts(bank: DemoBank) -> None:
    one = listed()
    granting_money.allot(HEAD, one, Fen(300_000), "预算〔2026〕1号")
    asked = granting_money.propose(CLERK, one, NOW)
    granting_money.fill_waiting(NOW)
    granting_money.second(HEAD, one, asked.pk, True, "", NOW)
    paying_out.round_trip(NOW)
    granting.exclude(HEAD, one, pk_of(5), "", "比对时已经去世", "第七条", NOW)
    with pytest.raises(NotAllowed):
        granting.order_recovery(CLERK, one, pk_of(5), "多付", "第九条", NOW)
    granting.order_recovery(HEAD, one, pk_of(5), "多付", "第九条", NOW)
    granting.recover(CLERK, one, pk_of(5), Fen(4_000), "缴款书1", NOW)
    with pytest.raises(GrantRefused, match="比付出的还多"):
        granting.recover(CLERK, one, pk_of(5), Fen(6_001), "缴款书2", NOW)
    granting.waive(HEAD, one, pk_of(5), "家属困难", "第十条", NOW)
    row = GrantRow.objects.get(subject=5)
    assert (row.stage, row.paid - row.recovered) == ("excluded", 6_000)
    assert Budget.objects.get().spent == (PEOPLE - 1) * 10_000 - 4_000


_DEEDS = {
    "exclude": lambda grant, by: acts.exclude(grant, "", "理由", "依据", NOW, by),
    "publish": lambda grant, by: acts.publish(grant, TODAY - dt.timedelta(days=1), NOW, by),
    "publish_late": lambda grant, by: acts.publish(grant, TODAY, NOW, by),
    "ask": lambda grant, by: acts.ask(grant, "t", NOW, by),
    "yes": lambda grant, by: acts.answer(grant, True, "t", NOW, by),
    "no": lambda grant, by: acts.answer(grant, False, "t", NOW, by),
    "bad": lambda grant, by: acts.sample(grant, False, "不符", NOW, by),
    "seen": lambda grant, by: acts.see_obstacle(grant, "o", "来源", "情形", NOW, by),
    "object": lambda grant, by: acts.object_to(grant, "YY1", "异议", NOW, by),
    "less": lambda grant, _: acts.find(grant, Fen(6_000), grant.basis, NOW, grants.MACHINE),
    "gone": lambda grant, _: acts.find(grant, Fen(0), grant.basis, NOW, grants.MACHINE),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=8)
@given(
    deeds=st.lists(st.tuples(st.integers(0, 7), st.sampled_from(sorted(_DEEDS))), max_size=14),
    intent=st.booleans(),
    days=st.sampled_from([0, 5]),
    paid=st.booleans(),
)
def test_the_dry_run_says_exactly_what_filling_a_batch_then_does(
    deeds: list[tuple[int, str]], intent: bool, days: int, paid: bool
) -> None:
    for model in (BankOrder, PaymentBatch, GrantObjection, Budget):
        model.objects.all().delete()
    rows = GrantRow.objects.all()
    GrantRow.events.rel.related_model.objects.all().delete()
    rows.delete()
    one = listed(8, intent=intent, notice_days=days)
    by = Hand("u1", "经办")
    granting_money.allot(HEAD, one, Fen(1_000_000), "文件")

    def batch(key: str) -> PaymentBatch:
        return PaymentBatch.objects.create(
            key=key, entitlement="e", period="2026-11", body=BODY, budget="e-2026", by="u1", by_name="甲",
            created_at=NOW,
        )  # fmt: skip

    if paid:
        first = batch("p0")
        paying_out.fill(first, Road(intent=False), NOW)
        for order in first.orders.all()[:4]:
            order.state = BankOrder.PAID
            order.save()
            grants.act(
                order.grant_id,
                lambda grant, o=order: acts.settle(grant, o.key, "r", NOW, grants.MACHINE),
                NOW,
            )
    for subject, deed in deeds:
        try:
            grants.act(pk_of(subject), lambda grant, deed=deed: _DEEDS[deed](grant, by), NOW)
        except GrantRefused:
            continue
    free, money, hindered = roll_desk.payable(one, TODAY)
    assert roll_desk.free_rows(one, TODAY).count() == free
    second = batch("p1")
    stood = paying_out.fill(second, one.road, NOW)
    assert (stood.pop("ordered", 0), second.amount) == (free, money)
    assert dict(stood) == hindered
