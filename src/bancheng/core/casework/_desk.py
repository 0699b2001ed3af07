"""Tasks of a desk that belong to no step: claimed, handed over, given by rule and taken back exactly as steps are.

What was received and is to be judged (with its answers to a notice), a result that is late to be handed over, a promise
to be checked. Whoever holds one judges it; at the window a colleague may take it over, and says why, because the person
it is about may be standing there.
"""

from __future__ import annotations

from bancheng.core.casework import _commands as cmd
from bancheng.core.casework import _events as ev
from bancheng.core.casework import _staffing, _work
from bancheng.core.casework._clocks import CaseClocks
from bancheng.core.casework._guard import Events, Roads, need_role, need_text, refuse, signed
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._task import Task
from bancheng.core.casework._tasks import desk_tasks
from bancheng.core.casework._values import Context, Role, Staff

AT_DESK = {
    Role.CLERK: (Role.CLERK, Role.SENIOR),
    Role.REVIEWER: (Role.REVIEWER, Role.INSPECTOR, Role.SENIOR),
}
"""Who may do a task in whose list it lies."""


def desk_task(state: CaseState, key: str, body: str) -> Task | None:
    """The open task of this key at a body's desk, with whoever holds it; None where it is a step or not there."""
    if key in state.steps or state.submission is None:
        return None
    found = (one for one in desk_tasks(state, CaseClocks()) if (one.key, one.body) == (key, body))
    return next((one for one in found if one.done is None), None)


def claim(state: CaseState, command: cmd.Claim, context: Context) -> Events:
    """The first to claim it has it."""
    task = desk_task(state, command.step, context.actor.body)
    if task is None:
        return _work.claim(state, command, context)
    _need_desk(task, context)
    if task.owner is not None:
        mine = task.owner.id == context.actor.id
        refuse("step.claimed", "您已经领取了这一件。" if mine else f"这一件由{task.owner.name}办理。")
    return (ev.StepClaimed(at=context.now, by=signed(context), step=task.key, title=task.name),)


def release(state: CaseState, command: cmd.Release, context: Context) -> Events:
    """Back to the queue, to a colleague, or, with a reason, over from the colleague who holds it."""
    task = desk_task(state, command.step, context.actor.body)
    if task is None:
        return _work.release(state, command, context)
    _need_desk(task, context)
    if task.owner is None:
        refuse("step.free", "这一件还没有人领取。")
    if task.owner.id != context.actor.id:
        need_text(command.reason, "release.reason", "接手或转交的理由")
    if command.to is not None and not (command.to.id and command.to.name):
        refuse("release.to", "请写明转交给谁。")
    if command.to is not None and command.to.id == task.owner.id:
        refuse("assign.same", f"这一件已经由{task.owner.name}办理。")
    return (
        ev.StepReleased(
            at=context.now,
            by=signed(context),
            step=task.key,
            title=task.name,
            reason=command.reason,
            to=command.to,
        ),
    )


def assign(state: CaseState, command: cmd.Assign, context: Context) -> Events:
    """By rule, or by the senior."""
    task = desk_task(state, command.step, command.body)
    if task is None:
        return _staffing.assign(state, command, context)
    return _staffing.given(command, context, task.name, task.owner)


def take_back(state: CaseState, command: cmd.ReturnTask, context: Context) -> Events:
    """From a holder who cannot go on."""
    task = desk_task(state, command.step, command.body)
    if task is None:
        return _staffing.take_back(state, command, context)
    holder = Staff(id=task.owner.id, name=task.owner.name) if task.owner else None
    return _staffing.taken(command, context, task.name, holder)


def _need_desk(task: Task, context: Context) -> None:
    need_role(context, AT_DESK[task.role], (task.body,))


ROADS: Roads = {cmd.Claim: claim, cmd.Release: release, cmd.Assign: assign, cmd.ReturnTask: take_back}
