"""Events of the clock itself: it stands, it runs on, there is more time."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._values import Level
from bancheng.core.clock import PauseReason


class ClockPaused(Event):
    """The clock stands from the day after `on`, at most `max_days` working days."""

    number: int
    item: str
    title: str
    reason: PauseReason
    on: date
    max_days: int
    basis: str = ""
    procedure: str = ""
    note: str = ""

    def words(self) -> str:
        what = f"“{self.title}”{self.note or self.reason.words}"
        return f"{what}，最长{self.max_days}个工作日不计入办理期限（{self.basis}）"


class ClockResumed(Event):
    """`on` is the last day that did not count."""

    number: int
    on: date
    title: str = ""

    def words(self) -> str:
        return f"“{self.title}”恢复计时"


class ClockExtended(Event):
    """More time by the right level."""

    level: Level
    item: str
    title: str
    days: int
    on: date
    reason: str
    basis: str

    def words(self) -> str:
        return f"“{self.title}”经{self.by.name}批准延长{self.days}个工作日：{self.reason}（{self.basis}）"
