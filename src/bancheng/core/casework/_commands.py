"""Commands: what someone wants to happen. The rules answer with events or with a refusal (`decide`)."""

from __future__ import annotations

from typing import TypeAlias

from bancheng.core.casework._command import Command
from bancheng.core.casework._commands_bodies import CarryBodies, Migrate
from bancheng.core.casework._commands_escalation import Acknowledge, Escalate, Warn
from bancheng.core.casework._commands_exchange import (
    ConfirmReceipt,
    GiveUpExchange,
    Recall,
    SendOut,
    TakeBack,
)
from bancheng.core.casework._commands_fees import (
    AssessFee,
    BillFees,
    ConfirmRefund,
    RecordPayment,
    SettleFees,
    WaiveFee,
)
from bancheng.core.casework._commands_intake import (
    Accept,
    AcceptBySilence,
    AnswerNotice,
    CancelNotice,
    CorrectOnSpot,
    IssueNotice,
    ProposeMarks,
    Submit,
    TurnAway,
)
from bancheng.core.casework._commands_outcome import (
    Correct,
    NoteDelivery,
    RemindDelivery,
    RenewBySilence,
    Reopen,
    Revoke,
)
from bancheng.core.casework._commands_places import (
    CheckForm,
    ClearHandover,
    ReceiveHandover,
    SendHandover,
)
from bancheng.core.casework._commands_procedures import (
    AskHearing,
    AskMoreTime,
    CallOff,
    Convene,
    DeclineMoreTime,
    LetHearingLapse,
    OfferHearing,
    RecordHeld,
    Recount,
    SetDate,
    WaiveHearing,
)
from bancheng.core.casework._commands_promises import (
    AskCredit,
    DecideCredit,
    ObjectTo,
    ProposeDefault,
    RecordCredit,
    Settle,
    VerifyPromise,
)
from bancheng.core.casework._commands_signers import RecordSigner
from bancheng.core.casework._commands_staffing import AddLate, Assign, ReturnTask
from bancheng.core.casework._commands_supervision import (
    AcknowledgeSupervision,
    ChaseSupervision,
    HandToSupervision,
    ReturnInspection,
)
from bancheng.core.casework._commands_talks import NeedsNoAnswer, WriteMessage
from bancheng.core.casework._commands_visits import (
    CancelVisit,
    ConcludeVisit,
    ConfirmPart,
    ConfirmVisit,
    DeclineVisit,
    HoldVisit,
    MissVisit,
    MoveVisit,
    ProposeVisit,
    RemindRepair,
    ReportRepaired,
)
from bancheng.core.casework._commands_work import (
    AskSupplement,
    Claim,
    CompleteStep,
    ConsentBySilence,
    DecideItem,
    GiveOpinion,
    IssueResult,
    Release,
)
from bancheng.core.casework._values import (
    Delivery,
    Level,
    MaterialRef,
    WithdrawReason,
)
from bancheng.core.clock import PauseReason

# Named from here by others: what the areas bring. What stands below needs no mention.
__all__ = [
    "Accept",
    "AcceptBySilence",
    "Acknowledge",
    "AcknowledgeSupervision",
    "AddLate",
    "AnswerNotice",
    "AskCredit",
    "AskHearing",
    "AskMoreTime",
    "AskSupplement",
    "AssessFee",
    "Assign",
    "BillFees",
    "CallOff",
    "CancelNotice",
    "CancelVisit",
    "CarryBodies",
    "ChaseSupervision",
    "CheckForm",
    "Claim",
    "ClearHandover",
    "Command",
    "CompleteStep",
    "ConcludeVisit",
    "ConfirmPart",
    "ConfirmReceipt",
    "ConfirmRefund",
    "ConfirmVisit",
    "ConsentBySilence",
    "Convene",
    "Correct",
    "CorrectOnSpot",
    "DecideCredit",
    "DecideItem",
    "DeclineMoreTime",
    "DeclineVisit",
    "Escalate",
    "GiveOpinion",
    "GiveUpExchange",
    "HandToSupervision",
    "HoldVisit",
    "IssueNotice",
    "IssueResult",
    "LetHearingLapse",
    "Migrate",
    "MissVisit",
    "MoveVisit",
    "NeedsNoAnswer",
    "NoteDelivery",
    "ObjectTo",
    "OfferHearing",
    "ProposeDefault",
    "ProposeMarks",
    "ProposeVisit",
    "Recall",
    "ReceiveHandover",
    "RecordCredit",
    "RecordHeld",
    "RecordPayment",
    "RecordSigner",
    "Recount",
    "Release",
    "RemindDelivery",
    "RemindRepair",
    "RenewBySilence",
    "Reopen",
    "ReportRepaired",
    "ReturnInspection",
    "ReturnTask",
    "Revoke",
    "SendHandover",
    "SendOut",
    "SetDate",
    "Settle",
    "SettleFees",
    "Submit",
    "TakeBack",
    "TurnAway",
    "VerifyPromise",
    "WaiveFee",
    "WaiveHearing",
    "Warn",
    "WriteMessage",
]

# ------------------------------------------------------------------------------------------------- clock


class Pause(Command):
    """Stop the clock of an item ("" = the whole bundle) for a reason of art. 45 or a configured special procedure.

    `max_days` (working days) is told to the applicant; for a special procedure 0 means the configured maximum.
    """

    reason: PauseReason
    item: str = ""
    procedure: str = ""
    basis: str = ""
    max_days: int = 0
    words: str = ""


class Resume(Command):
    """The reason of pause `number` has ended; today is the last day that does not count."""

    number: int


class Extend(Command):
    """More time, once: an item by up to 10 working days, the bundle by up to 15 (art. 42)."""

    level: Level
    days: int
    reason: str
    item: str = ""


class RemindOwed(Command):
    """Tell the applicant that a deferred material falls due. Only for the machine."""

    document: str


# ------------------------------------------------------------------------------------------------- after


class HandIn(Command):
    """A deferred material arrives."""

    material: MaterialRef


class Deliver(Command):
    """Results go to the person; `items` empty = all that are ready. `to_ref` refers to the taker or address.

    By post `tracking` is the carrier's number; `place` names the locker or the other place. A taker who is not the
    person shows a `mandate` (a reference, no personal value).
    """

    way: Delivery
    items: tuple[str, ...] = ()
    to_ref: str = ""
    tracking: str = ""
    place: str = ""
    mandate: str = ""


class Rate(Command):
    """好差评, once: 1 (very poor) to 5 (very good), indicators chosen, own words by digest."""

    level: int
    indicators: tuple[str, ...] = ()
    words_digest: str = ""


class Withdraw(Command):
    """The applicant takes the case back; what was decided stays decided."""

    reason: WithdrawReason
    words_digest: str = ""


AnyCommand: TypeAlias = (
    Submit
    | CorrectOnSpot
    | TurnAway
    | ProposeMarks
    | IssueNotice
    | AnswerNotice
    | CancelNotice
    | Accept
    | AcceptBySilence
    | Claim
    | Assign
    | ReturnTask
    | AddLate
    | CarryBodies
    | Migrate
    | Release
    | GiveOpinion
    | ConsentBySilence
    | CompleteStep
    | AskSupplement
    | DecideItem
    | IssueResult
    | Pause
    | Resume
    | Extend
    | Warn
    | Acknowledge
    | Escalate
    | AskHearing
    | AskMoreTime
    | CallOff
    | Convene
    | DeclineMoreTime
    | LetHearingLapse
    | OfferHearing
    | RecordHeld
    | Recount
    | SetDate
    | WaiveHearing
    | RemindOwed
    | HandIn
    | Deliver
    | Rate
    | Withdraw
    | Correct
    | RemindDelivery
    | RenewBySilence
    | NoteDelivery
    | Reopen
    | Revoke
    | AskCredit
    | DecideCredit
    | ObjectTo
    | ProposeDefault
    | RecordCredit
    | Settle
    | VerifyPromise
    | AssessFee
    | BillFees
    | ConfirmRefund
    | RecordPayment
    | SettleFees
    | WaiveFee
    | SendOut
    | ConfirmReceipt
    | TakeBack
    | GiveUpExchange
    | Recall
    | WriteMessage
    | NeedsNoAnswer
    | CancelVisit
    | ConcludeVisit
    | ConfirmPart
    | ConfirmVisit
    | DeclineVisit
    | HoldVisit
    | MissVisit
    | MoveVisit
    | ProposeVisit
    | RemindRepair
    | ReportRepaired
    | AcknowledgeSupervision
    | ChaseSupervision
    | HandToSupervision
    | ReturnInspection
    | CheckForm
    | ClearHandover
    | ReceiveHandover
    | SendHandover
    | RecordSigner
)
