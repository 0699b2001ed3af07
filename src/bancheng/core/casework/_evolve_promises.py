"""How credit checks, proposals and later checks change the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events_promises as ev
from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._promise_values import Credit, Promises, Proposal, Verification
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import day_of


def _with(state: CaseState, **changes: object) -> CaseState:
    promises: Promises = replace(state.promises, **changes)
    return replace(state, promises=promises)


def _asked(state: CaseState, event: ev.CreditAsked) -> CaseState:
    return _with(state, credit=Credit(asked=day_of(event.at), source=event.source))


def _answered(state: CaseState, event: ev.CreditAnswered) -> CaseState:
    before = state.promises.credit or Credit(asked=day_of(event.at))
    return _with(state, credit=replace(before, standing=event.standing, note=event.note, as_of=event.as_of))


def _decided(state: CaseState, event: ev.CreditDecided) -> CaseState:
    before = state.promises.credit or Credit(asked=day_of(event.at))
    return _with(state, credit=replace(before, allowed=event.allowed, reason=event.reason, by=event.by))


def _proposed(state: CaseState, event: ev.MeasureProposed) -> CaseState:
    one = Proposal(
        number=event.number,
        kind=event.kind,
        subject=event.subject,
        title=event.title,
        items=event.items,
        measures=event.measures,
        reason=event.reason,
        on=day_of(event.at),
        objection_due=event.objection_due,
    )
    return _with(state, proposals=(*state.promises.proposals, one))


def _changed(state: CaseState, number: int, **changes: object) -> CaseState:
    proposals = tuple(
        replace(one, **changes) if one.number == number else one for one in state.promises.proposals
    )
    return _with(state, proposals=proposals)


def _objected(state: CaseState, event: ev.MeasureObjected) -> CaseState:
    return _changed(state, event.number, objected=day_of(event.at), objection_digest=event.words_digest)


def _settled(state: CaseState, event: ev.MeasureSettled) -> CaseState:
    return _changed(
        state,
        event.number,
        settled=day_of(event.at),
        carried=event.carried,
        words=event.reason,
        by=event.by,
    )


def _verified(state: CaseState, event: ev.PromiseVerified) -> CaseState:
    one = Verification(outcome=event.outcome, on=day_of(event.at), by=event.by, findings=event.findings)
    return _with(state, verified={**state.promises.verified, event.document: one})


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.CreditAsked: _asked,
    ev.CreditAnswered: _answered,
    ev.CreditDecided: _decided,
    ev.MeasureProposed: _proposed,
    ev.MeasureObjected: _objected,
    ev.MeasureSettled: _settled,
    ev.PromiseVerified: _verified,
}
