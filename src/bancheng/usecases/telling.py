"""Telling people and programs outside the pages: by what they chose, at their hours, each message in effect once.

What leaves the house names the case and what kind of thing happened, and nothing about a person.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from bancheng.connect.channels import (
    Channel,
    ChannelDown,
    ChannelRefused,
    EmailChannel,
    HookChannel,
    Outgoing,
    SmsFiles,
    SmsGateway,
)
from bancheng.store.models import (
    BenefitNews,
    BenefitSubject,
    Case,
    ChannelChoice,
    ChannelDelivery,
    EventHook,
    User,
)
from bancheng.usecases.access import Actor, NotAllowed
from bancheng.usecases.benefit_words import OFFERS, over, said
from bancheng.usecases.each import each

EMAIL, SMS, HOOK = "email", "sms", "hook"
QUIET = time(21), time(8)
"""When nobody is disturbed by SMS who has not said otherwise."""
BATCH = 200
HOOKS = 5
"""Addresses one account may register."""
TRIES = 14
FIRST, LONGEST = timedelta(seconds=20), timedelta(hours=2)
LEASE = timedelta(minutes=2)

TEMPLATES = {
    SMS: "【办成】办件{number}：{title}。请登录{address}查看。",
    EMAIL: "您好：\n\n您的办件{number}（{matter}）有新进展：{title}。\n\n请登录查看：{address}/cases/{number}/\n\n"
    "这封信由系统发出，请不要直接回复。要问什么，请在办件页面留言。\n",
}
"""The words of every message that leaves the house, in one place."""
OFFICE = (
    "您好：\n\n办件{number}（{matter}）：{title}。\n\n请登录查看并确认：{address}/messages/\n\n"
    "这封信由系统发出，请不要直接回复。\n"
)
"""The letter to an official."""
LETTER = "您好：\n\n{words}\n\n这封信由系统发出，请不要直接回复。\n"
"""The letter about a benefit."""
FOR_OFFICIALS = frozenset({"Warned", "Escalated"})
SUBJECT = "{title}（{number}）"


@dataclass(frozen=True)
class Choice:
    """What a person wants, with what stands in its way: no address, or no gateway. `no_offers_at`: since when they want
    no policies offered."""

    email: bool
    sms: bool
    quiet_from: time
    quiet_to: time
    has_email: bool
    has_phone: bool
    has_gateway: bool
    no_offers_at: datetime | None = None


def choice_of(actor: Actor) -> Choice:
    """The actor's choice, or what holds without one.

    Raises:
        NotAllowed: nobody is signed in.
    """
    user = User.objects.filter(pk=actor.user_id).first()
    if user is None:
        raise NotAllowed("channels")
    row = ChannelChoice.objects.filter(user=user).first()
    quiet_from, quiet_to = QUIET
    return Choice(
        email=row.email if row else True,
        sms=row.sms if row else True,
        quiet_from=row.quiet_from or quiet_from if row else quiet_from,
        quiet_to=row.quiet_to or quiet_to if row else quiet_to,
        has_email=bool(user.email),
        has_phone=bool(user.phone),
        has_gateway=bool(settings.BANCHENG_SMS),
        no_offers_at=row.no_offers_at if row else None,
    )


def choose(
    actor: Actor, *, email: bool, sms: bool, quiet_from: time, quiet_to: time, offers: bool = True
) -> None:
    """Keep what the actor wants. Messages in the pages are always there, but for policies offered to who wants none;
    the day on which they said so is kept.

    Raises:
        NotAllowed: nobody is signed in.
    """
    if not actor.signed_in:
        raise NotAllowed("channels")
    row, _ = ChannelChoice.objects.update_or_create(
        user_id=actor.user_id,
        defaults={"email": email, "sms": sms, "quiet_from": quiet_from, "quiet_to": quiet_to},
    )
    if offers == (row.no_offers_at is not None):
        row.no_offers_at = None if offers else timezone.now()
        row.save(update_fields=["no_offers_at"])


def plan(case: Case, users: Collection[int], kind: str, about: int, now: datetime) -> None:
    """Write down, in the caller's transaction, whom to reach by what: four queries. `about` tells one occasion."""
    people = list(User.objects.filter(pk__in=users, is_active=True))
    chosen = {row.user_id: row for row in ChannelChoice.objects.filter(user__in=people)}
    rows = []
    for user in people:
        row = chosen.get(user.pk)
        if user.email and (row is None or row.email):
            rows.append(_row(case, user.pk, kind, EMAIL, about, now, now))
        if user.phone and settings.BANCHENG_SMS and (row is None or row.sms):
            rows.append(_row(case, user.pk, kind, SMS, about, now, after_quiet(now, *_quiet(row))))
    bodies = case.bodies.values("body")
    sees = Q(user__in=users) | Q(user__memberships__body__in=bodies)
    for hook in EventHook.objects.filter(sees, active=True, user__is_active=True).distinct():
        if not hook.kinds or kind in hook.kinds:
            made = _row(case, hook.user_id, kind, HOOK, about, now, now, hook)
            rows.append(made)
    ChannelDelivery.objects.bulk_create(rows, ignore_conflicts=True)


def plan_news(
    news: BenefitNews, users: Collection[int], subject: BenefitSubject | None, now: datetime
) -> None:
    """Write down, in the caller's transaction, whom to reach about a benefit by what; at night nobody is disturbed.

    Who has an account is reached as they chose; else the telephone in the register gets it, if it has one.
    """
    people = list(User.objects.filter(pk__in=users, is_active=True))
    chosen = {row.user_id: row for row in ChannelChoice.objects.filter(user__in=people)}
    rows = []
    for user in people:
        row = chosen.get(user.pk)
        if user.email and (row is None or row.email):
            rows.append(_of_news(news, user.pk, EMAIL, now, after_quiet(now, *_quiet(row))))
        if user.phone and settings.BANCHENG_SMS and (row is None or row.sms):
            rows.append(_of_news(news, user.pk, SMS, now, after_quiet(now, *_quiet(row))))
    if not people and subject is not None and subject.phone and settings.BANCHENG_SMS:
        rows.append(_of_news(news, None, SMS, now, after_quiet(now, *QUIET)))
    ChannelDelivery.objects.bulk_create(rows, ignore_conflicts=True)


def _of_news(
    news: BenefitNews, user: int | None, channel: str, now: datetime, at: datetime
) -> ChannelDelivery:
    key = key_of(f"benefit-{news.pk}", f"user:{user}" if user else "register", channel)
    return ChannelDelivery(
        user_id=user, news=news, kind=news.kind, channel=channel, key=key, next_at=at, created_at=now
    )


def _quiet(choice: ChannelChoice | None) -> tuple[time, time]:
    """When this person is not disturbed."""
    if choice is None:
        return QUIET
    return choice.quiet_from or QUIET[0], choice.quiet_to or QUIET[1]


def subject_of(news: BenefitNews) -> BenefitSubject | None:
    """Whom the news are about, as the register has them."""
    of = news.grant or news.standing or news.offer
    if of is None:
        return None
    return BenefitSubject.objects.filter(subject_kind=of.subject_kind, subject=of.subject).first()


def _row(
    case: Case,
    user: int,
    kind: str,
    channel: str,
    about: int,
    now: datetime,
    at: datetime,
    hook: EventHook | None = None,
) -> ChannelDelivery:
    whose = f"hook:{hook.pk}" if hook is not None else f"user:{user}"
    key = key_of(about, whose, channel)
    return ChannelDelivery(
        user_id=user, case=case, hook=hook, kind=kind, channel=channel, key=key, next_at=at, created_at=now
    )


def key_of(about: int | str, whose: str, channel: str) -> str:
    """By which a receiver knows a message again: one for an occasion, whose it is and by what it goes."""
    return sha256(f"{about}/{whose}/{channel}".encode()).hexdigest()[:32]


def after_quiet(now: datetime, start: time, end: time) -> datetime:
    """The first moment from `now` on that is not in the quiet hours; these may span midnight, and may be none."""
    local = timezone.localtime(now)
    at = local.time()
    if start == end:
        return now
    quiet = start <= at < end if start < end else at >= start or at < end
    if not quiet:
        return now
    later = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return later if later > local else later + timedelta(days=1)


def send_due(now: datetime, titles: Mapping[str, str]) -> int:
    """Try everything whose time has come; how many reached their receiver. `titles`: kind of event → its words.

    What happens to cases waits for no list of thousands who are told of a benefit: those have a round of their own.
    """
    waiting = ChannelDelivery.objects.filter(state=ChannelDelivery.WAITING)

    def sent(row: ChannelDelivery) -> int:
        mine = ChannelDelivery.objects.filter(pk=row.pk, state=ChannelDelivery.WAITING, next_at=row.next_at)
        return _send(row, now, titles) if mine.update(next_at=now + LEASE) else 0

    def told(row: ChannelDelivery) -> int:
        return 0 if _too_late(row, now) else sent(row)

    due = waiting.filter(next_at__lte=now).order_by("next_at", "id")
    cases, news = waiting.filter(news=None), waiting.exclude(news=None)
    of_cases = due.filter(news=None).select_related("user", "case", "hook")
    of_news = due.exclude(news=None).select_related("user", "news__grant", "news__standing", "news__offer")
    done = each("telling.delivery", of_cases, sent, now, most=BATCH, wanted=cases)
    return done + each("telling.benefit", of_news, told, now, most=BATCH, wanted=news)


def _too_late(row: ChannelDelivery, now: datetime) -> bool:
    """Whether this is not the moment, or no longer wanted: what waited may have come into the night, and a person may
    have answered or said meanwhile that they want nothing offered."""
    choice = ChannelChoice.objects.filter(user=row.user_id).first() if row.user_id else None
    later = after_quiet(now, *_quiet(choice))
    waiting = ChannelDelivery.objects.filter(pk=row.pk, state=ChannelDelivery.WAITING)
    if later > now:
        waiting.update(next_at=later)
        return True
    if row.kind not in OFFERS or row.news is None:
        return False
    subject = subject_of(row.news)
    unwanted = choice.no_offers_at if choice else None
    if unwanted or (subject is not None and subject.no_offers_at):
        waiting.update(state=ChannelDelivery.FAILED, error="本人不要推送政策")
        return True
    if over(row.news):
        waiting.update(state=ChannelDelivery.FAILED, error="本人已经答复")
        return True
    return False


def _send(row: ChannelDelivery, now: datetime, titles: Mapping[str, str]) -> int:
    try:
        _channel(row).send(_outgoing(row, titles))
    except ChannelRefused as no:
        row.state, row.error = ChannelDelivery.FAILED, str(no)[:200]
    except ChannelDown as down:
        row.tries += 1
        row.error = str(down)[:200]
        row.next_at = now + min(FIRST * 2 ** (row.tries - 1), LONGEST)
        if row.tries >= TRIES:
            row.state = ChannelDelivery.FAILED
    else:
        row.state, row.sent_at, row.error = ChannelDelivery.SENT, now, ""
    row.save(update_fields=["state", "error", "tries", "next_at", "sent_at"])
    return int(row.state == ChannelDelivery.SENT)


def _channel(row: ChannelDelivery) -> Channel:
    if row.channel == EMAIL:
        return EmailChannel()
    if row.channel == HOOK:
        secret = row.hook.secret if row.hook is not None else ""
        return HookChannel(secret, public=not settings.BANCHENG_DEMO)
    where: str = settings.BANCHENG_SMS
    if where == "demo":
        return SmsFiles(settings.BANCHENG_HOME / "sms")
    if not where:
        raise ChannelRefused("没有接通短信")
    return SmsGateway(where, settings.BANCHENG_SMS_KEY)


def _outgoing(row: ChannelDelivery, titles: Mapping[str, str]) -> Outgoing:
    if row.news is not None:
        return _news_outgoing(row, row.news)
    title = titles.get(row.kind, "办件有新进展")
    said = {
        "number": row.case.number if row.case else "",
        "matter": row.case.name if row.case else "",
        "title": title,
        "address": settings.BANCHENG_ADDRESS,
    }
    if row.channel == HOOK:
        event = {
            "id": row.key,
            "case": said["number"],
            "event": row.kind,
            "title": title,
            "at": row.created_at.isoformat(),
        }
        to = row.hook.address if row.hook is not None else ""
        return Outgoing(row.key, to, "", json.dumps(event, ensure_ascii=False))
    to = _address(row)
    office = row.channel == EMAIL and row.kind in FOR_OFFICIALS
    words = OFFICE if office else TEMPLATES[row.channel]
    return Outgoing(row.key, to, SUBJECT.format(**said), words.format(**said))


def _news_outgoing(row: ChannelDelivery, news: BenefitNews) -> Outgoing:
    words = said(news)
    if row.channel == EMAIL:
        return Outgoing(row.key, _address(row), words.title, LETTER.format(words=words.short))
    return Outgoing(row.key, _address(row), "", words.short)


def _address(row: ChannelDelivery) -> str:
    """Where a message goes now: a telephone may have been corrected since.

    Raises:
        ChannelRefused: nothing was left with us.
    """
    to = ""
    if row.user is not None:
        to = row.user.email if row.channel == EMAIL else row.user.phone
    elif row.news is not None and (subject := subject_of(row.news)) is not None:
        to = subject.phone
    if not to:
        raise ChannelRefused("没有留下地址")
    return to


def told_on(case: UUID) -> list[ChannelDelivery]:
    """Who was told of what about a case by which channel, newest first: one query. Without calls to programs."""
    rows = ChannelDelivery.objects.filter(case_id=case, hook=None)
    return list(rows.order_by("-created_at", "-id")[:50])
