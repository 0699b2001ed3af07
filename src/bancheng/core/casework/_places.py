"""跨域通办: form check there, decision here, pick-up near. Powers do not move; papers and results travel with lists.

Whatever travels, the office that received the application answers for the notice within five working days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bancheng.core.casework import _commands_places as cmd
from bancheng.core.casework import _events_places as ev
from bancheng.core.casework._guard import (
    Events,
    Roads,
    need_clerk,
    need_desk,
    need_phase,
    need_role,
    need_text,
    refuse,
    signed,
)
from bancheng.core.casework._places_values import TRAVEL_DAYS, Handover, HandoverKind, HandoverLine
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._task import INTAKE, Task
from bancheng.core.casework._values import ClockStart, Context, CrossMode, ItemStatus, Phase, Role
from bancheng.core.kernel import Refusal

DESK = (Role.CLERK, Role.REVIEWER, Role.SENIOR)
RELAYED = "relayed"
LIVE = (Phase.RECEIVED, Phase.SUPPLEMENT, Phase.ACCEPTED, Phase.FINISHED)


def relayed(state: CaseState) -> bool:
    """Is the case received at one place for a decision at another (异地代收代办)?"""
    return state.submission is not None and state.submission.places.mode is CrossMode.RELAY


def accountable(state: CaseState) -> str:
    """The body that answers for the five-day notice: always the one that received the application."""
    return state.submission.receiving_body if state.submission else ""


def need_acceptor(state: CaseState, context: Context) -> None:
    """Who may accept: the window; of a relayed case only the body that decides, for powers do not move."""
    if not relayed(state) or state.submission is None:
        need_clerk(state, context)
        return
    need_role(context, DESK, (state.submission.lead_body or state.submission.receiving_body,))


def counted_from(state: CaseState, today: date) -> date:
    """The day from which the clocks of an accepted case count: acceptance, or receipt where the rule says so."""
    places = state.submission.places if state.submission else None
    if places is not None and places.starts is ClockStart.RECEIPT and state.received is not None:
        return state.received
    return today


def places_hindrances(state: CaseState) -> tuple[Refusal, ...]:
    """What stands in the way of accepting a relayed case: nobody has seen the applicant's ID yet."""
    if not relayed(state) or state.crossing.checked is not None:
        return ()
    reason = "收件窗口还没有核对申请人身份、完成形式审查。"
    return (Refusal("places.unchecked", reason, "", "请收件窗口先核对并登记。"),)


def check_form(state: CaseState, command: cmd.CheckForm, context: Context) -> Events:
    """By the receiving office of a relayed case, once."""
    need_phase(state, Phase.RECEIVED)
    if not relayed(state):
        refuse("places.local", "这份申请不是异地代收，直接受理即可。")
    need_clerk(state, context)
    need_desk(state, INTAKE, context)
    if state.crossing.checked is not None:
        refuse("places.checked", "已经登记过形式审查。")
    need_text(command.identity, "places.identity", "核对了什么证件")
    return (
        ev.FormChecked(
            at=context.now,
            by=signed(context),
            body_name=state.body_name(context.actor.body),
            identity=command.identity.strip(),
        ),
    )


def send(state: CaseState, command: cmd.SendHandover, context: Context) -> Events:
    """Papers from the receiving office, results from any body of the case; to a body of the case."""
    need_phase(state, *LIVE)
    submission = state.submission
    if submission is None:
        refuse("phase", "申请尚未提交。")
    senders = (submission.receiving_body,) if command.kind is HandoverKind.PAPERS else state.bodies
    need_role(context, DESK, senders)
    if command.receiver == context.actor.body or command.receiver not in state.bodies:
        refuse("handover.receiver", "请选择接收的部门。")
    names = [line.name.strip() for line in command.lines]
    numbers = [line.number for line in command.lines]
    if not names or not all(names) or numbers != list(range(1, len(names) + 1)):
        refuse("handover.lines", "交接单要逐项写明名称，从1起编号。")
    if any(line.copies < 1 for line in command.lines):
        refuse("handover.copies", "每一项至少一份。")
    if command.kind is HandoverKind.RESULTS:
        _results_ready(state, command)
    return (
        ev.HandoverSent(
            at=context.now,
            by=signed(context),
            number=len(state.crossing.handovers) + 1,
            kind=command.kind,
            sender=context.actor.body,
            sender_name=state.body_name(context.actor.body),
            receiver=command.receiver,
            receiver_name=state.body_name(command.receiver),
            lines=command.lines,
            due=context.calendar.add_workdays(context.today, TRAVEL_DAYS).date,
            way=command.way.strip(),
            tracking=command.tracking.strip(),
        ),
    )


def _results_ready(state: CaseState, command: cmd.SendHandover) -> None:
    lists = (one for one in state.crossing.handovers if one.kind is HandoverKind.RESULTS)
    on_the_way = {_paper(line) for one in lists for line in one.lines}
    for line in command.lines:
        item = state.items.get(line.item)
        if item is None or item.status is not ItemStatus.APPROVED or not item.issued:
            refuse("handover.result", f"“{line.name}”还没有制发，不能移交。")
        if _paper(line) in on_the_way:
            refuse("handover.twice", f"“{line.name}”已经移交过了。")
        if item.delivered is not None:
            refuse("handover.delivered", f"“{line.name}”已经送达申请人。")


def _paper(line: HandoverLine) -> tuple[str, ...]:
    """What tells a result from others: its number; without one, whose it is and what it is called."""
    return (line.ref,) if line.ref else (line.item, line.name.strip())


def _the_handover(state: CaseState, number: int) -> Handover:
    found = next((one for one in state.crossing.handovers if one.number == number), None)
    if found is None:
        refuse("handover.unknown", "没有这份交接单。")
    return found


def receive(state: CaseState, command: cmd.ReceiveHandover, context: Context) -> Events:
    """Once, by the receiver; what did not come as listed is named and described."""
    found = _the_handover(state, command.number)
    need_role(context, DESK, (found.receiver,))
    if found.received is not None:
        refuse("handover.received", "这份交接单已经签收。")
    if not {line.number for line in found.lines}.issuperset(command.missing):
        refuse("handover.missing", "不符的项目不在交接单上。")
    if command.missing:
        need_text(command.note, "handover.note", "哪里不符")
    return (
        ev.HandoverReceived(
            at=context.now,
            by=signed(context),
            number=found.number,
            receiver_name=state.body_name(found.receiver),
            missing=tuple(sorted(set(command.missing))),
            note=command.note.strip(),
        ),
    )


def clear(state: CaseState, command: cmd.ClearHandover, context: Context) -> Events:
    """By the sender, where something was missing."""
    found = _the_handover(state, command.number)
    need_role(context, DESK, (found.sender,))
    if not found.missing or found.cleared is not None:
        refuse("handover.whole", "这份交接单没有需要处理的差异。")
    need_text(command.note, "handover.note", "怎样处理的")
    return (
        ev.HandoverCleared(
            at=context.now, by=signed(context), number=found.number, note=command.note.strip()
        ),
    )


def sent_on(state: CaseState) -> date | None:
    """The day on which the papers of a relayed case went to who decides; None while they lie at the window."""
    if not relayed(state) or state.crossing.checked is None:
        return None
    papers = (one.on for one in state.crossing.handovers if one.kind is HandoverKind.PAPERS)
    return min(papers, default=None)


def _relayed_tasks(state: CaseState, notice_due: date | None) -> Iterator[Task]:
    """Once the papers are sent: to be accepted there, and kept in sight by the window that answers for the notice."""
    sent, submission = sent_on(state), state.submission
    if sent is None or submission is None:
        return
    pending = state.phase in (Phase.RECEIVED, Phase.SUPPLEMENT)
    done = None if pending else state.accepted or state.closed
    there = submission.lead_body or submission.receiving_body
    yield Task(
        key="acceptance",
        name="受理异地转来的申请",
        kind="acceptance",
        body=there,
        role=Role.REVIEWER,
        opened=sent,
        waiting=state.phase is Phase.SUPPLEMENT,
        due=notice_due,
        done=done,
    )
    yield Task(
        key=RELAYED,
        name=f"已转{state.body_name(there)}，等受理",
        kind=RELAYED,
        body=submission.receiving_body,
        role=Role.CLERK,
        opened=sent,
        waiting=True,
        due=notice_due,
        done=done,
    )


def places_tasks(state: CaseState, notice_due: date | None = None) -> Iterator[Task]:
    """Lists to be received by their receivers, discrepancies to be cleared up by their senders, what was relayed."""
    yield from _relayed_tasks(state, notice_due)
    for one in state.crossing.handovers:
        yield Task(
            key=f"handover:{one.number}",
            name=f"签收交接单{one.number}",
            kind="handover",
            body=one.receiver,
            role=Role.CLERK,
            opened=one.on,
            due=one.due,
            done=one.received,
        )
        if one.missing and one.received is not None:
            yield Task(
                key=f"discrepancy:{one.number}",
                name=f"处理交接单{one.number}的差异",
                kind="handover",
                body=one.sender,
                role=Role.CLERK,
                opened=one.received,
                done=one.cleared,
            )


ROADS: Roads = {
    cmd.CheckForm: check_form,
    cmd.SendHandover: send,
    cmd.ReceiveHandover: receive,
    cmd.ClearHandover: clear,
}
