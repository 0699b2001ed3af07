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
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bancheng.core.casework import (
    Delivery,
    Mark,
    MaterialKind,
    MaterialRef,
    Phase,
    TurnedAway,
    commands,
    ready,
)
from bancheng.core.catalogue import Subject
from bancheng.core.compiler import read_form, to_stored
from bancheng.core.kernel import (
    Place,
    Problem,
    check_credit_code,
    check_id_number,
    check_name,
    check_phone,
    digest,
    normalise_code,
    normalise_id_number,
    normalise_name,
    normalise_phone,
    search_key,
)
from bancheng.store.models import Case, CaseEvent, CaseForm, CaseTask, Draft, Party, ResultDocument
from bancheng.usecases.access import Actor, NotFound, record, visible_cases
from bancheng.usecases.apply import Preparation, open_draft, party_of, start
from bancheng.usecases.casework import CaseFile, act, open_case
from bancheng.usecases.examining import Dossier
from bancheng.usecases.mycases import prepared_form
from bancheng.usecases.submission import submit
from bancheng.usecases.town import current_blueprint

WINDOW_ROLES = ("clerk", "senior")
FOUND_AT_MOST = 20
LONG_ENOUGH = 2
"""Characters of a name below which a search would list half the town."""


def windows(actor: Actor, roles: Collection[str] = WINDOW_ROLES) -> tuple[str, ...]:
    """The bodies at whose window the actor works, or whose window they answer for."""
    return tuple(dict.fromkeys(body for role, body in actor.posts if role in roles and body))


# ------------------------------------------------------------------------------------------------ today


@dataclass(frozen=True)
class Today:
    """The window at a glance: how many cases are to be judged, due or late, answered, to hand over, taken in today."""

    to_judge: int
    due: int
    late: int
    waiting: int
    answered: int
    to_hand_over: int
    taken_in: int


def today(actor: Actor, now: datetime | None = None) -> Today:
    """The figures of the actor's windows: four queries."""
    at = now or timezone.now()
    day = timezone.localdate(at)
    tasks = CaseTask.objects.filter(kind="intake", body__in=windows(actor)).aggregate(
        to_judge=Count("id", filter=Q(state="open")),
        due=Count("id", filter=Q(state="open", due_on__gte=day, due_on__lte=day + timedelta(days=1))),
        late=Count("id", filter=Q(state="open", due_on__lt=day)),
        waiting=Count("id", filter=Q(state="waiting")),
    )
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = CaseEvent.objects.filter(kind="Submitted", actor=actor.id, at__gte=midnight)
    return Today(
        **tasks,
        answered=_answered(actor).count(),
        to_hand_over=to_hand_over(actor).count(),
        taken_in=mine.count(),
    )


def _answered(actor: Actor) -> QuerySet[Case]:
    """Cases at the actor's windows whose notice was answered and which wait to be judged again."""
    answered = CaseEvent.objects.filter(kind="Resubmitted").values("case")
    at_window = CaseTask.objects.filter(kind="intake", state="open", body__in=windows(actor)).values("case")
    return visible_cases(actor).filter(pk__in=at_window).filter(pk__in=answered)


def to_hand_over(actor: Actor) -> QuerySet[Case]:
    """Cases taken in at the actor's windows with results that nobody has fetched yet."""
    at_window = CaseTask.objects.filter(kind="intake", body__in=windows(actor)).values("case")
    undelivered = ResultDocument.objects.filter(delivered_at=None).values("case")
    return (
        visible_cases(actor)
        .filter(channel="window", pk__in=at_window)
        .filter(pk__in=undelivered)
        .select_related("party")
        .order_by("-created_at", "id")
    )


def drafts(actor: Actor) -> list[Draft]:
    """What the clerk has begun for people and not sent."""
    mine = Draft.objects.filter(user_id=actor.user_id, channel="window")
    return list(mine.select_related("party", "blueprint").order_by("-updated_at")[:20])


QUEUE_ORDERS = {
    "due": ("due_on", "case__number"),
    "-due": ("-due_on", "case__number"),
    "number": ("case__number",),
    "-number": ("-case__number",),
    "received": ("opened_at", "case__number"),
    "-received": ("-opened_at", "case__number"),
}


def queue(actor: Actor, tab: str = "open", text: str = "", order: str = "due") -> QuerySet[CaseTask]:
    """What was received at the actor's windows: ``open`` to judge, ``answered``, ``waiting`` for people, ``done``.

    A task carries its body, so this filter is the scope.
    """
    rows = CaseTask.objects.filter(kind="intake", body__in=windows(actor)).select_related(
        "case", "case__party"
    )
    if tab == "answered":
        rows = rows.filter(case__in=_answered(actor))
    else:
        rows = rows.filter(state=tab if tab in {"open", "waiting", "done"} else "open")
    if text:
        rows = rows.filter(matching("case__", text))
    return rows.order_by(*QUEUE_ORDERS.get(order, QUEUE_ORDERS["due"]))


def matching(lead: str, text: str) -> Q:
    """Cases by part of their number, the name of the party or of the matter; `lead` is the road to the case."""
    plain = "".join(text.split())
    found = Q(**{f"{lead}number__contains": plain}) | Q(**{f"{lead}name__contains": text.strip()})
    key = search_key(text)
    return found | Q(**{f"{lead}party__search_key__contains": key}) if key else found


# ------------------------------------------------------------------------------------------------ people


def find_parties(actor: Actor, subject: Subject, text: str) -> tuple[list[Party], Problem | None]:
    """People or companies of this number, or of this name or beginning of one; the search is written down.

    A name alone must have two characters unless somebody is called exactly so.
    """
    number = normalise_id_number(text) if subject is Subject.PERSON else normalise_code(text)
    key = search_key(text)
    if not number and not key:
        return [], None
    record(actor, "party.search", f"subject:{subject.value}", "窗口查找申请人")
    exact = Q(number=number) | Q(search_key=key)
    if len(key) >= LONG_ENOUGH and not number.isdigit():
        exact |= Q(search_key__startswith=key)
    found = list(
        Party.objects.filter(exact, subject=subject.value).order_by("search_key", "id")[: FOUND_AT_MOST + 1]
    )
    if len(found) > FOUND_AT_MOST:
        words = f"同名的太多，只列出前{FOUND_AT_MOST}个。"
        return found[:FOUND_AT_MOST], Problem("party.many", words, suggestion="请用证件号码查找。")
    return found, None


def party(actor: Actor, pk: UUID) -> Party:
    """Whom the clerk takes a matter in for.

    Raises:
        NotFound: there is no such party, or the actor holds no window.
    """
    found = Party.objects.filter(pk=pk).first() if windows(actor) else None
    if found is None:
        raise NotFound("party")
    return found


def make_party(
    actor: Actor, subject: Subject, *, name: str, paper: str, number: str, phone: str
) -> tuple[Party | None, tuple[Problem, ...]]:
    """The party as read from their papers: found by number or made new. `paper` is ``id_card``, ``passport``,
    ``credit_code`` or ``none`` (a newborn, or papers lost); problems are placed by ``name``, ``number``, ``phone``.
    """
    problems: list[Problem] = []
    shown = normalise_name(name)
    problems += _at("name", check_name(shown))
    plain = ""
    if paper != "none":
        plain, problem = _number(paper, number)
        problems += _at("number", problem)
    telephone = normalise_phone(phone)
    if telephone:
        problems += _at("phone", check_phone(telephone))
    known = Party.objects.filter(subject=subject.value, number=plain).first() if plain else None
    if known is not None and not problems and search_key(known.name) != search_key(shown):
        problems.append(
            Problem(
                "party.name",
                "这个号码已经登记在另一个姓名下。",
                Place(path="name"),
                "请核对证件；如果改过名，请先按户籍或登记部门的记录更正。",
            )
        )
    if problems:
        return None, tuple(problems)
    found = party_of(subject, shown, plain, telephone)
    record(actor, "party.take", f"party:{found.pk}", "窗口核对证件")
    return found, ()


def _at(path: str, problem: Problem | None) -> list[Problem]:
    return [problem.at(Place(path=path))] if problem else []


def _number(paper: str, number: str) -> tuple[str, Problem | None]:
    if paper == "credit_code":
        plain = normalise_code(number)
        return plain, check_credit_code(plain)
    plain = normalise_id_number(number)
    if paper == "id_card":
        return plain, check_id_number(plain)
    if not (5 <= len(plain) <= 20 and plain.isascii() and plain.isalnum()):
        return plain, Problem(
            "party.passport", "证件号码应为5到20位字母或数字。", suggestion="请照证件上的号码填写。"
        )
    return plain, None


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
    actor: Actor, preparation: Preparation, *, declared: bool, body: str = "", accept: bool = False
) -> CaseFile:
    """Submit what was prepared at the window of `body` (the clerk's only one without it), and accept it at once.

    Raises:
        ProblemsFound: something is missing.
        CommandRefused: the rules say no.
        NotFound: the actor holds no such window.
    """
    held = windows(actor, ("clerk",))
    if not held or (body and body not in held):
        raise NotFound("window")
    receiving = body or held[0]
    with transaction.atomic():
        file = submit(actor, preparation, declared=declared, receiving=receiving)
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


def issue_notice(
    actor: Actor, dossier: Dossier, marks: Sequence[Mark], reason: str = "", seen: int | None = None
) -> CaseFile:
    """Send the one notice with the window's own marks and those the bodies proposed (art. 32, 4).

    Raises:
        CommandRefused: nothing marked, or a second notice without a senior and reason.
        Stale: the case has moved.
    """
    command = commands.IssueNotice(marks=tuple(marks), reason=reason)
    return act(actor, dossier.case.pk, command, body=receiving_of(dossier), seen=seen)


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


def next_form(dossier: Dossier, changed: Mapping[str, str | bool | list[str] | None]) -> CaseForm:
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


def hand_over(actor: Actor, dossier: Dossier, items: Collection[str], seen: int | None = None) -> CaseFile:
    """Results go over the window into the hands of the person.

    Raises:
        CommandRefused: locked by an owed paper, or not ready.
        Stale: the case has moved.
    """
    command = commands.Deliver(
        way=Delivery.WINDOW, items=tuple(items), to_ref=f"party:{dossier.case.party_id}"
    )
    with transaction.atomic():
        file = act(actor, dossier.case.pk, command, body=receiving_of(dossier), seen=seen)
        ResultDocument.objects.filter(case=dossier.case, item__in=items).update(delivered_at=timezone.now())
    return file


def hand_in_paper(actor: Actor, dossier: Dossier, document: str) -> CaseFile:
    """A deferred material was brought to the window on paper.

    Raises:
        NotFound: nothing of this kind is owed.
        CommandRefused: the rules say no.
    """
    owed = dossier.state.owed.get(document)
    if owed is None:
        raise NotFound("owed")
    ref = MaterialRef(document=document, name=owed.material.name, kind=MaterialKind.PAPER)
    return act(actor, dossier.case.pk, commands.HandIn(material=ref), body=receiving_of(dossier))


def second_notice(dossier: Dossier) -> bool:
    """Whether a further notice needs a senior and a reason."""
    return any(not one.cancelled for one in dossier.state.notices)


def may_judge(dossier: Dossier) -> bool:
    """Whether the five outcomes of art. 32 are open."""
    return dossier.state.phase is Phase.RECEIVED
