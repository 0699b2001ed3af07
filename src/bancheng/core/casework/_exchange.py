"""A step done in a body's own system. The system acts for its body by the same commands as people, never beyond them;
the clock of the step goes on wherever it is done.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from bancheng.core.casework import _commands_exchange as cmd
from bancheng.core.casework import _events_exchange as ev
from bancheng.core.casework._guard import (
    Events,
    Roads,
    need_machine,
    need_role,
    need_text,
    refuse,
    signed,
    the_open_step,
)
from bancheng.core.casework._state import CaseState, StepState
from bancheng.core.casework._values import By, Context, Role
from bancheng.core.casework._values_exchange import SYSTEM, Sent, SentStatus, sent_key


def send_out(state: CaseState, command: cmd.SendOut, context: Context) -> Events:
    """Once, while the body still has its part to do. A part that failed or was recalled may be sent again."""
    need_machine(context)
    step = the_open_step(state, command.step)
    if not to_do(step, command.body):
        refuse("exchange.over", "这个部门在这个环节没有要办的了。")
    before = state.exchange.get(sent_key(command.step, command.body))
    if before is not None and before.status not in {SentStatus.FAILED, SentStatus.RECALLED}:
        refuse("exchange.sent", f"已经转到{before.system_name}。")
    return (
        ev.SentOut(
            at=context.now,
            by=signed(context),
            number=before.number + 1 if before else 1,
            step=command.step,
            title=step.plan.name,
            body=command.body,
            system=command.system,
            system_name=command.system_name,
        ),
    )


def to_do(step: StepState, body: str) -> bool:
    """Whether `body` has still to report on, or to answer in, an open step."""
    if body in step.plan.bodies:
        return all(report.body != body for report in step.reports)
    return any(ask.body == body and ask.answer is None for ask in step.asks)


def confirm(state: CaseState, command: cmd.ConfirmReceipt, context: Context) -> Events:
    """Saying the same again changes nothing and is no fault."""
    step = the_open_step(state, command.step)
    sent = _of_system(state, command.step, context)
    if not sent.out:
        refuse("exchange.ended", "这个环节已经不在你方办理。")
    same = (command.reference or sent.reference, command.underway) == (sent.reference, sent.underway)
    if same and sent.status is SentStatus.ACKNOWLEDGED:
        return ()
    return (
        ev.Acknowledged(
            **_about(step, sent, context),
            reference=command.reference,
            underway=command.underway,
        ),
    )


def take_back(state: CaseState, command: cmd.TakeBack, context: Context) -> Events:
    """The result of what was sent; of a step with several items once for each."""
    step = the_open_step(state, command.step)
    sent = _of_system(state, command.step, context)
    if not (sent.out or sent.status is SentStatus.TAKEN_BACK):
        refuse("exchange.ended", "这个环节已经收回，由人工办理。")
    return (ev.TakenBack(**_about(step, sent, context), message=command.message, digest=command.digest),)


def give_up(state: CaseState, command: cmd.GiveUpExchange, context: Context) -> Events:
    """After the last try: the body's people find the step in their list again, with the reason."""
    need_machine(context)
    step = the_open_step(state, command.step)
    sent = _sent(state, command.step, command.body)
    return (ev.ExchangeFailed(**_about(step, sent, context), reason=command.reason),)


def recall(state: CaseState, command: cmd.Recall, context: Context) -> Events:
    """By a senior of the body, with a reason; by the machine where the body has no part in the step any more."""
    step = the_open_step(state, command.step)
    if command.body:
        return _recalled_by_itself(state, command, step, context)
    need_role(context, (Role.SENIOR,), (*step.plan.bodies, *step.plan.asks))
    sent = _sent(state, command.step, context.actor.body)
    need_text(command.reason, "recall.reason", "收回的理由")
    return (ev.SentRecalled(**_about(step, sent, context), reason=command.reason),)


def _recalled_by_itself(state: CaseState, command: cmd.Recall, step: StepState, context: Context) -> Events:
    need_machine(context)
    if has_part(step, command.body):
        refuse("exchange.part", "这个部门在这个环节还有要办的。")
    sent = _sent(state, command.step, command.body)
    return (ev.SentRecalled(**_about(step, sent, context), reason=command.reason, passed=True),)


def has_part(step: StepState, body: str) -> bool:
    """Whether `body` works on the step, or is asked in it, whether it is done with that or not."""
    return body in step.plan.bodies or any(ask.body == body for ask in step.asks)


class _About(TypedDict):
    """What every event about something sent says: when, by whom, which step, where it lies."""

    at: datetime
    by: By
    step: str
    title: str
    body: str
    system_name: str


def _about(step: StepState, sent: Sent, context: Context) -> _About:
    return {
        "at": context.now,
        "by": signed(context),
        "step": step.plan.key,
        "title": step.plan.name,
        "body": sent.body,
        "system_name": sent.system_name,
    }


def _sent(state: CaseState, step: str, body: str) -> Sent:
    sent = state.exchange.get(sent_key(step, body))
    if sent is None or not sent.out:
        refuse("exchange.none", "这个环节不在外部系统办理。", remedy="请刷新页面，查看最新进展。")
    return sent


def _of_system(state: CaseState, step: str, context: Context) -> Sent:
    sent = state.exchange.get(sent_key(step, context.actor.body))
    if sent is None or context.actor.id != SYSTEM + sent.system:
        refuse("exchange.foreign", "这个环节没有转给你方。")
    return sent


ROADS: Roads = {
    cmd.SendOut: send_out,
    cmd.ConfirmReceipt: confirm,
    cmd.TakeBack: take_back,
    cmd.GiveUpExchange: give_up,
    cmd.Recall: recall,
}
