"""What events about money change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events_fees as ev
from bancheng.core.casework._bill import PaidBack, PaidIn
from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import day_of


def _billed(state: CaseState, event: ev.FeesBilled) -> CaseState:
    charges = {one.key: one for one in event.charges}
    # What is charged no more costs nothing; money that stands for it must still be found.
    gone = {key: replace(one, amount=0) for key, one in state.bill.charges.items() if key not in charges}
    return replace(state, bill=replace(state.bill, charges={**charges, **gone}))


def _assessed(state: CaseState, event: ev.FeeAssessed) -> CaseState:
    charge = replace(state.bill.charges[event.charge], amount=event.amount)
    return replace(state, bill=replace(state.bill, charges={**state.bill.charges, event.charge: charge}))


def _waived(state: CaseState, event: ev.FeeWaived) -> CaseState:
    before = state.bill.waived.get(event.charge, 0)
    waived = {**state.bill.waived, event.charge: before + event.amount}
    return replace(state, bill=replace(state.bill, waived=waived))


def _paid(state: CaseState, event: ev.FeePaid) -> CaseState:
    paid = PaidIn(
        key=event.payment,
        way=event.way,
        parts={part.charge: part.amount for part in event.parts},
        receipt=event.receipt,
        on=day_of(event.at),
    )
    return replace(state, bill=replace(state.bill, payments={**state.bill.payments, event.payment: paid}))


def _ordered(state: CaseState, event: ev.RefundOrdered) -> CaseState:
    back = PaidBack(
        key=event.refund,
        payment=event.payment,
        way=event.way,
        parts={part.charge: part.amount for part in event.parts},
        cause=event.cause,
        on=day_of(event.at),
    )
    return replace(state, bill=replace(state.bill, refunds={**state.bill.refunds, event.refund: back}))


def _refunded(state: CaseState, event: ev.FeeRefunded) -> CaseState:
    done = replace(state.bill.refunds[event.refund], done=day_of(event.at))
    return replace(state, bill=replace(state.bill, refunds={**state.bill.refunds, event.refund: done}))


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.FeesBilled: _billed,
    ev.FeeAssessed: _assessed,
    ev.FeeWaived: _waived,
    ev.FeePaid: _paid,
    ev.RefundOrdered: _ordered,
    ev.FeeRefunded: _refunded,
}
