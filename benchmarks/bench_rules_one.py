"""One applicant, 129 rules, with full explanation, beside OpenFisca-core and zen on the same rules and applicants.

    python benchmarks/bench_rules_one.py [--people 200] [--json]

Name: ``rules_one``. Seed 20261123. The 129 rules are conditions over 42 facts (numbers, half of them amounts that
hardly come twice, yes-or-no facts, codes, days), two to five of them joined, every third with a choice; of each
applicant a tenth of the facts is not known. Ours gives value, every condition with its outcome and the values it saw,
and the missing facts. OpenFisca is given a situation of one person, as its interface takes it, and answers with and
without its trace; zen answers with its trace. Neither has an unknown, so a missing fact is a no there; where ours says
yes theirs must, and nowhere else.

Engines are asked in turn, for twenty applicants each, one after another; shown is the processor time of one in
milliseconds, median and 99th of a hundred. Bars: 40 times OpenFisca, ahead of zen with trace.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from bancheng.core.rules import UNKNOWN, Rulebook, evaluate, parse

RULES = 129
SEED = 20261123
NUMBERS = [f"n{at}" for at in range(20)]
AMOUNTS = NUMBERS[:10]
AMOUNT = 2_000_000
TRUTHS = [f"b{at}" for at in range(14)]
CODES = [f"c{at}" for at in range(6)]
DAYS = ["born", "moved"]
LETTERS = "abcd"
PERIOD = "2026-11"
BLOCK = 20
"Applicants that an engine answers before the next one is asked."

Facts = dict[str, Any]
Test = tuple[str, str, Any]
"""Fact, how it is compared (``<= >= is not in between``), with what."""


def make_test(dice: random.Random) -> Test:
    kind = dice.random()
    if kind < 0.4:
        name = dice.choice(NUMBERS)
        return name, dice.choice(["<=", ">="]), dice.randint(0, AMOUNT if name in AMOUNTS else 100)
    if kind < 0.6:
        return dice.choice(TRUTHS), "is", None
    if kind < 0.7:
        return dice.choice(TRUTHS), "not", None
    if kind < 0.8:
        return dice.choice(CODES), "in", ("a", "b", "d")
    if kind < 0.9:
        return dice.choice(NUMBERS[10:]), "between", (dice.randint(0, 50), dice.randint(50, 100))
    return dice.choice(DAYS), "<=", date(dice.randint(1940, 1999), 1, 1)


Rule = list[list[Test]]
"""All groups hold; of a group one test does."""


def make_rule(dice: random.Random) -> Rule:
    groups = [[make_test(dice)] for _ in range(dice.randint(2, 5))]
    if dice.random() < 0.33:
        groups[0].append(make_test(dice))
    return groups


def make_facts(dice: random.Random) -> Facts:
    drawn: dict[str, Callable[[], Any]] = {
        **{name: lambda: dice.randint(0, 100) for name in NUMBERS},
        **{name: lambda: dice.randint(0, AMOUNT) for name in AMOUNTS},
        **{name: lambda: dice.random() < 0.5 for name in TRUTHS},
        **{name: lambda: dice.choice(LETTERS) for name in CODES},
        **{name: lambda: date(dice.randint(1940, 1999), 5, 1) for name in DAYS},
    }
    return {name: draw() for name, draw in drawn.items() if dice.random() > 0.1}


# ------------------------------------------------------------------ ours


def as_feel(test: Test) -> str:
    name, how, value = test
    if how == "is":
        return name
    if how == "not":
        return f"not({name})"
    if how == "in":
        return f"{name} in ({', '.join(json.dumps(one) for one in value)})"
    if how == "between":
        return f"{name} between {value[0]} and {value[1]}"
    return f'{name} {how} @"{value}"' if isinstance(value, date) else f"{name} {how} {value}"


def ours(rules: list[Rule]) -> tuple[Callable[[Facts], list[Any]], Callable[[Facts], list[Any]]]:
    def joined(group: list[Test]) -> str:
        text = " or ".join(map(as_feel, group))
        return f"({text})" if len(group) > 1 else text

    trees = [parse(" and ".join(map(joined, rule))) for rule in rules]

    book = Rulebook(trees)

    def explained(facts: Facts) -> list[Any]:
        return list(book.explain(facts))

    def judged(facts: Facts) -> list[Any]:
        given = {key: Decimal(one) if type(one) is int else one for key, one in facts.items()}
        return [evaluate(tree, given) for tree in trees]

    return explained, judged


# ------------------------------------------------------------------ zen


def as_zen(test: Test) -> str:
    name, how, value = test
    if how == "is":
        return f"{name} == true"
    if how == "not":
        return f"{name} == false"
    if how == "in":
        return f"{name} in {json.dumps(list(value))}"
    known = f"{name} != null and "
    if how == "between":
        return f"({known}{name} >= {value[0]} and {name} <= {value[1]})"
    return f"({known}{name} {how} {stored(value)})"


def stored(value: Any) -> Any:
    return value.toordinal() if isinstance(value, date) else value


def zen_engine(rules: list[Rule]) -> Callable[[Facts], list[bool]]:
    import zen

    place = {"x": 0, "y": 0}
    expressions = [
        {
            "id": str(at),
            "key": f"r{at}",
            "value": " and ".join(f"({' or '.join(map(as_zen, group))})" for group in rule),
        }
        for at, rule in enumerate(rules)
    ]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": place},
        {"id": "rules", "type": "expressionNode", "name": "rules", "position": place}
        | {"content": {"expressions": expressions}},
        {"id": "out", "type": "outputNode", "name": "out", "position": place},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "rules", "type": "edge"},
        {"id": "2", "sourceId": "rules", "targetId": "out", "type": "edge"},
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    names = (*NUMBERS, *TRUTHS, *CODES, *DAYS)

    def run(facts: Facts) -> list[bool]:
        given = {name: stored(facts.get(name)) for name in names}
        result = decision.evaluate(given, {"trace": True})["result"]
        return [result[f"r{at}"] for at in range(len(rules))]

    return run


# ------------------------------------------------------------------ OpenFisca


def openfisca_test(person: Any, period: Any, test: Test) -> Any:
    name, how, value = test
    known, found = person(f"{name}_known", period), person(name, period)
    if how in {"is", "not"}:
        return known & (found if how == "is" else ~found)
    if how == "in":
        marks = [LETTERS.index(one) for one in value]
        return known & ((found == marks[0]) | (found == marks[1]) | (found == marks[2]))
    if how == "between":
        return known & (found >= value[0]) & (found <= value[1])
    return known & (found <= stored(value) if how == "<=" else found >= stored(value))


def openfisca_engine(rules: list[Rule], *, trace: bool) -> Callable[[Facts], list[bool]]:
    from openfisca_core import periods
    from openfisca_core.entities import Entity
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    person_kind = Entity("person", "persons", "", "")
    system = TaxBenefitSystem([person_kind])

    def add(name: str, kind: type, formula: Any = None) -> None:
        body = {
            "value_type": kind,
            "entity": person_kind,
            "definition_period": periods.DateUnit.MONTH,
            "label": name,
        }
        system.add_variable(type(name, (Variable,), body | ({"formula": formula} if formula else {})))

    for name in (*NUMBERS, *CODES, *DAYS):
        add(name, int)
        add(f"{name}_known", bool)
    for name in TRUTHS:
        add(name, bool)
        add(f"{name}_known", bool)

    def formula_of(rule: Rule) -> Any:
        def formula(person: Any, period: Any, _: Any) -> Any:
            result = True
            for group in rule:
                one = openfisca_test(person, period, group[0])
                for other in group[1:]:
                    one = one | openfisca_test(person, period, other)
                result = result & one
            return result

        return formula

    for at, rule in enumerate(rules):
        add(f"r{at}", bool, formula_of(rule))

    def run(facts: Facts) -> list[bool]:
        told: dict[str, Any] = {}
        for name, value in facts.items():
            number = LETTERS.index(value) if isinstance(value, str) else stored(value)
            told |= {f"{name}_known": {PERIOD: True}, name: {PERIOD: number}}
        simulation = SimulationBuilder().build_from_entities(system, {"persons": {"one": told}})
        simulation.trace = trace
        return [bool(simulation.calculate(f"r{at}", PERIOD)[0]) for at in range(len(rules))]

    return run


# ------------------------------------------------------------------ measuring


def spread(taken: list[float]) -> tuple[float, float]:
    held = sorted(taken)
    return held[len(held) // 2] * 1000, held[min(len(held) - 1, len(held) * 99 // 100)] * 1000


def agree(explained: list[Any], others: list[bool], facts: Facts) -> None:
    """Where we know, the others say the same; they say yes to nothing we do not."""
    for ours_, theirs in zip(explained, others, strict=True):
        if (ours_.value is True) != theirs:
            raise SystemExit(f"answers differ: {ours_.value} and {theirs} for {facts}")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--people", type=int, default=200)
    reader.add_argument("--json", action="store_true")
    given = reader.parse_args()
    dice = random.Random(SEED)
    rules = [make_rule(dice) for _ in range(RULES)]
    people = [make_facts(dice) for _ in range(given.people)]
    explained, judged = ours(rules)
    engines: dict[str, Callable[[Facts], list[Any]]] = {
        "explained": explained,
        "judged": judged,
        "zen with trace": zen_engine(rules),
        "OpenFisca": openfisca_engine(rules, trace=False),
        "OpenFisca with trace": openfisca_engine(rules, trace=True),
    }
    taken: dict[str, list[float]] = {name: [] for name in engines}
    answers: dict[str, list[list[Any]]] = {name: [] for name in engines}
    for run in engines.values():
        run(people[0])
    gc.freeze()  # what engines are made of is not looked through again between any two of them
    for start in range(0, len(people), BLOCK):
        for name, run in engines.items():
            gc.collect()  # nobody clears away what another left
            for facts in people[start : start + BLOCK]:
                began = time.process_time()
                answers[name].append(run(facts))
                taken[name].append(time.process_time() - began)
    for told, zens, openfiscas, facts in zip(
        answers["explained"], answers["zen with trace"], answers["OpenFisca"], people, strict=True
    ):
        agree(told, zens, facts)
        agree(told, openfiscas, facts)
    unknown = sum(one.value is UNKNOWN for told in answers["explained"] for one in told)
    conditions = sum(len(one.conditions) for told in answers["explained"] for one in told)
    figures = {name: spread(times) for name, times in taken.items()}
    own = figures["explained"][0]
    ratios = {name: figures[name][0] / own for name in figures}
    if given.json:
        shown = {name: {"p50_ms": p50, "p99_ms": p99} for name, (p50, p99) in figures.items()}
        print(json.dumps({"rules_one": shown, "ratios": ratios}))
        return
    turns = len(people)
    print(
        f"{RULES} rules, {conditions // turns} conditions, {unknown / turns:.0f} unknown, {len(people)} applicants"
    )
    for name, (p50, p99) in figures.items():
        print(f"  {name:22} p50 {p50:7.2f} ms   p99 {p99:7.2f} ms   {ratios[name]:6.1f} x")


if __name__ == "__main__":
    main()
