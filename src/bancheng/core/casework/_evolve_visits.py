"""How visits change the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events_visits as ev
from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import day_of
from bancheng.core.casework._visit_values import Visit, VisitPart, VisitStatus


def _with(state: CaseState, number: int, change: Callable[[Visit], Visit]) -> CaseState:
    changed = tuple(change(one) if one.number == number else one for one in state.visits.all)
    return replace(state, visits=replace(state.visits, all=changed))


def _to(status: VisitStatus) -> Callable[[CaseState, Any], CaseState]:
    """An event that changes nothing but the status, and makes what was typed before stale."""

    def evolver(state: CaseState, event: Any) -> CaseState:
        return _with(state, event.visit, lambda one: replace(one, status=status, revision=one.revision + 1))

    return evolver


def _proposed(state: CaseState, event: ev.VisitProposed) -> CaseState:
    visit = Visit(
        number=event.visit,
        step=event.step,
        slot=event.slot,
        people=event.people,
        lead=event.lead,
        round=event.round,
    )
    return replace(state, visits=replace(state.visits, all=(*state.visits.all, visit)))


def _confirmed(state: CaseState, event: ev.VisitConfirmed) -> CaseState:
    return _with(state, event.visit, lambda one: replace(one, status=VisitStatus.CONFIRMED))


def _moved(state: CaseState, event: ev.VisitMoved) -> CaseState:
    status = VisitStatus.CONFIRMED if event.agreed else VisitStatus.PROPOSED
    return _with(
        state,
        event.visit,
        lambda one: replace(
            one,
            slot=event.slot,
            people=event.people,
            status=status,
            moves=one.moves + (one.slot != event.slot),
            revision=one.revision + 1,
        ),
    )


def _held(state: CaseState, event: ev.VisitHeld) -> CaseState:
    return _with(state, event.visit, lambda one: replace(one, status=VisitStatus.HELD, present=event.present))


def _part(state: CaseState, event: ev.VisitPartRecorded) -> CaseState:
    part = VisitPart(
        body=event.body,
        by=event.by,
        outcome=event.outcome,
        words=event.findings,
        lines=event.lines,
        bad=event.bad,
        photos=event.photos,
        digest=event.digest,
    )

    def change(one: Visit) -> Visit:
        after = replace(one, parts={**one.parts, event.body: part})
        return replace(after, status=VisitStatus.HELD if after.open_bodies else VisitStatus.RECORDED)

    return _with(state, event.visit, change)


def _concluded(state: CaseState, event: ev.VisitConcluded) -> CaseState:
    return _with(
        state,
        event.visit,
        lambda one: replace(
            one,
            status=VisitStatus.CONCLUDED,
            conclusion=event.conclusion,
            words=event.findings,
            concluded_by=event.by,
            concluded_on=day_of(event.at),
            paper=event.paper,
            repair_due=event.due,
            revision=one.revision + 1,
        ),
    )


def _repaired(state: CaseState, event: ev.VisitRepaired) -> CaseState:
    return _with(state, event.visit, lambda one: replace(one, repaired=day_of(event.at)))


def _repair_due(state: CaseState, event: ev.VisitRepairDue) -> CaseState:
    return _with(state, event.visit, lambda one: replace(one, repair_reminded=True))


EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.VisitProposed: _proposed,
    ev.VisitConfirmed: _confirmed,
    ev.VisitMoved: _moved,
    ev.VisitDeclined: _to(VisitStatus.DECLINED),
    ev.VisitCancelled: _to(VisitStatus.CANCELLED),
    ev.VisitMissed: _to(VisitStatus.MISSED),
    ev.VisitHeld: _held,
    ev.VisitPartRecorded: _part,
    ev.VisitConcluded: _concluded,
    ev.VisitRepaired: _repaired,
    ev.VisitRepairDue: _repair_due,
}
