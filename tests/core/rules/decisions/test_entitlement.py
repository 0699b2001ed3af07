"""Tables over facts of which some are not told yet: what stays sure whatever they turn out to be is said already."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.rules.decisions.models import decisions, table

from bancheng.core.rules import UNKNOWN, Mode
from bancheng.core.rules.decisions import Aggregation, HitPolicy, lacking

AGES = (("< 60", "0"), ("[60..80)", "100"), (">= 80", "100"))


def asked(rows: Iterable[tuple[str, ...]], policy: HitPolicy = HitPolicy.UNIQUE, **facts: object) -> object:
    made = decisions(table(rows, tuple(sorted(facts)), policy))
    known = {name: one for name, one in facts.items() if one is not UNKNOWN}
    return made.evaluate("d", known, mode=Mode.ENTITLEMENT)


def test_a_missing_fact_on_which_the_result_hangs_makes_it_unknown() -> None:
    assert asked(AGES, a=UNKNOWN) is UNKNOWN


def test_a_missing_fact_that_no_possible_row_needs_does_not_matter() -> None:
    rows = ((">= 60", "true", "100"), (">= 60", "false", "100"), ("< 60", "-", "0"))
    assert asked(rows, a=30, b=UNKNOWN) == Decimal(0)
    assert asked((("-", "true", "1"), ("> 3", "-", "1")), HitPolicy.ANY, a=5, b=UNKNOWN) == Decimal(1)


def test_rows_that_together_take_every_case_and_yield_the_same_need_no_fact() -> None:
    rows = (("< 60", "100"), ("[60..80)", "100"), (">= 80", "100"))
    assert asked(rows, a=UNKNOWN) == Decimal(100)
    assert asked(rows[:2], a=UNKNOWN) is UNKNOWN, "of 80 and more nothing is said"
    two = ((">= 60", "true", "1"), ("< 60", "true", "1"), ("-", "false", "2"))
    assert asked(two, a=UNKNOWN, b=True) == Decimal(1)
    assert asked(two, a=UNKNOWN, b=UNKNOWN) is UNKNOWN


def test_the_first_sure_row_ends_what_may_still_match() -> None:
    rows = (("> 3", "-", "1"), ("-", "true", "2"), ("-", "-", "3"))
    assert asked(rows, HitPolicy.FIRST, a=5, b=UNKNOWN) == Decimal(1)
    assert asked(rows, HitPolicy.FIRST, a=1, b=UNKNOWN) is UNKNOWN


def test_the_trace_says_which_fact_would_settle_it() -> None:
    made = decisions(table((("> 3", "true", "1"), ("<= 3", "-", "2")), ("a", "b")))
    answer = made.explain("d", {"a": 5}, mode=Mode.ENTITLEMENT)
    assert answer.value is UNKNOWN
    assert lacking(answer.tables[0]) == ("b",)


CELLS = st.sampled_from(["-", "1", "2", "3", "< 2", ">= 2", "not(2)", "1, 3"])
ROWS = st.lists(st.tuples(CELLS, CELLS, st.sampled_from(["0", "1", "2"])), min_size=1, max_size=5)
KINDS = [
    *((policy, None) for policy in HitPolicy),
    *((HitPolicy.COLLECT, aggregation) for aggregation in Aggregation),
]


@given(ROWS, st.sampled_from(KINDS), st.sampled_from([None, 1, 2, 3]), st.sampled_from([None, 1, 2, 3]))
def test_what_is_sure_stays_so_whatever_the_missing_facts_turn_out_to_be(
    rows: list[tuple[str, str, str]],
    kind: tuple[HitPolicy, Aggregation | None],
    a: int | None,
    b: int | None,
) -> None:
    policy, aggregation = kind
    order = "2, 1, 0" if policy in {HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER} else ""
    made = decisions(table(rows, ("a", "b"), policy, aggregation, order))
    known = {name: one for name, one in (("a", a), ("b", b)) if one is not None}
    early = made.evaluate("d", known, mode=Mode.ENTITLEMENT)
    if early is UNKNOWN:
        return
    later = [
        made.evaluate("d", {"a": one, "b": other})
        for one, other in product([a] if a else [1, 2, 3], [b] if b else [1, 2, 3])
    ]
    if policy is HitPolicy.UNIQUE:  # two rows that match are an error of the table, which has no result
        later = [one for one in later if one is not None]
    assert all(one == early for one in later)


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [(Aggregation.MAX, 9), (Aggregation.MIN, UNKNOWN), (Aggregation.SUM, UNKNOWN)],
)
def test_a_folded_result_is_known_when_the_open_rows_cannot_move_it(
    aggregation: Aggregation, expected: object
) -> None:
    made = decisions(table((("-", "9"), ("> 3", "5")), ("a",), HitPolicy.COLLECT, aggregation))
    assert made.evaluate("d", {}, mode=Mode.ENTITLEMENT) == expected
