"""Lawful stops and wishes for more time, as officials and applicants do them; the minutes lie beside the log."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from bancheng.core.casework import (
    CaseClocks,
    Level,
    MoreTime,
    ProcedureKind,
    Staff,
    clocks,
    commands,
)
from bancheng.core.kernel import digest
from bancheng.store.models import CaseTask, Membership, Minutes
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.bureau import Work, colleagues
from bancheng.usecases.bureau_acts import body_for
from bancheng.usecases.casework import CaseFile, act, open_case
from bancheng.usecases.mycases import my_file
from bancheng.usecases.town import body_name, packs


def offer_hearing(actor: Actor, work: Work, item: str, words: str, seen: int | None = None) -> CaseFile:
    """Tell the applicant of the right to a hearing (行政许可法 art. 47).

    Raises:
        CommandRefused: no reason, or one is under way.
    """
    command = commands.OfferHearing(item=item, words=words)
    return act(actor, work.dossier.case.pk, command, body=body_for(work, item), seen=seen)


def convene(
    actor: Actor,
    work: Work,
    kind: ProcedureKind,
    items: Collection[str],
    words: str,
    days: int = 0,
    procedure: str = "",
    seen: int | None = None,
) -> CaseFile:
    """Call a hearing of one's own accord, an expert review or a joint review.

    Raises:
        CommandRefused: no time told, no basis for stopping the clock, or one is under way.
    """
    command = commands.Convene(kind=kind, items=tuple(items), words=words, days=days, procedure=procedure)
    body = body_for(work, next(iter(items), ""))
    return act(actor, work.dossier.case.pk, command, body=body, seen=seen)


def set_date(
    actor: Actor,
    work: Work,
    number: int,
    day: date | None,
    hour: str,
    place: str,
    chair: str = "",
    seen: int | None = None,
) -> CaseFile:
    """When, where, under whom (a colleague by id).

    Raises:
        CommandRefused: too early, too late, or the chair examines the application.
        NotFound: not a procedure of theirs, or no such colleague.
    """
    body = _body_of(work, number)
    who = next((one for one in chairs(body) if one.id == chair), None)
    command = commands.SetDate(number=number, day=day or date.min, hour=hour, place=place, chair=who)
    return act(actor, work.dossier.case.pk, command, body=body, seen=seen)


def chairs(body: str) -> tuple[Staff, ...]:
    """Officials of a body who may chair."""
    return colleagues(body, ("reviewer", "senior", "inspector"))


def record_held(
    actor: Actor, work: Work, number: int, result: str, minutes: str, seen: int | None = None
) -> CaseFile:
    """What came of it, with the minutes; the log holds their digest.

    Raises:
        CommandRefused: it is not yet the day, or result or minutes are lacking.
        NotFound: not a procedure of theirs.
    """
    salt = secrets.token_hex(16)
    mark = digest([salt, minutes]) if minutes.strip() else ""
    command = commands.RecordHeld(number=number, result=result, minutes=mark)

    def keep(file: CaseFile) -> None:
        Minutes.objects.create(case=file.case, number=number, text=minutes, salt=salt, digest=mark)

    body = _body_of(work, number)
    return act(actor, work.dossier.case.pk, command, body=body, seen=seen, also=keep)


def call_off(actor: Actor, work: Work, number: int, reason: str, seen: int | None = None) -> CaseFile:
    """Take back what was convened.

    Raises:
        CommandRefused: the applicant asked for it, or no reason.
        NotFound: not a procedure of theirs.
    """
    command = commands.CallOff(number=number, reason=reason)
    return act(actor, work.dossier.case.pk, command, body=_body_of(work, number), seen=seen)


def _body_of(work: Work, number: int) -> str:
    found = next((one for one in work.dossier.state.procedures.held if one.number == number), None)
    if found is None or found.body not in work.dossier.bodies:
        raise NotFound("procedure")
    return found.body


def minutes_of(work: Work) -> dict[int, str]:
    """Minutes by number of the procedure, of the items the official may see."""
    seen = {one.number for one in work.dossier.state.procedures.held if set(one.items) <= work.dossier.items}
    rows = Minutes.objects.filter(case=work.dossier.case, number__in=seen)
    return dict(rows.values_list("number", "text"))


def choose_hearing(actor: Actor, number: str, which: int, *, wanted: bool) -> CaseFile:
    """The applicant asks for the hearing that was offered, or does not want it.

    Raises:
        NotFound: not their case.
        CommandRefused: too late, or it is no longer theirs to say.
    """
    file = my_file(actor, number)
    command = commands.AskHearing(number=which) if wanted else commands.WaiveHearing(number=which)
    return act(actor, file.case.pk, command)


# --------------------------------------------------------------------------------------------- more time


def governments() -> tuple[tuple[str, str], ...]:
    """Bodies whose head may lengthen a bundle: (key, name)."""
    rows = Membership.objects.filter(role="government", user__is_active=True).order_by("body")
    return tuple((key, body_name(key)) for key in dict.fromkeys(rows.values_list("body", flat=True)))


def ask_more_time(
    actor: Actor,
    work: Work,
    item: str,
    days: int,
    reason: str,
    to: str = "",
    seen: int | None = None,
) -> CaseFile:
    """Ask the head of the body for time for an item, or the government `to` for the whole ("").

    Raises:
        CommandRefused: more than the law allows, asked or granted before, or not for this body to ask.
    """
    if item:
        command = commands.AskMoreTime(level=Level.ITEM, item=item, days=days, reason=reason)
        body = body_for(work, item)
    else:
        name = dict(governments()).get(to, "")
        command = commands.AskMoreTime(
            level=Level.BUNDLE, days=days, reason=reason, to=to if name else "", to_name=name
        )
        submission = work.dossier.state.submission
        body = submission.lead_body if submission and submission.lead_body in work.dossier.bodies else ""
        body = body or next(iter(sorted(work.dossier.bodies)))
    return act(actor, work.dossier.case.pk, command, body=body, seen=seen)


ANSWERING = ("senior", "government")


def asked_of(actor: Actor) -> QuerySet[CaseTask]:
    """Wishes for more time that wait for this person, the most urgent first."""
    found = CaseTask.objects.filter(kind="more_time", state="open", pk__in=())
    for role, body in actor.posts:
        if role in ANSWERING and body:
            found = found | CaseTask.objects.filter(kind="more_time", state="open", role=role, body=body)
    return found.select_related("case", "case__party").order_by("due_on", "pk")


@dataclass(frozen=True)
class Wish:
    """One wish for more time as who may grant it sees it: the clocks, not the papers."""

    file: CaseFile
    asked: MoreTime
    clocks: CaseClocks

    @property
    def due(self) -> date | None:
        """The last day without it."""
        clock = self.clocks.items.get(self.asked.item) if self.asked.item else self.clocks.bundle
        return clock.due if clock else None


def wish(actor: Actor, number: str, which: int, now: datetime | None = None) -> Wish:
    """A wish this person may answer.

    Raises:
        NotFound: none such, or it is for somebody else.
    """
    file = open_case(actor, number)
    found = next((one for one in file.state.procedures.asked if one.number == which), None)
    role = "senior" if found is not None and found.level is Level.ITEM else "government"
    if found is None or (role, found.to) not in actor.posts:
        raise NotFound("wish")
    return Wish(file, found, clocks(file.state, packs().calendar, now or timezone.now()))


def answer_wish(actor: Actor, one: Wish, days: int, reason: str, *, grant: bool) -> CaseFile:
    """Grant up to the days the law allows, or decline with a reason.

    Raises:
        CommandRefused: too many days, no reason, or answered before.
    """
    make: Callable[[], commands.Command] = (
        (lambda: commands.Extend(level=one.asked.level, item=one.asked.item, days=days, reason=reason))
        if grant
        else (lambda: commands.DeclineMoreTime(number=one.asked.number, reason=reason))
    )
    return act(actor, one.file.case.pk, make(), body=one.asked.to)
