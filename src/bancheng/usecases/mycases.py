"""What the applicant sees of their cases: the list, one file with its road, its notices, what is owed, messages.

An official who is also an applicant sees here only what is their own or their parties'.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from bancheng.core.casework import (
    CaseClocks,
    CaseState,
    Clock,
    Hindered,
    Mark,
    MarkKind,
    Notice,
    Owed,
    Phase,
    Timeline,
    can_withdraw,
    clocks,
    events,
    hindrances,
    timeline,
)
from bancheng.core.clock import Due, notice_due
from bancheng.core.compiler import Blueprint, MergedField, PersonalList, stored_value
from bancheng.core.evidence import Value
from bancheng.store.models import Case, CaseForm, Draft, Message, ResultDocument, Upload
from bancheng.usecases.access import Actor, NotFound, of_parties, owns
from bancheng.usecases.casework import CaseFile, open_case
from bancheng.usecases.letters import slips
from bancheng.usecases.mandate_scope import ended
from bancheng.usecases.slips import Slip
from bancheng.usecases.town import blueprint, packs


@dataclass(frozen=True)
class MyCase:
    """A case as its applicant sees it now."""

    file: CaseFile
    blueprint: Blueprint
    road: Timeline
    clocks: CaseClocks
    form: CaseForm | None
    results: tuple[ResultDocument, ...]
    slips: tuple[Slip, ...]

    @property
    def case(self) -> Case:
        """The row."""
        return self.file.case

    @property
    def state(self) -> CaseState:
        """The fold."""
        return self.file.state

    @property
    def owed(self) -> tuple[tuple[Owed, Clock | None], ...]:
        """Deferred materials still to be handed in, with their clocks once the case is accepted."""
        return tuple((one, self.clocks.owed.get(key)) for key, one in self.state.still_owed.items())

    @property
    def open_results(self) -> tuple[ResultDocument, ...]:
        """Results that can be fetched now."""
        return tuple(one for one in self.results if not hindrances(self.state, Hindered.DELIVER, one.item))

    @property
    def locked_results(self) -> tuple[ResultDocument, ...]:
        """Results that wait for an owed material."""
        return tuple(one for one in self.results if hindrances(self.state, Hindered.DELIVER, one.item))

    @property
    def can_withdraw(self) -> bool:
        """Whether anything is left that could be taken back."""
        return can_withdraw(self.state)

    @property
    def can_rate(self) -> bool:
        """Whether the case has an end and no rating yet."""
        ended = {Phase.FINISHED, Phase.NOT_NEEDED, Phase.NOT_OURS, Phase.WITHDRAWN}
        return self.state.phase in ended and self.state.rating is None

    def values(self) -> list[tuple[MergedField, Value]]:
        """What was submitted, in the order of the form; empty once it was erased."""
        stored = (self.form.values or {}) if self.form else {}
        shown: list[tuple[MergedField, Value]] = []
        for field in self.blueprint.fields:
            value = stored_value(field, stored.get(field.element))
            if value is not None:
                shown.append((field, value))
        return shown


def my_cases(actor: Actor) -> QuerySet[Case]:
    """The actor's own cases and their parties', newest first."""
    if not actor.signed_in:
        return Case.objects.none()
    return Case.objects.filter(of_parties(actor)).select_related("party").order_by("-created_at", "id")


def held_drafts(held: Collection[str]) -> list[Draft]:
    """Drafts begun without an account in the browser that holds these ids, newest first."""
    if not held:
        return []
    return list(
        Draft.objects.filter(pk__in=held, user=None)
        .select_related("blueprint", "party")
        .order_by("-updated_at")
    )


def my_file(actor: Actor, number: str) -> CaseFile:
    """One of the actor's cases, folded.

    Raises:
        NotFound: there is none, or it is somebody else's; the two look the same. `MandateEnded` to whoever could act
            in it once.
    """
    try:
        file = open_case(actor, number)
    except NotFound:
        raise ended(actor, number) or NotFound("case") from None
    if not owns(actor, file.case):
        raise ended(actor, number) or NotFound("case")
    return file


def my_case(actor: Actor, number: str, now: datetime | None = None) -> MyCase:
    """Everything the case page shows.

    Raises:
        NotFound: as `my_file`.
    """
    file = my_file(actor, number)
    at = now or timezone.now()
    calendar = packs().calendar
    return MyCase(
        file=file,
        blueprint=blueprint(file.case.blueprint_id),
        road=timeline(file.state, calendar, at),
        clocks=clocks(file.state, calendar, at),
        form=form_of(file),
        results=tuple(file.case.results.order_by("issued_on", "number")),
        slips=slips(file),
    )


def form_of(file: CaseFile) -> CaseForm | None:
    """The form the case stands on now; answers being prepared to a notice are a later row and not yet part of it."""
    return file.case.forms.filter(digest=file.state.form_digest).order_by("-number").first()


@dataclass(frozen=True)
class FirstDates:
    """What can be said on the day of submission: the last day for a word on acceptance, and the promised end if the
    day of acceptance is the day of receipt."""

    word_by: Due
    end: Due


def first_dates(file: CaseFile) -> FirstDates | None:
    """The dates told with the receipt, or None after acceptance."""
    state, submission = file.state, file.state.submission
    if submission is None or state.received is None or state.phase is not Phase.RECEIVED:
        return None
    calendar = packs().calendar
    return FirstDates(notice_due(calendar, state.received), submission.promised.due(calendar, state.received))


def promised_end(of: PersonalList, promised_from: date) -> Due:
    """The last day of what this person was promised, if it were accepted on this day."""
    return of.clock.promised.due(packs().calendar, promised_from)


@dataclass(frozen=True)
class Marked:
    """A mark of an open notice with what it points at."""

    mark: Mark
    answered: bool
    field: MergedField | None
    value: Value | None
    uploads: tuple[Upload, ...]
    bodies: tuple[str, ...]


@dataclass(frozen=True)
class MyNotice:
    """An open notice as the applicant answers it, mark by mark."""

    file: CaseFile
    notice: Notice
    marks: tuple[Marked, ...]
    issued_at: datetime

    @property
    def left(self) -> int:
        """Marks still to be answered."""
        return len(self.notice.unanswered)


def my_notice(actor: Actor, number: str, notice: int) -> MyNotice:
    """An open notice of one of the actor's cases.

    Raises:
        NotFound: not theirs, or the notice is closed.
    """
    file = my_file(actor, number)
    found = next((one for one in file.state.open_notices if one.number == notice), None)
    event = next(
        (one for one in file.events if isinstance(one, events.NoticeIssued) and one.number == notice), None
    )
    if found is None or event is None:
        raise NotFound("notice")
    of = blueprint(file.case.blueprint_id)
    fields = {field.element: field for field in of.fields}
    form = prepared_form(file) or form_of(file)
    stored = (form.values or {}) if form else {}
    given = list(
        Upload.objects.filter(case=file.case, state=Upload.CLEAN, created_at__gte=event.at).order_by(
            "created_at"
        )
    )
    answered = set(found.answers)
    marks = []
    for mark in found.marks:
        field = fields.get(mark.target) if mark.kind is MarkKind.FIELD else None
        marks.append(
            Marked(
                mark=mark,
                answered=mark.key in answered,
                field=field,
                value=stored_value(field, stored.get(field.element)) if field else None,
                uploads=tuple(
                    one for one in given if mark.kind is MarkKind.MATERIAL and one.document == mark.target
                ),
                bodies=tuple(map(file.state.body_name, mark.bodies)),
            )
        )
    return MyNotice(file, found, tuple(marks), event.at)


def prepared_form(file: CaseFile) -> CaseForm | None:
    """The form with the answers given so far to an open notice; it counts once the notice is answered in full."""
    now = form_of(file)
    last = file.case.forms.order_by("-number").first()
    return last if last is not None and now is not None and last.number > now.number else None


def my_messages(actor: Actor) -> QuerySet[Message]:
    """Messages to the actor, newest first."""
    return Message.objects.filter(user_id=actor.user_id).select_related("case").order_by("-created_at", "-id")


def unread(actor: Actor) -> int:
    """How many messages the actor has not read."""
    return Message.objects.filter(user_id=actor.user_id, read_at=None).count() if actor.signed_in else 0


def mark_read(actor: Actor, now: datetime) -> int:
    """All messages of the actor are read; how many were not."""
    return Message.objects.filter(user_id=actor.user_id, read_at=None).update(read_at=now)


def case_messages(actor: Actor, case: UUID) -> list[Message]:
    """The actor's messages about one case, newest first."""
    return list(Message.objects.filter(user_id=actor.user_id, case_id=case).order_by("-created_at", "-id"))
