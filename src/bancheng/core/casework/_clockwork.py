"""Clockwork: pauses, extensions, reminders. A clock stops only for art. 45 or a configured procedure with a basis."""

from __future__ import annotations

from bancheng.core.casework import _commands as cmd
from bancheng.core.casework import _events as ev
from bancheng.core.casework._clocks import Reckoner
from bancheng.core.casework._escalation import due_clock
from bancheng.core.casework._guard import (
    PERMIT_LAW,
    CommandRefused,
    Events,
    Roads,
    need_machine,
    need_phase,
    need_role,
    refuse,
    signed,
    the_item,
)
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import Context, Level, Phase, Role
from bancheng.core.catalogue import SpecialProcedure
from bancheng.core.clock import JOINT_TERM, PERMIT_TERM, Due, Extension, PauseReason, extension_refusal

ART_45 = f"{PERMIT_LAW}第四十五条"
LONGEST_PAUSE = 365
"Working days; a guard against slips of the keyboard, not a rule of law."


def pause(state: CaseState, command: cmd.Pause, context: Context) -> Events:
    """The time needed must be told (art. 45), so there is always a maximum."""
    need_phase(state, Phase.ACCEPTED)
    title, bodies = _scope(state, command.item)
    need_role(context, (Role.REVIEWER, Role.INSPECTOR, Role.CLERK, Role.SENIOR), bodies)
    basis, max_days, note = ART_45, command.max_days, command.words
    if command.reason is PauseReason.SPECIAL:
        procedure = _procedure(state, command)
        basis, note = procedure.basis, command.words or procedure.notice or procedure.name
        max_days = command.max_days or procedure.max_days
        if max_days > procedure.max_days:
            refuse("pause.too_long", f"“{procedure.name}”最长{procedure.max_days}个工作日。", procedure.basis)
    if not 1 <= max_days <= LONGEST_PAUSE:
        refuse("pause.days", "请写明所需时间（工作日），并书面告知申请人。", ART_45)
    if any(one.pause.end is None and one.item == command.item and one.pause.reason is command.reason
           for one in state.pauses):  # fmt: skip
        refuse("pause.twice", "同一原因的暂停计时还没有结束。")
    return (
        ev.ClockPaused(
            at=context.now,
            by=signed(context),
            number=len(state.pauses) + 1,
            item=command.item,
            title=title,
            reason=command.reason,
            on=context.today,
            max_days=max_days,
            basis=basis,
            procedure=command.procedure,
            note=note,
        ),
    )


def _scope(state: CaseState, item: str) -> tuple[str, tuple[str, ...]]:
    """Name and bodies of what the clock belongs to."""
    submission = state.submission
    if item:
        one = the_item(state, item)
        steps = (state.steps[key] for key in one.steps)
        return one.item.name, (one.item.body, *(body for step in steps for body in step.plan.bodies))
    if submission is None:
        refuse("phase", "申请尚未提交。")
    return submission.onething_name, (submission.lead_body or submission.receiving_body,)


def _procedure(state: CaseState, command: cmd.Pause) -> SpecialProcedure:
    items = [state.items[command.item]] if command.item else list(state.items.values())
    found = next(
        (one for item in items for one in item.item.procedures if one.key == command.procedure), None
    )
    if found is None or not found.basis.strip() or found.max_days <= 0:
        refuse(
            "pause.special",
            "没有登记这一特别程序的依据和最长时限，不能停止计时。",
            ART_45,
            "请先在事项中登记特别程序。",
        )
    return found


def resume(state: CaseState, command: cmd.Resume, context: Context) -> Events:
    """The clock runs on from tomorrow."""
    need_phase(state, Phase.ACCEPTED)
    found = next((one for one in state.pauses if one.number == command.number), None)
    if found is None or found.pause.end is not None:
        refuse("resume.none", "没有需要恢复的暂停计时。")
    if found.item and found.item in state.items:
        item = state.items[found.item]
        steps = (state.steps[key] for key in item.steps)
        title, bodies = item.item.name, (item.item.body, *(b for step in steps for b in step.plan.bodies))
    else:
        title, bodies = _scope(state, "")
    need_role(context, (Role.REVIEWER, Role.INSPECTOR, Role.CLERK, Role.SENIOR), bodies)
    if context.today < found.pause.start:
        refuse("resume.order", "恢复计时的日期早于暂停的日期。")
    return (
        ev.ClockResumed(
            at=context.now, by=signed(context), number=command.number, on=context.today, title=title
        ),
    )


def extend(state: CaseState, command: cmd.Extend, context: Context) -> Events:
    """Art. 42: an item once by the head of its body, the bundle once by the head of the government."""
    need_phase(state, Phase.ACCEPTED)
    reckoner = Reckoner(state, context.calendar, context.today)
    if command.level is Level.ITEM:
        item = the_item(state, command.item)
        need_role(context, (Role.HEAD,), (item.item.body,))
        term, title, due = PERMIT_TERM, item.item.name, reckoner.item_due(command.item)
    elif command.level is Level.BUNDLE:
        if Role.GOVERNMENT not in context.actor.roles:
            refuse("role", "整件事的期限须经本级人民政府负责人批准延长。", JOINT_TERM.basis)
        clock = reckoner.bundle()
        if clock is None or command.item:
            refuse("extend.level", "延长整件事的期限时不指定事项。")
        term, title, due = JOINT_TERM, clock.title, Due(clock.due, clock.provisional, clock.moving)
    else:
        refuse("extend.level", "只能延长事项或整件事的期限。", PERMIT_TERM.basis)
    key = command.item if command.level is Level.ITEM else ""
    if any(one.level is command.level and one.item == key for one in state.extensions):
        refuse("extend.twice", f"“{title}”的期限已经延长过一次，不能再次延长。", term.basis)
    extension = Extension(
        days=command.days,
        granted_on=context.today,
        granted_by=context.actor.id,
        basis=term.basis,
        reason=command.reason,
    )
    refusal = extension_refusal(term, extension, due)
    if refusal is not None:
        raise CommandRefused((refusal,))
    return (
        ev.ClockExtended(
            at=context.now,
            by=signed(context),
            level=command.level,
            item=key,
            title=title,
            days=command.days,
            on=context.today,
            reason=command.reason,
            basis=term.basis,
        ),
    )


def remind_owed(state: CaseState, command: cmd.RemindOwed, context: Context) -> Events:
    """Once, a working day before the last day of a deferred material."""
    need_machine(context)
    clock = due_clock(state, command, context)
    return (
        ev.OwedReminded(
            at=context.now,
            by=signed(context),
            document=command.document,
            title=clock.title,
            due=clock.due,
        ),
    )


ROADS: Roads = {
    cmd.Pause: pause,
    cmd.Resume: resume,
    cmd.Extend: extend,
    cmd.RemindOwed: remind_owed,
}
