"""名单到意愿: what officers do with the list of a policy for a period, from the sample to the answers of the subjects.

A list belongs to the body that issued the policy. Its reviewers check, ask and write down answers; its head draws the
line: publishes, excludes, answers objections. Money is in `granting_money`. Each act may be repeated and is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bancheng.core.benefits import Policy
from bancheng.core.benefits.grants import Grant, GrantEvent, Hand, acts
from bancheng.core.kernel import Fen, Place, Problem, ProblemsFound
from bancheng.store.models import (
    BenefitRun,
    BenefitSubject,
    ConsentText,
    GrantObjection,
    GrantRow,
)
from bancheng.usecases import benefit_news, benefit_subjects
from bancheng.usecases.access import Actor, NotAllowed, NotFound, next_serial, record
from bancheng.usecases.benefits import policy_of
from bancheng.usecases.grants import act, events_of, fold_on
from bancheng.usecases.rolls import NO_LONGER, Roll, figures, of_policy

DOERS = ("reviewer", "senior")
OUTCOMES = ("upheld", "partly", "denied")


def doer(actor: Actor, body: str, *roles: str) -> Hand:
    """The hand of somebody who works at the body in one of these roles.

    Raises:
        NotAllowed: they do not.
    """
    if not body or not any(actor.has(role, body) for role in roles or DOERS):
        raise NotAllowed("grant")
    return Hand(actor.id, actor.name)


def may(actor: Actor, body: str, *roles: str) -> bool:
    """Whether `doer` would say yes."""
    return bool(body) and any(actor.has(role, body) for role in roles or DOERS)


# ------------------------------------------------------------------------------------------------ one grant


@dataclass(frozen=True)
class Opened:
    """One grant as its page shows it: the row, what it is now, what happened, whose it is (masked or opened).

    `reachable`: the register has them; `no_offers_at`: since when they want no policies offered.
    """

    row: GrantRow
    grant: Grant
    events: tuple[GrantEvent, ...]
    name: str
    subject: BenefitSubject | None = None
    reachable: bool = False
    no_offers_at: dt.datetime | None = None


def open_grant(actor: Actor, one: Roll, pk: int, reason: str = "") -> Opened:
    """One grant of the list; with a reason, which is kept, unmasked.

    Raises:
        NotFound: not of this list.
    """
    row = _row(one, pk)
    told = events_of(row)
    opened = None
    if reason:
        what = f"{one.policy.id}/{one.period}/{pk}"
        opened = benefit_subjects.opened(actor, row.subject_kind, row.subject, what, reason)
    known = benefit_subjects.subject_of(row.subject_kind, row.subject)
    name = benefit_subjects.shown_names(row.subject_kind, (row.subject,)).get(row.subject, "")
    return Opened(
        row=row,
        grant=fold_on(Grant(), told),
        events=told,
        name=opened.name if opened else name,
        subject=opened,
        reachable=known is not None,
        no_offers_at=known.no_offers_at if known else None,
    )


def _row(one: Roll, pk: int) -> GrantRow:
    row = one.rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("grant")
    return row


def done(
    actor: Actor, one: Roll, pk: int, what: str, deed: Callable[[Grant], acts.Told], now: dt.datetime
) -> Grant:
    """Do one act on one grant of the list, and write into the audit chain who did what.

    Raises:
        NotFound: not of this list.
        GrantRefused: the rules say no.
    """
    row = _row(one, pk)
    with transaction.atomic():
        grant = act(row.pk, deed, now)
        record(actor, f"benefits.{what}", f"{one.policy.id}/{one.period}/{pk}")
    return grant


# ------------------------------------------------------------------------------------------------ the sample


def draw(actor: Actor, one: Roll, now: dt.datetime) -> int:
    """Draw those whom a person compares with the papers; how many were added.

    Who is drawn follows from the list's first run and the number of the subject alone, so that nobody can choose, and
    anybody can draw it again and see that it is right.
    """
    doer(actor, one.body)
    told = figures(one, timezone.localdate(now))
    lacking = told.to_draw - told.drawn
    if lacking <= 0:
        return 0
    first = BenefitRun.objects.filter(entitlement=one.policy.id, period=one.period, dry=False)
    seed = first.order_by("started_at").values_list("id", flat=True)[0]
    left = one.rows.filter(in_sample=False, due__gt=0).exclude(stage__in=NO_LONGER)
    chosen = sorted(left.values_list("subject", "pk"), key=lambda row: _lot(seed, row[0]))[:lacking]
    with transaction.atomic():
        made = GrantRow.objects.filter(pk__in=[pk for _, pk in chosen]).update(in_sample=True)
        record(actor, "benefits.draw", f"{one.policy.id}/{one.period}/{made}")
    return made


def _lot(seed: str, subject: int) -> bytes:
    return hashlib.sha256(f"{seed}/{subject}".encode()).digest()


def check(actor: Actor, one: Roll, pk: int, passed: bool, note: str, now: dt.datetime) -> Grant:
    """A person compared one of the sample with the papers."""
    hand = doer(actor, one.body)
    return done(actor, one, pk, "check", lambda grant: acts.sample(grant, passed, note, now, hand), now)


# ------------------------------------------------------------------------------------- standing in the way


def name_obstacle(actor: Actor, one: Roll, pk: int, source: str, reason: str, now: dt.datetime) -> Grant:
    """An officer has learnt of something that may stand against a subject; it waits for a decision like any other."""
    hand = doer(actor, one.body)
    _said({"source": (source, "请写明从哪里知道的。"), "reason": (reason, "请写明是什么情形。")})
    obstacle = f"by-{hashlib.sha256(reason.encode()).hexdigest()[:12]}"
    return done(
        actor,
        one,
        pk,
        "obstacle",
        lambda grant: acts.see_obstacle(grant, obstacle, source, reason, now, hand),
        now,
    )


def clear(actor: Actor, one: Roll, pk: int, obstacle: str, reason: str, now: dt.datetime) -> Grant:
    """A person finds that an obstacle does not exclude."""
    hand = doer(actor, one.body)
    return done(
        actor, one, pk, "clear", lambda grant: acts.clear_obstacle(grant, obstacle, reason, now, hand), now
    )


def exclude(
    actor: Actor, one: Roll, pk: int, obstacle: str, reason: str, basis: str, now: dt.datetime
) -> Grant:
    """The head of the body decides against a subject, with a reason and a basis."""
    hand = doer(actor, one.body, "senior")
    return done(
        actor, one, pk, "exclude", lambda grant: acts.exclude(grant, obstacle, reason, basis, now, hand), now
    )


def readmit(actor: Actor, one: Roll, pk: int, reason: str, now: dt.datetime) -> Grant:
    """The head of the body takes an exclusion back."""
    hand = doer(actor, one.body, "senior")
    return done(actor, one, pk, "readmit", lambda grant: acts.readmit(grant, reason, now, hand), now)


# ---------------------------------------------------------------------------------------- notice and intent


def published(policy: str, period: str, today: dt.date) -> tuple[Roll, QuerySet[GrantRow]]:
    """What anybody may read: the list while its notice runs.

    Raises:
        NotFound: no list of that policy is open to the public now.
    """
    one = of_policy(policy_of(policy), period)
    rows = one.rows.filter(notice_until__gte=today, due__gt=0).exclude(stage__in=NO_LONGER)
    if not rows.exists():
        raise NotFound("notice")
    return one, rows.order_by("subject")


def consent_of(policy: Policy) -> str:
    """The words a subject is asked with."""
    basis = "、".join(policy.basis or ((policy.document,) if policy.document else ()))
    return (
        f"{policy.name}：{policy.summary}依据：{basis or '发文部门的规定'}。"
        f"您的数据由{policy.body}比对，只用于办理这件事。"
        f"确认以后，钱发到您登记的账户；不想要可以放弃，发放前随时可以改主意。"
    )


def consent_digest(policy: Policy) -> str:
    """The digest of the words a subject is asked with now."""
    return hashlib.sha256(consent_of(policy).encode()).hexdigest()


def keep_consent(policy: Policy, now: dt.datetime) -> str:
    """The digest of the words, which are kept under it."""
    digest = consent_digest(policy)
    ConsentText.objects.get_or_create(
        digest=digest, defaults={"policy": policy.id, "text": consent_of(policy), "since": now}
    )
    return digest


def write_answer(
    actor: Actor, one: Roll, pk: int, wanted: bool, how: str, reason: str, now: dt.datetime
) -> Grant:
    """Write down what a subject said by phone, at the door or at the window; `how` says which."""
    hand = doer(actor, one.body)
    _said({"how": (how, "请写明本人是怎么说的，如“电话”“上门”。")})
    text = keep_consent(one.policy, now)
    said = f"{how}：{reason}" if reason.strip() else how
    by = Hand(hand.id, f"{hand.name}（代记，{how}）")
    return done(actor, one, pk, "answer", lambda grant: acts.answer(grant, wanted, text, now, by, said), now)


def want_no_offers(actor: Actor, one: Roll, pk: int, wanted: bool, how: str, now: dt.datetime) -> None:
    """Write down that a subject wants no policies offered, or wants them again; `how` they said so.

    Raises:
        NotFound: not of this list.
        ProblemsFound: nobody says how one knows.
    """
    doer(actor, one.body)
    benefit_news.want_no_offers(actor, _row(one, pk), wanted, how, now)


# --------------------------------------------------------------------------------------------- objections


def objections(one: Roll, waiting: bool) -> QuerySet[GrantObjection]:
    """The objections to a list: those that wait for an answer, else those answered."""
    rows = GrantObjection.objects.filter(
        grant__entitlement=one.policy.id, grant__period=one.period, answered_at__isnull=waiting
    )
    return rows.select_related("grant").order_by("at")


def object_to(actor: Actor, row: GrantRow, text: str, now: dt.datetime) -> GrantObjection:
    """Somebody who is signed in objects to a grant; who may is for the caller to say."""
    hand = Hand(actor.id, actor.name)
    _said({"text": (text, "请写明您有什么异议、为什么。")})
    code = f"YY{timezone.localdate(now):%Y%m%d}{next_serial('benefit-objection'):05d}"
    with transaction.atomic():
        act(row.pk, lambda grant: acts.object_to(grant, code, text, now, hand), now)
        return GrantObjection.objects.create(
            code=code, grant=row, by=actor.id, by_name=actor.name, at=now, text=text
        )


def answer_objection(
    actor: Actor, one: Roll, code: str, outcome: str, reason: str, now: dt.datetime
) -> GrantObjection:
    """The head of the body answers; who decided what is objected to may not.

    Raises:
        NotFound: no such objection to this list.
        ProblemsFound: no outcome was chosen, or no reason was given.
    """
    hand = doer(actor, one.body, "senior")
    found = GrantObjection.objects.filter(
        code=code, grant__entitlement=one.policy.id, grant__period=one.period
    ).first()
    if found is None:
        raise NotFound("objection")
    chosen = next((each for each in OUTCOMES if each == outcome), "")
    _said({"outcome": (chosen, "请选择处理结果。"), "reason": (reason, "请写明理由，答复会给提出人看。")})

    def answered(grant: Grant) -> acts.Told:
        return acts.answer_objection(grant, code, chosen, reason, now, hand)  # type: ignore[arg-type]  # one of them

    with transaction.atomic():
        done(actor, one, found.grant_id, "objection", answered, now)
        found.answered_at, found.outcome, found.reason = now, chosen, reason
        found.save(update_fields=["answered_at", "outcome", "reason"])
    return found


# -------------------------------------------------------------------------------------------------- recovery


def order_recovery(actor: Actor, one: Roll, pk: int, reason: str, basis: str, now: dt.datetime) -> Grant:
    """The head of the body orders back what was paid too much."""
    hand = doer(actor, one.body, "senior")
    return done(
        actor, one, pk, "recovery", lambda grant: acts.order_recovery(grant, reason, basis, now, hand), now
    )


def waive(actor: Actor, one: Roll, pk: int, reason: str, basis: str, now: dt.datetime) -> Grant:
    """The head of the body lets what was paid too much be."""
    hand = doer(actor, one.body, "senior")
    return done(actor, one, pk, "waive", lambda grant: acts.waive(grant, reason, basis, now, hand), now)


def recover(actor: Actor, one: Roll, pk: int, amount: Fen, reference: str, now: dt.datetime) -> Grant:
    """Write down money that came back, with its voucher."""
    hand = doer(actor, one.body)
    _said({"reference": (reference, "请写明凭证号。")})
    return done(
        actor, one, pk, "recovered", lambda grant: acts.recover(grant, amount, reference, now, hand), now
    )


def _said(words: Mapping[str, tuple[str, str]]) -> None:
    """Every field that has to be filled in is; else all that lack at once."""
    lacking = [
        Problem("required", message, Place(path=field))
        for field, (text, message) in words.items()
        if not text.strip()
    ]
    if lacking:
        raise ProblemsFound(tuple(lacking))
