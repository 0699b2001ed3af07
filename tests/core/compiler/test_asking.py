"""The questions: never one in vain, all that are needed, and on average no fewer can do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import permutations, product
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import QUESTIONS, World, answers, conditions, holds, world, worlds

from bancheng.core.compiler import Blueprint, asking_rows, asking_svg, explain_asking, narrow
from bancheng.core.compiler import _order as order_module
from bancheng.core.compiler._asking import plan_asking
from bancheng.core.compiler._order import Order
from bancheng.core.compiler._relevance import Choice, Relevance
from bancheng.core.evidence import Known, KnownValue

TODAY = date(2026, 11, 22)
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


def test_a_condition_over_very_many_questions_asks_them_all() -> None:
    many = {f"n{number}": 0.5 for number in range(400)}
    relevance = Relevance([" or ".join(many)], choices(many))
    plan = plan_asking(relevance)
    assert plan.expected == len(many)
    assert relevance.hangs(" or ".join(many), "n399")


def test_two_questions_with_one_effect_do_not_hide_each_other() -> None:
    relevance = Relevance(["not(q0) or q1", "q0 and not(q1)"], choices({"q0": 0.5, "q1": 0.5}))
    assert len(relevance.functions) == 1, "a condition and its contrary tell the same people apart"
    assert plan_asking(relevance).expected == 1.5


@FEW
@given(worlds(items=3), answers(), st.sets(st.sampled_from(QUESTIONS)))
def test_every_question_is_asked_for_a_reason_and_spared_for_one(
    world: World, told: dict[str, bool], answered: set[str]
) -> None:
    blueprint = world.compiled().blueprint
    assume(blueprint is not None)
    assert blueprint is not None
    given = {key: told[key] for key in sorted(answered)}
    explained = explain_asking(blueprint, given, Known(), None)
    person = narrow(blueprint, given, Known(), None)
    assert [one.element for one in explained.asked] == [one.element for one in person.questions]
    assert all(one.decides for one in explained.asked)
    named = {one.element for one in (*explained.asked, *explained.spared)}
    assert named == {question.element for question in blueprint.questions}
    assert all(one.reason for one in explained.spared)


TRIP: dict[str, Any] = {
    "elements": dict.fromkeys(["local", "gas", "tall"], "boolean"),
    "items": {
        "a": {},
        "b": {
            "situations": [{"element": key, "text": f"{key}？"} for key in ("gas", "tall")],
            "materials": [{"document": "drawing", "when": "tall"}],
        },
    },
    "onething": {
        "members": [{"item": "a"}, {"item": "b", "when": "gas = true"}],
        "situations": [{"element": "local", "text": "local？"}],
        "gate": [{"rule": "local = true", "reason": "外地的请单独办。"}],
        "profiles": [{"key": "p", "name": "张三", "answers": {"local": False}, "share": "0.5"}],
    },
}


def test_the_reasons_are_said_in_words() -> None:
    blueprint = world(TRIP).compiled().blueprint
    assert blueprint is not None
    nobody = explain_asking(blueprint, {}, Known(), None)
    assert [(one.element, one.decides) for one in nobody.asked] == [
        ("local", ("能否一次办理",)),
        ("gas", ("是否办理“b”",)),
        ("tall", ("是否需要“drawing”",)),
    ]
    without = explain_asking(blueprint, {"local": True, "gas": False}, Known(), None)
    assert {one.element: one.reason for one in without.spared} == {
        "local": "您已经回答：是",
        "gas": "您已经回答：否",
        "tall": "“gas？”答了“否”，它就不再影响任何事",
    }
    assert without.asked == ()
    away = explain_asking(blueprint, {"local": False}, Known(), None)
    assert {one.reason for one in away.spared} == {"您已经回答：否", "已经不能一次办理，问了也不改变结果"}


def test_what_a_source_knows_is_not_asked_and_says_so() -> None:
    raw = {**TRIP, "sources": {"register": {"elements": ["gas"]}}}
    blueprint = world(raw).compiled().blueprint
    assert blueprint is not None
    value = KnownValue(element="gas", value=True, source="register", source_name="燃气档案", as_of=TODAY)
    explained = explain_asking(blueprint, {"local": True}, Known(values={"gas": value}), None)
    assert [one.element for one in explained.asked] == ["tall"]
    assert ("gas", "已从“燃气档案”查到，不再问您") in {(one.element, one.reason) for one in explained.spared}


def test_the_picture_has_three_bars_for_the_average_and_for_each_sample_person() -> None:
    blueprint = world(TRIP).compiled().blueprint
    assert blueprint is not None
    rows = asking_rows(blueprint, None)
    assert [(row.name, row.ours, row.fixed_order, row.all) for row in rows] == [
        ("", blueprint.asking.expected, blueprint.asking.fixed_order, 3),
        ("张三", 1, 1, 3),
    ]
    svg = asking_svg(rows, standalone=True)
    assert svg.count("<rect") == 3 + 2 * 3
    assert "张三" in svg
    ElementTree.fromstring(svg)
