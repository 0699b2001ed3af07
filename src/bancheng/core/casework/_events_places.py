"""Events of 跨域通办."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._places_values import HandoverKind, HandoverLine


class FormChecked(Event):
    """The receiving office has checked form and identity."""

    body_name: str
    identity: str

    def words(self) -> str:
        return f"{self.body_name}已核对身份、完成形式审查（{self.identity}）"


class HandoverSent(Event):
    """A numbered list went on its way."""

    number: int
    kind: HandoverKind
    sender: str
    sender_name: str
    receiver: str
    receiver_name: str
    lines: tuple[HandoverLine, ...]
    due: date
    way: str = ""
    tracking: str = ""

    def words(self) -> str:
        what = "材料" if self.kind is HandoverKind.PAPERS else "结果"
        how = f"，{self.way}{self.tracking}" if self.way else ""
        return f"{self.sender_name}向{self.receiver_name}移交{what}{len(self.lines)}件（交接单{self.number}{how}）"


class HandoverReceived(Event):
    """The receiver compared it."""

    number: int
    receiver_name: str
    missing: tuple[int, ...] = ()
    note: str = ""

    def words(self) -> str:
        if not self.missing:
            return f"{self.receiver_name}收到交接单{self.number}，核对无误"
        lines = "、".join(str(one) for one in self.missing)
        return f"{self.receiver_name}收到交接单{self.number}，第{lines}项不符：{self.note}"


class HandoverCleared(Event):
    """A discrepancy was cleared up."""

    number: int
    note: str

    def words(self) -> str:
        return f"交接单{self.number}的差异已处理：{self.note}"
