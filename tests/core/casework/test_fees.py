"""Money in a case: taken once, never lost, given back by policy, under any order of what happens outside."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace
from tests.core.casework.road import (
    APPLICANT,
    CLERK,
    MACHINE,
    NOODLES,
    SENIOR,
    Case,
    replayed,
    reviewer,
)

from bancheng.core.casework import (
    Actor,
    Charge,
    CommandRefused,
    Context,
    PayWay,
    RefundCause,
    TurnedAway,
    Verdict,
    WithdrawReason,
    commands,
    decode_event,
    dues,
    encode_event,
    sweep,
)
from bancheng.core.catalogue import FeeRefund, FeeRefundCause, FeeTiming

HEAD = Actor(id="user:7", name="钱科长", roles=("senior",), body="sign-body")
BEFORE = Charge(
    key="shop/a",
    item="shop",
    body="shop-body",
    name="勘察费",
    basis="甲条例",
    amount=10000,
    timing=FeeTiming.BEFORE,
)
DURING = Charge(
    key="food/b",
    item="food",
    body="food-body",
    name="评审费",
    basis="乙条例",
    amount=333,
    timing=FeeTiming.DURING,
    refunds=(FeeRefund(on=FeeRefundCause.WITHDRAWN, share=Decimal("0.5"), basis="乙条例第二条"),),
)
AFTER = Charge(key="sign/c", item="sign", body="sign-body", name="工本费", basis="丙条例", amount=1505)
CHARGED = replace(NOODLES, charges=(BEFORE, DURING, AFTER))


def online(payment: str, amount: int) -> commands.Command:
    return commands.RecordPayment(payment=payment, amount=amount, way=PayWay.ONLINE, receipt=f"票{payment}")


def going(submit: commands.Submit = CHARGED) -> Case:
    """Accepted, with what had to be paid before."""
    case = Case(submit)
    if due := sum(dues(case.state).values()):
        case.do(MACHINE, online("p1", due))
    case.do(CLERK, commands.Accept())
    return case


def swept(case: Case) -> None:
    case.log.extend(sweep(case.state, Context(now=case.now, actor=MACHINE, calendar=case.calendar)))
    case.state = replayed(case.log)


def test_each_fee_falls_due_at_its_own_time() -> None:
    case = Case(CHARGED)
    assert dues(case.state) == {"shop/a": 10000}
    case.do(MACHINE, online("p1", 10000))
    case.do(CLERK, commands.Accept())
    assert dues(case.state) == {"food/b": 333}
    case.agree("sign.ask")
    case.approve("sign")
    assert dues(case.state) == {"food/b": 333, "sign/c": 1505}


def test_a_payment_heard_of_twice_is_booked_once() -> None:
    case = Case(CHARGED)
    case.do(MACHINE, online("p1", 10000))
    assert case.refused(MACHINE, online("p1", 10000)) == "fees.twice"
    assert case.state.bill.paid == 10000


def test_who_pays_twice_gets_the_second_payment_back() -> None:
    case = Case(CHARGED)
    case.do(MACHINE, online("p1", 10000))
    case.do(MACHINE, online("p2", 10000 + 333 + 1505))
    [back] = case.state.bill.to_refund
    assert (back.payment, back.total, back.cause) == ("p2", 10000, RefundCause.SURPLUS)
    assert dues(case.state) == {}


def test_nobody_but_the_machine_says_that_money_came_online() -> None:
    case = Case(CHARGED)
    assert case.refused(APPLICANT, online("p1", 10000)) == "machine"
    assert case.refused(CLERK, online("p1", 10000)) == "machine"


def test_the_window_takes_exactly_what_is_due() -> None:
    case = Case(CHARGED)
    cash = commands.RecordPayment(payment="k1", amount=9999, way=PayWay.CASH, receipt="收1")
    assert case.refused(CLERK, cash) == "fees.cash"
    assert case.refused(reviewer("shop-body"), replace(cash, amount=10000)) == "role"
    case.do(CLERK, replace(cash, amount=10000))
    assert dues(case.state) == {}


def test_what_was_paid_comes_back_when_the_case_is_turned_away() -> None:
    case = Case(CHARGED)
    case.do(MACHINE, online("p1", 10000))
    case.do(CLERK, commands.TurnAway(outcome=TurnedAway.NOT_NEEDED, reason="不需要许可"))
    swept(case)
    [back] = case.state.bill.to_refund
    assert (back.total, back.cause) == (10000, RefundCause.NOT_ACCEPTED)
    case.do(MACHINE, commands.ConfirmRefund(refund=back.key))
    assert case.refused(MACHINE, commands.ConfirmRefund(refund=back.key)) == "fees.refunded"
    assert (case.state.bill.refunded, case.state.bill.to_refund) == (10000, ())


def test_without_a_policy_everything_comes_back_until_work_was_done() -> None:
    idle, worked = going(), going()
    worked.complete("shop.review")
    for case in (idle, worked):
        case.do(APPLICANT, commands.Withdraw(reason=WithdrawReason.LATER))
        swept(case)
    assert [one.total for one in idle.state.bill.to_refund] == [10000]
    assert worked.state.bill.to_refund == ()


def test_a_policy_gives_back_its_share_rounded_to_the_fen() -> None:
    case = going()
    case.do(MACHINE, online("p2", 333))
    case.do(APPLICANT, commands.Withdraw(reason=WithdrawReason.LATER))
    swept(case)
    back = {part: amount for one in case.state.bill.to_refund for part, amount in one.parts.items()}
    assert back == {"shop/a": 10000, "food/b": 167}


def test_a_policy_may_end_with_a_step() -> None:
    rule_ = FeeRefund(on=FeeRefundCause.REFUSED, until="shop.review", basis="甲条例")
    case = going(replace(NOODLES, charges=(replace(BEFORE, refunds=(rule_,)),)))
    case.complete("shop.review")
    case.refuse("shop")
    swept(case)
    assert case.state.bill.to_refund == ()


def test_a_head_waives_by_name_and_reason_and_paid_money_goes_back() -> None:
    case = going()
    case.do(MACHINE, online("p2", 333 + 1505))
    waive = commands.WaiveFee(charge="sign/c", amount=505, reason="残疾人家庭", basis="丙条例第三条")
    assert case.refused(reviewer("sign-body"), waive) == "role"
    assert case.refused(SENIOR, waive) == "body"
    assert case.refused(HEAD, replace(waive, reason=" ")) == "fees.reason"
    assert case.refused(HEAD, replace(waive, amount=1506)) == "fees.amount"
    case.do(HEAD, waive)
    swept(case)
    [back] = case.state.bill.to_refund
    assert (back.total, back.cause) == (505, RefundCause.WAIVED)
    assert "钱科长批准减免" in case.log[-2].words()


def test_an_open_amount_is_fixed_by_an_official_and_survives_a_new_reckoning() -> None:
    open_ = replace(AFTER, amount=None)
    case = going(replace(NOODLES, charges=(open_,)))
    case.do(reviewer("sign-body"), commands.AssessFee(charge="sign/c", amount=800, reason="按实测面积"))
    assert case.refused(MACHINE, commands.BillFees(charges=(open_,))) == "fees.same"
    case.do(MACHINE, commands.BillFees(charges=(open_, BEFORE)))
    assert {key: one.amount for key, one in case.state.bill.charges.items()} == {
        "sign/c": 800,
        "shop/a": 10000,
    }


def test_a_lower_new_reckoning_gives_the_difference_back() -> None:
    case = Case(CHARGED)
    case.do(MACHINE, online("p1", 10000))
    case.do(MACHINE, commands.BillFees(charges=(replace(BEFORE, amount=4000),)))
    swept(case)
    assert [(one.total, one.cause) for one in case.state.bill.to_refund] == [(6000, RefundCause.REBILLED)]


def test_a_case_without_fees_has_no_event_of_money() -> None:
    assert len(Case().log) == 1


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REFUSE])
def test_an_unpaid_fee_of_the_time_stands_in_the_way_of_an_approval_only(verdict: Verdict) -> None:
    case = going(replace(NOODLES, charges=(replace(DURING, item="shop", body="shop-body", key="shop/b"),)))
    case.complete("shop.review")
    if verdict is Verdict.REFUSE:
        case.refuse("shop")
        return
    with pytest.raises(CommandRefused) as no:
        case.approve("shop")
    assert [one.code for one in no.value.refusals] == ["fees.unpaid"]
    case.do(MACHINE, online("p1", 333))
    case.approve("shop")


def test_an_unpaid_fee_before_acceptance_stands_in_the_way_of_it() -> None:
    case = Case(CHARGED)
    assert case.refused(CLERK, commands.Accept()) == "fees.unpaid"
    case.do(MACHINE, online("p1", 10000))
    case.do(CLERK, commands.Accept())


class Till(RuleBasedStateMachine):
    """Duplicates, delays, crashes before payout, waivers, new reckonings, ends: the ledger beside it agrees."""

    @initialize()
    def begin(self) -> None:
        self.case = Case(CHARGED)
        self.came: dict[str, int] = {}
        self.went: dict[str, int] = {}
        self.sent: list[tuple[str, int]] = []

    def tried(self, actor: Actor, command: commands.Command) -> bool:
        with contextlib.suppress(CommandRefused):
            self.case.do(actor, command)
            return True
        return False

    @rule(amount=st.integers(1, 20000))
    def pay(self, amount: int) -> None:
        """The provider took money; its notice is on the way."""
        self.sent.append((f"p{len(self.sent)}", amount))

    @rule(pick=st.integers(0, 20))
    def notice(self, pick: int) -> None:
        """Some notice arrives, perhaps again, perhaps long after the end of the case."""
        if self.sent:
            payment, amount = self.sent[pick % len(self.sent)]
            fresh = payment not in self.came
            assert self.tried(MACHINE, online(payment, amount)) is fresh
            self.came[payment] = amount

    @rule()
    def cash(self) -> None:
        due = sum(dues(self.case.state).values())
        payment = f"k{len(self.came)}"
        if self.tried(
            CLERK, commands.RecordPayment(payment=payment, amount=due or 1, way=PayWay.CASH, receipt="收")
        ):
            self.came[payment] = due

    @rule(pick=st.integers(0, 20))
    def pay_back(self, pick: int) -> None:
        """A refund is confirmed, perhaps twice."""
        refunds = list(self.case.state.bill.refunds.values())
        if refunds:
            one = refunds[pick % len(refunds)]
            actor = CLERK if one.way is PayWay.CASH else MACHINE
            assert self.tried(actor, commands.ConfirmRefund(refund=one.key)) is (one.key not in self.went)
            self.went[one.key] = one.total

    @rule(amount=st.integers(1, 2000))
    def waive(self, amount: int) -> None:
        self.tried(HEAD, commands.WaiveFee(charge="sign/c", amount=amount, reason="困难"))

    @rule(amount=st.integers(0, 12000))
    def reckon(self, amount: int) -> None:
        self.tried(MACHINE, commands.BillFees(charges=(replace(BEFORE, amount=amount), DURING)))

    @rule()
    def accept(self) -> None:
        self.tried(CLERK, commands.Accept())

    @rule()
    def refuse(self) -> None:
        with contextlib.suppress(CommandRefused):
            self.case.complete("shop.review")
            self.case.refuse("shop")

    @rule()
    def withdraw(self) -> None:
        self.tried(APPLICANT, commands.Withdraw(reason=WithdrawReason.OTHER))

    @rule()
    def turn_away(self) -> None:
        self.tried(CLERK, commands.TurnAway(outcome=TurnedAway.NOT_NEEDED, reason="不用办"))

    @rule()
    def settle(self) -> None:
        self.tried(MACHINE, commands.SettleFees())
        assert not self.tried(MACHINE, commands.SettleFees())

    @invariant()
    def every_fen_is_somewhere(self) -> None:
        bill = self.case.state.bill
        held = {key: bill.net(key) for key in bill.held}
        waiting = sum(one.total for one in bill.to_refund)
        assert bill.paid == sum(self.came.values())
        assert bill.refunded == sum(self.went.values())
        assert bill.paid == bill.refunded + waiting + sum(held.values())
        assert all(one >= 0 for one in held.values())
        for payment in bill.payments:
            assert all(bill.of_payment(payment, key) >= 0 for key in bill.held)

    @invariant()
    def what_is_owed_or_held_too_much_is_never_both(self) -> None:
        state = self.case.state
        if state.bill.payments:
            for key, due in dues(state).items():
                assert due + state.bill.net(key) == state.bill.price(key)

    def teardown(self) -> None:
        swept(self.case)
        read = [decode_event(encode_event(one)) for one in self.case.log]
        assert replayed(read) == self.case.state


TestTill = Till.TestCase
TestTill.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
