"""Checks of the plan: waits that go round in a circle for somebody, and paths longer than was promised him."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import msgspec

from bancheng.core.catalogue import ItemType
from bancheng.core.clock import JOINT_TERM
from bancheng.core.compiler._draft import wishes
from bancheng.core.compiler._feel import NEVER, readable
from bancheng.core.compiler._graph import plan_arrows, topological
from bancheng.core.compiler._narrow_plan import narrow_plan
from bancheng.core.compiler._steps import days_of
from bancheng.core.compiler._types import Plan
from bancheng.core.compiler.pass_clock import plan_path
from bancheng.core.compiler.pass_plan import plan_with_loops
from bancheng.core.compiler.proofs._domains import Example
from bancheng.core.compiler.proofs._report import Court, Finding, finding
from bancheng.core.kernel import Severity

LOOPS = 60
"So many loops are followed up; a plan with more is not looked through to the end."
PATHS = 120
"So many long paths are followed up."


def loops(court: Court) -> Iterator[Finding]:
    """Steps that wait for one another in a circle, with a person for whom every wait of the circle exists."""
    if court.draft.plan is not None:
        return
    plan = plan_with_loops(court.draft)
    place = court.draft.path("members")
    steps = {step.key: step for step in plan.steps}
    waits = {(edge.before, edge.after): edge for edge in plan.edges}
    found_loops = _loops(plan)
    spared: list[str] = []
    for loop in found_loops:
        pairs = list(zip(loop, [*loop[1:], loop[0]], strict=True))
        texts = [waits[pair].when for pair in pairs] + [steps[key].when for key in loop]
        chain = "→".join(f"“{steps[key].name}”" for key in [*loop, loop[0]])
        found = court.find(court.admitted(*filter(readable, texts)), place)
        if found.person:
            reasons = "；".join(dict.fromkeys(waits[pair].why for pair in pairs))
            yield finding(
                "loops", "cycle", f"对有的人，环节互相等待，谁也开始不了：{chain}（{reasons}）", place,
                "请去掉其中一个先后关系。", found.person, Severity.ERROR,
            )  # fmt: skip
            return
        if found.nobody:
            spared.append(chain)
    if spared and len(found_loops) < LOOPS:
        yield finding(
            "loops", "cycle-for-nobody", f"{spared[0]}围成一圈，但没有一个人同时有这些先后；编排仍不能带圈", place,
            "请在条件里写明两者不会同时办，或去掉其中一个先后关系。", court.anybody(),
        )  # fmt: skip


def _loops(plan: Plan) -> list[list[str]]:
    """Simple loops, each once, the first `LOOPS` of them, short ones first where they begin at the same step."""
    graph = plan_arrows(plan)
    rank = {key: at for at, key in enumerate(graph)}
    found: list[list[str]] = []
    for start in graph:
        stack = [[start]]
        while stack and len(found) < LOOPS:
            path = stack.pop(0)
            for after in graph[path[-1]]:
                if after == start:
                    found.append(path)
                elif rank[after] > rank[start] and after not in path and len(path) < len(rank):
                    stack.append([*path, after])
            if len(stack) > 20 * LOOPS:
                break
    return found[:LOOPS]


def deadlines(court: Court) -> Iterator[Finding]:
    """A person whose longest path is longer than the bundle's promise or the joint term of the law, or for whom one
    item's steps take longer than its own statutory limit."""
    draft = court.draft
    if draft.plan is None or draft.clock is None:
        return
    declared = draft.definition.promised
    if declared is not None:
        yield from _beyond(
            court,
            days_of(declared),
            f"承诺的 {declared.words()}",
            "promise-too-short",
            draft.path("promised"),
        )
    permits = {one.item.body for one in draft.members() if one.item.item_type is ItemType.PERMIT}
    if len(permits) > 1:
        term = JOINT_TERM.limit
        said = f"联合办理的 {term.words()}（行政许可法第四十二条）"
        yield from _beyond(court, Decimal(term.as_workdays()), said, "beyond-joint", draft.path("members"))
    yield from _item_limits(court)


def _item_limits(court: Court) -> Iterator[Finding]:
    """A person for whom an item's own steps, one after another, take longer than the law allows the item.

    A step shared with a slower item can do that although each item by itself keeps its limit.
    """
    plan = court.draft.plan
    for joined in court.members() if plan is not None else ():
        item = joined.item
        if plan is None or item.statutory is None:
            continue
        said = f"该事项的法定时限 {item.statutory.words()}"
        place = f"items/{item.key}/statutory"
        yield from _beyond(
            court, days_of(item.statutory), said, "beyond-item-statutory", place, item.key, (joined.when,)
        )


def _beyond(
    court: Court,
    limit: Decimal,
    said: str,
    code: str,
    place: str,
    item: str = "",
    hold: tuple[str, ...] = (),
) -> Iterator[Finding]:
    plan = court.draft.plan
    if plan is None or plan_path(_part(plan, item)).length <= limit:
        return
    chosen = [text for one in court.draft.items if one.optional for text in wishes(one.key, one.when)]
    plain = tuple(f"not({wish})" for wish in dict.fromkeys(chosen))
    found = _someone(court, limit, (*hold, *plain), place, item)
    severity = Severity.WARNING if code == "beyond-joint" or not found else Severity.ERROR
    extra = ""
    if found is None and plain:
        found, extra = _someone(court, limit, hold, place, item), "（选办了可选事项的人）"
    if found is not None:
        person, length, chain = found
        whose = f"办“{_name(court, item)}”" if item else ""
        yield finding(
            "deadlines", code, f"有人{whose}最长的一串环节 {chain} 要 {length:f} 个工作日，超过{said}{extra}", place,
            "请放宽承诺，或缩短这串环节里的时限。", person, severity,
        )  # fmt: skip


def _name(court: Court, item: str) -> str:
    return next((one.item.name for one in court.draft.members() if one.item.key == item), item)


def _part(plan: Plan, item: str) -> Plan:
    """The plan with the days of one item's steps alone; the waits between them over other steps stay. "" is all."""
    if not item:
        return plan
    own = {step.key for step in plan.steps if item in step.items}
    graph = plan_arrows(plan)
    order = topological(graph) or []
    behind, ahead = set(own), set(own)
    for key in order:
        if key in behind:
            behind.update(graph[key])
    for key in reversed(order):
        if not ahead.isdisjoint(graph[key]):
            ahead.add(key)
    kept = behind & ahead
    return Plan(
        steps=tuple(
            step if step.key in own else msgspec.structs.replace(step, days=Decimal(0))
            for step in plan.steps
            if step.key in kept
        ),
        edges=tuple(edge for edge in plan.edges if edge.before in kept and edge.after in kept),
    )


def _someone(
    court: Court, limit: Decimal, hold: tuple[str, ...], place: str, item: str
) -> tuple[Example, Decimal, str] | None:
    whole = court.draft.plan
    if whole is None:
        return None
    plan = _part(whole, item)
    steps = {step.key: step for step in plan.steps}
    waits = {(edge.before, edge.after): edge.when for edge in plan.edges}
    for path in _long_paths(plan, limit):
        counted = [(steps[key].when, steps[key].days) for key in path if steps[key].days]
        pairs = pairwise(path)
        edges = [waits[pair] for pair in pairs]
        total = " + ".join(f"(if {when} then {days:f} else 0)" for when, days in counted)
        wanted = court.admitted(*hold, *edges, f"{total} > {limit:f}")
        if NEVER in wanted.hold or not all(map(readable, wanted.hold)):
            continue
        found = court.find(wanted, place)
        if found.person is None:
            continue
        own = plan_path(_part(narrow_plan(whole, found.person.answers, court.search.today), item))
        if own.length > limit:
            chain = "→".join(steps[key].name for key in own.nodes if steps[key].days)
            return found.person, own.length, chain
    return None


def _long_paths(plan: Plan, limit: Decimal) -> list[list[str]]:
    """Paths whose steps take longer than `limit` together, the first `PATHS` of them."""
    graph = plan_arrows(plan)
    days = {step.key: step.days for step in plan.steps}
    rest: dict[str, Decimal] = {}
    for key in reversed(topological(graph) or []):
        rest[key] = days[key] + max((rest[after] for after in graph[key]), default=Decimal(0))
    before = {after for following in graph.values() for after in following}
    found: list[list[str]] = []
    stack = [([key], days[key]) for key in graph if key not in before]
    while stack and len(found) < PATHS:
        path, spent = stack.pop()
        if not graph[path[-1]] and spent > limit:
            found.append(path)
        stack.extend(
            ([*path, after], spent + days[after]) for after in graph[path[-1]] if spent + rest[after] > limit
        )
    return found
