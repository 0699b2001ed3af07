"""Events of intake, and the base of all events."""

from __future__ import annotations

from datetime import date, datetime

from bancheng.core.casework._signers_values import SignerDue
from bancheng.core.casework._values import (
    Answer,
    By,
    CaseItem,
    Mark,
    MaterialRef,
    Places,
    Signed,
    TurnedAway,
)
from bancheng.core.catalogue import Channel, PartialPolicy
from bancheng.core.clock import Limit, Thresholds
from bancheng.core.compiler import Plan
from bancheng.core.kernel import Record, chinese_date


class Event(Record, tag_field="type", tag=True):
    """Base of all events. `at` carries its zone."""

    at: datetime
    by: By

    def words(self) -> str:
        """One Chinese sentence for a timeline."""
        raise NotImplementedError


class Submitted(Event):
    """The application arrived; everything the case is judged by is pinned here."""

    onething: str
    onething_name: str
    blueprint: str
    items: tuple[CaseItem, ...]
    plan: Plan
    promised: Limit
    form_digest: str
    applicant_ref: str
    receiving_body: str
    lead_body: str = ""
    statutory: Limit | None = None
    partial: PartialPolicy = PartialPolicy.DEPENDANTS_STOP
    materials: tuple[MaterialRef, ...] = ()
    channel: Channel = Channel.ONLINE
    on_behalf_ref: str = ""
    places: Places = Places()
    body_names: dict[str, str] = {}
    signed: tuple[Signed, ...] = ()
    thresholds: Thresholds = Thresholds()
    signers: tuple[SignerDue, ...] = ()

    def words(self) -> str:
        way = _CHANNELS[self.channel]
        if self.places.handed_by:
            way = f"{self.places.handed_name}代收转来（对方编号{self.places.handed_number}）"
        return f"提交“{self.onething_name}”申请，共{len(self.items)}个事项，{way}"


class CorrectedOnSpot(Event):
    """Small errors put right together with the applicant."""

    fields: tuple[str, ...]
    form_digest: str
    note: str = ""

    def words(self) -> str:
        return f"当场更正{len(self.fields)}处内容" + (f"：{self.note}" if self.note else "")


class IntakeClosed(Event):
    """Not accepted: no permit needed, or another body is the right one."""

    outcome: TurnedAway
    reason: str
    right_body: str = ""
    basis: str = ""

    def words(self) -> str:
        if self.outcome is TurnedAway.NOT_NEEDED:
            return f"不需要办理：{self.reason}"
        return f"不属于本机关职权范围，请向{self.right_body}申请：{self.reason}"


class MarksProposed(Event):
    """A body told the window what it must see put right; replaces its earlier proposal."""

    body: str
    body_name: str
    marks: tuple[Mark, ...]

    def words(self) -> str:
        return (
            f"{self.body_name}提出{len(self.marks)}处补正意见"
            if self.marks
            else f"{self.body_name}没有补正意见"
        )


class NoticeIssued(Event):
    """One notice for all bodies. `after_acceptance` with the asking `body`: it pauses nothing."""

    number: int
    marks: tuple[Mark, ...]
    reason: str = ""
    after_acceptance: bool = False
    body: str = ""

    def words(self) -> str:
        kind = "受理后补充材料通知" if self.after_acceptance else "一次性补正告知"
        again = f"（第{self.number}次，{self.by.name}签批：{self.reason}）" if self.number > 1 else ""
        return f"{kind}：共{len(self.marks)}处{again}"


class NoticeAnswered(Event):
    """Some or all marks of a notice were answered."""

    number: int
    answers: tuple[Answer, ...]

    def words(self) -> str:
        return f"逐项答复补正要求，已答{len(self.answers)}处"


class Resubmitted(Event):
    """All marks of a notice are answered and the file is back, with a new form."""

    number: int
    form_digest: str
    materials: tuple[MaterialRef, ...] = ()

    def words(self) -> str:
        return "补正完毕，重新提交"


class NoticeCancelled(Event):
    """A senior took the notice back."""

    number: int
    reason: str

    def words(self) -> str:
        return f"{self.by.name}撤回第{self.number}次补正告知：{self.reason}"


class Accepted(Event):
    """Accepted on `on`; `silent` when nobody spoke in time and the law says so, as of the day of receipt."""

    on: date
    silent: bool = False

    def words(self) -> str:
        return (
            f"逾期未告知，自收件之日（{chinese_date(self.on)}）起视为受理"
            if self.silent
            else f"受理，{chinese_date(self.on)}起计算办理期限"
        )


_CHANNELS = {
    Channel.ONLINE: "网上提交",
    Channel.WINDOW: "窗口提交",
    Channel.POST: "邮寄提交",
    Channel.TERMINAL: "自助终端提交",
}
