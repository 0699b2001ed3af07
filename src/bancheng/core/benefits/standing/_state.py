"""Where a person stands in a benefit: folded from the events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import reduce
from typing import Any

import msgspec

from bancheng.core.benefits.grants import Hand
from bancheng.core.benefits.standing import _events as ev
from bancheng.core.benefits.standing._assess import Assessment, Finding
from bancheng.core.kernel import Fault, Fen, Record


class Phase(StrEnum):
    """GOOD: certified. TO_ASK: no trace, somebody asks. SUSPECTED: a person checks; paid as before until they decide.
    STOPPED: a person stopped it."""

    NEW = "new"
    GOOD = "good"
    TO_ASK = "to_ask"
    SUSPECTED = "suspected"
    STOPPED = "stopped"


class Standing(Record):
    """One person in one benefit. `looked_into`: the last day whose traces a person has weighed; `owed`: kept back by a
    wrong stop and not yet paid."""

    enrolled: dt.date | None = None
    phase: Phase = Phase.NEW
    latest: Assessment | None = None
    good_until: dt.date | None = None
    looked_into: dt.date | None = None
    assigned: Hand | None = None
    ask_until: dt.date | None = None
    ended_by: tuple[str, ...] = ()
    unreached: int = 0
    stopped_since: dt.date | None = None
    owed: Fen = Fen(0)
    paid_back: tuple[str, ...] = ()

    @property
    def paid(self) -> bool:
        """Whether the benefit is paid: everywhere but after a person's stop."""
        return self.enrolled is not None and self.phase is not Phase.STOPPED


def evolve(standing: Standing, event: ev.StandingEvent) -> Standing:
    """The standing after one more event. Total: it asks no questions, deciding did."""
    change = _CHANGES.get(type(event))
    if change is None:
        raise Fault(f"nothing is known of {type(event).__name__}")
    return msgspec.structs.replace(standing, **change(standing, event))


def fold(events: Iterable[ev.StandingEvent]) -> Standing:
    """The standing that these events make, from the first."""
    return reduce(evolve, events, Standing())


Change = dict[str, Any]

_PHASES = {
    Finding.PASSED: Phase.GOOD,
    Finding.SUSPECTED: Phase.SUSPECTED,
    Finding.NO_TRACE: Phase.TO_ASK,
}


def _assessed(standing: Standing, event: ev.Assessed) -> Change:
    said = event.assessment
    change: Change = {"latest": said}
    if standing.phase is not Phase.STOPPED:
        change["phase"] = _PHASES[said.finding]
    if said.finding is Finding.PASSED:
        change |= {"good_until": said.good_until, "assigned": None, "ask_until": None, "unreached": 0}
    return change


def _checked(standing: Standing, event: ev.Checked) -> Change:
    if event.result is ev.CheckResult.UNREACHED:
        return {"unreached": standing.unreached + 1}
    change: Change = {"assigned": None, "ask_until": None, "unreached": 0, "looked_into": event.on}
    if event.result is ev.CheckResult.STILL:
        return change | {
            "phase": standing.phase if standing.phase is Phase.STOPPED else Phase.GOOD,
            "good_until": None,
            "ended_by": (),
        }
    return change | {"ended_by": (*standing.ended_by, event.by.id)}


_CHANGES: Mapping[type[ev.StandingEvent], Callable[[Standing, Any], Change]] = {
    ev.Enrolled: lambda _, event: {"enrolled": event.since, "phase": Phase.NEW},
    ev.Assessed: _assessed,
    ev.Assigned: lambda _, event: {"assigned": event.to, "ask_until": event.until},
    ev.Checked: _checked,
    ev.Stopped: lambda _, event: {"phase": Phase.STOPPED, "stopped_since": event.since},
    ev.Resumed: lambda standing, event: {
        "phase": Phase.GOOD,
        "stopped_since": None,
        "owed": Fen(standing.owed + event.owed),
        "ended_by": (),
    },
    ev.PaidBack: lambda standing, event: {
        "owed": Fen(standing.owed - event.amount),
        "paid_back": (*standing.paid_back, event.payment),
    },
}
