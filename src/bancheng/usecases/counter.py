"""The window: taking a matter in for a person, judging what was received, handing results over.

A clerk works for the bodies whose window they hold; a senior of the same body signs what a clerk alone may not.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from bancheng.core.casework import (
    CrossMode,
    Delivery,
    MaterialKind,
    MaterialRef,
    Phase,
    TurnedAway,
    commands,
    ready,
)
from bancheng.core.compiler import Stored, read_form, to_stored
from bancheng.core.kernel import Place, Problem, ProblemsFound, digest
from bancheng.store.models import Case, CaseEvent, CaseForm, CaseTask, Draft, ResultDocument
from bancheng.usecases.access import Actor, NotFound, record, visible_cases
from bancheng.usecases.apply import Preparation, open_draft, start
from bancheng.usecases.casework import CaseFile, act, open_case
from bancheng.usecases.counter_people import party, windows
from bancheng.usecases.examining import Dossier
from bancheng.usecases.lists import count, matching_tasks
from bancheng.usecases.mandate_scope import NOBODY, represented, stands_for
from bancheng.usecases.mycases import prepared_form
from bancheng.usecases.submission import submit
from bancheng.usecases.town import current_blueprint

# ------------------------------------------------------------------------------------------------ today


@dataclass(frozen=True)
class Today:
    """The window at a glance: how many cases are to be judged, due or late, answered, to hand over, taken in today."""

    to_judge: int
    due: int
    late: int
    waiting: int
    mine: int
    answered: int
    to_hand_over: int
    taken_in: int
    late_deliveries: int


STILL = Q(done_at=None, state__in=("open", "claimed"))
"""Somebody at the window still has to do it, whether or not it lies with one of them."""


def today(actor: Actor, now: datetime | None = None) -> Today:
    """The figures of the actor's windows, each counted as far as lists are."""
    at = now or timezone.now()
    day = timezone.localdate(at)
    here = CaseTask.objects.filter(kind="intake", body__in=windows(actor))
    judging = here.filter(STILL)
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = CaseEvent.objects.filter(case=OuterRef("pk"), seq=1, actor=actor.id)
    return Today(
        to_judge=count(judging),
        due=count(judging.filter(order_on__gte=day, order_on__lte=day + timedelta(days=1))),
        late=count(judging.filter(order_on__lt=day)),
        waiting=count(here.filter(state="waiting")),
        mine=count(_whose(here, actor, "mine").filter(state="claimed")),
        answered=count(_answered(actor)),
        to_hand_over=count(to_hand_over(actor)),
        taken_in=count(Case.objects.filter(Exists(mine), created_at__gte=midnight)),
        late_deliveries=count(_deliveries(actor).filter(STILL)),
    )


def _answered(actor: Actor) -> QuerySet[Case]:
    """Cases at the actor's windows whose notice was answered and which wait to be judged again."""
    # A task at one of their windows is what makes a case theirs to see.
    at_window = CaseTask.objects.filter(STILL, case=OuterRef("pk"), kind="intake", body__in=windows(actor))
    return Case.objects.filter(Exists(at_window), answered=True)


def _deliveries(actor: Actor) -> QuerySet[CaseTask]:
    """What the actor's windows were told is late to be handed over (行政许可法 art. 44)."""
    return CaseTask.objects.filter(kind="delivery", body__in=windows(actor))


def to_hand_over(actor: Actor) -> QuerySet[Case]:
    """Cases taken in at the actor's windows with results that nobody has fetched yet."""
    at_window = CaseTask.objects.filter(case=OuterRef("pk"), kind="intake", body__in=windows(actor))
    undelivered = ResultDocument.objects.filter(delivered_at=None).values("case")
    return (
        visible_cases(actor)
        .filter(channel="window", pk__in=undelivered)
        .filter(Exists(at_window))
        .select_related("party")
        .order_by("-created_at", "id")
    )


def drafts(actor: Actor) -> list[Draft]:
    """What the clerk has begun for people and not sent."""
    mine = Draft.objects.filter(user_id=actor.user_id, channel="window")
    return list(mine.select_related("party", "blueprint").order_by("-updated_at")[:20])


QUEUE_ORDERS = {
    "due": ("order_on", "pk"),
    "-due": ("-order_on", "-pk"),
    "number": ("case__number",),
    "-number": ("-case__number",),
    "received": ("opened_at", "pk"),
    "-received": ("-opened_at", "-pk"),
}


WHOSE = ("mine", "free", "all")
"""Tasks of a window: those that lie with the actor, those nobody has taken, all of them."""


def _whose(rows: QuerySet[CaseTask], actor: Actor, whose: str) -> QuerySet[CaseTask]:
    if whose == "mine":
        # Looked up by the person: their own are few, the window's many.
        return rows.filter(pk__in=CaseTask.objects.filter(assignee=actor.id).order_by().values("pk"))
    return rows.filter(assignee="") if whose == "free" else rows


def queue(
    actor: Actor, tab: str = "open", text: str = "", order: str = "due", whose: str = "all"
) -> QuerySet[CaseTask]:
    """What was received at the actor's windows: ``open`` to judge, ``answered``, ``waiting`` for people, ``done``; and
    ``delivery``, results that are late to be handed over; ``out``, what was relayed and is not accepted there yet.
    `whose`: one of `WHOSE`.

    A task carries its body, so this filter is the scope.
    """
    here = CaseTask.objects.filter(kind="intake", body__in=windows(actor))
    rows = (_deliveries(actor) if tab == "delivery" else here).select_related("case", "case__party")
    if tab == "out":
        at_window = CaseTask.objects.filter(kind="relayed", state="waiting", body__in=windows(actor))
        rows = at_window.select_related("case", "case__party")
    elif tab == "answered":
        rows = rows.filter(case__in=_answered(actor))
    else:
        rows = rows.filter(Q(state=tab) if tab in {"waiting", "done"} else _to_do(whose))
    rows = rows if tab == "out" else _whose(rows, actor, whose)
    if text:
        rows = rows.filter(matching_tasks(text))
    return rows.order_by(*QUEUE_ORDERS.get(order, QUEUE_ORDERS["due"]))


def _to_do(whose: str) -> Q:
    """What is still to do, asked so that an index has it in order."""
    return {"mine": Q(state="claimed"), "free": Q(state="open")}.get(whose, STILL)


# ------------------------------------------------------------------------------------------------ taking in


def begin(actor: Actor, key: str, pk: UUID) -> Draft:
    """A draft of the one-thing `key` for a person at the window; looking into what is known of them is logged.

    Raises:
        NotFound: no such party, or no such one-thing for people of their kind.
    """
    of = party(actor, pk)
    thing = current_blueprint(key)
    if thing is None or thing.subject.value != of.subject:
        raise NotFound(key)
    record(actor, "draft.window", f"party:{of.pk}", f"窗口代办：{key}")
    return start(actor, key, of.pk, channel="window")


def window_draft(actor: Actor, pk: UUID) -> Draft:
    """What the clerk began for somebody at the window; what they apply for themselves is no business of it.

    Raises:
        NotFound: no such draft of theirs.
    """
    row = open_draft(actor, pk)
    if row.channel != "window":
        raise NotFound("draft")
    return row


def keep_papers(preparation: Preparation, documents: Collection[str]) -> None:
    """These documents were seen and kept on paper; only what this person must or may bring counts."""
    asked = {one.material.document for one in preparation.asked_materials()}
    preparation.draft.papers = sorted(asked & set(documents))
    preparation.draft.save(update_fields=["papers", "updated_at"])


def submit_at_window(
    actor: Actor,
    preparation: Preparation,
    *,
    declared: bool,
    body: str = "",
    accept: bool = False,
    mandate: int = 0,
) -> CaseFile:
    """Submit what was prepared at the window of `body` (without it the clerk's only one), and accept it at once.

    `mandate` is that of the agent who stands there for the applicant; 0 where the applicant came themself.

    Raises:
        ProblemsFound: something is missing, or which of the clerk's windows.
        CommandRefused: the rules say no, or the mandate does not hold for this.
        NotFound: the actor holds no such window.
    """
    held = windows(actor, ("clerk",))
    if not held or (body and body not in held):
        raise NotFound("window")
    if not body and len(held) > 1:
        raise ProblemsFound((Problem("window", "请选在哪个窗口收。", Place(path="window")),))
    receiving, draft = body or held[0], preparation.draft
    stands = NOBODY
    if mandate and draft.party_id is not None:
        today_ = timezone.localdate()
        stands = represented(actor, mandate, draft.party_id, preparation.blueprint.key, today_)
    with transaction.atomic():
        file = submit(actor, preparation, declared=declared, receiving=receiving, stands=stands)
        if accept:
            file = act(actor, file.case.pk, commands.Accept(), body=receiving)
    return file


# ------------------------------------------------------------------------------------------------ judging


def open_received(actor: Actor, number: str, unmasked: Collection[str] = ()) -> Dossier:
    """A case received at one of the actor's windows, whole: the window sees every item of it.

    Raises:
        NotFound: not received at a window of theirs.
    """
    file = open_case(actor, number)
    submission = file.state.submission
    if submission is None or submission.receiving_body not in windows(actor):
        raise NotFound("case")
    return Dossier(
        file=file,
        bodies=frozenset({submission.receiving_body}),
        items=frozenset(file.state.items),
        unmasked=frozenset(unmasked),
        strict=True,
    )


def receiving_of(dossier: Dossier) -> str:
    """The body at whose window the case lies."""
    submission = dossier.state.submission
    return submission.receiving_body if submission else ""


def accept(actor: Actor, dossier: Dossier, seen: int | None = None) -> CaseFile:
    """Accept (行政许可法 art. 32, 5).

    Raises:
        CommandRefused: the rules say no.
        Stale: the case has moved.
    """
    return act(actor, dossier.case.pk, commands.Accept(), body=receiving_of(dossier), seen=seen)


def cancel_notice(
    actor: Actor, dossier: Dossier, number: int, reason: str, seen: int | None = None
) -> CaseFile:
    """A senior takes a notice back that blocks the file; the days of intake count as if it had not been sent.

    Raises:
        CommandRefused: not a senior, or no reason.
        Stale: the case has moved.
    """
    command = commands.CancelNotice(number=number, reason=reason)
    return act(actor, dossier.case.pk, command, body=receiving_of(dossier), seen=seen)


def turn_away(
    actor: Actor,
    dossier: Dossier,
    outcome: TurnedAway,
    reason: str,
    right_body: str = "",
    seen: int | None = None,
) -> CaseFile:
    """Not needed, or not ours: then the right body is named (art. 32, 1 and 2).

    Raises:
        CommandRefused: no reason, or no body named.
        Stale: the case has moved.
    """
    command = commands.TurnAway(outcome=outcome, reason=reason, right_body=right_body)
    return act(actor, dossier.case.pk, command, body=receiving_of(dossier), seen=seen)


def correct(
    actor: Actor,
    dossier: Dossier,
    raw: Mapping[str, Sequence[str]],
    note: str = "",
    seen: int | None = None,
) -> tuple[CaseFile | None, tuple[Problem, ...]]:
    """Put small errors right together with the person who stands there (art. 32, 3): only what really changed counts.

    Raises:
        CommandRefused: nothing was changed, or it is too late.
        Stale: the case has moved.
    """
    fields = [one for one in dossier.blueprint.fields if one.element in raw]
    values, problems = read_form(fields, raw)
    if problems:
        return None, problems
    changed = {key: value for key, value in values.items() if dossier.values.get(key) != value}
    with transaction.atomic():
        form = next_form(dossier, {key: to_stored(value) for key, value in changed.items()})
        command = commands.CorrectOnSpot(
            fields=tuple(changed), form_digest=form.digest if changed else "", note=note
        )
        if changed:
            form.save()
        file = act(actor, dossier.case.pk, command, body=receiving_of(dossier), seen=seen)
    return file, ()


def next_form(dossier: Dossier, changed: Mapping[str, Stored]) -> CaseForm:
    """The form with some values changed, not saved; it goes on from answers to a notice given so far."""
    before = prepared_form(dossier.file) or dossier.form
    last = dossier.case.forms.order_by("-number").first()
    values = {**((before.values or {}) if before else {}), **changed}
    values = {key: value for key, value in values.items() if value is not None}
    known = (before.known or {}) if before else {}
    salt = secrets.token_hex(16)
    return CaseForm(
        case=dossier.case,
        number=last.number + 1 if last else 1,
        values=values,
        known={key: one for key, one in known.items() if key not in changed},
        salt=salt,
        digest=digest([salt, values]),
    )


# ------------------------------------------------------------------------------------------------ handing over


def ready_items(dossier: Dossier) -> tuple[str, ...]:
    """Items whose results, or whose refusal, can be handed over now."""
    return tuple(key for key, item in dossier.state.items.items() if ready(item))


def hand_over(
    actor: Actor, dossier: Dossier, items: Collection[str], seen: int | None = None, mandate: int = 0
) -> CaseFile:
    """Results go over the window into the hands of the person, or of the agent with this `mandate`.

    Raises:
        CommandRefused: locked by an owed paper, not ready, or the mandate does not hold for collecting.
        Stale: the case has moved.
    """
    stands = stands_for(actor, mandate, dossier.case, "collect")
    command = commands.Deliver(
        way=Delivery.WINDOW,
        items=tuple(items),
        to_ref=f"party:{dossier.case.party_id}",
        mandate=f"mandate:{mandate}" if mandate else "",
    )
    return act(actor, dossier.case.pk, command, body=receiving_of(dossier), seen=seen, stands=stands)


def hand_in_paper(actor: Actor, dossier: Dossier, document: str, mandate: int = 0) -> CaseFile:
    """A deferred material was brought to the window on paper, by the agent with this `mandate` or the person.

    Raises:
        NotFound: nothing of this kind is owed.
        CommandRefused: the rules say no, or the mandate does not hold for answering.
    """
    owed = dossier.state.owed.get(document)
    if owed is None:
        raise NotFound("owed")
    ref = MaterialRef(document=document, name=owed.material.name, kind=MaterialKind.PAPER)
    stands = stands_for(actor, mandate, dossier.case, "answer")
    command = commands.HandIn(material=ref)
    return act(actor, dossier.case.pk, command, body=receiving_of(dossier), stands=stands)


def second_notice(dossier: Dossier) -> bool:
    """Whether a further notice needs a senior and a reason."""
    return any(not one.cancelled for one in dossier.state.notices)


def may_judge(dossier: Dossier) -> bool:
    """Whether the five outcomes of art. 32 are open."""
    return dossier.state.phase is Phase.RECEIVED


def may_accept(dossier: Dossier) -> bool:
    """Whether this window accepts: of a relayed case the body that decides does; the notice stays the window's."""
    submission = dossier.state.submission
    relayed = submission is not None and submission.places.mode is CrossMode.RELAY
    return may_judge(dossier) and not relayed
