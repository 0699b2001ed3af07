"""免申即享 through the database and the bank: run twice, crash anywhere, nobody is paid twice or forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from bancheng.connect.banks import BankBehaviour, DemoBank, PayLine, payment_file, read_payment_file
from bancheng.core.benefits.grants import Hand, Road, acts
from bancheng.core.kernel import Fen, verify_chain
from bancheng.store.models import (
    BankDifference,
    BankOrder,
    BenefitRun,
    BenefitSubject,
    Budget,
    GrantEventRow,
    GrantRow,
    PaymentBatch,
)
from bancheng.usecases import grants, paying_out
from bancheng.usecases.grants import Entitled, GrantRefused

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
ROAD = Road(intent=False)
OFFICER = Hand("u1", "经办人")
PEOPLE = {1: 30_000, 2: 30_000, 5: 12_345, 8: 99_999, 9: 1}


@pytest.fixture
def bank(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> DemoBank:
    made = DemoBank(tmp_path / "bank.db", lambda: NOW)
    monkeypatch.setattr(paying_out, "bank", lambda: made)
    return made


@pytest.fixture(autouse=True)
def money() -> Budget:
    for subject in range(20):
        BenefitSubject.objects.create(
            subject_kind="person", subject=subject, name=f"样例{subject}", account=f"6200{subject:04d}"
        )
    return Budget.objects.create(key="b", entitlement="e", year=2026, body="civil", allotted=1_000_000)


def run(number: int = 1) -> BenefitRun:
    return BenefitRun.objects.get_or_create(
        id=f"r{number}",
        defaults={
            "entitlement": "e",
            "period": "2026-11",
            "version": 1,
            "rules": "rules",
            "snapshot": f"facts-{number}",
            "as_of": NOW.date(),
            "by": "u1",
            "by_name": "经办人",
            "started_at": NOW,
        },
    )[0]


def found(amounts: dict[int, int]) -> Iterator[Entitled]:
    return (Entitled(subject=one, amount=Fen(amount)) for one, amount in sorted(amounts.items()))


def take(amounts: dict[int, int], number: int = 1) -> grants.Difference:
    return grants.take_in(run(number), "person", "civil", found(amounts), NOW)


SECOND = Hand("u2", "复核人")


def batch(key: str = "p1", budget: str = "b") -> PaymentBatch:
    return PaymentBatch.objects.get_or_create(
        key=key,
        defaults={
            "entitlement": "e",
            "period": "2026-11",
            "body": "civil",
            "budget": budget,
            "by": "u1",
            "by_name": "经办人",
            "created_at": NOW,
        },
    )[0]


def pay(key: str = "p1") -> None:
    one = batch(key)
    paying_out.fill(one, ROAD, NOW)
    if one.state == PaymentBatch.CHECK:
        paying_out.agree(one, SECOND, NOW)
    paying_out.round_trip(NOW)


def books_agree(bank: DemoBank, allotted: int = 1_000_000) -> None:
    """Events, lists, orders, budget and bank say the same to the fen."""
    budget = Budget.objects.get(key="b")
    rows = GrantRow.objects.aggregate(paid=Sum("paid"), back=Sum("recovered"))
    orders = BankOrder.objects.filter(state=BankOrder.PAID).aggregate(paid=Sum("amount"))["paid"] or 0
    reserved = 0
    for row in GrantRow.objects.all():
        grant = grants.grant_of(row)
        assert (row.paid, row.recovered, row.due, row.stage) == (
            grant.paid,
            grant.recovered,
            grant.due,
            grant.stage.value,
        )
        reserved += grant.reserved
        lines = list(row.events.order_by("sequence"))
        told = [(grants.read_grant_event(one.body), one.hash) for one in lines]
        assert verify_chain(told) is None
    assert sum(bank.paid().values()) == orders == (rows["paid"] or 0)
    assert budget.spent == orders - (rows["back"] or 0)
    assert budget.held == reserved
    assert budget.allotted == allotted


def test_a_dry_run_says_people_and_money_and_changes_nothing() -> None:
    take(PEOPLE)
    before = GrantEventRow.objects.count()
    said = grants.difference("e", "2026-11", found({1: 30_000, 2: 40_000, 5: 1, 9: 1, 11: 500}))
    assert (said.new, said.same, said.more, said.less, said.gone) == (1, 2, 1, 1, 1)
    assert (said.due, said.before) == (70_502, sum(PEOPLE.values()))
    assert GrantEventRow.objects.count() == before


def test_a_run_started_twice_makes_one_grant_each() -> None:
    take(PEOPLE)
    take(PEOPLE)
    assert GrantRow.objects.count() == GrantEventRow.objects.count() == len(PEOPLE)


def test_everybody_is_paid_once_however_often_the_road_is_walked(bank: DemoBank) -> None:
    for number in range(3):
        take(PEOPLE, number)
        pay()
        pay(f"again-{number}")
    assert sorted(bank.paid().values()) == sorted(PEOPLE.values())
    assert set(GrantRow.objects.values_list("stage", flat=True)) == {"paid"}
    books_agree(bank)


def test_corrected_data_pay_the_difference_and_propose_what_was_too_much(bank: DemoBank) -> None:
    take(PEOPLE)
    pay()
    changed = {**PEOPLE, 1: 35_000, 2: 10_000, 12: 700}
    del changed[9]
    take(changed, 2)
    pay("p2")
    books_agree(bank)
    stages = dict(GrantRow.objects.values_list("subject", "stage"))
    assert (stages[1], stages[2], stages[9], stages[12]) == ("paid", "overpaid", "overpaid", "paid")
    row = GrantRow.objects.get(subject=2)
    assert row.events.filter(body__contains="RecoveryProposed").count() == 1
    grants.act(row.pk, lambda one: acts.order_recovery(one, "多付", "《办法》第九条", NOW, OFFICER), NOW)
    grants.act(row.pk, lambda one: acts.recover(one, Fen(20_000), "till-1", NOW, OFFICER), NOW)
    books_agree(bank)
    assert GrantRow.objects.get(subject=2).stage == "paid"


def test_nobody_is_paid_from_a_budget_that_is_not_there(bank: DemoBank) -> None:
    take(PEOPLE)
    assert paying_out.fill(batch(budget="no-such"), ROAD, NOW) == {"budget.none": len(PEOPLE)}
    assert not BankOrder.objects.exists()
    books_agree(bank)


@pytest.mark.parametrize("wrong", [{"entitlement": "x"}, {"body": "x"}, {"year": 2025}])
def test_nobody_is_paid_from_the_budget_of_another_policy_body_or_year(
    bank: DemoBank, wrong: dict[str, Any]
) -> None:
    take(PEOPLE)
    Budget.objects.update(**wrong)
    assert paying_out.fill(batch(), ROAD, NOW) == {"budget.other": len(PEOPLE)}
    assert not BankOrder.objects.exists()
    books_agree(bank)


def test_nothing_goes_to_the_bank_before_a_second_person_has_agreed(bank: DemoBank) -> None:
    take(PEOPLE)
    one = batch()
    paying_out.fill(one, ROAD, NOW)
    paying_out.round_trip(NOW)
    assert bank.paid() == {}
    with pytest.raises(GrantRefused, match="另一位"):
        paying_out.agree(one, OFFICER, NOW)
    with pytest.raises(GrantRefused, match="为什么"):
        paying_out.decline(one, " ", SECOND, NOW)
    paying_out.decline(one, "户名要再核对", SECOND, NOW)
    with pytest.raises(GrantRefused, match="不在等复核"):
        paying_out.agree(one, SECOND, NOW)
    paying_out.round_trip(NOW)
    assert bank.paid() == {}
    assert Budget.objects.get().held == sum(PEOPLE.values()), "held for the next batch"
    pay("p2")
    assert sorted(bank.paid().values()) == sorted(PEOPLE.values())
    books_agree(bank)


def test_money_held_for_who_is_no_longer_due_goes_back_into_the_budget(bank: DemoBank) -> None:
    take(PEOPLE)
    one = batch()
    paying_out.fill(one, ROAD, NOW)
    paying_out.decline(one, "数据要更正", SECOND, NOW)
    left = {subject: amount for subject, amount in PEOPLE.items() if subject != 8}
    take({**left, 1: 20_000}, 2)
    assert Budget.objects.get().held == 20_000 + 30_000 + 12_345 + 1
    row = GrantRow.objects.get(subject=2)
    grants.act(row.pk, lambda one: acts.exclude(one, "", "查实不符", "第九条", NOW, OFFICER), NOW)
    assert Budget.objects.get().held == 20_000 + 12_345 + 1
    books_agree(bank)


def test_a_notice_ends_with_the_day_of_the_place_not_of_the_clock(bank: DemoBank) -> None:
    take({1: 30_000})
    row, road = GrantRow.objects.get(), Road(intent=False, notice_days=5)
    grants.act(row.pk, lambda one: acts.publish(one, NOW.date(), NOW, OFFICER), NOW)
    night = dt.datetime(2026, 11, 23, 15, 59, tzinfo=dt.UTC)
    assert paying_out.fill(batch("a"), road, night) == {"grant.notice": 1}
    assert paying_out.fill(batch("b"), road, night + dt.timedelta(minutes=1)) == {"ordered": 1}


def test_what_a_source_says_against_somebody_waits_for_a_person(bank: DemoBank) -> None:
    seen = {2: (grants.Obstacle(rule="fined", source="行政处罚", reason="两年内有处罚"),)}
    for _ in range(2):
        grants.take_in(run(), "person", "civil", found(PEOPLE), NOW, seen)
    row = GrantRow.objects.get(subject=2)
    assert (row.obstacle, row.stage, row.events.count()) == (True, "obstacle", 2)
    pay()
    assert GrantRow.objects.get(subject=2).paid == 0
    grants.act(row.pk, lambda one: acts.clear_obstacle(one, "fined", "已经撤销", NOW, OFFICER), NOW)
    grants.take_in(run(2), "person", "civil", found(PEOPLE), NOW, seen)
    pay("p2")
    assert GrantRow.objects.get(subject=2).stage == "paid"
    books_agree(bank)


def test_a_budget_is_never_overdrawn(bank: DemoBank) -> None:
    Budget.objects.update(allotted=60_000)
    take(PEOPLE)
    stood = paying_out.fill(batch(), ROAD, NOW)
    pay()
    assert stood == {"ordered": 2, "budget.short": 3} or stood["budget.short"] >= 1
    books_agree(bank, 60_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.update(held=70_000)


@pytest.mark.parametrize("how", [BankBehaviour.BREAKING, BankBehaviour.FAILING, BankBehaviour.DOWN])
def test_a_bank_that_fails_loses_nobody(bank: DemoBank, how: BankBehaviour) -> None:
    take(PEOPLE)
    bank.behaviour = how
    pay()
    bank.behaviour = BankBehaviour.GOOD
    paying_out.round_trip(NOW)
    for again in range(2):
        pay(f"again-{again}")
    assert sorted(bank.paid().values()) == sorted(PEOPLE.values())
    books_agree(bank)


def test_a_slow_bank_is_asked_again(bank: DemoBank) -> None:
    bank.behaviour = BankBehaviour.SLOW
    take(PEOPLE)
    pay()
    assert set(GrantRow.objects.values_list("stage", flat=True)) == {"sent"}
    # Whoever has an order on its way gets no second one.
    assert paying_out.fill(batch("p2"), ROAD, NOW) == {}
    bank.behaviour = BankBehaviour.GOOD
    paying_out.round_trip(NOW)
    books_agree(bank)


@pytest.mark.parametrize(
    ("how", "kinds"),
    [(BankBehaviour.DOUBLING, ["doubled"]), (BankBehaviour.LYING, ["amount", "unknown"])],
)
def test_what_does_not_agree_is_kept_for_a_person(
    bank: DemoBank, how: BankBehaviour, kinds: list[str]
) -> None:
    bank.behaviour = how
    take(PEOPLE)
    pay()
    paying_out.round_trip(NOW)
    open_ones = BankDifference.objects.filter(settled_at=None)
    assert sorted(open_ones.values_list("kind", flat=True)) == kinds
    with pytest.raises(GrantRefused):
        paying_out.settle_difference(open_ones[0].pk, " ", "财务", NOW)
    paying_out.settle_difference(open_ones[0].pk, "已与银行核对", "财务", NOW)
    assert open_ones.count() == len(kinds) - 1


def test_the_file_says_its_sums_and_defuses_formulas() -> None:
    lines = (PayLine(key="1-1", account="62001", holder="=SUM(A1)", amount=Fen(105), purpose="e"),)
    file = payment_file("p1", lines)
    assert b"'=SUM(A1)" in file
    assert read_payment_file(file)[1][0].amount == 105
    with pytest.raises(ValueError, match=r"1\.05"):
        read_payment_file(file.replace(b",1.05,e", b",1.06,e"))


class Killed(BaseException):
    """The process is gone: nothing that catches errors catches it."""


_PLACES = (
    (grants, "_write"),
    (grants, "_move_budgets"),
    (paying_out, "_seal"),
    (paying_out, "file_of"),
    (paying_out, "book"),
    (paying_out, "_settle"),
    (paying_out, "_order"),
    (BankOrder.objects, "bulk_create"),
)


@pytest.mark.parametrize("moment", range(1, 26, 3))
def test_killed_at_any_moment_and_started_again_everybody_is_paid_once(
    bank: DemoBank, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    left = moment

    def dying(real: Callable[..., Any], after: bool) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0 and not after:
                raise Killed
            result = real(*args, **kwargs)
            if left == 0:
                left = -1
                raise Killed
            return result

        return call

    for number, (owner, name) in enumerate(_PLACES):
        monkeypatch.setattr(owner, name, dying(getattr(owner, name), after=(number + moment) % 2 == 0))
    hand_in = bank.hand_in
    monkeypatch.setattr(bank, "hand_in", dying(hand_in, after=True))
    for _ in range(3):
        try:
            with transaction.atomic():
                take(PEOPLE)
            pay()
        except Killed:
            continue
    assert sorted(bank.paid().values()) == sorted(PEOPLE.values())
    assert set(GrantRow.objects.values_list("stage", flat=True)) == {"paid"}
    books_agree(bank)
