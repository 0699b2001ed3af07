"""Credit, promises and measures: what officials and applicants do about somebody's word."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router, Schema

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.core.casework import Kept, Measure
from bancheng.usecases import promises

router = Router()
_ANSWERS = {200: out.CaseOut, **dict.fromkeys((401, 403, 404, 409, 422, 429), out.ProblemDocument)}


class CreditIn(out.Act):
    """A clerk's decision after a credit check that was bad or had no answer."""

    allow: bool
    reason: str


class SettleIn(out.Act):
    """What is carried out of the proposed measures; none drops the proposal."""

    measures: list[Measure] = []
    reason: str


class VerifyIn(out.Act):
    """The check of a promise after the decision."""

    document: str
    outcome: Kept
    findings: str = ""


class WordsIn(Schema):
    """What the applicant says."""

    words: str


@router.post("/{number}/credit", response=_ANSWERS, summary="Decide on a credit check (信用核查)")
@allow("clerk", "senior")
def credit(request: HttpRequest, number: Path[str], given: CreditIn) -> Any:
    """May this case defer and promise?"""
    actor = actor_of(request)
    file = promises.decide_credit(
        actor, number, allow=given.allow, reason=given.reason, body=given.body, seen=given.seen
    )
    return _show.case(file, actor)


@router.post("/{number}/promises/verify", response=_ANSWERS, summary="Check a promise (承诺核查)")
@allow("reviewer", "inspector", "senior")
def verify(request: HttpRequest, number: Path[str], given: VerifyIn) -> Any:
    """Kept, or broken: then measures are proposed."""
    actor = actor_of(request)
    file = promises.verify(
        actor,
        number,
        given.document,
        outcome=given.outcome,
        findings=given.findings,
        body=given.body,
        seen=given.seen,
    )
    return _show.case(file, actor)


@router.post("/{number}/proposals/{proposal}/settle", response=_ANSWERS, summary="Settle proposed measures")
@allow("clerk", "reviewer", "senior")
def settle(request: HttpRequest, number: Path[str], proposal: Path[int], given: SettleIn) -> Any:
    """Not before the applicant answered or the days for it are over."""
    actor = actor_of(request)
    file = promises.settle(
        actor,
        number,
        proposal,
        measures=given.measures,
        reason=given.reason,
        body=given.body,
        seen=given.seen,
    )
    return _show.case(file, actor)


@router.post(
    "/{number}/proposals/{proposal}/objection", response=_ANSWERS, summary="Answer a proposal (陈述申辩)"
)
@allow("signed_in")
def objection(request: HttpRequest, number: Path[str], proposal: Path[int], given: WordsIn) -> Any:
    """By the applicant's side."""
    actor = actor_of(request)
    return _show.case(promises.object_to(actor, number, proposal, given.words), actor)
