"""Faults planted into sound bundles are found, each with a person who shows it; what is sound raises no alarm."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import QUESTIONS, World, holds, world, worlds

from bancheng.connect.packs import default_folders, load_packs
from bancheng.core.compiler import compile_onething, narrow
from bancheng.core.compiler.proofs import Finding, Proof, _search, _solver, prove
from bancheng.core.evidence import Known
from bancheng.core.kernel import Severity
from bancheng.core.rules import evaluate, parse

TODAY = date(2026, 11, 22)
FEW = settings(suppress_health_check=[HealthCheck.too_slow])

SOUND: dict[str, Any] = {
    "elements": {
        "kind": {"kind": "choice", "codes": ["shop", "factory", "office"]},
        "gas": "boolean",
        "area": {"kind": "decimal", "minimum": "1", "maximum": "5000"},
        "birth": "date",
    },
    "items": {
        "permit": {
            "situations": [{"element": "kind", "text": "做什么？"}, {"element": "gas", "text": "用气吗？"}],
            "fields": ["area", "birth"],
            "results": ["licence"],
            "fees": [{"key": "fee", "name": "工本费", "amount": "area * 2 - 1", "basis": "收费办法"}],
            "conditions": [
                {"text": "满十八岁", "rule": "age(birth, today()) >= 18", "reason": "未满十八岁。"}
            ],
            "steps": [{"key": "look", "limit": "2 workday"}, {"key": "decide", "limit": "3 workday"}],
        },
        "safety": {
            "fields": [{"element": "gas", "visible": 'kind != "office"'}],
            "materials": [{"document": "licence"}, {"document": "drawing", "when": "area >= 300"}],
            "steps": [{"key": "decide", "limit": "2 workday"}],
        },
        "waste": {"steps": [{"key": "decide", "limit": "1 workday"}]},
    },
    "onething": {
        "promised": "8 workday",
        "members": [
            {"item": "permit"},
            {"item": "safety", "when": 'gas = true or kind = "shop"'},
            {"item": "waste", "when": 'kind in ("shop", "factory")'},
        ],
        "gate": [{"rule": "area <= 4000", "reason": "太大。"}],
    },
}


def proven(made: World, **options: Any) -> Proof:
    return prove(made.definition, made.catalogue, made.coverage, TODAY, **options)


def codes(proof: Proof) -> list[str]:
    return [one.problem.code for one in proof.findings]


def test_a_sound_bundle_raises_no_alarm_and_everything_is_decided() -> None:
    proof = proven(world(SOUND))
    assert proof.problems == ()
    assert proof.complete, proof.checks
    assert proof.solved > 0


def sound() -> dict[str, Any]:
    return copy.deepcopy(SOUND)


def gate_excludes_all(raw: dict[str, Any]) -> None:
    raw["onething"]["gate"] += [
        {"rule": "area > 4500", "reason": "太小。"},
        {"rule": "gas", "reason": "要用气。"},
    ]


def gate_stops_nobody(raw: dict[str, Any]) -> None:
    raw["onething"]["gate"].append({"rule": "area <= 6000", "reason": "太大。"})


def member_against_gate(raw: dict[str, Any]) -> None:
    raw["onething"]["members"][1]["when"] = "area > 4200"


def member_for_all(raw: dict[str, Any]) -> None:
    raw["onething"]["members"][1]["when"] = "area < 4001 or gas"


def conditions_at_odds(raw: dict[str, Any]) -> None:
    raw["items"]["safety"]["conditions"] = [
        {"text": "小", "rule": 'kind = "office" and gas = false', "reason": "x"}
    ]


def material_for_nobody(raw: dict[str, Any]) -> None:
    raw["items"]["safety"]["materials"][1]["when"] = "area >= 300 and area < 10"


def fee_below_nought(raw: dict[str, Any]) -> None:
    raw["items"]["permit"]["fees"][0]["amount"] = "area * 2 - 10"


def required_and_hidden(raw: dict[str, Any]) -> None:
    raw["items"]["safety"]["fields"][0]["required"] = "area > 100"


def two_ranges(raw: dict[str, Any]) -> None:
    raw["items"]["safety"]["fields"].append({"element": "area", "minimum": "300"})
    raw["items"]["permit"]["fields"][0] = {"element": "area", "maximum": "200"}


def paper_of_the_young(raw: dict[str, Any]) -> None:
    """Whoever wants the waste permit and is too young cannot have the licence it wants, nor ask for it here."""
    raw["onething"]["members"] = [
        {"item": "safety"},
        {"item": "permit", "when": "gas = false"},
        {"item": "waste", "when": 'kind = "shop"'},
    ]
    raw["items"]["safety"]["materials"] = []
    raw["items"]["waste"]["materials"] = ["licence"]


def papers_of_the_young(raw: dict[str, Any]) -> None:
    """Nor can they have the paper that would serve as well: another member issues it, to the old alone."""
    paper_of_the_young(raw)
    raw["items"]["waste"]["materials"] = [{"document": "licence", "alternatives": ["report"]}]
    raw["items"]["safety"] |= {
        "results": ["report"],
        "conditions": [{"text": "满六十岁", "rule": "age(birth, today()) >= 60", "reason": "未满六十岁。"}],
    }
    raw["onething"]["members"][0]["when"] = "gas = false"


def papers_nobody_gets(raw: dict[str, Any]) -> None:
    paper_nobody_gets(raw)
    raw["items"]["permit"]["situations"].append({"element": "area", "text": "多大？"})
    raw["items"]["waste"] |= {
        "results": ["report"],
        "conditions": [{"text": "办厂", "rule": 'kind = "factory" and gas = false', "reason": "x"}],
    }
    raw["items"]["safety"]["materials"][0] = {"document": "licence", "alternatives": ["report"]}


def a_shared_visit_too_slow(raw: dict[str, Any]) -> None:
    """The safety check takes two days of the five the law gives it; the visit it shares takes six."""
    raw["onething"]["promised"] = "20 workday"
    visit = {"key": "visit", "kind": "inspection", "shared": "site"}
    decide = {"key": "decide", "limit": "1 workday"}
    raw["items"]["safety"] |= {
        "statutory": "5 workday",
        "promised": "4 workday",
        "steps": [{**visit, "limit": "2 workday"}, decide],
    }
    raw["items"]["waste"] |= {"steps": [{**visit, "limit": "6 workday"}, decide]}


def paper_nobody_gets(raw: dict[str, Any]) -> None:
    raw["items"]["permit"]["conditions"].append(
        {"text": "无气", "rule": 'gas = false and kind != "shop"', "reason": "x"}
    )


def fact_not_asked_of_all(raw: dict[str, Any]) -> None:
    raw["elements"]["staff"] = "integer"
    raw["items"]["waste"]["fields"] = [{"element": "staff", "visible": 'kind = "factory"'}]
    raw["items"]["waste"]["steps"] = [{"key": "decide", "limit": "1 workday", "when": "staff > 5"}]


def options_alike(raw: dict[str, Any]) -> None:
    raw["onething"]["members"][2]["when"] = 'kind in ("shop", "factory", "office") and gas'
    raw["onething"]["members"][1]["when"] = 'gas = true or kind = "shop"'
    raw["items"]["safety"]["fields"] = []


def question_in_vain(raw: dict[str, Any]) -> None:
    raw["elements"]["loud"] = "boolean"
    raw["items"]["waste"]["situations"] = [{"element": "loud", "text": "吵吗？"}]
    raw["items"]["waste"]["steps"][0]["when"] = "not(loud and area > 20 and area < 10)"


def labels_alike(raw: dict[str, Any]) -> None:
    raw["items"]["permit"]["situations"][0]["options"] = [
        {"value": one, "label": label}
        for one, label in (("shop", "开店"), ("factory", "办厂"), ("office", "开店"))
    ]


def wait_in_a_circle(raw: dict[str, Any]) -> None:
    raw["items"]["safety"]["results"] = ["report"]
    raw["items"]["permit"]["materials"] = [{"document": "report", "when": "area > 2000"}]


def circle_for_nobody(raw: dict[str, Any]) -> None:
    wait_in_a_circle(raw)
    raw["items"]["permit"]["materials"][0]["when"] = "area > 4900"


def promise_too_short(raw: dict[str, Any]) -> None:
    raw["onething"]["promised"] = "6 workday"


PLANTS: dict[Callable[[dict[str, Any]], None], str] = {
    gate_excludes_all: "contradictory-gate",
    gate_stops_nobody: "idle-gate",
    member_against_gate: "unreachable-item",
    member_for_all: "always-joins",
    conditions_at_odds: "contradictory-conditions",
    material_for_nobody: "dead-part",
    fee_below_nought: "negative-fee",
    required_and_hidden: "required-unseen",
    two_ranges: "contradictory-field",
    paper_of_the_young: "unobtainable-material",
    paper_nobody_gets: "unobtainable-material",
    papers_of_the_young: "unobtainable-material",
    papers_nobody_gets: "unobtainable-material",
    fact_not_asked_of_all: "untold-for-some",
    options_alike: "same-options",
    question_in_vain: "idle-question",
    labels_alike: "overlapping-options",
    wait_in_a_circle: "cycle",
    circle_for_nobody: "cycle-for-nobody",
    promise_too_short: "promise-too-short",
    a_shared_visit_too_slow: "beyond-item-statutory",
}


@pytest.mark.parametrize(("plant", "code"), PLANTS.items(), ids=lambda one: getattr(one, "__name__", one))
def test_a_planted_fault_is_found_with_a_person(plant: Callable[[dict[str, Any]], None], code: str) -> None:
    raw = sound()
    plant(raw)
    found = [one for one in proven(world(raw)).findings if one.problem.code == code]
    assert found, "the fault is not found"
    assert found[0].person is not None
    assert found[0].person.words in found[0].problem.message
    assert found[0].problem.suggestion


def example(plant: Callable[[dict[str, Any]], None], code: str) -> tuple[World, Finding, dict[str, Any]]:
    raw = sound()
    plant(raw)
    made = world(raw)
    finding = next(one for one in proven(made).findings if one.problem.code == code)
    assert finding.person is not None
    return made, finding, finding.person.answers


def value(text: str, answers: dict[str, Any]) -> object:
    return evaluate(parse(text), answers, today=TODAY)


def test_the_person_shown_really_pays_less_than_nothing() -> None:
    _, _, answers = example(fee_below_nought, "negative-fee")
    assert 1 <= answers["area"] < 5


def test_the_person_shown_really_waits_longer_than_was_promised() -> None:
    made, finding, answers = example(promise_too_short, "promise-too-short")
    assert finding.problem.severity is Severity.ERROR
    longer = msgspec.structs.replace(made.definition, promised=None)
    blueprint = compile_onething(longer, made.catalogue, made.coverage).blueprint
    assert blueprint is not None
    assert narrow(blueprint, answers, Known(), TODAY).clock.critical_days == 7


def test_the_person_shown_really_has_none_of_the_papers() -> None:
    made, _, answers = example(papers_of_the_young, "unobtainable-material")
    assert value('kind = "shop" and gas = true', answers) is True, "who needs one, and takes neither issuer"
    assert value("age(birth, today()) >= 18 or age(birth, today()) >= 60", answers) is not True
    assert "一份也拿不到" in codes_said(made, "unobtainable-material")


def test_one_paper_that_can_be_had_is_enough() -> None:
    raw = sound()
    papers_of_the_young(raw)
    raw["items"]["safety"]["conditions"] = []
    assert "unobtainable-material" not in codes(proven(world(raw)))
    papers_of_the_young(raw)
    raw["items"]["waste"]["materials"][0]["alternatives"].append("drawing")
    assert "unobtainable-material" not in codes(proven(world(raw))), (
        "a paper of nobody's making is brought along"
    )


def codes_said(made: World, code: str) -> str:
    return next(one.problem.message for one in proven(made).findings if one.problem.code == code)


def test_the_person_shown_really_waits_longer_for_the_item_than_the_law_allows() -> None:
    made, finding, answers = example(a_shared_visit_too_slow, "beyond-item-statutory")
    assert finding.problem.severity is Severity.ERROR
    assert finding.problem.place.path == "items/safety/statutory"
    blueprint = compile_onething(made.definition, made.catalogue, made.coverage).blueprint
    assert blueprint is not None
    plan = narrow(blueprint, answers, Known(), TODAY).plan
    assert sum(step.days for step in plan.steps if "safety" in step.items) == 7


def test_who_does_not_share_the_slow_visit_is_in_time() -> None:
    raw = sound()
    a_shared_visit_too_slow(raw)
    raw["onething"]["members"][2]["when"] = 'kind = "factory" and gas = false'
    proof = proven(world(raw))
    assert "beyond-item-statutory" not in codes(proof), "the two are never one person's"
    assert proof.complete


def test_the_person_shown_really_stands_in_the_circle() -> None:
    _, finding, answers = example(wait_in_a_circle, "cycle")
    assert value("area > 2000 and area <= 4000", answers) is True
    assert value('gas = true or kind = "shop"', answers) is True
    assert finding.problem.severity is Severity.ERROR


def test_the_smallest_set_of_rules_that_exclude_one_another_is_named() -> None:
    _, finding, answers = example(gate_excludes_all, "contradictory-gate")
    assert "area > 4500" in finding.problem.message
    assert "“gas”" not in finding.problem.message, "the third rule has no part in it"
    assert value("area <= 4000", answers) is not value("area > 4500", answers)


def test_a_person_in_words_names_elements_options_and_units() -> None:
    raw = sound()
    raw["elements"]["area"] |= {"name": "面积", "unit": "平方米"}
    fee_below_nought(raw)
    (finding,) = proven(world(raw)).findings
    assert finding.person is not None
    assert finding.person.words == f"面积 {finding.person.answers['area']} 平方米"


# ------------------------------------------------------------------ bundles drawn at random


def people(made: World) -> list[dict[str, bool]]:
    named = [*QUESTIONS, *(f"wants_{member.item}" for member in made.definition.members if member.optional)]
    return [dict(zip(named, values, strict=True)) for values in product((True, False), repeat=len(named))]


def takes(made: World, person: dict[str, bool], index: int) -> bool:
    member = made.definition.members[index]
    return holds(member.when, person) and (not member.optional or person[f"wants_{member.item}"])


@FEW
@given(worlds(items=3), st.booleans())
def test_what_is_proven_is_what_trying_everybody_shows(made: World, by_solver: bool) -> None:
    with pytest.MonkeyPatch.context() as patched:
        if by_solver:
            patched.setattr(_search, "ENUMERATED", 0)
        proof = proven(made)
    assert proof.complete
    found = {(one.problem.code, one.problem.place.path) for one in proof.findings}
    everybody = people(made)
    rules = [rule.rule for rule in made.definition.gate]
    passing = [one for one in everybody if all(holds(rule, one) for rule in rules)]
    place = "onethings/thing"
    assert ((f"{place}/gate") in {path for code, path in found if code == "contradictory-gate"}) == (
        not passing
    )
    admitted = passing or everybody
    for index, rule in enumerate(rules):
        idle = bool(passing) and all(holds(rule, one) for one in everybody)
        assert (("idle-gate", f"{place}/gate/{index}") in found) == idle
    for index, member in enumerate(made.definition.members):
        taking = [takes(made, one, index) for one in admitted]
        path = f"{place}/members/{index}"
        assert (("unreachable-item", path) in found) == (not any(taking))
        always = all(taking) and member.when != "true" and not member.optional
        assert (("always-joins", path) in found) == always


@FEW
@given(worlds(items=3), st.sampled_from(["q0 and not(q0)", "not(q1) and (q1 and q2)"]))
def test_an_item_planted_for_nobody_is_found_in_any_bundle(made: World, never: str) -> None:
    first, *rest = made.definition.members
    last = msgspec.structs.replace(rest[-1], when=never)
    planted = msgspec.structs.replace(made.definition, members=(first, *rest[:-1], last))
    proof = proven(World(planted, made.catalogue, made.coverage))
    path = f"onethings/thing/members/{len(rest)}"
    assert [
        one
        for one in proof.findings
        if one.problem.code == "unreachable-item" and one.problem.place.path == path
    ]


# ------------------------------------------------------------------ how far it goes


def test_what_cannot_be_translated_is_said_and_not_passed_over() -> None:
    raw = sound()
    raw["elements"]["plot"] = "text"
    raw["items"]["waste"]["fields"] = ["plot"]
    raw["onething"]["members"][2]["when"] = 'starts with(plot, "B")'
    proof = proven(world(raw))
    (unsure,) = [one for one in proof.checks if one.check == "items"]
    assert not proof.complete
    assert "starts with" in unsure.because[0]
    assert "members/2" in unsure.because[0]


def test_a_search_without_end_is_cut_off_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_solver, "EFFORT", 1)
    proof = proven(world(SOUND))
    assert not proof.complete
    assert any("工作量" in text for one in proof.checks for text in one.because)


def test_without_the_solver_only_small_questions_are_decided() -> None:
    proof = proven(world(SOUND), solver=False)
    assert proof.solved == 0
    assert proof.problems == ()
    assert any("完整校核" in text for one in proof.checks for text in one.because)


def test_a_person_the_interpreter_does_not_confirm_is_discarded(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = sound()
    fee_below_nought(raw)
    monkeypatch.setattr(_search.Search, "is_shown_by", lambda *_: False)
    proof = proven(world(raw))
    assert "negative-fee" not in codes(proof)
    assert any("没有通过复算" in text for one in proof.checks for text in one.because)


def test_the_same_bundle_has_the_same_proof() -> None:
    raw = sound()
    fee_below_nought(raw)
    promise_too_short(raw)
    assert proven(world(raw)) == proven(world(raw))


def test_the_shipped_packs_are_proven() -> None:
    loaded = load_packs(default_folders())
    for definition in loaded.catalogue.onethings.values():
        proof = prove(definition, loaded.catalogue, loaded.coverage, TODAY)
        errors = [one for one in proof.problems if one.severity is Severity.ERROR]
        assert errors == [], [one.render() for one in errors]
