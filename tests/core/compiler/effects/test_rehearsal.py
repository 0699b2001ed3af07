"""演练: against closed forms, against the critical path, and what must hold in any office."""

from __future__ import annotations

from decimal import Decimal
from math import factorial, inf
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import World, world, worlds

from bancheng.core.catalogue import ServiceExpectation
from bancheng.core.clock import Limit
from bancheng.core.compiler import Blueprint
from bancheng.core.compiler.effects import (
    Exponential,
    Fixed,
    Observed,
    Scenario,
    ServiceTime,
    Triangular,
    advise,
    default_expectation,
    rehearse,
    staff_of,
)
from bancheng.core.compiler.effects._rehearsal import chance, estimate, length

FEW = settings(suppress_health_check=[HealthCheck.too_slow])
ONE = {"items": {"only": {"body": "hall"}}}
STEP = "only.decide"


def blueprint_of(raw: dict[str, Any]) -> Blueprint:
    found = world(raw).compiled()
    assert found.blueprint is not None, found.problems
    return found.blueprint


def step_key(blueprint: Blueprint) -> str:
    return blueprint.plan.steps[0].key


def erlang_c_wait(arrivals: float, mean: float, hands: int) -> float:
    """Mean wait in M/M/c."""
    load = arrivals * mean
    busy = load / hands
    top = load**hands / factorial(hands) / (1 - busy)
    waits = top / (sum(load**k / factorial(k) for k in range(hands)) + top)
    return waits * mean / (hands - load)


@pytest.mark.parametrize(("arrivals", "mean", "hands"), [(0.7, 1.0, 1), (4.0, 0.5, 3)])
def test_waits_agree_with_the_closed_form_of_erlang(arrivals: float, mean: float, hands: int) -> None:
    blueprint = blueprint_of(ONE)
    scenario = Scenario(
        arrivals=arrivals, days=2000, warm_up=100, hands_on=1, runs=6, staff={"hall": hands},
        service={step_key(blueprint): Exponential(mean=mean)},
    )  # fmt: skip
    found = rehearse(blueprint, scenario)
    wait = erlang_c_wait(arrivals, mean, hands)
    assert found.bodies[0].waiting == pytest.approx(wait, rel=0.12)
    assert found.mean.mean == pytest.approx(wait + mean, rel=0.08)
    assert found.bodies[0].busy == pytest.approx(arrivals * mean / hands, rel=0.05)


def fixed(blueprint: Blueprint) -> dict[str, ServiceTime]:
    return {step.key: Fixed(days=float(step.days)) for step in blueprint.plan.steps}


@FEW
@given(worlds())
def test_with_hands_without_end_and_fixed_times_a_case_takes_its_critical_path(made: World) -> None:
    blueprint = made.compiled().blueprint
    assume(blueprint is not None)
    assert blueprint is not None
    found = rehearse(blueprint, Scenario(days=8, warm_up=0, runs=2, service=fixed(blueprint)))
    assert found.longest == pytest.approx(float(blueprint.clock.critical_days))
    assert found.median == pytest.approx(found.p95)
    assert found.overdue.mean == 0
    assert found.bottleneck is None


BUSY = {
    "items": {
        "a": {
            "body": "hall",
            "results": ["r"],
            "steps": [{"key": "x", "limit": "3 workday"}, {"key": "y", "limit": "2 workday"}],
        },
        "b": {"body": "fire", "materials": ["r"], "steps": [{"key": "z", "limit": "4 workday"}]},
        "c": {"body": "hall", "steps": [{"key": "w", "limit": "2 workday"}]},
    }
}


def test_the_same_seed_gives_the_same_answer_and_another_one_another() -> None:
    blueprint = blueprint_of(BUSY)
    scenario = Scenario(staff=staff_of(blueprint, 2), days=20)
    assert rehearse(blueprint, scenario) == rehearse(blueprint, scenario)
    other = rehearse(blueprint, msgspec.structs.replace(scenario, seed=2))
    assert other.mean != rehearse(blueprint, scenario).mean


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 4), st.floats(0.3, 3), st.integers(1, 9), st.floats(0, 1))
def test_what_arrived_is_finished_or_still_in_progress(
    hands: int, arrivals: float, seed: int, share: float
) -> None:
    blueprint = blueprint_of(BUSY)
    found = rehearse(
        blueprint,
        Scenario(
            arrivals=arrivals, days=15, seed=seed, hands_on=share, staff=staff_of(blueprint, hands), runs=2
        ),
    )
    assert found.arrived == found.finished + found.in_progress
    assert found.median <= found.p90 <= found.p95 <= found.longest
    assert sum(part for _, _, part in found.bins) == pytest.approx(1 if found.bins else 0)
    assert all(0 <= one.busy <= 1.0001 for one in found.bodies)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 3), st.integers(1, 50))
def test_one_more_hand_never_makes_the_mean_longer_beyond_noise(hands: int, seed: int) -> None:
    blueprint = blueprint_of(BUSY)
    scenario = Scenario(arrivals=1.5, days=25, seed=seed, staff=staff_of(blueprint, hands), runs=2)
    found = rehearse(blueprint, scenario)
    for one in advise(blueprint, found):
        # Common luck leaves little noise: a joint or later step may meet another queue, on average it does not.
        assert one.mean[1] <= one.mean[0] * 1.05
        assert one.staff == hands + 1


def test_the_bottleneck_is_where_most_is_waited() -> None:
    blueprint = blueprint_of(BUSY)
    found = rehearse(
        blueprint, Scenario(arrivals=1.2, days=40, hands_on=0.6, staff={"body": 1, **staff_of(blueprint)})
    )
    assert found.bottleneck is not None
    assert found.bottleneck.body == "hall"
    assert found.bottleneck.longest > 0
    assert advise(blueprint, found)[0].body == "hall"
    assert advise(blueprint, found)[0].overdue[1] < found.overdue.mean


def test_silence_is_consent_and_without_it_the_case_waits() -> None:
    def asking(*, silent: bool) -> Blueprint:
        ask = {"key": "ask", "kind": "opinion", "limit": "2 workday", "asks": ["other"], "basis": "虚构"}
        steps = [
            {**ask, "silent_consent": silent},
            {"key": "decide", "kind": "decision", "limit": "1 workday"},
        ]
        made = world({"items": {"only": {"body": "hall", "steps": steps}}})
        bodies = {
            **made.catalogue.bodies,
            "other": msgspec.structs.replace(made.catalogue.bodies["hall"], key="other"),
        }
        catalogue = msgspec.structs.replace(made.catalogue, bodies=bodies)
        blueprint = World(made.definition, catalogue, made.coverage).compiled().blueprint
        assert blueprint is not None
        return blueprint

    def longest(blueprint: Blueprint) -> float:
        ask = next(step for step in blueprint.plan.steps if step.asks)
        slow: dict[str, ServiceTime] = {f"{ask.key}/other": Fixed(days=9)}
        return rehearse(blueprint, Scenario(days=10, warm_up=0, service=fixed(blueprint) | slow)).longest

    assert longest(asking(silent=True)) == pytest.approx(3)
    assert longest(asking(silent=False)) == pytest.approx(10)


def test_a_joint_step_needs_all_its_bodies() -> None:
    steps = [
        {"key": "look", "kind": "inspection", "shared": "site", "limit": "1 workday"},
        {"key": "end", "limit": "0 workday"},
    ]
    blueprint = blueprint_of({"items": {key: {"body": key, "steps": steps} for key in ("fire", "hall")}})
    scenario = Scenario(arrivals=0.5, days=60, hands_on=1, by_chance=False, service=fixed(blueprint))
    free = rehearse(blueprint, scenario)
    held = rehearse(blueprint, msgspec.structs.replace(scenario, arrivals=2, staff={"fire": 1, "hall": 9}))
    assert free.mean.mean == pytest.approx(1)
    assert held.mean.mean > 10
    assert held.bottleneck is not None
    assert held.bottleneck.body == "fire"


def test_an_expectation_holds_only_with_its_whole_interval() -> None:
    blueprint = blueprint_of(BUSY)
    sure, hard = default_expectation(blueprint), ServiceExpectation(share=Decimal("0.95"), within=Limit(1))
    found = rehearse(blueprint, Scenario(days=20, staff=staff_of(blueprint, 9)), (sure, hard))
    assert [one.holds for one in found.checks] == [True, False]
    assert sure.within == blueprint.clock.promised
    assert found.checks[0].reached.mean == 1


def test_estimates_know_how_little_they_know() -> None:
    assert estimate([2.0]).half == inf
    assert estimate([]).mean == 0
    assert estimate([1.0, 2.0, 3.0]).half == pytest.approx(4.303 / 3**0.5)
    assert estimate([1.0] * 40).half == 0


@pytest.mark.parametrize(
    ("service", "mean"),
    [
        (Fixed(days=2), 2),
        (Triangular(low=1, mode=2, high=6), 3),
        (Exponential(mean=1.5), 1.5),
        (Observed(days=(1, 1, 4)), 2),
        (Triangular(low=2, mode=2, high=2), 2),
        (Observed(days=()), 0),
    ],
)
def test_drawn_times_have_the_mean_of_their_distribution(service: ServiceTime, mean: float) -> None:
    drawn = [length(service, chance("here", number)) for number in range(4000)]
    assert sum(drawn) / len(drawn) == pytest.approx(mean, rel=0.05, abs=1e-9)
    assert min(drawn) >= 0


@pytest.mark.parametrize(
    "wrong",
    [{"arrivals": 0}, {"days": 0}, {"runs": 0}, {"hands_on": 2}, {"warm_up": 40}, {"staff": {"hall": 0}}],
)
def test_a_scenario_that_cannot_be_played_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"rehearsal|share|hand"):
        rehearse(blueprint_of(ONE), msgspec.structs.replace(Scenario(), **wrong))
