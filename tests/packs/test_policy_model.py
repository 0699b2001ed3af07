"""Every policy of the specimen as a decision model: written as DMN, read again, it says what the policy says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec
import pytest

from bancheng.connect.dmn import load_texts, write_model
from bancheng.connect.packs import default_folders, load_benefits
from bancheng.core.benefits import (
    DUE,
    HOLDS,
    AmountRow,
    AmountTable,
    Condition,
    Policy,
    PolicyWriting,
    Status,
    facts_read,
    formula_of,
    match,
    model_of,
    status_of,
)
from bancheng.core.rules import UNKNOWN, Mode, Value
from bancheng.core.rules.decisions import Decisions

TODAY = dt.date(2026, 11, 23)
TOWN = load_benefits(default_folders(), TODAY)
TOLD = tuple(one for one in TOWN.policies if any(one.id in each.expect for each in TOWN.examples))


def written(policy: Policy) -> PolicyWriting:
    """A policy of the packs as if it had been written on screen."""
    rules = tuple(TOWN.rules.entitlement(one) for one in policy.entitlements)
    return PolicyWriting(policy=policy, entitlements=rules)


def asked(
    model: Decisions, writing: PolicyWriting, facts: Mapping[str, Value], day: dt.date
) -> Mapping[str, Value]:
    """What the model says, every fact it reads told, or said to be Unknown."""
    nested: dict[str, dict[str, Value]] = {}
    for spec in facts_read(writing, TOWN.rules):
        group, _, rest = spec.id.partition(".")
        nested.setdefault(group, {})[rest] = facts.get(spec.id, UNKNOWN)
    named = (HOLDS, DUE) if any(TOWN.rules.entitlement(one.id).amount for one in writing.entitlements) else (HOLDS,)
    return {name: model.evaluate(name, nested, as_of=day, mode=Mode.ENTITLEMENT) for name in named}


def test_the_model_says_what_the_policy_says() -> None:
    looked = 0
    for policy in TOLD:
        writing = written(policy)
        model = load_texts(write_model(model_of(writing, TOWN.rules, TODAY)), f"{policy.id}.dmn")
        alone = msgspec.structs.replace(TOWN.rules, entitlements=writing.entitlements)
        for example in TOWN.examples:
            [one] = match((policy,), alone, example.facts, TODAY)
            said = asked(model, writing, example.facts, TODAY)
            assert status_of(said[HOLDS]) is one.status, (policy.id, example.name)
            if one.status is Status.ENTITLED:
                settled = all(each.status is not Status.UNKNOWN for each in one.judgements)
                wanted = one.amount if settled else UNKNOWN
                assert said.get(DUE) == wanted, (policy.id, example.name)
            looked += 1
    assert looked > len(TOLD)


@pytest.mark.parametrize("number", range(3))
def test_a_table_of_amounts_stays_a_table(number: int) -> None:
    policy = TOWN.policy("old_age_allowance")
    age = "age(person.birth, today())"
    rows = (("[80..90)", "100"), ("[90..100)", "300"), (">= 100", "1000"))
    table = AmountTable(columns=(age,), rows=tuple(AmountRow(cells=row[:1], amount=row[1]) for row in rows))
    rule = msgspec.structs.replace(
        TOWN.rules.entitlement(policy.entitlements[0]),
        amount=formula_of(table),
        conditions=(Condition(id="age", text="年满80周岁", when=f"{age} >= 80"),),
    )
    writing = PolicyWriting(policy=policy, entitlements=(rule,), tables={rule.id: table})
    text = write_model(model_of(writing, TOWN.rules, TODAY), "1.3")
    assert text.count(b"<rule ") == len(rows)
    model = load_texts(text, "old.dmn")
    person = {one.id.partition(".")[2]: UNKNOWN for one in facts_read(writing, TOWN.rules)}
    person["birth"] = dt.date(1943 - 11 * number, 1, 1)
    answer = model.evaluate("金额", {"person": person}, as_of=TODAY, mode=Mode.ENTITLEMENT)
    assert answer == int(rows[number][1])
