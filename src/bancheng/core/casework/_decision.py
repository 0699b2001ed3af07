"""Decisions: one per item and body, results exactly once, and what a refusal does to the rest of the bundle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bancheng.core.casework import _commands as cmd
from bancheng.core.casework import _events as ev
from bancheng.core.casework._guard import (
    PERMIT_LAW,
    CommandRefused,
    Events,
    Roads,
    followers,
    need_phase,
    need_role,
    refuse,
    signed,
    the_item,
    the_open_step,
    with_dispatch,
)
from bancheng.core.casework._hindrances import Hindered, need_free
from bancheng.core.casework._procedures import keeps_waiting
from bancheng.core.casework._state import ENDED, OVER, CaseState, ItemState
from bancheng.core.casework._values import Context, Issued, ItemStatus, Phase, Role, StepStatus, Verdict
from bancheng.core.catalogue import PartialPolicy, StepKind
from bancheng.core.compiler import EdgeKind

ART_38 = f"{PERMIT_LAW}第三十八条"


def decide_item(state: CaseState, command: cmd.DecideItem, context: Context) -> Events:
    """Approve with every result, or refuse with reasons, basis and remedies; never before earlier steps are over."""
    need_phase(state, Phase.ACCEPTED)
    item = the_item(state, command.item)
    need_role(context, (Role.REVIEWER, Role.SENIOR), _deciding_bodies(state, item))
    _not_claimed_by_another(state, item, context, StepKind.DECISION)
    _nothing_left(state, item)
    need_free(state, Hindered.DECIDE, (command.item,))
    if command.verdict is Verdict.APPROVE:
        need_free(state, Hindered.APPROVE, (command.item,))
    if command.verdict is Verdict.APPROVE:
        _check_approval(state, item, command.results)
    elif command.limits:
        refuse("refuse.limits", "不予的决定不能附准予的范围。", ART_38)
    if command.verdict is Verdict.REFUSE or command.limits:
        _check_grounds(command)
    decided = ev.ItemDecided(
        at=context.now,
        by=signed(context),
        item=command.item,
        title=item.item.name,
        verdict=command.verdict,
        reasons=command.reasons,
        basis=command.basis,
        remedies=command.remedies,
        results=command.results,
        letter=command.letter,
        limits=command.limits,
    )
    stopped = () if command.verdict is Verdict.APPROVE else tuple(_stops(state, item, context))
    touched = (command.item, *(event.item for event in stopped))
    return _then_dispatch(state, (decided, *stopped), context, touched)


def issue_result(state: CaseState, command: cmd.IssueResult, context: Context) -> Events:
    """The documents of an approved item, all of them, once."""
    need_phase(state, Phase.ACCEPTED)
    item = state.items.get(command.item)
    if item is None:
        refuse("item.unknown", "本次申请中没有这个事项。")
    if item.status is not ItemStatus.APPROVED:
        refuse("issue.undecided", f"“{item.item.name}”没有准予，不能制作结果。")
    if item.issued:
        refuse("issue.twice", f"“{item.item.name}”的结果已经制作，不能重复制作。")
    steps = [state.steps[key] for key in item.steps if state.steps[key].plan.kind is StepKind.ISSUE]
    step = next((one for one in steps if one.status is StepStatus.OPEN), None) or steps[0]
    the_open_step(state, step.plan.key)
    need_role(context, (Role.REVIEWER, Role.SENIOR), (item.item.body, *step.plan.bodies))
    _not_claimed_by_another(state, item, context, StepKind.ISSUE)
    need_free(state, Hindered.ISSUE, (command.item,))
    _exactly(item, command.results)
    event = ev.ResultIssued(
        at=context.now,
        by=signed(context),
        item=command.item,
        title=item.item.name,
        results=command.results,
    )
    return _then_dispatch(state, (event,), context, (command.item,))


def _deciding_bodies(state: CaseState, item: ItemState) -> tuple[str, ...]:
    decisions = [state.steps[key] for key in item.steps if state.steps[key].plan.kind is StepKind.DECISION]
    return (
        item.item.body,
        *(body for step in decisions if len(step.plan.items) == 1 for body in step.plan.bodies),
    )


def _not_claimed_by_another(state: CaseState, item: ItemState, context: Context, kind: StepKind) -> None:
    for key in item.steps:
        step = state.steps[key]
        owner = step.owners.get(context.actor.body)
        if step.plan.kind is kind and owner is not None and owner.id != context.actor.id:
            refuse("step.claimed", f"这个环节由{owner.name}办理。", remedy=f"请联系{owner.name}，由其转交。")


def _nothing_left(state: CaseState, item: ItemState) -> None:
    """The deciding steps are open, every step that does not come after them is over, and no supplement is awaited."""
    name = item.item.name
    pending = [key for key in item.steps if state.steps[key].status not in OVER]
    decisions = [key for key in pending if state.steps[key].plan.kind is StepKind.DECISION]
    if any(state.steps[key].status is not StepStatus.OPEN for key in decisions):
        refuse("decide.early", f"“{name}”前面的环节还没有完成，不能作出决定。")
    others = [key for key in pending if state.steps[key].plan.kind not in (StepKind.DECISION, StepKind.ISSUE)]
    later = set(_downstream(state, decisions)) if others else set()
    if any(key not in later for key in others):
        refuse("decide.early", f"“{name}”还有环节没有完成，不能作出决定。")
    bodies = {item.item.body, *(body for key in item.steps for body in state.steps[key].plan.bodies)}
    if any(notice.body in bodies for notice in state.open_notices):
        refuse("decide.supplement", f"“{name}”正在等待申请人补充材料，不能作出决定。")
    if waiting := tuple(keeps_waiting(state, item.item.key)):
        raise CommandRefused(waiting)


def _downstream(state: CaseState, keys: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    stack = list(keys)
    while stack:
        for after in state.opens[stack.pop()]:
            if after not in seen:
                seen.add(after)
                stack.append(after)
                yield after


def _check_approval(state: CaseState, item: ItemState, results: tuple[Issued, ...]) -> None:
    issuing = any(state.steps[key].plan.kind is StepKind.ISSUE for key in item.steps)
    if issuing and results:
        refuse("issue.later", "结果在制证环节制作，决定时不用提交。")
    if not issuing:
        _exactly(item, results)


def _exactly(item: ItemState, results: tuple[Issued, ...]) -> None:
    keys = [one.result for one in results]
    if sorted(keys) != sorted(item.item.results):
        refuse("issue.results", f"“{item.item.name}”的结果文书不齐，或有重复，每一件都要制作一次。")
    if any(not (one.number.strip() and one.digest) for one in results):
        refuse("issue.number", "每件结果文书都要有编号和文件。")


def _check_grounds(command: cmd.DecideItem) -> None:
    """Of a refusal, and of the part that a partial approval does not grant."""
    if command.results and command.verdict is Verdict.REFUSE:
        refuse("refuse.results", "不予的决定不能附结果证照。", ART_38)
    missing = [
        name
        for name, text in (("理由", command.reasons), ("依据", command.basis), ("救济途径", command.remedies))
        if not text.strip()
    ]
    decision = "部分准予" if command.limits else "不予"
    if missing:
        refuse(
            "refuse.grounds",
            f"{decision}的决定应当写明{'、'.join(missing)}，并告知申请行政复议或者提起行政诉讼的权利。",
            ART_38,
        )


def _stops(state: CaseState, refused: ItemState, context: Context) -> Iterator[ev.ItemStopped]:
    """What the bundle's policy ends together with a refused item."""
    cause = refused.item
    everything = state.submission is not None and state.submission.partial is PartialPolicy.ALL_WITHDRAWN
    keys = tuple(state.items) if everything else dependants(state, cause.key)
    reason = (
        f"“{cause.name}”未获准予，按本一件事的规定整体停止办理"
        if everything
        else f"本事项须以“{cause.name}”的结果为前提，该事项未获准予"
    )
    for key in keys:
        if key != cause.key and state.items[key].status not in ENDED:
            yield ev.ItemStopped(
                at=context.now,
                by=signed(context),
                item=key,
                title=state.items[key].item.name,
                cause=cause.key,
                reason=reason,
            )


def dependants(state: CaseState, item: str) -> tuple[str, ...]:
    """Items that wait for `item`, directly or through others: by its result, by a field, or by an explicit order.

    Where an edge ends in a shared step, only those of its items depend that declare it; if none does, all do.
    """
    waiting: dict[str, dict[str, None]] = {key: {} for key in state.items}
    for key, one in state.items.items():
        for before in one.item.requires:
            waiting.setdefault(before, {})[key] = None
    for edge in state.submission.plan.edges if state.submission else ():
        if edge.kind is EdgeKind.WITHIN or not {edge.before, edge.after} <= state.steps.keys():
            continue
        after = state.steps[edge.after].plan.items
        for before in state.steps[edge.before].plan.items:
            declared = [key for key in after if before in state.items[key].item.requires]
            waiting[before].update(dict.fromkeys(declared or after))
    found: dict[str, None] = {}
    stack = [item]
    while stack:
        for key in waiting.get(stack.pop(), ()):
            if key != item and key not in found and key in state.items:
                found[key] = None
                stack.append(key)
    return tuple(found)


def _then_dispatch(state: CaseState, events: Events, context: Context, items: Iterable[str]) -> Events:
    steps = (step for item in items for step in state.items[item].steps)
    return with_dispatch(state, events, context, followers(state, steps))


ROADS: Roads = {
    cmd.DecideItem: decide_item,
    cmd.IssueResult: issue_result,
}
