"""What a grant is now: folded from its events, above all the money, which is never stored twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import reduce
from typing import Any

import msgspec

from bancheng.core.benefits.grants import _events as ev
from bancheng.core.kernel import Fault, Fen, Record


class Intent(StrEnum):
    """Whether the subject wants it."""

    OPEN = "open"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


class Stage(StrEnum):
    """Where a grant stands, for lists; said of the state, never stored."""

    FOUND = "found"
    OBSTACLE = "obstacle"
    EXCLUDED = "excluded"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    WAITING = "waiting"
    RESERVED = "reserved"
    SENT = "sent"
    PAID = "paid"
    OVERPAID = "overpaid"


class Grant(Record):
    """One subject, one entitlement, one period.

    `due`: what the last run says; `reserved`: held in a budget and not yet paid, money on its way to the bank included;
    `sent`: our key and the amount of the order on its way, at most one; `paid` all that the bank paid, `recovered` what
    came back, `waived` what a person lets be. `decided_by`: who excluded or ordered back, so that another one answers.
    """

    found: bool = False
    due: Fen = Fen(0)
    basis: ev.Basis | None = None
    obstacles: tuple[ev.ObstacleSeen, ...] = ()
    cleared: tuple[str, ...] = ()
    excluded: str = ""
    sampled: bool | None = None
    notice_until: dt.date | None = None
    intent: Intent = Intent.OPEN
    budget: str = ""
    reserved: Fen = Fen(0)
    sent: tuple[str, Fen] | None = None
    settled: tuple[str, ...] = ()
    bounced: tuple[str, ...] = ()
    paid: Fen = Fen(0)
    ordered: Fen = Fen(0)
    recovered: Fen = Fen(0)
    waived: Fen = Fen(0)
    objections: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()

    @property
    def wanted(self) -> Fen:
        """What is due if nothing stands against it."""
        return Fen(0) if self.excluded or self.intent is Intent.REFUSED else self.due

    @property
    def held(self) -> Fen:
        """What the subject has of it."""
        return Fen(self.paid - self.recovered)

    @property
    def in_flight(self) -> Fen:
        """What is on its way to the bank."""
        return self.sent[1] if self.sent else Fen(0)

    @property
    def to_pay(self) -> Fen:
        """What is still to be paid: nothing while an order is on its way."""
        return Fen(0 if self.sent else max(0, self.wanted - self.held))

    @property
    def overpaid(self) -> Fen:
        """What was paid beyond what is due and nobody has let be."""
        return Fen(max(0, self.held - self.wanted - self.waived))

    @property
    def asked(self) -> bool:
        """Whether the subject was asked and an answer is waited for."""
        return self.intent is Intent.ASKED and bool(self.wanted)

    @property
    def stage(self) -> Stage:
        """The one word for lists: the most pressing that holds."""
        for stage, holds in (
            (Stage.OVERPAID, bool(self.overpaid)),
            (Stage.SENT, bool(self.sent)),
            (Stage.EXCLUDED, bool(self.excluded)),
            (Stage.REFUSED, self.intent is Intent.REFUSED),
            (Stage.OBSTACLE, bool(self.obstacles)),
            (Stage.WITHDRAWN, not self.due),
            (Stage.PAID, bool(self.paid) and not self.to_pay),
            (Stage.RESERVED, bool(self.reserved)),
            (Stage.WAITING, self.intent is not Intent.OPEN or self.notice_until is not None),
        ):
            if holds:
                return stage
        return Stage.FOUND


def evolve(grant: Grant, event: ev.GrantEvent) -> Grant:
    """The grant after one more event. Total: it asks no questions, deciding did."""
    change = _CHANGES.get(type(event))
    if change is None:
        raise Fault(f"nothing is known of {type(event).__name__}")
    return msgspec.structs.replace(grant, **change(grant, event))


def fold(events: Iterable[ev.GrantEvent]) -> Grant:
    """The grant that these events make, from the first."""
    return reduce(evolve, events, Grant())


Change = dict[str, Any]


def _found(_: Grant, event: ev.Found | ev.Corrected) -> Change:
    return {"found": True, "due": event.amount, "basis": event.basis}


def _without(grant: Grant, obstacle: str) -> tuple[ev.ObstacleSeen, ...]:
    return tuple(one for one in grant.obstacles if one.obstacle != obstacle)


def _excluded(grant: Grant, event: ev.Excluded) -> Change:
    return {
        "excluded": event.reason,
        "obstacles": _without(grant, event.obstacle),
        "decided_by": (*grant.decided_by, event.by.id),
    }


def _settled(grant: Grant, event: ev.PaymentSettled) -> Change:
    amount = grant.in_flight
    return {
        "sent": None,
        "settled": (*grant.settled, event.payment),
        "paid": grant.paid + amount,
        "reserved": grant.reserved - amount,
    }


def _ordered(grant: Grant, event: ev.RecoveryOrdered) -> Change:
    return {"ordered": grant.ordered + event.amount, "decided_by": (*grant.decided_by, event.by.id)}


def _recovered(grant: Grant, event: ev.Recovered) -> Change:
    return {
        "recovered": grant.recovered + event.amount,
        "ordered": max(0, grant.ordered - event.amount),
    }


def _waived(grant: Grant, event: ev.RecoveryWaived) -> Change:
    return {"waived": grant.waived + event.amount, "ordered": max(0, grant.ordered - event.amount)}


_CHANGES: Mapping[type[ev.GrantEvent], Callable[[Grant, Any], Change]] = {
    ev.Found: _found,
    ev.Corrected: _found,
    ev.ObstacleSeen: lambda grant, event: {"obstacles": (*grant.obstacles, event)},
    ev.ObstacleCleared: lambda grant, event: {
        "obstacles": _without(grant, event.obstacle),
        "cleared": (*grant.cleared, event.obstacle),
    },
    ev.Excluded: _excluded,
    ev.Readmitted: lambda _grant, _event: {"excluded": ""},
    ev.Sampled: lambda _grant, event: {"sampled": event.passed},
    ev.Published: lambda _grant, event: {"notice_until": event.until},
    ev.IntentAsked: lambda _grant, _event: {"intent": Intent.ASKED},
    ev.IntentGiven: lambda _grant, _event: {"intent": Intent.GIVEN},
    ev.IntentRefused: lambda _grant, _event: {"intent": Intent.REFUSED},
    ev.Reserved: lambda grant, event: {"budget": event.budget, "reserved": grant.reserved + event.amount},
    ev.Released: lambda grant, event: {"reserved": grant.reserved - event.amount},
    ev.PaymentSent: lambda _grant, event: {"sent": (event.payment, event.amount)},
    ev.PaymentSettled: _settled,
    ev.PaymentBounced: lambda grant, event: {"sent": None, "bounced": (*grant.bounced, event.payment)},
    ev.RecoveryProposed: lambda _grant, _event: {},
    ev.RecoveryOrdered: _ordered,
    ev.Recovered: _recovered,
    ev.RecoveryWaived: _waived,
    ev.Objected: lambda grant, event: {"objections": (*grant.objections, event.objection)},
    ev.ObjectionAnswered: lambda grant, event: {
        "objections": tuple(one for one in grant.objections if one != event.objection)
    },
}
