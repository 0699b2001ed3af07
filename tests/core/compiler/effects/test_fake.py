"""假一件事: twelve questions, each answered with its evidence, none guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.core.compiler.making import World, world

from bancheng.core.compiler.effects import Criterion, FakeRecords, FakeTest, fake_test

GOOD: dict[str, Any] = {
    "elements": {"who": "text", "own": "text"},
    "items": {
        "first": {"fields": ["who"], "materials": ["plan"], "results": ["licence"]},
        "second": {"fields": ["who", "own"], "materials": ["licence"]},
    },
}


def judged(raw: dict[str, Any], records: FakeRecords | None = None, **more: Any) -> FakeTest:
    made = world(raw)
    if more:
        made = World(msgspec.structs.replace(made.definition, **more), made.catalogue, made.coverage)
    blueprint = made.compiled().blueprint
    assert blueprint is not None
    return fake_test(blueprint, made.catalogue, records)


def answer(found: FakeTest, key: str) -> Criterion:
    return next(one for one in found.criteria if one.key == key)


def test_a_sound_bundle_has_full_marks_for_what_its_definition_tells() -> None:
    found = judged(GOOD)
    assert found.score == 100
    assert {one.key for one in found.unknown} == {"again", "same", "adoption", "rejected", "left"}
    assert all(one.evidence for one in found.criteria)


def test_an_item_that_cannot_be_applied_for_online_is_only_a_link() -> None:
    raw = {**GOOD, "items": {**GOOD["items"], "third": {"channels": ["window"]}}}
    found = answer(judged(raw), "form")
    assert found.score == Decimal("0.667")
    assert any("“third”不能网上申请" in line for line in found.evidence)
    assert answer(judged(raw), "channels").score == Decimal("0.667")


def test_two_elements_of_one_name_are_typed_twice() -> None:
    raw = {
        **GOOD,
        "elements": {"who": {"kind": "text", "name": "姓名"}, "own": {"kind": "text", "name": " 姓名 "}},
    }
    found = answer(judged(raw), "twice")
    assert found.score == 0
    assert "出现 2 次" in found.evidence[0]


def test_a_licence_of_the_city_that_is_asked_for_is_named_with_its_issuer() -> None:
    raw = {
        **GOOD,
        "items": {
            **GOOD["items"],
            "other": {"results": ["permit"]},
            "second": {"materials": ["permit", {"document": "extract", "source": "government"}]},
        },
        "onething": {"members": [{"item": "first"}, {"item": "second"}]},
    }
    found = answer(judged(raw), "produced")
    assert found.score == 0
    assert any("由“other”核发" in line for line in found.evidence)
    sources = {"library": {"kind": "licences", "documents": ["permit"]}}
    assert answer(judged({**raw, "sources": sources}), "produced").score == Decimal("0.500")


def test_a_bundle_that_falls_as_a_whole_is_marked_down() -> None:
    found = judged({**GOOD, "onething": {"partial": "all_withdrawn"}})
    assert answer(found, "partial").score == 0
    assert found.score < 100


RECORDS = FakeRecords(
    cases=8, single=2, typed=100, again=25, reports=40, foreign=10, pauses=4, groundless=1, marks=5, known_marks=2,
    drafts=2, abandoned=1, again_fields=("住所",), examples={"again": ("A1",)},
)  # fmt: skip


@pytest.mark.parametrize(
    ("key", "score", "words"),
    [
        ("adoption", "0.800", "从一件事办的 8 件，单项办的 2 件"),
        ("again", "0.750", "常被重填：住所"),
        ("same", "0.750", "10 次是别的部门代录的"),
        ("clock", "0.750", "办件中停表 4 次"),
        ("rejected", "0.600", "其中城市已有的 2 处"),
        ("left", "0.900", "搁置不动的 1 份"),
    ],
)
def test_records_answer_what_a_definition_cannot(key: str, score: str, words: str) -> None:
    found = answer(judged(GOOD, RECORDS), key)
    assert found.score == Decimal(score)
    assert any(words in line for line in found.evidence)


def test_the_score_is_the_weighted_mean_of_what_is_known() -> None:
    found = judged(GOOD, RECORDS)
    assert found.unknown == ()
    assert sum(one.weight for one in found.criteria) == 100
    points = sum(one.weight * one.score for one in found.criteria if one.score is not None)
    assert found.score == Decimal(points).quantize(Decimal("0.1"))
