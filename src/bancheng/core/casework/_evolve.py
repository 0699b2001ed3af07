"""`evolve`: how each event changes the state. Total: an event that happened is never refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events as ev
from bancheng.core.casework import _evolve_bodies as bodies
from bancheng.core.casework import _evolve_escalation as escalation
from bancheng.core.casework import _evolve_exchange as exchange
from bancheng.core.casework import _evolve_fees as fees
from bancheng.core.casework import _evolve_outcome as outcome
from bancheng.core.casework import _evolve_places as places
from bancheng.core.casework import _evolve_procedures as procedures
from bancheng.core.casework import _evolve_promises as promises
from bancheng.core.casework import _evolve_staffing as staffing
from bancheng.core.casework import _evolve_supervision as supervision
from bancheng.core.casework import _evolve_talks as talks
from bancheng.core.casework import _evolve_visits as visits
from bancheng.core.casework import _evolve_work as work
from bancheng.core.casework._evolve_signers import EVOLVERS as SIGNERS
from bancheng.core.casework._state import (
    CaseState,
    ExtensionState,
    ItemState,
    Notice,
    PauseState,
    StepState,
    owed_in,
)
from bancheng.core.casework._values import (
    MaterialRef,
    Phase,
    TurnedAway,
    day_of,
)
from bancheng.core.clock import Extension, Pause


def evolve(state: CaseState, event: ev.Event) -> CaseState:
    """The state after one more event."""
    return replace(_EVOLVERS[type(event)](state, event), seq=state.seq + 1)


def fold(events: Iterable[ev.Event], start: CaseState | None = None) -> CaseState:
    """The state after all events, from the empty case or from `start`."""
    state = start or CaseState()
    for event in events:
        state = evolve(state, event)
    return state


# ------------------------------------------------------------------------------------------------ intake


def _submitted(state: CaseState, event: ev.Submitted) -> CaseState:
    steps = {step.key: StepState(plan=step) for step in event.plan.steps}
    opens: dict[str, dict[str, None]] = {key: {} for key in steps}
    waits: dict[str, dict[str, None]] = {key: {} for key in steps}
    for edge in event.plan.edges:
        if edge.before in steps and edge.after in steps:
            opens[edge.before][edge.after] = None
            waits[edge.after][edge.before] = None
    of_item: dict[str, list[str]] = {item.key: [] for item in event.items}
    for step in event.plan.steps:
        for item in step.items:
            if item in of_item:
                of_item[item].append(step.key)
    return replace(
        state,
        phase=Phase.RECEIVED,
        submission=event,
        received=day_of(event.at),
        form_digest=event.form_digest,
        materials={one.document: one for one in event.materials},
        items={item.key: ItemState(item=item, steps=tuple(of_item[item.key])) for item in event.items},
        steps=steps,
        opens={key: tuple(after) for key, after in opens.items()},
        waits={key: tuple(before) for key, before in waits.items()},
    )


def _corrected(state: CaseState, event: ev.CorrectedOnSpot) -> CaseState:
    return replace(state, form_digest=event.form_digest)


def _intake_closed(state: CaseState, event: ev.IntakeClosed) -> CaseState:
    phase = Phase.NOT_NEEDED if event.outcome is TurnedAway.NOT_NEEDED else Phase.NOT_OURS
    return replace(state, phase=phase, right_body=event.right_body, closed=day_of(event.at))


def _marks_proposed(state: CaseState, event: ev.MarksProposed) -> CaseState:
    return replace(state, proposals={**state.proposals, event.body: event.marks})


def _notice_issued(state: CaseState, event: ev.NoticeIssued) -> CaseState:
    notice = Notice(
        number=event.number,
        marks=event.marks,
        on=day_of(event.at),
        after_acceptance=event.after_acceptance,
        body=event.body,
    )
    notices = (*state.notices, notice)
    if event.after_acceptance:
        return replace(state, notices=notices)
    return replace(state, phase=Phase.SUPPLEMENT, notices=notices, proposals={})


def _notice_answered(state: CaseState, event: ev.NoticeAnswered) -> CaseState:
    given = {answer.mark: answer for answer in event.answers}
    return _with_notice(state, event.number, lambda one: replace(one, answers={**one.answers, **given}))


def _resubmitted(state: CaseState, event: ev.Resubmitted) -> CaseState:
    closed = _with_notice(state, event.number, lambda one: replace(one, open=False))
    changed = replace(
        closed, form_digest=event.form_digest, materials=_added(state.materials, event.materials)
    )
    if state.phase is not Phase.SUPPLEMENT:
        return changed
    return replace(changed, phase=Phase.RECEIVED, received=day_of(event.at))


def _notice_cancelled(state: CaseState, event: ev.NoticeCancelled) -> CaseState:
    closed = _with_notice(state, event.number, lambda one: replace(one, open=False, cancelled=True))
    return replace(closed, phase=Phase.RECEIVED) if state.phase is Phase.SUPPLEMENT else closed


def _accepted(state: CaseState, event: ev.Accepted) -> CaseState:
    return replace(
        state,
        phase=Phase.ACCEPTED,
        accepted=event.on,
        silent=event.silent,
        owed=owed_in(state.materials),
        proposals={},
    )


def _with_notice(state: CaseState, number: int, change: Callable[[Notice], Notice]) -> CaseState:
    return replace(
        state, notices=tuple(change(one) if one.number == number else one for one in state.notices)
    )


def _added(known: dict[str, MaterialRef], more: Iterable[MaterialRef]) -> dict[str, MaterialRef]:
    return {**known, **{one.document: one for one in more}}


# ------------------------------------------------------------------------------------------------- clock


def _paused(state: CaseState, event: ev.ClockPaused) -> CaseState:
    pause = Pause(reason=event.reason, start=event.on, basis=event.basis, max_days=event.max_days)
    return replace(
        state, pauses=(*state.pauses, PauseState(number=event.number, item=event.item, pause=pause))
    )


def _resumed(state: CaseState, event: ev.ClockResumed) -> CaseState:
    return replace(
        state,
        pauses=tuple(
            replace(one, pause=replace(one.pause, end=event.on)) if one.number == event.number else one
            for one in state.pauses
        ),
    )


def _extended(state: CaseState, event: ev.ClockExtended) -> CaseState:
    extension = Extension(
        days=event.days,
        granted_on=event.on,
        granted_by=event.by.id,
        basis=event.basis,
        reason=event.reason,
    )
    one = ExtensionState(level=event.level, item=event.item, extension=extension)
    more = replace(state, extensions=(*state.extensions, one))
    return procedures.granted(more, event.level, event.item, event.on)


def _owed_reminded(state: CaseState, event: ev.OwedReminded) -> CaseState:
    owed = replace(state.owed[event.document], reminded=True)
    return replace(state, owed={**state.owed, event.document: owed})


# ------------------------------------------------------------------------------------------------- after


def _handed_in(state: CaseState, event: ev.HandedIn) -> CaseState:
    document = event.material.document
    owed = replace(state.owed[document], handed_in=day_of(event.at))
    return replace(
        state,
        owed={**state.owed, document: owed},
        materials=_added(state.materials, (event.material,)),
    )


def _delivered(state: CaseState, event: ev.Delivered) -> CaseState:
    day = day_of(event.at)
    given = {key: replace(state.items[key], delivered=day) for key in event.items}
    return replace(state, items={**state.items, **given})


def _rated(state: CaseState, event: ev.Rated) -> CaseState:
    return replace(state, rating=event.level)


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
_EVOLVERS: Mapping[type[ev.Event], Callable[[CaseState, Any], CaseState]] = {
    ev.Submitted: _submitted,
    ev.CorrectedOnSpot: _corrected,
    ev.IntakeClosed: _intake_closed,
    ev.MarksProposed: _marks_proposed,
    ev.NoticeIssued: _notice_issued,
    ev.NoticeAnswered: _notice_answered,
    ev.Resubmitted: _resubmitted,
    ev.NoticeCancelled: _notice_cancelled,
    ev.Accepted: _accepted,
    ev.Dispatched: work.dispatched,
    **staffing.EVOLVERS,
    **bodies.EVOLVERS,
    ev.StepClaimed: work.claimed,
    ev.StepReleased: work.released,
    ev.OpinionGiven: work.opinion_given,
    ev.StepReported: work.reported,
    ev.ItemDecided: work.decided,
    ev.ResultIssued: work.result_issued,
    ev.RenewedBySilence: work.renewed,
    ev.ItemStopped: work.stopped,
    ev.CaseWithdrawn: work.withdrawn,
    ev.ClockPaused: _paused,
    ev.ClockResumed: _resumed,
    ev.ClockExtended: _extended,
    **escalation.EVOLVERS,
    **procedures.EVOLVERS,
    ev.OwedReminded: _owed_reminded,
    ev.HandedIn: _handed_in,
    ev.Delivered: _delivered,
    ev.Rated: _rated,
    **promises.EVOLVERS,
    **places.EVOLVERS,
    **outcome.EVOLVERS,
    **supervision.EVOLVERS,
    **fees.EVOLVERS,
    **exchange.EVOLVERS,
    **talks.EVOLVERS,
    **SIGNERS,
    **visits.EVOLVERS,
}
