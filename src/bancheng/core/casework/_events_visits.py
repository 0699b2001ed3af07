"""Events of visits, with the words a timeline shows. Officials by name, nobody else."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._values import StepOutcome
from bancheng.core.casework._visit_values import Absent, Conclusion, Slot, Visitor
from bancheng.core.kernel import chinese_date


class VisitProposed(Event):
    """A time for all bodies of a step was planned and put before the applicant."""

    visit: int
    step: str
    title: str
    slot: Slot
    people: tuple[Visitor, ...]
    lead: str
    round: int = 1
    reason: str = ""

    def words(self) -> str:
        again = "（复查）" if self.round > 1 else ""
        late = f"，{self.reason}" if self.reason else ""
        return f"约定“{self.title}”{again}：{self.slot.words()}，请确认或改期{late}"


class VisitConfirmed(Event):
    """The time is agreed."""

    visit: int
    title: str
    slot: Slot
    note: str = ""

    def words(self) -> str:
        return f"“{self.title}”时间已确认：{self.slot.words()}" + (f"（{self.note}）" if self.note else "")


class VisitMoved(Event):
    """Another time, or other people. `agreed`: the applicant need not confirm it."""

    visit: int
    title: str
    slot: Slot
    people: tuple[Visitor, ...]
    agreed: bool
    reason: str = ""

    def words(self) -> str:
        ask = "" if self.agreed else "，请确认或改期"
        return f"“{self.title}”调整为{self.slot.words()}" + (f"：{self.reason}" if self.reason else "") + ask


class VisitDeclined(Event):
    """No time on offer suited the applicant."""

    visit: int
    title: str
    words_digest: str = ""

    def words(self) -> str:
        return f"“{self.title}”的时间对申请人都不合适，另行约定"


class VisitCancelled(Event):
    """The visit did not take place."""

    visit: int
    title: str
    reason: str

    def words(self) -> str:
        return f"取消“{self.title}”的约定：{self.reason}"


class VisitMissed(Event):
    """Somebody did not come."""

    visit: int
    title: str
    who: Absent
    note: str = ""

    def words(self) -> str:
        who = "申请人未到场" if self.who is Absent.APPLICANT else "工作人员未到场"
        return f"“{self.title}”{who}" + (f"：{self.note}" if self.note else "")


class VisitHeld(Event):
    """The officials are there."""

    visit: int
    title: str
    present: tuple[Visitor, ...]

    def words(self) -> str:
        return f"“{self.title}”开始，到场：{'、'.join(one.name for one in self.present)}"


class VisitPartRecorded(Event):
    """A body confirmed its part of the record."""

    visit: int
    title: str
    body: str
    body_name: str
    outcome: StepOutcome
    findings: str = ""
    lines: int = 0
    bad: int = 0
    photos: int = 0
    digest: str = ""

    def words(self) -> str:
        result = "符合要求" if self.outcome is StepOutcome.OK else f"{self.bad or '有'}处不符合"
        return f"{self.body_name}确认“{self.title}”记录：{result}" + (
            f"：{self.findings}" if self.findings else ""
        )


class VisitConcluded(Event):
    """One conclusion for all bodies."""

    visit: int
    title: str
    conclusion: Conclusion
    findings: str = ""
    due: date | None = None
    paper: str = ""

    def words(self) -> str:
        said = f"“{self.title}”{_CONCLUSIONS[self.conclusion]}"
        until = f"，请在{chinese_date(self.due)}前整改" if self.due else ""
        return said + until + (f"：{self.findings}" if self.findings else "")


class VisitRepaired(Event):
    """The applicant says that it is put right."""

    visit: int
    title: str
    words_digest: str = ""

    def words(self) -> str:
        return f"申请人已整改，请安排“{self.title}”复查"


class VisitRepairDue(Event):
    """The last day to put things right has passed."""

    visit: int
    title: str
    due: date

    def words(self) -> str:
        return f"“{self.title}”的整改期限（{chinese_date(self.due)}）已到，请申请复查"


_CONCLUSIONS = {
    Conclusion.PASSED: "结论：通过",
    Conclusion.FAILED: "结论：不通过",
    Conclusion.REPAIR: "结论：整改后复查",
}
