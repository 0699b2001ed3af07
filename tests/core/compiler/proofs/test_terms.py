"""The solver's reading of a rule against the interpreter: for any rule and any facts they come to the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler.proofs._domains import Domain
from bancheng.core.compiler.proofs._terms import Language
from bancheng.core.compiler.proofs._things import Outside, Several, Term
from bancheng.core.rules import evaluate, parse

TODAY = date(2026, 11, 22)
COLUMNS = (
    Domain(key="years", name="years", kind=ElementKind.INTEGER),
    Domain(key="works", name="works", kind=ElementKind.BOOLEAN, values=(True, False)),
)
DOMAINS = {
    one.key: one
    for one in (
        Domain(key="area", name="area", kind=ElementKind.DECIMAL),
        Domain(key="count_of", name="count_of", kind=ElementKind.INTEGER),
        Domain(key="gas", name="gas", kind=ElementKind.BOOLEAN, values=(True, False)),
        Domain(key="kind", name="kind", kind=ElementKind.CHOICE, values=("a", "b", "c")),
        Domain(key="uses", name="uses", kind=ElementKind.MULTI_CHOICE, values=("a", "b", "c")),
        Domain(key="born", name="born", kind=ElementKind.DATE),
        Domain(key="opens", name="opens", kind=ElementKind.DATE),
        Domain(key="family", name="family", kind=ElementKind.RECORDS, columns=COLUMNS),
    )
}
NUMBERS = st.sampled_from(
    [
        "area", "count_of", "300", "2.5", "area + count_of", "area * 2 - 1", "-count_of", "count_of / 4",
        "area / count_of", "if gas then area else 12", "sum(family.years)", "count(family)", "max(family.years)",
        "min(area, 7)",
        "count(family[item.works])", "sum(for m in family return m.years * 2)", "floor(area)", "ceiling(area)",
        "round half up(area / 3, 1)", "round up(count_of / 4, 0)", "round down(-area, 0)",
        "abs(count_of)", "age(born, today())", "count(uses)", "if gas then area else null", "opens.year",
    ]
)  # fmt: skip
DATES = st.sampled_from(
    ["born", "opens", '@"2020-02-29"', "today()", 'opens + duration("P3D")', 'today() - duration("P18Y")']
)
ATOMS = st.one_of(
    st.tuples(NUMBERS, st.sampled_from(["<", "<=", "=", "!=", ">", ">="]), NUMBERS).map(
        lambda three: "({}) {} ({})".format(*three)
    ),
    st.tuples(DATES, st.sampled_from(["<", "<=", "=", "!=", ">", ">="]), DATES).map(" ".join),
    st.tuples(NUMBERS, NUMBERS, NUMBERS).map(lambda three: "({}) between ({}) and ({})".format(*three)),
    st.sampled_from(
        [
            "gas", "gas = true", "kind = \"a\"", "kind in (\"a\", \"b\")", "kind != \"c\"",
            "list contains(uses, \"a\")",
            "some m in family satisfies m.years >= 60", "every m in family satisfies m.works or m.years < 18",
            "some u in uses satisfies u = kind", "area in ([100..300), > 900)", "count_of in (1, 3, 5)", "area = null",
            'born + duration("P60Y") <= today()', 'born + duration("P18Y") > today()',
            'opens - duration("P1M") < @"2024-03-31"',
            'today() < born + duration("P16Y6M")', "opens - born > duration(\"P30D\")", "is defined(area)",
            "if gas then area > 3 else null",
        ]
    ),
)  # fmt: skip
RULES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) and ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) or ({two[1]})"),
        inner.map(lambda one: f"not({one})"),
    ),
    max_leaves=4,
)
DAYS = st.one_of(
    st.dates(date(1950, 1, 1), date(2030, 12, 31)),
    st.sampled_from(
        [date(2024, 2, 29), date(1966, 11, 22), date(1966, 11, 23), date(2008, 11, 22), date(2008, 2, 29)]
    ),
)
FACTS = st.fixed_dictionaries(
    {
        "area": st.decimals(0, 1000, places=1),
        "count_of": st.integers(-9, 9).map(Decimal),
        "gas": st.booleans(),
        "kind": st.sampled_from(["a", "b", "c"]),
        "uses": st.sets(st.sampled_from(["a", "b", "c"])).map(lambda found: tuple(sorted(found))),
        "born": DAYS,
        "opens": DAYS,
        "family": st.lists(
            st.fixed_dictionaries({"years": st.integers(0, 99).map(Decimal), "works": st.booleans()}),
            max_size=3,
        ).map(tuple),
    }
)


def verdict(rule: str, facts: Mapping[str, Any]) -> bool | None:
    """True, false or neither, as the solver finds it with every unknown bound to its fact."""
    language = Language(TODAY)
    meaning: dict[str, Any] = {}
    bounds: list[Any] = []
    for key, domain in DOMAINS.items():
        meaning[key], more = language.fact(domain, key)
        bounds += [*more, *_bound(language, meaning[key], facts[key], key)]
    true, false = language.truth(parse(rule), meaning)
    possible = []
    for outcome in (true, false):
        solver = z3.Solver()
        solver.add([*bounds, outcome])
        possible.append(solver.check() == z3.sat)
    assert possible != [True, True]
    return True if possible[0] else False if possible[1] else None


def _bound(language: Language, thing: Any, value: Any, key: str) -> list[Any]:
    if isinstance(thing, Term):
        return [thing.formula == language.constant(value).formula]
    assert isinstance(thing, Several)
    if key == "uses":
        chosen = zip(thing.items, DOMAINS["uses"].values, strict=True)
        return [there == z3.BoolVal(code in value) for (there, _), code in chosen]
    bounds: list[Any] = [z3.Int(f"{key}/rows") == len(value)]
    for (_, row), cells in zip(thing.items, value, strict=False):
        bounds += [row.cells[name].formula == language.constant(cell).formula for name, cell in cells.items()]
    return bounds


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(RULES, FACTS)
def test_the_solver_reads_a_rule_as_the_interpreter_does(rule: str, facts: dict[str, Any]) -> None:
    expected = evaluate(parse(rule), facts, today=TODAY)
    assert verdict(rule, facts) is (expected if isinstance(expected, bool) else None)


@pytest.mark.parametrize(
    "rule",
    [
        'kind < "b"',
        'contains(kind, "a")',
        "family[1].years > 3",
        'born + duration("P1Y") < opens',
        "area ** 2 > 4",
    ],
)
def test_what_is_outside_says_so(rule: str) -> None:
    language = Language(TODAY)
    meaning = {key: language.fact(domain, key)[0] for key, domain in DOMAINS.items()}
    with pytest.raises(Outside, match=r"."):
        language.truth(parse(rule), meaning)
