"""Commands about lawful stops, more time, and a calendar announced late."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._command import Command
from bancheng.core.casework._values import Level, Staff
from bancheng.core.casework._values_procedures import ProcedureKind, Years


class OfferHearing(Command):
    """Before a decision that touches others greatly: tell the applicant of the right to a hearing (art. 47)."""

    item: str
    words: str


class AskHearing(Command):
    """The applicant wants hearing `number`, within five working days of having been told."""

    number: int


class WaiveHearing(Command):
    """The applicant does not want it, or no more."""

    number: int


class LetHearingLapse(Command):
    """Five working days have passed and nobody asked. Only for the machine."""

    number: int


class Convene(Command):
    """A body calls a hearing of its own accord (art. 46), an expert review, or a joint review of several items.

    `days` (working days) is the time told to the applicant. A joint review stops the clock only with a special
    `procedure` registered for each of the items.
    """

    kind: ProcedureKind
    items: tuple[str, ...]
    words: str
    days: int = 0
    procedure: str = ""


class SetDate(Command):
    """When, where and under whom it is held."""

    number: int
    day: date
    hour: str
    place: str
    chair: Staff | None = None


class RecordHeld(Command):
    """It was held: what came of it, and the digest of the minutes. The clock runs on from tomorrow."""

    number: int
    result: str
    minutes: str


class CallOff(Command):
    """The body takes back what it convened itself, or offered by mistake."""

    number: int
    reason: str


class AskMoreTime(Command):
    """Ask who may grant it for more time: the head of the item's body, or for the bundle the government `to`."""

    level: Level
    days: int
    reason: str
    item: str = ""
    to: str = ""
    to_name: str = ""


class DeclineMoreTime(Command):
    """No more time is given."""

    number: int
    reason: str


class Recount(Command):
    """A calendar was announced: reckon every open date again. `previous` is the calendar by which the dates were told.

    Only for the machine.
    """

    previous: Years
