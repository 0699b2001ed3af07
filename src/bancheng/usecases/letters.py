"""The numbered slips of the procedure, printed from the events that they tell of: the same event, the same paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from bancheng.connect.documents import Letter, chinese_date, render_letter
from bancheng.core.casework import AnyEvent, MarkReason, TurnedAway, Verdict, clocks, day_of, fold
from bancheng.core.casework import events as ev
from bancheng.usecases.access import Actor, NotFound, owns
from bancheng.usecases.casework import CaseFile, open_case
from bancheng.usecases.results import served_online
from bancheng.usecases.town import packs

MARK_WORDS = {MarkReason.MISSING: "缺少", MarkReason.WRONG: "有误", MarkReason.OUTDATED: "已过期"}


@dataclass(frozen=True)
class Slip:
    """A slip that exists for a case: `seq` is the event it tells of."""

    seq: int
    title: str
    on: date


def slips(file: CaseFile) -> tuple[Slip, ...]:
    """Every slip of a case, in order."""
    return tuple(
        Slip(seq, title, day_of(event.at))
        for seq, event in enumerate(file.events, 1)
        if (title := _title(event))
    )


def slip(actor: Actor, case: UUID | str, seq: int) -> tuple[Slip, bytes]:
    """One slip as PDF. The first time the applicant opens a written refusal, it counts as delivered online.

    Raises:
        NotFound: the case or the slip is not theirs to see.
    """
    file = open_case(actor, case)
    found = next((one for one in slips(file) if one.seq == seq), None)
    if found is None:
        raise NotFound("slip")
    event = file.events[seq - 1]
    if isinstance(event, ev.ItemDecided) and owns(actor, file.case):
        served_online(file.case, event.item)
    return found, render_letter(_letter(file, found, event))


def _title(event: AnyEvent) -> str:
    if isinstance(event, ev.Submitted):
        return "收件回执"
    if isinstance(event, ev.NoticeIssued):
        return "补充材料通知书" if event.after_acceptance else "一次性补正告知书"
    if isinstance(event, ev.Accepted):
        return "受理通知书"
    if isinstance(event, ev.IntakeClosed):
        return "无需办理告知书" if event.outcome is TurnedAway.NOT_NEEDED else "不予受理通知书"
    if isinstance(event, ev.ItemDecided) and event.verdict is Verdict.REFUSE:
        return "不予许可决定书"
    return ""


def _letter(file: CaseFile, slip: Slip, event: AnyEvent) -> Letter:
    submission = file.state.submission
    body = submission.receiving_body if submission else ""
    text = Text((f"{event.words()}。",))
    if isinstance(event, ev.Submitted):
        text = _submitted(event, file)
    elif isinstance(event, ev.NoticeIssued):
        text = _notice(event, file)
        body = event.body or body
    elif isinstance(event, ev.Accepted):
        text = _accepted(event, file, slip.seq)
    elif isinstance(event, ev.ItemDecided):
        item = file.state.items[event.item].item
        body = item.body
        first = f"您申请的“{item.name}”，经审查，决定不予许可。"
        text = Text((first, f"理由：{event.reasons}", f"依据：{event.basis}", event.remedies))
    return Letter(
        title=slip.title,
        number=f"{file.case.number}-{slip.seq}",
        to=file.case.party.name,
        paragraphs=text.paragraphs,
        body=file.state.body_name(body),
        issued_on=slip.on,
        head=text.head,
        rows=text.rows,
        closing=text.closing,
        sample=settings.BANCHENG_DEMO,
    )


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
