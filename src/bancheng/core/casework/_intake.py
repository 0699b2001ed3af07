"""Intake: submission, the five outcomes of a receipt (行政许可法 art. 32), the one merged notice, silence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec.structs import asdict, replace

from bancheng.core.casework import _commands as cmd
from bancheng.core.casework import _events as ev
from bancheng.core.casework._fees import billed
from bancheng.core.casework._guard import (
    PERMIT_LAW,
    Events,
    Roads,
    need_applicant,
    need_clerk,
    need_desk,
    need_machine,
    need_phase,
    need_role,
    need_text,
    refuse,
    signed,
    with_dispatch,
)
from bancheng.core.casework._hindrances import Hindered, need_free
from bancheng.core.casework._places import counted_from, need_acceptor
from bancheng.core.casework._state import CaseState, Notice
from bancheng.core.casework._task import INTAKE
from bancheng.core.casework._values import Context, Mark, MaterialKind, Phase, Role, TurnedAway
from bancheng.core.clock import JOINT_TERM, Limit, deemed_acceptance
from bancheng.core.compiler import Plan

ART_32 = f"{PERMIT_LAW}第三十二条"


def submit(state: CaseState, command: cmd.Submit, context: Context) -> Events:
    """The case begins."""
    if state.phase is not Phase.NONE:
        refuse("submit.twice", "这份申请已经提交过了。", remedy="请在“我的办件”中查看。")
    if not {Role.APPLICANT, Role.AGENT, Role.CLERK} & set(context.actor.roles):
        refuse("role", "只有申请人、经办人或收件窗口可以提交申请。")
    clerk_only = not {Role.APPLICANT, Role.AGENT} & set(context.actor.roles)
    if clerk_only and context.actor.body != command.receiving_body:
        refuse("body", "窗口只能收取本窗口的申请。")
    if not (command.form_digest and command.applicant_ref and command.receiving_body):
        refuse("submit.incomplete", "申请缺少表单、申请人或收件窗口，不能提交。")
    keys = [item.key for item in command.items]
    if not keys or len(set(keys)) < len(keys):
        refuse("submit.items", "申请中没有事项，或同一事项出现了两次。")
    if not _sound(command.plan, frozenset(keys)):
        refuse("submit.plan", "办理流程与申请的事项不一致，不能提交。", remedy="请重新生成办事清单后再提交。")
    if any(one.kind is MaterialKind.DEFERRED and one.defer_days <= 0 for one in command.materials):
        refuse("submit.deferred", "容缺材料没有写明补交期限。")
    pinned = replace(command, statutory=_bundle_limit(command))
    pinned_here = {key: one for key, one in asdict(pinned).items() if key != "charges"}
    submitted = ev.Submitted(at=context.now, by=signed(context), **pinned_here)
    return (submitted, *billed(command.charges, context))


def _bundle_limit(command: cmd.Submit) -> Limit | None:
    """Several bodies handling permits together have 45 working days (art. 42, 2), whatever the bundle promises."""
    joint = len({item.body for item in command.items}) > 1 and any(
        item.statutory is not None for item in command.items
    )
    if not joint or (command.statutory is not None and command.statutory.within(JOINT_TERM.limit)):
        return command.statutory
    return JOINT_TERM.limit


def _sound(plan: Plan, items: frozenset[str]) -> bool:
    """Steps named once, each serving items of the case, and no loop."""
    keys = [step.key for step in plan.steps]
    if len(set(keys)) < len(keys):
        return False
    if any(not step.items or not items.issuperset(step.items) or not step.bodies for step in plan.steps):
        return False
    known = set(keys)
    arrows = {(edge.before, edge.after) for edge in plan.edges if {edge.before, edge.after} <= known}
    waiting = dict.fromkeys(keys, 0)
    followers: dict[str, list[str]] = {key: [] for key in keys}
    for before, after in arrows:
        waiting[after] += 1
        followers[before].append(after)
    ready = [key for key in keys if not waiting[key]]
    for key in ready:
        for after in followers[key]:
            waiting[after] -= 1
            if not waiting[after]:
                ready.append(after)
    return len(ready) == len(keys)


def lapsed(state: CaseState, context: Context) -> date | None:
    """The day of acceptance by silence, when the five days are over and nobody spoke; never on a provisional date."""
    if state.phase is not Phase.RECEIVED or state.received is None:
        return None
    return deemed_acceptance(context.calendar, state.received, context.today)


def _still_time(state: CaseState, context: Context) -> None:
    if lapsed(state, context):
        refuse(
            "intake.lapsed",
            "收件已满五个工作日未告知，依法自收件之日起视为受理。",
            f"{ART_32}第四项",
            "请按已受理的申请办理。",
        )


def correct(state: CaseState, command: cmd.CorrectOnSpot, context: Context) -> Events:
    """Art. 32 (3)."""
    need_phase(state, Phase.RECEIVED)
    need_clerk(state, context)
    _still_time(state, context)
    need_desk(state, INTAKE, context)
    if not command.fields or not command.form_digest:
        refuse("correct.empty", "请说明更正了哪些内容。", f"{ART_32}第三项")
    return (
        ev.CorrectedOnSpot(
            at=context.now,
            by=signed(context),
            fields=command.fields,
            form_digest=command.form_digest,
            note=command.note,
        ),
    )


def turn_away(state: CaseState, command: cmd.TurnAway, context: Context) -> Events:
    """Art. 32 (1) and (2)."""
    need_phase(state, Phase.RECEIVED)
    need_acceptor(state, context)
    _still_time(state, context)
    need_desk(state, INTAKE, context)
    need_text(command.reason, "turn_away.reason", "不受理的理由")
    not_ours = command.outcome is TurnedAway.NOT_OURS
    if not_ours and not command.right_body.strip():
        refuse("turn_away.body", "请写明申请人应当向哪个机关申请。", f"{ART_32}第二项")
    return (
        ev.IntakeClosed(
            at=context.now,
            by=signed(context),
            outcome=command.outcome,
            reason=command.reason,
            right_body=command.right_body,
            basis=f"{ART_32}第{'二' if not_ours else '一'}项",
        ),
    )


def propose(state: CaseState, command: cmd.ProposeMarks, context: Context) -> Events:
    """A body's wishes for the merged notice."""
    need_phase(state, Phase.RECEIVED)
    need_role(context, (Role.REVIEWER, Role.CLERK, Role.SENIOR, Role.INSPECTOR), state.bodies)
    _still_time(state, context)
    _check_marks(command.marks)
    body = context.actor.body
    return (
        ev.MarksProposed(
            at=context.now,
            by=signed(context),
            body=body,
            body_name=state.body_name(body),
            marks=tuple(replace(mark, bodies=(body,)) for mark in command.marks),
        ),
    )


def issue_notice(state: CaseState, command: cmd.IssueNotice, context: Context) -> Events:
    """Art. 32 (4): everything, once, to the applicant."""
    need_phase(state, Phase.RECEIVED)
    need_clerk(state, context)
    _still_time(state, context)
    need_desk(state, INTAKE, context)
    _check_marks(command.marks)
    own = tuple(replace(mark, bodies=(context.actor.body,)) for mark in command.marks)
    marks = merge_marks([*(mark for marks in state.proposals.values() for mark in marks), *own])
    if not marks:
        refuse("notice.empty", "没有需要补正的内容。", ART_32, "材料齐全、符合法定形式的，请予受理。")
    _second_needs_senior(state, command.reason, context)
    return (
        ev.NoticeIssued(
            at=context.now,
            by=signed(context),
            number=len(state.notices) + 1,
            marks=marks,
            reason=command.reason,
        ),
    )


def _second_needs_senior(state: CaseState, reason: str, context: Context) -> None:
    if not any(not notice.cancelled for notice in state.notices):
        return
    if Role.SENIOR not in context.actor.roles:
        refuse(
            "notice.second",
            "补正内容应当一次告知。再次告知须由负责人签批。",
            f"{ART_32}第四项",
            "请报负责人签批并说明理由。",
        )
    need_text(reason, "notice.reason", "再次告知的理由")


def ask_supplement(state: CaseState, command: cmd.AskSupplement, context: Context) -> Events:
    """More from the applicant after acceptance; stops no clock (no reason of art. 45)."""
    need_phase(state, Phase.ACCEPTED)
    need_role(context, (Role.REVIEWER, Role.INSPECTOR, Role.SENIOR), state.bodies)
    need_text(command.reason, "notice.reason", "要求补充材料的理由")
    _check_marks(command.marks)
    body = context.actor.body
    if not command.marks:
        refuse("notice.empty", "没有写明需要补充的内容。")
    if any(notice.body == body for notice in state.open_notices):
        refuse("notice.open", "本部门的上一份补充材料通知还没有答复。")
    _second_needs_senior(state, command.reason, context)
    return (
        ev.NoticeIssued(
            at=context.now,
            by=signed(context),
            number=len(state.notices) + 1,
            marks=merge_marks(replace(mark, bodies=(body,)) for mark in command.marks),
            reason=command.reason,
            after_acceptance=True,
            body=body,
        ),
    )


def _check_marks(marks: tuple[Mark, ...]) -> None:
    if any(not (mark.key.strip() and mark.target.strip() and mark.words.strip()) for mark in marks):
        refuse("mark.words", "每一处补正都要指明内容，并写清怎样补正。", ART_32)


def merge_marks(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """One mark for one thing and reason, with the words of all bodies that asked; keys made unique, order kept."""
    merged: dict[tuple[str, str, str], Mark] = {}
    for mark in marks:
        place = (mark.kind, mark.target, mark.reason)
        known = merged.get(place)
        if known is None:
            merged[place] = mark
            continue
        words = known.words if mark.words in known.words else f"{known.words}；{mark.words}"
        bodies = tuple(dict.fromkeys((*known.bodies, *mark.bodies)))
        merged[place] = replace(known, words=words, bodies=bodies)
    used: set[str] = set()
    unique: list[Mark] = []
    for mark in merged.values():
        key, again = mark.key, 1
        while key in used:
            again += 1
            key = f"{mark.key}-{again}"
        used.add(key)
        unique.append(mark if key == mark.key else replace(mark, key=key))
    return tuple(unique)


def answer_notice(state: CaseState, command: cmd.AnswerNotice, context: Context) -> Events:
    """Mark by mark; the file goes back only when none is left."""
    need_phase(state, Phase.SUPPLEMENT, Phase.ACCEPTED)
    need_applicant(state, context)
    notice = _the_open_notice(state, command.number)
    known = {mark.key for mark in notice.marks}
    if not command.answers or not known.issuperset(answer.mark for answer in command.answers):
        refuse("answer.marks", "请对照补正告知逐项答复。")
    if any(one.kind is MaterialKind.DEFERRED for one in command.materials):
        refuse("answer.deferred", "补正时不能再申请容缺。")
    at, by = context.now, signed(context)
    answered = ev.NoticeAnswered(at=at, by=by, number=notice.number, answers=command.answers)
    left = {mark.key for mark in notice.unanswered} - {answer.mark for answer in command.answers}
    if left:
        return (answered,)
    if not command.form_digest:
        refuse("answer.form", "补正后的申请表没有保存，请重试。")
    back = ev.Resubmitted(
        at=at,
        by=by,
        number=notice.number,
        form_digest=command.form_digest,
        materials=command.materials,
    )
    return (answered, back)


def cancel_notice(state: CaseState, command: cmd.CancelNotice, context: Context) -> Events:
    """A way out when a notice blocks the file for ever."""
    need_phase(state, Phase.SUPPLEMENT, Phase.ACCEPTED)
    notice = _the_open_notice(state, command.number)
    body = notice.body or (state.submission.receiving_body if state.submission else "")
    need_role(context, (Role.SENIOR,), (body,))
    need_text(command.reason, "notice.reason", "撤回补正告知的理由")
    return (
        ev.NoticeCancelled(at=context.now, by=signed(context), number=notice.number, reason=command.reason),
    )


def _the_open_notice(state: CaseState, number: int) -> Notice:
    notice = next((one for one in state.open_notices if one.number == number), None)
    if notice is None:
        refuse("notice.closed", "这份补正告知已经结束。", remedy="请刷新页面，查看最新进展。")
    return notice


def accept(state: CaseState, command: cmd.Accept, context: Context) -> Events:  # noqa: ARG001 - carries no data
    """Art. 32 (5). After the five days it is acceptance by silence, as of the day of receipt, whoever says it."""
    need_phase(state, Phase.RECEIVED)
    need_acceptor(state, context)
    silent_on = lapsed(state, context)
    # The five days bind the office: what it waits for itself stands in nobody's way once they are over.
    if silent_on is None:
        need_desk(state, INTAKE, context)
        need_free(state, Hindered.ACCEPT)
    return _accepted(state, context, silent_on)


def accept_by_silence(
    state: CaseState,
    command: cmd.AcceptBySilence,  # noqa: ARG001 - carries no data
    context: Context,
) -> Events:
    """Art. 32 (4), second half."""
    need_phase(state, Phase.RECEIVED)
    need_machine(context)
    silent_on = lapsed(state, context)
    if silent_on is None:
        refuse("silence.early", "告知期限尚未届满，或工作日历尚未公布，不能视为受理。", f"{ART_32}第四项")
    return _accepted(state, context, silent_on)


def _accepted(state: CaseState, context: Context, silent_on: date | None) -> Events:
    accepted = ev.Accepted(
        at=context.now,
        by=signed(context),
        on=silent_on or counted_from(state, context.today),
        silent=silent_on is not None,
    )
    return with_dispatch(state, (accepted,), context, candidates=state.steps)


ROADS: Roads = {
    cmd.Submit: submit,
    cmd.CorrectOnSpot: correct,
    cmd.TurnAway: turn_away,
    cmd.ProposeMarks: propose,
    cmd.IssueNotice: issue_notice,
    cmd.AskSupplement: ask_supplement,
    cmd.AnswerNotice: answer_notice,
    cmd.CancelNotice: cancel_notice,
    cmd.Accept: accept,
    cmd.AcceptBySilence: accept_by_silence,
}
