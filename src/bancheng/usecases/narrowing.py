"""Lists kept between the pages of one draft, so that one more answer costs what hangs on it and not the whole form."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from bancheng.core.compiler import Blueprint, Narrower, PersonalList
from bancheng.core.evidence import Known, Value

KEPT = 256
"""Drafts whose lists one process keeps; the longest untouched goes first."""
STEPS = 40
"""Beyond so many changed answers a list is made anew."""

_lock = threading.Lock()
_kept: OrderedDict[UUID, Narrower] = OrderedDict()


def list_for(
    draft: UUID,
    of: Blueprint,
    answers: Mapping[str, Value],
    known: Known,
    today: date,
    wanted: Collection[str],
    *,
    assume_coverage: bool,
) -> PersonalList:
    """What `narrow` makes of the answers, from the list of the draft's last page where that still serves.

    Nothing here is the truth: a process that keeps no list makes it, and a list is never shared by two threads.
    """
    with _lock:
        kept = _kept.pop(draft, None)
    fits = (
        kept is not None
        and kept.blueprint.digest == of.digest
        and (kept.known, kept.today, kept.wanted, kept.assume_coverage)
        == (known, today, tuple(wanted), assume_coverage)
    )
    changes = _changes(kept.answers, answers) if kept is not None and fits else None
    if kept is None or changes is None or len(changes) > STEPS:
        kept = Narrower(of, answers, known, today, wanted, assume_coverage=assume_coverage)
    else:
        for element in changes:
            kept.answer(element, answers.get(element))
    found = kept.personal
    with _lock:
        _kept[draft] = kept
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def forget() -> None:
    """Keep nothing: for tests that count."""
    with _lock:
        _kept.clear()


def _changes(before: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    return [
        key
        for key in {**before, **now}
        if before.get(key) != now.get(key) or type(before.get(key)) is not type(now.get(key))
    ]
