"""After which events the worker has to look whether a body's own system gets a step, or loses one."""

from __future__ import annotations

from collections.abc import Iterable

from bancheng.core.casework import AnyEvent
from bancheng.core.casework import events as ev
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


def routed(case: Case, events: Iterable[AnyEvent]) -> list[Outbox]:
    """One row when there may be something to do, none where the packs know no system."""
    systems = packs().systems
    if not systems:
        return []
    kinds = (*ROUTED, *BETWEEN_TOWNS) if any(one.city for one in systems) else ROUTED
    if not any(isinstance(event, kinds) for event in events):
        return []
    return [Outbox(kind=EXCHANGE, case=case)]
