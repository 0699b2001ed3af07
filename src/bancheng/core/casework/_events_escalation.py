"""Events of warnings: who was warned of which date, who has seen it, and whom it went on to."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._values import Level, Rank, Staff
from bancheng.core.clock import Colour
from bancheng.core.kernel import chinese_date


class Warned(Event):
    """A clock turned yellow or red; `receivers` are bodies, `people` those of them who hold the work.

    `times` says how often this clock was warned of, this time included.
    """

    number: int
    level: Level
    key: str
    title: str
    colour: Colour
    due: date
    receivers: tuple[str, ...]
    rank: Rank = Rank.HANDLER
    people: tuple[Staff, ...] = ()
    times: int = 1

    def words(self) -> str:
        kind = "逾期" if self.colour is Colour.RED else "临期"
        what = f"第{self.times}次催办（{kind}）" if self.level is Level.OPINION else f"{kind}提醒"
        names = "、".join(one.name for one in self.people)
        whom = f"，提醒{names}" if names else ""
        return f"{what}：“{self.title}”应于{chinese_date(self.due)}前完成{whom}"


class WarningAcknowledged(Event):
    """A receiver has seen a warning and says what is being done."""

    number: int
    title: str
    note: str = ""

    def words(self) -> str:
        return f"已确认“{self.title}”的提醒" + (f"：{self.note}" if self.note else "")


class Escalated(Event):
    """Nobody acknowledged a warning within `days` working days: it went up to `rank`."""

    number: int
    title: str
    rank: Rank
    days: int
    receivers: tuple[str, ...]

    def words(self) -> str:
        whom = "督查部门" if self.rank is Rank.SUPERVISION else "部门负责人，并告知督查部门"
        return f"“{self.title}”的提醒{self.days}个工作日无人确认，上报{whom}"
