"""压减: what is frozen does not move, and the two ways of putting rates together keep their promises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import World, world, worlds

from bancheng.core.catalogue import Profile
from bancheng.core.clock import Limit
from bancheng.core.compiler import Blueprint
from bancheng.core.compiler.effects import (
    LEGAL,
    Baseline,
    FigureLine,
    mean_of_rates,
    overall,
    percent,
    promises_against_law,
    rate_of_sums,
    reform,
)

FEW = settings(suppress_health_check=[HealthCheck.too_slow])
DAY = date(2026, 11, 1)


def compiled(made: World) -> Blueprint:
    found = made.compiled()
    assert found.blueprint is not None, found.problems
    return found.blueprint


def bundle(**more: object) -> World:
    return world(
        {
            "elements": {"shared": "text", "own": "text", "big": "boolean"},
            "items": {
                "first": {
                    "fields": ["shared"],
                    "materials": ["id_card"],
                    "results": ["licence"],
                    "visits": 2,
                },
                "second": {
                    "fields": ["shared", "own"],
                    "materials": ["id_card", "licence", {"document": "plan", "when": "big"}],
                },
            },
            "onething": {
                "profiles": [
                    {"key": "small", "name": "小店", "share": "0.6", "answers": {"big": False}},
                    {"key": "large", "name": "大店", "share": "0.2", "answers": {"big": True}},
                    {"key": "rare", "name": "少见的", "answers": {"big": True}},
                ],
                **more,
            },
        }
    )


def values(blueprint: Blueprint, baseline: Baseline | None = None) -> dict[str, tuple[Decimal, Decimal]]:
    return {line.measure: (line.before, line.after) for line in reform(blueprint, baseline).lines}


@FEW
@given(worlds())
def test_a_baseline_of_today_changes_nothing(made: World) -> None:
    assume(made.compiled().blueprint is not None)
    blueprint = compiled(made)
    assert reform(blueprint, Baseline(blueprint=blueprint, on=DAY)).lines == reform(blueprint).lines


@FEW
@given(worlds())
def test_nobody_meets_more_than_before(made: World) -> None:
    assume(made.compiled().blueprint is not None)
    for person in reform(compiled(made)).people:
        for line in person.lines:
            # Guided questions stand in for judging oneself; they are counted after, and were not asked before.
            if line.measure in {"materials", "steps", "trips", "days"}:
                assert line.after <= line.before


def test_a_later_version_of_an_item_does_not_move_the_before() -> None:
    made = bundle()
    frozen = Baseline(blueprint=compiled(made), on=DAY, by="李编排", note="2026 年方案")
    item = made.catalogue.items["second"]
    leaner = msgspec.structs.replace(item, materials=item.materials[:1], promised=Limit(1), version=2)
    items = {**made.catalogue.items, "second": leaner}
    later = compiled(
        World(made.definition, msgspec.structs.replace(made.catalogue, items=items), made.coverage)
    )
    then, now = values(frozen.blueprint, frozen), values(later, frozen)
    assert {key: one[0] for key, one in then.items()} == {key: one[0] for key, one in now.items()}
    assert now["materials"][1] < then["materials"][1]
    found = reform(later, frozen)
    assert "2026-11-01" in found.baseline
    assert "李编排" in found.baseline
    assert any("“second”定稿后改过" in one for one in found.remarks)


def test_members_that_came_or_went_are_said() -> None:
    made = bundle()
    blueprint = compiled(made)
    members = made.definition.members
    only = compiled(
        World(msgspec.structs.replace(made.definition, members=members[:1]), made.catalogue, made.coverage)
    )
    assert (
        "“second”是定稿后加入的，“以前”里没有它"
        in reform(blueprint, Baseline(blueprint=only, on=DAY)).remarks
    )
    assert "“second”定稿后移出，“以前”里仍有它" in reform(only, Baseline(blueprint=blueprint, on=DAY)).remarks


def test_shares_weigh_the_persons_and_name_who_is_left_over() -> None:
    found = reform(compiled(bundle()))
    small, large, rare, _everybody = found.people
    materials = {one.name: one.lines[1].before for one in found.people}
    assert (materials["小店"], materials["大店"]) == (3, 4)
    assert found.lines[1].before == (3 * Decimal("0.6") + 4 * Decimal("0.2")) / Decimal("0.8")
    assert (small.share, large.share, rare.share) == (Decimal("0.75"), Decimal("0.25"), None)
    assert "其余 20% 的人没有示例" in found.weights
    assert "少见的没有占比" in found.weights


def test_what_has_no_statutory_limit_is_listed_and_not_counted() -> None:
    made = bundle()
    bare = {key: msgspec.structs.replace(item, statutory=None) for key, item in made.catalogue.items.items()}
    catalogue = msgspec.structs.replace(made.catalogue, items=bare)
    found = reform(compiled(World(made.definition, catalogue, made.coverage)))
    line = next(one for one in found.lines if one.measure == LEGAL)
    assert line.rate is None
    assert [(one.measure, one.reason) for one in found.excluded] == [(LEGAL, "各事项都没有法定时限")]
    one = promises_against_law([*bare.values(), *made.catalogue.items.values()])
    assert (one.lines[0].counted, one.lines[0].rows) == (2, 4)
    assert one.lines[0].rate_of_sums == Decimal("0.5000")
    assert {row.reason for row in one.excluded} == {"没有法定时限"}


def test_the_two_rates_of_the_textbook_example() -> None:
    lines = [
        FigureLine(measure="days", before=Decimal(20), after=Decimal(1)),
        FigureLine(measure="days", before=Decimal(2), after=Decimal(1)),
        FigureLine(measure="days", before=Decimal(0), after=Decimal(0)),
    ]
    assert (mean_of_rates(lines), rate_of_sums(lines)) == (Decimal("0.7250"), Decimal("0.9091"))
    table = overall([(f"第{n}件", [line]) for n, line in enumerate(lines, 1)])
    assert [(one.subject, one.reason) for one in table.excluded] == [("第3件", "以前就是 0")]
    assert (mean_of_rates(lines[2:]), rate_of_sums([])) == (None, None)


PAIRS = st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500)), min_size=1, max_size=12)


@given(PAIRS)
def test_the_rate_of_sums_lies_between_the_smallest_and_the_largest_rate(
    pairs: list[tuple[int, int]],
) -> None:
    lines = [FigureLine(measure="days", before=Decimal(a), after=Decimal(b)) for a, b in pairs]
    rates = [rate for line in lines if (rate := line.rate) is not None]
    for found in (rate_of_sums(lines), mean_of_rates(lines)):
        assert found is not None
        assert min(rates) - Decimal("0.0001") <= found <= max(rates) + Decimal("0.0001")


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(pairs: list[tuple[int, int]], random: object) -> None:
    lines = [FigureLine(measure="days", before=Decimal(a), after=Decimal(b)) for a, b in pairs]
    assert mean_of_rates(lines) == mean_of_rates(lines[::-1])
    assert rate_of_sums(lines) == rate_of_sums(lines[::-1])


def test_percentages_carry_no_needless_zeros() -> None:
    assert [percent(one) for one in (Decimal("0.4"), Decimal("0.125"), None)] == ["40%", "12.5%", "—"]
    assert percent(Profile(key="a", name="a", answers={}, share=Decimal("1.00")).share) == "100%"
