"""A table of amounts is one formula; its gaps and contradictions are found beside the conditions it serves."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.benefits import (
    AmountRow,
    AmountTable,
    Condition,
    Entitlement,
    SubjectKind,
    check_amount_table,
    formula_of,
)
from bancheng.core.kernel import Place
from bancheng.core.rules import evaluate, parse

AGE = "age(person.birth, today())"


def rule(*whens: str) -> Entitlement:
    conditions = tuple(Condition(id=f"c{at}", text="条件", when=when) for at, when in enumerate(whens))
    return Entitlement(id="r", name="津贴", subject=SubjectKind.PERSON, conditions=conditions)


def table(*rows: tuple[str, ...], columns: tuple[str, ...] = (AGE,)) -> AmountTable:
    return AmountTable(columns=columns, rows=tuple(AmountRow(cells=row[:-1], amount=row[-1]) for row in rows))


STEPS = table(("[80..90)", "100"), ("[90..100)", "300"), (">= 100", "1000"))


def found(one: AmountTable, of: Entitlement, **known: Decimal) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in check_amount_table(one, of, known, Place())]


def test_the_row_that_holds_gives_the_amount() -> None:
    formula = parse(formula_of(STEPS))

    def of(born: dt.date) -> object:
        return evaluate(formula, {"person.birth": born}, today=dt.date(2026, 11, 23))

    assert [of(dt.date(year, 1, 1)) for year in (1940, 1930, 1920)] == [100, 300, 1000]
    assert of(dt.date(1990, 1, 1)) is None


def test_steps_that_fit_the_conditions_have_no_gap_and_others_do() -> None:
    assert found(STEPS, rule(f"{AGE} >= 80")) == []
    assert found(STEPS, rule(f"{AGE} >= first"), first=Decimal(80)) == []
    assert found(STEPS, rule(f"80 <= {AGE} and person.alone")) == []
    [(code, said)] = found(STEPS, rule(f"{AGE} >= 75"))
    assert code == "amount-gap"
    assert 75 <= int(re.search(r"= (\d+)", said)[1]) < 80  # type: ignore[index]  # it gives an example


def test_rows_that_contradict_one_another_are_told_with_an_example() -> None:
    told = found(table(("[80..90]", "100"), (">= 90", "300")), rule(f"{AGE} >= 80"))
    assert [code for code, _ in told] == ["amount-conflict"]
    assert "90" in told[0][1]
    dead = found(table((">= 80", "100"), ("[85..90)", "100")), rule(f"{AGE} >= 80"))
    assert {code for code, _ in dead} & {"amount-overlap", "amount-unreachable"}


def test_what_cannot_be_read_is_told_cell_by_cell() -> None:
    told = found(
        table(("[80..", "-", "100"), ("-", "true", "一百 元"), columns=(AGE, "person.alone =")),
        rule(f"{AGE} >= 80"),
    )
    assert [code for code, _ in told] == ["amount-cell"] * 3
    assert "第 2 列" in told[0][1]
    assert "第 1 行" in told[1][1]
    assert "第 2 行的金额" in told[2][1]


def test_words_and_negations_are_cells_too() -> None:
    one = table(('"primary", "middle"', "500"), ('not("primary", "middle")', "0"), columns=("student.stage",))
    formula = parse(formula_of(one))
    assert [evaluate(formula, {"student.stage": stage}) for stage in ("primary", "middle", "high")] == [
        500,
        500,
        0,
    ]


@given(st.lists(st.integers(1, 120), min_size=1, max_size=6, unique=True), st.integers(0, 130))
def test_every_age_gets_the_amount_of_its_step(starts: list[int], age: int) -> None:
    starts.sort()
    rows = [(f"[{low}..{high})", f"{at}") for at, (low, high) in enumerate(pairwise(starts))]
    one = table(*rows, (f">= {starts[-1]}", f"{len(starts) - 1}"), columns=("years",))
    expected = max((at for at, low in enumerate(starts) if age >= low), default=None)
    assert evaluate(parse(formula_of(one)), {"years": Decimal(age)}) == expected
    assert found(one, rule(f"years >= {starts[0]}")) == []
