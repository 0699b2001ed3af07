"""The questions: never one in vain, all that are needed, and on average no fewer can do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import QUESTIONS, World, answers, conditions, holds, world, worlds

from bancheng.core.compiler import Blueprint, narrow
from bancheng.core.compiler import _order as order_module
from bancheng.core.compiler._asking import plan_asking
from bancheng.core.compiler._order import Order
from bancheng.core.compiler._relevance import Choice, Relevance
from bancheng.core.evidence import Known

FEW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
SHARES = st.tuples(*[st.integers(1, 9)] * len(QUESTIONS)).map(
    lambda tenths: {key: share / 10 for key, share in zip(QUESTIONS, tenths, strict=True)}
)
DECISIONS = st.lists(
    st.tuples(conditions(0), conditions(0), st.sampled_from([" and ", " or "])).map(
        lambda drawn: f"({drawn[0]}){drawn[2]}({drawn[1]})"
    ),
    min_size=1,
    max_size=4,
)


def choices(shares: Mapping[str, float]) -> list[Choice]:
    return [
        Choice(element=key, values=(True, False), shares=(share, 1 - share)) for key, share in shares.items()
    ]


def least(decisions: list[str], shares: Mapping[str, float]) -> float:
    """The fewest questions any decision tree asks on average, by trying every tree on every person."""
    people = {
        values: tuple(holds(text, dict(zip(QUESTIONS, values, strict=True))) for text in decisions)
        for values in product((True, False), repeat=len(QUESTIONS))
    }

    @cache
    def cost(told: tuple[bool | None, ...]) -> float:
        left = {
            verdict
            for values, verdict in people.items()
            if all(one is None or one == value for one, value in zip(told, values, strict=True))
        }
        if len(left) == 1:
            return 0.0
        return min(
            1
            + sum(
                (shares[key] if value else 1 - shares[key]) * cost((*told[:at], value, *told[at + 1 :]))
                for value in (True, False)
            )
            for at, key in enumerate(QUESTIONS)
            if told[at] is None
        )

    return cost((None,) * len(QUESTIONS))


@FEW
@given(DECISIONS, SHARES)
def test_no_decision_tree_asks_fewer(decisions: list[str], shares: dict[str, float]) -> None:
    order = Order(Relevance(decisions, choices(shares)))
    solved = [order.solve(part) for part in order.parts]
    assert sum(one.upper for one in solved) == pytest.approx(least(decisions, shares))
    assert sum(one.lower for one in solved) == pytest.approx(sum(one.upper for one in solved))


@FEW
@given(DECISIONS, SHARES)
def test_the_greedy_tree_lies_between_the_best_and_its_own_bound(
    decisions: list[str], shares: dict[str, float]
) -> None:
    order = Order(Relevance(decisions, choices(shares)), states=0)
    solved = [order.solve(part) for part in order.parts]
    best = least(decisions, shares)
    assert sum(one.lower for one in solved) <= best + 1e-9
    assert sum(one.upper for one in solved) >= best - 1e-9


@FEW
@given(DECISIONS, SHARES)
def test_beyond_all_states_every_question_counts_and_the_bound_still_holds(
    decisions: list[str], shares: dict[str, float]
) -> None:
    relevance = Relevance(decisions, choices(shares))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(order_module, "GREEDY_STATES", 0)
        plan = plan_asking(relevance)
    best = least(decisions, shares)
    assert float(plan.bound) <= best + 1e-4
    assert float(plan.expected) >= best - 1e-4
    assert float(sum(plan.chances.values())) == pytest.approx(float(plan.expected), abs=1e-3)


@FEW
@given(DECISIONS, SHARES)
def test_no_fixed_order_asks_fewer(decisions: list[str], shares: dict[str, float]) -> None:
    relevance = Relevance(decisions, choices(shares))
    plan = plan_asking(relevance)
    assert plan.exact
    for fixed in permutations(plan.chances):
        assert float(plan.expected) <= relevance.expected(fixed) + 1e-4
    assert float(plan.fixed_order) == pytest.approx(relevance.expected(list(plan.chances)), abs=1e-4)
    assert float(sum(plan.chances.values())) == pytest.approx(float(plan.expected), abs=1e-3)


def asked_until_decided(blueprint: Blueprint, told: Mapping[str, Any]) -> list[str]:
    given: dict[str, Any] = {}
    while questions := narrow(blueprint, given, Known(), None).questions:
        given[questions[0].element] = told[questions[0].element]
    return list(given)


@FEW
@given(worlds(items=3))
def test_the_average_over_all_people_is_what_the_blueprint_says(world: World) -> None:
    blueprint = world.compiled().blueprint
    assume(blueprint is not None)
    assert blueprint is not None
    # A wish that is ticked in the list and not asked is a fact the plan knows nothing of.
    assume(not any(item.optional for item in blueprint.items))
    shares = {
        question.element: {option.value: float(option.share or 0) for option in question.options}
        for question in blueprint.questions
    }
    asked = [question.element for question in blueprint.questions]
    average = 0.0
    for values in product((True, False), repeat=len(asked)):
        told = dict(zip(asked, values, strict=True))
        weight = 1.0
        for key, value in told.items():
            weight *= shares[key][str(value).lower()]
        average += weight * len(asked_until_decided(blueprint, told))
    assert average <= float(blueprint.asking.expected) + 1e-3
    assert blueprint.asking.expected <= blueprint.asking.fixed_order


@FEW
@given(worlds(items=3), answers())
def test_after_the_last_question_nothing_is_open(world: World, told: dict[str, bool]) -> None:
    blueprint = world.compiled().blueprint
    assume(blueprint is not None)
    assert blueprint is not None
    asked = asked_until_decided(blueprint, told)
    assert len(asked) == len(set(asked)) <= len(blueprint.questions)
    person = narrow(blueprint, {key: told[key] for key in asked}, Known(), None)
    if not person.refusals:
        assert person.open_items == ()
        assert all(one.required is not None and one.shown is not None for one in person.fields)


MANY = [f"m{number}" for number in range(14)]


def test_beyond_the_exact_size_the_gap_is_told() -> None:
    """Seven of fourteen must hold: no question is ever sure, and there are too many states for the exact search."""
    asked = {key: {"element": key, "text": f"{key}？"} for key in MANY}
    triples = [
        f"({MANY[a]} and {MANY[(a * 5 + 3) % 14]} or {MANY[(a * 3 + 1) % 14]} and not({MANY[(a + 6) % 14]}))"
        for a in range(14)
    ]
    made = world(
        {
            "elements": dict.fromkeys(MANY, "boolean"),
            "items": {"a": {}, "b": {"situations": list(asked.values())}},
            "onething": {"members": [{"item": "a"}, {"item": "b", "when": " or ".join(triples[:9])}]},
        }
    ).compiled()
    assert made.blueprint is not None
    plan = made.blueprint.asking
    warning = next(one for one in made.problems if one.code == "order-not-exact")
    assert not plan.exact
    assert plan.bound <= plan.expected <= plan.fixed_order
    assert f"{plan.expected - plan.bound:f}" in warning.message


def test_the_next_question_hangs_on_the_answer_before() -> None:
    """A fixed order must ask `left` and `right` of everyone or in vain; the tree asks the one that the side wants."""
    made = world(
        {
            "elements": dict.fromkeys(["side", "left", "right"], "boolean"),
            "items": {
                "a": {"situations": [{"element": key, "text": key} for key in ("left", "right", "side")]},
                "b": {},
            },
            "onething": {"members": [{"item": "a"}, {"item": "b", "when": "if side then left else right"}]},
        }
    ).compiled()
    assert made.blueprint is not None
    assert (made.blueprint.asking.expected, made.blueprint.asking.exact) == (2, True)
    assert made.blueprint.asking.fixed_order == 2.5
    assert asked_until_decided(made.blueprint, {"side": True, "left": True}) == ["side", "left"]
    assert asked_until_decided(made.blueprint, {"side": False, "right": True}) == ["side", "right"]


def test_an_open_question_is_asked_while_something_hangs_on_it() -> None:
    relevance = Relevance(["big or area > 300"], [*choices({"big": 0.5}), Choice(element="area")])
    assert plan_asking(relevance).chances == {"big": 1, "area": 0.5}


def test_two_questions_with_one_effect_do_not_hide_each_other() -> None:
    relevance = Relevance(["not(q0) or q1", "q0 and not(q1)"], choices({"q0": 0.5, "q1": 0.5}))
    assert len(relevance.functions) == 1, "a condition and its contrary tell the same people apart"
    assert plan_asking(relevance).expected == 1.5
