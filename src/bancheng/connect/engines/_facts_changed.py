"""Facts made anew only where something moved: data, a window's edge, a household; the result equals a full build.

Birthdays move no fact (a birth date is one), they move rules; so rules always run over everyone.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from bancheng.connect.engines._facts_dense import Rows, build_facts
from bancheng.connect.engines._subjects import Array, Mask, Subjects, column, specs_of
from bancheng.core.benefits import FactSpec, RuleSet, Source


def rebuild_facts(
    rules: RuleSet,
    folder: Path,
    subjects: Subjects,
    as_of: dt.date,
    *,
    before: pl.DataFrame,
    built_on: dt.date,
    changed: Array,
    was: Subjects | None = None,
) -> tuple[pl.DataFrame, Array]:
    """The facts of a day from those of an earlier build, and the numbers of those that were made anew.

    `changed`: the numbers of all whose rows in any source, household or district changed since; `was`: the
    subjects of the earlier build, where households changed. People added since stand at the end. `folder` holds the
    tables of now; kept by `keep_mapped`, rows of a few people are found without reading the rest.
    """
    moved = np.zeros(subjects.frame.height, np.bool_)
    moved[changed] = True
    moved[before.height :] = True
    if built_on != as_of:
        _mark_moved(rules, folder, subjects, (built_on, as_of), moved)
    if was is not None:
        _mark_households(was, moved)
    _mark_households(subjects, moved)
    only = np.flatnonzero(moved)
    if not len(only):
        return before, only
    if len(only) == len(moved):
        return build_facts(rules, folder, subjects, as_of), only
    part = build_facts(rules, folder, subjects, as_of, only)
    before = before.cast(part.schema)  # kept facts are as narrow as they were then
    added = subjects.frame.height - before.height
    whole = pl.concat([before, before.clear(added)]) if added else before
    columns = [whole.get_column(name).clone().scatter(only, part.get_column(name)) for name in whole.columns]
    return pl.DataFrame(columns), only


def _mark_moved(
    rules: RuleSet, folder: Path, subjects: Subjects, days: tuple[dt.date, dt.date], moved: Mask
) -> None:
    """Mark whose rows came into a window or left one between two days."""
    counted, _ = specs_of(rules, subjects.kind)
    for source in rules.sources:
        specs = [one for one in counted if one.source == source.id and _looks_back(one)]
        if not specs or source.subject is not subjects.kind:
            continue
        if any(len({subjects.covered(source, spec, day) for day in days}) > 1 for spec in specs):
            moved[:] = True  # a district became complete enough, or no longer is
            return
        _mark_rows(source, specs, folder, days, moved)


def _mark_rows(
    source: Source, specs: list[FactSpec], folder: Path, days: tuple[dt.date, dt.date], moved: Mask
) -> None:
    then, now = (Rows(folder, source, specs, day, len(moved), None) for day in days)
    for spec in specs:
        for old, new in zip(then.outcome(spec), now.outcome(spec), strict=True):
            if old is None and new is None:
                continue
            rows = len(now.keys)
            differ = (np.zeros(rows, np.bool_) if old is None else old) ^ (
                np.zeros(rows, np.bool_) if new is None else new
            )
            theirs = now.keys[differ]
            moved[theirs[theirs < len(moved)]] = True


def _looks_back(spec: FactSpec) -> bool:
    return bool(spec.window or spec.at or "today" in spec.where)


def _mark_households(subjects: Subjects, moved: Mask) -> None:
    """Mark everyone in a household in which someone is marked."""
    homes = column(subjects.frame, "hid")
    rows = len(homes.values)
    known = np.ones(rows, np.bool_) if homes.known is None else homes.known
    marked = np.zeros(int(homes.values.max(initial=0)) + 1, np.bool_)
    marked[homes.values[moved[:rows] & known]] = True
    moved[:rows] |= marked[homes.values] & known
