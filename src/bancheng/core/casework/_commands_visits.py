"""Commands about visits: 联合勘验、联合验收、联合评审 as one appointment of all bodies of a step."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._command import Command
from bancheng.core.casework._values import StepOutcome
from bancheng.core.casework._visit_values import Absent, Conclusion, Slot, Visitor


class ProposeVisit(Command):
    """A time and the people of every body, put before the applicant. A late one needs a `reason`."""

    step: str
    slot: Slot
    people: tuple[Visitor, ...]
    reason: str = ""


class ConfirmVisit(Command):
    """The applicant will be there; an official may note how they agreed (`words`)."""

    visit: int
    words: str = ""


class MoveVisit(Command):
    """Another time or other people. Chosen by the applicant it is agreed; by an official it is proposed anew."""

    visit: int
    slot: Slot
    people: tuple[Visitor, ...]
    reason: str = ""


class DeclineVisit(Command):
    """No time on offer suits the applicant; what would suit lies in an erasable row, `words_digest` binds it."""

    visit: int
    words_digest: str = ""


class CancelVisit(Command):
    """The visit does not take place; the step waits for another."""

    visit: int
    reason: str


class MissVisit(Command):
    """Somebody did not come."""

    visit: int
    who: Absent
    words: str = ""


class HoldVisit(Command):
    """We are there: these officials, two or more of each body (art. 34)."""

    visit: int
    present: tuple[Visitor, ...]


class ConfirmPart(Command):
    """My body's checklist is complete, and this is what it says. `left` lines are unanswered, `bad` not in order."""

    visit: int
    outcome: StepOutcome
    words: str = ""
    lines: int = 0
    left: int = 0
    bad: int = 0
    photos: int = 0
    digest: str = ""


class ConcludeVisit(Command):
    """The leading body's one conclusion for all; `due` is the last day to put right, `paper` the record's digest."""

    visit: int
    conclusion: Conclusion
    words: str = ""
    due: date | None = None
    paper: str = ""


class ReportRepaired(Command):
    """The applicant has put right what was found; please look again."""

    visit: int
    words_digest: str = ""


class RemindRepair(Command):
    """The days to put things right are over. Only for the machine; nothing but a reminder follows."""

    visit: int
