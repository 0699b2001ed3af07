"""Money in a case: reckoned by rule, fixed or waived by name, taken once, given back by policy."""

from __future__ import annotations

from collections.abc import Iterator

from bancheng.core.casework import _commands_fees as cmd
from bancheng.core.casework import _events_fees as ev
from bancheng.core.casework._bill import PaidIn
from bancheng.core.casework._dues import ART_58, cause_of, dead, dues, owing, surplus
from bancheng.core.casework._evolve import fold
from bancheng.core.casework._fee_values import SURPLUS, Charge, MoneyPart, PayWay, RefundCause
from bancheng.core.casework._guard import (
    Events,
    Roads,
    need_machine,
    need_role,
    need_text,
    refuse,
    signed,
)
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import Context, Phase, Role


def billed(charges: tuple[Charge, ...], context: Context, *, again: bool = False) -> Events:
    """The bill of a new application, or a new one; no event where nothing is charged."""
    if not charges and not again:
        return ()
    return (ev.FeesBilled(at=context.now, by=signed(context), charges=charges, again=again),)


def bill(state: CaseState, command: cmd.BillFees, context: Context) -> Events:
    """Reckoned anew from other values. What an official fixed stays fixed where reckoning still finds nothing."""
    need_machine(context)
    if state.phase is Phase.NONE:
        refuse("phase", "申请尚未提交。")
    known = state.bill.charges
    charges = tuple(
        known[one.key] if one.amount is None and one.key in known else one for one in command.charges
    )
    kept = {one.key: one for one in charges}
    if kept == {key: one for key, one in known.items() if key in kept or one.amount}:
        refuse("fees.same", "费用没有变化。")
    return billed(charges, context, again=True)


def assess(state: CaseState, command: cmd.AssessFee, context: Context) -> Events:
    """Only what could not be reckoned, by an official of the body that charges it."""
    charge = _the_charge(state, command.charge)
    need_role(context, (Role.REVIEWER, Role.SENIOR), (charge.body,))
    if charge.amount is not None:
        refuse("fees.assessed", f"“{charge.name}”的金额已经核定。", remedy="需要减免的，由负责人批准。")
    if command.amount < 0:
        refuse("fees.amount", "金额不能小于零。")
    need_text(command.reason, "fees.reason", "核定的理由")
    return (
        ev.FeeAssessed(
            at=context.now,
            by=signed(context),
            charge=charge.key,
            title=charge.name,
            amount=command.amount,
            reason=command.reason,
        ),
    )


def waive(state: CaseState, command: cmd.WaiveFee, context: Context) -> Events:
    """By the head of the charging body, with a reason, never beyond the price."""
    charge = _the_charge(state, command.charge)
    need_role(context, (Role.SENIOR, Role.HEAD), (charge.body,))
    need_text(command.reason, "fees.reason", "减免的理由")
    price = state.bill.price(charge.key)
    if not 0 < command.amount <= price:
        refuse("fees.amount", f"减免的金额应大于零，不超过“{charge.name}”的应缴金额。", ART_58)
    if dead(state, charge):
        refuse("fees.ended", f"“{charge.name}”的事项已经结束，应退的费用按规定退还。")
    return (
        ev.FeeWaived(
            at=context.now,
            by=signed(context),
            charge=charge.key,
            title=charge.name,
            amount=command.amount,
            reason=command.reason,
            basis=command.basis,
        ),
    )


def record_payment(state: CaseState, command: cmd.RecordPayment, context: Context) -> Events:
    """Money that came is always booked, once; what nobody owed is ordered back in the same breath.

    At the window exactly what is due is taken, so that nobody has to give change for another fee.
    """
    if state.phase is Phase.NONE:
        refuse("phase", "申请尚未提交。")
    if command.payment in state.bill.payments:
        refuse("fees.twice", "这笔缴费已经入账。")
    if command.amount <= 0 or not (command.payment and command.receipt):
        refuse("fees.amount", "缴费的金额应大于零，并有票据号。")
    now = dues(state)
    if command.way is PayWay.CASH:
        receiving = state.submission.receiving_body if state.submission else ""
        need_role(context, (Role.CLERK,), (receiving,))
        if command.amount != sum(now.values()):
            refuse(
                "fees.cash", "现金应当正好收取当前应缴的金额。", remedy="请刷新页面，按最新的应缴金额收取。"
            )
    else:
        need_machine(context)
    parts = tuple(MoneyPart(charge=key, amount=one) for key, one in _spread(state, command.amount, now))
    paid = ev.FeePaid(
        at=context.now,
        by=signed(context),
        payment=command.payment,
        way=command.way,
        parts=parts,
        receipt=command.receipt,
    )
    return (paid, *_orders(fold((paid,), state), context))


def _spread(state: CaseState, amount: int, now: dict[str, int]) -> Iterator[tuple[str, int]]:
    """First what is due now, then what will be; the rest belongs to nobody."""
    later = {key: owing(state, key) for key in state.bill.charges if key not in now}
    for key, owed in (*now.items(), *later.items()):
        part = min(owed, amount)
        if part:
            amount -= part
            yield key, part
    if amount:
        yield SURPLUS, amount


def settle(state: CaseState, command: cmd.SettleFees, context: Context) -> Events:  # noqa: ARG001 - carries no data
    """Everything held without reason is ordered back, each from the payment it came with."""
    need_machine(context)
    orders = tuple(_orders(state, context))
    if not orders:
        refuse("fees.nothing", "没有需要退还的费用。")
    return orders


def _orders(state: CaseState, context: Context) -> Iterator[ev.RefundOrdered]:
    over = surplus(state)
    number = len(state.bill.refunds)
    # The latest payment goes back first: it is the one that came too much.
    for payment in reversed(state.bill.payments.values()):
        by_cause: dict[RefundCause, list[MoneyPart]] = {}
        for key in over:
            part = min(over[key], state.bill.of_payment(payment.key, key))
            if part > 0:
                over[key] -= part
                by_cause.setdefault(cause_of(state, key), []).append(MoneyPart(charge=key, amount=part))
        for cause, parts in by_cause.items():
            number += 1
            yield _order(payment, number, cause, tuple(parts), context)


def _order(
    payment: PaidIn, number: int, cause: RefundCause, parts: tuple[MoneyPart, ...], context: Context
) -> ev.RefundOrdered:
    return ev.RefundOrdered(
        at=context.now,
        by=signed(context),
        refund=f"{payment.key}-r{number}",
        payment=payment.key,
        parts=parts,
        cause=cause,
        way=payment.way,
    )


def confirm_refund(state: CaseState, command: cmd.ConfirmRefund, context: Context) -> Events:
    """Online by the machine that heard it from the provider, cash by the clerk who handed it over."""
    refund = state.bill.refunds.get(command.refund)
    if refund is None or refund.done is not None:
        refuse("fees.refunded", "没有这笔待退的费用，或已经退还。", remedy="请刷新页面，查看最新进展。")
    if refund.way is PayWay.CASH:
        receiving = state.submission.receiving_body if state.submission else ""
        need_role(context, (Role.CLERK,), (receiving,))
    else:
        need_machine(context)
    return (
        ev.FeeRefunded(
            at=context.now,
            by=signed(context),
            refund=refund.key,
            amount=refund.total,
            receipt=command.receipt,
        ),
    )


def _the_charge(state: CaseState, key: str) -> Charge:
    charge = state.bill.charges.get(key)
    if charge is None:
        refuse("fees.unknown", "本次申请没有这项费用。")
    return charge


ROADS: Roads = {
    cmd.BillFees: bill,
    cmd.AssessFee: assess,
    cmd.WaiveFee: waive,
    cmd.RecordPayment: record_payment,
    cmd.SettleFees: settle,
    cmd.ConfirmRefund: confirm_refund,
}
