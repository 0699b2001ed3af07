"""Lists of benefits, their grants and batches as documents. Money is in fen; names are masked as on the pages."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.utils import timezone
from ninja import Schema
from pydantic import JsonValue

from bancheng.api._schemas import ProblemLine
from bancheng.core.benefits.grants import GrantEvent, hindrances
from bancheng.core.benefits.standing import StandingEvent
from bancheng.core.kernel import Refusal
from bancheng.store.models import BenefitComparison, GrantObjection, GrantRow, PaymentBatch
from bancheng.usecases import batch_difference, benefit_subjects, granting_money, rolls
from bancheng.usecases.access import Actor
from bancheng.usecases.benefits import policies_at
from bancheng.usecases.granting import Opened
from bancheng.usecases.rolls import Roll


class PlaceOut(Schema):
    """One division: how many, and fen."""

    division: str
    people: int
    money: int


class ComparedOut(Schema):
    """What a comparison found for one policy. `unpriced`: without an amount; `unknown`: facts are missing."""

    policy: str
    name: str
    people: int
    money: int
    unpriced: int
    unknown: int
    places: list[PlaceOut]


class ComparisonOut(Schema):
    """A comparison of everybody with all rules; nothing is paid because of it."""

    id: str
    state: str
    as_of: date
    asked_at: datetime
    ended_at: datetime | None
    by: str
    rows: int
    done: int
    policies: list[ComparedOut]


class RollLine(Schema):
    """A list: a policy and a period."""

    policy: str
    name: str
    period: str
    body: str
    subject: str
    updated_at: datetime


class GrantStageOut(Schema):
    """How many are in a stage, what they are due and what they have, in fen."""

    stage: str
    people: int
    due: int
    paid: int


class BudgetOut(Schema):
    """Money set aside, in fen; `held` is reserved and not yet paid."""

    allotted: int
    held: int
    spent: int
    left: int


class ChangeOut(Schema):
    """How many stand so beside the period before, with fen in this period and then."""

    change: str
    people: int
    now: int
    before: int


class NextBatchOut(Schema):
    """What everybody gets in this period if all that can be paid now is paid, beside `period`, the one paid before."""

    period: str
    changes: list[ChangeOut]


class RollOut(RollLine):
    """A list in numbers. `free`, `free_money`: what could be ordered now; `hindered`: what stands in the way of the
    rest; `stops`: what stops a whole batch; `batches`: how many there are, to be sent back as `seen`."""

    wanted: int
    to_draw: int
    drawn: int
    checked: int
    failed: int
    obstacles: int
    published: int
    notice_until: date | None
    intent: dict[str, int]
    objections: int
    free: int
    free_money: int
    hindered: dict[str, int]
    stages: list[GrantStageOut]
    budget: BudgetOut | None
    stops: list[ProblemLine]
    batches: int


class GrantLine(Schema):
    """One subject on a list."""

    id: int
    number: int
    name: str
    division: str
    stage: str
    due: int
    paid: int
    recovered: int
    intent: str
    in_sample: bool
    sampled: bool | None
    obstacle: bool
    objection: bool
    notice_until: date | None


class GrantPage(Schema):
    """One page of a list."""

    count: int
    items: list[GrantLine]


class GrantEventOut(Schema):
    """What happened, when and by whose hand; `told` holds what the event itself says."""

    at: datetime
    by: str
    kind: str
    told: dict[str, JsonValue]


class GrantOut(GrantLine):
    """One grant: what happened to it, and all that stands between it and its money."""

    policy: str
    period: str
    hindrances: list[ProblemLine]
    events: list[GrantEventOut]


class ObjectionOut(Schema):
    """An objection and its answer."""

    code: str
    grant: int
    by: str
    at: datetime
    text: str
    outcome: str
    reason: str
    answered_at: datetime | None


class PaymentBatchOut(Schema):
    """A batch for the bank: who asked for it, who agreed or sent it back (`declined`), when it went."""

    key: str
    state: str
    count: int
    amount: int
    by: str
    created_at: datetime
    second: str
    second_at: datetime | None
    declined: str
    sent_at: datetime | None
    digest: str


def comparison(actor: Actor, one: BenefitComparison) -> dict[str, Any]:
    """A comparison with the figures of the policies on this desk."""
    found = ((policy, one.figures.get(policy.id)) for policy in policies_at(actor))
    return {
        "id": str(one.pk),
        "state": one.state,
        "as_of": one.as_of,
        "asked_at": one.asked_at,
        "ended_at": one.ended_at,
        "by": one.by_name,
        "rows": one.rows,
        "done": one.done,
        "policies": [
            ComparedOut(
                policy=policy.id,
                name=policy.name,
                people=figures["people"],
                money=figures["money"],
                unpriced=figures["unpriced"],
                unknown=figures["unknown"],
                places=[PlaceOut(division=at, people=many, money=fen) for at, many, fen in figures["places"]],
            )
            for policy, figures in found
            if figures
        ],
    }


def roll_line(one: Roll) -> dict[str, Any]:
    """A list among others."""
    return {
        "policy": one.policy.id,
        "name": one.policy.name,
        "period": one.period,
        "body": one.policy.body,
        "subject": one.kind.value,
        "updated_at": one.last.started_at,
    }


def refusals(found: Iterable[Refusal]) -> list[ProblemLine]:
    """Why the rules say no."""
    return [
        ProblemLine(code=one.code, message=one.reason, suggestion=one.remedy, basis=one.basis)
        for one in found
    ]


def roll(one: Roll, today: date) -> dict[str, Any]:
    """A list in numbers."""
    told, budget = rolls.figures(one, today), granting_money.budget_of(one)
    plain = ("wanted", "to_draw", "drawn", "checked", "failed", "obstacles", "published", "notice_until")
    return {
        **roll_line(one),
        **{name: getattr(told, name) for name in (*plain, "objections", "free", "free_money")},
        "intent": dict(told.intent),
        "hindered": dict(told.hindered),
        "stages": [
            GrantStageOut(stage=stage, people=many, due=due, paid=paid)
            for stage, (many, due, paid) in sorted(told.stages.items())
        ],
        "budget": BudgetOut(
            allotted=budget.allotted,
            held=budget.held,
            spent=budget.spent,
            left=granting_money.left_of(budget),
        )
        if budget
        else None,
        "stops": refusals(granting_money.stops(one, told)),
        "batches": granting_money.batches(one).count(),
    }


def next_batch(one: Roll, today: date) -> NextBatchOut:
    """The list beside the period before."""
    told = batch_difference.beside(one, today)
    changes = [
        ChangeOut(change=change.value, people=many, now=now, before=before)
        for change, (many, now, before) in told.counts.items()
    ]
    return NextBatchOut(period=told.period, changes=changes)


def grant_lines(one: Roll, rows: Sequence[GrantRow]) -> list[dict[str, Any]]:
    """Lines of a list, with the names as its page shows them. One query."""
    names = benefit_subjects.shown_names(one.kind, [row.subject for row in rows])
    return [_line(row, names.get(row.subject, "")) for row in rows]


def _line(row: GrantRow, name: str) -> dict[str, Any]:
    plain = ("division", "stage", "due", "paid", "recovered", "intent", "in_sample", "sampled", "obstacle")
    return {
        "id": row.pk,
        "number": row.subject,
        "name": name,
        "objection": row.objection,
        "notice_until": row.notice_until,
        **{field: getattr(row, field) for field in plain},
    }


def grant(one: Roll, shown: Opened) -> dict[str, Any]:
    """One grant with its events."""
    found = [] if shown.grant.paid else list(hindrances(shown.grant, one.road, timezone.localdate()))
    return {
        **_line(shown.row, shown.name),
        "policy": one.policy.id,
        "period": one.period,
        "hindrances": refusals(found),
        "events": [event(each) for each in shown.events],
    }


def event(one: GrantEvent | StandingEvent) -> GrantEventOut:
    """One event; what it says of itself is told by the names it is stored under."""
    told = msgspec.to_builtins(one)
    for name in ("at", "by", "type"):
        told.pop(name, None)
    return GrantEventOut(at=one.at, by=one.by.name, kind=type(one).__name__, told=told)


def objection(row: GrantObjection) -> ObjectionOut:
    """An objection as the desk reads it."""
    return ObjectionOut(
        code=row.code,
        grant=row.grant_id,
        by=row.by_name,
        at=row.at,
        text=row.text,
        outcome=row.outcome,
        reason=row.reason,
        answered_at=row.answered_at,
    )


def batch(one: PaymentBatch) -> PaymentBatchOut:
    """A batch with the two people who stand for it."""
    return PaymentBatchOut(
        key=one.key,
        state=one.state,
        count=one.count,
        amount=one.amount,
        by=one.by_name,
        created_at=one.created_at,
        second=one.second_name,
        second_at=one.second_at,
        declined=one.declined,
        sent_at=one.sent_at,
        digest=one.digest,
    )
