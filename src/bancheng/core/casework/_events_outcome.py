"""Events about decisions that were made, and papers that were issued."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._outcome_values import RevokeGround
from bancheng.core.casework._values import Issued


class OutcomeCorrected(Event):
    """A clerical error was put right; each of `results` replaces the paper of the same kind."""

    number: int
    item: str
    title: str
    what: str
    results: tuple[Issued, ...] = ()

    def words(self) -> str:
        again = f"，重新制作{len(self.results)}件结果文书，原件作废" if self.results else ""
        return f"更正“{self.title}”：{self.what}{again}"


class LicenceRevoked(Event):
    """An issued licence no longer holds."""

    item: str
    title: str
    ground: RevokeGround
    reason: str
    basis: str
    remedies: str = ""

    def words(self) -> str:
        return (
            f"{self.ground.words}“{self.title}”：{self.reason}（依据：{self.basis}）。{self.remedies}".strip()
        )


class ItemReopened(Event):
    """A finished item was taken up again by a named person."""

    item: str
    title: str
    reason: str
    basis: str

    def words(self) -> str:
        return f"经{self.by.name}批准，重新办理“{self.title}”：{self.reason}（依据：{self.basis}）"


class DeliveryLate(Event):
    """A decision was not handed over within ten working days."""

    item: str
    title: str
    due: date

    def words(self) -> str:
        return f"“{self.title}”的结果应于{self.due}前送达，尚未送达"
