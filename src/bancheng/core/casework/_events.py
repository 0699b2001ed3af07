"""Events: what happened, with the words a timeline shows. References and digests, no personal values.

An event says its own words; names of items, steps and bodies are written into it as they were on that day.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from bancheng.core.casework._events_bodies import BodiesChanged, CaseMigrated
from bancheng.core.casework._events_clock import ClockExtended, ClockPaused, ClockResumed
from bancheng.core.casework._events_escalation import Escalated, Warned, WarningAcknowledged
from bancheng.core.casework._events_exchange import (
    Acknowledged,
    ExchangeFailed,
    SentOut,
    SentRecalled,
    TakenBack,
)
from bancheng.core.casework._events_fees import (
    FeeAssessed,
    FeePaid,
    FeeRefunded,
    FeesBilled,
    FeeWaived,
    RefundOrdered,
)
from bancheng.core.casework._events_intake import (
    Accepted,
    CorrectedOnSpot,
    Event,
    IntakeClosed,
    MarksProposed,
    NoticeAnswered,
    NoticeCancelled,
    NoticeIssued,
    Resubmitted,
    Submitted,
)
from bancheng.core.casework._events_outcome import (
    Delivered,
    DeliveryLate,
    DeliveryNoted,
    ItemDecided,
    ItemReopened,
    LicenceRevoked,
    OutcomeCorrected,
    RenewedBySilence,
)
from bancheng.core.casework._events_places import (
    FormChecked,
    HandoverCleared,
    HandoverReceived,
    HandoverSent,
)
from bancheng.core.casework._events_procedures import (
    CalendarAnnounced,
    DatesMoved,
    HearingOffered,
    MoreTimeAsked,
    MoreTimeDeclined,
    ProcedureCalled,
    ProcedureDated,
    ProcedureEnded,
    ProcedureHeld,
)
from bancheng.core.casework._events_promises import (
    CreditAnswered,
    CreditAsked,
    CreditDecided,
    MeasureObjected,
    MeasureProposed,
    MeasureSettled,
    PromiseVerified,
)
from bancheng.core.casework._events_signers import SignerRecorded
from bancheng.core.casework._events_staffing import LateAdded, StepAssigned, StepTakenBack
from bancheng.core.casework._events_supervision import (
    InspectionReturned,
    SupervisionAcknowledged,
    SupervisionChased,
    SupervisionHanded,
)
from bancheng.core.casework._events_talks import AnswerWaived, MessageWritten
from bancheng.core.casework._events_visits import (
    VisitCancelled,
    VisitConcluded,
    VisitConfirmed,
    VisitDeclined,
    VisitHeld,
    VisitMissed,
    VisitMoved,
    VisitPartRecorded,
    VisitProposed,
    VisitRepairDue,
    VisitRepaired,
)
from bancheng.core.casework._values import (
    AskedAnswer,
    Check,
    Issued,
    MaterialRef,
    Opinion,
    Staff,
    StepOutcome,
    WithdrawReason,
)
from bancheng.core.kernel import chinese_date

__all__ = [
    "Accepted",
    "Acknowledged",
    "AnswerWaived",
    "AnyEvent",
    "BodiesChanged",
    "CalendarAnnounced",
    "CaseMigrated",
    "CaseWithdrawn",
    "ClockExtended",
    "ClockPaused",
    "ClockResumed",
    "CorrectedOnSpot",
    "CreditAnswered",
    "CreditAsked",
    "CreditDecided",
    "DatesMoved",
    "Delivered",
    "DeliveryLate",
    "DeliveryNoted",
    "Dispatched",
    "Escalated",
    "Event",
    "ExchangeFailed",
    "FeeAssessed",
    "FeePaid",
    "FeeRefunded",
    "FeeWaived",
    "FeesBilled",
    "FormChecked",
    "HandedIn",
    "HandoverCleared",
    "HandoverReceived",
    "HandoverSent",
    "HearingOffered",
    "InspectionReturned",
    "IntakeClosed",
    "ItemDecided",
    "ItemReopened",
    "ItemStopped",
    "LateAdded",
    "LicenceRevoked",
    "MarksProposed",
    "MeasureObjected",
    "MeasureProposed",
    "MeasureSettled",
    "MessageWritten",
    "MoreTimeAsked",
    "MoreTimeDeclined",
    "NoticeAnswered",
    "NoticeCancelled",
    "NoticeIssued",
    "OpinionGiven",
    "OutcomeCorrected",
    "OwedReminded",
    "ProcedureCalled",
    "ProcedureDated",
    "ProcedureEnded",
    "ProcedureHeld",
    "PromiseVerified",
    "Rated",
    "RefundOrdered",
    "RenewedBySilence",
    "Resubmitted",
    "ResultIssued",
    "SentOut",
    "SentRecalled",
    "SignerRecorded",
    "StepAssigned",
    "StepClaimed",
    "StepReleased",
    "StepReported",
    "StepTakenBack",
    "Submitted",
    "SupervisionAcknowledged",
    "SupervisionChased",
    "SupervisionHanded",
    "TakenBack",
    "VisitCancelled",
    "VisitConcluded",
    "VisitConfirmed",
    "VisitDeclined",
    "VisitHeld",
    "VisitMissed",
    "VisitMoved",
    "VisitPartRecorded",
    "VisitProposed",
    "VisitRepairDue",
    "VisitRepaired",
    "Warned",
    "WarningAcknowledged",
]


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
    answers: tuple[AskedAnswer, ...] = ()

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


class OwedReminded(Event):
    """The applicant was told that a deferred material falls due."""

    document: str
    title: str
    due: date

    def words(self) -> str:
        return f"提醒补交“{self.title}”，{chinese_date(self.due)}前有效"


class HandedIn(Event):
    """A deferred material arrived."""

    material: MaterialRef
    title: str

    def words(self) -> str:
        return f"补交容缺材料“{self.title}”"


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
    | StepAssigned
    | StepTakenBack
    | LateAdded
    | BodiesChanged
    | CaseMigrated
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
    | Escalated
    | HearingOffered
    | ProcedureCalled
    | ProcedureDated
    | ProcedureHeld
    | ProcedureEnded
    | MoreTimeAsked
    | MoreTimeDeclined
    | CalendarAnnounced
    | DatesMoved
    | WarningAcknowledged
    | OwedReminded
    | HandedIn
    | Delivered
    | Rated
    | DeliveryLate
    | RenewedBySilence
    | DeliveryNoted
    | ItemReopened
    | LicenceRevoked
    | OutcomeCorrected
    | CreditAnswered
    | CreditAsked
    | CreditDecided
    | MeasureObjected
    | MeasureProposed
    | MeasureSettled
    | PromiseVerified
    | FeeAssessed
    | FeePaid
    | FeeRefunded
    | FeesBilled
    | FeeWaived
    | RefundOrdered
    | SentOut
    | Acknowledged
    | TakenBack
    | ExchangeFailed
    | SentRecalled
    | MessageWritten
    | AnswerWaived
    | VisitCancelled
    | VisitConcluded
    | VisitConfirmed
    | VisitDeclined
    | VisitHeld
    | VisitMissed
    | VisitMoved
    | VisitPartRecorded
    | VisitProposed
    | VisitRepairDue
    | VisitRepaired
    | InspectionReturned
    | SupervisionAcknowledged
    | SupervisionChased
    | SupervisionHanded
    | FormChecked
    | HandoverCleared
    | HandoverReceived
    | HandoverSent
    | SignerRecorded
)

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
_RATINGS = ("非常不满意", "不满意", "基本满意", "满意", "非常满意")
