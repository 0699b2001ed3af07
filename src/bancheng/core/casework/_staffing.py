"""Who does a step: given by rule or by a senior, taken back when the holder is gone. Nobody loses work silently."""

from __future__ import annotations

from bancheng.core.casework import _commands_staffing as cmd
from bancheng.core.casework import _events_staffing as ev
from bancheng.core.casework._guard import (
    Events,
    Roads,
    need_applicant,
    need_phase,
    need_text,
    refuse,
    signed,
    the_open_step,
)
from bancheng.core.casework._state import CaseState, StepState
from bancheng.core.casework._values import By, Context, ItemStatus, Phase, Role, Staff


def assign(state: CaseState, command: cmd.Assign, context: Context) -> Events:
    """By a rule of the body, or by its senior; the machine takes nothing from a colleague who is there."""
    step = _part(state, command.step, command.body)
    return given(command, context, step.plan.name, step.owners.get(command.body))


def given(command: cmd.Assign, context: Context, title: str, owner: By | None) -> Events:
    """A task of this title, held by `owner`, goes to whom the command names."""
    _may_assign(context, command.body)
    need_text(command.why, "assign.why", "分派的理由")
    if not (command.to.id.strip() and command.to.name.strip()):
        refuse("assign.to", "请写明由谁办理。")
    if owner is not None and owner.id == command.to.id:
        refuse("assign.same", f"这个环节已经由{owner.name}办理。")
    if owner is not None and Role.MACHINE in context.actor.roles and not command.instead:
        refuse("step.claimed", f"这个环节由{owner.name}办理。")
    return (
        ev.StepAssigned(
            at=context.now,
            by=signed(context),
            step=command.step,
            title=title,
            body=command.body,
            to=command.to,
            why=command.why,
            rule=command.rule,
            instead=command.instead,
        ),
    )


def take_back(state: CaseState, command: cmd.ReturnTask, context: Context) -> Events:
    """From a holder who cannot go on."""
    step = _part(state, command.step, command.body)
    owner = step.owners.get(command.body)
    holder = Staff(id=owner.id, name=owner.name) if owner else None
    return taken(command, context, step.plan.name, holder)


def taken(command: cmd.ReturnTask, context: Context, title: str, holder: Staff | None) -> Events:
    """A task of this title goes from its holder back to the queue."""
    _may_assign(context, command.body)
    need_text(command.why, "release.reason", "收回的理由")
    if holder is None:
        refuse("step.free", "这个环节还没有人领取。")
    return (
        ev.StepTakenBack(
            at=context.now,
            by=signed(context),
            step=command.step,
            title=title,
            body=command.body,
            who=holder,
            why=command.why,
        ),
    )


def _may_assign(context: Context, body: str) -> None:
    actor = context.actor
    senior = Role.SENIOR in actor.roles and actor.body == body
    if not senior and Role.MACHINE not in actor.roles:
        refuse("role", "只有本部门负责人可以分派任务。", remedy="请联系本部门负责人。")


def _part(state: CaseState, key: str, body: str) -> StepState:
    """An open step in which the body still has something to do."""
    step = the_open_step(state, key)
    asked = {ask.body for ask in step.asks if ask.answer is None}
    if body not in {*step.plan.bodies, *asked}:
        refuse("body", "这个环节没有这个部门的任务。")
    if any(report.body == body for report in step.reports):
        refuse("step.reported", "本部门已经提交过这个环节的意见。")
    return step


def add_late(state: CaseState, command: cmd.AddLate, context: Context) -> Events:
    """After the first result. The item has its own application, acceptance and clock (行政许可法 art. 32, 42)."""
    need_phase(state, Phase.ACCEPTED, Phase.FINISHED)
    need_applicant(state, context)
    if not any(one.status is ItemStatus.APPROVED for one in state.items.values()):
        refuse("late.early", "首个事项出结果后才能加办。")
    if command.item in state.items or any(one.item == command.item for one in state.staffing.late):
        refuse("late.twice", f"“{command.name}”已经在办，不用再加。")
    return (
        ev.LateAdded(
            at=context.now, by=signed(context), item=command.item, title=command.name, number=command.number
        ),
    )


ROADS: Roads = {cmd.AddLate: add_late}
