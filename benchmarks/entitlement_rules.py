"""Rules for the benches: conditions of the forms real ones have over the town's facts, drawn from a seed."""

from __future__ import annotations

import random

from bancheng.connect.engines.population import SOURCES
from bancheng.connect.engines.population_facts import FACTS
from bancheng.core.benefits import ColumnKind, Condition, Entitlement, FactSpec, RuleSet, SubjectKind

SEED = 20261123


def rule_set(many: int) -> RuleSet:
    """So many rules over the town's facts; a larger set holds the smaller one, and no more thresholds are shared."""
    dice = random.Random(SEED)
    rules = tuple(_rule(dice, number) for number in range(many))
    return RuleSet(entitlements=rules, facts=FACTS, sources=SOURCES)


def _rule(dice: random.Random, number: int) -> Entitlement:
    facts = dice.sample(FACTS, dice.choice((1, 2, 2, 2, 3, 4)))
    texts = [_text(dice, one) for one in facts]
    if len(texts) > 2 and dice.random() < 0.4:
        texts[-2:] = [f"{texts[-2]} or {texts[-1]}"]
    conditions = tuple(Condition(id=f"c{at}", text="合成条件", when=text) for at, text in enumerate(texts))
    return Entitlement(
        id=f"rule_{number:04}",
        name=f"合成规则{number}",
        subject=SubjectKind.PERSON,
        basis=("合成",),
        conditions=conditions,
    )


def _text(dice: random.Random, fact: FactSpec) -> str:
    name = fact.id
    if fact.kind is ColumnKind.BOOLEAN:
        return dice.choice((f"{name} = true", f"{name} = true", f"not({name})"))
    if fact.kind is ColumnKind.CODE:
        few = dice.sample(fact.values, dice.randint(1, min(3, len(fact.values))))
        listed = ", ".join(f'"{one}"' for one in few)
        return f"{name} in ({listed})" if dice.random() < 0.8 else f"not({name} in ({listed}))"
    if name == "person.birth":
        years = dice.choice((60, 65, 70, 80, dice.randint(3, 100)))
        return dice.choice((f"age({name}, today()) >= {years}", f"age({name}, today()) < {years}"))
    if fact.kind is ColumnKind.DATE:
        months = dice.randint(1, 240)
        old = f'{name} <= today() - duration("P{months}M")'
        return dice.choice((old, f"not({old})", f"{name} = null" if fact.may_be_absent else old))
    most = 40 if fact.kind is ColumnKind.NUMBER else 60_000
    low = dice.randint(0, most)
    if dice.random() < 0.25:
        return f"{name} between {low} and {low + dice.randint(1, most)}"
    return f"{name} {dice.choice(('<', '<=', '>=', '>'))} {low}"
