"""审管协同: who approved hands over to who supervises; acknowledged in time, asked again, inspection results come back.

What supervision finds is shown on the case; it revokes nothing. A proposal to revoke goes to the body that decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bancheng.core.casework import _commands_supervision as cmd
from bancheng.core.casework import _events_supervision as ev
from bancheng.core.casework._command import Command
from bancheng.core.casework._guard import (
    Events,
    Roads,
    need_machine,
    need_phase,
    need_role,
    need_text,
    refuse,
    signed,
)
from bancheng.core.casework._promise_values import ProposalKind
from bancheng.core.casework._promises import propose
from bancheng.core.casework._state import CaseState, ItemState
from bancheng.core.casework._supervision_values import ACKNOWLEDGE_DAYS, CHASES, Handed, Inspected
from bancheng.core.casework._task import Task
from bancheng.core.casework._values import Context, ItemStatus, Phase, Role
from bancheng.core.clock import WorkCalendar

DAY = timedelta(days=1)
SUPERVISORS = (Role.REVIEWER, Role.INSPECTOR, Role.SENIOR)


def _to_hand(state: CaseState) -> Iterator[ItemState]:
    for key, one in state.items.items():
        granted = one.status is ItemStatus.APPROVED and one.issued and key not in state.outcomes.revoked
        if granted and one.item.supervisor and key not in state.supervision:
            yield one


def hand(state: CaseState, command: cmd.HandToSupervision, context: Context) -> Events:
    """Once, when the papers of an approved item are out."""
    need_machine(context)
    need_phase(state, Phase.ACCEPTED, Phase.FINISHED)
    found = next((one.item for one in _to_hand(state) if one.item.key == command.item), None)
    if found is None:
        refuse("supervision.none", "这个事项没有需要推送监管的结果，或已经推送。")
    return (
        ev.SupervisionHanded(
            at=context.now,
            by=signed(context),
            item=found.key,
            title=found.name,
            body=found.supervisor,
            body_name=state.body_name(found.supervisor),
            due=context.calendar.add_workdays(context.today, ACKNOWLEDGE_DAYS).date,
        ),
    )


def _held(state: CaseState, item: str) -> tuple[ItemState, Handed]:
    handed = state.supervision.get(item)
    if handed is None:
        refuse("supervision.unknown", "这个事项没有推送监管。")
    return state.items[item], handed


def chase(state: CaseState, command: cmd.ChaseSupervision, context: Context) -> Events:
    """After the last day, and again every few days, a few times."""
    need_machine(context)
    item, handed = _held(state, command.item)
    day = _chase_day(handed, context.calendar)
    if day is None or context.today < day:
        refuse("supervision.early", "还没有到催办的时候。")
    return (
        ev.SupervisionChased(
            at=context.now,
            by=signed(context),
            item=command.item,
            title=item.item.name,
            body_name=handed.body_name,
        ),
    )


def _chase_day(handed: Handed, calendar: WorkCalendar) -> date | None:
    if handed.acknowledged is not None or len(handed.chased) >= CHASES:
        return None
    last = calendar.add_workdays(handed.chased[-1], ACKNOWLEDGE_DAYS).date if handed.chased else handed.due
    return last + DAY


def acknowledge(state: CaseState, command: cmd.AcknowledgeSupervision, context: Context) -> Events:
    """Once, by name."""
    item, handed = _held(state, command.item)
    need_role(context, SUPERVISORS, (handed.body,))
    if handed.acknowledged is not None:
        refuse("supervision.twice", "已经确认接收。")
    return (
        ev.SupervisionAcknowledged(
            at=context.now,
            by=signed(context),
            item=command.item,
            title=item.item.name,
            body_name=handed.body_name,
        ),
    )


def return_inspection(state: CaseState, command: cmd.ReturnInspection, context: Context) -> Events:
    """Any number of times; with the first comes an acknowledgement that was forgotten. Faults need findings."""
    item, handed = _held(state, command.item)
    need_role(context, SUPERVISORS, (handed.body,))
    if command.inspected_on > context.today or command.inspected_on < handed.on:
        refuse("inspection.day", "检查日期应在接收之后、今天以前。")
    if command.result is not Inspected.FINE:
        need_text(command.findings, "inspection.findings", "检查发现的问题")
    if command.revoke and (command.result is not Inspected.SERIOUS or item.status is not ItemStatus.APPROVED):
        refuse("inspection.revoke", "只有存在严重问题、决定仍然有效的，才能建议撤销。")
    events: Events = (
        ()
        if handed.acknowledged
        else acknowledge(state, cmd.AcknowledgeSupervision(item=command.item), context)
    )
    returned = ev.InspectionReturned(
        at=context.now,
        by=signed(context),
        item=command.item,
        title=item.item.name,
        body_name=handed.body_name,
        result=command.result,
        findings=command.findings.strip(),
        inspected_on=command.inspected_on,
        revoke=command.revoke,
    )
    if not command.revoke:
        return (*events, returned)
    reason = f"{handed.body_name}检查发现严重问题：{command.findings.strip()}"
    proposal = propose(
        state, context, ProposalKind.SUPERVISION, command.item, item.item.name, command.item, reason
    )
    return (*events, returned, proposal)


def supervision_acts(state: CaseState, calendar: WorkCalendar) -> Iterator[tuple[date, Command]]:
    """What only time does here, each with its first day."""
    if state.phase not in (Phase.ACCEPTED, Phase.FINISHED):
        return
    for one in _to_hand(state):
        if one.ended is not None:
            yield one.ended, cmd.HandToSupervision(item=one.item.key)
    for key, handed in state.supervision.items():
        day = _chase_day(handed, calendar)
        if day is not None:
            yield day, cmd.ChaseSupervision(item=key)


def supervision_tasks(state: CaseState) -> Iterator[Task]:
    """What the supervising bodies have to acknowledge."""
    for key, handed in state.supervision.items():
        yield Task(
            key=f"supervise:{key}",
            name=f"接收监管：{state.items[key].item.name}",
            kind="supervision",
            body=handed.body,
            role=Role.REVIEWER,
            opened=handed.on,
            due=handed.due,
            done=handed.acknowledged,
        )


ROADS: Roads = {
    cmd.HandToSupervision: hand,
    cmd.ChaseSupervision: chase,
    cmd.AcknowledgeSupervision: acknowledge,
    cmd.ReturnInspection: return_inspection,
}
