"""More time is asked of who may grant it (行政许可法 art. 42), and granted by `Extend`.

For an item that is the head of its body, for the whole the head of the same-level government.
"""

from __future__ import annotations

from bancheng.core.casework import _commands_procedures as cmd
from bancheng.core.casework import _events as ev
from bancheng.core.casework._guard import (
    Events,
    Roads,
    need_phase,
    need_role,
    need_text,
    refuse,
    signed,
    the_item,
)
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import Context, Level, Phase, Role
from bancheng.core.clock import JOINT_TERM, PERMIT_TERM


def ask_more(state: CaseState, command: cmd.AskMoreTime, context: Context) -> Events:
    """Once at a time, never more than the law allows, and not after it was granted."""
    need_phase(state, Phase.ACCEPTED)
    if command.level is Level.ITEM:
        item = the_item(state, command.item)
        steps = (state.steps[key] for key in item.steps)
        bodies = (item.item.body, *(body for step in steps for body in step.plan.bodies))
        term, key, title, to = PERMIT_TERM, command.item, item.item.name, item.item.body
        to_name = f"{state.body_name(to)}负责人"
    elif command.level is Level.BUNDLE and state.submission is not None and not command.item:
        submission = state.submission
        bodies = (submission.lead_body or submission.receiving_body,)
        term, key, title, to = JOINT_TERM, "", submission.onething_name, command.to
        to_name = command.to_name
        if not to:
            refuse("more_time.to", "请选择报哪一级人民政府批准。", term.basis)
    else:
        refuse("extend.level", "只能延长事项或整件事的期限。", PERMIT_TERM.basis)
    need_role(context, (Role.REVIEWER, Role.SENIOR), bodies)
    need_text(command.reason, "more_time.reason", "为什么需要更多时间")
    if not 1 <= command.days <= term.extension.amount:
        refuse("extension.too_long", f"最多可以延长{term.extension.words()}。", term.basis)
    if any((one.level, one.item) == (command.level, key) for one in state.extensions):
        refuse("extend.twice", f"“{title}”的期限已经延长过一次，不能再次延长。", term.basis)
    if any((one.level, one.item) == (command.level, key) for one in state.procedures.waiting):
        refuse("more_time.twice", f"“{title}”的延期申请还没有答复。")
    return (
        ev.MoreTimeAsked(
            at=context.now,
            by=signed(context),
            number=len(state.procedures.asked) + 1,
            level=command.level,
            item=key,
            title=title,
            days=command.days,
            reason=command.reason.strip(),
            body=context.actor.body,
            to=to,
            to_name=to_name,
        ),
    )


def decline(state: CaseState, command: cmd.DeclineMoreTime, context: Context) -> Events:
    """By who might have granted it, with a reason."""
    found = next((one for one in state.procedures.waiting if one.number == command.number), None)
    if found is None:
        refuse("more_time.none", "这份延期申请已经答复。", remedy="请刷新页面，查看最新进展。")
    role = Role.HEAD if found.level is Level.ITEM else Role.GOVERNMENT
    need_role(context, (role,), (found.to,))
    need_text(command.reason, "more_time.answer", "不批准的理由")
    return (
        ev.MoreTimeDeclined(
            at=context.now,
            by=signed(context),
            number=found.number,
            title=found.title,
            reason=command.reason.strip(),
        ),
    )


ROADS: Roads = {
    cmd.AskMoreTime: ask_more,
    cmd.DeclineMoreTime: decline,
}
