"""如果……会怎样: what each change does, alone and together."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import World, world, worlds

from bancheng.core.catalogue import Member
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.compiler.effects import (
    AddMember,
    ConnectSource,
    CutLimit,
    DisconnectSource,
    DropMember,
    ReplaceItem,
    Setting,
    WhatIfChange,
    apply,
    hypothetical,
    rank,
    single_cuts,
    what_if,
)
from bancheng.core.compiler.effects._whatif import less

FEW = settings(suppress_health_check=[HealthCheck.too_slow])


def setting(made: World) -> Setting:
    return Setting(definition=made.definition, catalogue=made.catalogue, coverage=made.coverage)


def bundle() -> Setting:
    steps = [
        {"key": "look", "limit": "3 workday"},
        {"key": "visit", "limit": "4 workday", "kind": "inspection"},
        {"key": "decide", "limit": "1 workday"},
    ]
    return setting(
        world(
            {
                "elements": {"who": "text", "phone": "text", "own": "text"},
                "items": {
                    "first": {
                        "fields": ["who", "phone"],
                        "materials": ["plan"],
                        "results": ["licence"],
                        "steps": steps,
                    },
                    "second": {"fields": ["who", "own"], "materials": ["licence", "lease"]},
                    "spare": {"fields": ["who"], "materials": ["plan"]},
                },
                "onething": {"members": [{"item": "first"}, {"item": "second"}]},
                "sources": {"register": {"elements": ["who"]}},
            }
        )
    )


def everybody(changes: list[WhatIfChange]) -> Any:
    found = what_if(bundle(), changes)
    assert found is not None
    assert found.together.everybody is not None
    return found.together.everybody


@FEW
@given(worlds())
def test_no_change_has_no_effect(made: World) -> None:
    found = what_if(setting(made), ())
    assume(found is not None)
    assert found is not None
    assert found.together.is_empty
    assert found.alone == ()
    assert found.together.alternative == found.base


def test_a_connected_source_takes_a_paper_and_a_field_away() -> None:
    change = ConnectSource(source=hypothetical(name="租赁合同", documents=("lease",), elements=("own",)))
    assert (everybody([change]).change.materials, everybody([change]).change.fields) == (-1, -1)
    assert everybody([change]).change.days == 0
    assert everybody([DisconnectSource(source="register")]).change.fields == 1


def test_a_day_less_at_a_body_shortens_the_critical_path() -> None:
    found = everybody([CutLimit(body="body_first")])
    assert (found.before.days, found.after.days) == (18, 17)
    assert found.critical_after == found.critical_before
    assert everybody([CutLimit(item="first", step="look", days=99)]).change.days == -3


def test_steps_side_by_side_are_cut_both() -> None:
    steps = [
        {"key": "look", "limit": "1 workday"},
        {"key": "left", "limit": "3 workday", "after": ["look"]},
        {"key": "right", "limit": "3 workday", "after": ["look"], "body": "other"},
        {"key": "end", "limit": "0 workday", "after": ["left", "right"]},
    ]

    def days(other: str, **cut: Any) -> Any:
        raw = {
            "items": {"only": {"body": "hall", "steps": [*steps[:2], {**steps[2], "body": other}, steps[3]]}}
        }
        found = what_if(setting(world(raw)), [CutLimit(**cut)])
        assert found is not None
        assert found.together.everybody is not None
        return found.together.everybody.change.days

    assert days("hall", body="hall", days=2) == -2
    assert days("hall", body="hall", days=9) == -4
    # The other body's branch is as long: one body alone can only give away its first step.
    assert days("other", body="hall", days=2) == -1


def test_members_come_and_go() -> None:
    assert everybody([AddMember(member=Member(item="spare"))]).change.steps == 1
    assert everybody([DropMember(item="second")]).change.days == -10
    same = everybody([AddMember(member=Member(item="first")), DropMember(item="nobody")])
    assert same.change.nothing


def test_another_version_of_an_item_is_seen_in_the_difference() -> None:
    base = bundle()
    newer = msgspec.structs.replace(base.catalogue.items["second"], materials=(), version=2)
    found = what_if(base, [ReplaceItem(item=newer)])
    assert found is not None
    assert found.together.difference is not None
    assert found.together.difference.items.changed == ("second",)
    assert found.together.difference.materials.removed == ("licence", "lease")


def test_changes_that_do_not_compile_say_why() -> None:
    found = what_if(bundle(), [DropMember(item="first"), DropMember(item="second")])
    assert found is not None
    assert found.together.alternative is None
    assert [one.code for one in found.together.problems] == ["no-members"]
    assert found.together.everybody is None
    assert not found.together.is_empty
    assert (
        what_if(
            Setting(
                definition=msgspec.structs.replace(bundle().definition, members=()),
                catalogue=bundle().catalogue,
                coverage=bundle().coverage,
            ),
            (),
        )
        is None
    )


CHANGES: tuple[WhatIfChange, ...] = (
    CutLimit(item="first", step="look"),
    ConnectSource(source=hypothetical(name="租赁合同", documents=("lease",))),
    DisconnectSource(source="register"),
    AddMember(member=Member(item="spare")),
    CutLimit(item="second", days=2),
)


@given(st.lists(st.sampled_from(CHANGES), unique=True, min_size=1))
def test_one_change_and_then_the_others_come_to_all_together(changes: list[WhatIfChange]) -> None:
    base = bundle()
    whole = apply(base, changes)
    first, rest = changes[:1], changes[1:]
    assert apply(apply(base, first), rest) == whole
    for order in list(permutations(changes))[:6]:
        assert apply(base, order).compiled() == whole.compiled()


def test_each_change_is_told_alone_too() -> None:
    found = what_if(bundle(), CHANGES[:2])
    assert found is not None
    assert [one.changes for one in found.alone] == [(CHANGES[0],), (CHANGES[1],)]
    days = [one.everybody.change.days for one in found.alone if one.everybody]
    assert days == [-1, 0]


def test_the_most_helpful_single_cut_comes_first() -> None:
    found = rank(bundle())
    assert [one.words for one in found[:2]] == [
        "body_first的时限减 1 个工作日",
        "body_second的时限减 1 个工作日",
    ]
    assert all(one.days == 1 for one in found[:2])
    papers = [one for one in found if one.materials]
    assert {one.words for one in papers} == {"接通“plan”的证照库", "接通“lease”的证照库"}
    assert len(found) == len(single_cuts(bundle()))


@FEW
@given(worlds(items=4))
def test_no_single_cut_makes_anything_worse(made: World) -> None:
    for one in rank(setting(made)):
        assert one.days >= 0
        assert one.materials >= 0
        assert one.fields >= 0


@FEW
@given(worlds(items=4))
def test_a_ranked_cut_helps_as_much_as_the_one_thing_compiled_with_it(made: World) -> None:
    base, _problems = setting(made).compiled()
    assume(base is not None)
    assert base is not None
    shares = {one.name: one.share for one in base.profiles if one.share}
    for ranked in rank(setting(made)):
        found = what_if(setting(made), [ranked.change])
        assert found is not None
        people = [one for one in found.together.people[:-1] if one.name in shares]
        weighed = [(one.change, shares[one.name]) for one in people] or [
            (one.change, Decimal(1)) for one in found.together.people[-1:]
        ]
        total = sum((share or Decimal(0) for _, share in weighed), Decimal(0))
        for facet in ("days", "materials", "fields", "questions"):
            gained = sum(-getattr(change, facet) * (share or 0) for change, share in weighed) / total
            assert abs(getattr(ranked, facet) - gained) < Decimal("1e-9"), (ranked.words, facet)


@pytest.mark.parametrize(
    ("limit", "days", "left"),
    [
        (Limit(5), 2, Limit(3)),
        (Limit(1), 3, Limit(0)),
        (Limit(0, LimitUnit.IMMEDIATE), 1, Limit(0, LimitUnit.IMMEDIATE)),
        (Limit(20, LimitUnit.HOUR), 1, Limit(12, LimitUnit.HOUR)),
        (Limit(30, LimitUnit.DAY), 2, Limit(20)),
        (Limit(7), 0, Limit(7)),
    ],
)
def test_a_limit_is_cut_in_working_days(limit: Limit, days: int, left: Limit) -> None:
    assert less(limit, days) == left
    assert Decimal(less(limit, days).as_workdays()) >= 0
