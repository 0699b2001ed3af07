"""Laws of passes 5 and 6: no loop, every order kept, no wait too many; days between longest step and sum."""

from __future__ import annotations

from datetime import date

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import World, answers, world, worlds

from bancheng.core.compiler import EdgeKind, narrow
from bancheng.core.compiler._graph import plan_arrows, reachable, topological
from bancheng.core.evidence import Known
from bancheng.core.kernel import Severity

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TODAY = date(2026, 11, 22)


@FEW
@given(worlds())
def test_a_plan_has_no_loop_keeps_every_order_and_no_wait_that_others_imply(drawn: World) -> None:
    blueprint = drawn.compiled().blueprint
    assume(blueprint is not None)
    assert blueprint is not None
    graph = plan_arrows(blueprint.plan)
    assert topological(graph) is not None
    behind = reachable(graph)
    steps = {
        item.key: [s.key for s in blueprint.plan.steps if item.key in s.items] for item in blueprint.items
    }
    for order in drawn.definition.orders:
        lasts = [one for one in steps[order.before] if not set(behind[one]) & set(steps[order.before])]
        firsts = [
            one for one in steps[order.after] if not any(one in behind[other] for other in steps[order.after])
        ]
        assert all(first in behind[last] for last in lasts for first in firsts)
    always = {step.key: [] for step in blueprint.plan.steps}
    for edge in blueprint.plan.edges:
        if edge.when == "true":
            always[edge.before].append(edge.after)
    implied = reachable(always)
    for edge in blueprint.plan.edges:
        assert not any(edge.after in implied[one] for one in always[edge.before] if one != edge.after)


@FEW
@given(worlds(), answers())
def test_the_days_of_a_bundle_lie_between_its_longest_step_and_the_sum(
    drawn: World, told: dict[str, bool]
) -> None:
    blueprint = drawn.compiled().blueprint
    assume(blueprint is not None)
    assert blueprint is not None
    person = narrow(blueprint, told, Known(), TODAY)
    for plan, clock in ((blueprint.plan, blueprint.clock), (person.plan, person.clock)):
        days = [step.days for step in plan.steps]
        assert max(days, default=0) <= clock.critical_days <= sum(days)
        on_path = {step.key: step.days for step in plan.steps}
        assert sum(on_path[key] for key in clock.critical) == clock.critical_days
        assert all(one.slack >= 0 for one in clock.times)
    assert person.clock.critical_days <= blueprint.clock.critical_days


@st.composite
def sharing(draw: st.DrawFn) -> World:
    """Three items with a visit each, which would all like to be one; some wait for others' results."""
    items = {}
    for n in range(3):
        materials = [f"d{m}" for m in range(n) if draw(st.booleans())]
        items[f"i{n}"] = {
            "results": [f"d{n}"],
            "materials": materials,
            "steps": [
                {
                    "key": "visit",
                    "limit": f"{draw(st.integers(1, 3))} workday",
                    "kind": "inspection",
                    "shared": "site",
                },
                {"key": "decide", "limit": "1 workday"},
            ],
        }
    return world({"elements": {}, "items": items})


@FEW
@given(sharing())
def test_sharing_never_makes_a_loop_and_items_that_can_share_do(drawn: World) -> None:
    made = drawn.compiled()
    assert made.blueprint is not None, "sharing alone never stops a bundle"
    visits = [step for step in made.blueprint.plan.steps if step.kind.value == "inspection"]
    assert sorted(key for step in visits for key in step.items) == ["i0", "i1", "i2"]
    waits = {key: {m.document for m in item.materials} for key, item in drawn.catalogue.items.items()}
    depends = {(a, b) for a in waits for b in waits if f"d{a[1]}" in waits[b]}
    through = {("i0", "i2")} if {("i0", "i1"), ("i1", "i2")} <= depends else set()
    for step in visits:
        assert not {(a, b) for a in step.items for b in step.items} & (depends | through)
        assert step.days == max(part.days for part in step.origins)
        assert step.staff >= 2
    told = [one for one in made.problems if one.code == "sharing-split"]
    assert bool(told) == (len(visits) > 1) == bool(depends)
    assert all(one.severity is Severity.WARNING and one.suggestion for one in told)
    if not depends:
        assert visits[0].name == "visit" or visits[0].name == "联合勘验"


def test_joint_acceptance_takes_the_longest_limit_and_two_officials() -> None:
    accept = {"key": "accept", "kind": "acceptance", "shared": "finish"}
    decide = {"key": "decide", "limit": "1 workday"}
    plans = {**accept, "name": "规划核实", "limit": "3 workday"}
    fire = {**accept, "name": "消防验收", "limit": "5 workday", "when": "q = true"}
    raw = {
        "elements": {"q": "boolean"},
        "items": {"one": {"steps": [plans, decide]}, "two": {"steps": [fire, decide]}},
        "onething": {"situations": [{"element": "q", "text": "？"}]},
    }
    blueprint = world(raw).compiled().blueprint
    assert blueprint is not None
    (joint,) = [step for step in blueprint.plan.steps if step.kind.value == "acceptance"]
    assert (joint.name, joint.limit.amount, joint.staff, joint.items) == ("联合验收", 5, 2, ("one", "two"))
    person = narrow(blueprint, {"q": False}, Known(), TODAY)
    (alone,) = [step for step in person.plan.steps if step.kind.value == "acceptance"]
    assert (alone.limit.amount, alone.items) == (3, ("one",))


def test_of_several_papers_the_one_made_here_is_waited_for_and_only_while_it_is_made() -> None:
    raw = {
        "elements": {"q": "boolean"},
        "items": {
            "maker": {"results": ["b"]},
            "user": {"materials": [{"document": "a", "alternatives": ["b"]}]},
        },
        "onething": {
            "members": [{"item": "maker", "when": "q = true"}, {"item": "user"}],
            "situations": [{"element": "q", "text": "？"}],
        },
    }
    blueprint = world(raw).compiled().blueprint
    assert blueprint is not None
    assert [edge.kind for edge in blueprint.plan.edges] == [EdgeKind.RESULT]
    made, alone = (narrow(blueprint, {"q": q}, Known(), TODAY) for q in (True, False))
    assert [one.asked for one in made.materials] == [False]
    assert [one.asked for one in alone.materials] == [True]
    assert alone.plan.edges == ()


def test_a_member_that_is_not_chosen_makes_nothing() -> None:
    raw = {
        "elements": {},
        "items": {"maker": {"results": ["b"]}, "user": {"materials": ["b"]}},
        "onething": {"members": [{"item": "maker", "optional": True, "late": True}, {"item": "user"}]},
    }
    blueprint = world(raw).compiled().blueprint
    assert blueprint is not None
    assert [one.asked for one in narrow(blueprint, {}, Known(), TODAY).materials] == [True]
    assert [one.asked for one in narrow(blueprint, {}, Known(), TODAY, ["maker"]).materials] == [False]
    assert msgspec.structs.asdict(blueprint.items[0])["late"] is True
