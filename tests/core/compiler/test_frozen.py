"""What the "before" is counted from when it was settled on an earlier day."""

from __future__ import annotations

from typing import Any

from tests.core.compiler.making import world

from bancheng.core.catalogue import Measure
from bancheng.core.compiler import Blueprint, savings_for
from bancheng.core.compiler.pass_savings import before_of


def blueprint(gas_papers: list[str]) -> Blueprint:
    raw: dict[str, Any] = {
        "elements": {"gas": "boolean"},
        "items": {
            "a": {"materials": ["plan"]},
            "b": {
                "materials": gas_papers,
                "situations": [{"element": "gas", "text": "用燃气吗？"}],
                "visits": len(gas_papers),
            },
        },
        "onething": {
            "members": [{"item": "a"}, {"item": "b", "when": "gas = true"}],
            "profiles": [
                {"key": "yes", "name": "用燃气的人", "answers": {"gas": True}},
                {"key": "no", "name": "不用燃气的人", "answers": {"gas": False}},
            ],
        },
    }
    made = world(raw).compiled().blueprint
    assert made is not None
    return made


def test_before_is_counted_as_it_was_settled_and_after_as_it_is_now() -> None:
    then, now = blueprint(["pipe", "test", "photo"]), blueprint(["pipe"])
    for profile, before, after in ((now.profiles[0], 4, 2), (now.profiles[1], 1, 1)):
        line = next(
            one for one in savings_for(now, profile, frozen=then).lines if one.measure is Measure.MATERIALS
        )
        assert (line.before, line.after) == (before, after)


def test_what_somebody_really_took_is_counted_item_by_item_by_their_answers() -> None:
    now = blueprint(["pipe", "test", "photo"])
    alone = before_of(now, {"gas": False}, {"a"})
    both = before_of(now, {"gas": True}, {"a", "b"})
    assert [(one.item, one.materials, one.trips) for one in alone] == [("a", 1, 1)]
    assert [(one.item, one.materials, one.trips) for one in both] == [("a", 1, 1), ("b", 3, 3)]


def test_only_papers_that_the_answers_call_for_count() -> None:
    raw: dict[str, Any] = {
        "elements": {"gas": "boolean"},
        "items": {
            "a": {
                "materials": ["plan", {"document": "pipe", "when": "gas = true"}],
                "situations": [{"element": "gas", "text": "用燃气吗？"}],
            },
            "b": {"materials": [{"document": "sign", "when": "wants_b = true"}]},
        },
        "onething": {"members": [{"item": "a"}, {"item": "b", "optional": True}]},
    }
    made = world(raw).compiled().blueprint
    assert made is not None
    assert [one.materials for one in before_of(made, {"gas": False}, {"a"})] == [1]
    assert [one.materials for one in before_of(made, {"gas": True}, {"a", "b"})] == [2, 1]
