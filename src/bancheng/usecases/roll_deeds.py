"""What is done to a whole list at once: made from a comparison, published, everybody asked.

A short list is done while the one who asked waits. Of a long one the first are, and a worker goes on with the others:
in chunks, each whole, so that a fall anywhere leaves nobody out and does nothing twice. A list has one such act at a
time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from bancheng.core.benefits import PolicyMode
from bancheng.core.benefits.grants import Grant, Hand, acts
from bancheng.core.kernel import Fault, Refusal
from bancheng.store.models import BenefitComparison, GrantRow, RollDeed
from bancheng.usecases import benefit_runs
from bancheng.usecases.access import Actor, NotAllowed, record
from bancheng.usecases.benefits import may_decide, policy_at, policy_of
from bancheng.usecases.each import each
from bancheng.usecases.granting import doer, keep_consent
from bancheng.usecases.grants import CHUNK, Difference, GrantRefused, act_on_many
from bancheng.usecases.rolls import NO_LONGER, Roll, of_policy

AT_ONCE = 4 * CHUNK
"""Subjects that are done while the one who asked waits."""
TURN = 20 * CHUNK
"""Subjects that a worker does before it looks after the rest of the house."""
LOST = dt.timedelta(minutes=2)
"""Who has said nothing of an act for so long is taken to be gone; a worker goes on with it."""


def publish(actor: Actor, one: Roll, now: dt.datetime) -> RollDeed:
    """Open the list to the public for the days the policy asks. Who came onto the list later is published anew.

    Raises:
        NotAllowed: the head of the body decides this.
        GrantRefused: something else is being done to the list.
    """
    doer(actor, one.body, "senior")
    return _begun(actor, RollDeed.PUBLISH, one, _unpublished(one).count(), now)


def ask(actor: Actor, one: Roll, now: dt.datetime) -> RollDeed:
    """Ask everybody who was not asked.

    Raises:
        NotAllowed: they do not work at the body.
        GrantRefused: something else is being done to the list.
    """
    doer(actor, one.body)
    return _begun(actor, RollDeed.ASK, one, _unasked(one).count(), now)


def take(actor: Actor, key: UUID, policy: str, now: dt.datetime) -> RollDeed:
    """Make the list of a policy from a comparison: grants for the period. Again, it changes nothing.

    Raises:
        NotAllowed: only the head of the body that answers for the policy decides this; what one has to apply for is
            given to nobody who did not.
        NotFound: not on this desk.
        GrantRefused: something else is being done to the list.
    """
    one = benefit_runs.comparison(actor, key)
    now_said = policy_at(actor, policy)
    if not may_decide(actor, now_said) or now_said.mode is PolicyMode.APPLY:
        raise NotAllowed("take")
    then = benefit_runs.as_compared(actor, one, policy)
    period = then.every.period(one.as_of)
    there = GrantRow.objects.filter(entitlement=policy, period=period).count()
    many = max(len(benefit_runs.lines_then(then, one)), there)
    deed = _opened(actor, RollDeed.TAKE, policy, period, many, now, one)
    if many <= AT_ONCE:
        _try(deed, now, AT_ONCE)
    else:
        _put_down(deed)
    return deed


def going(policy: str, period: str) -> RollDeed | None:
    """What is being done to a list now."""
    return RollDeed.objects.filter(policy=policy, period=period, ended_at=None).first()


def changed(deed: RollDeed) -> Difference:
    """What taking a comparison in changed; nothing before it has ended."""
    return msgspec.convert(deed.figures, Difference)


def broken(policy: str, period: str) -> RollDeed | None:
    """What was done last to a list, where it came to no end."""
    last = RollDeed.objects.filter(policy=policy, period=period).order_by("-pk").first()
    return last if last is not None and last.error else None


def work(now: dt.datetime) -> int:
    """Go on with what was put down or left, for a turn each; how many subjects it was done to. For a worker."""
    open_ones = RollDeed.objects.filter(ended_at=None)
    free = open_ones.filter(seen_at=None) | open_ones.filter(seen_at__lt=now - LOST)
    return each(
        "benefits.roll", free.order_by("pk"), partial(_turn, now=now), now, wanted=open_ones, given_up=_failed
    )


def _begun(actor: Actor, what: str, one: Roll, many: int, now: dt.datetime) -> RollDeed:
    deed = _opened(actor, what, one.policy.id, one.period, many, now)
    _try(deed, now, AT_ONCE, one)
    return deed


def _opened(
    actor: Actor,
    what: str,
    policy: str,
    period: str,
    many: int,
    now: dt.datetime,
    comparison: BenefitComparison | None = None,
) -> RollDeed:
    try:
        with transaction.atomic():
            deed = RollDeed.objects.create(
                policy=policy,
                period=period,
                what=what,
                comparison=comparison,
                by=actor.id,
                by_name=actor.name,
                asked_at=now,
                seen_at=now,
                many=many,
            )
            record(actor, f"benefits.{what}", f"{policy}/{period}/{many}")
    except IntegrityError:
        other = going(policy, period)
        who = f"{other.by_name}要的" if other is not None else ""
        raise GrantRefused(
            Refusal("roll.busy", f"这份名单正在办{who}另一件事。", remedy="请等它办完，名单页上看得到进度。")
        ) from None
    return deed


def _turn(deed: RollDeed, now: dt.datetime) -> int:
    """Take it up, unless another did, and do a turn."""
    mine = RollDeed.objects.filter(pk=deed.pk, ended_at=None, seen_at=deed.seen_at)
    if not mine.update(seen_at=now):
        return 0
    before = deed.done
    with suppress(GrantRefused):  # it is over, and the list says why
        _try(deed, now, TURN)
    return int(deed.done - before)


def _try(deed: RollDeed, now: dt.datetime, most: int, one: Roll | None = None) -> None:
    """Do some; what the rules refuse is over, what fails otherwise is left to the worker.

    Raises:
        GrantRefused: the rules say no.
    """
    try:
        _go_on(deed, now, most, one)
    except GrantRefused as no:
        _failed(deed, f"{no.refusal.reason}{no.refusal.remedy}")
        raise


def _go_on(deed: RollDeed, now: dt.datetime, most: int, one: Roll | None = None) -> None:
    """Do it to some more, to `most` where it can be left between two, and end it where nobody is left."""
    hand = Hand(deed.by, deed.by_name)
    if deed.what == RollDeed.TAKE:
        _take(deed, hand, now)
        left = False
    else:
        one = one or of_policy(policy_of(deed.policy), deed.period)
        left = _done_to(deed, *_ON_ROLLS[deed.what](one, hand, now), now, most)
    if left:
        _put_down(deed)
        return
    deed.ended_at = now
    deed.save(update_fields=("ended_at", "figures"))


def _put_down(deed: RollDeed) -> None:
    deed.seen_at = None
    deed.save(update_fields=("seen_at",))


def _failed(deed: RollDeed, why: str) -> None:
    RollDeed.objects.filter(pk=deed.pk).update(ended_at=timezone.now(), error=why[:200])


_Act = Callable[[GrantRow, Grant], acts.Told]


def _publishing(one: Roll, hand: Hand, now: dt.datetime) -> tuple[QuerySet[GrantRow], _Act]:
    """The day of publishing does not count (《民法典》第二百零一条); whoever is published later has as many days."""
    until = timezone.localdate(now) + dt.timedelta(days=one.policy.notice_days)
    return _unpublished(one), lambda _, grant: acts.publish(grant, until, now, hand)


def _asking(one: Roll, hand: Hand, now: dt.datetime) -> tuple[QuerySet[GrantRow], _Act]:
    text = keep_consent(one.policy, now)
    return _unasked(one), lambda _, grant: acts.ask(grant, text, now, hand)


_ON_ROLLS = {RollDeed.PUBLISH: _publishing, RollDeed.ASK: _asking}


def _unpublished(one: Roll) -> QuerySet[GrantRow]:
    return one.rows.filter(notice_until=None, due__gt=0).exclude(stage__in=NO_LONGER)


def _unasked(one: Roll) -> QuerySet[GrantRow]:
    return one.rows.filter(intent="open", due__gt=0).exclude(stage__in=NO_LONGER)


def _done_to(deed: RollDeed, rows: QuerySet[GrantRow], act: _Act, now: dt.datetime, most: int) -> bool:
    """Do it to `most` of the rows that are left, in chunks; whether some are left after them."""
    pks = list(rows.filter(pk__gt=deed.last).order_by("pk").values_list("pk", flat=True)[: most + 1])
    for start in range(0, min(len(pks), most), CHUNK):
        chunk = pks[start : min(start + CHUNK, most)]

        def said(after: Mapping[int, object], last: int = chunk[-1]) -> None:
            deed.last = last
            _said(deed, deed.done + len(after))

        act_on_many(chunk, act, now, also=said)
    return len(pks) > most


def _take(deed: RollDeed, hand: Hand, now: dt.datetime) -> None:
    if deed.comparison is None:
        raise Fault("a list is made from a comparison")
    then = benefit_runs.policy_then(deed.comparison, policy_of(deed.policy))
    if then is not None:
        made = benefit_runs.take_in(deed.comparison, then, hand, now, partial(_said, deed))
        deed.figures = msgspec.to_builtins(made)
    _said(deed, deed.many)


def _said(deed: RollDeed, done: int) -> None:
    deed.done, deed.seen_at = done, timezone.now()
    deed.save(update_fields=("done", "last", "seen_at"))
