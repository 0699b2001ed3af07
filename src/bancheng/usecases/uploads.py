"""Files people give. Each is kept apart until it was looked into, and only its cleaned copy is ever shown."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import lru_cache
from typing import BinaryIO
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from bancheng.connect.documents import MAX_BYTES, CleanFile, inspect_upload, safe_name
from bancheng.core.kernel import Problem
from bancheng.store.models import Case, Draft, Upload
from bancheng.usecases.access import Actor, NotFound, owns, record, visible_uploads
from bancheng.usecases.casework import load
from bancheng.usecases.each import each
from bancheng.usecases.files import erase, erase_one
from bancheng.usecases.town import blueprint

PER_DOCUMENT = 10
"""Files one person may give for one document type of a draft."""


def attach(
    draft: Draft | None, case: Case | None, document: str, name: str, data: BinaryIO
) -> Upload | Problem:
    """Take a file in for a document of a draft or of a case: quarantine, look, keep the cleaned copy or say why not.

    Reads at most one byte more than is allowed, so that an endless upload ends here.

    Raises:
        NotFound: the matter of the draft knows no such document.
    """
    if draft is not None and document not in _documents(draft.blueprint_id):
        raise NotFound("document")
    held = Upload.objects.filter(draft=draft, case=case, document=document, state=Upload.CLEAN)
    if held.count() >= PER_DOCUMENT:
        return Problem(
            "upload.many", f"这份材料最多上传 {PER_DOCUMENT} 个文件。", suggestion="请先删除不需要的文件。"
        )
    raw = data.read(MAX_BYTES + 1)
    upload = Upload.objects.create(
        draft=draft,
        case=case,
        document=document,
        name=safe_name(name),
        content_type="application/octet-stream",
        size=len(raw),
        digest="",
        file="",
    )
    upload.file = default_storage.save(f"quarantine/{upload.pk}", ContentFile(raw))
    upload.save(update_fields=["file"])
    return release(upload)


@lru_cache(maxsize=512)
def _documents(digest: str) -> frozenset[str]:
    materials = blueprint(digest).materials
    return frozenset(document for one in materials for document in (one.document, *one.names))


def release(upload: Upload) -> Upload | Problem:
    """Look into a quarantined file and let its cleaned copy out, or refuse it and delete what was sent."""
    with default_storage.open(upload.file) as handle:
        looked = inspect_upload(handle.read())
    quarantined = upload.file
    if isinstance(looked, CleanFile):
        upload.file = default_storage.save(
            f"uploads/{upload.pk}.{looked.extension}", ContentFile(looked.data)
        )
        upload.content_type, upload.pages = looked.content_type, looked.pages
        upload.size, upload.digest, upload.state = len(looked.data), looked.digest, Upload.CLEAN
    else:
        upload.file, upload.state, upload.reason = "", Upload.REFUSED, looked.message
    upload.save()
    default_storage.delete(quarantined)
    return looked if isinstance(looked, Problem) else upload


def release_left_behind(now: datetime) -> int:
    """Finish quarantined files whose request was cut off more than five minutes ago, and delete files that belong to
    nothing any more; how many there were."""
    old = Upload.objects.filter(created_at__lt=now - timedelta(minutes=5)).order_by("created_at")
    nobodys, left = old.filter(draft=None, case=None), old.filter(state=Upload.QUARANTINED)
    done = each("uploads.nobodys", nobodys, erase_one, now, most=200, wanted=nobodys)
    return done + each("uploads.file", left.select_related("case"), _finish, now, most=200, wanted=left)


def _finish(upload: Upload) -> int:
    # Said before looking: a file that brings the worker down is not looked into again.
    again = upload.reason == LOOKED_INTO
    claimed = Upload.objects.filter(pk=upload.pk, state=Upload.QUARANTINED, reason=upload.reason)
    if not claimed.update(reason=LOOKED_INTO):
        return 0
    try:
        if not again and upload.file and default_storage.exists(upload.file):
            release(upload)
            return 1
    except Exception:  # noqa: BLE001 - reason: whatever a broken file does to its reader, it must not hold up the others
        _log.exception("upload %s cannot be looked into", upload.pk)
    if upload.file:
        default_storage.delete(upload.file)
    upload.file, upload.state, upload.reason = "", Upload.REFUSED, "文件没有传完，或打不开。"
    upload.save(update_fields=["file", "state", "reason"])
    return 1


LOOKED_INTO = "正在检查"
_log = logging.getLogger(__name__)


def remove(draft: Draft, upload: UUID) -> None:
    """Delete a file of a draft, the bytes too.

    Raises:
        NotFound: the draft has no such file.
    """
    if not erase(Upload.objects.filter(pk=upload, draft=draft, case=None)):
        raise NotFound("upload")


def open_upload(actor: Actor, upload: UUID) -> tuple[Upload, bytes]:
    """A cleaned file the actor may see. Opening somebody else's is written into the audit chain.

    A body opens the files of materials that its own part of the case needs; the window and supervision open all.

    Raises:
        NotFound: no such file among what they may see.
    """
    row = visible_uploads(actor).filter(pk=upload, state=Upload.CLEAN).select_related("draft", "case").first()
    if row is None:
        raise NotFound("upload")
    if row.case is not None and not owns(actor, row.case):
        if not _needed(actor, row.case, row.document):
            raise NotFound("upload")
        record(actor, "upload.open", f"upload:{row.pk}", row.case.number)
    with default_storage.open(row.file) as handle:
        return row, handle.read()


def _needed(actor: Actor, case: Case, document: str) -> bool:
    if {"supervisor", "machine"} & actor.roles:
        return True
    state = load(case).state
    if state.submission is not None and state.submission.receiving_body in actor.bodies:
        return True
    mine = {key for key, one in state.items.items() if one.item.body in actor.bodies}
    for step in state.steps.values():
        if actor.bodies & {*step.plan.bodies, *step.plan.asks}:
            mine.update(step.plan.items)
    materials = blueprint(case.blueprint_id).materials
    serving = [one for one in materials if document == one.document or document in one.names]
    return not serving or any(mine & set(one.items) for one in serving)
