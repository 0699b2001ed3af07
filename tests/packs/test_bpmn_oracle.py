"""The exported BPMN, run by an engine that is not ours, opens exactly the steps that ours opens.

Every reachable state (set of done steps) is compared, up to `STATES`; a plan with more gets seeded walks. `make soak` looks
at ten thousand states and takes a thousand walks; each time it is fewer, as many as `WALKED` foreign steps allow.
States are reached by replay along depth-first paths: most steps of one run look at a state not yet seen.
"""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from tests.core.compiler.making import World, answers, worlds
from tests.packs.foreign import Engine

from bancheng.connect.packs import default_folders, load_packs
from bancheng.core.compiler import Plan, compile_onething, enabled, narrow, to_bpmn
from bancheng.core.evidence import Known

SOAK = os.environ.get("BANCHENG_LAWS") == "soak"
STATES = 10_000 if SOAK else 1_000
WALKED = 500
PACKS = load_packs(default_folders())
FAMILIES = {one.family: key for key, one in PACKS.catalogue.onethings.items() if one.family}
KEYS = sorted(key for key, one in PACKS.catalogue.onethings.items() if FAMILIES.get(one.family, key) == key)
"""Every one-thing written by itself, and one scene of each family: scenes share their parts."""


def reachable_states(plan: Plan) -> set[frozenset[str]] | None:
    """Every set of done steps our engine can come to; None beyond `STATES`."""
    seen = {frozenset[str]()}
    queue = list(seen)
    for state in queue:
        for step in enabled(plan, state):
            after = state | {step}
            if after not in seen:
                seen.add(after)
                queue.append(after)
        if len(seen) > STATES:
            return None
    return seen


def walk(
    engine: Engine, plan: Plan, left: set[frozenset[str]], start: list[str], chance: random.Random
) -> None:
    """Replay `start`, then go on to the end, through states not yet compared where there are any."""
    run, done = engine.start(), list[str]()
    while True:
        state = frozenset(done)
        ours = enabled(plan, done)
        if state in left or len(done) >= len(start):
            assert set(run.ready()) == set(ours), f"after {sorted(done)}"
            left.discard(state)
        if not ours:
            assert run.workflow.completed
            assert len(done) == len(plan.steps)
            return
        fresh = [step for step in ours if state | {step} in left] or list(ours)
        step = start[len(done)] if len(done) < len(start) else chance.choice(fresh)
        run.do(step)
        done.append(step)


def path_to(plan: Plan, state: frozenset[str]) -> list[str]:
    """An order in which the steps of `state` may be done."""
    path: list[str] = []
    while len(path) < len(state):
        path.append(next(step for step in enabled(plan, path) if step in state))
    return path


def compare(plan: Plan) -> None:
    if not plan.steps:
        return
    engine, chance = Engine(plan), random.Random(20261122)
    states = reachable_states(plan)
    if states is None:
        for _ in range(1_000 if SOAK else max(1, WALKED // len(plan.steps))):
            walk(engine, plan, set(), [], chance)
        return
    left = set(states)
    while left:
        walk(engine, plan, left, path_to(plan, min(left, key=lambda one: (len(one), sorted(one)))), chance)


@pytest.mark.parametrize("key", KEYS)
def test_a_foreign_engine_allows_exactly_our_orders(key: str) -> None:
    definition = PACKS.catalogue.onethings[key]
    blueprint = compile_onething(definition, PACKS.catalogue, PACKS.coverage).blueprint
    assert blueprint is not None
    compare(blueprint.plan)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), answers())
def test_a_foreign_engine_allows_exactly_our_orders_for_one_person(
    world: World, told: dict[str, bool]
) -> None:
    blueprint = world.compiled().blueprint
    if blueprint is not None:
        compare(narrow(blueprint, told, Known(), None).plan)


def test_the_exported_file_has_a_drawing_for_every_node_and_arrow() -> None:
    definition = next(iter(PACKS.catalogue.onethings.values()))
    blueprint = compile_onething(definition, PACKS.catalogue, PACKS.coverage).blueprint
    assert blueprint is not None
    root = etree.fromstring(to_bpmn(blueprint).encode())
    drawn = set(root.xpath("//@bpmnElement"))
    process = next(one for one in root if one.tag.endswith("process"))
    ids = {element.get("id") for element in process if not element.tag.endswith("laneSet")}
    assert ids <= drawn
    assert {flow.get("targetRef") for flow in process if flow.tag.endswith("sequenceFlow")} <= ids
