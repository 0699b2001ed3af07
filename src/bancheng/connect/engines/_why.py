"""Why one subject has the status a run kept: judged again by the interpreter, from the same facts, rules and day."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import polars as pl

from bancheng.connect.engines._blocks import names
from bancheng.core.benefits import (
    Judgement,
    RuleSet,
    SubjectKind,
    fact_column,
    facts_of,
    facts_of_row,
    judge,
)
from bancheng.core.rules import Value


def why(rules: RuleSet, facts: Path, number: int, entitlement: str, as_of: dt.date) -> Judgement:
    """The judgement of one rule over row `number` of a file of facts, with every condition explained.

    Raises:
        KeyError: there is no such row or rule.
    """
    given = facts_about(rules, facts, number, rules.entitlement(entitlement).subject)
    return judge(rules, entitlement, given, as_of)


def facts_about(rules: RuleSet, facts: Path, number: int, subject: SubjectKind) -> dict[str, Value]:
    """Row `number` of a file of facts as the interpreter reads it.

    Raises:
        KeyError: there is no such row.
    """
    kept = set(pl.read_parquet_schema(facts))
    columns = tuple(one for one in map(fact_column, facts_of(rules, subject)) if one.column in kept)
    rows = pl.scan_parquet(facts).select(names(columns)).slice(number, 1).collect()
    if number < 0 or not rows.height:
        raise KeyError(number)
    return facts_of_row(columns, rows.row(0, named=True))


def snapshot_of(facts: Path) -> str:
    """The name of a snapshot of facts: the SHA-256 of its file."""
    with facts.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
