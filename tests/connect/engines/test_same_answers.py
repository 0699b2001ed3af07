"""Every engine gives every cell as the interpreter does: random conditions over a table full of holes."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import psycopg
import pytest
from tests import postgres
from tests.connect.engines import drawn

from bancheng.connect import engines
from bancheng.connect.engines import Dialect, Kernel
from bancheng.core.benefits import Plan

_JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
HASTE = {
    "spark.driver.extraJavaOptions": _JAVA,
    "spark.executor.extraJavaOptions": _JAVA,
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""What a short life on few rows is quicker with."""


@pytest.fixture(scope="module")
def conditions() -> tuple[str, ...]:
    return drawn.texts(160)


@pytest.fixture(scope="module")
def plan(conditions: tuple[str, ...]) -> Plan:
    return drawn.plan_of(conditions)


@pytest.fixture(scope="module")
def wanted(conditions: tuple[str, ...]) -> dict[str, drawn.Table]:
    return drawn.interpreted(conditions, drawn.table())


def _cells(true: np.ndarray, false: np.ndarray, rows: int) -> drawn.Table:
    bits = [np.unpackbits(one.view(np.uint8), bitorder="little")[:rows] for one in (true, false)]
    assert not np.unpackbits((true & false).view(np.uint8)).any()
    return [True if yes else False if no else None for yes, no in zip(*bits, strict=True)]


def _differing(
    found: dict[str, drawn.Table], wanted: dict[str, drawn.Table], texts: tuple[str, ...]
) -> list[object]:
    assert found.keys() == wanted.keys()
    return [
        (texts[int(rule[1:])], row, found[rule][row], value)
        for rule, values in wanted.items()
        for row, value in enumerate(values)
        if found[rule][row] is not value
    ]


def test_the_conditions_are_worth_comparing(plan: Plan, wanted: dict[str, drawn.Table]) -> None:
    outcomes = [value for values in wanted.values() for value in values]
    assert all(outcomes.count(one) > len(outcomes) / 20 for one in (True, False, None))
    assert any(plan.nullable)


@pytest.mark.parametrize("block", [64, 100, 131_072])
def test_planes_of_bits_agree(
    block: int, plan: Plan, wanted: dict[str, drawn.Table], conditions: tuple[str, ...]
) -> None:
    kernel = Kernel(plan)
    found: dict[str, drawn.Table] = {rule: [] for rule in plan.rules}
    for part in engines.of_frame(drawn.table(), plan.columns, block=block):
        for rule, (true, false) in zip(plan.rules, kernel.statuses(part), strict=True):
            found[rule] += _cells(true, false, part.rows)
    assert _differing(found, wanted, conditions) == []


def test_polars_agrees(plan: Plan, wanted: dict[str, drawn.Table], conditions: tuple[str, ...]) -> None:
    found = engines.statuses(plan, drawn.table().lazy()).collect()
    assert _differing(found.to_dict(as_series=False), wanted, conditions) == []


def test_duckdb_agrees(plan: Plan, wanted: dict[str, drawn.Table], conditions: tuple[str, ...]) -> None:
    with duckdb.connect() as base:
        base.register("facts", drawn.table())
        query = engines.statuses_sql(plan, "facts", Dialect.DUCKDB)
        found = pl.DataFrame(base.sql(query + " ORDER BY pid").arrow().read_all())
    assert _differing(found.drop("pid").to_dict(as_series=False), wanted, conditions) == []


@pytest.mark.postgres
def test_postgresql_agrees(plan: Plan, wanted: dict[str, drawn.Table], conditions: tuple[str, ...]) -> None:
    facts = drawn.table()
    with postgres.server(**postgres.HASTE) as server, psycopg.connect(server.address) as connection:
        kinds = {
            pl.Int64: "bigint",
            pl.Int16: "smallint",
            pl.Int8: "smallint",
            pl.Date: "date",
            pl.Boolean: "boolean",
        }
        columns = ", ".join(f'"{name}" {kinds[kind]}' for name, kind in facts.schema.items())
        connection.execute(f"CREATE TABLE facts ({columns})".encode())
        with connection.cursor().copy(b"COPY facts FROM STDIN") as copy:
            for row in facts.iter_rows():
                copy.write_row(row)
        engines.statuses_on_postgres(connection, plan, "facts", "statuses")
        rows = connection.execute("SELECT * FROM statuses ORDER BY pid").fetchall()
        assert connection.execute("SHOW jit").fetchone() == ("off",)
    found = {rule: [row[at] for row in rows] for at, rule in enumerate(plan.rules, start=1)}
    assert _differing(found, wanted, conditions) == []


def test_spark_with_two_workers_agrees(
    wanted: dict[str, drawn.Table], conditions: tuple[str, ...], tmp_path: Path
) -> None:
    few = conditions[:40]  # the start takes most of the time, then the compiling of each condition
    plan = drawn.plan_of(few)
    for part in range(2):
        drawn.table()[part * 200 : part * 200 + 200].write_parquet(tmp_path / f"{part}.parquet")
    with engines.spark(workers=2, settings=HASTE) as session:
        statuses = engines.statuses_on_spark(session, plan, str(tmp_path / "*.parquet"))
        rows = sorted(statuses.collect(), key=lambda row: row.pid)
        workers = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    assert workers == 2
    found = {rule: [row[at] for row in rows] for at, rule in enumerate(plan.rules, start=1)}
    assert _differing(found, {rule: wanted[rule] for rule in plan.rules}, few) == []


def test_without_java_spark_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(engines.JavaMissing, match="apt install"), engines.spark():
        pass
