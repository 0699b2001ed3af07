"""How warnings change the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events_escalation as ev
from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._state import Alarm, CaseState
from bancheng.core.casework._values import day_of


def _warned(state: CaseState, event: ev.Warned) -> CaseState:
    day = day_of(event.at)
    alarm = Alarm(
        number=event.number,
        level=event.level,
        key=event.key,
        title=event.title,
        colour=event.colour,
        due=event.due,
        receivers=event.receivers,
        rank=event.rank,
        people=event.people,
        on=day,
        risen=day,
    )
    return replace(state, warnings=(*state.warnings, alarm))


def _acknowledged(state: CaseState, event: ev.WarningAcknowledged) -> CaseState:
    seen = {"acknowledged": True, "seen_by": event.by, "seen_on": day_of(event.at), "note": event.note}
    return _with_alarm(state, event.number, seen)


def _escalated(state: CaseState, event: ev.Escalated) -> CaseState:
    return _with_alarm(state, event.number, {"rank": event.rank, "risen": day_of(event.at)})


def _with_alarm(state: CaseState, number: int, change: dict[str, Any]) -> CaseState:
    alarms = tuple(replace(one, **change) if one.number == number else one for one in state.warnings)
    return replace(state, warnings=alarms)


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.Warned: _warned,
    ev.WarningAcknowledged: _acknowledged,
    ev.Escalated: _escalated,
}
