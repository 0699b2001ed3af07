"""How exchange changes the state: while a system has a body's part of a step, it is the owner of that part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events_exchange as ev
from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import By, day_of
from bancheng.core.casework._values_exchange import SYSTEM, Sent, SentStatus, sent_key


def sent_out(state: CaseState, event: ev.SentOut) -> CaseState:
    sent = Sent(
        number=event.number,
        step=event.step,
        body=event.body,
        system=event.system,
        system_name=event.system_name,
        on=day_of(event.at),
    )
    owner = By(id=SYSTEM + event.system, name=event.system_name, body=event.body)
    return _owned(_with(state, sent), event.step, event.body, owner)


def acknowledged(state: CaseState, event: ev.Acknowledged) -> CaseState:
    sent = state.exchange[sent_key(event.step, event.body)]
    reference = event.reference or sent.reference
    return _with(
        state,
        replace(sent, status=SentStatus.ACKNOWLEDGED, reference=reference, underway=event.underway),
    )


def taken_back(state: CaseState, event: ev.TakenBack) -> CaseState:
    sent = state.exchange[sent_key(event.step, event.body)]
    return _with(state, replace(sent, status=SentStatus.TAKEN_BACK))


def failed(state: CaseState, event: ev.ExchangeFailed) -> CaseState:
    return _by_hand(state, event.step, event.body, SentStatus.FAILED, event.reason)


def recalled(state: CaseState, event: ev.SentRecalled) -> CaseState:
    return _by_hand(state, event.step, event.body, SentStatus.RECALLED, event.reason)


def _by_hand(state: CaseState, step: str, body: str, status: SentStatus, reason: str) -> CaseState:
    sent = state.exchange[sent_key(step, body)]
    return _owned(_with(state, replace(sent, status=status, reason=reason)), step, body, None)


def _with(state: CaseState, sent: Sent) -> CaseState:
    return replace(state, exchange={**state.exchange, sent_key(sent.step, sent.body): sent})


def _owned(state: CaseState, key: str, body: str, owner: By | None) -> CaseState:
    step = state.steps[key]
    owners = {of: one for of, one in step.owners.items() if of != body}
    if owner is not None:
        owners[body] = owner
    return replace(state, steps={**state.steps, key: replace(step, owners=owners)})


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.SentOut: sent_out,
    ev.Acknowledged: acknowledged,
    ev.TakenBack: taken_back,
    ev.ExchangeFailed: failed,
    ev.SentRecalled: recalled,
}
