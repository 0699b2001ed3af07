"""Visits: an appointment of several bodies, from its offers to its answers line by line."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.core.casework import Visit
from bancheng.usecases import visit_sheets, visits
from bancheng.usecases.casework import CaseFile, open_case

router = Router()


class VisitorOut(Schema):
    """An official who goes."""

    id: str
    name: str
    body: str


class VisitOut(Schema):
    """An appointment. `revision` belongs to answers typed for it; `paper` is the digest of its record."""

    number: int
    step: str
    round: int
    status: str
    begins: datetime
    ends: datetime
    lead: str
    people: list[VisitorOut]
    revision: int
    conclusion: str = ""
    words: str = ""
    paper: str = ""


class OfferOut(Schema):
    """A time at which every body can send enough; `late` is after the day by which it should begin."""

    begins: datetime
    ends: datetime
    late: bool


class ProposeIn(Schema):
    """A time for a step; people are chosen by who is free unless they are named."""

    step: str
    begins: datetime
    people: list[str] = []
    reason: str = ""


class VisitMoveIn(Schema):
    """Another time."""

    begins: datetime
    reason: str = ""


class LineIn(Schema):
    """One answer of a checklist: on which revision of the visit, and which version of the answer it replaces."""

    body: str
    line: str
    value: str
    note: str = ""
    revision: int | None = None
    version: int = 0


class KeptAnswerOut(Schema):
    """The version under which the answer is kept."""

    line: str
    value: str
    version: int


def _shown(one: Visit) -> VisitOut:
    return VisitOut(
        number=one.number,
        step=one.step,
        round=one.round,
        status=one.status.value,
        begins=one.slot.begins,
        ends=one.slot.ends,
        lead=one.lead,
        people=[VisitorOut(id=who.id, name=who.name, body=who.body) for who in one.people],
        revision=one.revision,
        conclusion=one.conclusion.value if one.conclusion else "",
        words=one.words,
        paper=one.paper,
    )


@router.get(
    "/{number}/visits", response={200: list[VisitOut], **out.PROBLEMS}, summary="Visits of a case (联合勘验)"
)
@allow("applicant", "agent", "clerk", "reviewer", "inspector", "senior", "supervisor")
def listed(request: HttpRequest, number: Path[str]) -> Any:
    """In the order in which they were arranged."""
    return [_shown(one) for one in open_case(actor_of(request), number).state.visits.all]


@router.get(
    "/{number}/steps/{step}/times",
    response={200: list[OfferOut], **out.PROBLEMS},
    summary="Times at which all bodies are free",
)
@allow("reviewer", "inspector", "senior")
def times(request: HttpRequest, number: Path[str], step: Path[str]) -> Any:
    """The earliest first."""
    file = open_case(actor_of(request), number)
    found = visits.arranging(file, step, timezone.now()).offers
    return [OfferOut(begins=one.slot.begins, ends=one.slot.ends, late=one.late) for one in found]


@router.post("/{number}/visits", response=out.CASE, summary="Propose a visit")
@allow("reviewer", "inspector", "senior")
def propose(request: HttpRequest, number: Path[str], given: ProposeIn) -> Any:
    """Put before the applicant."""
    actor = actor_of(request)
    return _case(
        request, visits.propose(actor, number, given.step, _zoned(given.begins), given.people, given.reason)
    )


@router.post("/{number}/visits/{visit}/confirm", response=out.CASE, summary="Confirm a visit")
@allow("applicant", "agent")
def confirm(request: HttpRequest, number: Path[str], visit: Path[int]) -> Any:
    """The applicant will be there. Of two bookings of one time only the first is ever confirmed."""
    return _case(request, visits.confirm(actor_of(request), number, visit))


@router.post("/{number}/visits/{visit}/move", response=out.CASE, summary="Another time")
@allow("applicant", "agent", "reviewer", "inspector", "senior")
def move(request: HttpRequest, number: Path[str], visit: Path[int], given: VisitMoveIn) -> Any:
    """Chosen by the applicant it is agreed; by an official, with a reason, it is proposed anew."""
    begins = _zoned(given.begins)
    return _case(request, visits.move(actor_of(request), number, visit, begins, (), given.reason))


@router.post(
    "/{number}/visits/{visit}/lines",
    response={200: KeptAnswerOut, **out.PROBLEMS},
    summary="Answer a line of a checklist",
)
@allow("reviewer", "inspector", "senior")
def answer(request: HttpRequest, number: Path[str], visit: Path[int], given: LineIn) -> Any:
    """Refused where the case, the visit or the answer moved since it was typed."""
    kept = visit_sheets.save_line(
        actor_of(request),
        number,
        visit,
        given.body,
        given.line,
        value=given.value,
        note=given.note,
        revision=given.revision,
        version=given.version,
    )
    return KeptAnswerOut(line=kept.line, value=kept.value, version=kept.version)


def _case(request: HttpRequest, file: CaseFile) -> out.CaseOut:
    return _show.case(file, actor_of(request))


def _zoned(moment: datetime) -> datetime:
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
