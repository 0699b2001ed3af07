"""What holds for every bundle: nothing lost, nothing early, nothing late, nothing asked in vain."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import QUESTIONS, World, answers, holds, worlds

from bancheng.core.compiler import Blueprint, PersonalList, Plan, enabled, narrow
from bancheng.core.compiler._graph import plan_arrows, reachable, topological
from bancheng.core.evidence import Known
from bancheng.core.kernel import canonical

TODAY = date(2026, 11, 22)
FEW = settings(suppress_health_check=[HealthCheck.too_slow])


def compiled(world: World) -> Blueprint:
    result = world.compiled()
    assume(result.blueprint is not None)
    assert result.blueprint is not None
    return result.blueprint


def taking_part(world: World, told: dict[str, bool], wanted: tuple[str, ...]) -> set[str]:
    return {
        member.item
        for member in world.definition.members
        if holds(member.when, told) and (not member.optional or member.item in wanted)
    }


@FEW
@given(worlds())
def test_compiling_twice_gives_the_same_bytes(world: World) -> None:
    again = msgspec.json.decode(msgspec.json.encode(world), type=World)
    assert canonical(world.compiled()) == canonical(again.compiled())


@FEW
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_members_changes_no_content(world: World, random: Any) -> None:
    first, *rest = world.definition.members
    random.shuffle(rest)
    shuffled = msgspec.structs.replace(world.definition, members=(first, *rest))
    one, other = world.compiled(), World(shuffled, world.catalogue, world.coverage).compiled()
    assert {problem.code for problem in one.problems} == {problem.code for problem in other.problems}
    if one.blueprint is None or other.blueprint is None:
        assert one.blueprint is other.blueprint
        return
    assert _content(one.blueprint) == _content(other.blueprint)


def _content(blueprint: Blueprint) -> dict[str, Any]:
    return {
        "fields": {(f.element, f.required, f.visible, f.produced_by) for f in blueprint.fields},
        "materials": {(m.document, m.required, m.when, m.disposition) for m in blueprint.materials},
        "edges": {(e.before, e.after, e.when) for e in blueprint.plan.edges},
        "steps": {(s.key, s.when, s.days) for s in blueprint.plan.steps},
        "days": blueprint.clock.critical_days,
        "statutory": blueprint.clock.statutory,
        "savings": [(line.before, line.after) for line in blueprint.savings.lines],
    }


@FEW
@given(worlds(), answers(), st.booleans())
def test_merging_loses_no_required_field(world: World, told: dict[str, bool], all_wanted: bool) -> None:
    blueprint = compiled(world)
    wanted = tuple(world.catalogue.items) if all_wanted else ()
    person = narrow(blueprint, told, Known(), TODAY, wanted)
    present = taking_part(world, told, wanted)
    assert {item.key for item in person.items} == present
    shown = {one.field.element: one for one in person.fields}
    for key in present:
        for field in world.catalogue.items[key].fields:
            if not holds(field.visible, told):
                continue
            merged = next(one for one in blueprint.fields if one.element == field.element)
            if set(merged.producers) & present:
                assert field.element not in shown
            else:
                assert shown[field.element].shown is True
                assert shown[field.element].required is True or not holds(field.required, told)
    for one in person.fields:
        demanding = [
            field
            for key in present
            for field in world.catalogue.items[key].fields
            if field.element == one.field.element and holds(field.visible, told)
        ]
        assert demanding, "nobody who takes part needs this field"
        assert one.required is any(holds(field.required, told) for field in demanding)


@FEW
@given(worlds(), answers())
def test_merging_loses_no_material(world: World, told: dict[str, bool]) -> None:
    person = narrow(compiled(world), told, Known(), TODAY)
    present = taking_part(world, told, ())
    made = {result.document for key in present for result in world.catalogue.items[key].results}
    needed = {
        material.document
        for key in present
        for material in world.catalogue.items[key].materials
        if holds(material.when, told)
    }
    assert {one.material.document for one in person.materials} == needed
    assert {one.material.document for one in person.materials if one.asked} == needed - made
    assert {one.material.document for one in person.materials if one.asked is False} == needed & made


def _own(person: PersonalList, item: str) -> list[str]:
    return [step.key for step in person.plan.steps if item in step.items]


@FEW
@given(worlds(), answers())
def test_nothing_a_body_needs_is_lacking_when_its_step_opens(world: World, told: dict[str, bool]) -> None:
    person = narrow(compiled(world), told, Known(), TODAY)
    present = taking_part(world, told, ())
    behind = reachable(plan_arrows(person.plan))
    for key in present:
        item = world.catalogue.items[key]
        for producer in present - {key}:
            yielded = world.catalogue.items[producer].results
            papers = {result.document for result in yielded}
            values = {element for result in yielded for element in result.gives}
            needs = any(m.document in papers and holds(m.when, told) for m in item.materials) or any(
                field.element in values and holds(field.visible, told) for field in item.fields
            )
            if needs:
                for last in _own(person, producer):
                    assert set(_own(person, key)) <= behind[last], f"{key} opens before {last} is done"


@FEW
@given(worlds(), answers())
def test_explicit_orders_are_respected(world: World, told: dict[str, bool]) -> None:
    person = narrow(compiled(world), told, Known(), TODAY)
    behind = reachable(plan_arrows(person.plan))
    for order in world.definition.orders:
        for last in _own(person, order.before):
            assert set(_own(person, order.after)) <= behind[last]


@FEW
@given(worlds(), answers())
def test_no_deadline_lies_beyond_the_statutory_one(world: World, told: dict[str, bool]) -> None:
    blueprint = compiled(world)
    person = narrow(blueprint, told, Known(), TODAY)
    for clock in (blueprint.clock, person.clock):
        assert clock.statutory is None or clock.promised.as_workdays() <= clock.statutory
        assert clock.critical_days <= clock.promised.as_workdays()
        days = {step.key: step.days for step in blueprint.plan.steps}
        assert sum(days[key] for key in clock.critical) >= clock.critical_days
    assert person.clock.critical_days <= blueprint.clock.critical_days


@FEW
@given(worlds(), answers())
def test_a_narrowed_plan_has_no_loop_and_keeps_every_wait(world: World, told: dict[str, bool]) -> None:
    blueprint = compiled(world)
    person = narrow(blueprint, told, Known(), TODAY)
    graph = plan_arrows(person.plan)
    assert topological(graph) is not None
    behind = reachable(graph)
    holding = Plan(
        steps=blueprint.plan.steps,
        edges=tuple(edge for edge in blueprint.plan.edges if _edge_holds(edge.when, told)),
    )
    before = reachable(plan_arrows(holding))
    kept = {step.key for step in person.plan.steps}
    for key in kept:
        assert behind[key] == before[key] & kept


def _edge_holds(text: str, told: dict[str, bool]) -> bool:
    wishes = dict.fromkeys([f"wants_i{n}" for n in range(9)], False)
    return holds(text, {**told, **wishes})


@FEW
@given(worlds(), answers(), st.randoms(use_true_random=False))
def test_steps_open_one_after_another_until_all_are_done(
    world: World, told: dict[str, bool], random: Any
) -> None:
    plan = narrow(compiled(world), told, Known(), TODAY).plan
    done: list[str] = []
    while ready := enabled(plan, done):
        done.append(random.choice(ready))
    assert sorted(done) == sorted(step.key for step in plan.steps)


def _picture(person: PersonalList) -> tuple[Any, ...]:
    if person.refusals:
        return ("refused",)
    return (
        tuple(item.key for item in person.items),
        tuple((one.field.element, one.required) for one in person.fields),
        tuple((one.material.document, one.required) for one in person.materials if one.asked),
        tuple(step.key for step in person.plan.steps),
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(worlds(items=3), answers(), st.sets(st.sampled_from(QUESTIONS)))
def test_a_question_is_asked_exactly_when_its_answer_can_change_something(
    world: World, told: dict[str, bool], answered: set[str]
) -> None:
    blueprint = compiled(world)
    partial = {key: told[key] for key in sorted(answered)}
    person = narrow(blueprint, partial, Known(), TODAY)
    asked = {question.element for question in person.questions}
    free = [key for key in QUESTIONS if key not in partial]
    pictures = {
        values: _picture(
            narrow(blueprint, {**partial, **dict(zip(free, values, strict=True))}, Known(), TODAY)
        )
        for values in product((True, False), repeat=len(free))
    }
    for at, key in enumerate(free):
        changes = any(
            pictures[values] != pictures[(*values[:at], not values[at], *values[at + 1 :])]
            for values in pictures
        )
        if changes and not person.refusals:
            assert key in asked, f"{key} changes something and is not asked"
        if key in asked:
            assert changes, f"{key} changes nothing and is asked"
