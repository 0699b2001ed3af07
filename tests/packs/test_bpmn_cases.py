"""Cases of all national one-things, beside the naive oracle and an engine that is not ours: see `test_third`."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from tests.core.casework.road import NOODLES, item
from tests.core.casework.test_third import beside
from tests.core.compiler.making import World, worlds
from tests.packs.foreign import Engine
from tests.packs.test_bpmn_oracle import KEYS, PACKS

from bancheng.core.casework import commands
from bancheng.core.clock import Limit
from bancheng.core.compiler import Plan, compile_onething


def a_case(plan: Plan) -> commands.Submit:
    """Of every item in a plan; the oracle counts working days only."""
    decides = {key: step.bodies[0] for step in plan.steps for key in step.items}
    items = tuple(replace(item(key), body=body) for key, body in decides.items())
    steps = tuple(
        replace(one, limit=Limit(one.limit.as_workdays())) if one.limit.approximate else one
        for one in plan.steps
    )
    return replace(NOODLES, items=items, plan=replace(plan, steps=steps))


@pytest.mark.parametrize("key", KEYS)
def test_a_case_its_oracle_and_a_foreign_engine_open_the_same_steps(key: str) -> None:
    blueprint = compile_onething(PACKS.catalogue.onethings[key], PACKS.catalogue, PACKS.coverage).blueprint
    assert blueprint is not None
    if blueprint.plan.steps:
        beside(a_case(blueprint.plan), Engine(blueprint.plan), random.Random(key))


@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_so_they_do_for_made_up_ones(world: World) -> None:
    blueprint = world.compiled().blueprint
    if blueprint is not None and blueprint.plan.steps:
        beside(a_case(blueprint.plan), Engine(blueprint.plan), random.Random(0))
