"""What happens to one grant, as events: numbers, references and public words; who the subject is lies elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from bancheng.core.kernel import Fen, Record


class Hand(Record, kw_only=False):
    """Whose act it was: a named person, the subject, the bank, or the machine (``machine=True``)."""

    id: str
    name: str
    machine: bool = False


class Basis(Record):
    """What a finding rests on: a run, the version of the rule, the digests of rules and facts, the day it looks at."""

    run: str
    version: int
    rules: str
    snapshot: str
    as_of: dt.date


class GrantEvent(Record, tag=True):
    """Base of all events of a grant."""

    at: dt.datetime
    by: Hand


class Found(GrantEvent):
    """A run found the subject entitled to `amount`."""

    amount: Fen
    basis: Basis


class Corrected(GrantEvent):
    """A later run over corrected data says another amount; 0: no longer entitled."""

    amount: Fen
    basis: Basis
    reason: str


class ObstacleSeen(GrantEvent):
    """A source names something that may exclude: a list, an environmental penalty, lost credit. A person decides."""

    obstacle: str
    source: str
    reason: str


class ObstacleCleared(GrantEvent):
    """A named person looked at it: it does not exclude."""

    obstacle: str
    reason: str


class Excluded(GrantEvent):
    """A named person decided that the subject is excluded, for this reason and by this rule."""

    obstacle: str
    reason: str
    basis: str


class Readmitted(GrantEvent):
    """An exclusion was taken back, after an objection or by the one who sees the mistake."""

    reason: str


class Sampled(GrantEvent):
    """A person compared this one of the sample with the papers."""

    passed: bool
    note: str


class Published(GrantEvent):
    """The list with this grant is open to the public until the end of a day."""

    until: dt.date


class IntentAsked(GrantEvent):
    """The subject was asked whether they want it; `text` is the digest of the words of consent they saw."""

    text: str


class IntentGiven(GrantEvent):
    """They want it."""

    text: str


class IntentRefused(GrantEvent):
    """They do not want it; kept, so that nobody asks again."""

    text: str
    reason: str


class Reserved(GrantEvent):
    """Money of a budget is held for it."""

    budget: str
    amount: Fen


class Released(GrantEvent):
    """Held money went back into its budget unspent."""

    budget: str
    amount: Fen
    reason: str


class PaymentSent(GrantEvent):
    """An order to the bank; `payment` is our key there: the same key is the same money however often it arrives."""

    payment: str
    batch: str
    amount: Fen


class PaymentSettled(GrantEvent):
    """The bank has paid it."""

    payment: str
    reference: str


class PaymentBounced(GrantEvent):
    """The bank could not pay it; the money is held for it still."""

    payment: str
    reason: str


class RecoveryProposed(GrantEvent):
    """More was paid than is due. A machine may say so; ordering it back is for a person."""

    amount: Fen
    reason: str


class RecoveryOrdered(GrantEvent):
    """A named person orders the money back, with its basis."""

    amount: Fen
    reason: str
    basis: str


class Recovered(GrantEvent):
    """Money came back; `reference` is the bank's or the till's."""

    amount: Fen
    reference: str


class RecoveryWaived(GrantEvent):
    """A named person lets it be, with a reason and a basis."""

    amount: Fen
    reason: str
    basis: str


class Objected(GrantEvent):
    """The subject, or in the days of public notice anybody, objects."""

    objection: str
    text: str


class ObjectionAnswered(GrantEvent):
    """A person who had not decided before answers it."""

    objection: str
    outcome: Literal["upheld", "partly", "denied"]
    reason: str


AnyGrantEvent = (
    Found
    | Corrected
    | ObstacleSeen
    | ObstacleCleared
    | Excluded
    | Readmitted
    | Sampled
    | Published
    | IntentAsked
    | IntentGiven
    | IntentRefused
    | Reserved
    | Released
    | PaymentSent
    | PaymentSettled
    | PaymentBounced
    | RecoveryProposed
    | RecoveryOrdered
    | Recovered
    | RecoveryWaived
    | Objected
    | ObjectionAnswered
)

_DECODER: msgspec.json.Decoder[AnyGrantEvent] = msgspec.json.Decoder(AnyGrantEvent)


def read_grant_event(data: bytes | str) -> AnyGrantEvent:
    """An event as it was stored.

    Raises:
        msgspec.MsgspecError: these bytes are no event of a grant.
    """
    return _DECODER.decode(data)
