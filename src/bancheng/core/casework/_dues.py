"""What is due, what is held too much and what waits for money, read from a state. No act, only answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bancheng.core.casework._command import Command
from bancheng.core.casework._commands_fees import SettleFees
from bancheng.core.casework._fee_values import SURPLUS, Charge, RefundCause
from bancheng.core.casework._state import UNWANTING, CaseState, ItemState
from bancheng.core.casework._values import ItemStatus, Phase, StepStatus
from bancheng.core.catalogue import FeeRefundCause, FeeTiming
from bancheng.core.kernel import Refusal, format_yuan

ART_58 = "《中华人民共和国行政许可法》第五十八条、第五十九条"
_TURNED_AWAY = frozenset({Phase.NOT_NEEDED, Phase.NOT_OURS})


def dead(state: CaseState, charge: Charge) -> bool:
    """Has the item of a charge ended without approval, or the case before it?"""
    item = state.items.get(charge.item)
    return state.phase in _TURNED_AWAY or (item is not None and item.status in UNWANTING)


def keeps(state: CaseState, key: str) -> int:
    """What may be held for a charge: its price, or of an ended item what its policy does not give back."""
    if key == SURPLUS:
        return 0
    charge, price = state.bill.charges[key], state.bill.price(key)
    if not dead(state, charge):
        return price
    if state.phase in _TURNED_AWAY:
        return 0
    back = (price * _share(state, charge)).quantize(Decimal(1), ROUND_HALF_UP)
    return price - int(back)


def _share(state: CaseState, charge: Charge) -> Decimal:
    """The share that goes back by the item's policy; without one, all of it until work on the item was done."""
    item = state.items[charge.item]
    withdrawn = item.status is ItemStatus.WITHDRAWN
    cause = FeeRefundCause.WITHDRAWN if withdrawn else FeeRefundCause.REFUSED
    rules = [one for one in charge.refunds if one.on is cause]
    for rule in rules:
        if not rule.until or not _done(state, item, rule.until):
            return rule.share
    if rules or _done(state, item):
        return Decimal(0)
    return Decimal(1)


def _done(state: CaseState, item: ItemState, step: str = "") -> bool:
    """Was `step` of the item (any, when none is named) done before the item ended?"""
    for key in item.steps:
        one = state.steps[key]
        named = {origin.step for origin in one.plan.origins if origin.item == item.item.key} | {key}
        before = one.ended is not None and (item.ended is None or one.ended <= item.ended)
        if one.status is StepStatus.DONE and before and (not step or step in named):
            return True
    return False


def owing(state: CaseState, key: str) -> int:
    """What is still to be paid for a charge, now or later; nothing for an item that ended without approval."""
    if dead(state, state.bill.charges[key]) or state.phase is Phase.WITHDRAWN:
        return 0
    return max(0, state.bill.price(key) - state.bill.net(key))


def dues(state: CaseState) -> dict[str, int]:
    """What can be paid now, by charge in fen: a fee of a later time waits for that time."""
    return {key: owed for key in state.bill.charges if _come(state, key) and (owed := owing(state, key))}


def _come(state: CaseState, key: str) -> bool:
    charge = state.bill.charges[key]
    if charge.timing is FeeTiming.BEFORE:
        return state.phase not in _TURNED_AWAY
    if charge.timing is FeeTiming.DURING:
        return state.accepted is not None
    item = state.items.get(charge.item)
    return item is not None and item.status is ItemStatus.APPROVED


def surplus(state: CaseState) -> dict[str, int]:
    """What is held beyond what may be, by charge."""
    bill = state.bill
    if not bill.payments:
        return {}
    return {key: over for key in bill.held if (over := bill.net(key) - keeps(state, key)) > 0}


def cause_of(state: CaseState, key: str) -> RefundCause:
    """Why a surplus goes back."""
    if key == SURPLUS:
        return RefundCause.SURPLUS
    charge = state.bill.charges[key]
    if state.phase in _TURNED_AWAY:
        return RefundCause.NOT_ACCEPTED
    if dead(state, charge):
        withdrawn = state.items[charge.item].status is ItemStatus.WITHDRAWN
        return RefundCause.WITHDRAWN if withdrawn else RefundCause.REFUSED
    return RefundCause.WAIVED if state.bill.waived.get(key) else RefundCause.REBILLED


def due_settlements(state: CaseState) -> Iterator[tuple[date, Command]]:
    """Money held without reason goes back at once, whatever happened to the case."""
    if state.received is not None and surplus(state):
        yield state.received, SettleFees()


def unpaid_for(state: CaseState, act: str, item: str) -> tuple[Refusal, ...]:
    """What must be paid before ``accept``, ``approve``, ``issue`` or ``deliver``; a refusal never waits for money."""
    if act == "accept":
        return unpaid(state, "", FeeTiming.BEFORE)
    if not item or item not in state.items:
        return ()
    if act == "deliver":
        return unpaid(state, item, *FeeTiming)
    return unpaid(state, item, FeeTiming.BEFORE, FeeTiming.DURING) if act in {"approve", "issue"} else ()


def unpaid(state: CaseState, item: str, *timings: FeeTiming) -> tuple[Refusal, ...]:
    """One refusal for each fee of `item` (of all items for "") that should have been paid by now."""
    found = []
    for key, charge in state.bill.charges.items():
        if charge.timing not in timings or (item and charge.item != item) or dead(state, charge):
            continue
        if charge.amount is None:
            reason, remedy = f"“{charge.name}”的金额还没有核定。", "请收费部门先核定金额。"
        elif owed := owing(state, key):
            reason = f"“{charge.name}”还有{format_yuan(owed)}没有缴。"
            remedy = "请申请人网上缴费，或到窗口缴费；符合条件的，由收费部门负责人批准减免。"
        else:
            continue
        found.append(Refusal("fees.unpaid", reason, charge.basis or ART_58, remedy))
    return tuple(found)
