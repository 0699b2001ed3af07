"""Refusing, and the checks that several roads share: who may, and whether the case is where it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeAlias

from bancheng.core.casework._commands import Command
from bancheng.core.casework._events import AnyEvent, Dispatched
from bancheng.core.casework._evolve import fold
from bancheng.core.casework._state import ENDED, OVER, CaseState, ItemState, StepState
from bancheng.core.casework._values import Actor, By, Context, Phase, Role, StepStatus
from bancheng.core.kernel import Refusal

Events: TypeAlias = tuple[AnyEvent, ...]
# Any: each entry takes exactly its own command, which the key guarantees and the type system cannot say.
Roads: TypeAlias = Mapping[type[Command], Callable[[CaseState, Any, Context], Events]]

PERMIT_LAW = "《中华人民共和国行政许可法》"

_PHASES = {
    Phase.NONE: "申请尚未提交。",
    Phase.RECEIVED: "申请正在等待受理。",
    Phase.SUPPLEMENT: "正在等待申请人补正，补正完成前不能办理。",
    Phase.ACCEPTED: "申请已经受理。",
    Phase.NOT_NEEDED: "已告知不需要办理，本次申请已经结束。",
    Phase.NOT_OURS: "已告知不属于本机关职权范围，本次申请已经结束。",
    Phase.WITHDRAWN: "申请已经撤回。",
    Phase.FINISHED: "所有事项已经办结。",
}


class CommandRefused(Exception):
    """The rules say no. Carries every refusal with reason, basis and what may be done instead."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("；".join(one.reason for one in self.refusals))


def refuse(code: str, reason: str, basis: str = "", remedy: str = "") -> NoReturn:
    """Say no.

    Raises:
        CommandRefused: always.
    """
    raise CommandRefused((Refusal(code, reason, basis, remedy),))


def signed(context: Context) -> By:
    """The signature under an event: officials by name, everyone else by reference only."""
    actor = context.actor
    official = bool(actor.body) or not {Role.MACHINE, Role.SUPERVISOR}.isdisjoint(actor.roles)
    return By(
        id=actor.id,
        name=actor.name if official else "",
        body=actor.body,
        agent=actor.agent,
        capacity=actor.capacity,
    )


def need_phase(state: CaseState, *phases: Phase) -> None:
    """The case must be in one of `phases`."""
    if state.phase not in phases:
        refuse("phase", _PHASES[state.phase], remedy="请刷新页面，查看最新进展。")


def need_role(context: Context, roles: Iterable[str], bodies: Iterable[str]) -> None:
    """The actor must hold one of `roles` in one of `bodies`."""
    actor = context.actor
    if not set(roles) & set(actor.roles):
        refuse("role", "您的岗位不能办理这一步。", remedy="请由有相应权限的工作人员办理。")
    if actor.body not in bodies:
        refuse("body", "这一步由其他部门办理。", remedy="请联系负责部门。")


def need_clerk(state: CaseState, context: Context) -> None:
    """The window of the receiving body."""
    need_role(
        context, (Role.CLERK, Role.SENIOR), (state.submission.receiving_body,) if state.submission else ()
    )


def need_desk(state: CaseState, key: str, context: Context) -> None:
    """No colleague at this desk holds the task; a senior may step in."""
    actor = context.actor
    holder = state.staffing.desk.get(f"{key}/{actor.body}")
    if holder is not None and holder.id != actor.id and Role.SENIOR not in actor.roles:
        refuse(
            "step.claimed",
            f"这一件由{holder.name}办理。",
            remedy=f"请联系{holder.name}；要由您办的，先写明理由接手。",
        )


def need_machine(context: Context) -> None:
    """What happens by itself is not done by hand."""
    if Role.MACHINE not in context.actor.roles:
        refuse("machine", "这一步由系统到期自动处理。", remedy="无需操作。")


def need_applicant(state: CaseState, context: Context) -> None:
    """The applicant, whoever acts for them, or the receiving window at their side."""
    if not speaks_for_applicant(state, context.actor):
        refuse("applicant", "只有申请人、经办人或收件窗口可以办理这一步。")


def speaks_for_applicant(state: CaseState, actor: Actor) -> bool:
    """Is the actor on the applicant's side?"""
    submission = state.submission
    if submission is None:
        return False
    if {Role.APPLICANT, Role.AGENT} & set(actor.roles) and actor.id in {
        submission.applicant_ref,
        submission.on_behalf_ref or submission.applicant_ref,
        submission.by.id,
    }:
        return True
    return Role.CLERK in actor.roles and actor.body == submission.receiving_body


def need_text(text: str, code: str, what: str) -> None:
    """A reason that must be given is given."""
    if not text.strip():
        refuse(code, f"请填写{what}。")


def the_item(state: CaseState, key: str) -> ItemState:
    """An item of this case that is still open."""
    item = state.items.get(key)
    if item is None:
        refuse("item.unknown", "本次申请中没有这个事项。")
    if item.status in ENDED:
        refuse("item.ended", f"“{item.item.name}”已经有了结果，不能再次办理。")
    return item


def the_open_step(state: CaseState, key: str) -> StepState:
    """A step of this case that somebody may work on now."""
    need_phase(state, Phase.ACCEPTED)
    step = state.steps.get(key)
    if step is None:
        refuse("step.unknown", "本次申请中没有这个环节。")
    if step.status is StepStatus.WAITING:
        refuse("step.waiting", f"前面的环节还没有完成，“{step.plan.name}”不能开始。")
    if step.status in OVER:
        refuse("step.over", f"“{step.plan.name}”已经结束。", remedy="请刷新页面，查看最新进展。")
    return step


def may_open(state: CaseState, key: str) -> bool:
    """Waiting, and nothing before it left to do: the same meaning as the plan's `enabled`, at the cost of one step."""
    return state.steps[key].status is StepStatus.WAITING and all(
        state.steps[before].status in OVER for before in state.waits[key]
    )


def with_dispatch(state: CaseState, events: Events, context: Context, candidates: Iterable[str]) -> Events:
    """`events` followed by the dispatch of those `candidates` that they allow to open."""
    after = fold(events, state)
    if after.phase is not Phase.ACCEPTED:
        return events
    opening = tuple(key for key in dict.fromkeys(candidates) if may_open(after, key))
    return (*events, dispatched(after, opening, context)) if opening else events


def followers(state: CaseState, steps: Iterable[str]) -> Iterable[str]:
    """The steps that wait for one of `steps`."""
    return (after for key in steps for after in state.opens[key])


def dispatched(state: CaseState, opening: tuple[str, ...], context: Context) -> Dispatched:
    """The event that opens steps."""
    titles = tuple(state.steps[key].plan.name for key in opening)
    return Dispatched(at=context.now, by=signed(context), steps=opening, titles=titles)
