"""Random conditions and a table full of holes, drawn once: the same for every engine and every run."""

from __future__ import annotations

import datetime as dt
import random
from functools import cache

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from tests.core.benefits.populations import AS_OF, CODES, COLUMNS, KNOWN, TEXTS

from bancheng.core.benefits import ColumnKind, Plan, facts_of_row
from bancheng.core.benefits._lower import Lowering
from bancheng.core.rules import UNKNOWN, evaluate, parse

ROWS = 331
"Neither a multiple of 8 nor of 64."

Table = list[bool | None]


@cache
def texts(count: int) -> tuple[str, ...]:
    """That many different conditions."""
    found: dict[str, None] = {}

    @settings(
        max_examples=count * 3,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(TEXTS)
    def draw(text: str) -> None:
        found[text] = None

    draw()
    return tuple(found)[:count]


def plan_of(conditions: tuple[str, ...]) -> Plan:
    """One plan of all conditions, each a rule called r0, r1 …"""
    known = {name: evaluate(parse("x"), {"x": value}) for name, value in KNOWN.items()}
    lowering = Lowering(COLUMNS, known, AS_OF)
    roots = tuple(lowering.truth(parse(text)) for text in conditions)
    names = tuple(f"r{at}" for at in range(len(conditions)))
    return lowering.build.plan(names, roots, tuple(COLUMNS.values()))


_DAYS = (
    *(dt.date(1964, 2, 29) + dt.timedelta(days=one) for one in (-1, 0, 1)),
    *(dt.date(1966, 2, 28) + dt.timedelta(days=one) for one in (-1, 0, 1)),
    *(AS_OF + dt.timedelta(days=one) for one in (-90, 0, 1)),
    dt.date(1900, 1, 1),
)
_TYPES: dict[ColumnKind, type[pl.DataType]] = {
    ColumnKind.NUMBER: pl.Int16,
    ColumnKind.MONEY: pl.Int64,
    ColumnKind.BOOLEAN: pl.Boolean,
    ColumnKind.CODE: pl.Int8,
    ColumnKind.DATE: pl.Date,
}


@cache
def table(rows: int = ROWS) -> pl.DataFrame:
    """Facts of `rows` people, three cells in ten empty, half of those that may be absent known to be."""
    dice = random.Random(5)
    cells = {
        ColumnKind.NUMBER: lambda: dice.randint(-3, 12),
        ColumnKind.MONEY: lambda: dice.randint(-300, 700),
        ColumnKind.BOOLEAN: lambda: dice.random() < 0.5,
        ColumnKind.CODE: lambda: dice.randrange(len(CODES)),
        ColumnKind.DATE: lambda: dice.choice(_DAYS),
    }
    columns = [pl.Series("pid", range(rows), dtype=pl.Int64)]
    for column in COLUMNS.values():
        values = [None if dice.random() < 0.3 else cells[column.kind]() for _ in range(rows)]
        columns.append(pl.Series(column.column, values, dtype=_TYPES[column.kind]))
        if column.may_be_absent:
            absent = [value is None and dice.random() < 0.5 for value in values]
            columns.append(pl.Series(column.absent, absent, dtype=pl.Boolean))
    return pl.DataFrame(columns)


def interpreted(conditions: tuple[str, ...], facts: pl.DataFrame) -> dict[str, Table]:
    """What the interpreter says of each row: true, false (null too), None for unknown."""
    columns = tuple(COLUMNS.values())
    told = [{**KNOWN, **facts_of_row(columns, row)} for row in facts.iter_rows(named=True)]
    found: dict[str, Table] = {}
    for at, text in enumerate(conditions):
        tree = parse(text)
        values = [evaluate(tree, row, today=AS_OF) for row in told]
        found[f"r{at}"] = [None if one is UNKNOWN else one is True for one in values]
    return found
