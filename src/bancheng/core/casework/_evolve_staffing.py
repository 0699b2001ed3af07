"""How tasks change hands in the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events_staffing as ev
from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._staffing_values import Given, Late
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import By, day_of


def assigned(state: CaseState, event: ev.StepAssigned) -> CaseState:
    given = Given(who=event.to.id, why=event.why, on=day_of(event.at), rule=event.rule, instead=event.instead)
    holder = By(id=event.to.id, name=event.to.name, body=event.body)
    staffing = replace(state.staffing, given={**state.staffing.given, f"{event.step}/{event.body}": given})
    return held(replace(state, staffing=staffing), event.step, event.body, holder)


def taken_back(state: CaseState, event: ev.StepTakenBack) -> CaseState:
    return held(state, event.step, event.body, None)


def held(state: CaseState, key: str, body: str, holder: By | None) -> CaseState:
    """A body's part in a step, or its task that is no step, lies with the holder, or with nobody."""
    step = state.steps.get(key)
    if step is None:
        place = f"{key}/{body}"
        desk = {one: by for one, by in state.staffing.desk.items() if one != place}
        if holder is not None:
            desk[place] = holder
        return replace(state, staffing=replace(state.staffing, desk=desk))
    owners = {of: by for of, by in step.owners.items() if of != body}
    if holder is not None:
        owners[body] = holder
    return replace(state, steps={**state.steps, key: replace(step, owners=owners)})


def late_added(state: CaseState, event: ev.LateAdded) -> CaseState:
    late = Late(item=event.item, name=event.title, number=event.number)
    return replace(state, staffing=replace(state.staffing, late=(*state.staffing.late, late)))


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.StepAssigned: assigned,
    ev.StepTakenBack: taken_back,
    ev.LateAdded: late_added,
}
