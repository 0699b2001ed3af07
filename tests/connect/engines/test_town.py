"""From tables to statuses to the reason of one: rules over a fictitious town, each cell as the interpreter says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from benchmarks.entitlement_rules import rule_set

from bancheng.connect import engines
from bancheng.connect.engines.population import END, make_population
from bancheng.core.benefits import (
    Assessor,
    Status,
    SubjectKind,
    check_rule_set,
    facts_of_row,
    judge,
    plan_rules,
)
from bancheng.core.rules import UNKNOWN

RULES = rule_set(129)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    people = make_population(700, 3, folder)
    path = folder / "facts.parquet"
    engines.write_facts(engines.build_facts(RULES, folder, people, END), path)
    return path


@pytest.fixture(scope="module")
def run(facts: Path) -> engines.RunFolder:
    plan = plan_rules(RULES, SubjectKind.PERSON, END)
    folder = facts.parent / "run"
    snapshot = engines.snapshot_of(facts)
    return engines.run_rules(plan, facts, folder, rule_set=RULES.digest, snapshot=snapshot, as_of=END)


def test_the_drawn_rules_are_well_made() -> None:
    assert check_rule_set(RULES, END) == ()


def test_everyone_has_of_every_rule_the_status_that_one_alone_has(
    facts: Path, run: engines.RunFolder
) -> None:
    assessor = Assessor(RULES, SubjectKind.PERSON, END)
    rows = pl.read_parquet(facts).to_dicts()
    wanted: dict[str, list[Status]] = {rule: [] for rule in run.head.rules}
    for row in rows:
        for one in assessor.assess(row):
            wanted[one.rule].append(one.status)
    for rule, statuses in wanted.items():
        for status in Status:
            kept = run.numbers(rule, status).tolist()
            assert kept == [at for at, one in enumerate(statuses) if one is status]
    assert run.head.snapshot == engines.snapshot_of(facts)


def test_one_is_told_why_and_it_is_what_the_run_kept(facts: Path, run: engines.RunFolder) -> None:
    seen = set()
    for number in range(0, 700, 9):
        for rule in run.head.rules[number % 7 :: 23]:
            told = engines.why(RULES, facts, number, rule, END)
            assert told.status is run.status(rule, number)
            seen.add(told.status)
            assert bool(told.missing) is (told.status is Status.UNKNOWN)
            outcomes = [one.explanation.value for one in told.conditions]
            assert (told.status is Status.ENTITLED) is all(one is True for one in outcomes)
            assert told.status is not Status.UNKNOWN or UNKNOWN in outcomes
    assert seen == set(Status)
    with pytest.raises(KeyError):
        engines.why(RULES, facts, 700, "rule_0000", END)


def test_a_birthday_alone_changes_who_is_entitled(facts: Path, run: engines.RunFolder) -> None:
    later = END + dt.timedelta(days=366)
    plan = plan_rules(RULES, SubjectKind.PERSON, later)
    after = engines.run_rules(
        plan, facts, facts.parent / "later", rule_set=RULES.digest, snapshot=run.head.snapshot, as_of=later
    )
    moved = {one.rule: one for one in engines.changes(run, after)}
    assert moved
    columns = tuple(plan.columns)
    rows = pl.read_parquet(facts).to_dicts()
    for rule, change in list(moved.items())[:5]:
        for number in change.gained[:3]:
            told = facts_of_row(columns, rows[number])
            assert judge(RULES, rule, told, END).status is not Status.ENTITLED
            assert judge(RULES, rule, told, later).status is Status.ENTITLED
