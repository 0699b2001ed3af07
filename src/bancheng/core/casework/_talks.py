"""The one thread of messages of a case, open while the case is; there is no side channel."""

from __future__ import annotations

from bancheng.core.casework import _commands_talks as cmd
from bancheng.core.casework import _events_talks as ev
from bancheng.core.casework._guard import (
    Events,
    Roads,
    need_phase,
    need_role,
    refuse,
    signed,
    speaks_for_applicant,
)
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import Context, Phase, Role

OPEN = (Phase.RECEIVED, Phase.SUPPLEMENT, Phase.ACCEPTED)
"Phases in which people still write to each other; after them the thread is kept and closed."
OFFICIALS = (Role.CLERK, Role.REVIEWER, Role.INSPECTOR, Role.SENIOR)


def write(state: CaseState, command: cmd.WriteMessage, context: Context) -> Events:
    """From the applicant's side to one body with a part in the case, or from such a body to the applicant."""
    need_phase(state, *OPEN)
    if not command.digest:
        refuse("message.empty", "请写下要说的话。")
    number = state.talk.last + 1
    if context.actor.body:
        return (_from_body(state, command, context, number),)
    if not speaks_for_applicant(state, context.actor):
        refuse("applicant", "只有申请人、经办人和参与办理的部门可以留言。")
    to = command.to or (state.submission.receiving_body if state.submission else "")
    if to not in state.bodies:
        refuse("message.to", "这个部门没有参与办理，请选择参与办理的部门。")
    due = context.calendar.add_workdays(context.today, command.days).date
    return (
        ev.MessageWritten(
            at=context.now,
            by=signed(context),
            number=number,
            digest=command.digest,
            to=to,
            to_name=state.body_name(to),
            due=due,
            files=command.files,
        ),
    )


def _from_body(
    state: CaseState, command: cmd.WriteMessage, context: Context, number: int
) -> ev.MessageWritten:
    need_role(context, OFFICIALS, state.bodies)
    body = context.actor.body
    return ev.MessageWritten(
        at=context.now,
        by=signed(context),
        number=number,
        digest=command.digest,
        body=body,
        body_name=state.body_name(body),
        files=command.files,
        answers=tuple(one.number for one in state.talk.owed_by(body)),
    )


def waive(state: CaseState, command: cmd.NeedsNoAnswer, context: Context) -> Events:
    """Only the asked body can say so."""
    need_phase(state, *OPEN)
    asked = next((one for one in state.talk.questions if one.number == command.number), None)
    if asked is None or asked.answered is not None:
        refuse("message.answered", "这条留言已经答复过了。", remedy="请刷新页面，查看最新进展。")
    need_role(context, OFFICIALS, (asked.body,))
    return (
        ev.AnswerWaived(
            at=context.now,
            by=signed(context),
            number=command.number,
            body=asked.body,
            body_name=state.body_name(asked.body),
        ),
    )


ROADS: Roads = {cmd.WriteMessage: write, cmd.NeedsNoAnswer: waive}
