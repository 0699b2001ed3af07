"""归档: finished cases as packages that prove themselves; how long each is kept, and what follows then.

Nothing is destroyed by a machine: when the time of a package is over it is listed for appraisal, which two people sign
(`usecases.disposal`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from bancheng.connect.archives import ArchiveEvent, ArchiveFile, CaseFacts, make_package
from bancheng.core.casework import CaseState, ItemStatus, day_of, encode_event
from bancheng.core.casework import events as ev
from bancheng.core.kernel import Fault, canonical
from bancheng.store.models import (
    ArchivePackage,
    Case,
    CaseEvent,
    Paper,
    SignedPromise,
    Upload,
    VisitAnswer,
    VisitPaper,
    VisitPhoto,
    VisitSignature,
)
from bancheng.store.models.papers import DESTROYED
from bancheng.usecases.access import Actor, NotFound, record, visible_case
from bancheng.usecases.casework import CaseFile, examine
from bancheng.usecases.each import each
from bancheng.usecases.failing import or_else
from bancheng.usecases.letters import kept_bytes, make_all
from bancheng.usecases.sealing import digest_of, signer
from bancheng.usecases.talks import DOCUMENT, export

BATCH = 20
"""How many packages one sweep makes."""


def retention_of(state: CaseState) -> tuple[int, str]:
    """How many years a case is kept, 0 for ever, and by which rule."""
    granted = any(item.status is ItemStatus.APPROVED for item in state.items.values())
    if granted:
        years = int(settings.BANCHENG_ARCHIVE_YEARS_GRANTED)
        return years, f"有准予的事项，{years} 年" if years else "有准予的事项，永久"
    years = int(settings.BANCHENG_ARCHIVE_YEARS)
    return years, f"没有准予的事项，{years} 年" if years else "没有准予的事项，永久"


def keep_until(state: CaseState) -> tuple[date | None, str]:
    """The last day of keeping, from the end of the year in which the case closed; None for ever."""
    years, rule = retention_of(state)
    return (date(state.closed.year + years, 12, 31) if years and state.closed else None), rule


def package_of(case: Case, now: datetime) -> bytes:
    """The package of a case as it stands now. The whole log is examined first.

    Raises:
        Fault: the log is broken, or a file is not the one that was issued.
    """
    file = examine(case)
    if file.state.closed is None:
        raise Fault(f"case {case.number} has not ended")
    make_all(file)
    until, rule = keep_until(file.state)
    submission = file.state.submission
    facts = CaseFacts(
        number=case.number,
        name=case.name,
        bodies=tuple(file.state.body_name(one) for one in file.state.bodies),
        submitted=day_of(submission.at).isoformat() if submission else "",
        closed=file.state.closed.isoformat(),
        keep_until=until.isoformat() if until else "",
        rule=rule,
    )
    by = signer()
    return make_package(
        facts, _events(file), tuple(_files(file)), now, by.sign_bytes if by is not None else None
    )


def _events(file: CaseFile) -> Iterator[ArchiveEvent]:
    rows = CaseEvent.objects.filter(case=file.case, seq__lte=file.state.seq).order_by("seq")
    for row, event in zip(rows, file.events, strict=True):
        yield ArchiveEvent(
            seq=row.seq,
            kind=row.kind,
            version=row.version,
            body=row.body,
            previous=row.previous,
            hash=row.hash,
            at=timezone.localtime(row.at).isoformat(timespec="minutes"),
            words=event.words(),
        )


def _files(file: CaseFile) -> Iterator[ArchiveFile]:
    for form in file.case.forms.order_by("number"):
        data = canonical({"digest": form.digest, "salt": form.salt, "values": form.values})
        yield ArchiveFile(
            path=f"form/{form.number:02d}.json", title=f"申请表（第{form.number}稿）", kind="form", data=data
        )
    for slip in Paper.objects.filter(case=file.case).order_by("seq"):
        yield ArchiveFile(
            path=f"slips/{slip.seq:03d}-{_safe(slip.title)}.pdf",
            title=f"{slip.title} {slip.number}",
            kind="slip",
            data=kept_bytes(slip),
        )
    for paper in file.case.results.order_by("number"):
        data = _read(paper.file)
        if digest_of(data) != paper.digest:
            raise Fault(f"the file of result {paper.number} was changed")
        title = f"{paper.name} {paper.number}"
        yield ArchiveFile(path=f"results/{_safe(paper.number)}.pdf", title=title, kind="result", data=data)
    yield from _uploads(file)
    yield from _promises(file)
    yield from _opinions(file)
    yield from _visits(file)
    if thread := export(file):
        yield ArchiveFile(path="talk/thread.json", title="留言", kind="talk", data=canonical(thread))


def _uploads(file: CaseFile) -> Iterator[ArchiveFile]:
    """Materials, what came with messages, and photographs taken on the site."""
    taken = dict(VisitPhoto.objects.filter(case=file.case).values_list("upload", "number"))
    rows = Upload.objects.filter(case=file.case, state=Upload.CLEAN).order_by("created_at", "pk")
    for place, upload in enumerate(rows, 1):
        name, data = _safe(upload.name), _read(upload.file)
        if upload.pk in taken:
            path = f"visits/{taken[upload.pk]:02d}/photo-{upload.pk}-{name}"
            yield ArchiveFile(path=path, title=upload.name, kind="photo", data=data)
        elif upload.document.startswith(f"{DOCUMENT}/"):
            path = f"talk/files/{upload.pk}-{name}"
            yield ArchiveFile(path=path, title=upload.name, kind="talk", data=data)
        else:
            path = f"materials/{place:03d}-{name}"
            yield ArchiveFile(path=path, title=upload.name, kind="material", data=data)


def _promises(file: CaseFile) -> Iterator[ArchiveFile]:
    """Each promise as it was shown and signed; the log holds its version and digest."""
    for place, one in enumerate(SignedPromise.objects.filter(case=file.case).order_by("document", "pk"), 1):
        data = {
            "document": one.document,
            "version": one.version,
            "text": one.text,
            "digest": one.digest,
            "signer": one.signer,
            "identified": one.identified,
            "signed_at": one.signed_at.isoformat(),
        }
        path = f"promises/{place:02d}-{_safe(one.name)}.json"
        yield ArchiveFile(path=path, title=f"承诺书：{one.name}", kind="promise", data=canonical(data))


def _opinions(file: CaseFile) -> Iterator[ArchiveFile]:
    """Each answer of an asked body, with its answers to the questions, as the log has it."""
    for seq, event in enumerate(file.events, 1):
        if isinstance(event, ev.OpinionGiven):
            data = {"seq": seq, "event": json.loads(encode_event(event))}
            title = f"{event.body_name}对“{event.title}”的意见"
            yield ArchiveFile(
                path=f"opinions/{seq:03d}.json", title=title, kind="opinion", data=canonical(data)
            )


def _visits(file: CaseFile) -> Iterator[ArchiveFile]:
    """The record of each visit, the checklists behind it, who signed, and what each photograph shows."""
    for paper in VisitPaper.objects.filter(case=file.case).exclude(file="").order_by("number"):
        data = _read(paper.file)
        if digest_of(data) != paper.digest:
            raise Fault(f"the record of visit {paper.number} was changed")
        path = f"visits/{paper.number:02d}/record.pdf"
        yield ArchiveFile(path=path, title=f"第{paper.number}次现场勘验记录", kind="visit", data=data)
    answers = VisitAnswer.objects.filter(case=file.case).order_by("number", "body", "line")
    photos = VisitPhoto.objects.filter(case=file.case).order_by("number", "at", "pk")
    signatures = VisitSignature.objects.filter(case=file.case).order_by("number")
    sheets: dict[int, dict[str, list[dict[str, str]]]] = {}

    def sheet(number: int) -> dict[str, list[dict[str, str]]]:
        return sheets.setdefault(number, {"answers": [], "photos": [], "signatures": []})

    for one in answers:
        line = {"body": one.body, "line": one.line, "value": one.value, "note": one.note, "by": one.by_name}
        sheet(one.number)["answers"].append({**line, "at": one.at.isoformat()})
    for photo in photos:
        where = {"body": photo.body, "line": photo.line, "place": photo.place, "by": photo.by_name}
        sheet(photo.number)["photos"].append(
            {**where, "at": photo.at.isoformat(), "upload": str(photo.upload_id)}
        )
    for signature in signatures:
        drawn = (
            f"visits/{signature.number:02d}/signature{Path(signature.file).suffix}" if signature.file else ""
        )
        if drawn:
            title = f"第{signature.number}次现场勘验的签字"
            yield ArchiveFile(path=drawn, title=title, kind="visit", data=_read(signature.file))
        sheet(signature.number)["signatures"].append(
            {"name": signature.name, "at": signature.at.isoformat(), "file": drawn}
        )
    for number, held in sorted(sheets.items()):
        title = f"第{number}次现场勘验的检查表"
        path = f"visits/{number:02d}/sheet.json"
        yield ArchiveFile(path=path, title=title, kind="visit", data=canonical(held))


def _read(name: str) -> bytes:
    with default_storage.open(name) as handle:
        return bytes(handle.read())


def _safe(name: str) -> str:
    """A name that is one harmless part of a path on every system."""
    return re.sub(r"[^\w.\-（）〔〕]+", "_", name).strip("._")[:100] or "file"


def archive_day(closed: date) -> date:
    """The day after which a case closed then is packed."""
    return closed + timedelta(days=int(settings.BANCHENG_ARCHIVE_AFTER_DAYS))


def due_for_archive(now: datetime) -> QuerySet[Case]:
    """Finished cases whose package is lacking, or was made before the case went on."""
    before = now - timedelta(days=int(settings.BANCHENG_ARCHIVE_AFTER_DAYS))
    stale = Q(archived=None) | Q(archived__seq__lt=F("seq")) & ~Q(archived__file=DESTROYED)
    return Case.objects.filter(stale, finished_at__lt=before).order_by("finished_at")


def archive(case: Case, now: datetime) -> ArchivePackage:
    """Make and keep the package of a case; a newer one takes the place of an older one.

    Raises:
        Fault: as `package_of`.
    """
    data = package_of(case, now)
    state = examine(case).state
    until, rule = keep_until(state)
    name = default_storage.save(f"archives/{case.number}.zip", ContentFile(data))
    with or_else(lambda: default_storage.delete(name)), transaction.atomic():
        before = ArchivePackage.objects.select_for_update().filter(case=case).first()
        old = before.file if before is not None else ""
        if before is not None and before.keep_until and until and before.keep_until > until:
            # Two people decided to keep it longer (`usecases.disposal`).
            until = before.keep_until
        made, _ = ArchivePackage.objects.update_or_create(
            case=case,
            defaults={
                "seq": state.seq,
                "file": name,
                "digest": digest_of(data),
                "size": len(data),
                "made_at": now,
                "keep_until": until,
                "rule": rule,
            },
        )
    if old:
        default_storage.delete(old)
    return made


def archive_due(now: datetime) -> int:
    """Archive some of what is due; how many."""

    def archived(case: Case) -> int:
        archive(case, now)
        return 1

    due = due_for_archive(now)
    return each("archives.case", due, archived, now, most=BATCH, wanted=due)


def open_package(actor: Actor, number: str) -> tuple[str, bytes]:
    """The kept package of a case that the actor may see, with its file name; who opens it is written down.

    Raises:
        NotFound: not theirs to see, not an official's, or not archived yet.
        Fault: it was changed.
    """
    case = visible_case(actor, number)
    kept = ArchivePackage.objects.filter(case=case).exclude(file=DESTROYED).first()
    if kept is None or not actor.bodies:
        raise NotFound("archive")
    data = kept_package(kept)
    record(actor, "archive.open", f"case:{case.number}", "")
    return f"{case.number}.zip", data


def kept_package(kept: ArchivePackage) -> bytes:
    """The file of a package.

    Raises:
        Fault: it was changed.
    """
    data = _read(kept.file)
    if digest_of(data) != kept.digest:
        raise Fault(f"the archive package of {kept.case.number} was changed")
    return data
