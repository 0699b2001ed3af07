"""The plan as people outside see it: what one body does in a row, or side by side with the same neighbours, is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from bancheng.core.compiler._feel import ALWAYS
from bancheng.core.compiler._graph import reachable
from bancheng.core.compiler._types import ClockSummary, Plan
from bancheng.core.kernel import Record


class Stretch(Record):
    """Steps of the same bodies, told as one. Days are working days from acceptance; `maybe`: not everyone has it."""

    key: str
    bodies: tuple[str, ...]
    steps: tuple[str, ...]
    names: tuple[str, ...]
    items: tuple[str, ...]
    start: Decimal
    finish: Decimal
    critical: bool
    maybe: bool


class Road(Record):
    """Stretches in the order they begin, and who waits for whom, without waits that follow from others."""

    stretches: tuple[Stretch, ...]
    arrows: tuple[tuple[str, str], ...]


def road(plan: Plan, clock: ClockSummary) -> Road:
    """Join the steps of a plan body by body. Every wait of the plan is kept, also when it now lies within a stretch."""
    steps = {step.key: step for step in plan.steps}
    groups: dict[str, list[str]] = {key: [key] for key in steps}
    waits = {(edge.before, edge.after) for edge in plan.edges}
    bodies = {key: frozenset(step.bodies) for key, step in steps.items()}
    while pair := _joinable(groups, waits, bodies):
        kept, gone = pair
        groups[kept] += groups.pop(gone)
        renamed = {(kept if a == gone else a, kept if b == gone else b) for a, b in waits}
        waits = {(a, b) for a, b in renamed if a != b}
    times = {one.step: one for one in clock.times}
    stretches = []
    for key, keys in groups.items():
        ordered = [step.key for step in plan.steps if step.key in set(keys)]
        known = [times[one] for one in ordered if one in times]
        stretches.append(
            Stretch(
                key=key,
                bodies=steps[key].bodies,
                steps=tuple(ordered),
                names=tuple(dict.fromkeys(steps[one].name for one in ordered)),
                items=tuple(dict.fromkeys(item for one in ordered for item in steps[one].items)),
                start=min((one.start for one in known), default=Decimal(0)),
                finish=max((one.finish for one in known), default=Decimal(0)),
                critical=any(one in clock.critical for one in ordered),
                maybe=all(steps[one].when != ALWAYS for one in ordered),
            )
        )
    order = {key: at for at, key in enumerate(steps)}
    stretches.sort(key=lambda one: (one.start, one.finish, order[one.key]))
    return Road(stretches=tuple(stretches), arrows=tuple(sorted(_needed(groups, waits))))


def _joinable(
    groups: Iterable[str], waits: set[tuple[str, str]], bodies: Mapping[str, frozenset[str]]
) -> tuple[str, str] | None:
    """Two groups of the same bodies: one directly after the other and nobody else between, or equal neighbours."""
    before: dict[str, set[str]] = {key: set() for key in groups}
    after: dict[str, set[str]] = {key: set() for key in groups}
    for one, two in waits:
        before[two].add(one)
        after[one].add(two)
    seen: dict[tuple[frozenset[str], frozenset[str], frozenset[str]], str] = {}
    for key in groups:
        following = next(iter(after[key])) if len(after[key]) == 1 else ""
        if following and before[following] == {key} and bodies[following] == bodies[key]:
            return key, following
        mark = (bodies[key], frozenset(before[key]), frozenset(after[key]))
        if mark in seen:
            return seen[mark], key
        seen[mark] = key
    return None


def _needed(groups: Iterable[str], waits: set[tuple[str, str]]) -> set[tuple[str, str]]:
    graph: dict[str, list[str]] = {key: [] for key in groups}
    for one, two in sorted(waits):
        graph[one].append(two)
    behind = reachable(graph)
    return {
        (one, two)
        for one, two in waits
        if not any(two in behind[other] for other in graph[one] if other != two)
    }
