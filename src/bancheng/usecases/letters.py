"""The slips of the procedure: each tells of one event, is numbered in its body's series, sealed, signed, and kept.

A slip is made once, when it is first asked for or by the sweep, and is the same file ever after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from bancheng.connect.documents import Letter, chinese_date, render_letter
from bancheng.core.casework import AnyEvent, Delivery, MarkReason, TurnedAway, Verdict, clocks, day_of, fold
from bancheng.core.casework import events as ev
from bancheng.core.kernel import Fault
from bancheng.store.models import Paper
from bancheng.usecases.access import Actor, NotFound, next_serial, owns
from bancheng.usecases.casework import CaseFile, open_case
from bancheng.usecases.results import served_online
from bancheng.usecases.sealing import digest_of, new_code, number_of, seal_of, signed
from bancheng.usecases.town import packs

MARK_WORDS = {MarkReason.MISSING: "缺少", MarkReason.WRONG: "有误", MarkReason.OUTDATED: "已过期"}


@dataclass(frozen=True)
class Slip:
    """A slip that exists for a case: `seq` is the event it tells of, `kind` the word of its series."""

    seq: int
    title: str
    on: date
    kind: str = ""


def slips(file: CaseFile) -> tuple[Slip, ...]:
    """Every slip of a case, in order."""
    found = ((seq, event, _title(event)) for seq, event in enumerate(file.events, 1))
    return tuple(Slip(seq, title[0], day_of(event.at), title[1]) for seq, event, title in found if title)


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
        Fault: it was changed.
    """
    with default_storage.open(paper.file) as handle:
        data = bytes(handle.read())
    if digest_of(data) != paper.digest:
        raise Fault(f"the file of paper {paper.number} was changed")
    return data


def made(file: CaseFile, slip: Slip) -> Paper:
    """The slip as it is kept; numbered, sealed and stored the first time. Two who ask at once get the same."""
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
    """Give the slip its number: the next of its body's series of the year, without gaps."""
    key, year = _body(file, file.events[slip.seq - 1]), slip.on.year
    try:
        with transaction.atomic():
            serial = next_serial(f"paper:{key}:{slip.kind}:{year}")
            return Paper.objects.create(
                case=file.case,
                seq=slip.seq,
                kind=slip.kind,
                title=slip.title,
                body=key,
                year=year,
                serial=serial,
                number=number_of(key, slip.kind, year, serial),
                on=slip.on,
                code=new_code(),
            )
    except IntegrityError:
        # Somebody else gave it one meanwhile; our number went back with the transaction.
        return Paper.objects.get(case=file.case, seq=slip.seq)


def make_all(file: CaseFile) -> int:
    """Make every slip of a case that was not made yet; how many."""
    have = set(Paper.objects.filter(case=file.case).exclude(file="").values_list("seq", flat=True))
    missing = [one for one in slips(file) if one.seq not in have]
    for one in missing:
        made(file, one)
    return len(missing)


def _title(event: AnyEvent) -> tuple[str, str] | None:  # noqa: PLR0911  # reason: one line for each kind of slip
    """Title and series of the slip that tells of an event."""
    if isinstance(event, ev.Submitted):
        return "收件回执", "收"
    if isinstance(event, ev.NoticeIssued):
        return ("补充材料通知书", "补") if event.after_acceptance else ("一次性补正告知书", "补告")
    if isinstance(event, ev.Accepted):
        return "受理通知书", "受"
    if isinstance(event, ev.IntakeClosed):
        not_needed = event.outcome is TurnedAway.NOT_NEEDED
        return ("无需办理告知书", "告") if not_needed else ("不予受理通知书", "不受")
    if isinstance(event, ev.ItemDecided):
        if event.verdict is Verdict.REFUSE:
            return REFUSAL, "不准"
        return ("部分准予许可决定书", "准") if event.limits else ("准予许可决定书", "准")
    if isinstance(event, ev.OutcomeCorrected):
        return "更正通知书", "更"
    if isinstance(event, ev.LicenceRevoked):
        return f"{event.ground.words}决定书", "撤"
    if isinstance(event, ev.ItemReopened):
        return "重新办理通知书", "重"
    if isinstance(event, ev.Delivered):
        return "送达回证", "送"
    return _CLOCK.get(type(event))


_CLOCK: Mapping[type[AnyEvent], tuple[str, str]] = {
    ev.HearingOffered: ("听证权利告知书", "听告"),
    ev.ProcedureDated: ("听证、评审通知书", "听"),
    ev.ClockPaused: ("特别程序期限告知书", "期"),
    ev.ClockExtended: ("延长期限告知书", "延"),
}
"""Written notices of what stops or lengthens the clock (行政许可法 art. 42, 45, 47, 48)."""


REFUSAL = "不予许可决定书"


def _body(file: CaseFile, event: AnyEvent) -> str:
    """Whose paper it is."""
    submission = file.state.submission
    window = submission.receiving_body if submission else ""
    if isinstance(event, ev.NoticeIssued):
        return event.body or window
    if isinstance(event, ev.ItemDecided | ev.OutcomeCorrected | ev.LicenceRevoked | ev.ItemReopened):
        return file.state.items[event.item].item.body
    if isinstance(event, ev.HearingOffered):
        return event.body
    if isinstance(event, ev.ClockPaused | ev.ClockExtended | ev.ProcedureDated):
        # Whoever stopped or lengthened it says so.
        return event.by.body or window
    return window


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
