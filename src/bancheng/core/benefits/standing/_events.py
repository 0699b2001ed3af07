"""What happens to one person's standing in one benefit."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from bancheng.core.benefits.grants import Hand
from bancheng.core.benefits.standing._assess import Assessment
from bancheng.core.kernel import Fen, Record


class CheckWay(StrEnum):
    """How somebody was asked."""

    PHONE = "phone"
    VISIT = "visit"
    VIDEO = "video"
    COUNTER = "counter"


class CheckResult(StrEnum):
    """What a person found. UNREACHED: nobody was met; another way follows, nothing is concluded from it."""

    STILL = "still"
    ENDED = "ended"
    UNREACHED = "unreached"


class StandingEvent(Record, tag=True):
    """Base of all events of a standing."""

    at: dt.datetime
    by: Hand


class Enrolled(StandingEvent):
    """The person receives the benefit from a day on."""

    since: dt.date


class Assessed(StandingEvent):
    """A run looked at the traces; `rule` is the digest of the watch it went by."""

    run: str
    rule: str
    assessment: Assessment


class Assigned(StandingEvent):
    """A member of the township's staff is to ask, until a day."""

    to: Hand
    until: dt.date


class Checked(StandingEvent):
    """Somebody asked and found; `note` in public words, `evidence` the digest of a photograph or recording, if any."""

    way: CheckWay
    result: CheckResult
    on: dt.date
    note: str = ""
    evidence: str = ""


class Stopped(StandingEvent):
    """A named person stops the payment from a day on."""

    since: dt.date
    reason: str
    basis: str


class Resumed(StandingEvent):
    """A stop was wrong, or has ended: paid again, and `owed` for the time between is paid back."""

    since: dt.date
    reason: str
    owed: Fen


class PaidBack(StandingEvent):
    """What a wrong stop had kept back was paid; `payment` is the key of that payment."""

    payment: str
    amount: Fen


AnyStandingEvent = Enrolled | Assessed | Assigned | Checked | Stopped | Resumed | PaidBack

_DECODER: msgspec.json.Decoder[AnyStandingEvent] = msgspec.json.Decoder(AnyStandingEvent)


def read_standing_event(data: bytes | str) -> AnyStandingEvent:
    """An event as it was stored.

    Raises:
        msgspec.MsgspecError: these bytes are no event of a standing.
    """
    return _DECODER.decode(data)
