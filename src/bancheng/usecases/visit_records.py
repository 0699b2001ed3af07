"""The conclusion of a visit and its one record: a PDF for all bodies, bound by its digest to the event."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from bancheng.connect.documents import RecordLine, RecordPart, VisitRecord, render_record
from bancheng.core.casework import Conclusion, StepOutcome, Visit, VisitStatus, commands
from bancheng.core.kernel import Fault, chinese_date
from bancheng.store.models import VisitPaper, VisitSignature
from bancheng.usecases.access import Actor, NotFound, owns
from bancheng.usecases.casework import CaseFile, act, open_case
from bancheng.usecases.failing import or_else
from bancheng.usecases.visit_sheets import Sheet, answers_shown, sheets
from bancheng.usecases.visits import find, place_of

CONCLUSIONS = {
    Conclusion.PASSED: "通过",
    Conclusion.FAILED: "不通过",
    Conclusion.REPAIR: "整改后复查",
}


def conclude(
    actor: Actor,
    number: str,
    visit: int,
    conclusion: Conclusion,
    words: str,
    due: date | None = None,
    *,
    seen: int | None = None,
    now: datetime | None = None,
) -> CaseFile:
    """The leading body's conclusion for all, with the record as it stands.

    Raises:
        CommandRefused: parts are lacking, a body objects, no words or no day; no paper is kept then.
    """
    file, one, _step = find(actor, number, visit)
    at = now or timezone.now()
    body = one.lead
    paper, path, printed = "", "", b""
    if one.status is VisitStatus.RECORDED:
        printed = render_record(_record(file, one, conclusion, words, due, at))
        paper = hashlib.sha256(printed).hexdigest()
        path = default_storage.save(f"visits/{file.case.pk}-{visit}.pdf", ContentFile(printed))
    command = commands.ConcludeVisit(visit=visit, conclusion=conclusion, words=words, due=due, paper=paper)
    row = VisitPaper(case=file.case, number=visit, file=path, digest=paper, at=at)

    def throw_away() -> None:
        if path:
            default_storage.delete(path)

    with or_else(throw_away):
        return act(actor, number, command, body=body, seen=seen, now=now, also=lambda _: _kept(row))


def _kept(row: VisitPaper) -> None:
    row.pk = None
    row.save(force_insert=True)


def open_record(actor: Actor, number: str, visit: int) -> bytes:
    """The record of a concluded visit, for the applicant and the bodies of the case.

    Raises:
        NotFound: not theirs, or there is none yet.
        Fault: the file is not the one that was concluded on.
    """
    file = open_case(actor, number)
    step = next((one.step for one in file.state.visits.all if one.number == visit), "")
    theirs = owns(actor, file.case) or "supervisor" in actor.roles
    if not step or not (theirs or not actor.bodies.isdisjoint(file.state.bodies)):
        raise NotFound("record")
    row = VisitPaper.objects.filter(case=file.case, number=visit).first()
    if row is None:
        raise NotFound("record")
    with default_storage.open(row.file) as handle:
        data = bytes(handle.read())
    if hashlib.sha256(data).hexdigest() != row.digest:
        raise Fault(f"the record of visit {visit} of case {number} was changed")
    return data


def _record(
    file: CaseFile, visit: Visit, conclusion: Conclusion, words: str, due: date | None, at: datetime
) -> VisitRecord:
    state, step = file.state, file.state.steps[visit.step]
    place = place_of(file, step.plan.items)
    signed = VisitSignature.objects.filter(case=file.case, number=visit.number).first()
    signature = b""
    if signed is not None and signed.file:
        with default_storage.open(signed.file) as handle:
            signature = handle.read()
    until = f"（{chinese_date(due)}前）" if due and conclusion is Conclusion.REPAIR else ""
    return VisitRecord(
        title=f"{step.plan.name}记录" + ("（复查）" if visit.round > 1 else ""),
        number=f"{file.case.number}-V{visit.number}",
        facts=(
            ("办件", f"{file.case.name}（{file.case.number}）"),
            ("申请人", file.case.party.name),
            ("时间", visit.slot.words()),
            ("地点", place.address or "见申请材料"),
            ("事项", "、".join(state.items[key].item.name for key in step.plan.items)),
        ),
        parts=tuple(_part(file, one) for one in sheets(file, visit)),
        conclusion=CONCLUSIONS[conclusion] + until,
        words=words,
        present=tuple((state.body_name(one.body), one.name) for one in visit.present),
        signer=signed.name if signed else "",
        signature=signature,
        body=state.body_name(visit.lead),
        issued_on=timezone.localdate(at),
        sample=settings.BANCHENG_DEMO,
    )


def _part(file: CaseFile, sheet: Sheet) -> RecordPart:
    said = sheet.visit.parts.get(sheet.body)
    shown = answers_shown(sheet)
    fine = said is not None and said.outcome is StepOutcome.OK
    return RecordPart(
        body=file.state.body_name(sheet.body),
        by=said.by.name if said else "",
        outcome="符合要求" if fine else "不符合要求",
        words=said.words if said else "",
        lines=tuple(
            RecordLine(
                text=one.look.text + (f"（{one.look.bounds}）" if one.look.bounds else ""),
                value=shown[one.look.key],
                ok=one.ok,
                note=one.answer.note if one.answer else "",
                photos=tuple(_small(photo.thumb) for photo in one.photos),
            )
            for one in sheet.lines
        ),
    )


def _small(path: str) -> bytes:
    with default_storage.open(path) as handle:
        return bytes(handle.read())
