"""`decide`: from a wish to what happens. One table of roads, no clock and no chance of its own."""

from __future__ import annotations

from bancheng.core.casework import (
    _after,
    _bodies,
    _clockwork,
    _decision,
    _desk,
    _escalation,
    _exchange,
    _intake,
    _more_time,
    _outcome,
    _places,
    _procedures,
    _promises,
    _recount,
    _renewal,
    _signers,
    _staffing,
    _supervision,
    _talks,
    _visits,
    _work,
)
from bancheng.core.casework._commands import Command
from bancheng.core.casework._evolve import fold
from bancheng.core.casework._fees import ROADS as FEES
from bancheng.core.casework._guard import Events, Roads
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import Context
from bancheng.core.casework._watch import due_acts

_ROADS: Roads = {
    **_intake.ROADS,
    **_work.ROADS,
    **_staffing.ROADS,
    **_desk.ROADS,
    **_bodies.ROADS,
    **_decision.ROADS,
    **_clockwork.ROADS,
    **_escalation.ROADS,
    **_procedures.ROADS,
    **_more_time.ROADS,
    **_recount.ROADS,
    **_after.ROADS,
    **_places.ROADS,
    **_signers.ROADS,
    **_outcome.ROADS,
    **_renewal.ROADS,
    **_supervision.ROADS,
    **FEES,
    **_promises.ROADS,
    **_exchange.ROADS,
    **_talks.ROADS,
    **_visits.ROADS,
}


def decide(state: CaseState, command: Command, context: Context) -> Events:
    """The events that `command` causes, in order; append all or none.

    Raises:
        CommandRefused: the rules say no, with every reason; the state stays as it is.
    """
    return _ROADS[type(command)](state, command, context)


def sweep(state: CaseState, context: Context) -> Events:
    """All events that are due by themselves at this moment; the actor is the machine.

    Acts are taken one at a time, because each may settle what the next was about (an acceptance, a consent).

    Raises:
        CommandRefused: the actor is not the machine.
    """
    events: Events = ()
    while acts := due_acts(state, context.calendar, context.now):
        more = decide(state, acts[0], context)
        events, state = (*events, *more), fold(more, state)
    return events
