"""办件: a case as a fold of its events. `decide` says what a command causes, `evolve` what an event changes.

Commands live in `commands`, events in `events` (both also by name here where others construct them).
"""

from bancheng.core.casework import _commands as commands
from bancheng.core.casework import _events as events
from bancheng.core.casework._after import can_withdraw, ready
from bancheng.core.casework._bill import Bill, PaidBack, PaidIn
from bancheng.core.casework._bodies import MovesIn, Outlook, moves_in, outlook
from bancheng.core.casework._choice import Candidate, Choice, choose
from bancheng.core.casework._clocks import CaseClocks, Clock, clocks
from bancheng.core.casework._codec import (
    EVENT_VERSION,
    decode_command,
    decode_event,
    encode_command,
    encode_event,
    upcast,
)
from bancheng.core.casework._commands import AnyCommand, Command
from bancheng.core.casework._decide import decide, sweep
from bancheng.core.casework._decision import dependants
from bancheng.core.casework._desk import AT_DESK, desk_task
from bancheng.core.casework._dues import dues, owing
from bancheng.core.casework._events import AnyEvent, Event
from bancheng.core.casework._events_promises import MEASURES
from bancheng.core.casework._events_supervision import RESULTS
from bancheng.core.casework._evolve import evolve, fold
from bancheng.core.casework._exchange import has_part
from bancheng.core.casework._fee_values import SURPLUS, Charge, MoneyPart, PayWay, RefundCause
from bancheng.core.casework._guard import CommandRefused, speaks_for_applicant
from bancheng.core.casework._hindrances import Hindered, hindrances
from bancheng.core.casework._keep import decode_state, encode_state, state_shape
from bancheng.core.casework._listed import Listed, listed
from bancheng.core.casework._next import NextKind, NextUp, what_next
from bancheng.core.casework._outcome import DELIVERY_DAYS, REOPEN_WARNING, delivery_due, open_chase
from bancheng.core.casework._outcome_values import (
    Correction,
    DeliveryNote,
    LateDelivery,
    Outcomes,
    Reopening,
    Revocation,
    RevokeGround,
)
from bancheng.core.casework._places import accountable, relayed
from bancheng.core.casework._places_values import Crossing, Handover, HandoverKind, HandoverLine
from bancheng.core.casework._promise_checks import PromiseCheck, promise_checks
from bancheng.core.casework._promise_values import (
    Credit,
    Kept,
    Measure,
    Promises,
    PromiseText,
    Proposal,
    ProposalKind,
    Standing,
    Verification,
    promise_text,
)
from bancheng.core.casework._promises import deciders, may_settle, on_trust
from bancheng.core.casework._renewal import APPLY_BEFORE, decide_before
from bancheng.core.casework._retention import against_destroying, against_keeping_longer, against_second
from bancheng.core.casework._signers import unsigned
from bancheng.core.casework._signers_values import SignerDue
from bancheng.core.casework._slots import Diary, Offer, crew, offers
from bancheng.core.casework._state import Alarm, CaseState, ItemState, Notice, Owed, StepState
from bancheng.core.casework._supervision_values import Handed, Inspected, Inspection
from bancheng.core.casework._task import Task
from bancheng.core.casework._tasks import desk_tasks, role_of_step, tasks
from bancheng.core.casework._timeline import BodyLine, Progress, Timeline, TimelineEntry, timeline
from bancheng.core.casework._used import Used, used
from bancheng.core.casework._values import (
    Actor,
    Answer,
    AskedAnswer,
    By,
    CaseItem,
    Check,
    ClockStart,
    Context,
    CrossMode,
    Delivery,
    Issued,
    ItemStatus,
    Level,
    Mark,
    MarkKind,
    MarkReason,
    MaterialKind,
    MaterialRef,
    Opinion,
    Phase,
    Places,
    Rank,
    Renewal,
    Role,
    Signed,
    Staff,
    StepOutcome,
    StepStatus,
    TurnedAway,
    Verdict,
    WithdrawReason,
    day_of,
)
from bancheng.core.casework._values_exchange import SYSTEM, Sent, SentStatus, Underway, sent_key
from bancheng.core.casework._values_procedures import (
    HEARING_HELD,
    MoreTime,
    MovedDate,
    Procedure,
    ProcedureKind,
    Procedures,
    ProcedureStage,
    ask_until,
    hold_until,
)
from bancheng.core.casework._values_talks import MESSAGE, Talk, TalkQuestion
from bancheng.core.casework._visit_values import (
    BOOKED,
    LIVE,
    Absent,
    Conclusion,
    Slot,
    Visit,
    Visitor,
    VisitPart,
    Visits,
    VisitStatus,
)
from bancheng.core.casework._visits import may_write
from bancheng.core.casework._watch import due_acts, next_attention
from bancheng.core.casework._when import Window, lead_of, needed, visitable, window
from bancheng.core.casework._work import workers

__all__ = [
    "APPLY_BEFORE",
    "AT_DESK",
    "BOOKED",
    "DELIVERY_DAYS",
    "EVENT_VERSION",
    "HEARING_HELD",
    "LIVE",
    "MEASURES",
    "MESSAGE",
    "REOPEN_WARNING",
    "RESULTS",
    "SURPLUS",
    "SYSTEM",
    "Absent",
    "Actor",
    "Alarm",
    "Answer",
    "AnyCommand",
    "AnyEvent",
    "AskedAnswer",
    "Bill",
    "BodyLine",
    "By",
    "Candidate",
    "CaseClocks",
    "CaseItem",
    "CaseState",
    "Charge",
    "Check",
    "Choice",
    "Clock",
    "ClockStart",
    "Command",
    "CommandRefused",
    "Conclusion",
    "Context",
    "Correction",
    "Credit",
    "CrossMode",
    "Crossing",
    "Delivery",
    "DeliveryNote",
    "Diary",
    "Event",
    "Handed",
    "Handover",
    "HandoverKind",
    "HandoverLine",
    "Hindered",
    "Inspected",
    "Inspection",
    "Issued",
    "ItemState",
    "ItemStatus",
    "Kept",
    "LateDelivery",
    "Level",
    "Listed",
    "Mark",
    "MarkKind",
    "MarkReason",
    "MaterialKind",
    "MaterialRef",
    "Measure",
    "MoneyPart",
    "MoreTime",
    "MovedDate",
    "MovesIn",
    "NextKind",
    "NextUp",
    "Notice",
    "Offer",
    "Opinion",
    "Outcomes",
    "Outlook",
    "Owed",
    "PaidBack",
    "PaidIn",
    "PayWay",
    "Phase",
    "Places",
    "Procedure",
    "ProcedureKind",
    "ProcedureStage",
    "Procedures",
    "Progress",
    "PromiseCheck",
    "PromiseText",
    "Promises",
    "Proposal",
    "ProposalKind",
    "Rank",
    "RefundCause",
    "Renewal",
    "Reopening",
    "Revocation",
    "RevokeGround",
    "Role",
    "Sent",
    "SentStatus",
    "Signed",
    "SignerDue",
    "Slot",
    "Staff",
    "Standing",
    "StepOutcome",
    "StepState",
    "StepStatus",
    "Talk",
    "TalkQuestion",
    "Task",
    "Timeline",
    "TimelineEntry",
    "TurnedAway",
    "Underway",
    "Used",
    "Verdict",
    "Verification",
    "Visit",
    "VisitPart",
    "VisitStatus",
    "Visitor",
    "Visits",
    "Window",
    "WithdrawReason",
    "accountable",
    "against_destroying",
    "against_keeping_longer",
    "against_second",
    "ask_until",
    "can_withdraw",
    "choose",
    "clocks",
    "commands",
    "crew",
    "day_of",
    "decide",
    "decide_before",
    "deciders",
    "decode_command",
    "decode_event",
    "decode_state",
    "delivery_due",
    "dependants",
    "desk_task",
    "desk_tasks",
    "due_acts",
    "dues",
    "encode_command",
    "encode_event",
    "encode_state",
    "events",
    "evolve",
    "fold",
    "has_part",
    "hindrances",
    "hold_until",
    "lead_of",
    "listed",
    "may_settle",
    "may_write",
    "moves_in",
    "needed",
    "next_attention",
    "offers",
    "on_trust",
    "open_chase",
    "outlook",
    "owing",
    "promise_checks",
    "promise_text",
    "ready",
    "relayed",
    "role_of_step",
    "sent_key",
    "speaks_for_applicant",
    "state_shape",
    "sweep",
    "tasks",
    "timeline",
    "unsigned",
    "upcast",
    "used",
    "visitable",
    "what_next",
    "window",
    "workers",
]
