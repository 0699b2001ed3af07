"""How lawful stops, more time and a calendar announced late change the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events_procedures as ev
from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._state import ENDED, CaseState
from bancheng.core.casework._values import Level, day_of
from bancheng.core.casework._values_procedures import MoreTime, Procedure, ProcedureKind, ProcedureStage


def _offered(state: CaseState, event: ev.HearingOffered) -> CaseState:
    offered = Procedure(
        number=event.number,
        kind=ProcedureKind.HEARING,
        items=event.items,
        body=event.body,
        stage=ProcedureStage.OFFERED,
        since=day_of(event.at),
        basis=event.basis,
        words=event.reason,
    )
    return _held(state, (*state.procedures.held, offered))


def _called(state: CaseState, event: ev.ProcedureCalled) -> CaseState:
    day = day_of(event.at)
    called = Procedure(
        number=event.number,
        kind=event.kind,
        items=event.items,
        body=event.body,
        stage=ProcedureStage.CALLED,
        since=day,
        needed=event.needed,
        basis=event.basis,
        words=event.note,
        called=day,
        by_applicant=event.by_applicant,
        pauses=event.pauses,
    )
    others = tuple(one for one in state.procedures.held if one.number != event.number)
    return _held(state, (*others, called))


def _dated(state: CaseState, event: ev.ProcedureDated) -> CaseState:
    change = {
        "stage": ProcedureStage.DATED,
        "since": day_of(event.at),
        "day": event.day,
        "hour": event.hour,
        "place": event.place,
        "chair": event.chair,
    }
    return _with(state, event.number, change)


def _was_held(state: CaseState, event: ev.ProcedureHeld) -> CaseState:
    change = {
        "stage": ProcedureStage.HELD,
        "since": day_of(event.at),
        "result": event.result,
        "minutes": event.minutes,
    }
    return _with(state, event.number, change)


def _ended(state: CaseState, event: ev.ProcedureEnded) -> CaseState:
    unwanted = event.waived or event.lapsed
    stage = ProcedureStage.WAIVED if unwanted else ProcedureStage.CALLED_OFF
    return _with(state, event.number, {"stage": stage, "since": day_of(event.at), "result": event.reason})


def _asked(state: CaseState, event: ev.MoreTimeAsked) -> CaseState:
    asked = MoreTime(
        number=event.number,
        level=event.level,
        item=event.item,
        title=event.title,
        days=event.days,
        reason=event.reason,
        body=event.body,
        to=event.to,
        to_name=event.to_name,
        on=day_of(event.at),
    )
    return replace(state, procedures=replace(state.procedures, asked=(*state.procedures.asked, asked)))


def granted(state: CaseState, level: Level, item: str, day: date) -> CaseState:
    """More time was given: whoever asked for it has their answer."""
    asked = tuple(
        replace(one, granted=True, answered=day)
        if one.granted is None and (one.level, one.item) == (level, item)
        else one
        for one in state.procedures.asked
    )
    return replace(state, procedures=replace(state.procedures, asked=asked))


def _declined(state: CaseState, event: ev.MoreTimeDeclined) -> CaseState:
    change = {"granted": False, "answered": day_of(event.at), "answer": event.reason}
    asked = tuple(
        replace(one, **change) if one.number == event.number else one for one in state.procedures.asked
    )
    return replace(state, procedures=replace(state.procedures, asked=asked))


def _announced(state: CaseState, event: ev.CalendarAnnounced) -> CaseState:
    return replace(state, procedures=replace(state.procedures, calendar=event.mark))


def _unchanged(state: CaseState, event: ev.DatesMoved) -> CaseState:  # noqa: ARG001 - it tells, and moves nothing
    return state


def fallen_away(state: CaseState, day: date) -> CaseState:
    """What was to be held about items of which none goes on any more is called off with them; its stops end."""
    lost = [
        one for one in state.procedures.going() if all(state.items[key].status in ENDED for key in one.items)
    ]
    stops = {number for one in lost for number in one.pauses}
    for one in lost:
        change = {
            "stage": ProcedureStage.CALLED_OFF,
            "since": day,
            "result": "相关事项已经停止办理，不再举行",
        }
        state = _with(state, one.number, change)
    pauses = tuple(
        replace(one, pause=replace(one.pause, end=day))
        if one.number in stops and one.pause.end is None
        else one
        for one in state.pauses
    )
    return replace(state, pauses=pauses) if stops else state


def _with(state: CaseState, number: int, change: Mapping[str, Any]) -> CaseState:
    held = tuple(replace(one, **change) if one.number == number else one for one in state.procedures.held)
    return _held(state, held)


def _held(state: CaseState, held: tuple[Procedure, ...]) -> CaseState:
    return replace(state, procedures=replace(state.procedures, held=held))


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.HearingOffered: _offered,
    ev.ProcedureCalled: _called,
    ev.ProcedureDated: _dated,
    ev.ProcedureHeld: _was_held,
    ev.ProcedureEnded: _ended,
    ev.MoreTimeAsked: _asked,
    ev.MoreTimeDeclined: _declined,
    ev.CalendarAnnounced: _announced,
    ev.DatesMoved: _unchanged,
}
