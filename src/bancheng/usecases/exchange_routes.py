"""After which events the worker has to look whether a body's own system gets a step, or loses one."""

from __future__ import annotations

from collections.abc import Iterable

from bancheng.core.casework import AnyEvent, CaseState
from bancheng.core.casework import events as ev
from bancheng.core.catalogue import ExternalSystem
from bancheng.store.models import Case, Outbox
from bancheng.usecases.town import packs

EXCHANGE = "exchange"
"""The kind of the outbox rows that say so; they are told to nobody."""
ROUTED = (
    ev.Dispatched,
    ev.StepReported,
    ev.OpinionGiven,
    ev.ItemDecided,
    ev.ItemStopped,
    ev.CaseWithdrawn,
    ev.SentRecalled,
    ev.ExchangeFailed,
    ev.BodiesChanged,
)


BETWEEN_TOWNS = (
    ev.HandoverSent,
    ev.IntakeClosed,
    ev.NoticeIssued,
    ev.NoticeCancelled,
    ev.Resubmitted,
    ev.ResultIssued,
)
"""After these only another town may have to be told."""


def routed(case: Case, events: Iterable[AnyEvent], state: CaseState) -> list[Outbox]:
    """One row when there may be something to do for a system or a town; `state` is after the events."""
    systems = packs().systems
    if not systems:
        return []
    happened = tuple(events)
    kinds = (*ROUTED, *BETWEEN_TOWNS) if any(one.city for one in systems) else ROUTED
    if not any(isinstance(event, kinds) for event in happened):
        return []
    wanted = bool(state.exchange) or _crosses(state, systems) or _opens(happened, state, systems)
    return [Outbox(kind=EXCHANGE, case=case)] if wanted else []


def _crosses(state: CaseState, systems: Iterable[ExternalSystem]) -> bool:
    """Whether another town handed the case over, or decides it."""
    submission = state.submission
    return submission is not None and any(
        one.key == submission.places.handed_by or one.body == submission.lead_body
        for one in systems
        if one.city
    )


def _opens(events: Iterable[AnyEvent], state: CaseState, systems: Iterable[ExternalSystem]) -> bool:
    """Whether a step was sent out that a system does for one of its bodies, or passed on while it is open."""
    keys: list[str] = []
    for event in events:
        if isinstance(event, ev.Dispatched):
            keys += event.steps
        elif isinstance(event, ev.BodiesChanged):
            keys += [step.plan.key for step in state.open_steps]
    plans = [state.steps[key].plan for key in keys if key in state.steps]
    return any(
        system.serves(plan.items, plan.kind, body)
        for plan in plans
        for body in (*plan.bodies, *plan.asks)
        for system in systems
    )
