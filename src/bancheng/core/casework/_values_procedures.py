"""Lawful stops (hearing, expert review, joint review) and wishes for more time, as they stand in a case."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from bancheng.core.casework._values import Level, Staff
from bancheng.core.clock import CalendarYear, Due, WorkCalendar
from bancheng.core.kernel import Record

HEARING_ASKED = 5
"Working days to ask for a hearing (art. 47, 82)."
HEARING_HELD = 20
"Working days from being asked for to being held (art. 47, 82)."


class ProcedureKind(StrEnum):
    """听证, 专家评审, 联合会审."""

    HEARING = "hearing"
    EXPERT_REVIEW = "expert_review"
    JOINT_REVIEW = "joint_review"

    @property
    def words(self) -> str:
        """Its Chinese name."""
        return _KINDS[self]


_KINDS = {
    ProcedureKind.HEARING: "听证",
    ProcedureKind.EXPERT_REVIEW: "专家评审",
    ProcedureKind.JOINT_REVIEW: "联合会审",
}


class ProcedureStage(StrEnum):
    """Offered to the applicant, to be held, with a date, held, not wanted, called off."""

    OFFERED = "offered"
    CALLED = "called"
    DATED = "dated"
    HELD = "held"
    WAIVED = "waived"
    CALLED_OFF = "called_off"


GOING = frozenset({ProcedureStage.OFFERED, ProcedureStage.CALLED, ProcedureStage.DATED})
"Stages in which something is still to come."


class Procedure(Record):
    """One of them. `since` is the day it reached its stage, `called` the day from which its days count.

    `needed` is the time told to the applicant (working days; 0 = it stops no clock), `pauses` the numbers of the pauses
    it set, `minutes` the digest of the record (笔录、评审意见).
    """

    number: int
    kind: ProcedureKind
    items: tuple[str, ...]
    body: str
    stage: ProcedureStage
    since: date
    needed: int = 0
    basis: str = ""
    words: str = ""
    called: date | None = None
    by_applicant: bool = False
    pauses: tuple[int, ...] = ()
    day: date | None = None
    hour: str = ""
    place: str = ""
    chair: Staff | None = None
    minutes: str = ""
    result: str = ""

    @property
    def going(self) -> bool:
        """Is something still to come?"""
        return self.stage in GOING


def ask_until(calendar: WorkCalendar, offered: date) -> Due:
    """The last day to ask for a hearing that was offered on a day."""
    return calendar.add_workdays(offered, HEARING_ASKED)


def hold_until(calendar: WorkCalendar, procedure: Procedure) -> Due | None:
    """The last day by which it must have been held; None while nobody has called it, or where no time was told."""
    if procedure.called is None or not procedure.needed:
        return None
    return calendar.add_workdays(procedure.called, procedure.needed)


class MoreTime(Record):
    """Somebody asked for more time; `granted` None while nobody has answered. `to` is the body that may grant it."""

    number: int
    level: Level
    item: str
    title: str
    days: int
    reason: str
    body: str
    to: str
    to_name: str
    on: date
    granted: bool | None = None
    answered: date | None = None
    answer: str = ""


class Procedures(Record):
    """Everything of a case that stops its clock or asks for more of it. `calendar` marks the one dates were last told
    by, where a later announcement moved them."""

    held: tuple[Procedure, ...] = ()
    asked: tuple[MoreTime, ...] = ()
    calendar: str = ""

    def going(self, item: str = "") -> tuple[Procedure, ...]:
        """Procedures still to come, of an item when one is named."""
        return tuple(one for one in self.held if one.going and (not item or item in one.items))

    @property
    def waiting(self) -> tuple[MoreTime, ...]:
        """Wishes for more time that nobody has answered."""
        return tuple(one for one in self.asked if one.granted is None)


class MovedDate(Record):
    """A last day that a newly announced calendar moved, or made certain."""

    level: Level
    key: str
    title: str
    was: date
    now: date
    provisional: bool = False


Years = tuple[CalendarYear, ...]
"""The years of a calendar."""
