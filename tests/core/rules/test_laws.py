"""What must hold for every rule and every set of facts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.rules.trees import FACTS, HOLES, TEXTS, hide

from bancheng.core.kernel import Problem
from bancheng.core.rules import (
    UNKNOWN,
    Expr,
    Literal,
    Mode,
    Rulebook,
    RuleSyntaxError,
    evaluate,
    explain,
    names_in,
    parse,
    partial,
    to_text,
)  # fmt: skip

TRUTHS = ("true", "false", "u")
AND = {"true": "tfu", "false": "fff", "u": "ufu"}
OR = {"true": "ttt", "false": "tfu", "u": "tuu"}
VALUE = {"t": True, "f": False, "u": UNKNOWN}


@pytest.mark.parametrize("left", TRUTHS)
@pytest.mark.parametrize("right", TRUTHS)
def test_and_and_or_follow_kleene(left: str, right: str) -> None:
    column = TRUTHS.index(right)

    assert evaluate(parse(f"{left} and {right}"), {}) is VALUE[AND[left][column]]
    assert evaluate(parse(f"{left} or {right}"), {}) is VALUE[OR[left][column]]


@given(TEXTS)
def test_printing_and_reading_again_gives_the_same_rule(text: str) -> None:
    tree = parse(text)

    assert parse(to_text(tree)) == tree


@given(TEXTS, FACTS, HOLES)
def test_what_is_known_early_stays_so_however_the_rest_turns_out(
    text: str, facts: dict[str, object], holes: set[str]
) -> None:
    rule = parse(text)
    early, late = evaluate(rule, hide(facts, holes)), evaluate(rule, facts)

    assert agrees(early, late)


@given(TEXTS, FACTS, HOLES)
def test_what_is_left_of_a_rule_is_true_exactly_when_the_rule_is(
    text: str, facts: dict[str, object], holes: set[str]
) -> None:
    rule = parse(text)
    left = partial(rule, hide(facts, holes))

    whole = evaluate(rule, facts)
    assert (evaluate(left, facts) is True) == (whole is True)
    assert (evaluate(left, facts) is False) == (whole is False)
    if isinstance(left, Literal):
        assert evaluate(left, {}) == whole


@given(TEXTS, FACTS, FACTS, HOLES)
def test_a_name_that_is_not_missing_cannot_change_the_result(
    text: str, facts: dict[str, object], other: dict[str, object], holes: set[str]
) -> None:
    rule = parse(text)
    told = explain(rule, hide(facts, holes))
    free = {key for key in holes if key not in told.missing}

    changed = {key: other[key] if key in free else value for key, value in facts.items()}

    before, after = evaluate(rule, facts), evaluate(rule, changed)
    assert (before is True) == (after is True)
    assert (before is False) == (after is False)
    assert set(told.missing) <= holes & names_in(rule)


@given(TEXTS, FACTS)
def test_a_rule_whose_facts_are_all_known_is_not_unknown(text: str, facts: dict[str, object]) -> None:
    found = explain(parse(text), facts)

    assert found.value is not UNKNOWN
    assert found.missing == ()
    assert found.unknown == ()


@given(TEXTS, FACTS, HOLES)
def test_a_rule_made_ready_is_explained_as_one_taken_apart_anew(
    text: str, facts: dict[str, object], holes: set[str]
) -> None:
    rule, told = parse(text), hide(facts, holes)
    ready = explain(rule, told)
    anew = parse(text)
    anew.__dict__["parts"] = None  # as where the conditions depend on the person

    assert explain(anew, told) == ready
    assert ready.value == evaluate(rule, told)


@given(
    st.lists(TEXTS, min_size=1, max_size=6),
    st.lists(st.tuples(FACTS, HOLES), min_size=1, max_size=4),
    st.sampled_from(Mode),
)
def test_a_rulebook_says_of_everybody_what_its_rules_say_alone(
    texts: list[str], people: list[tuple[dict[str, object], set[str]]], mode: Mode
) -> None:
    book = Rulebook(map(parse, texts))
    for facts, holes in people:
        told = hide(facts, holes)
        for text, found in zip(texts, book.explain(told, mode=mode), strict=True):
            alone = explain(parse(text), told, mode=mode)

            assert (found.value, found.conditions, found.missing) == (
                alone.value,
                alone.conditions,
                alone.missing,
            )
            assert found.read == alone.read


@given(TEXTS, FACTS, HOLES)
def test_every_rule_can_be_told_in_words(text: str, facts: dict[str, object], holes: set[str]) -> None:
    told = explain(parse(text), hide(facts, holes))

    assert len(told.held) + len(told.failed) + len(told.unknown) == len(told.conditions)
    assert isinstance(told.in_words(), str)


@given(st.text(alphabet="ab1 .()[]{}<>=!&|'\"“”（），+-*/@:%andortifhelsomy", max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:

    tree, problems = read(text)

    if tree is None:
        assert problems
        assert all(one.place.line and one.place.column and one.message for one in problems)
    else:
        assert parse(to_text(tree), names=names_in(tree)) == tree


def read(text: str) -> tuple[Expr | None, tuple[Problem, ...]]:
    try:
        return parse(text), ()
    except RuleSyntaxError as error:
        return None, error.problems


def agrees(early: Any, late: Any) -> bool:
    """Whether a value known with some facts hidden is the same once they are told (parts may be Unknown)."""
    if early is UNKNOWN:
        return True
    if isinstance(early, tuple):
        return isinstance(late, tuple) and len(early) == len(late) and all(map(agrees, early, late))
    if isinstance(early, dict):
        return (
            isinstance(late, dict)
            and early.keys() == late.keys()
            and all(agrees(early[k], late[k]) for k in early)
        )
    return bool(early == late and type(early) is type(late))
