"""Pairs an official can read: golden.yaml (expression → value) and mistakes.yaml (text → what the author is told)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bancheng.core.rules import UNKNOWN, Mode, RuleSyntaxError, evaluate, names_in, parse, to_text

TODAY = date(2026, 11, 22)
HERE = Path(__file__).parent
GOLDEN = [
    pytest.param(case, id=f"{group}: {case['rule']} {case.get('facts', '')}")
    for group, cases in yaml.safe_load((HERE / "golden.yaml").read_text("utf-8")).items()
    for case in cases
]
MISTAKES = yaml.safe_load((HERE / "mistakes.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", GOLDEN)
def test_a_rule_has_the_value_written_beside_it(case: dict[str, Any]) -> None:
    expected = UNKNOWN if case["is"] == "UNKNOWN" else evaluate(parse(case["is"]), {})

    found = evaluate(
        parse(case["rule"]), case.get("facts", {}), today=TODAY, mode=Mode(case.get("mode", "entitlement"))
    )

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("case", GOLDEN)
def test_a_rule_printed_and_read_again_is_the_same_rule(case: dict[str, Any]) -> None:
    tree = parse(case["rule"])

    assert parse(to_text(tree), names=names_in(tree)) == tree
    assert to_text(parse(to_text(tree))) == to_text(tree)


@pytest.mark.parametrize("case", MISTAKES, ids=[repr(case["rule"]) for case in MISTAKES])
def test_a_mistake_is_placed_and_told_with_what_to_write_instead(case: dict[str, Any]) -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse(case["rule"])

    problems = caught.value.problems
    assert [f"{one.place.line}:{one.place.column}" for one in problems] == case["at"]
    for problem, phrase in zip(problems, case["says"], strict=True):
        assert phrase in f"{problem.message}{problem.suggestion}"
        assert problem.suggestion
