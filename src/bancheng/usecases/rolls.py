"""名单: the list of a policy for a period, and in numbers how far it is, what can be paid, what stands in the way.

All is read from the columns that lists show, which are written with every event; nothing here changes anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum

from bancheng.core.benefits import Policy, SubjectKind
from bancheng.core.benefits.grants import Road, Stage
from bancheng.core.kernel import Fen
from bancheng.store.models import BankOrder, BenefitRun, BenefitSubject, GrantRow
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.benefit_subjects import numbers_of
from bancheng.usecases.benefits import body_of, kind_of, policies_at, policy_at

_NOTHING_DUE = (Stage.EXCLUDED, Stage.REFUSED, Stage.WITHDRAWN, Stage.OVERPAID)
NO_LONGER = frozenset({Stage.EXCLUDED.value, Stage.REFUSED.value, Stage.WITHDRAWN.value})
"""Stages of those who are due nothing any more."""


@dataclass(frozen=True)
class Roll:
    """名单: the list of one policy for one period. `last`: the run that made or changed it last."""

    policy: Policy
    period: str
    body: str
    last: BenefitRun

    @property
    def rows(self) -> QuerySet[GrantRow]:
        """Its grants."""
        return GrantRow.objects.filter(entitlement=self.policy.id, period=self.period, body=self.body)

    @property
    def kind(self) -> SubjectKind:
        """Whom it is for."""
        return kind_of(self.policy)

    @property
    def road(self) -> Road:
        """What must be before money moves."""
        return road_of(self.policy)


def road_of(policy: Policy) -> Road:
    """What a policy asks before money moves, of each grant."""
    return Road(intent=policy.intent, notice_days=policy.notice_days)


def rolls(actor: Actor) -> tuple[Roll, ...]:
    """The lists on this person's desk, the newest first. One query."""
    policies = {one.id: one for one in policies_at(actor)}
    found = dict[tuple[str, str], Roll]()
    runs = BenefitRun.objects.filter(entitlement__in=policies, dry=False, ended_at__isnull=False)
    for run in runs.order_by("-started_at"):
        policy = policies[run.entitlement]
        found.setdefault((policy.id, run.period), Roll(policy, run.period, body_of(policy), run))
    return tuple(found.values())


def roll(actor: Actor, policy: str, period: str) -> Roll:
    """One of them.

    Raises:
        NotFound: not on this desk, or no list was made for that period.
    """
    wanted = policy_at(actor, policy)
    return of_policy(wanted, period)


def of_policy(policy: Policy, period: str) -> Roll:
    """The list of a policy for a period, whoever asks.

    Raises:
        NotFound: none was made.
    """
    runs = BenefitRun.objects.filter(entitlement=policy.id, period=period, dry=False, ended_at__isnull=False)
    last = runs.order_by("-started_at").first()
    if last is None:
        raise NotFound("roll")
    return Roll(policy, period, body_of(policy), last)


PARTS: Mapping[str, Q] = {
    "sample": Q(in_sample=True, sampled=None),
    "failed": Q(sampled=False),
    "silent": Q(intent="asked"),
    "objection": Q(objection=True),
}
"""Parts of a list beside its stages: to be compared with the papers, not as the papers say, asked and silent, objected
to."""


def narrowed(one: Roll, text: str = "", state: str = "") -> QuerySet[GrantRow]:
    """Those of a list whom this is the number, identity or name of, in one of `PARTS` or in a stage; by number."""
    rows = one.rows
    if text:
        rows = rows.filter(subject__in=numbers_of(one.kind, text))
    if state in PARTS:
        rows = rows.filter(PARTS[state])
    elif state:
        rows = rows.filter(stage=state)
    return rows.order_by("subject")


@dataclass(frozen=True)
class Figures:
    """A list in numbers. `stages`: stage → (people, due, paid and not recovered), in fen.

    `wanted`: people who have something due; `to_draw`: how many of them a person has to compare with the papers;
    `free`, `free_money`: what could be ordered now; `hindered`: what stands in the way of the rest → people.
    """

    stages: Mapping[str, tuple[int, int, int]]
    wanted: int
    to_draw: int
    drawn: int
    checked: int
    failed: int
    obstacles: int
    published: int
    notice_until: dt.date | None
    intent: Mapping[str, int]
    objections: int
    free: int
    free_money: Fen
    hindered: Mapping[str, int]

    @property
    def people(self) -> int:
        """Everybody who ever stood on it."""
        return sum(people for people, _, _ in self.stages.values())

    @property
    def due(self) -> Fen:
        """What all are due together who are due anything."""
        return Fen(sum(due for stage, (_, due, _) in self.stages.items() if stage not in NO_LONGER))

    @property
    def paid(self) -> Fen:
        """What they have."""
        return Fen(sum(paid for _, _, paid in self.stages.values()))

    @property
    def sample_done(self) -> bool:
        """Whether enough were compared and nothing that failed is left undecided."""
        return self.checked >= self.to_draw and not self.failed


def figures(one: Roll, today: dt.date) -> Figures:
    """A list in numbers, by three queries whatever its length."""
    rows = one.rows
    stages = {
        row["stage"]: (row["n"], row["due"] or 0, (row["paid"] or 0) - (row["back"] or 0))
        for row in rows.values("stage").annotate(
            n=Count("pk"), due=Sum("due"), paid=Sum("paid"), back=Sum("recovered")
        )
    }
    wanted = Q(due__gt=0) & ~Q(stage__in=NO_LONGER)
    told = rows.aggregate(
        wanted=Count("pk", filter=wanted),
        drawn=Count("pk", filter=Q(in_sample=True)),
        checked=Count("pk", filter=Q(in_sample=True, sampled__isnull=False)),
        failed=Count("pk", filter=wanted & Q(sampled=False)),
        ever_failed=Count("pk", filter=Q(sampled=False)),
        obstacles=Count("pk", filter=Q(obstacle=True)),
        published=Count("pk", filter=wanted & Q(notice_until__isnull=False)),
        notice_until=Max("notice_until"),
        objections=Count("pk", filter=Q(objection=True)),
        **{state: Count("pk", filter=wanted & Q(intent=state)) for state in ("open", "asked", "given")},
        refused=Count("pk", filter=Q(intent="refused")),
    )
    free, money, hindered = payable(one, today)
    return Figures(
        stages=stages,
        wanted=told["wanted"],
        to_draw=_to_draw(one.policy, told["wanted"], told["ever_failed"]),
        drawn=told["drawn"],
        checked=told["checked"],
        failed=told["failed"],
        obstacles=told["obstacles"],
        published=told["published"],
        notice_until=told["notice_until"],
        intent={state: told[state] for state in ("open", "asked", "given", "refused")},
        objections=told["objections"],
        free=free,
        free_money=money,
        hindered=hindered,
    )


def _to_draw(policy: Policy, people: int, failed: int) -> int:
    """How many are compared with the papers: the policy's share, one at least; twice as many where one failed."""
    if not policy.sample_permille or not people:
        return 0
    share = -(-people * policy.sample_permille // 1000)
    return min(people, share * 2 if failed else share)


def payable(one: Roll, today: dt.date) -> tuple[int, Fen, dict[str, int]]:
    """What could be ordered of the bank now: people, money, and what stands in the way of the others (code → people).

    A dry run: it says beforehand what filling a batch does, from the columns that lists show, by one query.
    """
    causes = _causes(one, today)
    rows = _open_rows(one)
    counts, before = dict[str, Count](), Q()
    for code, cause in causes.items():
        counts[code.replace(".", "_")] = Count("pk", filter=before & Q(cause))
        before &= ~Q(cause)
    told = rows.aggregate(
        free=Count("pk", filter=before),
        money=Sum("due", filter=before),
        **counts,
        paid=Sum("paid", filter=before),
        back=Sum("recovered", filter=before),
    )
    hindered = {code: told[code.replace(".", "_")] for code in causes if told[code.replace(".", "_")]}
    money = (told["money"] or 0) - (told["paid"] or 0) + (told["back"] or 0)
    return told["free"], Fen(money), hindered


def free_rows(one: Roll, today: dt.date) -> QuerySet[GrantRow]:
    """The grants that could be ordered of the bank now: those `payable` counts."""
    rows = _open_rows(one)
    for cause in _causes(one, today).values():
        rows = rows.exclude(cause)
    return rows


def _open_rows(one: Roll) -> QuerySet[GrantRow]:
    """Those with something still to be paid and nothing on its way."""
    under_way = BankOrder.objects.filter(grant=OuterRef("pk"), state=BankOrder.SENT)
    return one.rows.filter(~Exists(under_way), due__gt=F("paid") - F("recovered"))


def _causes(one: Roll, today: dt.date) -> dict[str, Any]:
    """What stands between a grant and its money, in the order in which it is told."""
    road = one.road
    accounts = BenefitSubject.objects.filter(
        subject_kind=OuterRef("subject_kind"), subject=OuterRef("subject")
    )
    unread = Q(notice_until__isnull=True) | Q(notice_until__gte=today)
    return {
        "grant.no_account": ~Exists(accounts.exclude(account="")),
        "grant.nothing_due": Q(stage__in=_NOTHING_DUE),
        "grant.obstacle": Q(obstacle=True),
        "grant.sample": Q(sampled=False),
        "grant.intent": Q(intent__in=("open", "asked")) if road.intent else Q(pk__in=()),
        "grant.notice": unread if road.notice_days else Q(pk__in=()),
        "grant.objection": Q(objection=True),
    }
