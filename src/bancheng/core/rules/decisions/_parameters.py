"""Parameters of law: a value for each day, with the reference that set it, only ever added."""

from __future__ import annotations

import datetime as dt

from bancheng.core.kernel import Problem
from bancheng.core.rules._evaluate import evaluate
from bancheng.core.rules._parser import RuleSyntaxError, parse
from bancheng.core.rules._values import Mode, Value
from bancheng.core.rules.decisions._model import DatedValue


def entry_as_of(values: tuple[DatedValue, ...], day: dt.date) -> DatedValue | None:
    """The entry in force on a day: the latest that had begun, of one day the last. None before the first."""
    begun = [one for one in values if one.since <= day]
    return max(reversed(begun), key=lambda one: one.since) if begun else None


def value_as_of(values: tuple[DatedValue, ...], day: dt.date | None, missing: Value = None) -> Value:
    """The value in force on a day; `missing` without a day, or before the first entry."""
    entry = None if day is None else entry_as_of(values, day)
    if entry is None:
        return missing
    try:
        return evaluate(parse(entry.value.text), {}, mode=Mode.STANDARD)
    except RuleSyntaxError:  # told when the model was made ready
        return missing


def only_added(
    before: tuple[DatedValue, ...], after: tuple[DatedValue, ...], name: str
) -> tuple[Problem, ...]:
    """What a new version of a parameter takes away or changes, which it must not: the past keeps its answers.

    A correction is a new entry for the same day, after the old one, with its own reference.
    """
    return tuple(
        Problem(
            "parameter-changed",
            f"“{name}”自 {one.since.isoformat()} 起的值 {one.value.text} 被改动或删去了。",
            suggestion="保留原来的值，另加一条新的生效日期",
        )
        for one in before
        if one not in after
    )
