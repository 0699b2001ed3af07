"""One subject against all policies: fit, what is missing, the nearest miss, and the fewest questions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.core.benefits.sample import AS_OF, RULES

from bancheng.core.benefits import (
    Match,
    Policy,
    PolicyKind,
    PolicyMode,
    Status,
    check_policies,
    match,
    next_question,
)


def policy(name: str, *entitlements: str, **more: Any) -> Policy:
    said = {"body": "民政局", "kind": PolicyKind.AWARD, "mode": PolicyMode.AUTOMATIC, "summary": ""}
    return Policy(id=name, name=name, entitlements=entitlements, basis=("样例",), **{**said, **more})


POLICIES = (policy("old", "old_age"), policy("care", "care"), policy("pay", "low_pay"))
NOBODY = {
    "person.birth": dt.date(1950, 5, 6),
    "person.died": None,
    "person.alone": False,
    "disability.severe": False,
    "disability.kind": "limb",
    "wages.months": Decimal(2),
    "wages.total": Decimal(9000),
    "home.paid": Decimal(9000),
}


def of(facts: dict[str, Any], name: str) -> Match:
    (found,) = [one for one in match(POLICIES, RULES, facts, AS_OF) if one.policy == name]
    return found


def test_the_nearest_miss_of_an_age_is_a_day() -> None:
    found = of(NOBODY, "old")
    (gap,) = found.gaps
    assert (found.status, found.near) == (Status.NOT, True)
    assert gap.on == dt.date(2030, 5, 6)
    later = {one.policy: one.status for one in match(POLICIES, RULES, NOBODY, gap.on)}
    before = {one.policy: one.status for one in match(POLICIES, RULES, NOBODY, gap.on - dt.timedelta(1))}
    assert (later["old"], before["old"]) == (Status.ENTITLED, Status.NOT)


def test_the_nearest_miss_of_a_count_is_how_many() -> None:
    found = of(NOBODY, "pay")
    assert [(gap.lacking, gap.text) for gap in found.gaps] == [(Decimal(4), "一年内缴费次数还差4次")]
    assert found.near


def test_two_failed_conditions_are_no_near_miss() -> None:
    found = of({**NOBODY, "wages.total": Decimal("12000.50")}, "pay")
    assert not found.near
    assert "超出2,000.51元" in "".join(gap.text for gap in found.gaps)


def test_what_one_gets_comes_first_then_what_may_be_settled_then_the_near_misses() -> None:
    old = {**NOBODY, "person.birth": dt.date(1940, 1, 1)}
    del old["disability.severe"]
    found = match(POLICIES, RULES, old, AS_OF)
    assert [one.policy for one in found] == ["old", "care", "pay"]
    assert found[0].amount == Decimal(100)
    assert found[1].missing == ("disability.severe",)


def test_a_policy_that_is_not_in_force_is_not_matched() -> None:
    ended = (policy("old", "old_age", valid_to=AS_OF - dt.timedelta(1)),)
    assert match(ended, RULES, NOBODY, AS_OF) == ()


@given(st.sets(st.sampled_from(sorted(NOBODY))))
def test_asking_ends_with_everything_known_and_asks_nothing_without_effect(known: set[str]) -> None:
    facts = {name: NOBODY[name] for name in known}
    asked = 0
    while (name := next_question(match(POLICIES, RULES, facts, AS_OF))) is not None:
        assert name not in facts
        facts[name] = NOBODY[name]
        asked += 1
    assert asked <= len(NOBODY) - len(known)
    whole = {one.policy: one.status for one in match(POLICIES, RULES, NOBODY, AS_OF)}
    assert {one.policy: one.status for one in match(POLICIES, RULES, facts, AS_OF)} == whole


def test_what_nobody_wants_to_tell_is_not_asked() -> None:
    assert next_question(match(POLICIES, RULES, {}, AS_OF), frozenset(NOBODY)) is None


def test_all_that_is_wrong_between_policies_and_rules_is_told_at_once() -> None:
    wrong = (
        policy("a", "old_age", "nothing"),
        policy("b", "old_age", excludes=("c",)),
        msgspec.structs.replace(policy("d"), basis=()),
    )
    codes = [one.code for one in check_policies(wrong, RULES)]
    assert codes == ["policy-unknown", "policy-shared", "policy-unknown", "policy-empty", "policy-basis"]
    assert check_policies(POLICIES, RULES) == ()
