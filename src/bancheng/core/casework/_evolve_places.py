"""How 跨域通办 changes the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events_places as ev
from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._places_values import Crossing, Handover
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import day_of


def _with(state: CaseState, **changes: object) -> CaseState:
    crossing: Crossing = replace(state.crossing, **changes)
    return replace(state, crossing=crossing)


def _checked(state: CaseState, event: ev.FormChecked) -> CaseState:
    return _with(state, checked=day_of(event.at), checked_by=event.by)


def _sent(state: CaseState, event: ev.HandoverSent) -> CaseState:
    one = Handover(
        number=event.number,
        kind=event.kind,
        sender=event.sender,
        receiver=event.receiver,
        lines=event.lines,
        on=day_of(event.at),
        by=event.by,
        due=event.due,
        way=event.way,
        tracking=event.tracking,
    )
    return _with(state, handovers=(*state.crossing.handovers, one))


def _changed(state: CaseState, number: int, **changes: object) -> CaseState:
    lists = tuple(
        replace(one, **changes) if one.number == number else one for one in state.crossing.handovers
    )
    return _with(state, handovers=lists)


def _received(state: CaseState, event: ev.HandoverReceived) -> CaseState:
    return _changed(
        state,
        event.number,
        received=day_of(event.at),
        received_by=event.by,
        missing=event.missing,
        note=event.note,
    )


def _cleared(state: CaseState, event: ev.HandoverCleared) -> CaseState:
    return _changed(state, event.number, cleared=day_of(event.at), cleared_note=event.note)


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.FormChecked: _checked,
    ev.HandoverSent: _sent,
    ev.HandoverReceived: _received,
    ev.HandoverCleared: _cleared,
}
