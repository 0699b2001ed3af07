"""Events about credit, deferral and promises."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._promise_values import Kept, Measure, ProposalKind, Standing
from bancheng.core.kernel import chinese_date


class CreditAsked(Event):
    """The credit of the applicant is being checked."""

    source: str

    def words(self) -> str:
        return "申请容缺或承诺，核查信用记录"


class CreditAnswered(Event):
    """What the credit source said."""

    standing: Standing
    note: str = ""
    as_of: date | None = None

    def words(self) -> str:
        return _STANDINGS[self.standing]


class CreditDecided(Event):
    """A named person decided whether this case may defer or promise."""

    allowed: bool
    reason: str

    def words(self) -> str:
        what = "同意容缺、承诺" if self.allowed else "不适用容缺、承诺，请先补齐材料"
        return f"{self.by.name}{what}：{self.reason}"


class MeasureProposed(Event):
    """Measures are proposed; the applicant may answer until `objection_due`."""

    number: int
    kind: ProposalKind
    subject: str
    title: str
    items: tuple[str, ...]
    measures: tuple[Measure, ...]
    reason: str
    objection_due: date

    def words(self) -> str:
        what = "、".join(MEASURES[one] for one in self.measures)
        return f"{self.reason}。拟{what}；您可以在{chinese_date(self.objection_due)}前陈述、申辩"


class MeasureObjected(Event):
    """The applicant answered."""

    number: int
    title: str
    words_digest: str

    def words(self) -> str:
        return f"申请人就“{self.title}”提出陈述、申辩"


class MeasureSettled(Event):
    """A named person settled a proposal; nothing carried out means that it was dropped."""

    number: int
    title: str
    carried: tuple[Measure, ...]
    reason: str

    def words(self) -> str:
        what = "、".join(MEASURES[one] for one in self.carried)
        return f"{self.by.name}就“{self.title}”{f'决定{what}' if what else '决定不作处理'}：{self.reason}"


class PromiseVerified(Event):
    """A promise was checked after the decision."""

    document: str
    title: str
    outcome: Kept
    findings: str = ""

    def words(self) -> str:
        result = "属实" if self.outcome is Kept.KEPT else "不属实"
        return f"核查对“{self.title}”的承诺：{result}" + (f"（{self.findings}）" if self.findings else "")


MEASURES = {
    Measure.STOP: "终止办理",
    Measure.REVOKE: "撤销决定",
    Measure.RECOVER: "追回所得利益",
    Measure.RECORD: "记入信用记录",
}
_STANDINGS = {
    Standing.GOOD: "信用核查：没有不良记录，可以容缺、承诺",
    Standing.BAD: "信用核查：有不良记录，是否可以容缺、承诺由窗口决定",
    Standing.DOWN: "信用核查暂时没有结果，会再次核查",
}
