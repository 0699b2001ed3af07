"""Events of lawful stops, of more time asked for, and of a calendar announced late."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._values import Level, Staff
from bancheng.core.casework._values_procedures import MovedDate, ProcedureKind
from bancheng.core.kernel import chinese_date


class HearingOffered(Event):
    """The applicant was told of the right to a hearing and has until `until` to ask for it."""

    number: int
    items: tuple[str, ...]
    titles: tuple[str, ...]
    body: str
    until: date
    reason: str
    basis: str

    def words(self) -> str:
        return (
            f"“{'、'.join(self.titles)}”：{self.reason}。您有权要求听证，"
            f"请在{chinese_date(self.until)}前提出，费用由我们承担（{self.basis}）"
        )


class ProcedureCalled(Event):
    """It will be held, because the applicant asked or the body convenes it; `needed` working days are told."""

    number: int
    kind: ProcedureKind
    items: tuple[str, ...]
    titles: tuple[str, ...]
    body: str
    needed: int
    basis: str
    note: str = ""
    by_applicant: bool = False
    pauses: tuple[int, ...] = ()

    def words(self) -> str:
        how = "申请人要求" if self.by_applicant else "组织"
        what = f"{how}{self.kind.words}：{'、'.join(self.titles)}" + (f"，{self.note}" if self.note else "")
        if not self.needed:
            return f"{what}。办理期限照常计算"
        return f"{what}。所需时间最长{self.needed}个工作日，不计入办理期限（{self.basis}）"


class ProcedureDated(Event):
    """The applicant is told when and where."""

    number: int
    kind: ProcedureKind
    title: str
    day: date
    hour: str
    place: str
    chair: Staff | None = None

    def words(self) -> str:
        who = f"，由{self.chair.name}主持" if self.chair else ""
        return f"“{self.title}”的{self.kind.words}定于{chinese_date(self.day)} {self.hour}在{self.place}举行{who}"


class ProcedureHeld(Event):
    """What came of it; the decision rests on the minutes (art. 48)."""

    number: int
    kind: ProcedureKind
    title: str
    result: str
    minutes: str

    def words(self) -> str:
        return f"“{self.title}”的{self.kind.words}已举行：{self.result}"


class ProcedureEnded(Event):
    """Nothing is held: nobody asked (`lapsed`), the applicant waived it (`waived`), or the body called it off."""

    number: int
    kind: ProcedureKind
    title: str
    waived: bool = False
    lapsed: bool = False
    reason: str = ""

    def words(self) -> str:
        if self.lapsed:
            return f"“{self.title}”在规定的时间内没有人要求听证，继续办理"
        if self.waived:
            return f"申请人不要求“{self.title}”听证，继续办理"
        return f"“{self.title}”的{self.kind.words}取消：{self.reason}"


class MoreTimeAsked(Event):
    """A body asked for more time."""

    number: int
    level: Level
    item: str
    title: str
    days: int
    reason: str
    body: str
    to: str
    to_name: str

    def words(self) -> str:
        return f"报请{self.to_name}批准“{self.title}”延长{self.days}个工作日：{self.reason}"


class MoreTimeDeclined(Event):
    """No more time was given."""

    number: int
    title: str
    reason: str

    def words(self) -> str:
        return f"{self.by.name}未批准“{self.title}”延长期限：{self.reason}"


class CalendarAnnounced(Event):
    """Every open date was reckoned again under a calendar announced for `years`."""

    mark: str
    years: tuple[int, ...]
    moved: tuple[MovedDate, ...]

    def words(self) -> str:
        years = "、".join(str(year) for year in self.years)
        shifted = sum(one.was != one.now for one in self.moved)
        what = f"{shifted}个日期有变动" if shifted else "日期没有变动，现在可以确定"
        return f"按新公布的{years}年放假安排重新计算期限，{what}"


class DatesMoved(Event):
    """For the applicant: the dates that concern them moved with a calendar announced late."""

    moved: tuple[MovedDate, ...]

    def words(self) -> str:
        told = "；".join(f"“{one.title}”由{one.was}改为{one.now}" for one in self.moved)
        return f"国家公布了新的放假安排，下面的日期按它重新计算：{told}"
