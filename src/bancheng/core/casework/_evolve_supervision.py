"""How 审管协同 changes the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events_supervision as ev
from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._supervision_values import Handed, Inspection
from bancheng.core.casework._values import day_of


def _handed(state: CaseState, event: ev.SupervisionHanded) -> CaseState:
    one = Handed(body=event.body, body_name=event.body_name, on=day_of(event.at), due=event.due)
    return replace(state, supervision={**state.supervision, event.item: one})


def _changed(state: CaseState, item: str, **changes: object) -> CaseState:
    one = replace(state.supervision[item], **changes)
    return replace(state, supervision={**state.supervision, item: one})


def _chased(state: CaseState, event: ev.SupervisionChased) -> CaseState:
    return _changed(state, event.item, chased=(*state.supervision[event.item].chased, day_of(event.at)))


def _acknowledged(state: CaseState, event: ev.SupervisionAcknowledged) -> CaseState:
    return _changed(state, event.item, acknowledged=day_of(event.at), by=event.by)


def _returned(state: CaseState, event: ev.InspectionReturned) -> CaseState:
    one = Inspection(
        result=event.result,
        findings=event.findings,
        inspected_on=event.inspected_on,
        by=event.by,
        on=day_of(event.at),
        revoke=event.revoke,
    )
    held = state.supervision[event.item]
    return _changed(state, event.item, inspections=(*held.inspections, one))


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.SupervisionHanded: _handed,
    ev.SupervisionChased: _chased,
    ev.SupervisionAcknowledged: _acknowledged,
    ev.InspectionReturned: _returned,
}
