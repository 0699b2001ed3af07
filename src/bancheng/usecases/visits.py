"""Arranging visits: who is free when, what is offered, and the acts of both sides. Each act goes the one road."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from bancheng.core.casework import (
    LIVE,
    Absent,
    CaseState,
    Command,
    CommandRefused,
    Diary,
    Offer,
    Role,
    Slot,
    StepState,
    StepStatus,
    Visit,
    Visitor,
    VisitStatus,
    commands,
    crew,
    needed,
    offers,
    visitable,
    window,
)
from bancheng.core.catalogue import ON_SITE, ElementKind
from bancheng.core.kernel import Refusal, digest
from bancheng.store.models import Absence, Case, Membership, SiteVisit, VisitSeat, VisitWish
from bancheng.usecases.access import Actor, NotFound, record, visible_cases
from bancheng.usecases.casework import CaseFile, act, open_case
from bancheng.usecases.mycases import form_of
from bancheng.usecases.town import blueprint, packs

ROLES = (Role.INSPECTOR, Role.REVIEWER, Role.SENIOR)
"""Who goes to a site, those whose work it is first."""
FIRST_HOUR, MORE_MINUTES, MOST_MINUTES = 60, 30, 180
"""A visit of one body takes an hour, each further body half an hour more, never beyond a morning."""


@dataclass(frozen=True)
class Place:
    """Where to go, and whom to call there."""

    address: str
    phone: str
    contact: str


@dataclass(frozen=True)
class Arranging:
    """What an official sees before proposing a time: the offers, all who could go, and by when it must be."""

    step: StepState
    offers: tuple[Offer, ...]
    diaries: tuple[Diary, ...]
    minutes: int
    begin_by: date
    last: date


def minutes_of(step: StepState) -> int:
    """How long a visit of this step takes."""
    return min(MOST_MINUTES, FIRST_HOUR + MORE_MINUTES * (len(step.plan.bodies) - 1))


def diaries(step: StepState, besides: Visit | None = None, case: Case | None = None) -> tuple[Diary, ...]:
    """Everybody who could go, with what keeps them: other visits (firm or asked for) and leave. Three queries."""
    roles = ROLES if step.plan.kind in ON_SITE else ROLES[1:]
    posts = Membership.objects.filter(body__in=step.plan.bodies, role__in=roles, user__is_active=True)
    people: dict[str, Visitor] = {}
    for post in sorted(posts.select_related("user"), key=lambda one: (roles.index(one.role), one.user_id)):
        name = post.user.get_full_name()
        people.setdefault(
            f"user:{post.user_id}", Visitor(id=f"user:{post.user_id}", name=name, body=post.body)
        )
    seats = VisitSeat.objects.filter(person__in=people, cell__gte=timezone.now() - timedelta(days=1))
    if besides is not None:
        seats = seats.exclude(visit__case=case, visit__number=besides.number)
    busy: dict[str, set[datetime]] = {}
    for person, cell in seats.values_list("person", "cell"):
        busy.setdefault(person, set()).add(cell)
    leave = Absence.objects.filter(
        user_id__in=[int(one.partition(":")[2]) for one in people],
        called_off_at=None,
        last__gte=timezone.localdate(),
    )
    away: dict[str, list[tuple[date, date]]] = {}
    for row in leave:
        away.setdefault(f"user:{row.user_id}", []).append((row.first, row.last))
    return tuple(
        Diary(who=who, busy=frozenset(busy.get(key, ())), away=tuple(away.get(key, ())))
        for key, who in people.items()
    )


def arranging(file: CaseFile, step: str, now: datetime, besides: Visit | None = None) -> Arranging:
    """Offers for a step.

    Raises:
        NotFound: no such step is open, or it needs no appointment.
    """
    state = file.state.steps.get(step)
    if state is None or state.status is not StepStatus.OPEN or not visitable(state.plan):
        raise NotFound("step")
    calendar, today = packs().calendar, timezone.localdate(now)
    allowed = window(file.state, state, calendar, today)
    books, minutes = diaries(state, besides, file.case), minutes_of(state)
    needs = [(body, needed(state.plan)) for body in state.plan.bodies]
    # Nobody can be asked to be ready at once: the next half day at the earliest.
    first = now + timedelta(hours=2)
    found = offers(calendar, books, needs, minutes, first, allowed.last, allowed.begin_by)
    return Arranging(
        step=state,
        offers=found,
        diaries=books,
        minutes=minutes,
        begin_by=allowed.begin_by,
        last=allowed.last,
    )


def visits_to_arrange(state: CaseState, bodies: frozenset[str]) -> list[StepState]:
    """Open steps of these bodies that want an appointment and have none."""
    return [
        step
        for key, step in state.steps.items()
        if step.status is StepStatus.OPEN
        and visitable(step.plan)
        and not bodies.isdisjoint(step.plan.bodies)
        and not step.reports
        and ((last := state.visits.last(key)) is None or last.status not in LIVE)
    ]


# ---------------------------------------------------------------------------------------------- acts


def propose(
    actor: Actor,
    number: str,
    step: str,
    begins: datetime | None,
    people: Sequence[str] = (),
    reason: str = "",
    *,
    seen: int | None = None,
    now: datetime | None = None,
) -> CaseFile:
    """A time for all bodies of a step; without named `people` those who are free and least booked.

    Raises:
        CommandRefused: outside the hours, too late, too few, or somebody's time is taken.
        NotFound: not theirs, or no such step.
        Stale: the case has moved.
    """
    file = open_case(actor, number)
    plan = arranging(file, step, now or timezone.now())
    slot, chosen = _chosen(plan, begins, people)
    body = _body(actor, plan.step)
    command = commands.ProposeVisit(step=step, slot=slot, people=chosen, reason=reason)
    return _book(actor, file, command, slot, chosen, body=body, seen=seen, now=now)


def confirm(
    actor: Actor, number: str, visit: int, words: str = "", *, now: datetime | None = None
) -> CaseFile:
    """The applicant, or an official who noted how they agreed.

    Raises:
        CommandRefused: not proposed any more, past, or the time was taken by another visit meanwhile.
    """
    file, one, step = find(actor, number, visit)
    command = commands.ConfirmVisit(visit=visit, words=words)
    return _book(actor, file, command, one.slot, one.people, body=_body(actor, step), now=now, mine=one)


def move(
    actor: Actor,
    number: str,
    visit: int,
    begins: datetime | None,
    people: Sequence[str] = (),
    reason: str = "",
    *,
    now: datetime | None = None,
) -> CaseFile:
    """Another time, or other people at the same time.

    Raises:
        CommandRefused: as `propose`; an applicant has moved it too often; an official gives no reason.
    """
    file, one, step = find(actor, number, visit)
    plan = arranging(file, one.step, now or timezone.now(), one)
    slot, chosen = _chosen(plan, begins or one.slot.begins, people)
    command = commands.MoveVisit(visit=visit, slot=slot, people=chosen, reason=reason)
    return _book(actor, file, command, slot, chosen, body=_body(actor, step), now=now, mine=one)


def decline(actor: Actor, number: str, visit: int, words: str, *, now: datetime | None = None) -> CaseFile:
    """No time suits; what the applicant wrote goes to whoever arranges.

    Raises:
        CommandRefused: it is held or over already.
    """
    wish = _wish(visit, words, now)
    command = commands.DeclineVisit(visit=visit, words_digest=wish.digest)
    return act(actor, number, command, now=now, also=lambda file: _keep(file, wish))


def report_repaired(
    actor: Actor, number: str, visit: int, words: str, *, now: datetime | None = None
) -> CaseFile:
    """Put right; please look again.

    Raises:
        CommandRefused: nothing was to be put right, or said before.
    """
    wish = _wish(visit, words, now)
    command = commands.ReportRepaired(visit=visit, words_digest=wish.digest)
    return act(actor, number, command, now=now, also=lambda file: _keep(file, wish))


def cancel(actor: Actor, number: str, visit: int, reason: str, *, now: datetime | None = None) -> CaseFile:
    """It does not take place.

    Raises:
        CommandRefused: no reason, or parts are confirmed.
    """
    return _plain(actor, number, visit, commands.CancelVisit(visit=visit, reason=reason), now)


def miss(
    actor: Actor, number: str, visit: int, who: Absent, words: str = "", *, now: datetime | None = None
) -> CaseFile:
    """Somebody did not come.

    Raises:
        CommandRefused: it is not time yet.
    """
    return _plain(actor, number, visit, commands.MissVisit(visit=visit, who=who, words=words), now)


def hold(
    actor: Actor, number: str, visit: int, present: Sequence[str], *, now: datetime | None = None
) -> CaseFile:
    """We are there.

    Raises:
        CommandRefused: too few of a body, not confirmed, or before the time.
    """
    _, one, step = find(actor, number, visit)
    known = {person.id: person for person in one.people}
    known |= {diary.who.id: diary.who for diary in diaries(step) if diary.who.id not in known}
    there = tuple(known[key] for key in dict.fromkeys(present) if key in known)
    return _plain(actor, number, visit, commands.HoldVisit(visit=visit, present=there), now)


def _plain(actor: Actor, number: str, visit: int, command: Command, now: datetime | None) -> CaseFile:
    _, _, step = find(actor, number, visit)
    return act(actor, number, command, body=_body(actor, step), now=now)


def find(actor: Actor, number: str, visit: int) -> tuple[CaseFile, Visit, StepState]:
    """A visit of a case the actor may see.

    Raises:
        NotFound: there is none.
    """
    file = open_case(actor, number)
    one = next((found for found in file.state.visits.all if found.number == visit), None)
    if one is None:
        raise NotFound("visit")
    return file, one, file.state.steps[one.step]


def _body(actor: Actor, step: StepState) -> str:
    return next((body for body in step.plan.bodies if body in actor.bodies), "")


def _chosen(
    plan: Arranging, begins: datetime | None, people: Sequence[str]
) -> tuple[Slot, tuple[Visitor, ...]]:
    if begins is None:
        raise CommandRefused((Refusal("visit.when", "请选一个时间。"),))
    slot = Slot(begins=begins, ends=begins + timedelta(minutes=plan.minutes))
    if people:
        wanted = set(people)
        return slot, tuple(one.who for one in plan.diaries if one.who.id in wanted)
    needs = [(body, needed(plan.step.plan)) for body in plan.step.plan.bodies]
    chosen = crew(plan.diaries, needs, slot)
    if not chosen:
        raise CommandRefused((_taken(),))
    return slot, chosen


def _taken() -> Refusal:
    return Refusal("visit.taken", "这个时间刚被别的约定占用了。", "", "请另选一个时间。")


def _book(
    actor: Actor,
    file: CaseFile,
    command: Command,
    slot: Slot,
    people: Sequence[Visitor],
    *,
    body: str,
    seen: int | None = None,
    now: datetime | None = None,
    mine: Visit | None = None,
) -> CaseFile:
    """An act that takes people's time. The rows allow one firm booking of a half hour; the second is told."""
    try:
        return act(actor, file.case.pk, command, body=body, seen=seen, now=now)
    except IntegrityError:
        others = VisitSeat.objects.filter(
            person__in=[one.id for one in people], cell__in=slot.cells, firm=True
        )
        if mine is not None:
            others = others.exclude(visit__case=file.case, visit__number=mine.number)
        if others.exists():
            raise CommandRefused((_taken(),)) from None
        raise


def _wish(visit: int, words: str, now: datetime | None) -> VisitWish:
    salt = secrets.token_hex(16)
    text = words.strip()[:500]
    return VisitWish(
        number=visit,
        words=text,
        salt=salt,
        digest=digest([salt, text]) if text else "",
        at=now or timezone.now(),
    )


def _keep(file: CaseFile, wish: VisitWish) -> None:
    if wish.words:
        VisitWish.objects.filter(case=file.case, digest=wish.digest).delete()
        wish.pk, wish.case = None, file.case
        wish.save(force_insert=True)


def wishes(case: Case, visit: int) -> list[str]:
    """What the applicant wrote about this visit."""
    return list(
        VisitWish.objects.filter(case=case, number=visit).order_by("at").values_list("words", flat=True)
    )


# ---------------------------------------------------------------------------------------------- lists


def my_visits(actor: Actor, now: datetime | None = None) -> QuerySet[SiteVisit]:
    """Visits I am to go to, or have to finish, by day: those of past days that nobody finished stand first."""
    del now
    mine = VisitSeat.objects.filter(person=actor.id).values("visit")
    rows = SiteVisit.objects.filter(pk__in=mine, status__in=[one.value for one in LIVE])
    return rows.filter(case__in=visible_cases(actor)).select_related("case", "case__party").order_by("begins")


def office_visits(actor: Actor) -> QuerySet[SiteVisit]:
    """Visits of my bodies that others go to."""
    mine = VisitSeat.objects.filter(person=actor.id).values("visit")
    ours = VisitSeat.objects.filter(body__in=actor.bodies).values("visit")
    rows = SiteVisit.objects.filter(pk__in=ours, status__in=[one.value for one in LIVE]).exclude(pk__in=mine)
    return rows.select_related("case", "case__party").order_by("begins")


def day_range(day: date) -> tuple[datetime, datetime]:
    """The moments in which a day of ours begins and ends."""
    begins = timezone.make_aware(datetime.combine(day, time()))
    return begins, begins + timedelta(days=1)


# ---------------------------------------------------------------------------------------------- the place

_ADDRESSES = ("premises_address", "festival_place", "company_address")
_PHONES = ("premises_phone", "festival_hotline", "contact_phone", "phone")


def place_of(file: CaseFile, items: Sequence[str]) -> Place:
    """Where the visit is, from what the applicant stated in the form for these items; nothing when they stated none."""
    form = form_of(file)
    values = (form.values or {}) if form else {}
    fields = [one for one in blueprint(file.case.blueprint_id).fields if set(one.items) & set(items)]
    address = _first(values, _ADDRESSES, [f.element for f in fields if f.kind is ElementKind.ADDRESS])
    phone = _first(values, _PHONES, [f.element for f in fields if f.kind is ElementKind.PHONE])
    return Place(address=address, phone=phone or file.case.party.phone, contact=file.case.party.name)


def _first(values: dict[str, object], known: Sequence[str], kinds: Sequence[str]) -> str:
    for key in (*known, *kinds):
        value = values.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def call(actor: Actor, number: str, visit: int) -> Place:
    """The number to call, for those who go; it is written into the audit chain.

    Raises:
        NotFound: not a visit of theirs.
    """
    file, one, step = find(actor, number, visit)
    if one.status not in LIVE | {VisitStatus.DECLINED, VisitStatus.MISSED} or not _body(actor, step):
        raise NotFound("visit")
    record(actor, "visit.call", f"visit:{number}/{visit}", "联系约定事宜")
    return place_of(file, step.plan.items)
