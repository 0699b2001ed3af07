"""The plan of one person: absent steps taken out, what was before them joined to what was behind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from bancheng.core.compiler._feel import truth
from bancheng.core.compiler._types import EdgeKind, Plan, PlanEdge, PlanStep


def narrow_plan(plan: Plan, facts: Mapping[str, object], today: date | None) -> Plan:
    """The steps that are not ruled out, and the waits that hold for this person.

    An edge whose condition is false is no wait (its result is not needed, or is not made). Over a step that is left out
    the remaining edges are joined, so that between the steps that stay everything that waited still waits.
    """
    steps = tuple(step for step in (_present(step, facts, today) for step in plan.steps) if step is not None)
    holding = [edge for edge in plan.edges if truth(edge.when, facts, today) is not False]
    return Plan(steps=steps, edges=_bridged(holding, plan, {step.key for step in steps}))


def _present(step: PlanStep, facts: Mapping[str, object], today: date | None) -> PlanStep | None:
    origins = tuple(one for one in step.origins if truth(one.when, facts, today) is not False)
    if len(origins) == len(step.origins):
        return step
    if not origins:
        return None
    slowest = max(origins, key=lambda one: one.days)
    return msgspec.structs.replace(
        step,
        items=tuple(dict.fromkeys(one.item for one in origins)),
        bodies=tuple(dict.fromkeys(one.body for one in origins)),
        limit=slowest.limit,
        days=slowest.days,
        origins=origins,
    )


def _bridged(edges: list[PlanEdge], plan: Plan, present: set[str]) -> tuple[PlanEdge, ...]:
    """Remove absent nodes one by one; each leaves an edge from every node before it to every node behind it."""
    known = {(edge.before, edge.after): edge for edge in edges}
    for step in plan.steps:
        if step.key in present:
            continue
        into = [edge for edge in known.values() if edge.after == step.key]
        out = [edge for edge in known.values() if edge.before == step.key]
        for edge in (*into, *out):
            known.pop((edge.before, edge.after), None)
        for first in into:
            for second in out:
                known.setdefault((first.before, second.after), _joined(first, second))
    return tuple(known.values())


def _joined(first: PlanEdge, second: PlanEdge) -> PlanEdge:
    across = second if first.kind is EdgeKind.WITHIN else first
    return PlanEdge(before=first.before, after=second.after, kind=across.kind, why=across.why)
