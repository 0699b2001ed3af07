"""联合勘验、联合验收、联合评审: one appointment for all bodies of a step, one record, one conclusion.

1. An official of one of the bodies proposes a time and the people; it begins within five working days (art. 55).
2. The applicant confirms, takes another time, or says that none suits.
3. Two or more officials of each body are there (art. 34); each body confirms its own part.
4. The leading body concludes for all: passed, failed, or put right by a day and looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bancheng.core.casework import _commands_visits as cmd
from bancheng.core.casework import _events as ev
from bancheng.core.casework import _events_visits as vev
from bancheng.core.casework._command import Command
from bancheng.core.casework._guard import (
    Events,
    Roads,
    followers,
    need_applicant,
    need_machine,
    need_phase,
    need_role,
    need_text,
    refuse,
    signed,
    speaks_for_applicant,
    the_open_step,
    with_dispatch,
)
from bancheng.core.casework._slots import fits
from bancheng.core.casework._state import CaseState, StepState
from bancheng.core.casework._task import Task
from bancheng.core.casework._values import Context, Phase, Role, StepOutcome, StepStatus
from bancheng.core.casework._visit_values import (
    BOOKED,
    LIVE,
    Absent,
    Conclusion,
    Slot,
    Visit,
    Visitor,
    VisitStatus,
)
from bancheng.core.casework._when import ART_55, BEGIN_WITHIN, lead_of, needed, visitable, window
from bancheng.core.casework._work import ART_34, workers
from bancheng.core.catalogue import ON_SITE
from bancheng.core.compiler import PlanStep
from bancheng.core.kernel import chinese_date

REPAIR_WITHIN = 20
"The most working days to put things right."
MOVES = 3
"How often the applicant may choose another time by themselves."
EARLY = timedelta(hours=2)
"Officials may be there so much before the time agreed."
PATIENCE = timedelta(minutes=30)
"After that an applicant may say that nobody came."
DAY = timedelta(days=1)


def propose(state: CaseState, command: cmd.ProposeVisit, context: Context) -> Events:
    """By any body of the step, for all of them; one visit of a step at a time."""
    step = the_open_step(state, command.step)
    if not visitable(step.plan):
        refuse("visit.kind", "这个环节不需要约定时间。")
    need_role(context, workers(step), step.plan.bodies)
    last = state.visits.last(command.step)
    if last is not None and last.status in LIVE:
        refuse("visit.running", "这个环节已经约定了时间。", remedy="请在原来的约定上改期。")
    if step.reports:
        refuse("visit.reported", "已有部门单独提交了结论，不再联合进行。")
    again = last is not None and last.to_repair
    _slot_fits(command.slot, context)
    _in_window(state, step, command.slot, command.reason, context)
    _enough(step.plan, command.people)
    return (
        vev.VisitProposed(
            at=context.now,
            by=signed(context),
            visit=len(state.visits.all) + 1,
            step=command.step,
            title=step.plan.name,
            slot=command.slot,
            people=command.people,
            lead=lead_of(state, step.plan),
            round=last.round + again if last else 1,
            reason=command.reason.strip(),
        ),
    )


def _slot_fits(slot: Slot, context: Context) -> None:
    if slot.begins <= context.now:
        refuse("visit.past", "这个时间已经过了。", remedy="请选以后的时间。")
    if not fits(slot, context.calendar):
        refuse("visit.hours", "请约在工作日的上午9点到12点或下午2点到5点，整点或半点开始。")


def _in_window(state: CaseState, step: StepState, slot: Slot, reason: str, context: Context) -> None:
    allowed = window(state, step, context.calendar, context.today)
    if slot.day > allowed.last:
        refuse(
            "visit.late",
            f"最晚要约在{chinese_date(allowed.last)}前。",
            ART_55,
            "确实来不及的，请先按规定延长期限。",
        )
    if slot.day > allowed.begin_by and not reason.strip():
        refuse("visit.begin", f"应当在{BEGIN_WITHIN}个工作日内开始，晚于这个时间请写明理由。", ART_55)


def _enough(plan: PlanStep, people: tuple[Visitor, ...]) -> None:
    """Enough of every body, each once, by name."""
    if len({one.id for one in people}) < len(people) or not all(one.id and one.name for one in people):
        refuse("visit.people", "请写明每一名参加人员，同一个人只写一次。")
    if not {one.body for one in people} <= set(plan.bodies):
        refuse("visit.bodies", "参加人员应当来自这个环节的部门。")
    for body in plan.bodies:
        if sum(one.body == body for one in people) < needed(plan):
            refuse("visit.staff", f"每个部门应当有{needed(plan)}名以上工作人员参加。", ART_34)


def the_visit(state: CaseState, number: int, *statuses: VisitStatus) -> tuple[Visit, StepState]:
    """A visit in one of `statuses`, and its open step."""
    visit = next((one for one in state.visits.all if one.number == number), None)
    if visit is None:
        refuse("visit.unknown", "没有这次约定。")
    step = the_open_step(state, visit.step)
    if visit.status not in statuses:
        refuse("visit.status", _STANDS[visit.status], remedy="请刷新页面，查看最新安排。")
    return visit, step


_STANDS = {
    VisitStatus.PROPOSED: "时间还没有确认。",
    VisitStatus.CONFIRMED: "还没有开始。",
    VisitStatus.HELD: "现场工作已经开始。",
    VisitStatus.RECORDED: "各部门都已确认记录。",
    VisitStatus.CONCLUDED: "已经有了结论。",
    VisitStatus.DECLINED: "申请人请求另约时间。",
    VisitStatus.MISSED: "这次没有进行，要另约时间。",
    VisitStatus.CANCELLED: "这次约定已经取消。",
}


def confirm(state: CaseState, command: cmd.ConfirmVisit, context: Context) -> Events:
    """By the applicant's side; by an official only with a word on how they agreed."""
    visit, step = the_visit(state, command.visit, VisitStatus.PROPOSED)
    if not speaks_for_applicant(state, context.actor):
        need_role(context, workers(step), step.plan.bodies)
        need_text(command.words, "visit.agreed", "申请人怎样同意的，例如“电话确认”")
    if visit.slot.begins <= context.now:
        refuse("visit.past", "这个时间已经过了。", remedy="请另选一个时间。")
    return (
        vev.VisitConfirmed(
            at=context.now,
            by=signed(context),
            visit=visit.number,
            title=step.plan.name,
            slot=visit.slot,
            note=command.words.strip(),
        ),
    )


def move(state: CaseState, command: cmd.MoveVisit, context: Context) -> Events:
    """The applicant's choice is agreed at once; an official's, with a reason, waits for the applicant again."""
    visit, step = the_visit(state, command.visit, *BOOKED)
    theirs = speaks_for_applicant(state, context.actor)
    reason = command.reason.strip()
    same = command.slot == visit.slot
    if theirs:
        if visit.moves >= MOVES:
            refuse("visit.moves", f"已经改了{MOVES}次。", remedy="请打电话与工作人员商量，或选“都不合适”。")
    else:
        need_role(context, workers(step), step.plan.bodies)
        need_text(reason, "visit.reason", "调整的理由")
    if not same:
        _slot_fits(command.slot, context)
        _in_window(state, step, command.slot, reason or "按申请人要求改期", context)
    _enough(step.plan, command.people)
    return (
        vev.VisitMoved(
            at=context.now,
            by=signed(context),
            visit=visit.number,
            title=step.plan.name,
            slot=command.slot,
            people=command.people,
            agreed=theirs or (same and visit.status is VisitStatus.CONFIRMED),
            reason=reason,
        ),
    )


def decline(state: CaseState, command: cmd.DeclineVisit, context: Context) -> Events:
    """By the applicant's side; somebody calls them."""
    visit, step = the_visit(state, command.visit, *BOOKED)
    need_applicant(state, context)
    return (
        vev.VisitDeclined(
            at=context.now,
            by=signed(context),
            visit=visit.number,
            title=step.plan.name,
            words_digest=command.words_digest,
        ),
    )


def cancel(state: CaseState, command: cmd.CancelVisit, context: Context) -> Events:
    """By a body of the step, until parts are confirmed."""
    visit, step = the_visit(state, command.visit, *BOOKED, VisitStatus.HELD)
    need_role(context, workers(step), step.plan.bodies)
    need_text(command.reason, "visit.reason", "取消的理由")
    if visit.parts:
        refuse("visit.parts", "已有部门确认了记录，不能取消。", remedy="请完成记录，由牵头部门写结论。")
    return (
        vev.VisitCancelled(
            at=context.now,
            by=signed(context),
            visit=visit.number,
            title=step.plan.name,
            reason=command.reason.strip(),
        ),
    )


def miss(state: CaseState, command: cmd.MissVisit, context: Context) -> Events:
    """Said by those who were there: officials at once, an applicant after half an hour."""
    visit, step = the_visit(state, command.visit, *BOOKED)
    begins = visit.slot.begins
    if speaks_for_applicant(state, context.actor):
        if command.who is not Absent.OFFICIALS:
            refuse("visit.absent", "您不能到场的，请改期。")
        begins += PATIENCE
    else:
        need_role(context, workers(step), step.plan.bodies)
    if context.now < begins:
        refuse("visit.early", "约定的时间还没有到。")
    return (
        vev.VisitMissed(
            at=context.now,
            by=signed(context),
            visit=visit.number,
            title=step.plan.name,
            who=command.who,
            note="" if speaks_for_applicant(state, context.actor) else command.words.strip(),
        ),
    )


def hold(state: CaseState, command: cmd.HoldVisit, context: Context) -> Events:
    """By one of those who are there, at the agreed time and not before."""
    visit, step = the_visit(state, command.visit, VisitStatus.CONFIRMED)
    need_role(context, workers(step), step.plan.bodies)
    if context.now < visit.slot.begins - EARLY:
        refuse("visit.early", f"约定的时间是{visit.slot.words()}，还没有到。", remedy="要提前，请先改期。")
    if context.actor.id not in {one.id for one in command.present}:
        refuse("visit.there", "请由到场的人员开始记录。")
    _enough(step.plan, command.present)
    return (
        vev.VisitHeld(
            at=context.now,
            by=signed(context),
            visit=visit.number,
            title=step.plan.name,
            present=command.present,
        ),
    )


def may_write(state: CaseState, number: int, context: Context, revision: int | None = None) -> Visit:
    """The visit whose checklist this official may fill now, for their body.

    `revision` is that of the page they typed on; none skips that question.

    Raises:
        CommandRefused: the case or the visit moved on, they are no longer among those who go, or their part is closed.
    """
    visit, _ = the_visit(state, number, VisitStatus.HELD, VisitStatus.RECORDED)
    mine = {one.id for one in visit.present if one.body == context.actor.body}
    if context.actor.id not in mine:
        refuse("visit.there", "您不在这次到场人员中，记录由到场人员填写。", remedy="请与现在的承办人联系。")
    if revision is not None and revision != visit.revision:
        refuse("visit.moved", "这次约定在您填写期间有了变化。", remedy="请刷新页面，对照后再填一次。")
    return visit


def confirm_part(state: CaseState, command: cmd.ConfirmPart, context: Context) -> Events:
    """By one of the body's officials who were there; again until the conclusion is written."""
    visit = may_write(state, command.visit, context)
    step = state.steps[visit.step]
    need_role(context, workers(step), step.plan.bodies)
    if command.left:
        refuse("visit.left", f"还有{command.left}项没有填写。", remedy="请填完本部门的每一项。")
    if command.outcome is StepOutcome.NOT_OK or command.bad:
        need_text(command.words, "visit.findings", "不符合的具体情况")
    body = context.actor.body
    return (
        vev.VisitPartRecorded(
            at=context.now,
            by=signed(context),
            visit=visit.number,
            title=step.plan.name,
            body=body,
            body_name=state.body_name(body),
            outcome=command.outcome,
            findings=command.words.strip(),
            lines=command.lines,
            bad=command.bad,
            photos=command.photos,
            digest=command.digest,
        ),
    )


def conclude(state: CaseState, command: cmd.ConcludeVisit, context: Context) -> Events:
    """By the leading body once every body has confirmed; what passes or fails ends the step for all of them."""
    visit, step = the_visit(state, command.visit, VisitStatus.RECORDED)
    need_role(context, workers(step), (visit.lead,))
    words = command.words.strip()
    against = [part for part in visit.parts.values() if part.outcome is StepOutcome.NOT_OK]
    if command.conclusion is Conclusion.PASSED and against:
        names = "、".join(state.body_name(part.body) for part in against)
        refuse("visit.against", f"{names}认为不符合要求，不能写“通过”。", remedy="请写整改后复查，或不通过。")
    if command.conclusion is not Conclusion.PASSED:
        need_text(words, "visit.words", "结论的具体内容")
    due = _repair_due(command, context) if command.conclusion is Conclusion.REPAIR else None
    concluded = vev.VisitConcluded(
        at=context.now,
        by=signed(context),
        visit=visit.number,
        title=step.plan.name,
        conclusion=command.conclusion,
        findings=words,
        due=due,
        paper=command.paper,
    )
    if command.conclusion is Conclusion.REPAIR:
        return (concluded,)
    reports = tuple(
        ev.StepReported(
            at=context.now,
            by=signed(context),
            step=visit.step,
            title=step.plan.name,
            body=part.body,
            outcome=_outcome(command.conclusion, part.outcome, bool(against)),
            findings=part.words or words,
            staff=tuple(one.staff() for one in visit.present if one.body == part.body),
        )
        for part in visit.parts.values()
    )
    return with_dispatch(state, (concluded, *reports), context, followers(state, (visit.step,)))


def _outcome(conclusion: Conclusion, part: StepOutcome, named: bool) -> StepOutcome:
    """Failed: it is said of the bodies that found it, and of all when the conclusion alone says so."""
    if conclusion is Conclusion.PASSED:
        return StepOutcome.OK
    return part if named else StepOutcome.NOT_OK


def _repair_due(command: cmd.ConcludeVisit, context: Context) -> date:
    latest = context.calendar.add_workdays(context.today, REPAIR_WITHIN).date
    if command.due is None or not context.today < command.due <= latest:
        refuse(
            "visit.due",
            f"请写整改期限：明天以后、{REPAIR_WITHIN}个工作日以内（{chinese_date(latest)}前）。",
        )
    return command.due


def report_repaired(state: CaseState, command: cmd.ReportRepaired, context: Context) -> Events:
    """By the applicant's side, once, as soon as it is put right."""
    need_applicant(state, context)
    visit, step = the_visit(state, command.visit, VisitStatus.CONCLUDED)
    if not visit.to_repair or state.visits.last(visit.step) is not visit:
        refuse("visit.no_repair", "没有需要整改的内容。")
    if visit.repaired is not None:
        refuse("visit.repaired", "您已经申请过复查，我们会尽快约您。")
    return (
        vev.VisitRepaired(
            at=context.now,
            by=signed(context),
            visit=visit.number,
            title=step.plan.name,
            words_digest=command.words_digest,
        ),
    )


def remind_repair(state: CaseState, command: cmd.RemindRepair, context: Context) -> Events:
    """The day after the last one."""
    need_machine(context)
    need_phase(state, Phase.ACCEPTED)
    visit = dict(_reminders(state)).get(command.visit)
    if visit is None or visit.repair_due is None or visit.repair_due >= context.today:
        refuse("visit.remind", "整改期限还没有到，或已经提醒过。")
    return (
        vev.VisitRepairDue(
            at=context.now,
            by=signed(context),
            visit=visit.number,
            title=state.steps[visit.step].plan.name,
            due=visit.repair_due,
        ),
    )


def _reminders(state: CaseState) -> Iterator[tuple[int, Visit]]:
    for visit in state.visits.all:
        asked = visit.to_repair and visit.repaired is None and not visit.repair_reminded
        newest = state.visits.last(visit.step) is visit
        if asked and newest and state.steps[visit.step].status is StepStatus.OPEN:
            yield visit.number, visit


def visit_acts(state: CaseState) -> Iterator[tuple[date, Command]]:
    """What becomes due by itself: a reminder when the days to put things right are over."""
    if state.phase is Phase.ACCEPTED:
        for number, visit in _reminders(state):
            if visit.repair_due is not None:
                yield visit.repair_due + DAY, cmd.RemindRepair(visit=number)


def visit_tasks(state: CaseState) -> Iterator[Task]:
    """Besides the step itself: to write the conclusion, and to look again at what was to be put right."""
    for visit in state.visits.all:
        step = state.steps[visit.step]
        if step.status is not StepStatus.OPEN or state.visits.last(visit.step) is not visit:
            continue
        again = visit.to_repair
        if not again and visit.status is not VisitStatus.RECORDED:
            continue
        yield Task(
            key=f"visit.{visit.number}",
            name=f"安排复查：{step.plan.name}" if again else f"写结论：{step.plan.name}",
            kind="visit",
            body=visit.lead,
            role=Role.INSPECTOR if step.plan.kind in ON_SITE else Role.REVIEWER,
            opened=visit.concluded_on or visit.slot.day,
            waiting=again and visit.repaired is None and not visit.repair_reminded,
            due=visit.repair_due,
        )


ROADS: Roads = {
    cmd.ProposeVisit: propose,
    cmd.ConfirmVisit: confirm,
    cmd.MoveVisit: move,
    cmd.DeclineVisit: decline,
    cmd.CancelVisit: cancel,
    cmd.MissVisit: miss,
    cmd.HoldVisit: hold,
    cmd.ConfirmPart: confirm_part,
    cmd.ConcludeVisit: conclude,
    cmd.ReportRepaired: report_repaired,
    cmd.RemindRepair: remind_repair,
}
