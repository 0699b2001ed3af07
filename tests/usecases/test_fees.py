"""Paying from end to end: a provider that is good, silent, doubling or down; cash, refunds, register, statement."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.connect.payments import BadNotice, PaymentDown
from bancheng.core.casework import CommandRefused, WithdrawReason, dues
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import CaseBill, MoneyEntry, PaymentOrder, StatementFinding
from bancheng.usecases import answers, cashier, counter, fees, money, reconciling
from bancheng.usecases.access import Actor
from bancheng.usecases.casework import CaseFile, load
from bancheng.usecases.upkeep import run_due_cases

pytestmark = pytest.mark.usefixtures("town")
LATER = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def own_book(settings: Settings, tmp_path: Path) -> None:
    settings.BANCHENG_HOME = tmp_path


@pytest.fixture
def unpaid() -> tuple[Actor, CaseFile]:
    """A case with a fee to be paid before acceptance, and its applicant."""
    actor, preparation = specimen.draft(specimen.PARALLEL)
    file = specimen.play.hand_in(actor, preparation)
    assert dues(file.state)
    return actor, file


def _again(file: CaseFile) -> CaseFile:
    return load(specimen.fresh(file).case)


def _pay(actor: Actor, file: CaseFile) -> PaymentOrder:
    order = fees.start_payment(actor, file.case.number, lambda number: f"/cases/{number}/")
    demo = money.demo_provider()
    assert demo is not None
    demo.pay(str(order.pk))
    return order


def _window(file: CaseFile) -> Actor:
    submission = file.state.submission
    assert submission is not None
    return specimen.official("clerk", submission.receiving_body)


@pytest.mark.parametrize("behaviour", ["good", "doubling", "silent"])
def test_a_payment_reaches_the_case_once_however_it_is_told(
    unpaid: tuple[Actor, CaseFile], settings: Settings, behaviour: str
) -> None:
    actor, file = unpaid
    settings.BANCHENG_DEMO_PAYMENTS = behaviour
    order = _pay(actor, file)
    for later in (LATER, 2 * LATER):
        fees.sweep(timezone.now() + later)
    [entry] = MoneyEntry.objects.all()
    assert (entry.amount, entry.key, entry.receipt[:2]) == (order.amount, str(order.pk), "PJ")
    assert dues(_again(file).state) == {}
    assert CaseBill.objects.get(case=file.case).paid == order.amount
    assert money.register_is_whole()


def test_pressing_pay_twice_asks_for_the_money_once(unpaid: tuple[Actor, CaseFile]) -> None:
    actor, file = unpaid
    orders = [fees.start_payment(actor, file.case.number, str) for _ in range(2)]
    assert orders[0].pk == orders[1].pk


def test_a_provider_that_is_down_loses_nothing(unpaid: tuple[Actor, CaseFile], settings: Settings) -> None:
    actor, file = unpaid
    settings.BANCHENG_DEMO_PAYMENTS = "down"
    with pytest.raises(PaymentDown):
        fees.start_payment(actor, file.case.number, str)
    fees.sweep(timezone.now() + LATER)
    settings.BANCHENG_DEMO_PAYMENTS = "good"
    _pay(actor, file)
    fees.sweep(timezone.now() + LATER)
    assert dues(_again(file).state) == {}


def test_a_forged_notice_is_no_money(unpaid: tuple[Actor, CaseFile]) -> None:
    order = fees.start_payment(unpaid[0], unpaid[1].case.number, str)
    body = f'{{"key":"{order.pk}","amount":{order.amount},"reference":"x"}}'.encode()
    with pytest.raises(BadNotice):
        fees.hear("demo", body, "0" * 64)
    assert not MoneyEntry.objects.exists()


def test_another_amount_than_asked_for_waits_for_a_person(unpaid: tuple[Actor, CaseFile]) -> None:
    _, file = unpaid
    order = fees.start_payment(unpaid[0], file.case.number, str)
    fees.book(order, order.amount - 1, "ref")
    assert PaymentOrder.objects.get().state == PaymentOrder.DISPUTED
    assert [one.pk for one in cashier.troubled(_window(file))[0]] == [order.pk]
    assert not MoneyEntry.objects.exists()


def test_withdrawing_brings_the_money_back_by_the_way_it_came(unpaid: tuple[Actor, CaseFile]) -> None:
    actor, file = unpaid
    order = _pay(actor, file)
    fees.sweep(timezone.now() + LATER)
    answers.withdraw(actor, file.case.number, WithdrawReason.LATER)
    run_due_cases(timezone.now())
    for later in (2 * LATER, 3 * LATER):
        fees.sweep(timezone.now() + later)
    assert [one.amount for one in MoneyEntry.objects.order_by("number")] == [order.amount, -order.amount]
    row = CaseBill.objects.get(case=file.case)
    assert (row.refunding, row.refunded) == (0, order.amount)


def test_the_window_takes_cash_with_a_receipt_and_counts_the_drawer(unpaid: tuple[Actor, CaseFile]) -> None:
    _, file = unpaid
    clerk = _window(file)
    dossier = counter.open_received(clerk, file.case.number)
    entry = cashier.take_cash(clerk, dossier)
    with pytest.raises(CommandRefused):
        cashier.take_cash(clerk, counter.open_received(clerk, file.case.number))
    today = timezone.localdate()
    [drawer] = [one for one in cashier.drawers(clerk, today) if one.expected]
    assert drawer.expected == entry.amount == cashier.sums(cashier.register(clerk, today)).cash
    with pytest.raises(ProblemsFound):
        cashier.count_drawer(clerk, drawer.body, today, entry.amount - 100, "")
    cashier.count_drawer(clerk, drawer.body, today, entry.amount - 100, "少了一元，找零有误")
    with pytest.raises(ProblemsFound):
        cashier.count_drawer(clerk, drawer.body, today, entry.amount, "")


def test_the_register_is_only_added_to(unpaid: tuple[Actor, CaseFile]) -> None:
    clerk = _window(unpaid[1])
    entry = cashier.take_cash(clerk, counter.open_received(clerk, unpaid[1].case.number))
    entry.amount = 1
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    MoneyEntry.objects.filter(pk=entry.pk).update(amount=1)
    assert not money.register_is_whole()


def test_the_statement_is_compared_and_nothing_guessed(
    unpaid: tuple[Actor, CaseFile], settings: Settings
) -> None:
    actor, file = unpaid
    today, now = timezone.localdate(), timezone.now()
    _pay(actor, file)
    # The provider has the money, we have not heard of it: it is asked for, then everything fits.
    check = reconciling.reconcile(today, now)
    assert check is not None
    assert (check.ours, check.theirs, check.findings.count()) == (check.theirs, check.ours, 0)
    settings.BANCHENG_DEMO_PAYMENTS = "doubling"
    reconciling.reconcile(today, now)
    assert [one.kind for one in StatementFinding.objects.all()] == ["doubled"]
    settings.BANCHENG_DEMO_PAYMENTS = "lying"
    reconciling.reconcile(today, now)
    clerk = _window(file)
    [finding] = reconciling.findings(clerk, check)
    assert finding.kind == "missing_there"
    reconciling.settle(clerk, finding.pk, "已与支付机构核对", now)
    settings.BANCHENG_DEMO_PAYMENTS = "good"
    reconciling.reconcile(today, now)
    assert [one.note for one in StatementFinding.objects.all()] == ["已与支付机构核对"]
