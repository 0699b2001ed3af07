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
from bancheng.core.casework._commands_outcome import Correct, RemindDelivery, Reopen, Revoke
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
from bancheng.core.casework._fee_values import Charge
from bancheng.core.casework._signers_values import SignerDue
from bancheng.core.casework._values import (
    Answer,
    AskedAnswer,
    CaseItem,
    Check,
    Delivery,
    Issued,
    Level,
    Mark,
    MaterialRef,
    Opinion,
    Places,
    Signed,
    Staff,
    StepOutcome,
    TurnedAway,
    Verdict,
    WithdrawReason,
)
from bancheng.core.catalogue import Channel, PartialPolicy
from bancheng.core.clock import Limit, PauseReason, Thresholds
from bancheng.core.compiler import Plan

# Named from here by others: what the areas bring. What stands below needs no mention.
__all__ = [
    "Acknowledge",
    "AcknowledgeSupervision",
    "AddLate",
    "AskCredit",
    "AskHearing",
    "AskMoreTime",
    "AssessFee",
    "Assign",
    "BillFees",
    "CallOff",
    "CancelVisit",
    "CarryBodies",
    "ChaseSupervision",
    "CheckForm",
    "ClearHandover",
    "Command",
    "ConcludeVisit",
    "ConfirmPart",
    "ConfirmReceipt",
    "ConfirmRefund",
    "ConfirmVisit",
    "Convene",
    "Correct",
    "DecideCredit",
    "DeclineMoreTime",
    "DeclineVisit",
    "Escalate",
    "GiveUpExchange",
    "HandToSupervision",
    "HoldVisit",
    "LetHearingLapse",
    "Migrate",
    "MissVisit",
    "MoveVisit",
    "NeedsNoAnswer",
    "ObjectTo",
    "OfferHearing",
    "ProposeDefault",
    "ProposeVisit",
    "Recall",
    "ReceiveHandover",
    "RecordCredit",
    "RecordHeld",
    "RecordPayment",
    "RecordSigner",
    "Recount",
    "RemindDelivery",
    "RemindRepair",
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
    "TakeBack",
    "VerifyPromise",
    "WaiveFee",
    "WaiveHearing",
    "Warn",
    "WriteMessage",
]

# ------------------------------------------------------------------------------------------------ intake


class Submit(Command):
    """The whole application. `plan` is narrowed to this person; `applicant_ref` acts, for `on_behalf_ref` if set.

    `promised` and `statutory` are the limits of the bundle; several bodies with statutory limits have 45 working days
    at most (art. 42). `body_names` names every body that occurs.
    """

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
    thresholds: Thresholds = Thresholds()
    charges: tuple[Charge, ...] = ()
    signed: tuple[Signed, ...] = ()
    signers: tuple[SignerDue, ...] = ()


class CorrectOnSpot(Command):
    """The clerk puts small errors right together with the applicant (art. 32, 3); the case stays to be judged."""

    fields: tuple[str, ...]
    form_digest: str
    note: str = ""


class TurnAway(Command):
    """No permit is needed, or another body is the right one and is named (art. 32, 1 and 2)."""

    outcome: TurnedAway
    reason: str
    right_body: str = ""


class ProposeMarks(Command):
    """A body says what it must see put right; replaces its own earlier proposal. Nothing is sent yet."""

    marks: tuple[Mark, ...]


class IssueNotice(Command):
    """The clerk sends one notice with the proposals of all bodies and, if given, `marks` of the window's own.

    A second notice of a case needs a senior and a `reason`.
    """

    marks: tuple[Mark, ...] = ()
    reason: str = ""


class AnswerNotice(Command):
    """The applicant answers marks of notice `number`; once all are answered the file goes back with a new form."""

    number: int
    answers: tuple[Answer, ...]
    form_digest: str
    materials: tuple[MaterialRef, ...] = ()


class CancelNotice(Command):
    """A senior takes a notice back that blocks the file; the days of intake count as if it had not been sent."""

    number: int
    reason: str


class Accept(Command):
    """The application is complete and in form (art. 32, 5)."""


class AcceptBySilence(Command):
    """Nobody spoke within the five days: accepted as of the day of receipt (art. 32, 4). Only for the machine."""


# -------------------------------------------------------------------------------------------------- work


class Claim(Command):
    """I do this step for my body."""

    step: str


class Release(Command):
    """I give the step back, or hand it over to a named colleague of the same body."""

    step: str
    reason: str = ""
    to: Staff | None = None


class GiveOpinion(Command):
    """An asked body answers, with an answer to each question of the step that must have one."""

    step: str
    answer: Opinion
    words: str = ""
    answers: tuple[AskedAnswer, ...] = ()


class ConsentBySilence(Command):
    """An asked body let its days pass and the step says that this is consent. Only for the machine."""

    step: str
    body: str


class CompleteStep(Command):
    """A body reports on its step; a shared step is done when all its bodies have. Inspections name their staff."""

    step: str
    outcome: StepOutcome
    findings: str = ""
    checks: tuple[Check, ...] = ()
    staff: tuple[Staff, ...] = ()


class AskSupplement(Command):
    """After acceptance: ask the applicant for more. It pauses nothing; the asking body's items are not decided yet."""

    marks: tuple[Mark, ...]
    reason: str


class DecideItem(Command):
    """Approve or refuse one item. An approval brings every result of the item, unless a later step issues them.

    A refusal states reasons, basis and remedies (art. 38); `letter` is the digest of the written decision. `limits`
    make an approval a partial one: what is granted under which conditions and what is not, with the same grounds.
    """

    item: str
    verdict: Verdict
    reasons: str = ""
    basis: str = ""
    remedies: str = ""
    results: tuple[Issued, ...] = ()
    letter: str = ""
    limits: str = ""


class IssueResult(Command):
    """Issue all result documents of an approved item, once, in its issuing step."""

    item: str
    results: tuple[Issued, ...]


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
