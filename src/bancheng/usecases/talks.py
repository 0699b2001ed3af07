"""The one thread of a case between the applicant's side and its bodies: written, read, answered, kept with the case."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from bancheng.core.casework import MESSAGE, CaseState, Phase, commands
from bancheng.core.kernel import Place, Problem, digest, parse_id_number
from bancheng.store.models import CaseTask, TalkMessage, Upload
from bancheng.usecases.access import Actor, NotFound, owns
from bancheng.usecases.casework import CaseFile, act, open_case
from bancheng.usecases.failing import or_else
from bancheng.usecases.files import erase
from bancheng.usecases.lists import matching_tasks
from bancheng.usecases.uploads import attach, open_upload

LONGEST = 2000
"""Characters of one message."""
DOCUMENT = "talk"
OPEN = frozenset({Phase.RECEIVED, Phase.SUPPLEMENT, Phase.ACCEPTED})


@dataclass(frozen=True)
class Line:
    """A message as one side sees it. `mine`: this side wrote it; `owed_until`: last day of the answer it waits for."""

    number: int
    who: str
    to: str
    text: str
    at: datetime
    read_at: datetime | None
    mine: bool
    files: tuple[Upload, ...]
    owed_until: date | None
    may_waive: bool


@dataclass(frozen=True)
class Thread:
    """The thread before one reader. `bodies`: whom the applicant may ask; `body`: for whom an official writes."""

    file: CaseFile
    lines: tuple[Line, ...]
    open: bool
    bodies: tuple[tuple[str, str], ...]
    body: str

    @property
    def owed(self) -> tuple[Line, ...]:
        """Messages that wait for an answer."""
        return tuple(one for one in self.lines if one.owed_until is not None)


def thread(actor: Actor, number: str) -> Thread:
    """The thread of a case the actor may see: those of the applicant's side and of the bodies with a part.

    Raises:
        NotFound: not theirs to see.
    """
    return thread_of(actor, open_case(actor, number))


def thread_of(actor: Actor, file: CaseFile) -> Thread:
    """As `thread`, of a case that is at hand: two queries."""
    mine, state = owns(actor, file.case), file.state
    body = "" if mine else _body(actor, state)
    rows = list(TalkMessage.objects.filter(case=file.case))
    given = Upload.objects.filter(case=file.case, state=Upload.CLEAN, document__startswith=f"{DOCUMENT}/")
    files: dict[str, list[Upload]] = {}
    for one in given if rows else ():
        files.setdefault(one.document, []).append(one)
    owed = {one.number: one for one in state.talk.questions if one.answered is None}
    is_open = state.phase in OPEN
    lines = tuple(
        Line(
            number=row.number,
            who=f"{state.body_name(row.body)} {row.author}".strip() if row.body else "申请人",
            to=state.body_name(row.to) if row.to else "",
            text=row.text,
            at=row.created_at,
            read_at=row.read_at,
            mine=(row.body == "") == mine,
            files=tuple(files.get(f"{DOCUMENT}/{row.number}", ())),
            owed_until=owed[row.number].due if row.number in owed and is_open else None,
            may_waive=is_open and row.number in owed and owed[row.number].body in actor.bodies and not mine,
        )
        for row in rows
    )
    receiving = state.submission.receiving_body if state.submission else ""
    others = [one for one in state.bodies if one != receiving]
    bodies = tuple((one, state.body_name(one)) for one in (receiving, *others) if one)
    return Thread(file, lines, is_open, bodies if mine else (), body)


def _body(actor: Actor, state: CaseState) -> str:
    """For which of their bodies an official writes: one that owes an answer, else the first with a part."""
    own = [one for one in state.bodies if one in actor.bodies]
    return next((one for one in own if state.talk.owed_by(one)), own[0] if own else "")


def read(actor: Actor, found: Thread, now: datetime | None = None) -> int:
    """The actor has opened the thread: what the other side wrote is read; how many messages were new."""
    mine = owns(actor, found.file.case)
    if not mine and not found.body:
        # Supervision looks on; it reads for nobody.
        return 0
    new = TalkMessage.objects.filter(case=found.file.case, read_at=None)
    other = new.exclude(body="") if mine else new.filter(body="")
    return other.update(read_at=now or timezone.now())


def write(
    actor: Actor,
    number: str,
    text: str,
    *,
    to: str = "",
    paper: tuple[str, BinaryIO] | None = None,
    now: datetime | None = None,
) -> tuple[Problem, ...]:
    """Write a message, with a file if one is given, or say what is wrong with it.

    Raises:
        NotFound: not theirs to see.
        CommandRefused: the case is over, or the body has no part in it.
    """
    file = open_case(actor, number)
    problems = wording(text, file.case.number)
    if problems:
        return problems
    upload = attach(None, file.case, DOCUMENT, *paper) if paper is not None else None
    if isinstance(upload, Problem):
        return (upload.at(Place(path="file")),)
    mine, at = owns(actor, file.case), now or timezone.now()
    body, salt = "" if mine else _body(actor, file.state), secrets.token_hex(16)
    command = commands.WriteMessage(
        digest=digest([salt, text]),
        to=to if mine else "",
        files=int(upload is not None),
        days=settings.BANCHENG_ANSWER_DAYS,
    )

    def also(after: CaseFile) -> None:
        last = after.state.talk.last
        asked = next((one.body for one in after.state.talk.questions if one.number == last), "")
        TalkMessage.objects.create(
            case=after.case,
            number=last,
            user_id=actor.user_id or None,
            author="" if mine else actor.name,
            body=body,
            to=asked,
            text=text,
            salt=salt,
            digest=command.digest,
            created_at=at,
        )
        if upload is not None:
            Upload.objects.filter(pk=upload.pk).update(document=f"{DOCUMENT}/{last}")

    with or_else(lambda: upload is not None and erase(Upload.objects.filter(pk=upload.pk))):
        act(actor, file.case.pk, command, body=body, now=at, also=also)
    return ()


def waive(actor: Actor, number: str, message: int) -> CaseFile:
    """The asked body says that a message wants no answer.

    Raises:
        NotFound: not theirs to see.
        CommandRefused: answered before, or asked of another body.
    """
    file = open_case(actor, number)
    asked = next((one.body for one in file.state.talk.questions if one.number == message), "")
    after = act(actor, file.case.pk, commands.NeedsNoAnswer(number=message), body=asked)
    read(actor, thread_of(actor, after))
    return after


def open_file(actor: Actor, number: str, upload: Any) -> tuple[Upload, bytes]:
    """A file of the thread.

    Raises:
        NotFound: not theirs to see, or no file of the thread.
    """
    file = open_case(actor, number)
    row = Upload.objects.filter(pk=upload, case=file.case, document__startswith=f"{DOCUMENT}/").first()
    if row is None:
        raise NotFound("upload")
    return open_upload(actor, row.pk)


def export(file: CaseFile) -> list[dict[str, Any]]:
    """The thread for the archive: every message with its digest as the log has it, and its files by name and digest."""
    files = Upload.objects.filter(
        case=file.case, document__startswith=f"{DOCUMENT}/", state=Upload.CLEAN
    ).order_by("created_at")
    held = list(files)
    return [
        {
            "number": row.number,
            "at": row.created_at.isoformat(),
            "from": file.state.body_name(row.body) if row.body else "申请人",
            "author": row.author,
            "to": file.state.body_name(row.to) if row.to else "",
            "text": row.text,
            "salt": row.salt,
            "digest": row.digest,
            "read_at": row.read_at.isoformat() if row.read_at else None,
            "files": [
                {"name": one.name, "digest": one.digest, "id": str(one.pk)}
                for one in held
                if one.document == f"{DOCUMENT}/{row.number}"
            ],
        }
        for row in TalkMessage.objects.filter(case=file.case)
    ]


# ------------------------------------------------------------------------------------------------ wording

_DIGITS = re.compile(r"\d[\d\s-]{13,30}[\dXx]")


def wording(text: str, number: str = "") -> tuple[Problem, ...]:
    """What is wrong with the words: nothing said, too long, or a number in them that belongs in the form."""
    if not text.strip():
        return (Problem("text.empty", "请写下要说的话。", Place(path="text")),)
    if len(text) > LONGEST:
        return (Problem("text.long", f"最多写{LONGEST}个字。", Place(path="text")),)
    plain = unicodedata.normalize("NFKC", text)
    if number:
        plain = plain.replace(number, " ")
    if any(_private(found.group()) for found in _DIGITS.finditer(plain)):
        said = "留言里不要写身份证号、银行卡号。"
        return (
            Problem("text.number", said, Place(path="text"), "办理需要的号码已经在表单里，请删去后再发。"),
        )
    return ()


def _private(found: str) -> bool:
    digits = re.sub(r"[\s-]", "", found).upper()
    windows = (digits[at : at + 18] for at in range(max(1, len(digits) - 17)))
    if any(len(one) == 18 and parse_id_number(one) is not None for one in windows):
        return True
    return digits.isdecimal() and 16 <= len(digits) <= 19 and _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for at, char in enumerate(reversed(digits)):
        value = int(char) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def owed_to(actor: Actor, text: str = "") -> QuerySet[CaseTask]:
    """Open questions to the windows where the actor works, the most urgent first."""
    mine = [body for role, body in actor.posts if role in ("clerk", "senior") and body]
    rows = CaseTask.objects.filter(kind=MESSAGE, role="clerk", body__in=mine, state="open")
    if text:
        rows = rows.filter(matching_tasks(text))
    return rows.select_related("case", "case__party").order_by("due_on", "case__number", "key")
