"""The small words of a visit: one appointment of several bodies, who comes when, and what each found."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bancheng.core.casework._values import CHINA, By, Staff, StepOutcome
from bancheng.core.kernel import Record

CELL = timedelta(minutes=30)
"Appointments begin and end on half hours: two that overlap share a half hour."
SESSIONS = ((time(9), time(12)), (time(14), time(17)))
"The hours of a working day in which somebody may be asked to be there."


class VisitStatus(StrEnum):
    """Where a visit stands. Declined: none of the times suits. Missed: somebody did not come."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    HELD = "held"
    RECORDED = "recorded"
    CONCLUDED = "concluded"
    DECLINED = "declined"
    MISSED = "missed"
    CANCELLED = "cancelled"


LIVE = frozenset({VisitStatus.PROPOSED, VisitStatus.CONFIRMED, VisitStatus.HELD, VisitStatus.RECORDED})
"A visit that is still to come, or to be concluded."
BOOKED = frozenset({VisitStatus.PROPOSED, VisitStatus.CONFIRMED})
"A visit whose time may still be changed."


class Conclusion(StrEnum):
    """What the bodies conclude together: passed, failed, or to be put right and looked at again (整改复查)."""

    PASSED = "passed"
    FAILED = "failed"
    REPAIR = "repair"


class Absent(StrEnum):
    """Who did not come."""

    APPLICANT = "applicant"
    OFFICIALS = "officials"


class Slot(Record):
    """From when to when, each with its zone."""

    begins: datetime
    ends: datetime

    @property
    def day(self) -> date:
        """The day in Chinese legal time."""
        return self.begins.astimezone(CHINA).date()

    @property
    def cells(self) -> tuple[datetime, ...]:
        """The half hours it takes."""
        count = max(0, (self.ends - self.begins) // CELL)
        return tuple(self.begins + CELL * number for number in range(count))

    def words(self) -> str:
        """3月5日9:00—11:00."""
        begins, ends = self.begins.astimezone(CHINA), self.ends.astimezone(CHINA)
        return f"{begins.month}月{begins.day}日{begins:%H:%M}—{ends:%H:%M}"


class Visitor(Record):
    """An official who goes, and for which body."""

    id: str
    name: str
    body: str

    def staff(self) -> Staff:
        """Without their body."""
        return Staff(id=self.id, name=self.name)


class VisitPart(Record):
    """What one body found: `lines` were looked at, `bad` of them were not in order; `digest` binds the answers."""

    body: str
    by: By
    outcome: StepOutcome
    words: str = ""
    lines: int = 0
    bad: int = 0
    photos: int = 0
    digest: str = ""


class Visit(Record):
    """One appointment for a step. `round` 2 and more look again at what was to be put right.

    `revision` rises whenever an answer typed before may no longer fit: other people, another time, another state.
    `paper` is the digest of the one record of all bodies; `repair_due` the last day to put things right.
    """

    number: int
    step: str
    slot: Slot
    people: tuple[Visitor, ...]
    lead: str
    round: int = 1
    status: VisitStatus = VisitStatus.PROPOSED
    revision: int = 0
    moves: int = 0
    present: tuple[Visitor, ...] = ()
    parts: dict[str, VisitPart] = {}
    conclusion: Conclusion | None = None
    words: str = ""
    concluded_by: By | None = None
    concluded_on: date | None = None
    paper: str = ""
    repair_due: date | None = None
    repair_reminded: bool = False
    repaired: date | None = None

    @property
    def to_repair(self) -> bool:
        """Something has to be put right and looked at again."""
        return self.conclusion is Conclusion.REPAIR

    @property
    def open_bodies(self) -> tuple[str, ...]:
        """Bodies that went and have not confirmed their part."""
        found = dict.fromkeys(one.body for one in (self.present or self.people))
        return tuple(body for body in found if body not in self.parts)


class Visits(Record):
    """The visits of a case, in the order they were made."""

    all: tuple[Visit, ...] = ()

    def last(self, step: str) -> Visit | None:
        """The newest visit of a step."""
        return next((one for one in reversed(self.all) if one.step == step), None)

    def joint(self, step: str) -> bool:
        """Does a visit speak for all bodies of this step: one is under way, or must be repeated?"""
        last = self.last(step)
        return last is not None and (last.status in LIVE or last.to_repair)
