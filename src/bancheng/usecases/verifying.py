"""What an outsider learns about a paper, by its code or by the file itself, without signing in."""

from __future__ import annotations

import unicodedata
from datetime import date
from enum import StrEnum

from django.utils import timezone

from bancheng.connect.signing import PdfCheck
from bancheng.core.casework import CaseState, ItemStatus, day_of
from bancheng.core.casework import events as ev
from bancheng.core.catalogue import Subject
from bancheng.core.kernel import Record, mask_name
from bancheng.store.models import Case, Paper, ResultDocument
from bancheng.usecases.casework import load
from bancheng.usecases.sealing import CODE_LENGTH, checked, digest_of
from bancheng.usecases.town import body


class Standing(StrEnum):
    """Whether a paper holds now."""

    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"
    REOPENED = "reopened"


class Verified(Record):
    """What an outsider learns, and no more: persons' names masked, companies' in full."""

    title: str
    number: str
    body: str
    holder: str
    issued_on: date
    valid_to: date | None
    expired: bool
    matches: bool | None
    "Whether a file shown along is the one that was issued; None when none was shown."
    code: str = ""
    slip: bool = False
    standing: Standing = Standing.VALID
    standing_on: date | None = None
    standing_words: str = ""
    signature: PdfCheck | None = None
    "What the signature in the file shown along says; None when none was shown."


def verify(code: str, file: bytes | None = None) -> Verified | None:
    """What was issued under a code (grouping and case do not matter), or None: no such paper."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", code).upper() if char.isalnum())
    if len(plain) != CODE_LENGTH:
        return None
    result = ResultDocument.objects.filter(code=plain).select_related("case__party").first()
    if result is not None:
        return _result(result, file)
    slip = Paper.objects.filter(code=plain).exclude(file="").select_related("case__party").first()
    return _slip(slip, file) if slip is not None else None


def verify_file(file: bytes) -> tuple[Verified | None, PdfCheck]:
    """What was issued as exactly this file, if anything, and what its signature says."""
    digest = digest_of(file)
    result = ResultDocument.objects.filter(digest=digest).select_related("case__party").first()
    if result is not None:
        found: Verified | None = _result(result, file)
    else:
        slip = Paper.objects.filter(digest=digest).select_related("case__party").first()
        found = _slip(slip, file) if slip is not None else None
    if found is not None and found.signature is not None:
        return found, found.signature
    return None, checked(file)


def _holder(case: Case, name: str) -> str:
    return mask_name(name) if case.party.subject == Subject.PERSON.value else name


def _result(paper: ResultDocument, file: bytes | None) -> Verified:
    standing, since, words = standing_of(load(paper.case).state, paper)
    if standing is Standing.VALID and paper.renewed_in_id is not None:
        words = "到期前没有作出是否准予延续的决定，依照《中华人民共和国行政许可法》第五十条视为准予延续"
    return Verified(
        title=paper.name,
        number=paper.number,
        body=body(paper.body).name,
        holder=_holder(paper.case, paper.holder),
        issued_on=paper.issued_on,
        valid_to=paper.valid_to,
        expired=paper.valid_to is not None and paper.valid_to < timezone.localdate(),
        matches=None if file is None else digest_of(file) == paper.digest,
        code=paper.code,
        standing=standing,
        standing_on=since,
        standing_words=words,
        signature=None if file is None else checked(file),
    )


def standing_of(state: CaseState, paper: ResultDocument) -> tuple[Standing, date | None, str]:
    """Whether a result holds now, since when not, and why: read from the case, never stored."""
    item = state.items.get(paper.item)
    if item is None:
        return Standing.VALID, None, ""
    current = {one.result: one for one in item.results}.get(paper.document)
    if current is not None and current.file_ref == str(paper.pk):
        revoked = state.outcomes.revoked.get(paper.item)
        if revoked is None:
            return Standing.VALID, None, ""
        return Standing.REVOKED, revoked.on, f"已{revoked.ground.words}（{revoked.basis}）"
    if current is None and item.status is not ItemStatus.APPROVED:
        reopened = [one.on for one in state.outcomes.reopenings if one.item == paper.item]
        return Standing.REOPENED, max(reopened, default=None), "原决定已不再有效，这件事正在重新办理"
    fixes = [one for one in state.outcomes.corrections if one.item == paper.item]
    number = current.number if current is not None else ""
    # After a re-opening the paper of the new decision stands in its place.
    since = max((one.on for one in fixes), default=item.ended)
    return Standing.REPLACED, since, f"已由编号 {number} 的文书代替"


def _slip(paper: Paper, file: bytes | None) -> Verified:
    case = paper.case
    since, words = _slip_standing(paper)
    return Verified(
        title=paper.title,
        number=paper.number,
        body=body(paper.body).name,
        holder=_holder(case, case.party.name),
        issued_on=paper.on,
        valid_to=None,
        expired=False,
        matches=None if file is None else digest_of(file) == paper.digest,
        code=paper.code,
        slip=True,
        standing=Standing.REPLACED if words else Standing.VALID,
        standing_on=since,
        standing_words=words,
        signature=None if file is None else checked(file),
    )


def _slip_standing(paper: Paper) -> tuple[date | None, str]:
    """A decision that was corrected or undone says so; what merely happened stays true."""
    file = load(paper.case)
    if paper.seq > len(file.events):
        return None, ""
    told = file.events[paper.seq - 1]
    for event in file.events[paper.seq :]:
        if isinstance(told, ev.NoticeIssued):
            if isinstance(event, ev.NoticeCancelled) and event.number == told.number:
                return day_of(event.at), "这份告知已经撤回"
        elif isinstance(told, ev.ItemDecided):
            if isinstance(event, ev.ItemReopened) and event.item == told.item:
                return day_of(event.at), "原决定已不再有效，这件事已重新办理"
            if isinstance(event, ev.OutcomeCorrected) and event.item == told.item:
                return day_of(event.at), f"已更正：{event.what}"
    return None, ""
