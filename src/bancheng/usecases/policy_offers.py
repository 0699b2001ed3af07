"""精准推送: a policy that has to be applied for is offered to those whom the data say it is there for.

A list is made from the last comparison and shows whom it would reach, and how; one button sends it. Each is told once
in a period of the policy, with the reason; who wants no policies offered is left out, and the list says how many they
are (个人信息保护法 art. 24). Whoever is told may say that they want it or do not; nothing happens because of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bancheng.connect.engines import Line
from bancheng.core.benefits import Policy, PolicyMode, SubjectKind
from bancheng.store.models import (
    BenefitNews,
    BenefitSubject,
    ChannelChoice,
    GrantRow,
    OfferList,
    PolicyOffer,
)
from bancheng.usecases import benefit_facts, benefit_runs
from bancheng.usecases.access import Actor, NotAllowed, NotFound, record, valid_mandates
from bancheng.usecases.benefit_subjects import numbers_of
from bancheng.usecases.benefits import body_of, kind_of, library, may_decide, policies_at, policy_at

BATCH = 500
STATES: Mapping[str, Q] = {
    "account": Q(reach=PolicyOffer.ACCOUNT),
    "phone": Q(reach=PolicyOffer.PHONE),
    "none": Q(reach=PolicyOffer.NOBODY),
    "declined": Q(reach=PolicyOffer.DECLINED),
    "want": Q(answer=PolicyOffer.WANT),
    "unwanted": Q(answer=PolicyOffer.UNWANTED),
    "silent": Q(sent_at__isnull=False, answer=""),
}
"""Parts of a list."""


@dataclass(frozen=True)
class Figures:
    """A list in numbers: everybody on it, whom it can reach (by account, by telephone), whom it cannot, who wants
    nothing offered; told, and what they answered."""

    people: int
    account: int
    phone: int
    nobody: int
    declined: int
    told: int
    want: int
    unwanted: int

    @property
    def reached(self) -> int:
        """Whom sending would reach."""
        return self.account + self.phone


def offered(policy: Policy) -> bool:
    """Whether a policy is one to offer: who fits has to ask for it themselves. Of others a list is taken and asked."""
    return policy.mode is PolicyMode.APPLY


def lists(actor: Actor) -> QuerySet[OfferList]:
    """The lists of this desk, the newest first."""
    mine = [one.id for one in policies_at(actor)]
    return OfferList.objects.filter(policy__in=mine).order_by("-made_at", "-pk")


def the_list(actor: Actor, pk: int) -> OfferList:
    """One of them.

    Raises:
        NotFound: not of this desk.
    """
    found = lists(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound("offers")
    return found


def make(actor: Actor, policy: str, now: dt.datetime) -> OfferList:
    """A list from the last comparison: who is entitled, has no grant and was not offered it in this period.

    A list of the same period that was never sent gives way.

    Raises:
        NotAllowed: they do not work at the body of the policy.
        NotFound: not on this desk, none to be offered, or no comparison knows it.
    """
    wanted, last = policy_at(actor, policy), benefit_facts.latest()
    body = body_of(wanted)
    if not any(actor.has(role, body) for role in ("reviewer", "senior")):
        raise NotAllowed("offers")
    then = benefit_runs.policy_then(last, wanted) if last is not None else None
    if last is None or then is None or not offered(wanted):
        raise NotFound("offers")
    lines, kind, period = (
        benefit_runs.lines_then(then, last),
        kind_of(wanted),
        wanted.every.period(last.as_of),
    )
    with transaction.atomic():
        OfferList.objects.filter(policy=policy, period=period, sent_at=None).delete()
        made = OfferList.objects.create(
            policy=policy, period=period, body=body, subject_kind=kind.value, comparison=last, by=actor.id,
            by_name=actor.name, made_at=now,
        )  # fmt: skip
        taken = _had(policy, period, kind)
        fresh = [line for line in lines if line.subject not in taken]
        reach = _reach(kind, fresh, timezone.localdate(now))
        PolicyOffer.objects.bulk_create(
            (
                PolicyOffer(
                    list=made, policy=policy, period=period, subject_kind=kind.value, subject=line.subject,
                    division=line.division, entitlement=line.entitlement, amount=line.amount,
                    reach=reach.get(line.subject, PolicyOffer.NOBODY),
                )
                for line in fresh
            ),
            batch_size=BATCH,
        )  # fmt: skip
        record(actor, "offers.make", f"{policy}/{period}/{made.pk}", f"{len(fresh)}")
    return made


def _had(policy: str, period: str, kind: SubjectKind) -> set[int]:
    """Who has it, or was told of it, in this period."""
    of = {"period": period, "subject_kind": kind.value}
    told = PolicyOffer.objects.filter(policy=policy, **of).values_list("subject", flat=True)
    has = GrantRow.objects.filter(entitlement=policy, **of).values_list("subject", flat=True)
    return {*told, *has}


def _reach(kind: SubjectKind, lines: Sequence[Line], today: dt.date) -> dict[int, str]:
    """By what each of these can be told. Three queries for so many."""
    found: dict[int, str] = {}
    for start in range(0, len(lines), BATCH):
        numbers = [line.subject for line in lines[start : start + BATCH]]
        rows = BenefitSubject.objects.filter(subject_kind=kind.value, subject__in=numbers)
        subjects = list(rows.values_list("subject", "identity", "phone", "no_offers_at"))
        accounts = _accounts(kind, [identity for _, identity, _, _ in subjects if identity], today)
        for number, identity, phone, no in subjects:
            own = accounts.get(identity)
            if no is not None or own == "declined":
                found[number] = PolicyOffer.DECLINED
            else:
                found[number] = own or (PolicyOffer.PHONE if phone else PolicyOffer.NOBODY)
    return found


def _accounts(kind: SubjectKind, identities: Sequence[str], today: dt.date) -> dict[str, str]:
    """Identity → ``account``, or ``declined`` where whoever looks for them wants nothing offered."""
    held = valid_mandates(today).filter(
        party__subject=kind.value, party__number__in=identities, onething="", user__is_active=True
    )
    who: dict[str, set[int]] = {}
    for number, user, acts in held.values_list("party__number", "user_id", "acts"):
        if not acts or "apply" in acts:
            who.setdefault(number, set()).add(user)
    users = {user for several in who.values() for user in several}
    quiet = set(
        ChannelChoice.objects.filter(user__in=users, no_offers_at__isnull=False).values_list(
            "user_id", flat=True
        )
    )
    return {number: "account" if several - quiet else "declined" for number, several in who.items()}


def figures(one: OfferList) -> Figures:
    """One list in numbers. One query."""
    told = one.offers.aggregate(
        people=Count("pk"),
        account=Count("pk", filter=STATES["account"]),
        phone=Count("pk", filter=STATES["phone"]),
        nobody=Count("pk", filter=STATES["none"]),
        declined=Count("pk", filter=STATES["declined"]),
        told=Count("pk", filter=Q(sent_at__isnull=False)),
        want=Count("pk", filter=STATES["want"]),
        unwanted=Count("pk", filter=STATES["unwanted"]),
    )
    return Figures(**told)


def narrowed(one: OfferList, text: str = "", state: str = "") -> QuerySet[PolicyOffer]:
    """Those of a list of whom this is the number, identity or name, in one of `STATES`; by number."""
    rows = one.offers.all()
    if text:
        rows = rows.filter(subject__in=numbers_of(one.subject_kind, text))
    if state in STATES:
        rows = rows.filter(STATES[state])
    return rows.order_by("subject")


def may_send(actor: Actor, one: OfferList) -> bool:
    """Whether this person heads the body of the policy, which has people told in its name."""
    found = next((each for each in policies_at(actor) if each.id == one.policy), None)
    return found is not None and may_decide(actor, found)


def send(actor: Actor, pk: int, now: dt.datetime) -> int:
    """Have everybody told who can be and may be; how many. Again, it tells nobody.

    Raises:
        NotFound: not of this desk. NotAllowed: only the head of the body decides this.
    """
    one = the_list(actor, pk)
    if not may_send(actor, one):
        raise NotAllowed("offers")
    with transaction.atomic():
        if not OfferList.objects.filter(pk=pk, sent_at=None).update(sent_at=now, sent_by_name=actor.name):
            return 0
        rows = one.offers.filter(reach__in=(PolicyOffer.ACCOUNT, PolicyOffer.PHONE))
        rows.update(sent_at=now)
        news = (
            BenefitNews(offer_id=number, sequence=0, kind="Offered", created_at=now)
            for number in rows.values_list("pk", flat=True)
        )
        told = len(BenefitNews.objects.bulk_create(news, batch_size=BATCH))
        record(actor, "offers.send", f"{one.policy}/{one.period}/{pk}", f"{told}")
    return told


# ------------------------------------------------------------------------------------------------ who is told


def open_for(subject: BenefitSubject) -> list[tuple[PolicyOffer, Policy]]:
    """What was offered to this subject and is in force, the newest first; whether or not a message reached them."""
    rows = PolicyOffer.objects.filter(
        subject_kind=subject.subject_kind, subject=subject.subject, sent_at__isnull=False
    )
    policies = {one.id: one for one in library().policies if one.valid_on(timezone.localdate())}
    return [
        (row, policies[row.policy])
        for row in rows.order_by("-sent_at", "-pk")[:BATCH]
        if row.policy in policies
    ]


def answer(actor: Actor, subject: BenefitSubject, pk: int, wanted: bool, now: dt.datetime) -> PolicyOffer:
    """Somebody who looks for the subject says whether they want it; they may say otherwise later.

    Raises:
        NotFound: it was not offered to this subject.
    """
    said = PolicyOffer.WANT if wanted else PolicyOffer.UNWANTED
    with transaction.atomic():
        rows = PolicyOffer.objects.filter(
            pk=pk, subject_kind=subject.subject_kind, subject=subject.subject, sent_at__isnull=False
        )
        if not rows.update(answer=said, answered_at=now):
            raise NotFound("offer")
        record(actor, "offers.answer", str(pk), said)
    return PolicyOffer.objects.get(pk=pk)
