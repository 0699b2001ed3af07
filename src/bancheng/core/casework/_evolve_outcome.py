"""How corrections, revocations and re-openings change the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events_outcome as ev
from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._outcome_values import Correction, LateDelivery, Outcomes, Reopening, Revocation
from bancheng.core.casework._state import CaseState, ItemState, StepState
from bancheng.core.casework._values import ItemStatus, Phase, StepStatus, day_of
from bancheng.core.catalogue import StepKind


def _with(state: CaseState, **changes: object) -> CaseState:
    outcomes: Outcomes = replace(state.outcomes, **changes)
    return replace(state, outcomes=outcomes)


def _with_item(state: CaseState, item: ItemState) -> CaseState:
    return replace(state, items={**state.items, item.item.key: item})


def _without(late: Mapping[str, Any], item: str) -> dict[str, Any]:
    return {key: one for key, one in late.items() if key != item}


def _corrected(state: CaseState, event: ev.OutcomeCorrected) -> CaseState:
    item = state.items[event.item]
    new = {one.result: one for one in event.results}
    results = tuple(new.get(one.result, one) for one in item.results)
    # What was corrected has to reach the person again.
    state = _with_item(state, replace(item, results=results, delivered=None))
    made = Correction(
        number=event.number,
        item=event.item,
        on=day_of(event.at),
        what=event.what,
        results=tuple(new),
    )
    outcomes = state.outcomes
    return _with(
        state,
        corrections=(*outcomes.corrections, made),
        late=_without(outcomes.late, event.item),
        chases=_answered(outcomes, event.item, item.delivered or day_of(event.at)),
    )


def _revoked(state: CaseState, event: ev.LicenceRevoked) -> CaseState:
    made = Revocation(
        item=event.item,
        ground=event.ground,
        on=day_of(event.at),
        reason=event.reason,
        basis=event.basis,
        by=event.by.name,
    )
    return _with(state, revoked={**state.outcomes.revoked, event.item: made})


def _reopened(state: CaseState, event: ev.ItemReopened) -> CaseState:
    day = day_of(event.at)
    item = state.items[event.item]
    fresh = ItemState(item=item.item, steps=item.steps, status=ItemStatus.OPEN, started=day)
    steps = {**state.steps, **{key: _again(state.steps[key]) for key in item.steps}}
    made = Reopening(item=event.item, on=day, reason=event.reason, basis=event.basis, by=event.by.name)
    outcomes = replace(
        state.outcomes,
        reopenings=(*state.outcomes.reopenings, made),
        revoked=_without(state.outcomes.revoked, event.item),
        late=_without(state.outcomes.late, event.item),
        chases=_answered(state.outcomes, event.item, item.delivered or day),
    )
    return replace(
        _with_item(state, fresh), steps=steps, phase=Phase.ACCEPTED, closed=None, outcomes=outcomes
    )


def _again(step: StepState) -> StepState:
    """What found something keeps its finding; what decided, issued or was never done is to be done again."""
    redo = step.plan.kind in (StepKind.DECISION, StepKind.ISSUE) or step.status is StepStatus.GONE
    return StepState(plan=step.plan) if redo else step


def _late(state: CaseState, event: ev.DeliveryLate) -> CaseState:
    told = LateDelivery(
        number=len(state.outcomes.chases) + 1,
        item=event.item,
        title=event.title,
        on=day_of(event.at),
        due=event.due,
    )
    late = {**state.outcomes.late, event.item: event.due}
    return _with(state, late=late, chases=(*state.outcomes.chases, told))


def _noted(state: CaseState, event: ev.DeliveryNoted) -> CaseState:
    chases = _answered(state.outcomes, event.item, day_of(event.at), how=event.how, again=event.again)
    return _with(state, chases=chases)


def _answered(outcomes: Outcomes, item: str, on: date, **more: object) -> tuple[LateDelivery, ...]:
    """The chases with the open ones of an item done."""
    return tuple(
        replace(one, done=on, **more) if one.item == item and one.done is None else one
        for one in outcomes.chases
    )


EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.OutcomeCorrected: _corrected,
    ev.LicenceRevoked: _revoked,
    ev.ItemReopened: _reopened,
    ev.DeliveryLate: _late,
    ev.DeliveryNoted: _noted,
}
