"""Many applications from one sheet, online for a firm or at a window: the same use cases as the pages."""

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Path, Query, Router, Schema, Status, UploadedFile

from bancheng.api import _schemas as out
from bancheng.api._auth import actor_of, allow
from bancheng.store.models import Batch
from bancheng.usecases import batches
from bancheng.usecases.access import Actor

router = Router()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE = dict.fromkeys((401, 403, 404, 429), out.ProblemDocument)


def _sent(kind: str) -> dict[str, Any]:
    return {"responses": {"200": {"description": "The file", "content": {kind: {}}}}}


class BatchProblemOut(Schema):
    """What is wrong in a row: the column's name (empty for the whole row), why, and what helps."""

    column: str
    message: str
    suggestion: str


class BatchRowOut(Schema):
    """One row of the sheet: its number there, the sender's own label, and the draft or the case it became."""

    number: int
    label: str
    draft: UUID | None
    case: str
    problems: list[BatchProblemOut]


class BatchOut(Schema):
    """A sheet that was taken in, with what became of each row and the papers its drafts still lack (document, name)."""

    id: UUID
    onething: str
    channel: str
    rows: list[BatchRowOut]
    papers: dict[str, str]


class SubmittedOut(Schema):
    """How many went, and how many wait with their problems."""

    went: int
    waits: int


class SubmitIn(Schema):
    """`declared`: all of it is true. At a window: `window` is the body taking it in, `mandate` that of the agent who
    stands there (0: the applicant themself, or whoever represents the company by law)."""

    declared: bool
    window: str = ""
    mandate: int = 0


def _shown(actor: Actor, one: Batch) -> BatchOut:
    rows = one.rows.select_related("case").order_by("number")
    return BatchOut(
        id=one.pk,
        onething=one.onething,
        channel=one.channel,
        rows=[
            BatchRowOut(
                number=row.number,
                label=row.label,
                draft=row.draft_id,
                case=row.case.number if row.case else "",
                problems=[
                    BatchProblemOut(column=column, message=message, suggestion=suggestion)
                    for column, message, suggestion in row.problems
                ],
            )
            for row in rows
        ],
        papers=dict(batches.papers(actor, one)),
    )


@router.get("/template/{onething}", response=_FILE, summary="The empty sheet", openapi_extra=_sent(_XLSX))
@allow("signed_in")
def template(request: HttpRequest, onething: Path[str]) -> Any:
    """An Excel workbook with a column for everything that may be asked."""
    return HttpResponse(batches.template(actor_of(request), onething)[1], content_type=_XLSX)


@router.post("", response={201: BatchOut, **out.PROBLEMS}, summary="Hand a filled sheet in")
@allow("signed_in")
def take_in(
    request: HttpRequest,
    onething: Form[str],
    party: Form[UUID],
    file: File[UploadedFile],
    channel: Form[str] = "online",
) -> Any:
    """`channel` is ``online``, or ``window`` by a clerk. Good rows become drafts, others say what is wrong."""
    actor = actor_of(request)
    where = batches.WINDOW if channel == batches.WINDOW else "online"
    name = file.name or "batch.xlsx"
    made = batches.take_in(actor, onething, party, name, cast(BinaryIO, file), where)
    return Status(201, _shown(actor, made))


@router.get("/{batch}", response={200: BatchOut, **_FILE}, summary="What became of each row")
@allow("signed_in")
def one(request: HttpRequest, batch: Path[UUID]) -> Any:
    """One of the caller's batches."""
    actor = actor_of(request)
    return _shown(actor, batches.any_batch(actor, batch))


@router.post("/{batch}/papers", response={200: BatchOut, **out.PROBLEMS}, summary="One file for every draft")
@allow("signed_in")
def paper(request: HttpRequest, batch: Path[UUID], document: Form[str], file: File[UploadedFile]) -> Any:
    """Every open draft that lacks this paper gets it."""
    actor = actor_of(request)
    mine = batches.any_batch(actor, batch)
    batches.give_paper(actor, mine, document, file.name or "file", cast(BinaryIO, file))
    return _shown(actor, mine)


@router.post(
    "/{batch}/originals/{document}",
    response={200: BatchOut, **out.PROBLEMS},
    summary="The originals were seen at the window and kept",
)
@allow("clerk")
def originals(request: HttpRequest, batch: Path[UUID], document: Path[str]) -> Any:
    """For every open draft that lacks this paper."""
    actor = actor_of(request)
    mine = batches.any_batch(actor, batch)
    batches.see_paper(actor, mine, document)
    return _shown(actor, mine)


@router.post("/{batch}/submit", response={200: SubmittedOut, **out.PROBLEMS}, summary="Submit all of it")
@allow("signed_in")
def submit(request: HttpRequest, batch: Path[UUID], given: SubmitIn) -> Any:
    """Every complete draft becomes a case; one that fails holds up no other; again, nothing goes twice."""
    actor = actor_of(request)
    went, waits = batches.submit_all(
        actor,
        batches.any_batch(actor, batch),
        declared=given.declared,
        body=given.window,
        mandate=given.mandate,
    )
    return SubmittedOut(went=went, waits=waits)


@router.get(
    "/{batch}/receipts",
    response=_FILE,
    summary="Receipts of all",
    openapi_extra={
        "responses": {
            "200": {
                "description": "A list, or at a window every slip",
                "content": {_XLSX: {}, "application/pdf": {}},
            }
        }
    },
)
@allow("signed_in")
def receipts(request: HttpRequest, batch: Path[UUID], pdf: Query[bool] = False) -> Any:
    """An Excel list of what became of each row; with `pdf` the slips of what was submitted, as one file."""
    actor = actor_of(request)
    mine = batches.any_batch(actor, batch)
    if pdf:
        return HttpResponse(batches.slips(actor, mine), content_type="application/pdf")
    return HttpResponse(batches.receipts(mine), content_type=_XLSX)
