"""Applying: an application is prepared, gets its files and is submitted; or all in one call."""

import binascii
import io
from base64 import b64decode
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpRequest
from ninja import File, Form, Path, Router, Status, UploadedFile

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.store.models import Upload
from bancheng.usecases import apply, submission, uploads
from bancheng.usecases.access import Actor
from bancheng.usecases.apply import Preparation
from bancheng.usecases.failing import or_else

router = Router()


def _open(actor: Actor, draft: UUID) -> Preparation:
    return apply.prepare(actor, apply.open_draft(actor, draft))


def answered(
    actor: Actor, preparation: Preparation, answers: out.Values, wanted: list[str] | None
) -> Preparation:
    """The application with more answers.

    Raises:
        ProblemsFound: an answer is not sound.
    """
    problems = apply.answer(preparation, _show.texts(answers))
    if problems:
        raise ProblemsFound(problems)
    if wanted is not None:
        apply.wish(preparation, wanted)
    return _open(actor, preparation.draft.pk)


def take(preparation: Preparation, document: str, name: str, data: BinaryIO) -> Upload:
    """A file for a material, looked into.

    Raises:
        ProblemsFound: no such material here, or the file does not serve.
    """
    path = f"material/{document}"
    if document not in {material.document for material in preparation.blueprint.materials}:
        raise ProblemsFound((Problem("upload.unknown", "这件事不要这份材料。", Place(path=path)),))
    taken = uploads.attach(preparation.draft, None, document, name, data)
    if isinstance(taken, Problem):
        raise ProblemsFound((taken.at(Place(path=path)),))
    return taken


def read(file: out.FileIn) -> io.BytesIO:
    """What a file sent in base64 holds.

    Raises:
        ProblemsFound: it is no base64.
    """
    try:
        return io.BytesIO(b64decode(file.content, validate=True))
    except binascii.Error:
        problem = Problem("upload.base64", "文件内容不是 base64。", Place(path=f"material/{file.document}"))
        raise ProblemsFound((problem,)) from None


@router.post(
    "",
    response={201: out.ApplicationOut | out.CaseOut, **out.PROBLEMS},
    summary="Apply: a whole application, or the beginning of one",
)
@allow("signed_in")
def begin(request: HttpRequest, given: out.ApplicationIn) -> Any:
    """Known values are filled in and covered papers waived. With `declared` it is submitted at once and the case comes
    back; when something is missing nothing is kept and everything missing is listed."""
    actor = actor_of(request)
    taken: list[Upload] = []

    def throw_away() -> None:
        for file in taken:
            default_storage.delete(file.file)

    with or_else(throw_away), transaction.atomic():
        preparation = apply.prepare(actor, apply.start(actor, given.onething, given.party))
        preparation = answered(actor, preparation, given.answers, given.wanted)
        for sent in given.files:
            taken.append(take(preparation, sent.document, sent.name, read(sent)))  # noqa: PERF401  # reason: kept on failure
        preparation = _open(actor, preparation.draft.pk)
        if given.declared:
            return Status(201, _show.case(submission.submit(actor, preparation, declared=True), actor))
    return Status(201, _show.application(preparation))


@router.get(
    "/{draft}", response={200: out.ApplicationOut, **out.PROBLEMS}, summary="An application being prepared"
)
@allow("signed_in")
def application(request: HttpRequest, draft: Path[UUID]) -> Any:
    """Its list, its files and what is missing."""
    return _show.application(_open(actor_of(request), draft))


@router.patch("/{draft}", response={200: out.ApplicationOut, **out.PROBLEMS}, summary="Answer more")
@allow("signed_in")
def answer(request: HttpRequest, draft: Path[UUID], given: out.AnswersIn) -> Any:
    """Sound answers are saved; what is wrong is listed."""
    actor = actor_of(request)
    return _show.application(answered(actor, _open(actor, draft), given.answers, given.wanted))


@router.delete("/{draft}", response={204: None, **out.PROBLEMS}, summary="Discard an application")
@allow("signed_in")
def discard(request: HttpRequest, draft: Path[UUID]) -> Any:
    """The draft and its files are deleted."""
    apply.discard(actor_of(request), draft)
    return Status(204, None)


@router.post(
    "/{draft}/uploads", response={201: out.UploadOut, **out.PROBLEMS}, summary="Give a file for a material"
)
@allow("signed_in")
def upload(request: HttpRequest, draft: Path[UUID], document: Form[str], file: File[UploadedFile]) -> Any:
    """The file is looked into before it is taken: content, size, pages."""
    taken = take(_open(actor_of(request), draft), document, file.name or "file", cast(BinaryIO, file))
    return Status(201, _show.upload(taken))


@router.post("/{draft}/submission", response={201: out.CaseOut, **out.PROBLEMS}, summary="Submit")
@allow("signed_in")
def submit(request: HttpRequest, draft: Path[UUID], given: out.DeclareIn) -> Any:
    """One application for all its items becomes a case."""
    actor = actor_of(request)
    return Status(
        201, _show.case(submission.submit(actor, _open(actor, draft), declared=given.declared), actor)
    )
