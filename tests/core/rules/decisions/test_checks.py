"""Checks of tables: every planted gap and overlap is found with an example, and nothing that is not there."""

import random
from collections.abc import Mapping
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.core.rules.decisions.models import decisions, table

from bancheng.core.rules.decisions import (
    Decisions,
    DecisionTable,
    Finding,
    FindingKind,
    HitPolicy,
    Text,
    check_table,
)

GAP, OVERLAP, CONFLICT = FindingKind.GAP, FindingKind.OVERLAP, FindingKind.CONFLICT
UNREACHABLE, UNCHECKED = FindingKind.UNREACHABLE, FindingKind.UNCHECKED


def found(one: DecisionTable, **options: Any) -> list[FindingKind]:
    return [finding.kind for finding in check_table(one, **options)]


def matching(one: DecisionTable | Decisions, inputs: Mapping[str, object]) -> list[int]:
    """The rows that match, from 1, as the evaluation has it."""
    made = one if isinstance(one, Decisions) else decisions(one)
    answer = made.explain("d", inputs)
    return [row.number for row in answer.tables[0].rows if row.state == "held"]


def example(finding: Finding) -> dict[str, object]:
    return dict(finding.example)


def test_a_gap_between_two_ages_comes_with_an_age_in_it_and_with_the_missing_cell() -> None:
    one = table((("< 60", "0"), ("[60..80)", "100"), ("> 80", "200")))
    (gap,) = check_table(one)
    assert (gap.kind, gap.cells, example(gap)) == (GAP, ("80",), {"a": Decimal(80)})
    assert matching(one, example(gap)) == []


def test_between_whole_numbers_there_is_no_gap_where_the_column_is_whole() -> None:
    one = table((("<= 17", "0"), (">= 18", "1")))
    assert found(one) == [GAP]
    assert found(one, whole={"a"}) == []


def test_dates_have_no_gap_between_a_day_and_the_next() -> None:
    assert found(table((('<= date("2026-03-01")', "0"), ('>= date("2026-03-02")', "1")))) == []
    (gap,) = check_table(table((('< date("2026-03-01")', "0"), ('> date("2026-03-01")', "1"))))
    assert gap.cells == ('@"2026-03-01"',)


def test_two_rows_that_match_the_same_are_a_conflict_when_they_differ_and_an_overlap_when_not() -> None:
    assert found(table((("<= 5", "1"), (">= 5", "2")))) == [CONFLICT]
    assert found(table((("<= 5", "1"), (">= 5", "1")))) == [OVERLAP]
    assert found(table((("<= 5", "1"), (">= 5", "1")), policy=HitPolicy.ANY)) == []
    assert found(table((("<= 5", "1"), (">= 5", "2")), policy=HitPolicy.ANY)) == [CONFLICT]


def test_a_row_behind_rows_that_take_all_its_cases_is_unreachable_and_they_are_named() -> None:
    one = table((("< 5", "1"), (">= 5", "2"), ("[3..7]", "3")), policy=HitPolicy.FIRST)
    (masked,) = check_table(one)
    assert (masked.kind, masked.rows) == (UNREACHABLE, (3, 1, 2))


def test_a_cell_that_contradicts_itself_is_never_reached() -> None:
    one = table((("[9..3]", "1"), ("-", "2")))
    assert UNREACHABLE in found(one)


def test_closed_lists_of_texts_have_no_other() -> None:
    rows = (('"甲"', "1"), ('"乙"', "2"))
    assert found(table(rows)) == [GAP]
    closed = table(rows)
    closed = type(closed)(
        inputs=(type(closed.inputs[0])(expression=closed.inputs[0].expression, values=Text('"甲", "乙"')),),
        outputs=closed.outputs,
        rows=closed.rows,
    )
    assert found(closed) == []


def test_null_is_a_case_only_where_a_cell_speaks_of_it() -> None:
    assert found(table((("null", "0"), ("< 5", "1"), (">= 5", "2")))) == []
    assert found(table((("true", "0"), ("false", "1")))) == []


def test_a_default_leaves_no_gap() -> None:
    assert found(table((("> 5", "1"),), default="0")) == []


def test_a_cell_that_is_no_comparison_with_constants_is_told_and_grounds_no_claim() -> None:
    one = table((("< b", "-", "1"), (">= b", "-", "2")), ("a", "b"))
    assert set(found(one)) == {UNCHECKED}


def test_columns_that_read_the_same_fact_ground_no_claim() -> None:
    one = table((("> 5", "> 10", "1"), ("<= 5", "<= 10", "2")), ("a", "a * 2"))
    assert set(found(one)) == {UNCHECKED}


def test_one_column_written_twice_is_one_axis() -> None:
    assert found(table((("> 5", "< 9", "1"), ("<= 5", "-", "2"), ("> 5", ">= 9", "3")), ("a", "a"))) == []


NUMBER = st.integers(0, 4)
CELL = st.one_of(
    st.just("-"),
    NUMBER.map(str),
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), NUMBER).map(lambda one: f"{one[0]} {one[1]}"),
    st.tuples(NUMBER, NUMBER).map(lambda one: f"[{min(one)}..{max(one)}]"),
    st.tuples(NUMBER, NUMBER).map(lambda one: f"not({one[0]}, {one[1]})"),
)
WORD = st.sampled_from(["-", '"x"', '"y"', 'not("x")', '"x", "z"'])
FLAG = st.sampled_from(["-", "true", "false"])
ROWS = st.lists(st.tuples(CELL, WORD, FLAG, st.sampled_from(["1", "2"])), min_size=1, max_size=7)
DOMAIN = list(
    product(
        [Decimal(one) / 2 for one in range(-2, 11)],
        ["x", "y", "z", "?"],
        [True, False],
    )
)


@given(ROWS)
def test_gaps_and_overlaps_are_those_that_trying_every_value_finds(rows: list[tuple[str, ...]]) -> None:
    one = table(rows, ("a", "b", "c"))
    made = decisions(one)
    tried = [matching(made, dict(zip("abc", values, strict=True))) for values in DOMAIN]
    findings = check_table(one)
    kinds = {finding.kind for finding in findings}
    assert (GAP in kinds) == any(not rows for rows in tried)
    pairs = {(left, right) for rows in tried for left, right in product(rows, rows) if left < right}
    assert {finding.rows for finding in findings if finding.kind in {OVERLAP, CONFLICT}} == pairs
    for finding in findings:
        if finding.kind is GAP:
            assert matching(one, example(finding)) == []
        elif finding.kind in {OVERLAP, CONFLICT}:
            assert set(finding.rows) <= set(matching(one, example(finding)))


@given(ROWS)
def test_unreachable_rows_are_those_that_no_value_ever_reaches(rows: list[tuple[str, ...]]) -> None:
    one = table(rows, ("a", "b", "c"), HitPolicy.FIRST)
    made = decisions(one)
    reached = {hit[0] for values in DOMAIN if (hit := matching(made, dict(zip("abc", values, strict=True))))}
    told = {finding.rows[0] for finding in check_table(one) if finding.kind is UNREACHABLE}
    assert told == set(range(1, len(rows) + 1)) - reached


@given(ROWS)
def test_all_gaps_together_are_all_that_no_row_matches(rows: list[tuple[str, ...]]) -> None:
    one = table(rows, ("a", "b", "c"))
    gaps = [finding for finding in check_table(one) if finding.kind is GAP]
    filled = table([*rows, *((*gap.cells, "3") for gap in gaps)], ("a", "b", "c"))
    assert GAP not in found(filled)


def test_a_hundred_rows_of_six_columns_are_within_the_cap() -> None:
    chance = random.Random(1)
    rows = [
        (
            *(f"[{low}..{low + chance.randint(5, 40)}]" for low in (chance.randint(0, 99) for _ in range(6))),
            "1",
        )
        for _ in range(100)
    ]
    one = table(rows, tuple("abcdef"))
    assert UNCHECKED not in found(one)
