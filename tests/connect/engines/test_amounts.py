"""What everybody is due, reckoned once for all who are alike, is what each is due alone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from tests.connect.engines.test_facts import SPECIMEN

from bancheng.connect import engines
from bancheng.core.benefits import SubjectKind, known_on
from bancheng.core.rules import evaluate, parse

PEOPLE, FIRMS, DAY = 60, 60, dt.date(2026, 11, 23)


def test_amounts_of_all_are_the_amounts_of_each(tmp_path: Path) -> None:
    tables = engines.HeldTables(tmp_path / "tables")
    tables.make_town(PEOPLE, FIRMS, 11)
    some = set()
    for kind in (SubjectKind.PERSON, SubjectKind.COMPANY):
        path = tmp_path / f"{kind.value}.parquet"
        engines.write_facts(engines.build_facts(SPECIMEN, tables.folder, tables.subjects(kind), DAY), path)
        numbers = list(range(FIRMS))
        known = [engines.facts_about(SPECIMEN, path, number, kind) for number in numbers]
        for one in SPECIMEN.of(kind):
            if not one.amount:
                continue
            together = list(engines.amounts(SPECIMEN, path, one, numbers, DAY))
            formula, given = parse(one.amount), known_on(SPECIMEN.parameters, DAY)
            for number, amount in zip(numbers, together, strict=True):
                alone = evaluate(formula, {**given, **known[number]}, today=DAY)
                if isinstance(alone, Decimal):
                    assert amount == int((alone * 100).quantize(Decimal(1), "ROUND_HALF_UP")), (
                        one.id,
                        number,
                    )
                    some.add(one.id)
                else:
                    assert amount is None
    assert len(some) > 40
