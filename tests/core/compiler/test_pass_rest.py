"""Laws of passes 2 and 8, of fixed answers, and of narrowing: first merged or first narrowed, it comes to the same."""

from __future__ import annotations

from datetime import date

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import QUESTIONS, World, answers, holds, worlds

from bancheng.core.compiler import Eligibility, Measure, narrow
from bancheng.core.evidence import Known

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TODAY = date(2026, 11, 22)


@FEW
@given(worlds(), answers())
def test_the_gate_is_never_loosened_and_never_narrowed(drawn: World, told: dict[str, bool]) -> None:
    blueprint = drawn.compiled().blueprint
    assume(blueprint is not None)
    assert blueprint is not None
    person = narrow(blueprint, told, Known(), TODAY)
    passes = all(holds(rule.rule, told) for rule in drawn.definition.gate)
    assert person.eligibility is (Eligibility.ELIGIBLE if passes else Eligibility.NOT_ELIGIBLE)
    assert bool(person.fallback) == (not passes), "whoever is turned away is told where to go"


@FEW
@given(worlds())
def test_a_bundle_never_costs_more_than_its_items_one_by_one(drawn: World) -> None:
    blueprint = drawn.compiled().blueprint
    assume(blueprint is not None)
    assert blueprint is not None
    for line in blueprint.savings.lines:
        if line.measure in (Measure.MATERIALS, Measure.STEPS, Measure.TRIPS):
            assert line.after <= line.before, line.measure


@FEW
@given(worlds(), answers())
def test_narrowing_a_merged_bundle_is_merging_what_each_item_asks_of_this_person(
    drawn: World, told: dict[str, bool]
) -> None:
    """Compile, then narrow = take each item's own demands for this person, then merge these."""
    whole = drawn.compiled().blueprint
    assume(whole is not None)
    assert whole is not None
    wanted = [item.key for item in whole.items if item.optional]
    person = narrow(whole, told, Known(), TODAY, wanted)
    members = tuple(
        msgspec.structs.replace(member, when="true", optional=False)
        for member in drawn.definition.members
        if holds(member.when, told)
    )
    assume(members)
    keys = {member.item for member in members}
    orders = tuple(one for one in drawn.definition.orders if {one.before, one.after} <= keys)
    small = World(
        msgspec.structs.replace(drawn.definition, members=members, orders=orders, gate=()),
        drawn.catalogue,
        drawn.coverage,
    )
    alone = small.compiled().blueprint
    assert alone is not None, "a part of a sound bundle is sound"
    mine = narrow(alone, told, Known(), TODAY)
    assert {one.key for one in person.items} == {one.key for one in mine.items}
    assert {one.field.element for one in person.fields if one.shown} == {
        one.field.element for one in mine.fields if one.shown
    }
    assert {one.material.document for one in person.materials if one.asked} == {
        one.material.document for one in mine.materials if one.asked
    }
    assert {one.key for one in person.plan.steps} == {one.key for one in mine.plan.steps}


@FEW
@given(worlds(), st.sampled_from(QUESTIONS), st.booleans(), answers())
def test_a_fixed_answer_is_the_answer_nobody_is_asked_for(
    drawn: World, question: str, value: bool, told: dict[str, bool]
) -> None:
    told = {**told, question: value}
    whole = drawn.compiled().blueprint
    scene = msgspec.structs.replace(drawn.definition, fixed={question: value})
    made = World(scene, drawn.catalogue, drawn.coverage).compiled().blueprint
    assume(whole is not None and made is not None)
    assert whole is not None
    assert made is not None
    assert question not in {one.element for one in made.questions}
    rest = {key: one for key, one in told.items() if key != question}
    before, after = narrow(whole, told, Known(), TODAY), narrow(made, rest, Known(), TODAY)
    assert {one.key for one in before.items} == {one.key for one in after.items}
    assert before.eligibility is after.eligibility
    assert {one.field.element for one in before.fields if one.shown} == {
        one.field.element for one in after.fields if one.shown
    }
    assert {one.material.document for one in before.materials if one.asked} == {
        one.material.document for one in after.materials if one.asked
    }
    assert {one.key for one in before.plan.steps} == {one.key for one in after.plan.steps}
