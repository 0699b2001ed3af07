"""The state of a case: a fold of its events and nothing else. Everything shown or judged is read from here."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._bill import Bill
from bancheng.core.casework._events import Submitted
from bancheng.core.casework._outcome_values import Outcomes
from bancheng.core.casework._places_values import Crossing
from bancheng.core.casework._promise_values import Promises
from bancheng.core.casework._staffing_values import Staffing
from bancheng.core.casework._supervision_values import Handed
from bancheng.core.casework._values import (
    Answer,
    AskedAnswer,
    By,
    CaseItem,
    Issued,
    ItemStatus,
    Level,
    Mark,
    MaterialKind,
    MaterialRef,
    Opinion,
    Phase,
    Rank,
    Staff,
    StepOutcome,
    StepStatus,
    Verdict,
)
from bancheng.core.casework._values_exchange import Sent
from bancheng.core.casework._values_procedures import Procedures
from bancheng.core.casework._values_talks import Talk
from bancheng.core.casework._visit_values import Visits
from bancheng.core.clock import Colour, Extension, Pause
from bancheng.core.compiler import PlanStep
from bancheng.core.kernel import Record

ENDED = frozenset({ItemStatus.APPROVED, ItemStatus.REFUSED, ItemStatus.STOPPED, ItemStatus.WITHDRAWN})

"Nothing more is decided about such an item."
OVER = frozenset({StepStatus.DONE, StepStatus.GONE})
"Nothing waits for such a step."


UNWANTING = frozenset({ItemStatus.REFUSED, ItemStatus.STOPPED, ItemStatus.WITHDRAWN})
"Items in these states want no material any more."


class Notice(Record):
    """A notice and its answers. Open until every mark is answered or it is cancelled."""

    number: int
    marks: tuple[Mark, ...]
    on: date
    answers: dict[str, Answer] = {}
    after_acceptance: bool = False
    body: str = ""
    open: bool = True
    cancelled: bool = False

    @property
    def unanswered(self) -> tuple[Mark, ...]:
        """Marks still to be answered."""
        return tuple(mark for mark in self.marks if mark.key not in self.answers)


class ItemState(Record):
    """An item in this case. `started` is the day its first step opened; `ended` the day it was decided or stopped.

    `renewed_until`: the new last day of the licence that it renewed by silence; None where somebody decided.
    """

    item: CaseItem
    steps: tuple[str, ...] = ()
    status: ItemStatus = ItemStatus.WAITING
    started: date | None = None
    ended: date | None = None
    decided_by: By | None = None
    reasons: str = ""
    basis: str = ""
    remedies: str = ""
    limits: str = ""
    letter: str = ""
    results: tuple[Issued, ...] = ()
    issued: bool = False
    delivered: date | None = None
    renewed_until: date | None = None


class Ask(Record):
    """What an asked body answered; None while it has not."""

    body: str
    answer: Opinion | None = None
    words: str = ""
    on: date | None = None
    answers: tuple[AskedAnswer, ...] = ()


class Report(Record):
    """What a body found in its step."""

    body: str
    outcome: StepOutcome
    by: By
    on: date
    findings: str = ""


class StepState(Record):
    """A step in this case. `owners` by body: who has claimed it."""

    plan: PlanStep
    status: StepStatus = StepStatus.WAITING
    opened: date | None = None
    ended: date | None = None
    owners: dict[str, By] = {}
    asks: tuple[Ask, ...] = ()
    reports: tuple[Report, ...] = ()

    @property
    def outcome(self) -> StepOutcome | None:
        """Not in order as soon as one body says so; None before anyone reported."""
        if any(report.outcome is StepOutcome.NOT_OK for report in self.reports):
            return StepOutcome.NOT_OK
        return StepOutcome.OK if self.reports or self.status is StepStatus.DONE else None


class PauseState(Record):
    """A pause of an item, or of the whole bundle ("")."""

    number: int
    item: str
    pause: Pause

    def touches(self, item: str) -> bool:
        """Does it stop the clock of `item`?"""
        return self.item in ("", item)


class ExtensionState(Record):
    """An extension of an item or of the bundle ("")."""

    level: Level
    item: str
    extension: Extension


class Alarm(Record):
    """A warning raised on a day, and whether a receiver has seen it; `risen` is the day it reached its `rank`."""

    number: int
    level: Level
    key: str
    title: str
    colour: Colour
    due: date
    receivers: tuple[str, ...]
    acknowledged: bool = False
    rank: Rank = Rank.HANDLER
    people: tuple[Staff, ...] = ()
    on: date | None = None
    risen: date | None = None
    seen_by: By | None = None
    seen_on: date | None = None
    note: str = ""


class Owed(Record):
    """A deferred material. The result stays locked until it is handed in."""

    material: MaterialRef
    handed_in: date | None = None
    reminded: bool = False


class CaseState(Record):
    """Where a case stands after `seq` events. The empty state is that of a case that does not exist yet.

    `opens` and `waits` are the plan's edges as successors and predecessors, so that a step costs what it touches and
    not the size of the plan. `received` is the day of the last complete receipt: the five days of intake run from it.
    """

    seq: int = 0
    phase: Phase = Phase.NONE
    submission: Submitted | None = None
    received: date | None = None
    accepted: date | None = None
    silent: bool = False
    closed: date | None = None
    form_digest: str = ""
    materials: dict[str, MaterialRef] = {}
    proposals: dict[str, tuple[Mark, ...]] = {}
    notices: tuple[Notice, ...] = ()
    items: dict[str, ItemState] = {}
    steps: dict[str, StepState] = {}
    opens: dict[str, tuple[str, ...]] = {}
    waits: dict[str, tuple[str, ...]] = {}
    pauses: tuple[PauseState, ...] = ()
    extensions: tuple[ExtensionState, ...] = ()
    warnings: tuple[Alarm, ...] = ()
    owed: dict[str, Owed] = {}
    right_body: str = ""
    rating: int | None = None
    visits: Visits = Visits()
    staffing: Staffing = Staffing()
    procedures: Procedures = Procedures()
    bill: Bill = Bill()
    promises: Promises = Promises()
    crossing: Crossing = Crossing()
    outcomes: Outcomes = Outcomes()
    supervision: dict[str, Handed] = {}
    exchange: dict[str, Sent] = {}
    talk: Talk = Talk()
    signers: tuple[str, ...] = ()
    "Keys of those who signed in person at the window."

    @property
    def open_notices(self) -> tuple[Notice, ...]:
        """Notices the applicant has still to answer."""
        return tuple(notice for notice in self.notices if notice.open)

    @property
    def still_owed(self) -> dict[str, Owed]:
        """Deferred materials to come (容缺). Nobody wants one whose items all ended without approval."""
        return {
            key: one
            for key, one in self.owed.items()
            if one.handed_in is None
            and any(self.items[item].status not in UNWANTING for item in self._wanting(one))
        }

    def locks(self, item: str) -> bool:
        """The results of an item may not be handed over while a material it wants is owed."""
        return any(item in self._wanting(one) for one in self.still_owed.values())

    def _wanting(self, owed: Owed) -> tuple[str, ...]:
        return tuple(key for key in owed.material.items if key in self.items) or tuple(self.items)

    @property
    def open_steps(self) -> tuple[StepState, ...]:
        """Steps somebody has to work on now."""
        return tuple(step for step in self.steps.values() if step.status is StepStatus.OPEN)

    @property
    def bodies(self) -> tuple[str, ...]:
        """Every body with a part in the case, the receiving one first."""
        if self.submission is None:
            return ()
        found = [self.submission.receiving_body]
        found += [state.item.body for state in self.items.values()]
        for step in self.steps.values():
            found += [*step.plan.bodies, *step.plan.asks]
        found += [one.body for one in self.supervision.values()]
        if self.submission.places.collecting_body:
            found.append(self.submission.places.collecting_body)
        found += [one.to for one in self.procedures.asked]
        return tuple(dict.fromkeys(found))

    def body_name(self, body: str) -> str:
        """The name of a body as on the day of submission; its key when none was given."""
        return self.submission.body_names.get(body, body) if self.submission else body


def verdict_of(state: ItemState) -> Verdict | None:
    """The decision on an item, or None while there is none (or none will come)."""
    if state.status is ItemStatus.APPROVED:
        return Verdict.APPROVE
    return Verdict.REFUSE if state.status is ItemStatus.REFUSED else None


def owed_in(materials: dict[str, MaterialRef]) -> dict[str, Owed]:
    """What is deferred among the materials."""
    return {key: Owed(material=one) for key, one in materials.items() if one.kind is MaterialKind.DEFERRED}
