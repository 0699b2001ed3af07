"""Credit, promises and measures: what officials and applicants do about somebody's word."""

from typing import Any, BinaryIO, Literal, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import File, Path, Query, Router, Schema, Status, UploadedFile

from bancheng.api import _schemas as out
from bancheng.api import _show, _trust
from bancheng.api._auth import actor_of, allow
from bancheng.core.casework import Kept, Measure
from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.store.models import CreditRecord
from bancheng.usecases import answers, apply, promises
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import open_case

router = Router()
drafts = Router()
records = Router()


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


class SignIn(Schema):
    """A signature: `shown` is the digest of the text that was read, `name` who promises."""

    shown: str
    name: str


class AnswerRecordIn(Schema):
    """The answer to an objection: the record is repaired, or stays."""

    repair: bool
    words: str


# ------------------------------------------------------------------------------------------------ an application


@drafts.get(
    "/{draft}/promises/{document}",
    response={200: _trust.PromiseTextOut, **out.PROBLEMS},
    summary="The text of a promise (承诺书)",
)
@allow("signed_in")
def text(request: HttpRequest, draft: Path[UUID], document: Path[str]) -> Any:
    """To be read in full before it is signed."""
    actor = actor_of(request)
    preparation = apply.prepare(actor, apply.open_draft(actor, draft))
    found = promises.material_of(preparation, document)
    if found is None:
        raise NotFound("promise")
    whole = promises.text_of(found, preparation)
    return _trust.PromiseTextOut(
        title=whole.title, version=whole.version, text=whole.plain, digest=whole.digest
    )


@drafts.post(
    "/{draft}/promises/{document}",
    response={200: _trust.PromiseTextOut, **out.PROBLEMS},
    summary="Promise instead of giving a paper (告知承诺)",
)
@allow("signed_in")
def sign(request: HttpRequest, draft: Path[UUID], document: Path[str], given: SignIn) -> Any:
    """Of the text that was shown and no other; refused while a broken word is not repaired."""
    actor = actor_of(request)
    preparation = apply.prepare(actor, apply.open_draft(actor, draft))
    row = promises.sign(actor, preparation, document, shown=given.shown, name=given.name)
    return _trust.signed(row)


@drafts.delete(
    "/{draft}/promises/{document}", response={204: None, **out.PROBLEMS}, summary="Take a promise back"
)
@allow("signed_in")
def unsign(request: HttpRequest, draft: Path[UUID], document: Path[str]) -> Any:
    """Before submission; the paper is asked for again."""
    actor = actor_of(request)
    promises.unsign(apply.prepare(actor, apply.open_draft(actor, draft)), document)
    return Status(204, None)


# ------------------------------------------------------------------------------------------------ a case


@router.get(
    "/{number}/promises",
    response={200: _trust.TrustOut, **out.PROBLEMS},
    summary="What a case owes and promises, and what waits for it (容缺、承诺)",
)
@allow("signed_in")
def trust(request: HttpRequest, number: Path[str]) -> Any:
    """Credit check, owed materials with their last day, promises, checks, measures proposed, locked results."""
    actor = actor_of(request)
    return _trust.shown(open_case(actor, number), actor)


@router.get(
    "/{number}/promises/signed/{promise}",
    response={200: _trust.PromiseTextOut, **out.PROBLEMS},
    summary="A promise as it was signed",
)
@allow("signed_in")
def signed(request: HttpRequest, number: Path[str], promise: Path[UUID]) -> Any:
    """The whole text; an official's reading is recorded."""
    row = promises.open_promise(actor_of(request), promise)
    if row.case is None or row.case.number != number:
        raise NotFound("promise")
    return _trust.signed(row)


@router.post(
    "/{number}/owed/{document}/files",
    response={201: out.UploadOut, **out.PROBLEMS},
    summary="Give a file for an owed material",
)
@allow("signed_in")
def give(request: HttpRequest, number: Path[str], document: Path[str], file: File[UploadedFile]) -> Any:
    """Looked into before it is taken; it counts once it is handed in."""
    taken = answers.add_owed_file(
        actor_of(request), number, document, file.name or "file", cast(BinaryIO, file)
    )
    if isinstance(taken, Problem):
        raise ProblemsFound((taken.at(Place(path=f"material/{document}")),))
    return Status(201, _show.upload(taken))


@router.post(
    "/{number}/owed/{document}/hand-in",
    response=out.CASE,
    summary="Hand in an owed material (补交)",
)
@allow("signed_in")
def hand_in(request: HttpRequest, number: Path[str], document: Path[str]) -> Any:
    """With the files given for it. What waited for it can be handed out then."""
    actor = actor_of(request)
    problems = answers.hand_in(actor, number, document)
    if problems:
        raise ProblemsFound(tuple(one.at(Place(path=f"material/{document}")) for one in problems))
    return _show.case(open_case(actor, number), actor)


@router.post("/{number}/credit", response=out.CASE, summary="Decide on a credit check (信用核查)")
@allow("clerk", "senior")
def credit(request: HttpRequest, number: Path[str], given: CreditIn) -> Any:
    """May this case defer and promise?"""
    actor = actor_of(request)
    file = promises.decide_credit(
        actor, number, allow=given.allow, reason=given.reason, body=given.body, seen=given.seen
    )
    return _show.case(file, actor)


@router.post("/{number}/promises/verify", response=out.CASE, summary="Check a promise (承诺核查)")
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


@router.post("/{number}/proposals/{proposal}/settle", response=out.CASE, summary="Settle proposed measures")
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
    "/{number}/proposals/{proposal}/objection", response=out.CASE, summary="Answer a proposal (陈述申辩)"
)
@allow("signed_in")
def objection(request: HttpRequest, number: Path[str], proposal: Path[int], given: WordsIn) -> Any:
    """By the applicant's side."""
    actor = actor_of(request)
    return _show.case(promises.object_to(actor, number, proposal, given.words), actor)


# ------------------------------------------------------------------------------------------------ the register


def _page(rows: QuerySet[CreditRecord], limit: int, offset: int) -> _trust.RecordsOut:
    found = _show.some(rows, limit, offset)
    return _trust.RecordsOut(
        count=rows.count(), records=[_trust.RecordOut(**_trust.record(one)) for one in found]
    )


@records.get(
    "",
    response={200: _trust.RecordsOut, **out.PROBLEMS},
    summary="Records about the caller and those they act for (信用记录)",
)
@allow("signed_in")
def mine(request: HttpRequest, limit: Query[int] = 50, offset: Query[int] = 0) -> Any:
    """Newest first, repaired ones too, at most 100 at a time."""
    return _page(promises.my_records(actor_of(request)), limit, offset)


@records.get(
    "/register",
    response={200: _trust.RecordsOut, **out.PROBLEMS},
    summary="The register of the caller's bodies",
)
@allow("clerk", "reviewer", "inspector", "senior")
def register(
    request: HttpRequest,
    tab: Literal["held", "objected", "repaired"] = "held",
    limit: Query[int] = 50,
    offset: Query[int] = 0,
) -> Any:
    """In force, waiting for an answer, or repaired."""
    return _page(promises.register(actor_of(request), tab), limit, offset)


@records.post(
    "/{record}/objection",
    response={200: _trust.RecordOut, **out.PROBLEMS},
    summary="Object to a record, or ask for its repair (异议、信用修复)",
)
@allow("signed_in")
def object_to_record(request: HttpRequest, record: Path[int], given: WordsIn) -> Any:
    """Once until it is answered."""
    return _trust.record(promises.object_to_record(actor_of(request), record, given.words))


@records.post(
    "/{record}/answer",
    response={200: _trust.RecordOut, **out.PROBLEMS},
    summary="Answer, and repair a record or keep it",
)
@allow("senior")
def answer_record(request: HttpRequest, record: Path[int], given: AnswerRecordIn) -> Any:
    """By a senior of the body that recorded it."""
    return _trust.record(
        promises.answer_record(actor_of(request), record, repair=given.repair, words=given.words)
    )
