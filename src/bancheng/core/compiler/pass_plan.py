"""Pass 5: the plan. Steps of all items in one graph; what must wait waits, everything else runs side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from bancheng.core.catalogue import ON_SITE, Item, Step, StepKind
from bancheng.core.clock import Limit
from bancheng.core.compiler._draft import Draft, Joined, problem
from bancheng.core.compiler._feel import ALWAYS, NEVER, both, either, negated
from bancheng.core.compiler._graph import arrows, find_loop, plan_arrows, reachable
from bancheng.core.compiler._narrow_plan import narrow_plan
from bancheng.core.compiler._steps import days_of, own_steps, step_arrows
from bancheng.core.compiler._types import EdgeKind, Plan, PlanEdge, PlannedItem, PlanStep, StepOrigin
from bancheng.core.compiler.pass_materials import options_of, producers_of
from bancheng.core.kernel import Problem, Record, Severity

SHARED = "shared."
"How the keys of shared steps begin."
JOINT_NAMES = {
    StepKind.REVIEW: "联合审查",
    StepKind.OPINION: "联合征求意见",
    StepKind.INSPECTION: "联合勘验",
    StepKind.EXPERT_REVIEW: "联合评审",
    StepKind.ACCEPTANCE: "联合验收",
    StepKind.DECISION: "联合决定",
    StepKind.ISSUE: "联合发证",
}
INSPECTORS = 2
"行政许可法 art. 34: checking the substance takes two officials or more."


class _Part(Record):
    """A step of one item on its way into the plan; `node` is the key of the plan step it becomes."""

    joined: Joined
    step: Step
    node: str
    when: str

    @property
    def body(self) -> str:
        return self.step.body or self.joined.item.body


def pass_plan(draft: Draft) -> Draft:
    """Draw the graph: steps within items, shared steps made one, results before the materials and fields they feed,
    explicit orders. A loop is a Problem that prints it with the reason of every arrow and leaves no plan; one that
    only sharing makes is undone by sharing less, with a warning.
    """
    drawn = _draw(draft, _parts(draft))
    split: list[Problem] = []
    shared = {part.node for part in drawn.parts if part.node.startswith(SHARED)}
    # undoing one loop may bring the next to light, through any step not yet taken apart
    while node := min(shared.intersection(drawn.loop), default=""):
        shared.remove(node)
        drawn, found = _less_shared(draft, drawn, node)
        split.extend(found)
    draft = msgspec.structs.replace(draft, items=_with_requires(draft, drawn.waits))
    draft = draft.with_problems([*_unknown_steps(draft), *drawn.problems])
    if drawn.loop:
        return draft.with_problems([_loop_problem(draft, drawn)])
    plan = drawn.plan
    if draft.definition.fixed:
        plan = narrow_plan(plan, {}, None)
    return msgspec.structs.replace(draft, plan=_fewest(plan)).with_problems(split)


class _Drawn(Record):
    """The graph as the parts make it, and a loop in it if there is one."""

    parts: tuple[_Part, ...]
    plan: Plan
    waits: tuple[_Wait, ...]
    problems: tuple[Problem, ...]
    loop: tuple[str, ...]


def _draw(draft: Draft, parts: Iterable[_Part]) -> _Drawn:
    parts = tuple(parts)
    nodes = {(part.joined.item.key, part.step.key): part.node for part in parts}
    ends = {joined.item.key: _ends(joined.item, nodes) for joined in draft.members()}
    ordered, problems = _orders(draft, ends)
    waits = (*_results(draft, ends), *_fields(draft, ends), *ordered)
    edges = [*_within(draft, nodes), *(edge for wait in waits for edge in wait.edges())]
    plan = Plan(steps=_nodes(parts), edges=_joined_edges(edges))
    loop = find_loop(plan_arrows(plan))
    return _Drawn(parts=parts, plan=plan, waits=waits, problems=tuple(problems), loop=tuple(loop))


def _less_shared(draft: Draft, drawn: _Drawn, node: str) -> tuple[_Drawn, list[Problem]]:
    """Take a shared step apart into as few as leave no loop through it; the parts that can stay together do.

    When that does not help, the loop has another reason and everything stays as it was.
    """
    sharing = [part for part in drawn.parts if part.node == node]
    alone = {part.joined.item.key: f"{part.joined.item.key}.{part.step.key}" for part in sharing}
    apart = _draw(draft, _renamed(drawn.parts, node, alone))
    if any(one in alone.values() for one in apart.loop):
        return drawn, []
    placed: dict[str, str] = {}
    groups: list[str] = []
    for item in alone:
        for group in groups:
            trial = _draw(draft, _renamed(drawn.parts, node, {**alone, **placed, item: group}))
            if len(trial.loop) == len(apart.loop):
                placed[item] = group
                break
        else:
            groups.append(node if not groups else f"{node}.{len(groups) + 1}")
            placed[item] = groups[-1]
    sizes = {group: sum(one == group for one in placed.values()) for group in groups}
    final = {item: group if sizes[group] > 1 else alone[item] for item, group in placed.items()}
    names = {part.joined.item.key: part.joined.item.name for part in sharing}
    together = ["、".join(names[item] for item in final if placed[item] == group) for group in groups]
    first = sharing[0]
    found = problem(
        "sharing-split",
        f"“{JOINT_NAMES[first.step.kind]}”（{first.step.shared}）合成一次会让事项互相等待，已分成：{'；'.join(together)}",
        f"items/{sharing[-1].joined.item.key}/steps/{_index(sharing[-1])}",
        "想合成一次办，请核对这些事项之间的先后关系；本来就要分开的，请写不同的 shared。",
        Severity.WARNING,
    )
    return _draw(draft, _renamed(drawn.parts, node, final)), [found]


def _renamed(parts: Iterable[_Part], node: str, names: Mapping[str, str]) -> Iterator[_Part]:
    for part in parts:
        own = part.node == node
        yield msgspec.structs.replace(part, node=names[part.joined.item.key]) if own else part


def _index(part: _Part) -> int:
    return next((at for at, step in enumerate(part.joined.item.steps) if step.key == part.step.key), 0)


def _fewest(plan: Plan) -> Plan:
    """Without waits that others imply for everybody: what is left orders the same steps for every person.

    An edge goes when a chain of unconditional edges runs from its start to its end.
    """
    graph = plan_arrows(plan)
    always = arrows(
        (step.key for step in plan.steps),
        ((edge.before, edge.after) for edge in plan.edges if edge.when == ALWAYS),
    )
    behind = reachable(always)
    implied = {
        (before, after)
        for before, following in graph.items()
        for after in following
        if any(after in behind[middle] for middle in always[before] if middle != after)
    }
    return Plan(
        steps=plan.steps,
        edges=tuple(edge for edge in plan.edges if (edge.before, edge.after) not in implied),
    )


def _parts(draft: Draft) -> list[_Part]:
    members = list(draft.members())
    sharing: dict[tuple[str, StepKind], set[str]] = {}
    for joined in members:
        for step in own_steps(joined.item):
            if step.shared:
                sharing.setdefault((step.shared, step.kind), set()).add(joined.item.key)
    parts = []
    for joined in members:
        for step in own_steps(joined.item):
            shared = step.shared and len(sharing[step.shared, step.kind]) > 1
            node = f"{SHARED}{step.shared}.{step.kind}" if shared else f"{joined.item.key}.{step.key}"
            parts.append(_Part(joined=joined, step=step, node=node, when=both(joined.when, step.when)))
    return parts


def _nodes(parts: Iterable[_Part]) -> tuple[PlanStep, ...]:
    grouped: dict[str, list[_Part]] = {}
    for part in parts:
        grouped.setdefault(part.node, []).append(part)
    return tuple(_node(key, group) for key, group in grouped.items())


def _node(key: str, parts: list[_Part]) -> PlanStep:
    first = parts[0].step
    names = dict.fromkeys(part.step.name for part in parts)
    slowest = max(parts, key=lambda part: days_of(part.step.limit)).step
    staff = max(part.step.staff for part in parts)
    return PlanStep(
        key=key,
        name=first.name if len(names) == 1 else JOINT_NAMES[first.kind],
        kind=first.kind,
        items=tuple(dict.fromkeys(part.joined.item.key for part in parts)),
        bodies=tuple(dict.fromkeys(part.body for part in parts)),
        limit=slowest.limit,
        days=days_of(slowest.limit),
        when=either(*(part.when for part in parts)),
        asks=tuple(dict.fromkeys(body for part in parts for body in part.step.asks)),
        silent_consent=all(part.step.silent_consent for part in parts),
        staff=max(staff, INSPECTORS) if first.kind in ON_SITE else staff,
        needs=tuple(dict.fromkeys(need for part in parts for need in part.step.needs)),
        basis="；".join(dict.fromkeys(part.step.basis for part in parts if part.step.basis)),
        origins=tuple(
            StepOrigin(
                item=part.joined.item.key,
                step=part.step.key,
                body=part.body,
                limit=part.step.limit,
                days=days_of(part.step.limit),
                when=part.when,
            )
            for part in parts
        ),
        ask_limit=_ask_limit(parts),
        questions=tuple({one.key: one for part in parts for one in part.step.questions}.values()),
    )


def _ask_limit(parts: list[_Part]) -> Limit | None:
    """The longest of those that were set."""
    limits = [part.step.ask_limit for part in parts if part.step.ask_limit is not None]
    return max(limits, key=days_of, default=None)


class _Ends(Record):
    """Where an item begins and ends in the plan, and its steps by what they need."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    needing: dict[str, tuple[str, ...]]

    def waiting_for(self, keys: set[str]) -> tuple[str, ...]:
        """The steps that name one of `keys` among their needs; without such a step, the first ones."""
        named = dict.fromkeys(node for key in sorted(keys) for node in self.needing.get(key, ()))
        return tuple(named) or self.first


class _Wait(Record):
    """One item waits for another: the steps on both sides, and why."""

    producer: str
    consumer: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    kind: EdgeKind
    why: str
    when: str

    def edges(self) -> Iterator[PlanEdge]:
        for before in self.before:
            for after in self.after:
                yield PlanEdge(before=before, after=after, kind=self.kind, why=self.why, when=self.when)


def _ends(item: Item, nodes: dict[tuple[str, str], str]) -> _Ends:
    steps = own_steps(item)
    pairs = step_arrows(steps)
    keys = [step.key for step in steps]
    needing: dict[str, tuple[str, ...]] = {}
    for step in steps:
        for need in step.needs:
            needing[need] = (*needing.get(need, ()), nodes[item.key, step.key])
    return _Ends(
        first=tuple(nodes[item.key, key] for key in keys if key not in {after for _, after in pairs}),
        last=tuple(nodes[item.key, key] for key in keys if key not in {before for before, _ in pairs}),
        needing=needing,
    )


def _within(draft: Draft, nodes: dict[tuple[str, str], str]) -> Iterator[PlanEdge]:
    for joined in draft.members():
        item = joined.item
        for before, after in step_arrows(own_steps(item)):
            yield PlanEdge(
                before=nodes[item.key, before],
                after=nodes[item.key, after],
                kind=EdgeKind.WITHIN,
                why=f"“{item.name}”内部的环节顺序",
            )


def _unknown_steps(draft: Draft) -> Iterator[Problem]:
    for joined in draft.members():
        known = {step.key for step in own_steps(joined.item)}
        for index, step in enumerate(joined.item.steps):
            for name in sorted(set(step.after) - known):
                path = f"items/{joined.item.key}/steps/{index}"
                yield problem(
                    "unknown-step", f"环节“{step.name}”所等的环节“{name}”不存在", path, "请核对环节键。"
                )


def _results(draft: Draft, ends: dict[str, _Ends]) -> Iterator[_Wait]:
    """The result of one item is a material of another: the other waits for it.

    Of several documents that serve, the first that is made here is waited for; the next only where nobody makes that.
    """
    for joined in draft.members():
        for material in joined.item.materials:
            if material.from_form:
                continue
            instead = ALWAYS
            for document in options_of(material):
                producers = producers_of(draft, document, (joined.item.key,))
                for producer in producers:
                    when = both(producer.when, joined.when, material.when, instead)
                    if when != NEVER:
                        yield _wait_for(draft, ends, producer, joined, document, when)
                if producers:
                    instead = both(instead, negated(either(*(one.when for one in producers))))


def _wait_for(
    draft: Draft, ends: dict[str, _Ends], producer: Joined, consumer: Joined, document: str, when: str
) -> _Wait:
    given = {
        element for result in producer.item.results if result.document == document for element in result.gives
    }
    name = draft.document_name(document)
    return _Wait(
        producer=producer.item.key,
        consumer=consumer.item.key,
        before=ends[producer.item.key].last,
        after=ends[consumer.item.key].waiting_for(given | {document}),
        kind=EdgeKind.RESULT,
        why=f"“{consumer.item.name}”要用“{producer.item.name}”办出的“{name}”",
        when=when,
    )


def _fields(draft: Draft, ends: dict[str, _Ends]) -> Iterator[_Wait]:
    """A value that exists only once one item has its result is needed by another: a field, or a step that names it."""
    produced = {field.element: field.producers for field in draft.fields}
    for producer in draft.members():
        given = dict.fromkeys(element for result in producer.item.results for element in result.gives)
        for joined in draft.members() if given else ():
            if joined.item.key == producer.item.key:
                continue
            fields = {field.element: field.visible for field in joined.item.fields}
            for element in given:
                needing = ends[joined.item.key].needing.get(element, ())
                waits = element in fields and producer.item.key in produced.get(element, ())
                if needing or waits:
                    yield _Wait(
                        producer=producer.item.key,
                        consumer=joined.item.key,
                        before=ends[producer.item.key].last,
                        after=needing or ends[joined.item.key].first,
                        kind=EdgeKind.FIELD,
                        why=_field_why(draft, producer, joined, element),
                        when=both(producer.when, joined.when, "true" if needing else fields[element]),
                    )


def _field_why(draft: Draft, producer: Joined, consumer: Joined, element: str) -> str:
    return f"“{consumer.item.name}”要用“{producer.item.name}”办出后才有的“{draft.element_name(element)}”"


def _orders(draft: Draft, ends: dict[str, _Ends]) -> tuple[list[_Wait], list[Problem]]:
    waits: list[_Wait] = []
    problems: list[Problem] = []
    for index, order in enumerate(draft.definition.orders):
        unknown = [key for key in (order.before, order.after) if key not in ends]
        for key in unknown:
            text = f"先后顺序里的“{key}”不是这件事的联办事项"
            problems.append(problem("unknown-item", text, draft.path("orders", index), "请核对事项键。"))
        if not unknown:
            waits.append(
                _Wait(
                    producer=order.before,
                    consumer=order.after,
                    before=ends[order.before].last,
                    after=ends[order.after].first,
                    kind=EdgeKind.ORDER,
                    why=order.reason,
                    # an order by rule outlives the item between: first a, then b, then c, with or without b
                    when=ALWAYS,
                )
            )
    return waits, problems


def _joined_edges(edges: list[PlanEdge]) -> tuple[PlanEdge, ...]:
    """One arrow for each pair of steps, with all its reasons; it exists for whom any of them does."""
    pairs: dict[tuple[str, str], list[PlanEdge]] = {}
    for edge in edges:
        pairs.setdefault((edge.before, edge.after), []).append(edge)
    return tuple(
        PlanEdge(
            before=before,
            after=after,
            kind=group[0].kind,
            why="；".join(dict.fromkeys(edge.why for edge in group)),
            when=either(*(edge.when for edge in group)),
        )
        for (before, after), group in pairs.items()
    )


def _loop_problem(draft: Draft, drawn: _Drawn) -> Problem:
    plan, loop = drawn.plan, list(drawn.loop)
    names = {step.key: step.name for step in plan.steps}
    items = {step.key: step.items for step in plan.steps}
    titles = {item.key: item.name for item in draft.items}
    reasons = {(edge.before, edge.after): edge.why for edge in plan.edges}
    said = {node: f"{'、'.join(titles[key] for key in items[node])}·{names[node]}" for node in loop}
    text = "".join(
        f"“{said[node]}”→（{reasons[node, after]}）→"
        for node, after in zip(loop, [*loop[1:], loop[0]], strict=True)
    )
    return problem(
        "cycle",
        f"办理环节互相等待，谁也开始不了：{text}“{said[loop[0]]}”",
        draft.path("members"),
        "请去掉其中一个先后关系：核对材料与结果、联合环节或 orders。",
    )


def _with_requires(draft: Draft, waits: Iterable[_Wait]) -> tuple[PlannedItem, ...]:
    found: dict[str, dict[str, None]] = {}
    for wait in waits:
        found.setdefault(wait.consumer, {})[wait.producer] = None
    return tuple(
        msgspec.structs.replace(item, requires=tuple(found.get(item.key, ()))) for item in draft.items
    )


def item_arrows(draft: Draft) -> dict[str, list[str]]:
    """The graph of items: who waits for whose result."""
    pairs = [(before, item.key) for item in draft.items for before in item.requires]
    return arrows((item.key for item in draft.items), pairs)


def plan_with_loops(draft: Draft) -> Plan:
    """The graph before any loop is looked for: for the check that tells whom a loop concerns."""
    return _draw(draft, _parts(draft)).plan
