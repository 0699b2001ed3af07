"""Taking one matter in at a window, for the person or the agent who stands there: the same use case as the page."""

from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.api.applications import answered, read, take
from bancheng.store.models import Upload
from bancheng.usecases import apply, counter
from bancheng.usecases.failing import or_else

router = Router()


class IntakeIn(Schema):
    """A whole application brought to a window. `window` is the body that takes it in (without it the clerk's only
    one), `mandate` that of the agent who stands there (0: the applicant themself)."""

    onething: str
    party: UUID = Field(description="whom it is for")
    answers: out.Values = {}
    wanted: list[str] = []
    files: list[out.FileIn] = []
    papers: list[str] = Field([], description="documents whose originals were seen and kept")
    declared: bool = Field(description="the applicant's word, before the clerk, that everything is true")
    window: str = ""
    accept: bool = Field(False, description="accept it at once")
    mandate: int = 0


@router.post("", response={201: out.CaseOut, **out.PROBLEMS}, summary="Take an application in at a window")
@allow("clerk")
def take_in(request: HttpRequest, given: IntakeIn) -> Any:
    """All of it or nothing: when something is missing, no draft is kept and everything missing is listed."""
    actor = actor_of(request)
    taken: list[Upload] = []

    def throw_away() -> None:
        for file in taken:
            default_storage.delete(file.file)

    with or_else(throw_away), transaction.atomic():
        preparation = apply.prepare(actor, counter.begin(actor, given.onething, given.party))
        preparation = answered(actor, preparation, given.answers, given.wanted)
        counter.keep_papers(preparation, given.papers)
        for sent in given.files:
            taken.append(take(preparation, sent.document, sent.name, read(sent)))  # noqa: PERF401  # reason: kept on failure
        preparation = apply.prepare(actor, counter.window_draft(actor, preparation.draft.pk))
        file = counter.submit_at_window(
            actor,
            preparation,
            declared=given.declared,
            body=given.window,
            accept=given.accept,
            mandate=given.mandate,
        )
    return Status(201, _show.case(file, actor))
