"""Events of 审管协同."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._supervision_values import Inspected


class SupervisionHanded(Event):
    """A decided item went to the body that watches over its holder."""

    item: str
    title: str
    body: str
    body_name: str
    due: date

    def words(self) -> str:
        return f"“{self.title}”的办理结果推送{self.body_name}纳入监管"


class SupervisionChased(Event):
    """The supervising body was asked again."""

    item: str
    title: str
    body_name: str

    def words(self) -> str:
        return f"催请{self.body_name}确认接收“{self.title}”"


class SupervisionAcknowledged(Event):
    """The supervising body has taken it over."""

    item: str
    title: str
    body_name: str

    def words(self) -> str:
        return f"{self.body_name}确认接收“{self.title}”"


class InspectionReturned(Event):
    """What an inspection found."""

    item: str
    title: str
    body_name: str
    result: Inspected
    findings: str
    inspected_on: date
    revoke: bool = False

    def words(self) -> str:
        found = f"{self.body_name}反馈对“{self.title}”的检查结果：{RESULTS[self.result]}"
        return found + (f"（{self.findings}）" if self.findings else "")


RESULTS = {
    Inspected.FINE: "未发现问题",
    Inspected.RECTIFY: "责令改正",
    Inspected.SERIOUS: "存在严重问题",
}
