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
    need_machine,
    need_phase,
    need_role,
    need_text,
    refuse,
    signed,
    with_dispatch,
)
from bancheng.core.casework._hindrances import Hindered, hindrances
from bancheng.core.casework._outcome_values import RevokeGround
from bancheng.core.casework._state import CaseState, ItemState
from bancheng.core.casework._values import Context, ItemStatus, Phase, Role
from bancheng.core.clock import Due, WorkCalendar

ART_44 = f"{PERMIT_LAW}第四十四条"
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
    """Once for each item, on the day after the ten days."""
    need_machine(context)
    item = state.items.get(command.item)
    due = delivery_due(state, item, context.calendar) if item else None
    if item is None or due is None or due.provisional or due.date >= context.today:
        refuse("delivery.early", "还没有到送达期限，或没有要送达的。")
    if command.item in state.outcomes.late:
        refuse("delivery.told", "已经提醒过了。")
    return (
        ev.DeliveryLate(
            at=context.now, by=signed(context), item=command.item, title=item.item.name, due=due.date
        ),
    )


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
    if state.phase not in (Phase.ACCEPTED, Phase.FINISHED):
        return
    for key, item in state.items.items():
        due = None if key in state.outcomes.late else delivery_due(state, item, calendar)
        if due is not None and not due.provisional:
            yield due.date + timedelta(days=1), cmd.RemindDelivery(item=key)


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
}
