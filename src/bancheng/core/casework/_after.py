"""After and beside the decision: owed materials, delivery, rating, withdrawal."""

from __future__ import annotations

from bancheng.core.casework import _commands as cmd
from bancheng.core.casework import _events as ev
from bancheng.core.casework._guard import (
    Events,
    Roads,
    followers,
    need_applicant,
    need_phase,
    need_role,
    refuse,
    signed,
    with_dispatch,
)
from bancheng.core.casework._hindrances import Hindered, need_free
from bancheng.core.casework._state import ENDED, CaseState, ItemState
from bancheng.core.casework._values import Context, Delivery, ItemStatus, MaterialKind, Phase, Role

PROVIDED = frozenset({MaterialKind.UPLOADED, MaterialKind.PAPER, MaterialKind.WAIVED})


def hand_in(state: CaseState, command: cmd.HandIn, context: Context) -> Events:
    """A deferred material arrives; the last one unlocks the results."""
    need_phase(state, Phase.ACCEPTED, Phase.FINISHED)
    need_applicant(state, context)
    material = command.material
    owed = state.still_owed.get(material.document)
    if owed is None:
        refuse("owed.none", "这份材料不在待补清单中，或已经补交。")
    if material.kind not in PROVIDED:
        refuse("owed.kind", "请上传材料，或到窗口交纸质材料。")
    title = owed.material.name or material.name or material.document
    return (ev.HandedIn(at=context.now, by=signed(context), material=material, title=title),)


def ready(item: ItemState) -> bool:
    """Is there something to hand over: the results of an approved item, or the letter of a refusal?"""
    if item.delivered is not None:
        return False
    return item.status is ItemStatus.REFUSED or (item.status is ItemStatus.APPROVED and item.issued)


def deliver(state: CaseState, command: cmd.Deliver, context: Context) -> Events:
    """Results of approved items stay locked while a deferred material is owed; a refusal may always be served."""
    need_phase(state, Phase.ACCEPTED, Phase.FINISHED)
    if Role.MACHINE not in context.actor.roles:
        need_role(context, (Role.CLERK, Role.REVIEWER, Role.SENIOR), state.bodies)
    wanted = command.items or tuple(key for key, item in state.items.items() if ready(item))
    if not wanted or any(key not in state.items for key in wanted) or len(set(wanted)) < len(wanted):
        refuse("deliver.nothing", "没有可以送达的结果。")
    for key in wanted:
        item = state.items[key]
        if not ready(item):
            refuse("deliver.not_ready", f"“{item.item.name}”还没有结果，或已经送达。")
    need_free(state, Hindered.DELIVER, wanted)
    if command.way is Delivery.POST and not command.tracking.strip():
        refuse("deliver.tracking", "请填写快递单号，申请人凭单号查收。")
    if command.way in (Delivery.LOCKER, Delivery.PLACE) and not command.place.strip():
        refuse("deliver.place", "请写明取件柜或领取地点。")
    titles = tuple(state.items[key].item.name for key in wanted)
    return (
        ev.Delivered(
            at=context.now,
            by=signed(context),
            items=wanted,
            titles=titles,
            way=command.way,
            to_ref=command.to_ref,
            tracking=command.tracking,
            place=command.place,
            mandate=command.mandate,
        ),
    )


def rate(state: CaseState, command: cmd.Rate, context: Context) -> Events:
    """By the applicant's side only (never the window for them), once the case has an end, once for ever."""
    need_phase(state, Phase.FINISHED, Phase.NOT_NEEDED, Phase.NOT_OURS, Phase.WITHDRAWN)
    need_applicant(state, context)
    if not {Role.APPLICANT, Role.AGENT} & set(context.actor.roles):
        refuse("rate.who", "评价只能由申请人作出。")
    if state.rating is not None:
        refuse("rate.twice", "您已经评价过了，评价不能更改。")
    if not 1 <= command.level <= 5:
        refuse("rate.level", "请在五个满意度等级中选择一个。")
    return (
        ev.Rated(
            at=context.now,
            by=signed(context),
            level=command.level,
            indicators=command.indicators,
            words_digest=command.words_digest,
        ),
    )


_OPEN = (Phase.RECEIVED, Phase.SUPPLEMENT, Phase.ACCEPTED)


def can_withdraw(state: CaseState) -> bool:
    """Whether the case is at a point at which the applicant may take it back."""
    return state.phase in _OPEN


def withdraw(state: CaseState, command: cmd.Withdraw, context: Context) -> Events:
    """Any time before everything is decided; what was decided stays."""
    need_phase(state, *_OPEN)
    need_applicant(state, context)
    items = tuple(key for key, item in state.items.items() if item.status not in ENDED)
    if not items:
        refuse("withdraw.late", "所有事项都已作出决定，不能撤回。")
    event = ev.CaseWithdrawn(
        at=context.now,
        by=signed(context),
        reason=command.reason,
        items=items,
        words_digest=command.words_digest,
    )
    steps = (step for key in items for step in state.items[key].steps)
    return with_dispatch(state, (event,), context, followers(state, steps))


ROADS: Roads = {
    cmd.HandIn: hand_in,
    cmd.Deliver: deliver,
    cmd.Rate: rate,
    cmd.Withdraw: withdraw,
}
