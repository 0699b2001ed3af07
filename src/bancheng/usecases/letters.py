"""The slips of the procedure: each tells of one event, is numbered in its body's series, sealed, signed, and kept.

Its number it has from the transaction of the act (`usecases.slips`). Its file is made once, when it is first asked for
or by the sweep, and is the same ever after.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from bancheng.connect.documents import Letter, render_letter
from bancheng.core.casework import AnyEvent, Delivery, MarkReason, Verdict, clocks, day_of, fold
from bancheng.core.casework import events as ev
from bancheng.core.kernel import Fault, chinese_date
from bancheng.store.models import Paper
from bancheng.store.models.papers import DESTROYED
from bancheng.usecases.access import Actor, NotFound, owns
from bancheng.usecases.casework import CaseFile, load, open_case
from bancheng.usecases.each import each
from bancheng.usecases.results import served_online
from bancheng.usecases.sealing import digest_of, seal_of, signed
from bancheng.usecases.slips import Slip, number_slips, slips_of
from bancheng.usecases.town import packs

_log = logging.getLogger(__name__)

BATCH = 20
"""How many slips one sweep makes."""
MARK_WORDS = {MarkReason.MISSING: "缺少", MarkReason.WRONG: "有误", MarkReason.OUTDATED: "已过期"}


def slips(file: CaseFile) -> tuple[Slip, ...]:
    """Every slip of a case, in order."""
    return slips_of(file.events, 1)


def slip(actor: Actor, case: UUID | str, seq: int) -> tuple[Slip, bytes]:
    """One slip as PDF. The first time the applicant opens a written refusal, it counts as delivered online.

    Raises:
        NotFound: the case or the slip is not theirs to see.
        Fault: its file is not the one that was made.
    """
    file = open_case(actor, case)
    found = next((one for one in slips(file) if one.seq == seq), None)
    if found is None:
        raise NotFound("slip")
    data = kept_bytes(made(file, found))
    event = file.events[seq - 1]
    if isinstance(event, ev.ItemDecided) and event.verdict is Verdict.REFUSE and owns(actor, file.case):
        served_online(file.case, event.item)
    return found, data


def kept_bytes(paper: Paper) -> bytes:
    """The file of a slip.

    Raises:
        NotFound: its time of keeping was over and it was destroyed.
        Fault: it was changed.
    """
    if paper.file == DESTROYED:
        raise NotFound("slip")
    with default_storage.open(paper.file) as handle:
        data = bytes(handle.read())
    if digest_of(data) != paper.digest:
        raise Fault(f"the file of paper {paper.number} was changed")
    return data


def made(file: CaseFile, slip: Slip) -> Paper:
    """The slip as it is kept; sealed and stored the first time. Two who ask at once get the same."""
    paper = Paper.objects.filter(case=file.case, seq=slip.seq).first() or _numbered(file, slip)
    if paper.file:
        return paper
    event = file.events[slip.seq - 1]
    data = signed(render_letter(_letter(file, slip, event, paper)), slip.title)
    name = default_storage.save(f"papers/{paper.pk}.pdf", ContentFile(data))
    if Paper.objects.filter(pk=paper.pk, file="").update(file=name, digest=digest_of(data)) == 0:
        default_storage.delete(name)
    paper.refresh_from_db()
    return paper


def _numbered(file: CaseFile, slip: Slip) -> Paper:
    """Number a slip of an event that was written before acts numbered their slips themselves."""
    try:
        with transaction.atomic():
            number_slips(file.case, file.state, file.events[slip.seq - 1 : slip.seq], slip.seq)
    except IntegrityError:
        # Somebody else gave it one meanwhile; our number went back with the transaction.
        pass
    return Paper.objects.get(case=file.case, seq=slip.seq)


def make_waiting(now: datetime) -> int:
    """Make some of the slips that have a number and no file yet, the oldest first; how many."""
    waiting = Paper.objects.filter(file="", on__lte=timezone.localdate(now))

    def drawn(paper: Paper) -> int:
        made(load(paper.case), Slip(paper.seq, paper.title, paper.on, paper.kind))
        return 1

    rows = waiting.select_related("case__party").order_by("on", "pk")
    return each("slips.paper", rows, drawn, now, most=BATCH, wanted=waiting)


def make_all(file: CaseFile) -> int:
    """Make every slip of a case that was not made yet; how many."""
    have = set(Paper.objects.filter(case=file.case).exclude(file="").values_list("seq", flat=True))
    missing = [one for one in slips(file) if one.seq not in have]
    for one in missing:
        made(file, one)
    return len(missing)


def _letter(file: CaseFile, slip: Slip, event: AnyEvent, paper: Paper) -> Letter:
    text = _text(file, slip, event)
    return Letter(
        title=slip.title,
        number=paper.number,
        to=file.case.party.name,
        paragraphs=text.paragraphs,
        body=file.state.body_name(paper.body),
        issued_on=slip.on,
        head=text.head,
        rows=text.rows,
        closing=text.closing,
        code=paper.code,
        verify_url=f"{settings.BANCHENG_ADDRESS}/verify/{paper.code}",
        sample=settings.BANCHENG_DEMO,
        seal=seal_of(paper.body),
    )


def _text(file: CaseFile, slip: Slip, event: AnyEvent) -> Text:
    text = Text((f"{event.words()}。",))
    if isinstance(event, ev.Submitted):
        text = _submitted(event, file)
    elif isinstance(event, ev.NoticeIssued):
        text = _notice(event, file)
    elif isinstance(event, ev.Accepted):
        text = _accepted(event, file, slip.seq)
    elif isinstance(event, ev.ItemDecided):
        text = _decided(event)
    elif isinstance(event, ev.LicenceRevoked):
        first = f"现决定{event.ground.words}“{event.title}”的结果文书，自本决定送达之日起不再有效。"
        text = Text((first, f"理由：{event.reason}", f"依据：{event.basis}", event.remedies))
    elif isinstance(event, ev.Delivered):
        rows = tuple((title,) for title in event.titles)
        closing = ("领取人签字：＿＿＿＿＿＿　　日期：＿＿＿＿＿＿",) if event.way is Delivery.WINDOW else ()
        text = Text((f"{event.words()}。",), ("送达的文书所属事项",), rows, closing)
    return text


def _decided(event: ev.ItemDecided) -> Text:
    if event.verdict is Verdict.REFUSE:
        first = f"您申请的“{event.title}”，经审查，决定不予许可。"
    elif event.limits:
        first = f"您申请的“{event.title}”，经审查，决定部分准予：{event.limits}。"
    else:
        return Text((f"您申请的“{event.title}”，经审查，符合法定条件、标准，决定准予。",))
    return Text((first, f"理由：{event.reasons}", f"依据：{event.basis}", event.remedies))


@dataclass(frozen=True)
class Text:
    """The words of a slip: paragraphs, a table, paragraphs after it."""

    paragraphs: tuple[str, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    closing: tuple[str, ...] = ()


def _submitted(event: ev.Submitted, file: CaseFile) -> Text:
    on = chinese_date(day_of(event.at))
    return Text(
        (f"{on}收到您提交的“{event.onething_name}”申请，办件编号 {file.case.number}。",),
        ("事项", "办理部门", "承诺期限"),
        tuple((item.name, file.state.body_name(item.body), item.promised.words()) for item in event.items),
        ("我们将在5个工作日内审查材料是否齐全、是否符合法定形式；逾期不告知的，自收到之日起即为受理。",),
    )


def _notice(event: ev.NoticeIssued, file: CaseFile) -> Text:
    name = file.state.body_name
    rows = tuple(
        (
            mark.name or mark.target,
            MARK_WORDS[mark.reason],
            mark.words,
            "、".join(name(body) for body in mark.bodies),
        )
        for mark in event.marks
    )
    words = f"您申请的“{file.case.name}”，下列{len(rows)}处需要补正，现一次性告知："
    closing = "请按上述内容一次补齐后重新提交。" + (
        "" if event.after_acceptance else "补正期间不计入办理期限。"
    )
    return Text((words,), ("内容", "情况", "怎么改", "提出部门"), rows, (closing,))


def _accepted(event: ev.Accepted, file: CaseFile, seq: int) -> Text:
    # As it stood then: what was paused or extended later changes no slip.
    then = fold(file.events[:seq])
    bundle = clocks(then, packs().calendar, event.at).bundle
    due = f"，应于{chinese_date(bundle.due)}前办结" if bundle else ""
    how = "因逾期未告知，依法自收到申请之日起视为受理" if event.silent else "材料齐全、符合法定形式，予以受理"
    words = f"您申请的“{file.case.name}”，{how}。办理期限自{chinese_date(event.on)}起计算{due}。"
    return Text((words,), closing=("办理进度和结果请凭办件编号查询。",))
