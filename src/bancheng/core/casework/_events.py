"""Events: what happened, with the words a timeline shows. References and digests, no personal values.

An event says its own words; names of items, steps and bodies are written into it as they were on that day.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeAlias

from bancheng.core.casework._values import (
    Answer,
    By,
    CaseItem,
    Check,
    Delivery,
    Issued,
    Level,
    Mark,
    MaterialRef,
    Opinion,
    Places,
    Staff,
    StepOutcome,
    TurnedAway,
    Verdict,
    WithdrawReason,
)
from bancheng.core.catalogue import Channel, PartialPolicy
from bancheng.core.clock import Colour, Limit, PauseReason
from bancheng.core.compiler import Plan
from bancheng.core.kernel import Record


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

    def words(self) -> str:
        return f"提交“{self.onething_name}”申请，共{len(self.items)}个事项，{_CHANNELS[self.channel]}"


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
            f"逾期未告知，自收件之日（{self.on}）起视为受理"
            if self.silent
            else f"受理，{self.on}起计算办理期限"
        )


class Dispatched(Event):
    """Steps opened at their bodies."""

    steps: tuple[str, ...]
    titles: tuple[str, ...]

    def words(self) -> str:
        return f"分送办理：{'、'.join(self.titles)}"


class StepClaimed(Event):
    """An official took a step for their body."""

    step: str
    title: str

    def words(self) -> str:
        return f"{self.by.name}开始办理“{self.title}”"


class StepReleased(Event):
    """Given back, or handed over to `to`."""

    step: str
    title: str
    reason: str = ""
    to: Staff | None = None

    def words(self) -> str:
        what = f"将“{self.title}”转交{self.to.name}" if self.to else f"退回“{self.title}”待领"
        return what + (f"：{self.reason}" if self.reason else "")


class OpinionGiven(Event):
    """An asked body answered, or its silence counts as consent."""

    step: str
    title: str
    body: str
    body_name: str
    answer: Opinion
    opinion: str = ""

    def words(self) -> str:
        return f"{self.body_name}{_OPINIONS[self.answer]}" + (f"：{self.opinion}" if self.opinion else "")


class StepReported(Event):
    """A body reported on its step."""

    step: str
    title: str
    body: str
    outcome: StepOutcome
    findings: str = ""
    checks: tuple[Check, ...] = ()
    staff: tuple[Staff, ...] = ()

    def words(self) -> str:
        result = "通过" if self.outcome is StepOutcome.OK else "不通过"
        return f"“{self.title}”{result}" + (f"：{self.findings}" if self.findings else "")


class ItemDecided(Event):
    """An item was approved or refused by a named person."""

    item: str
    title: str
    verdict: Verdict
    reasons: str = ""
    basis: str = ""
    remedies: str = ""
    results: tuple[Issued, ...] = ()
    letter: str = ""

    def words(self) -> str:
        if self.verdict is Verdict.APPROVE:
            return f"准予“{self.title}”"
        return f"不予“{self.title}”：{self.reasons}（依据：{self.basis}）。{self.remedies}"


class ResultIssued(Event):
    """All result documents of an item were issued."""

    item: str
    title: str
    results: tuple[Issued, ...]

    def words(self) -> str:
        return f"“{self.title}”制证完成" + (f"，共{len(self.results)}件" if self.results else "")


class ItemStopped(Event):
    """An item ended without decision because `cause` was refused."""

    item: str
    title: str
    cause: str
    reason: str

    def words(self) -> str:
        return f"“{self.title}”停止办理：{self.reason}"


class CaseWithdrawn(Event):
    """The applicant took back what was not decided yet."""

    reason: WithdrawReason
    items: tuple[str, ...]
    words_digest: str = ""

    def words(self) -> str:
        return f"申请人撤回申请（{_WITHDRAWALS[self.reason]}）"


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


class Warned(Event):
    """A clock turned yellow or red; `receivers` are bodies."""

    number: int
    level: Level
    key: str
    title: str
    colour: Colour
    due: date
    receivers: tuple[str, ...]

    def words(self) -> str:
        return f"{'逾期' if self.colour is Colour.RED else '临期'}提醒：“{self.title}”应于{self.due}前完成"


class WarningAcknowledged(Event):
    """A receiver has seen a warning."""

    number: int
    title: str
    note: str = ""

    def words(self) -> str:
        return f"已确认“{self.title}”的提醒" + (f"：{self.note}" if self.note else "")


class OwedReminded(Event):
    """The applicant was told that a deferred material falls due."""

    document: str
    title: str
    due: date

    def words(self) -> str:
        return f"提醒补交“{self.title}”，{self.due}前有效"


class HandedIn(Event):
    """A deferred material arrived."""

    material: MaterialRef
    title: str

    def words(self) -> str:
        return f"补交容缺材料“{self.title}”"


class Delivered(Event):
    """Results reached the person."""

    items: tuple[str, ...]
    titles: tuple[str, ...]
    way: Delivery
    to_ref: str = ""

    def words(self) -> str:
        return f"{_DELIVERIES[self.way]}：{'、'.join(self.titles)}"


class Rated(Event):
    """好差评; cannot be changed."""

    level: int
    indicators: tuple[str, ...] = ()
    words_digest: str = ""

    def words(self) -> str:
        return f"评价：{_RATINGS[self.level - 1]}"


AnyEvent: TypeAlias = (
    Submitted
    | CorrectedOnSpot
    | IntakeClosed
    | MarksProposed
    | NoticeIssued
    | NoticeAnswered
    | Resubmitted
    | NoticeCancelled
    | Accepted
    | Dispatched
    | StepClaimed
    | StepReleased
    | OpinionGiven
    | StepReported
    | ItemDecided
    | ResultIssued
    | ItemStopped
    | CaseWithdrawn
    | ClockPaused
    | ClockResumed
    | ClockExtended
    | Warned
    | WarningAcknowledged
    | OwedReminded
    | HandedIn
    | Delivered
    | Rated
)

_CHANNELS = {
    Channel.ONLINE: "网上提交",
    Channel.WINDOW: "窗口提交",
    Channel.POST: "邮寄提交",
    Channel.TERMINAL: "自助终端提交",
}
_OPINIONS = {
    Opinion.AGREE: "回复：同意",
    Opinion.OBJECT: "回复：有不同意见",
    Opinion.SILENT: "逾期未回复，按规定视为同意",
}
_WITHDRAWALS = {
    WithdrawReason.NO_LONGER_NEEDED: "不再需要办理",
    WithdrawReason.FILLED_IN_WRONGLY: "填写有误",
    WithdrawReason.LATER: "以后再办",
    WithdrawReason.ELSEWHERE: "改在别处办理",
    WithdrawReason.OTHER: "其他原因",
}
_DELIVERIES = {
    Delivery.ONLINE: "电子送达",
    Delivery.WINDOW: "窗口领取",
    Delivery.POST: "邮寄送达",
    Delivery.TERMINAL: "自助终端领取",
}
_RATINGS = ("非常不满意", "不满意", "基本满意", "满意", "非常满意")
