"""Pass 6: the clock. The longest path in working days, promised and statutory; never the sum."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

import msgspec

from bancheng.core.catalogue import Item, ItemType
from bancheng.core.clock import JOINT_TERM, Limit
from bancheng.core.compiler._draft import Draft, problem, wishes
from bancheng.core.compiler._graph import Path, arrows, longest_path, plan_arrows, topological
from bancheng.core.compiler._narrow_plan import narrow_plan
from bancheng.core.compiler._steps import days_of, listed_steps, own_steps, steps_path
from bancheng.core.compiler._types import ClockSummary, Plan, PlannedItem
from bancheng.core.compiler.pass_plan import item_arrows
from bancheng.core.kernel import Problem, Severity


def pass_clock(draft: Draft) -> Draft:
    """Critical path over the steps, the statutory one over the items, and the checks between them.

    An item's own steps must fit its promise; a promise must fit the statutory limit; the bundle's declared promise must
    hold the critical path and stay within the statutory path. Without a plan (a loop was found) no clock is made.
    """
    problems = [found for joined in draft.members() for found in _check_item(joined.item)]
    if draft.plan is None:
        return draft.with_problems(problems)
    path = plan_path(draft.plan)
    statutory = statutory_days(draft.items, item_arrows(draft))
    promised = draft.definition.promised or whole_days(path.length)
    clock = ClockSummary(
        critical_days=path.length,
        promised=promised,
        statutory=statutory,
        critical=path.nodes,
        times=path.times,
    )
    problems.extend(_check_bundle(draft, clock))
    return msgspec.structs.replace(draft, clock=clock).with_problems(problems)


def plan_path(plan: Plan) -> Path:
    """The longest path through a plan in working days."""
    return longest_path(plan_arrows(plan), {step.key: step.days for step in plan.steps})


def whole_days(days: Decimal) -> Limit:
    """A path as a limit: part of a working day counts as one."""
    return Limit(int(days.to_integral_value(ROUND_CEILING)))


def statutory_days(items: tuple[PlannedItem, ...], graph: dict[str, list[str]]) -> Decimal | None:
    """The longest statutory path over the items, an item without a statutory limit counted with its promise.

    None when no item has a statutory limit, or when the items wait for one another in a loop.
    """
    if not any(item.statutory for item in items) or topological(graph) is None:
        return None
    return longest_path(graph, {item.key: days_of(item.statutory or item.promised) for item in items}).length


def summarise(plan: Plan, items: tuple[PlannedItem, ...], bundle: ClockSummary) -> ClockSummary:
    """The clock of a plan narrowed to some of the bundle's items.

    The promise is the bundle's where the path is as long as the bundle's and fits it, else the path itself: a person
    with fewer items waits less, and one with long optional items is never promised less than these take.
    """
    path = plan_path(plan)
    keys = {item.key for item in items}
    pairs = [(before, item.key) for item in items for before in item.requires if before in keys]
    full = bundle.critical_days == path.length <= days_of(bundle.promised)
    return ClockSummary(
        critical_days=path.length,
        promised=bundle.promised if full else whole_days(path.length),
        statutory=statutory_days(items, arrows((item.key for item in items), pairs)),
        critical=path.nodes,
        times=path.times,
    )


def _check_item(item: Item) -> Iterator[Problem]:
    place = f"items/{item.key}"
    if item.statutory and not item.promised.within(item.statutory):
        yield problem(
            "beyond-statutory",
            f"“{item.name}”的承诺时限 {item.promised.words()} 超过法定时限 {item.statutory.words()}",
            f"{place}/promised",
            "请把承诺时限改到法定时限以内。",
        )
    written = steps_path(listed_steps(item))
    if written.length <= days_of(item.promised):
        return
    names = {step.key: step.name for step in listed_steps(item)}
    chain = "→".join(names[key] for key in written.nodes)
    text = f"“{item.name}”的环节 {chain} 共需 {written.length} 个工作日，超过承诺的 {item.promised.words()}"
    if not item.overlay:
        advice = f"请缩短环节时限，或核对 {place}/promised。"
        yield problem("steps-beyond-promise", text, f"{place}/steps", advice)
        return
    new = "、".join(f"{step.name} {step.limit.words()}" for step in own_steps(item))
    yield problem(
        "steps-shortened",
        f"{text}（本地承诺）；已把环节时限缩短为：{new}",
        f"{place}/promised",
        "请核对缩短后的环节时限是否可行。",
        Severity.WARNING,
    )


def _check_bundle(draft: Draft, clock: ClockSummary) -> Iterator[Problem]:
    place = draft.path("promised")
    declared = draft.definition.promised
    if declared and draft.plan and days_of(declared) < clock.critical_days:
        chosen = {
            wish: False for item in draft.items if item.optional for wish in wishes(item.key, item.when)
        }
        core = plan_path(narrow_plan(draft.plan, chosen, None))
        breaks = days_of(declared) < core.length
        path = core if breaks else plan_path(draft.plan)
        names = {step.key: step.name for step in draft.plan.steps}
        chain = "→".join(names[key] for key in path.nodes)
        extra = "" if breaks else "（含自选事项；选办的人按实际时间告知）"
        yield problem(
            "promise-too-short",
            f"承诺 {declared.words()} 办完，但最长的一串环节 {chain} 就要 {path.length} 个工作日{extra}",
            place,
            "请放宽承诺，或缩短这串环节里的时限。",
            Severity.ERROR if breaks else Severity.WARNING,
        )
    if declared and clock.statutory is not None and days_of(declared) > clock.statutory:
        yield problem(
            "beyond-statutory",
            f"承诺 {declared.words()} 超过各事项法定时限连起来的 {clock.statutory} 个工作日",
            place,
            "请把承诺改到法定时限以内。",
        )
    permits = [joined.item for joined in draft.members() if joined.item.item_type is ItemType.PERMIT]
    joint = len({item.body for item in permits}) > 1
    bound = JOINT_TERM.limit.as_workdays()
    if joint and max(days_of(clock.promised), clock.critical_days) > bound:
        yield problem(
            "beyond-joint",
            f"多个部门联合办理许可，总时间 {clock.promised.words()} 超过 {bound} 个工作日（行政许可法第四十二条）",
            place,
            "请缩短总时间；确需延长的，须经本级人民政府负责人批准。",
            Severity.WARNING,
        )
