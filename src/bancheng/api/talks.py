"""The thread of a case: read it, write in it."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status

from bancheng.api import _schemas as out
from bancheng.api._auth import actor_of, allow
from bancheng.core.kernel import ProblemsFound
from bancheng.usecases import talks

router = Router()


class MessageOut(Schema):
    """A message. `answer_due`: it waits for an answer until that day."""

    number: int
    who: str
    to: str
    text: str
    at: datetime
    read_at: datetime | None
    mine: bool
    files: list[str]
    answer_due: date | None


class MessageIn(Schema):
    """Words, and from the applicant's side the body that is asked (none = the window)."""

    text: str
    to: str = ""


def _shown(request: HttpRequest, number: str) -> list[MessageOut]:
    actor = actor_of(request)
    found = talks.thread(actor, number)
    talks.read(actor, found)
    return [
        MessageOut(
            number=one.number,
            who=one.who,
            to=one.to,
            text=one.text,
            at=one.at,
            read_at=one.read_at,
            mine=one.mine,
            files=[file.name for file in one.files],
            answer_due=one.owed_until,
        )
        for one in found.lines
    ]


@router.get(
    "/{number}/talk", response={200: list[MessageOut], **out.PROBLEMS}, summary="The thread of a case"
)
@allow("signed_in")
def thread(request: HttpRequest, number: Path[str]) -> Any:
    """Oldest first; reading it is marked for the other side."""
    return _shown(request, number)


@router.post("/{number}/talk", response={201: list[MessageOut], **out.PROBLEMS}, summary="Write a message")
@allow("signed_in")
def write(request: HttpRequest, number: Path[str], given: MessageIn) -> Any:
    """A question is owed an answer within the days of this deployment."""
    problems = talks.write(actor_of(request), number, given.text, to=given.to)
    if problems:
        raise ProblemsFound(problems)
    return Status(201, _shown(request, number))
