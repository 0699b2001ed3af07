"""办件: a case as a fold of its events. `decide` says what a command causes, `evolve` what an event changes.

Commands live in `commands`, events in `events` (both also by name here where others construct them).
"""

from bancheng.core.casework import _commands as commands
from bancheng.core.casework import _events as events
from bancheng.core.casework._after import ready
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
from bancheng.core.casework._dues import dues, owing
from bancheng.core.casework._events import AnyEvent, Event
from bancheng.core.casework._evolve import evolve, fold
from bancheng.core.casework._fee_values import SURPLUS, Charge, MoneyPart, PayWay, RefundCause
from bancheng.core.casework._guard import CommandRefused, speaks_for_applicant
from bancheng.core.casework._keep import decode_state, encode_state, state_shape
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
from bancheng.core.casework._state import Alarm, CaseState, ItemState, Notice, Owed, StepState
from bancheng.core.casework._task import Task
from bancheng.core.casework._tasks import role_of_step, tasks
from bancheng.core.casework._timeline import BodyLine, Progress, Timeline, TimelineEntry, timeline
from bancheng.core.casework._used import Used, used
from bancheng.core.casework._values import (
    Actor,
    Answer,
    AskedAnswer,
    By,
    CaseItem,
    Check,
    Context,
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
    Role,
    Staff,
    StepOutcome,
    StepStatus,
    TurnedAway,
    Verdict,
    WithdrawReason,
    day_of,
)
from bancheng.core.casework._values_exchange import SYSTEM, Sent, SentStatus, Underway, sent_key
from bancheng.core.casework._values_talks import MESSAGE, Talk, TalkQuestion
from bancheng.core.casework._watch import due_acts, next_attention

__all__ = [
    "EVENT_VERSION",
    "MESSAGE",
    "SURPLUS",
    "SYSTEM",
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
    "Command",
    "CommandRefused",
    "Context",
    "Credit",
    "Delivery",
    "Event",
    "Issued",
    "ItemState",
    "ItemStatus",
    "Kept",
    "Level",
    "Mark",
    "MarkKind",
    "MarkReason",
    "MaterialKind",
    "MaterialRef",
    "Measure",
    "MoneyPart",
    "MovesIn",
    "Notice",
    "Opinion",
    "Outlook",
    "Owed",
    "PaidBack",
    "PaidIn",
    "PayWay",
    "Phase",
    "Places",
    "Progress",
    "PromiseCheck",
    "PromiseText",
    "Promises",
    "Proposal",
    "ProposalKind",
    "Rank",
    "RefundCause",
    "Role",
    "Sent",
    "SentStatus",
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
    "WithdrawReason",
    "choose",
    "clocks",
    "commands",
    "day_of",
    "decide",
    "deciders",
    "decode_command",
    "decode_event",
    "decode_state",
    "dependants",
    "due_acts",
    "dues",
    "encode_command",
    "encode_event",
    "encode_state",
    "events",
    "evolve",
    "fold",
    "may_settle",
    "moves_in",
    "next_attention",
    "on_trust",
    "outlook",
    "owing",
    "promise_checks",
    "promise_text",
    "ready",
    "role_of_step",
    "sent_key",
    "speaks_for_applicant",
    "state_shape",
    "sweep",
    "tasks",
    "timeline",
    "upcast",
    "used",
]
