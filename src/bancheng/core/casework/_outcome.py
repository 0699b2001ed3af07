"""After a decision: correction of slips of the pen, revocation, re-opening, and the ten days for handing over.

Nobody changes a decision silently: a new paper replaces the old one, who signs is named, and the law is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bancheng.core.casework import _commands_outcome as cmd
from bancheng.core.casework import _events_outcome as ev
from bancheng.core.casework._after import ready
from bancheng.core.casework._command import Command
from bancheng.core.casework._guard import (
    PERMIT_LAW,
    Events,
    Roads,
    need_clerk,
    need_machine,
    need_phase,
    need_role,
    need_text,
    refuse,
    signed,
    with_dispatch,
)
from bancheng.core.casework._hindrances import Hindered, hindrances
from bancheng.core.casework._outcome_values import DeliveryNote, LateDelivery, RevokeGround
from bancheng.core.casework._state import CaseState, ItemState
from bancheng.core.casework._task import Task
from bancheng.core.casework._values import Context, ItemStatus, Phase, Role
from bancheng.core.clock import Due, WorkCalendar

ART_44 = f"{PERMIT_LAW}第四十四条"
DELIVERY = "delivery"
DELIVERY_DAYS = 10
"""Working days from the decision to its being handed over (art. 44, counted as art. 82 says)."""
REOPEN_WARNING = (
    "决定一经作出即具有法律效力，非因法定事由、非经法定程序不得撤销或者变更。"
    "重新办理须有复议决定、生效裁判、上级机关责令或者自行纠错的依据，由您实名负责，全程留痕，并告知申请人。"
)
"""What whoever opens a finished item again reads and confirms first."""

_ENDED_AGAIN = frozenset({ItemStatus.REFUSED, ItemStatus.STOPPED})


def correct(state: CaseState, command: cmd.Correct, context: Context) -> Events:
    """A clerical error: new papers for those that were wrong. What was decided does not change by it."""
    item = _decided(state, command.item)
    need_role(context, (Role.REVIEWER, Role.SENIOR), (item.item.body,))
    need_text(command.what, "correct.what", "哪里有误、更正为什么")
    if command.item in state.outcomes.revoked:
        refuse(
            "correct.revoked",
            f"“{item.item.name}”已经{state.outcomes.revoked[command.item].ground.words}，不能更正。",
        )
    if item.status is ItemStatus.APPROVED and not item.issued:
        refuse("correct.unissued", "结果还没有制作，制作时写对即可，不用更正。")
    keys = [one.result for one in command.results]
    known = {one.result: one for one in item.results}
    if len(set(keys)) < len(keys) or not set(keys) <= known.keys():
        refuse("correct.results", f"更正的文书不是“{item.item.name}”的结果，或有重复。")
    if known and not keys:
        refuse("correct.none", "请重新制作有误的结果文书。")
    if any(one.number == known[one.result].number or not one.digest for one in command.results):
        refuse("correct.number", "更正后的文书应当另行编号，并附文件。")
    return (
        ev.OutcomeCorrected(
            at=context.now,
            by=signed(context),
            number=len(state.outcomes.corrections) + 1,
            item=command.item,
            title=item.item.name,
            what=command.what,
            results=command.results,
        ),
    )


def revoke(state: CaseState, command: cmd.Revoke, context: Context) -> Events:
    """By the head of the body that gave it, with ground and reason, after the holder was heard."""
    item = _decided(state, command.item)
    need_role(context, (Role.SENIOR,), (item.item.body,))
    words = command.ground.words
    if item.status is not ItemStatus.APPROVED or not item.issued:
        refuse("revoke.nothing", f"“{item.item.name}”没有发出结果，没有可以{words}的。")
    if command.item in state.outcomes.revoked:
        refuse("revoke.twice", f"“{item.item.name}”已经{state.outcomes.revoked[command.item].ground.words}。")
    need_text(command.reason, "revoke.reason", f"{words}的理由")
    if command.ground is not RevokeGround.CANCEL:
        if not command.heard:
            refuse(
                "revoke.unheard",
                f"{words}前应当听取持有人的陈述和申辩。",
                f"{PERMIT_LAW}第七条",
                "请先告知持有人并听取意见，再作决定。",
            )
        need_text(command.remedies, "revoke.remedies", "救济途径")
    return (
        ev.LicenceRevoked(
            at=context.now,
            by=signed(context),
            item=command.item,
            title=item.item.name,
            ground=command.ground,
            reason=command.reason,
            basis=command.basis or command.ground.basis,
            remedies=command.remedies,
        ),
    )


def reopen(state: CaseState, command: cmd.Reopen, context: Context) -> Events:
    """A decision stands until it is lawfully undone: by a named head, with basis, after the warning was read."""
    need_phase(state, Phase.ACCEPTED, Phase.FINISHED)
    item = state.items.get(command.item)
    if item is None:
        refuse("item.unknown", "本次申请中没有这个事项。")
    need_role(context, (Role.SENIOR,), (item.item.body,))
    revoked = command.item in state.outcomes.revoked
    if item.status is ItemStatus.APPROVED and not revoked:
        refuse(
            "reopen.valid",
            f"“{item.item.name}”的结果仍然有效，不能重新办理。",
            remedy="笔误请更正；确应重新办理的，请先依法撤销。",
        )
    if item.status not in _ENDED_AGAIN and not revoked:
        refuse("reopen.open", f"“{item.item.name}”没有办结，或已由申请人撤回，不能重新办理。")
    if not command.warned:
        refuse("reopen.warned", "请先阅读法律提示并确认由您负责。")
    need_text(command.reason, "reopen.reason", "重新办理的理由")
    need_text(command.basis, "reopen.basis", "重新办理的依据")
    event = ev.ItemReopened(
        at=context.now,
        by=signed(context),
        item=command.item,
        title=item.item.name,
        reason=command.reason,
        basis=command.basis,
    )
    return with_dispatch(state, (event,), context, item.steps)


def remind_delivery(state: CaseState, command: cmd.RemindDelivery, context: Context) -> Events:
    """For each item on the day after the ten days; again on the day after the one the window named."""
    need_machine(context)
    item = state.items.get(command.item)
    due = delivery_due(state, item, context.calendar) if item else None
    if item is None or due is None or due.provisional or due.date >= context.today:
        refuse("delivery.early", "还没有到送达期限，或没有要送达的。")
    last = due.date
    if command.item in state.outcomes.late:
        told = state.outcomes.chase(command.item)
        if told is None or told.again is None:
            refuse("delivery.told", "已经提醒过了。")
        if told.again >= context.today:
            refuse("delivery.early", "还没有到约定的日期。")
        last = told.again
    return (
        ev.DeliveryLate(
            at=context.now, by=signed(context), item=command.item, title=item.item.name, due=last
        ),
    )


def note_delivery(state: CaseState, command: cmd.NoteDelivery, context: Context) -> Events:
    """By the window, which names the next day: within the ten days that a delivery has, so that nothing is put off."""
    need_phase(state, Phase.ACCEPTED, Phase.FINISHED)
    need_clerk(state, context)
    told = open_chase(state, command.item)
    if told is None:
        refuse("delivery.none", "没有待处理的送达提醒。")
    if command.how is DeliveryNote.TRIED:
        need_text(command.note, "delivery.note", "怎样送的、为什么没有送到")
    latest = context.calendar.add_workdays(context.today, DELIVERY_DAYS).date
    if not context.today < command.again <= latest:
        refuse("delivery.again", f"下次送达的日期应晚于今天，最晚{latest}。")
    return (
        ev.DeliveryNoted(
            at=context.now,
            by=signed(context),
            item=command.item,
            title=told.title,
            how=command.how,
            again=command.again,
            note=command.note.strip(),
        ),
    )


def open_chase(state: CaseState, item: str) -> LateDelivery | None:
    """What the window has not answered yet about an item's late result."""
    told = state.outcomes.chase(item)
    return told if told is not None and _chase_done(state, told) is None else None


def delivery_tasks(state: CaseState) -> Iterator[Task]:
    """One for each time the window was told: done when answered, handed over, or nothing is to be handed over."""
    window = state.submission.receiving_body if state.submission else ""
    for one in state.outcomes.chases:
        yield Task(
            key=f"{DELIVERY}/{one.number}",
            name=f"送达“{one.title}”的结果",
            kind=DELIVERY,
            body=window,
            role=Role.CLERK,
            opened=one.on,
            due=one.due,
            done=_chase_done(state, one),
            items=(one.item,),
        )


def _chase_done(state: CaseState, one: LateDelivery) -> date | None:
    revoked = state.outcomes.revoked.get(one.item)
    item = state.items[one.item]
    over = None if state.phase in (Phase.ACCEPTED, Phase.FINISHED) else state.closed
    return one.done or item.delivered or (revoked.on if revoked else None) or over


def delivery_due(state: CaseState, item: ItemState, calendar: WorkCalendar) -> Due | None:
    """The last day for handing an item's result or refusal over; None while it may not or need not be.

    Ten working days from the decision, from the last correction, or from the arrival of what was owed.
    """
    key = item.item.key
    if item.ended is None or not ready(item) or hindrances(state, Hindered.DELIVER, key):
        return None
    starts = [item.ended]
    starts += [one.on for one in state.outcomes.corrections if one.item == key]
    starts += [
        one.handed_in
        for one in state.owed.values()
        if one.handed_in is not None and (not one.material.items or key in one.material.items)
    ]
    return calendar.add_workdays(max(starts), DELIVERY_DAYS)


def delivery_acts(state: CaseState, calendar: WorkCalendar) -> Iterator[tuple[date, Command]]:
    """What the machine must say when the ten days are over."""
    for key in state.items:
        day = reminded_on(state, key, calendar)
        if day is not None:
            yield day, cmd.RemindDelivery(item=key)


def reminded_on(state: CaseState, key: str, calendar: WorkCalendar) -> date | None:
    """The day on which the machine reminds of the delivery of an item's result; None when there is none to be told."""
    if state.phase not in (Phase.ACCEPTED, Phase.FINISHED):
        return None
    last, told = state.outcomes.late.get(key), state.outcomes.chase(key)
    again = told.again if last is not None and told is not None else None
    if last is not None and again is None:
        return None
    due = delivery_due(state, state.items[key], calendar)
    if due is None or due.provisional:
        return None
    return (again or due.date) + timedelta(days=1)


def _decided(state: CaseState, key: str) -> ItemState:
    need_phase(state, Phase.ACCEPTED, Phase.FINISHED)
    item = state.items.get(key)
    if item is None:
        refuse("item.unknown", "本次申请中没有这个事项。")
    if item.status not in (ItemStatus.APPROVED, ItemStatus.REFUSED):
        refuse("item.undecided", f"“{item.item.name}”还没有作出决定。")
    return item


ROADS: Roads = {
    cmd.Correct: correct,
    cmd.Revoke: revoke,
    cmd.Reopen: reopen,
    cmd.RemindDelivery: remind_delivery,
    cmd.NoteDelivery: note_delivery,
}
