"""容缺受理 and 告知承诺: credit at intake, default, objection, the check after the decision and what follows a breach.

A machine asks, records and proposes. Excluding, ending, revoking and recording are the acts of a named person, and
never before the applicant could answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bancheng.core.casework import _commands_promises as cmd
from bancheng.core.casework import _events as ev
from bancheng.core.casework import _events_promises as pev
from bancheng.core.casework._clocks import CaseClocks, Reckoner
from bancheng.core.casework._command import Command
from bancheng.core.casework._commands_outcome import Revoke
from bancheng.core.casework._decision import dependants
from bancheng.core.casework._guard import (
    Events,
    Roads,
    followers,
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
from bancheng.core.casework._outcome import revoke
from bancheng.core.casework._outcome_values import RevokeGround
from bancheng.core.casework._promise_checks import promise_checks, wanting
from bancheng.core.casework._promise_values import (
    OBJECTION_DAYS,
    Kept,
    Measure,
    Proposal,
    ProposalKind,
    Standing,
)
from bancheng.core.casework._state import ENDED, CaseState
from bancheng.core.casework._task import Task
from bancheng.core.casework._values import Context, ItemStatus, MaterialKind, MaterialRef, Phase, Role
from bancheng.core.clock import WorkCalendar
from bancheng.core.kernel import Refusal, chinese_date

REVOKE_REMEDIES = (
    "如不服本决定，可以自收到本决定之日起60日内依法申请行政复议，"
    "也可以自收到本决定之日起6个月内依法向人民法院提起行政诉讼。"
)
"What whoever loses a licence is told (行政复议法第二十条, 行政诉讼法第四十六条)."
BY_WORD = frozenset({MaterialKind.DEFERRED, MaterialKind.COMMITMENT})
"Materials that are not there yet, or never will be: somebody's word stands for them."
PROMISES_BASIS = (
    "《国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》（国办发〔2020〕42号）"
)
DAY = timedelta(days=1)


def on_trust(state: CaseState) -> tuple[MaterialRef, ...]:
    """Materials for which the applicant's word stands at present."""
    return tuple(
        one
        for key, one in state.materials.items()
        if one.kind in BY_WORD and (key not in state.owed or state.owed[key].handed_in is None)
    )


def credit_hindrances(state: CaseState) -> tuple[Refusal, ...]:
    """What stands in the way of acceptance: a check without answer, or the decision that the word does not do."""
    credit, trusted = state.promises.credit, on_trust(state)
    if credit is None or not trusted:
        return ()
    names = "、".join(one.name or one.document for one in trusted)
    if credit.waits:
        bad = credit.standing is Standing.BAD
        reason = "信用核查发现不良记录" if bad else "信用核查还没有结果"
        remedy = "请由窗口人员决定是否容缺、承诺，并写明理由。"
        return (Refusal("credit.waits", f"{reason}，“{names}”能否后补或承诺还没有决定。", "", remedy),)
    if credit.allowed is False:
        remedy = "请发一次性补正告知，收到材料后再受理。"
        return (Refusal("credit.refused", f"已决定不适用容缺、承诺，“{names}”应当先补齐。", "", remedy),)
    return ()


def ask_credit(state: CaseState, command: cmd.AskCredit, context: Context) -> Events:
    """Once, while the case is taken in and rests on somebody's word."""
    need_machine(context)
    need_phase(state, Phase.RECEIVED)
    if state.promises.credit is not None or not on_trust(state):
        refuse("credit.asked", "没有需要核查的容缺、承诺，或已经核查。")
    return (pev.CreditAsked(at=context.now, by=signed(context), source=command.source),)


def record_credit(state: CaseState, command: cmd.RecordCredit, context: Context) -> Events:
    """A late answer to a case that a person has settled meanwhile changes nothing."""
    need_machine(context)
    credit = state.promises.credit
    if credit is None or not credit.waits or credit.standing is Standing.BAD:
        refuse("credit.settled", "信用核查已经有了结果。")
    if credit.standing is command.standing:
        refuse("credit.same", "信用核查的结果没有变化。")
    return (
        pev.CreditAnswered(
            at=context.now,
            by=signed(context),
            standing=command.standing,
            note=command.note,
            as_of=command.as_of,
        ),
    )


def decide_credit(state: CaseState, command: cmd.DecideCredit, context: Context) -> Events:
    """A named clerk, in writing, where the answer was bad or none came."""
    need_phase(state, Phase.RECEIVED)
    need_clerk(state, context)
    credit = state.promises.credit
    if credit is None or not credit.waits:
        refuse("credit.settled", "没有需要决定的信用核查。")
    need_text(command.reason, "credit.reason", "这样决定的理由")
    return (
        pev.CreditDecided(
            at=context.now, by=signed(context), allowed=command.allow, reason=command.reason.strip()
        ),
    )


def propose_default(state: CaseState, command: cmd.ProposeDefault, context: Context) -> Events:
    """The day after the last one; never on a date that a calendar may still move."""
    need_machine(context)
    need_phase(state, Phase.ACCEPTED, Phase.FINISHED)
    due = dict(_defaults(state, context.calendar)).get(command.document)
    if due is None or due >= context.today:
        refuse("default.early", "补交期限尚未届满，或已经提出过处理建议。")
    material = state.owed[command.document].material
    name = material.name or command.document
    items = wanting(state, material)
    reason = f"容缺材料“{name}”应于{chinese_date(due)}前补交，逾期没有补交"
    return (_proposal(state, context, ProposalKind.DEFAULT, command.document, name, items, reason),)


def propose(
    state: CaseState, context: Context, kind: ProposalKind, subject: str, title: str, item: str, reason: str
) -> pev.MeasureProposed:
    """A proposal about one item, for other areas that learn of a reason."""
    return _proposal(state, context, kind, subject, title, (item,), reason)


def _proposal(
    state: CaseState,
    context: Context,
    kind: ProposalKind,
    subject: str,
    title: str,
    items: tuple[str, ...],
    reason: str,
) -> pev.MeasureProposed:
    statuses = {state.items[key].status for key in items}
    granted = ItemStatus.APPROVED in statuses
    open_ones = not statuses <= ENDED
    fit = {
        Measure.STOP: open_ones,
        Measure.REVOKE: granted,
        Measure.RECOVER: granted and kind is not ProposalKind.DEFAULT,
        Measure.RECORD: True,
    }
    return pev.MeasureProposed(
        at=context.now,
        by=signed(context),
        number=len(state.promises.proposals) + 1,
        kind=kind,
        subject=subject,
        title=title,
        items=items,
        measures=tuple(one for one in Measure if fit[one]),
        reason=reason,
        objection_due=context.calendar.add_workdays(context.today, OBJECTION_DAYS).date,
    )


def the_proposal(state: CaseState, number: int) -> Proposal:
    """An open proposal of the case."""
    found = next((one for one in state.promises.open if one.number == number), None)
    if found is None:
        refuse("proposal.none", "这项处理建议已经办结，或不存在。", remedy="请刷新页面，查看最新进展。")
    return found


def object_to(state: CaseState, command: cmd.ObjectTo, context: Context) -> Events:
    """By the applicant's side, once, until the proposal is settled: a late answer is still heard."""
    need_applicant(state, context)
    proposal = the_proposal(state, command.number)
    if proposal.objected is not None:
        refuse("objection.twice", "您已经提交过陈述、申辩。")
    if not command.words_digest:
        refuse("objection.words", "请写明您的意见。")
    return (
        pev.MeasureObjected(
            at=context.now,
            by=signed(context),
            number=proposal.number,
            title=proposal.title,
            words_digest=command.words_digest,
        ),
    )


def deciders(state: CaseState, proposal: Proposal) -> tuple[str, ...]:
    """The bodies whose named person settles a proposal; for a missing paper also the window that waits for it."""
    submission = state.submission
    bodies = [state.items[key].item.body for key in proposal.items]
    if submission is not None:
        bodies.append(submission.lead_body or submission.receiving_body)
        if proposal.kind is ProposalKind.DEFAULT:
            bodies.append(submission.receiving_body)
    return tuple(dict.fromkeys(bodies))


def may_settle(proposal: Proposal, calendar: WorkCalendar, today: date) -> bool:
    """Has the applicant answered, or let the days for it pass? Never by a day that a calendar may still move.

    Whoever was told a later day than the calendar now gives keeps it.
    """
    last = calendar.add_workdays(proposal.on, OBJECTION_DAYS)
    passed = not last.provisional and today > max(last.date, proposal.objection_due)
    return proposal.objected is not None or passed


def settle(state: CaseState, command: cmd.Settle, context: Context) -> Events:
    """Only measures that were proposed; dropping a proposal needs no waiting."""
    proposal = the_proposal(state, command.number)
    need_role(context, (Role.CLERK, Role.REVIEWER, Role.SENIOR), deciders(state, proposal))
    need_text(command.reason, "settle.reason", "处理的理由")
    if command.measures:
        _may_carry(state, proposal, command, context)
    event = pev.MeasureSettled(
        at=context.now,
        by=signed(context),
        number=proposal.number,
        title=proposal.title,
        carried=command.measures,
        reason=command.reason.strip(),
    )
    stopped = tuple(_stops(state, proposal, context)) if Measure.STOP in command.measures else ()
    revoked = _revoked(state, proposal, command, context) if Measure.REVOKE in command.measures else ()
    steps = (step for one in stopped for step in state.items[one.item].steps)
    return with_dispatch(state, (event, *stopped, *revoked), context, followers(state, steps))


def _revoked(state: CaseState, proposal: Proposal, command: cmd.Settle, context: Context) -> Events:
    """What was granted by the body that settles is revoked by its head in the same act: the holder could be heard."""
    own = [
        key
        for key in proposal.items
        if state.items[key].item.body == context.actor.body
        and state.items[key].issued
        and key not in state.outcomes.revoked
    ]
    if not own:
        refuse(
            "settle.revoke",
            "这里没有由本部门发出、可以撤销的结果。",
            remedy="请由作出决定的部门负责人撤销。",
        )
    events: Events = ()
    for key in own:
        ending = Revoke(
            item=key,
            ground=RevokeGround.REVOKE,
            reason=command.reason.strip(),
            remedies=REVOKE_REMEDIES,
            heard=True,
        )
        events = (*events, *revoke(state, ending, context))
    return events


def _may_carry(state: CaseState, proposal: Proposal, command: cmd.Settle, context: Context) -> None:
    if not set(command.measures) <= set(proposal.measures):
        refuse("settle.measures", "只能在建议的处理中选择。")
    if proposal.kind is ProposalKind.DEFAULT and proposal.subject not in state.still_owed:
        refuse("settle.handed_in", f"“{proposal.title}”已经补交，不能再作不利处理。")
    if not may_settle(proposal, context.calendar, context.today):
        until = proposal.objection_due
        if context.today > until:
            reason = "陈述、申辩的期限跨到节假日安排尚未公布的日子，还不能算作期满。"
            refuse("settle.early", reason, PROMISES_BASIS, "请等安排公布，或收到申请人意见后再决定。")
        refuse(
            "settle.early",
            f"申请人可以在{chinese_date(until)}前陈述、申辩，期满或收到意见后才能决定。",
            PROMISES_BASIS,
        )


def _stops(state: CaseState, proposal: Proposal, context: Context) -> Iterator[ev.ItemStopped]:
    ended = dict.fromkeys(proposal.items)
    for key in proposal.items:
        if state.items[key].status not in ENDED:
            ended.update(dict.fromkeys(dependants(state, key)))
    for key in ended:
        if state.items[key].status not in ENDED:
            yield ev.ItemStopped(
                at=context.now,
                by=signed(context),
                item=key,
                title=state.items[key].item.name,
                cause=proposal.subject,
                reason=proposal.reason,
            )


# --------------------------------------------------------------------------------- after the decision


def verify(state: CaseState, command: cmd.VerifyPromise, context: Context) -> Events:
    """By a body whose decision rested on the promise, once; a breach is proposed for measures at the same time."""
    need_phase(state, Phase.ACCEPTED, Phase.FINISHED)
    checks = {one.material.document: one for one in promise_checks(state)}
    check = checks.get(command.document)
    if check is None or check.done is not None:
        refuse("verify.none", "没有需要核查的承诺，或已经核查。")
    bodies = tuple(dict.fromkeys(state.items[key].item.body for key in check.items))
    need_role(context, (Role.REVIEWER, Role.INSPECTOR, Role.SENIOR), bodies)
    need_desk(state, f"verify:{command.document}", context)
    name = check.material.name or command.document
    event = pev.PromiseVerified(
        at=context.now,
        by=signed(context),
        document=command.document,
        title=name,
        outcome=command.outcome,
        findings=command.findings.strip(),
    )
    if command.outcome is Kept.KEPT:
        return (event,)
    need_text(command.findings, "verify.findings", "核查发现的具体情况")
    reason = f"经核查，对“{name}”的承诺不属实：{command.findings.strip()}"
    items = wanting(state, check.material)
    return (event, _proposal(state, context, ProposalKind.BREACH, command.document, name, items, reason))


# ---------------------------------------------------------------------------------------------- by itself


def _defaults(state: CaseState, calendar: WorkCalendar) -> Iterator[tuple[str, date]]:
    """Owed materials for which no default was proposed yet, each with its last day; provisional ones not."""
    proposed = {one.subject for one in state.promises.proposals if one.kind is ProposalKind.DEFAULT}
    reckoner = Reckoner(state, calendar)
    for key in state.still_owed:
        clock = reckoner.owed(key)
        if key not in proposed and not clock.provisional:
            yield key, clock.due


def promise_acts(state: CaseState, calendar: WorkCalendar) -> Iterator[tuple[date, Command]]:
    """What only time does here, each with its first day."""
    if state.phase in (Phase.ACCEPTED, Phase.FINISHED):
        for document, due in _defaults(state, calendar):
            yield due + DAY, cmd.ProposeDefault(document=document)


def promise_tasks(state: CaseState, dials: CaseClocks) -> Iterator[Task]:
    """Checks to be made and proposals to be settled, for the bodies that granted something or wait for a paper."""
    for check in promise_checks(state):
        for body in dict.fromkeys(state.items[key].item.body for key in check.items):
            yield Task(
                key=f"verify:{check.material.document}",
                name=f"核查承诺：{check.material.name or check.material.document}",
                kind="verification",
                body=body,
                role=Role.REVIEWER,
                opened=check.opened,
                due=dials.checks.get(check.material.document),
                done=check.done,
                items=tuple(check.items),
            )
    for one in state.promises.proposals:
        yield Task(
            key=f"proposal:{one.number}",
            name=f"处理建议：{one.title}",
            kind="proposal",
            body=deciders(state, one)[0],
            role=Role.REVIEWER,
            opened=one.on,
            due=one.objection_due,
            waiting=one.objected is None and one.settled is None,
            done=one.settled,
        )


ROADS: Roads = {
    cmd.AskCredit: ask_credit,
    cmd.RecordCredit: record_credit,
    cmd.DecideCredit: decide_credit,
    cmd.ProposeDefault: propose_default,
    cmd.ObjectTo: object_to,
    cmd.Settle: settle,
    cmd.VerifyPromise: verify,
}
