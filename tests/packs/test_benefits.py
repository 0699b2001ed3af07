"""The specimen's policies: nothing wrong with them, every example comes out as written, every policy has examples."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from bancheng.connect.engines.population import SOURCES
from bancheng.connect.engines.population_companies import SOURCES as COMPANY_SOURCES
from bancheng.connect.engines.population_facts import FACTS
from bancheng.connect.packs import BenefitExample, default_folders, load_benefits
from bancheng.core.benefits import PolicyMode, Status, SubjectKind, match

TODAY = dt.date(2026, 11, 23)
TOWN = load_benefits(default_folders(), TODAY)


def test_nothing_is_wrong_with_them() -> None:
    assert [one.render() for one in TOWN.problems] == []


@pytest.mark.parametrize("example", TOWN.examples, ids=lambda one: one.name)
def test_an_example_comes_out_as_it_is_written(example: BenefitExample) -> None:
    found = {one.policy: one for one in match(TOWN.policies, TOWN.rules, example.facts, example.as_of)}
    assert {name: found[name].status.value for name in example.expect} == example.expect
    assert {name: found[name].amount for name in example.amounts} == example.amounts


def test_every_policy_has_an_example_of_each_kind_that_is_wanted() -> None:
    told = {(name, status) for one in TOWN.examples for name, status in one.expect.items()}
    by_hand = {one.id for one in TOWN.policies if "加发）" not in one.name}
    assert {name for name, status in told if status == Status.ENTITLED} == by_hand


def test_the_town_s_data_are_what_its_packs_say() -> None:
    told = (*SOURCES, *COMPANY_SOURCES)
    assert {one.id: one for one in TOWN.rules.sources} == {one.id: one for one in told}
    of_people = {one.id: one for one in TOWN.rules.facts if one.subject is not SubjectKind.COMPANY and one.id != "person.place"}
    assert of_people == {one.id: one for one in FACTS}


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "benefits.yaml").write_text(
        "facts:\n  person.age: {name: 年龄, kind: number, subject: person, source: nowhere}\n"
        "entitlements:\n  a: {name: 甲, subject: person, conditions: [{id: x, text: 满60, when: person.ag >= 60}]}\n"
        "policies:\n"
        "  p: {name: 甲, body: 局, kind: award, mode: automatic, summary: 略, entitlements: [a, b]}\n"
        "  p: {name: 乙, body: 局, kind: award, mode: slow, summary: 略, entitlements: [a]}\n"
        "examples:\n  某人: {as_of: 2026-11-23, facts: {person.age: 老}, expect: {q: entitled}}\n"
        "polices: {}\n",
        "utf-8",
    )
    found = load_benefits([tmp_path], TODAY).problems
    lines = {(one.code, one.place.line) for one in found}
    assert {
        ("unknown_section", 10),
        ("wrong_type", 9),
        ("unknown_policy", 9),
        ("policy-unknown", 6),
        ("policy-basis", 6),
    } <= lines
    assert any(one.place.line == 4 and "person.ag" in one.message for one in found)
    assert any(one.place.line == 2 for one in found)
    assert all(one.place.file.endswith("benefits.yaml") for one in found)


def test_rows_of_companies_and_of_people_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "benefits.yaml").write_text(
        "sources:\n"
        "  market:\n    {name: 登记, body: 局, subject: company, key: cid, single: true, columns: [{name: cid, kind: number}, {name: 'on', kind: date}]}\n"
        "  people:\n    {name: 户籍, body: 局, subject: person, single: true, columns: [{name: pid, kind: number}, {name: birth, kind: date}]}\n"
        "facts:\n"
        "  company.since: {name: 成立, kind: date, subject: company, source: market, field: 'on'}\n"
        "  person.birth: {name: 出生, kind: date, subject: person, source: people, field: birth}\n"
        "entitlements:\n"
        "  a: {name: 甲, subject: person, basis: [办法], conditions: [{id: x, text: 已出生, when: person.birth < today()}]}\n"
        "  b: {name: 乙, subject: company, basis: [办法], conditions: [{id: x, text: 已成立, when: company.since < today()}]}\n"
        "policies:\n"
        "  p: {name: 丙, body: 局, kind: award, mode: automatic, summary: 略, entitlements: [a, b], basis: [办法]}\n"
        "residents:\n"
        "  '1': {name: 店, subject: company, district: '999999001', rows: {people: [{birth: 2000-01-01}]}}\n",
        "utf-8",
    )
    found = load_benefits([tmp_path], TODAY).problems
    assert {(one.code, one.place.line) for one in found} == {("policy-mixed", 13), ("resident-source", 15)}


def test_there_are_as_many_without_application_as_a_province_counts() -> None:
    """129 are what one province counts (`mission`); at least forty of them are written one by one."""
    automatic = [one for one in TOWN.policies if one.mode is PolicyMode.AUTOMATIC]
    assert len(automatic) >= 129
    assert sum("加发）" not in one.name for one in automatic) >= 40


def test_a_variant_adds_its_share_to_who_has_the_policy_and_lives_there() -> None:
    added = 0
    for example in TOWN.examples:
        for place in ("999999001", "999999006", "999999012"):
            facts = {**example.facts, "person.place": place, "company.place": place}
            found = {one.policy: one for one in match(TOWN.policies, TOWN.rules, facts, example.as_of)}
            for name, amount in example.amounts.items():
                for variant, share, there in (("far", "0.2", "012"), ("hill", "0.1", "006"), ("park", "0.1", "001")):
                    one = found.get(f"{name}_{variant}")
                    if one is None:
                        continue
                    assert (one.status is Status.ENTITLED) is place.endswith(there)
                    if place.endswith(there):
                        added += 1
                        assert one.amount == amount * Decimal(share)
    assert added > 20


def test_what_is_wrong_with_a_variant_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "benefits.yaml").write_text(
        "policies:\n"
        "  p: {name: 乘车, body: 局, kind: status, mode: apply, summary: 略, entitlements: [a]}\n"
        "variants:\n"
        "  far: {name: 加发, summary: 另外加发。, of: [p, q], share: '0.2', document: 办法, basis: [办法],\n"
        "    condition: {id: far, text: 住在那里, when: 'true'}}\n",
        "utf-8",
    )
    found = load_benefits([tmp_path], TODAY).problems
    assert {("variant-amount", 4), ("variant-unknown", 4)} <= {(one.code, one.place.line) for one in found}
