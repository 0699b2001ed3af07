"""On the site: the checklist of each body, saved line by line, photographs, and what was typed while the line was down.

An answer says on which state of the visit it was typed and which answer of a colleague it replaces. What no longer fits
is refused with the reason; the phone keeps what was typed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from bancheng.connect.documents import MAX_BYTES, CleanFile, inspect_upload, picture_place, thumbnail
from bancheng.core.casework import (
    CaseState,
    CommandRefused,
    Context,
    StepOutcome,
    StepState,
    Visit,
    commands,
    may_write,
)
from bancheng.core.catalogue import LookKind, ReviewPoint
from bancheng.core.kernel import Place, Problem, ProblemsFound, Refusal, digest
from bancheng.store.models import Upload, VisitAnswer, VisitPhoto, VisitSignature
from bancheng.usecases import uploads
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, act, as_core
from bancheng.usecases.files import erase
from bancheng.usecases.town import packs
from bancheng.usecases.visits import find

YES, NO = "yes", "no"
MOST = 500
"""Characters of an answer or a remark."""
MOST_DRAWING = 200_000
"""Bytes of a drawn signature as the phone sends it."""


@dataclass(frozen=True)
class Look:
    """A line of a checklist: a review point of an item that is judged on the site."""

    key: str
    text: str
    kind: LookKind
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    photo: bool = False
    basis: str = ""

    @property
    def wants_photo(self) -> bool:
        """It is not answered without a photograph."""
        return self.photo or self.kind is LookKind.PHOTO

    @property
    def bounds(self) -> str:
        """What is in order, in words."""
        low, high = self.minimum, self.maximum
        if low is not None and high is not None:
            return f"{low:f}—{high:f}{self.unit}"
        if low is not None:
            return f"不少于{low:f}{self.unit}"
        return f"不超过{high:f}{self.unit}" if high is not None else self.unit


@dataclass(frozen=True)
class Answered:
    """A line with what was answered and photographed."""

    look: Look
    answer: VisitAnswer | None
    photos: tuple[VisitPhoto, ...]

    @property
    def value(self) -> str:
        """What was answered."""
        return self.answer.value if self.answer else ""

    @property
    def ok(self) -> bool | None:
        """In order, not in order, or nothing to judge."""
        if self.look.kind is LookKind.YES_NO and self.value:
            return self.value == YES
        number = _number(self.value) if self.look.kind is LookKind.NUMBER else None
        if number is None:
            return None
        low, high = self.look.minimum, self.look.maximum
        return (low is None or number >= low) and (high is None or number <= high)

    @property
    def done(self) -> bool:
        """Nothing is missing. Words are wanted from nobody."""
        if self.look.wants_photo and not self.photos:
            return False
        return bool(self.value) or self.look.kind in {LookKind.WORDS, LookKind.PHOTO}


@dataclass(frozen=True)
class Sheet:
    """One body's part of a visit as it stands."""

    file: CaseFile
    visit: Visit
    step: StepState
    body: str
    looks: tuple[Look, ...]

    @cached_property
    def lines(self) -> tuple[Answered, ...]:
        """Every line: two queries."""
        mine = {"case": self.file.case, "number": self.visit.number, "body": self.body}
        answers = {one.line: one for one in VisitAnswer.objects.filter(**mine)}
        photos: dict[str, list[VisitPhoto]] = {}
        for one in VisitPhoto.objects.filter(**mine).select_related("upload").order_by("at"):
            photos.setdefault(one.line, []).append(one)
        return tuple(
            Answered(look, answers.get(look.key), tuple(photos.get(look.key, ()))) for look in self.looks
        )

    @property
    def left(self) -> int:
        """Lines still to be answered."""
        return sum(not one.done for one in self.lines)

    @property
    def bad(self) -> int:
        """Lines not in order."""
        return sum(one.ok is False for one in self.lines)

    @property
    def photos(self) -> tuple[VisitPhoto, ...]:
        """All photographs."""
        return tuple(photo for one in self.lines for photo in one.photos)

    @property
    def digest(self) -> str:
        """Binds what was answered and photographed to the event that confirms it."""
        answers = [[one.look.key, one.value, one.answer.note if one.answer else ""] for one in self.lines]
        return digest([answers, sorted(one.upload.digest for one in self.photos)])


def checklist(state: CaseState, step: StepState, body: str) -> tuple[Look, ...]:
    """What a body looks at in a step: the points of its items that are for the site, else those a person judges."""
    items = [one.item for one in step.plan.origins if one.body == body] or [
        key for key in step.plan.items if state.items[key].item.body == body
    ]
    found: list[Look] = []
    for key in dict.fromkeys(items or step.plan.items):
        source = packs().catalogue.items.get(key)
        points = source.review_points if source else ()
        chosen = [one for one in points if one.look is not None] or [one for one in points if not one.rule]
        found += [_look(key, one) for one in chosen]
    return tuple(found) or (Look(key="site", text="现场情况与申请内容一致", kind=LookKind.YES_NO),)


def _look(item: str, point: ReviewPoint) -> Look:
    return Look(
        key=f"{item}.{point.key}",
        text=point.text,
        kind=point.look or LookKind.YES_NO,
        unit=point.unit,
        minimum=point.minimum,
        maximum=point.maximum,
        photo=point.photo,
        basis=point.basis,
    )


def sheet(actor: Actor, number: str, visit: int, body: str) -> Sheet:
    """A body's part of a visit.

    Raises:
        NotFound: not a visit of the actor's case, or not a body of theirs in it.
    """
    file, one, step = find(actor, number, visit)
    if body not in step.plan.bodies or body not in actor.bodies:
        raise NotFound("sheet")
    return Sheet(file, one, step, body, checklist(file.state, step, body))


def sheets(file: CaseFile, visit: Visit) -> tuple[Sheet, ...]:
    """Every body's part, for those who may see the whole record."""
    step = file.state.steps[visit.step]
    bodies = dict.fromkeys(one.body for one in (visit.present or visit.people))
    return tuple(Sheet(file, visit, step, body, checklist(file.state, step, body)) for body in bodies)


def save_line(
    actor: Actor,
    number: str,
    visit: int,
    body: str,
    line: str,
    *,
    value: str,
    note: str = "",
    revision: int | None = None,
    version: int = 0,
    now: datetime | None = None,
) -> VisitAnswer:
    """Keep one answer. `revision` is that of the visit when it was typed, `version` that of the answer it replaces (0:
    none), so that nobody's answer is overwritten unseen. Sending the same answer again changes nothing.

    Raises:
        CommandRefused: the case or the visit moved, they were re-assigned, or a colleague answered this line meanwhile.
        ProblemsFound: not an answer to this line.
        NotFound: no such line.
    """
    part, at = sheet(actor, number, visit, body), now or timezone.now()
    _may(actor, part, revision, at)
    look = next((one for one in part.looks if one.key == line), None)
    if look is None:
        raise NotFound("line")
    said, remark = _checked(look, value.strip()), note.strip()[:MOST]
    rows = VisitAnswer.objects.filter(case=part.file.case, number=visit, body=body, line=line)
    there = rows.first()
    if there is not None and (there.value, there.note) == (said, remark):
        return there
    known = {"value": said, "note": remark, "by": actor.id, "by_name": actor.name, "at": at}
    if there is None:
        try:
            with transaction.atomic():
                return VisitAnswer.objects.create(
                    case=part.file.case, number=visit, body=body, line=line, **known
                )
        except IntegrityError:
            there = rows.get()
    if not rows.filter(version=version).update(version=F("version") + 1, **known):
        there = rows.get()
        if (there.value, there.note) != (said, remark):
            raise CommandRefused((_theirs(there),))
    return rows.get()


def _theirs(there: VisitAnswer) -> Refusal:
    shown = {YES: "符合", NO: "不符合"}.get(there.value, there.value)
    why = f"{there.by_name}已经填了“{shown}”" + (f"（{there.note}）" if there.note else "")
    return Refusal("visit.line", f"{why}。", "", "请与同事核对，刷新后再改。")


def _may(actor: Actor, part: Sheet, revision: int | None, at: datetime) -> None:
    context = Context(now=at, actor=as_core(actor, part.file, part.body), calendar=packs().calendar)
    may_write(part.file.state, part.visit.number, context, revision)


def _checked(look: Look, value: str) -> str:
    if look.kind is LookKind.YES_NO and value not in {YES, NO, ""}:
        raise ProblemsFound((Problem("visit.answer", "请选“符合”或“不符合”。", Place(path=look.key)),))
    if look.kind is LookKind.NUMBER and value and _number(value) is None:
        raise ProblemsFound((Problem("visit.number", "请填数字，例如 3.5。", Place(path=look.key)),))
    return value[:MOST]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


# ---------------------------------------------------------------------------------------- photographs


def add_photo(
    actor: Actor,
    number: str,
    visit: int,
    body: str,
    line: str,
    name: str,
    data: BinaryIO,
    *,
    revision: int | None = None,
    now: datetime | None = None,
) -> VisitPhoto | Problem:
    """Take a photograph in: it is looked into and written anew like every file people send; the place the camera wrote
    is dropped, or kept beside it where the deployment says so. The same one sent again is the same one.

    Raises:
        CommandRefused: as `save_line`.
        NotFound: no such line.
    """
    part, at = sheet(actor, number, visit, body), now or timezone.now()
    _may(actor, part, revision, at)
    if line not in {one.key for one in part.looks}:
        raise NotFound("line")
    raw = data.read(MAX_BYTES + 1)
    again = hashlib.sha256(f"{body}/{line}".encode()).hexdigest()[:16]
    upload = uploads.attach(None, part.file.case, f"visit.{visit}.{again}", name, io.BytesIO(raw))
    if isinstance(upload, Problem):
        return upload
    if not upload.content_type.startswith("image/"):
        erase(Upload.objects.filter(pk=upload.pk))
        return Problem("visit.photo", "这里只收照片。", suggestion="请用手机拍照，或选 JPG、PNG 图片。")
    same = VisitPhoto.objects.filter(case=part.file.case, number=visit, body=body, line=line, by=actor.id)
    before = same.filter(upload__digest=upload.digest).first()
    if before is not None:
        # The phone sent it before and never heard that it had come.
        erase(Upload.objects.filter(pk=upload.pk))
        return before
    with default_storage.open(upload.file) as handle:
        small = thumbnail(handle.read())
    return VisitPhoto.objects.create(
        case=part.file.case,
        number=visit,
        body=body,
        line=line,
        upload=upload,
        thumb=default_storage.save(f"visits/{upload.pk}.jpg", ContentFile(small)),
        place=picture_place(raw) if settings.BANCHENG_PHOTO_PLACE else "",
        by=actor.id,
        by_name=actor.name,
        at=at,
    )


def open_thumb(actor: Actor, number: str, visit: int, photo: UUID) -> bytes:
    """The small copy of a photograph, for the bodies of the step.

    Raises:
        NotFound: not theirs to see.
    """
    file, one, step = find(actor, number, visit)
    row = VisitPhoto.objects.filter(pk=photo, case=file.case, number=one.number).first()
    if row is None or actor.bodies.isdisjoint(step.plan.bodies):
        raise NotFound("photo")
    with default_storage.open(row.thumb) as handle:
        return bytes(handle.read())


# --------------------------------------------------------------------------------------- confirming


def confirm_part(
    actor: Actor,
    number: str,
    visit: int,
    body: str,
    outcome: StepOutcome,
    words: str,
    *,
    revision: int | None = None,
    now: datetime | None = None,
) -> CaseFile:
    """My body's part is complete.

    Raises:
        CommandRefused: lines are left, findings are lacking, or the visit moved.
    """
    part = sheet(actor, number, visit, body)
    _may(actor, part, revision, now or timezone.now())
    command = commands.ConfirmPart(
        visit=visit,
        outcome=outcome,
        words=words,
        lines=len(part.lines),
        left=part.left,
        bad=part.bad,
        photos=len(part.photos),
        digest=part.digest,
    )
    return act(actor, number, command, body=body, now=now)


def sign(
    actor: Actor, number: str, visit: int, body: str, name: str, drawing: str, *, now: datetime | None = None
) -> VisitSignature:
    """Who of the applicant's side is there, by name; `drawing` is what they drew, as a data address of a PNG.

    Raises:
        CommandRefused: as `save_line`.
        ProblemsFound: no name, or no picture.
    """
    part, at = sheet(actor, number, visit, body), now or timezone.now()
    _may(actor, part, None, at)
    if not name.strip():
        raise ProblemsFound((Problem("visit.signer", "请写到场人的姓名。", Place(path="signer")),))
    picture = _drawing(drawing) if drawing else b""
    held = VisitSignature.objects.filter(case=part.file.case, number=visit).first()
    file = (
        default_storage.save(f"visits/sign-{part.file.case.pk}-{visit}.png", ContentFile(picture))
        if picture
        else ""
    )
    row, _ = VisitSignature.objects.update_or_create(
        case=part.file.case, number=visit, defaults={"name": name.strip()[:80], "file": file, "at": at}
    )
    if held is not None and held.file:
        transaction.on_commit(lambda: default_storage.delete(held.file))
    return row


def _drawing(sent: str) -> bytes:
    head, _, body = sent.partition(",")
    looked: CleanFile | Problem | None = None
    if head == "data:image/png;base64" and len(body) <= MOST_DRAWING:
        try:
            looked = inspect_upload(base64.b64decode(body, validate=True))
        except (binascii.Error, ValueError):
            looked = None
    if not isinstance(looked, CleanFile) or looked.content_type != "image/png":
        raise ProblemsFound((Problem("visit.drawing", "签名没有收到，请再签一次。", Place(path="drawing")),))
    return looked.data


def answers_shown(part: Sheet) -> Mapping[str, str]:
    """The answers in words, by line."""
    words = {YES: "符合", NO: "不符合"}
    return {
        one.look.key: words.get(one.value, one.value) + (one.look.unit if one.value else "")
        if one.look.kind is LookKind.NUMBER
        else words.get(one.value, one.value)
        for one in part.lines
    }
