"""Work at the bodies: claim, hand over, opinions, reports. Two officials never work on one step unknowingly."""

from __future__ import annotations

from bancheng.core.casework import _commands as cmd
from bancheng.core.casework import _events as ev
from bancheng.core.casework._clocks import Reckoner
from bancheng.core.casework._guard import (
    PERMIT_LAW,
    Events,
    Roads,
    followers,
    need_machine,
    need_role,
    need_text,
    refuse,
    signed,
    the_open_step,
    with_dispatch,
)
from bancheng.core.casework._state import Ask, CaseState, StepState
from bancheng.core.casework._values import AskedAnswer, Context, Opinion, Role, StepOutcome
from bancheng.core.catalogue import ON_SITE, AnswerKind, StepKind

ART_34 = f"{PERMIT_LAW}第三十四条"
INSPECTORS = 2
"Art. 34: two or more officials."


def workers(step: StepState) -> tuple[str, ...]:
    """The roles that may do a step."""
    if step.plan.kind in ON_SITE:
        return (Role.INSPECTOR, Role.REVIEWER, Role.SENIOR)
    return (Role.REVIEWER, Role.SENIOR)


def claim(state: CaseState, command: cmd.Claim, context: Context) -> Events:
    """The first to claim works on it."""
    step = _mine(state, command.step, context)
    if context.actor.body in step.owners:
        refuse("step.claimed", "您已经领取了这个环节。")
    return (ev.StepClaimed(at=context.now, by=signed(context), step=command.step, title=step.plan.name),)


def release(state: CaseState, command: cmd.Release, context: Context) -> Events:
    """By the owner; a senior may move it away from an owner who is absent, and says why."""
    step = the_open_step(state, command.step)
    need_role(context, workers(step), step.plan.bodies)
    owner = step.owners.get(context.actor.body)
    if owner is None:
        refuse("step.free", "这个环节还没有人领取。")
    if owner.id != context.actor.id:
        if Role.SENIOR not in context.actor.roles:
            refuse("step.claimed", f"这个环节由{owner.name}办理。", remedy=f"请联系{owner.name}或负责人。")
        need_text(command.reason, "release.reason", "收回的理由")
    if command.to is not None and not (command.to.id and command.to.name):
        refuse("release.to", "请写明转交给谁。")
    return (
        ev.StepReleased(
            at=context.now,
            by=signed(context),
            step=command.step,
            title=step.plan.name,
            reason=command.reason,
            to=command.to,
        ),
    )


def give_opinion(state: CaseState, command: cmd.GiveOpinion, context: Context) -> Events:
    """An asked body answers, once."""
    step = the_open_step(state, command.step)
    need_role(context, (Role.REVIEWER, Role.SENIOR), step.plan.asks)
    body = context.actor.body
    _unanswered(step, body)
    if command.answer is Opinion.SILENT:
        refuse("opinion.silent", "请选择同意或有不同意见。")
    if command.answer is Opinion.OBJECT:
        need_text(command.words, "opinion.words", "不同意见的理由")
    return _opinion(state, step, command.answer, command.words, context, body, _answered(step, command))


def _answered(step: StepState, command: cmd.GiveOpinion) -> tuple[AskedAnswer, ...]:
    """The answers to the step's questions, in their order.

    Raises:
        CommandRefused: a required one is missing, or one is none of those that may be given.
    """
    given = {one.question: one.said.strip() for one in command.answers}
    known = {one.key: one for one in step.plan.questions}
    if not known.keys() >= given.keys():
        refuse("opinion.question", "答复的问题不在这个环节里。", remedy="请刷新页面后重新填写。")
    for question in known.values():
        said = given.get(question.key, "")
        if question.required and not said:
            refuse("opinion.unanswered", f"请回答“{question.text}”。")
        may = {AnswerKind.YES_NO: ("yes", "no"), AnswerKind.CHOICE: question.options}.get(question.kind)
        if said and may is not None and said not in may:
            refuse("opinion.answer", f"“{question.text}”的答复不在可选的范围内。")
    return tuple(AskedAnswer(question=key, said=given[key]) for key in known if given.get(key))


def consent_by_silence(state: CaseState, command: cmd.ConsentBySilence, context: Context) -> Events:
    """Only where the step says so, only after the asked body's days, never on a provisional date."""
    need_machine(context)
    step = the_open_step(state, command.step)
    _unanswered(step, command.body)
    due = Reckoner(state, context.calendar).opinion_due(step)
    if not step.plan.silent_consent or due.provisional or context.today <= due.date:
        refuse("opinion.early", "答复期限尚未届满，或没有规定逾期视为同意。")
    return _opinion(state, step, Opinion.SILENT, "", context, command.body)


def _unanswered(step: StepState, body: str) -> Ask:
    ask = next((one for one in step.asks if one.body == body), None)
    if ask is None:
        refuse("opinion.body", "这个环节没有征求该部门的意见。")
    if ask.answer is not None:
        refuse("opinion.twice", "该部门已经答复过了。")
    return ask


def _opinion(
    state: CaseState,
    step: StepState,
    answer: Opinion,
    words: str,
    context: Context,
    body: str,
    answers: tuple[AskedAnswer, ...] = (),
) -> Events:
    event = ev.OpinionGiven(
        at=context.now,
        by=signed(context),
        step=step.plan.key,
        title=step.plan.name,
        body=body,
        body_name=state.body_name(body),
        answer=answer,
        opinion=words,
        answers=answers,
    )
    return with_dispatch(state, (event,), context, followers(state, (step.plan.key,)))


def complete(state: CaseState, command: cmd.CompleteStep, context: Context) -> Events:
    """A body reports. What is not in order needs findings; opinions must be in, or overdue, before they are weighed."""
    step = _mine(state, command.step, context)
    if step.plan.kind is StepKind.DECISION:
        refuse("step.decision", "这个环节需要作出决定。", remedy="请使用“准予”或“不予”。")
    if step.plan.kind is StepKind.ISSUE:
        refuse("step.issue", "这个环节需要制作并发出结果。", remedy="请使用“制证”。")
    if command.outcome is StepOutcome.NOT_OK:
        need_text(command.findings, "step.findings", "不通过的具体情况")
    if any(report.body == context.actor.body for report in step.reports):
        refuse("step.reported", "本部门已经提交过这个环节的意见。")
    if command.outcome is StepOutcome.OK and any(n.body == context.actor.body for n in state.open_notices):
        refuse(
            "step.supplement",
            "本部门正在等待申请人补充材料，补齐前不能报告通过。",
            remedy="申请人一直不补的，由负责人撤回补充要求后继续。",
        )
    if state.visits.joint(command.step):  # see _visits
        refuse(
            "visit.joint", "这个环节由各部门一起进行，结论由牵头部门统一写。", remedy="请在约定的记录里填写。"
        )
    _enough_staff(step, command)
    _opinions_in(state, step, context)
    event = ev.StepReported(
        at=context.now,
        by=signed(context),
        step=command.step,
        title=step.plan.name,
        body=context.actor.body,
        outcome=command.outcome,
        findings=command.findings,
        checks=command.checks,
        staff=command.staff,
    )
    return with_dispatch(state, (event,), context, followers(state, (command.step,)))


def _mine(state: CaseState, key: str, context: Context) -> StepState:
    """An open step of the actor's body that nobody else there has claimed."""
    step = the_open_step(state, key)
    need_role(context, workers(step), step.plan.bodies)
    owner = step.owners.get(context.actor.body)
    if owner is not None and owner.id != context.actor.id:
        refuse("step.claimed", f"这个环节由{owner.name}办理。", remedy=f"请联系{owner.name}，由其转交。")
    return step


def _enough_staff(step: StepState, command: cmd.CompleteStep) -> None:
    needed = max(step.plan.staff, INSPECTORS if step.plan.kind in ON_SITE else 1)
    named = {one.id for one in command.staff if one.id.strip() and one.name.strip()}
    if needed > 1 and len(named) < needed:
        refuse("step.staff", f"现场核查应当由{needed}名以上工作人员进行，请写明姓名。", ART_34)


def _opinions_in(state: CaseState, step: StepState, context: Context) -> None:
    if all(ask.answer is not None for ask in step.asks):
        return
    due = Reckoner(state, context.calendar, context.today).opinion_due(step)
    if due.provisional or context.today <= due.date:
        refuse("opinion.waiting", "被征求意见的部门还在答复期限内。", remedy="请等待答复或期限届满。")


ROADS: Roads = {
    cmd.GiveOpinion: give_opinion,
    cmd.ConsentBySilence: consent_by_silence,
    cmd.CompleteStep: complete,
}
