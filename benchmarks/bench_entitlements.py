"""Who of a town is entitled to what: facts, rules, memory, growth, change; beside OpenFisca, zen and the bare scan.

Run: python benchmarks/bench_entitlements.py [--people 2000000 --rules 129 --ten] [--rounds 5]. Without arguments:
445,000 people, 32 rules. `--ten` adds ten million rows (the facts of the town repeated) for time and memory. Processor
seconds of the process with all its threads, medians of interleaved rounds; memory is the peak of fresh processes.
Bars: rules in memory at most 1.5 times the read of the same columns, from Parquet at most 2; OpenFisca at least 5 times
as dear on true, false and unknown, zen 1,000 times; facts at most 4 times the raw scan; 256 MiB, flat; 1,024 rules at
most 7 times 129; one in a hundred changed at most 0.2 of a full build; no differing cell.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from entitlement_rivals import OpenFisca, Zen, zen_rows
from entitlement_rules import rule_set

from bancheng.connect import engines
from bancheng.connect.engines._blocks import names
from bancheng.connect.engines._subjects import read_columns
from bancheng.connect.engines.population import END, SOURCES, make_population
from bancheng.core.benefits import Assessor, Plan, RuleSet, SubjectKind, plan_rules

SEED = 7
PERSON = SubjectKind.PERSON


def measured(work: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Median processor seconds of each, taken in turns."""
    spent: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, run in work.items():
            start = time.process_time()
            run()
            spent[name].append(time.process_time() - start)
    return {name: statistics.median(found) for name, found in spent.items()}


def report(name: str, value: float, unit: str = "", bar: str = "") -> None:
    print(f"{name:<58} {value:>12.4g} {unit:<8} {bar}", flush=True)


# ------------------------------------------------------------------ facts


def facts(rules: RuleSet, folder: Path, people: engines.Subjects, rounds: int) -> pl.DataFrame:
    columns = {
        one.id: read_columns(one, [spec for spec in rules.facts if spec.source == one.id]) for one in SOURCES
    }

    def scan() -> int:
        return sum(
            pl.read_parquet(folder / f"{name}.parquet", columns=read).height for name, read in columns.items()
        )

    rows = scan()
    found = measured({"scan": scan, "dense": lambda: engines.build_facts(rules, folder, people, END)}, rounds)
    made = engines.build_facts(rules, folder, people, END)
    general = folder / "general.parquet"
    start = time.process_time()
    engines.build_facts_sql(rules, folder, people, END, general, memory="2GB")
    found["duckdb"] = time.process_time() - start
    theirs = pl.read_parquet(general)
    report("rows in 26 tables", rows)
    report("raw scan of the columns needed", found["scan"], "s")
    report("facts by the dense index / raw scan", found["dense"] / found["scan"], "", "bar 4")
    report("facts by DuckDB under 2 GB, written / raw scan", found["duckdb"] / found["scan"])
    differing = sum(int(made[name].ne_missing(theirs[name]).sum()) for name in made.columns)
    report("differing cells of facts", differing, "", "bar 0")
    return made


def change(rules: RuleSet, folder: Path, people: engines.Subjects, made: pl.DataFrame, rounds: int) -> None:
    """One person in a hundred has new rows in some table; then a day passes."""
    mapped = folder / "mapped"
    engines.keep_mapped(folder, SOURCES, mapped)
    dice = np.random.default_rng(SEED)
    changed = np.sort(dice.choice(people.frame.height, people.frame.height // 100, replace=False))
    for source in SOURCES[4:12]:
        path = mapped / f"{source.id}.arrow"
        table = pl.read_ipc(path)
        theirs = table.with_columns(pl.col(table.columns[1]).shift(1))
        hit = table.get_column("pid").is_in(changed.tolist()).fill_null(value=False)
        other = folder / "changed"
        other.mkdir(exist_ok=True)
        table.with_columns(
            pl.when(hit)
            .then(theirs.get_column(table.columns[1]))
            .otherwise(pl.col(table.columns[1]))
            .alias(table.columns[1])
        ).write_parquet(other / f"{source.id}.parquet")
        engines.keep_mapped(other, [source], mapped)

    def some(day: dt.date) -> tuple[pl.DataFrame, Any]:
        return engines.rebuild_facts(rules, mapped, people, day, before=made, built_on=END, changed=changed)

    following = END + dt.timedelta(days=1)
    found = measured(
        {
            "full": lambda: engines.build_facts(rules, mapped, people, END),
            "delivered": lambda: engines.build_facts(rules, folder, people, END),
            "some": lambda: some(END),
            "day": lambda: some(following),
        },
        rounds,
    )
    for day, name in ((END, "some"), (following, "day")):
        part, anew = some(day)
        whole = engines.build_facts(rules, mapped, people, day)
        said = "1 % changed" if name == "some" else "1 % changed and a day passed"
        report(
            f"{said}: facts / full build from the same store",
            found[name] / found["full"],
            "",
            "bar 0.2" if name == "some" else "",
        )
        report(f"{said}: facts / full build from the delivered Parquet", found[name] / found["delivered"])
        report(f"{said}: people made anew", len(anew))
        report(
            f"{said}: differing cells",
            sum(int(part[one].ne_missing(whole[one]).sum()) for one in part.columns),
            "",
            "bar 0",
        )


# ------------------------------------------------------------------ rules


def rules_stage(rules: RuleSet, path: Path, rounds: int, *, rivals: bool) -> None:
    plan = plan_rules(rules, PERSON, END)
    columns = names(plan.columns)
    frame = pl.read_parquet(path, columns=columns)
    folder = path.parent / "run"
    work: dict[str, Callable[[], Any]] = {
        "scan": lambda: pl.read_parquet(path, columns=columns),
        "memory": lambda: engines.count(plan, engines.of_frame(frame, plan.columns)),
        "parquet": lambda: engines.count(plan, engines.of_parquet(path, plan.columns)),
        "kept": lambda: engines.run_rules(plan, path, folder, rule_set=rules.digest, snapshot="s", as_of=END),
        "polars": lambda: engines.statuses(plan, frame.lazy()).collect(),
    }
    if rivals:
        fisca = OpenFisca(
            [plan_rules(_one(rules, at), PERSON, END) for at in range(len(rules.entitlements))],
            plan.columns,
            frame,
        )
        work["openfisca"] = fisca.run
        work["openfisca true only"] = lambda: fisca.run(("true",))
    found = measured(work, rounds)
    scan, memory = found["scan"], found["memory"]
    report(f"{frame.height} people, {len(plan.rules)} rules: read of {len(columns)} columns", scan, "s")
    report("rules in memory", memory, "s")
    report("rules in memory / read of the same columns", memory / scan, "", "bar 1.5")
    report("facts Parquet to statuses / the same read", found["parquet"] / scan, "", "bar 2")
    report("facts Parquet to statuses kept on disk / the same read", found["kept"] / scan)
    report("Polars in memory, materialised / read", found["polars"] / scan)
    report("million rules of one person a processor second", frame.height * len(plan.rules) / memory / 1e6)
    if rivals:
        report("OpenFisca, true, false and unknown / ours", found["openfisca"] / memory, "", "bar 5")
        report("OpenFisca, true only / ours", found["openfisca true only"] / memory)
        _zen(plan, frame, memory)
        _differing(plan, frame, fisca)
    shutil.rmtree(folder)


def _one(rules: RuleSet, at: int) -> RuleSet:
    return RuleSet(entitlements=(rules.entitlements[at],), facts=rules.facts, sources=rules.sources)


def _zen(plan: Plan, frame: pl.DataFrame, memory: float) -> None:
    sample = zen_rows(plan.columns, frame[:300])
    zen = Zen(plan)
    zen.run(sample[0])
    start = time.process_time()
    told = [zen.run(row) for row in sample]
    each = (time.process_time() - start) / len(sample)
    report("zen, a person", each * 1e6, "us")
    report("zen row by row / ours", each / (memory / frame.height), "", "bar 1000")
    wanted = engines.statuses(plan, frame[:300].lazy()).collect().to_dicts()
    wrong = sum(
        one[rule] is not (row[rule] is True)
        for one, row in zip(told, wanted, strict=True)
        for rule in plan.rules
    )
    report("zen: cells that are not ours (true only)", wrong)


def _differing(plan: Plan, frame: pl.DataFrame, fisca: OpenFisca) -> None:
    ours = engines.statuses(plan, frame.lazy()).collect()
    kernel, differ, at = engines.Kernel(plan), 0, 0
    for block in engines.of_frame(frame, plan.columns):
        for rule, (true, false) in zip(plan.rules, kernel.statuses(block), strict=True):
            cells = ours.get_column(rule)[at : at + block.rows]
            for bits, value in ((true, True), (false, False)):
                flags = np.unpackbits(bits.view(np.uint8), bitorder="little", count=block.rows)
                differ += int(
                    (flags.astype(bool) != (cells == value).fill_null(value=False).to_numpy()).sum()
                )
        at += block.rows
    report("planes of bits and Polars: differing cells", differ, "", "bar 0")
    theirs = fisca.run()
    wrong = 0
    for rule in plan.rules:
        cells = ours.get_column(rule)
        for side, value in (("true", True), ("false", False)):
            wrong += int(
                (theirs[f"{rule}_{side}"] != (cells == value).fill_null(value=False).to_numpy()).sum()
            )
    report("OpenFisca: cells that are not ours (its whole numbers have 32 bits)", wrong)
    few = engines.statuses_sql(plan, "facts", engines.Dialect.DUCKDB)
    import duckdb

    with duckdb.connect() as base:
        base.register("facts", frame[:20_000].with_row_index("pid"))
        table = pl.DataFrame(base.sql(few + " ORDER BY pid").arrow().read_all())
    wrong = sum(int(table[rule].ne_missing(ours[rule][:20_000]).sum()) for rule in plan.rules)
    report("SQL and Polars, 20,000 people: differing cells", wrong, "", "bar 0")


def growth(path: Path, rounds: int) -> None:
    plans = {many: plan_rules(rule_set(many), PERSON, END) for many in (129, 256, 512, 1024)}
    frame = pl.read_parquet(path)
    found = measured(
        {
            str(many): lambda plan=plan: engines.count(plan, engines.of_frame(frame, plan.columns))
            for many, plan in plans.items()
        },
        rounds,
    )
    for many, plan in plans.items():
        report(f"{many} rules, {len(plan.nodes)} nodes", found[str(many)], "s")
    report("1,024 rules / 129 rules", found["1024"] / found["129"], "", "bar 7")


def one_applicant(rules: RuleSet, path: Path) -> None:
    assessor = Assessor(rules, PERSON, END)
    rows = pl.read_parquet(path, columns=names(assessor.plan.columns), n_rows=2000).to_dicts()
    spent = []
    gc.collect()
    gc.freeze()  # what the other parts of this bench left is not looked through again and again
    for row in rows:
        start = time.process_time()
        assessor.assess(row)
        spent.append(time.process_time() - start)
    spent.sort()
    report("one applicant, all rules with conditions and missing facts, p50", spent[1000] * 1e3, "ms")
    report("the same, p99", spent[1980] * 1e3, "ms", "bar about 1")
    plan = plan_rules(rules, PERSON, END)
    frame = pl.read_parquet(path, columns=names(plan.columns), n_rows=1)
    fisca = OpenFisca(
        [plan_rules(_one(rules, at), PERSON, END) for at in range(len(rules.entitlements))],
        plan.columns,
        frame,
    )
    zen, row = Zen(plan), zen_rows(plan.columns, frame)[0]
    found = measured({"fisca": fisca.run, "zen": lambda: [zen.run(row, trace=True) for _ in range(50)]}, 9)
    report("OpenFisca, one applicant / ours", found["fisca"] / spent[1000], "", "bar 40")
    report("zen with trace, one applicant / ours", found["zen"] / 50 / spent[1000], "", "bar 1")


# ------------------------------------------------------------------ memory, in fresh processes


def peak(path: Path, many: int) -> float:
    """MiB of a process that runs the rules over a file, keeps what it found, and does nothing else."""
    script = Path(__file__).with_name("entitlement_memory.py")
    said = subprocess.run(
        [sys.executable, str(script), str(path), str(many)], check=True, capture_output=True, text=True
    ).stdout
    return float(said)


def ten_million(path: Path, many: int, rounds: int) -> None:
    """The facts of the town again and again, to ten million rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    large = path.with_name("ten.parquet")
    rows, wanted = pq.read_metadata(path).num_rows, 10_000_000
    with pq.ParquetWriter(large, pq.read_schema(path), compression="zstd") as writer:
        left = wanted
        while left:
            for batch in pq.ParquetFile(path).iter_batches(131_072):
                part = batch[: min(left, batch.num_rows)]
                writer.write_table(pa.Table.from_batches([part]), row_group_size=131_072)
                left -= part.num_rows
                if not left:
                    break
    rules_stage(rule_set(many), large, max(3, rounds // 2), rivals=False)
    low, high = peak(path, many), peak(large, many)
    report(f"peak memory at {rows} rows, kept on disk", low, "MiB", "bar 256")
    report("peak memory at 10,000,000 rows, kept on disk", high, "MiB", "bar 256")
    report("10 million / fewer", high / low, "", "flat")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=445_000)
    parser.add_argument("--rules", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ten", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people = make_population(given.people, SEED, folder)
        rules = rule_set(given.rules)
        made = facts(rules, folder, people, given.rounds)
        path = folder / "facts.parquet"
        engines.write_facts(made, path)
        rules_stage(rules, path, given.rounds, rivals=True)
        one_applicant(rules, path)
        growth(path, given.rounds)
        change(rules, folder, people, made, given.rounds)
        report("peak memory of the rules stage", peak(path, given.rules), "MiB", "bar 256")
        if given.ten:
            ten_million(path, given.rules, given.rounds)


if __name__ == "__main__":
    main()
