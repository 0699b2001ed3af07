"""Whoever a list is about hears of what happens to them: in their pages, by the channels they chose, or by telephone.

News are written in the transaction of the event (`news_of`), and told once by a worker (`tell`): those who may look for
the subject get a message in the pages and by what they chose; of a subject without an account the telephone in the
register gets it. Who wants no policies offered is offered none (个人信息保护法 art. 24); what touches rights is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils import timezone

from bancheng.core.benefits.grants import GrantEvent, events
from bancheng.core.benefits.standing import StandingEvent
from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.store.models import (
    BenefitNews,
    BenefitSubject,
    ChannelChoice,
    GrantObjection,
    GrantRow,
    Message,
    StandingRow,
)
from bancheng.usecases.access import Actor, record, valid_mandates
from bancheng.usecases.benefit_words import OFFERS, about, event_of, hears, over, said
from bancheng.usecases.each import each
from bancheng.usecases.telling import plan_news, subject_of

BATCH = 500
TOLD = 20
"""Pieces of news that the page of a grant shows."""


def news_of(
    told: Iterable[tuple[GrantRow | StandingRow, int, GrantEvent | StandingEvent]], now: dt.datetime
) -> None:
    """Write down which of these events somebody is to hear of, as (row, number of the event, event); in the caller's
    transaction. One query at most for so many."""
    found = [
        BenefitNews(
            grant=row if isinstance(row, GrantRow) else None,
            standing=row if isinstance(row, StandingRow) else None,
            sequence=sequence,
            kind=type(event).__name__,
            created_at=now,
        )
        for row, sequence, event in told
        if hears(event)
    ]
    BenefitNews.objects.bulk_create(found, batch_size=BATCH)


def tell(now: dt.datetime) -> int:
    """Turn news into messages; how many this call did. Each is told once, whatever the number of workers."""
    waiting = BenefitNews.objects.filter(done_at=None)
    rows = waiting.select_related("grant", "standing", "offer").order_by("id")
    deliver = transaction.atomic(partial(_tell, now=now))
    return each(
        "news.benefit",
        rows,
        deliver,
        now,
        most=BATCH,
        wanted=waiting,
        about=lambda one: "/".join(about(one)),
    )


def _tell(news: BenefitNews, now: dt.datetime) -> int:
    if not BenefitNews.objects.filter(pk=news.pk, done_at=None).update(done_at=now):
        return 0
    if over(news):
        return 1
    subject, today = subject_of(news), timezone.localdate(now)
    if news.kind == "ObjectionAnswered":
        users, subject = _objector(news), None
    else:
        users = accounts_of(subject, today) if subject is not None else set()
    if news.kind in OFFERS:
        if subject is not None and subject.no_offers_at:
            return 1
        known = bool(users)
        users -= set(
            ChannelChoice.objects.filter(user__in=users, no_offers_at__isnull=False).values_list(
                "user_id", flat=True
            )
        )
        if known and not users:
            return 1
    words = said(news)
    Message.objects.bulk_create(
        Message(user_id=user, title=words.title, text=words.text) for user in sorted(users)
    )
    plan_news(news, users, subject, now)
    return 1


def accounts_of(subject: BenefitSubject, today: dt.date) -> set[int]:
    """The accounts of those who may look and answer for a subject in every matter: themselves, who cares for them."""
    if not subject.identity:
        return set()
    of_subject = valid_mandates(today).filter(
        party__subject=subject.subject_kind,
        party__number=subject.identity,
        onething="",
        user__is_active=True,
    )
    return {user for user, acts in of_subject.values_list("user_id", "acts") if not acts or "apply" in acts}


def _objector(news: BenefitNews) -> set[int]:
    """The account that made the objection which this piece of news answers."""
    event = event_of(news)
    code = event.objection if isinstance(event, events.ObjectionAnswered) else ""
    by = GrantObjection.objects.filter(code=code).values_list("by", flat=True).first() or ""
    number = by.removeprefix("user:")
    return {int(number)} if number.isdecimal() else set()


def told_about(row: GrantRow) -> list[BenefitNews]:
    """What was or is still to be told of a grant, the newest first, each with its deliveries: two queries."""
    rows = BenefitNews.objects.filter(grant=row).prefetch_related("told")
    return list(rows.order_by("-sequence")[:TOLD])


def want_no_offers(actor: Actor, row: GrantRow, wanted: bool, how: str, now: dt.datetime) -> None:
    """Write down that a subject wants no policies offered (or wants them again), as they told an officer; with the day.

    Who may is for the caller to say.

    Raises:
        ProblemsFound: nobody says how one knows, or the register lacks the subject.
    """
    if not how.strip():
        raise ProblemsFound(
            [Problem("required", "请写明本人是怎么说的，如“电话”“上门”。", Place(path="offers_how"))]
        )
    subject = BenefitSubject.objects.filter(subject_kind=row.subject_kind, subject=row.subject)
    with transaction.atomic():
        known = subject.filter(no_offers_at=None) if wanted else subject
        known.update(no_offers_at=now if wanted else None)
        what = "benefits.no-offers" if wanted else "benefits.offers"
        record(actor, what, f"{row.entitlement}/{row.period}/{row.pk}", how.strip()[:200])
