"""静默认证的办理: who is sent to ask whom, what asking found, stops by a second person, stops taken back and paid back.

While nobody has decided, payment goes on. What a stop keeps back stands as an obstacle in the lists of the benefit, so
that a stop taken back pays it out with the next batch.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from bancheng.core.benefits import Policy
from bancheng.core.benefits.grants import Grant, GrantEvent, Hand
from bancheng.core.benefits.grants import acts as grant_acts
from bancheng.core.benefits.standing import CheckResult, CheckWay, Phase, Standing, acts
from bancheng.core.catalogue import Level
from bancheng.core.kernel import Fen, Place, Problem, ProblemsFound, Refusal
from bancheng.store.models import BenefitSubject, GrantRow, Membership, StandingRow
from bancheng.usecases.access import Actor, NotFound, record
from bancheng.usecases.benefit_subjects import numbers_of
from bancheng.usecases.benefits import body_of
from bancheng.usecases.casework import Stale
from bancheng.usecases.each import each
from bancheng.usecases.granting import doer, may
from bancheng.usecases.grants import MACHINE, Obstacle, act
from bancheng.usecases.rolls import NO_LONGER
from bancheng.usecases.standings import STOPPED, do, obstacle_of, standing_of
from bancheng.usecases.town import packs

STAFF = ("clerk", "reviewer", "inspector", "senior")
_OPEN = (Phase.TO_ASK.value, Phase.SUSPECTED.value)


def rows_of(policy: Policy) -> QuerySet[StandingRow]:
    """Everybody in a benefit."""
    return StandingRow.objects.filter(benefit=policy.id, body=body_of(policy))


PARTS: Mapping[str, Q] = {
    "open": Q(phase__in=_OPEN, assigned=""),
    "late": Q(ask_until__isnull=False),
    "ended": Q(ended=True) & ~Q(phase=Phase.STOPPED.value),
}
"""Parts of a benefit beside its phases: to be asked and nobody sent, sent and late, ended and not decided."""


def narrowed(policy: Policy, today: dt.date, text: str = "", state: str = "") -> QuerySet[StandingRow]:
    """Those of a benefit whom this is the number, identity or name of, in one of `PARTS` or in a phase; by number."""
    rows = rows_of(policy)
    if text:
        rows = rows.filter(subject__in=numbers_of("person", text))
    if state in PARTS:
        rows = rows.filter(PARTS[state])
        if state == "late":
            rows = rows.filter(ask_until__lt=today)
    elif state:
        rows = rows.filter(phase=state)
    return rows.order_by("subject")


def phases(policy: Policy) -> dict[str, int]:
    """How many stand where. One query."""
    return dict(rows_of(policy).values_list("phase").annotate(Count("pk")))


def phases_of_all(policies: Iterable[Policy]) -> dict[str, dict[str, int]]:
    """How many stand where, by benefit. One query."""
    wanted = [one.id for one in policies]
    found: dict[str, dict[str, int]] = {name: {} for name in wanted}
    rows = StandingRow.objects.filter(benefit__in=wanted)
    for benefit, phase, many in rows.values_list("benefit", "phase").annotate(Count("pk")):
        found[benefit][phase] = many
    return found


def row_at(policy: Policy, pk: int) -> StandingRow:
    """One person of it.

    Raises:
        NotFound: not of this benefit.
    """
    row = rows_of(policy).filter(pk=pk).first()
    if row is None:
        raise NotFound("standing")
    return row


def staff() -> tuple[tuple[str, str], ...]:
    """Who may be sent to ask: people of the townships, as (account, name with body)."""
    towns = {key: one for key, one in packs().catalogue.bodies.items() if one.level is Level.TOWNSHIP}
    posts = Membership.objects.filter(body__in=towns, role__in=STAFF).select_related("user")
    found = {
        f"user:{post.user_id}": f"{post.user.get_full_name()}（{towns[post.body].short or towns[post.body].name}）"
        for post in posts.order_by("body", "user__username")
    }
    return tuple(found.items())


def send_to_ask(
    actor: Actor, policy: Policy, pks: Iterable[int], to: str, until: dt.date | None, now: dt.datetime
) -> int:
    """Send somebody of a township to ask these people, until a day; how many.

    Raises:
        ProblemsFound: nobody was chosen, no day, or a day gone by.
    """
    hand = doer(actor, body_of(policy))
    names = dict(staff())
    wrong = []
    if to not in names:
        wrong.append(Problem("required", "请选择由谁去问。", Place(path="to")))
    if until is None or until < timezone.localdate(now):
        wrong.append(Problem("until", "请填今天或者以后的日期。", Place(path="until")))
    rows = list(rows_of(policy).filter(pk__in=list(pks), phase__in=_OPEN))
    if not rows:
        wrong.append(Problem("required", "请勾选要问的人。", Place(path="row")))
    if wrong or until is None:
        raise ProblemsFound(wrong)
    for row in rows:
        do(row, lambda standing: acts.assign(standing, Hand(to, names[to]), until, now, hand), now)
    record(actor, "benefits.send", f"{policy.id}/{len(rows)}")
    return len(rows)


def stop(actor: Actor, policy: Policy, pk: int, reason: str, basis: str, now: dt.datetime) -> Standing:
    """The head of the body, who is not the one that checked, stops the payment from today.

    What is not paid yet of the benefit's lists waits under an obstacle; what is on its way at the bank is not touched.
    """
    hand, row = doer(actor, body_of(policy), "senior"), row_at(policy, pk)
    with transaction.atomic():
        since = timezone.localdate(now)
        standing = do(row, lambda one: acts.stop(one, since, reason, basis, now, hand), now)
        for grant in _unpaid(row):
            act(grant.pk, partial(_hold_back, by=hand, seen=obstacle_of(standing), now=now), now)
        record(actor, "benefits.stop-paying", f"{policy.id}/{pk}")
    return standing


def _hold_back(grant: Grant, by: Hand, seen: Obstacle, now: dt.datetime) -> grant_acts.Told:
    return grant_acts.see_obstacle(grant, seen.rule, seen.source, seen.reason, now, by)


def _let_go(grant: Grant, by: Hand, reason: str, now: dt.datetime) -> grant_acts.Told:
    """Clear the obstacles that stops of this benefit have left."""
    events: tuple[GrantEvent, ...] = ()
    for one in grant.obstacles:
        if one.obstacle.startswith(STOPPED):
            told = grant_acts.clear_obstacle(grant, one.obstacle, reason, now, by)
            if isinstance(told, Refusal):
                return told
            events += tuple(told)
    return events


def _unpaid(row: StandingRow) -> QuerySet[GrantRow]:
    """The grants of the benefit with something still to be paid."""
    return GrantRow.objects.filter(
        entitlement=row.benefit,
        subject_kind=row.subject_kind,
        subject=row.subject,
        due__gt=F("paid") - F("recovered"),
    )


def resume(actor: Actor, policy: Policy, pk: int, reason: str, now: dt.datetime) -> Standing:
    """The head takes a stop back; what it kept back is owed, freed in the lists, and paid with the next batch."""
    hand, row = doer(actor, body_of(policy), "senior"), row_at(policy, pk)
    with transaction.atomic():
        kept = [one for one in _unpaid(row).exclude(stage__in=NO_LONGER) if _kept_back(one)]
        owed = Fen(sum(one.due - one.paid + one.recovered for one in kept))
        standing = do(row, lambda one: acts.resume(one, reason, owed, now, hand), now)
        for grant in kept:
            act(grant.pk, partial(_let_go, by=hand, reason=reason, now=now), now)
        record(actor, "benefits.resume", f"{policy.id}/{pk}")
    return standing


def _kept_back(row: GrantRow) -> bool:
    return row.obstacle and row.events.filter(body__contains=STOPPED).exists()


def book_paid_back(now: dt.datetime) -> int:
    """Book what a wrong stop had kept back and the bank has paid since; how many. For a worker."""
    waiting = StandingRow.objects.filter(owed__gt=0)
    return each(
        "benefits.owed", waiting.order_by("pk"), partial(_book, now=now), now, wanted=waiting,
        about=lambda one: str(one.pk),
    )  # fmt: skip


def _book(row: StandingRow, now: dt.datetime) -> int:
    paid = GrantRow.objects.filter(
        entitlement=row.benefit, subject_kind=row.subject_kind, subject=row.subject,
        events__body__contains=STOPPED, stage="paid",
    ).distinct()  # fmt: skip
    count = 0
    for grant in paid:
        key, standing = f"grant-{grant.pk}", standing_of(row)
        amount = Fen(min(grant.paid, standing.owed))
        if amount and key not in standing.paid_back:
            do(row, partial(_paid_back, key=key, amount=amount, now=now), now)
            count += 1
    return count


def _paid_back(standing: Standing, key: str, amount: Fen, now: dt.datetime) -> acts.Told:
    return acts.pay_back(standing, key, amount, now, MACHINE)


# ------------------------------------------------------------------------------------------- asking people


def to_ask(actor: Actor) -> QuerySet[StandingRow]:
    """Those whom this person was sent to ask, the most urgent first."""
    rows = StandingRow.objects.filter(assigned=actor.id, phase__in=_OPEN)
    return rows.order_by("ask_until", "division", "subject")


def people_to_ask(actor: Actor, rows: Sequence[StandingRow]) -> dict[tuple[str, int], BenefitSubject]:
    """Who they are, by name and phone, for the one who was sent to ask them; that it was looked at is kept."""
    wanted = {(row.subject_kind, row.subject) for row in rows if row.assigned == actor.id}
    if not wanted:
        return {}
    record(actor, "benefits.ask-list", f"{len(wanted)}", "静默认证核实名单")
    found = BenefitSubject.objects.filter(subject__in={subject for _, subject in wanted})
    return {
        (one.subject_kind, one.subject): one for one in found if (one.subject_kind, one.subject) in wanted
    }


def write_check(
    actor: Actor,
    pk: int,
    way: str,
    result: str,
    note: str,
    now: dt.datetime,
    policy: str = "",
    seen: int | None = None,
) -> Standing:
    """Write down what asking found. By the one who was sent, or by somebody of the body that answers for the benefit.

    `seen`: how many events the standing had when the caller looked.

    Raises:
        NotFound: not theirs to ask.
        ProblemsFound: no way or no result was chosen.
        GrantRefused: that it has ended needs words.
        Stale: something has happened since it was seen.
    """
    row = StandingRow.objects.filter(pk=pk).first()
    if row is None or (policy and row.benefit != policy):
        raise NotFound("standing")
    if row.assigned != actor.id and not may(actor, row.body):
        raise NotFound("standing")
    wrong = []
    if way not in set(CheckWay):
        wrong.append(Problem("required", "请选择怎么问的。", Place(path="way")))
    if result not in set(CheckResult):
        wrong.append(Problem("required", "请选择问到的结果。", Place(path="result")))
    if wrong:
        raise ProblemsFound(wrong)
    hand, day = Hand(actor.id, actor.name), timezone.localdate(now)
    local = timezone.localtime(now)
    with transaction.atomic():
        held = StandingRow.objects.select_for_update().get(pk=pk)
        if seen is not None and seen != held.sequence:
            raise Stale
        standing = do(
            held,
            lambda one: acts.check(
                one, CheckWay(way), CheckResult(result), day, local, hand, note=note.strip()
            ),
            now,
        )
        record(actor, "benefits.asked", f"{row.benefit}/{pk}")
    return standing


def of_subject(subject: BenefitSubject) -> tuple[StandingRow, ...]:
    """Where a person stands in everything they receive."""
    rows = StandingRow.objects.filter(subject_kind=subject.subject_kind, subject=subject.subject)
    return tuple(rows.order_by("benefit"))


def owed_in_all(policy: Policy) -> Fen:
    """What wrong stops keep back still."""
    return Fen(rows_of(policy).aggregate(all=Sum("owed"))["all"] or 0)
