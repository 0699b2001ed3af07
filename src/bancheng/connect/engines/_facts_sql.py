"""Facts by SQL: the general engine, for any relation DuckDB can read, within a set memory by spilling to disk.

One statement for each source (all its facts in one scan), one that joins them, one that sums up households.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from bancheng.connect.engines._algebra import said
from bancheng.connect.engines._sql import Dialect, SqlText
from bancheng.connect.engines._subjects import Subjects, specs_of
from bancheng.core.benefits import (
    Aggregate,
    ColumnKind,
    FactSpec,
    Missing,
    RuleSet,
    Source,
    fact_column,
    plan_tests,
    source_columns,
    stored_bounds,
)

_BLANK: Final = 2**62
"Stands for a field that is not known where rows are compared; greater than any that is."
_MIDDLE, _ROOM = 2**60, 2**63
"A day and a field are packed into one number, which DuckDB compares many times faster than a pair."
_TYPES: Final = {
    ColumnKind.NUMBER: "BIGINT",
    ColumnKind.MONEY: "BIGINT",
    ColumnKind.CODE: "SMALLINT",
    ColumnKind.BOOLEAN: "BOOLEAN",
    ColumnKind.DATE: "DATE",
}
_name = Dialect.DUCKDB.name_of


def build_facts_sql(
    rules: RuleSet, folder: Path, subjects: Subjects, as_of: dt.date, into: Path, *, memory: str = "2GB"
) -> None:
    """Write the facts of every subject as Parquet, in order, the same cells as `build_facts`.

    `memory` is DuckDB's cap; beyond it it spills beside `into`.
    """
    spill = into.with_suffix(".spill")
    spill.mkdir(parents=True, exist_ok=True)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "temp_directory": str(spill),
        "preserve_insertion_order": "false",
    }
    try:
        with duckdb.connect(str(spill / "work.duckdb"), config=settings) as base:
            people = subjects.frame.with_row_index("pid").with_columns(pl.col("pid").cast(pl.Int64))
            base.register("subjects_in", people)
            base.execute("CREATE TABLE subjects AS SELECT * FROM subjects_in")
            for statement in facts_sql(rules, folder, subjects, as_of, into):
                base.execute(statement)
    finally:
        shutil.rmtree(spill)


def facts_sql(rules: RuleSet, folder: Path, subjects: Subjects, as_of: dt.date, into: Path) -> Iterator[str]:
    """The statements in order, over a table ``subjects (pid, hid, district)``: one table a source, then the facts."""
    counted, over = specs_of(rules, subjects.kind)
    facts = {one.id: one for one in rules.facts}
    joined = "subjects s"
    chosen: list[str] = []
    for source in rules.sources:
        specs = [one for one in counted if one.source == source.id]
        if specs and source.subject is subjects.kind:
            yield f"CREATE TABLE {_name('t_' + source.id)} AS {_aggregates(source, specs, folder, as_of)}"
            joined += f" LEFT JOIN {_name('t_' + source.id)} ON {_name('t_' + source.id)}.key = s.pid"
            chosen += [one for spec in specs for one in _values(spec, subjects.covered(source, spec, as_of))]
    made = [
        spec
        for spec in counted
        if any(one.id == spec.source and one.subject is subjects.kind for one in rules.sources)
    ]
    columns = ", ".join(["s.pid", "s.hid", *chosen])
    yield f"CREATE TABLE base AS SELECT {columns} FROM {joined}"  # noqa: S608 - made from specifications
    table = "base b"
    if over:
        homes = ", ".join(_home(spec, facts[spec.over]) for spec in over)
        yield f"CREATE TABLE homes AS SELECT hid, {homes} FROM base WHERE hid IS NOT NULL GROUP BY hid"  # noqa: S608 - as above
        table += " LEFT JOIN homes h USING (hid)"
    told = [one for spec in made for one in _told(spec, "b")] + [
        one for spec in over for one in _told(spec, "h")
    ]
    query = f"SELECT {', '.join(told)} FROM {table} ORDER BY b.pid"  # noqa: S608 - as above
    yield f"COPY ({query}) TO '{into}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 131072)"


def _aggregates(source: Source, specs: list[FactSpec], folder: Path, as_of: dt.date) -> str:
    wheres = {spec.id: _row_condition(spec, source, as_of) for spec in specs}
    added = ", ".join(f"{text} AS {_name('c_' + name)}" for name, text in wheres.items())
    found = [one for spec in specs for one in _counted(spec)]
    inner = f"SELECT *, {added} FROM read_parquet('{folder / (source.id + '.parquet')}')"  # noqa: S608 - as above
    key = _name(source.key)
    return f"SELECT {key} AS key, {', '.join(found)} FROM ({inner}) WHERE {key} IS NOT NULL GROUP BY {key}"  # noqa: S608 - as above


def _row_condition(spec: FactSpec, source: Source, as_of: dt.date) -> str:
    """Whether a row counts: true, false, or null for maybe."""
    on = spec.as_of.on(as_of)
    tests = []
    if day := spec.window.at if spec.window else spec.at:
        tests.append(f"{_name(day)} <= DATE '{on}'")
    if spec.window:
        tests.append(f"{_name(spec.window.at)} >= DATE '{spec.window.first(on)}'")
    if spec.where:
        plan = plan_tests({"where": spec.where}, source_columns(source), as_of)
        tests += said(plan, SqlText(Dialect.DUCKDB))
    return f"({' AND '.join(tests)})" if tests else "TRUE"


def _counted(spec: FactSpec) -> list[str]:
    """The aggregates a fact rests on: rows that count, rows that may, and of the field what is asked."""
    condition, name = _name("c_" + spec.id), spec.column
    found = [
        f"count(*) FILTER ({condition}) AS {_name('n_' + name)}",
        f"count(*) FILTER ({condition} IS NULL) AS {_name('m_' + name)}",
    ]
    if spec.aggregate in {Aggregate.COUNT, Aggregate.EXISTS}:
        return found
    field = _whole(spec, _name(spec.field))
    found.append(f"count({field}) FILTER ({condition}) AS {_name('k_' + name)}")
    if spec.aggregate is Aggregate.LATEST:
        day = f"({_name(spec.at)} - DATE '0001-01-01')" if spec.at else "0"
        held = f"LEAST(GREATEST({field}, -{_MIDDLE}), {_MIDDLE} - 1) + {_MIDDLE}"
        # LEAST and GREATEST pass over nulls, so what is not known is told apart first.
        known = f"CASE WHEN {field} IS NULL THEN {_BLANK} ELSE {held} END"
        row = f"CAST({day} AS HUGEINT) * {_ROOM} + {known}"
        found.append(f"max({row}) FILTER ({condition}) AS {_name('v_' + name)}")
    else:
        found.append(f"{spec.aggregate.value}({field}) FILTER ({condition}) AS {_name('v_' + name)}")
    return found


def _whole(spec: FactSpec, field: str) -> str:
    """A field as a whole number."""
    return (
        f"CAST(({field} - DATE '1970-01-01') AS BIGINT)"
        if spec.kind is ColumnKind.DATE
        else f"CAST({field} AS BIGINT)"
    )


def _values(spec: FactSpec, covered: tuple[int, ...]) -> list[str]:
    """The fact of each subject as a whole number or boolean, and whether it is known to be absent."""
    name = spec.column
    rows = f"COALESCE({_name('n_' + name)}, 0)"
    settled = f"COALESCE({_name('m_' + name)}, 0) = 0"
    closed = spec.missing is Missing.CLOSED
    inside = f"COALESCE(s.district IN ({', '.join(map(str, covered))}), FALSE)" if covered else "FALSE"
    if spec.aggregate is Aggregate.EXISTS:
        no = f" WHEN {inside} AND {settled} THEN FALSE" if closed else ""
        return [f"CASE WHEN {rows} > 0 THEN TRUE{no} END AS {_name(name)}"]
    if closed:
        settled = f"({settled} AND {inside})"
    if spec.aggregate is Aggregate.COUNT:
        told = settled if closed else f"{settled} AND {rows} > 0"
        return [f"CASE WHEN {told} THEN {rows} END AS {_name(name)}"]
    value = f"CAST({_name('v_' + name)} AS BIGINT)"
    whole = f"COALESCE({_name('k_' + name)}, 0) = {rows}"
    if spec.aggregate is Aggregate.LATEST:
        held = f"CAST({_name('v_' + name)} % {_ROOM} AS BIGINT)"
        value, whole = f"({held} - {_MIDDLE})", f"COALESCE({held}, 0) <> {_BLANK}"
    if spec.aggregate is Aggregate.SUM and closed:
        return [f"CASE WHEN {settled} AND {whole} THEN COALESCE({value}, 0) END AS {_name(name)}"]
    found = [f"CASE WHEN {settled} AND {whole} AND {rows} > 0 THEN {value} END AS {_name(name)}"]
    if spec.may_be_absent:
        found.append(f"({settled} AND {rows} = 0) AS {_name(fact_column(spec).absent)}")
    return found


def _home(spec: FactSpec, inner: FactSpec) -> str:
    """A person's fact over the members; unknown where one is, unless one says yes already."""
    where = fact_column(inner)
    value, name = _name(where.column), _name(spec.column)
    gone = f" + count(*) FILTER ({_name(where.absent)})" if where.may_be_absent else ""
    whole = f"count({value}){gone} = count(*)"
    if spec.aggregate is Aggregate.EXISTS:
        return f"CASE WHEN bool_or({value}) THEN TRUE WHEN {whole} THEN FALSE END AS {name}"
    if spec.aggregate is Aggregate.COUNT:
        return f"CASE WHEN {whole} THEN count(*) FILTER ({value}) END AS {name}"
    if spec.aggregate is Aggregate.SUM:
        return f"CASE WHEN {whole} THEN COALESCE(sum({value}), 0) END AS {name}"
    found = f"CASE WHEN {whole} THEN {spec.aggregate.value}({value}) END AS {name}"
    return (
        f"{found}, ({whole} AND count({value}) = 0) AS {_name(fact_column(spec).absent)}"
        if spec.may_be_absent
        else found
    )


def _told(spec: FactSpec, table: str) -> list[str]:
    """A fact as it is kept: of its type, null where it is outside what a column may hold."""
    where = fact_column(spec)
    name = f"{table}.{_name(where.column)}"
    text = name
    if spec.kind is not ColumnKind.BOOLEAN:
        low, high = stored_bounds(where)
        text = f"CASE WHEN {name} BETWEEN {low} AND {high} THEN {name} END"
    if spec.kind is ColumnKind.DATE:
        text = f"DATE '1970-01-01' + CAST({text} AS INTEGER)"
    found = [f"CAST({text} AS {_TYPES[spec.kind]}) AS {_name(where.column)}"]
    if where.may_be_absent:
        found.append(f"COALESCE({table}.{_name(where.absent)}, FALSE) AS {_name(where.absent)}")
    return found
