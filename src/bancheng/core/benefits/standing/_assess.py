"""What traces say on a day: passed, suspected, or nothing to go by. It finds; a person decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from bancheng.core.kernel import Record


class Finding(StrEnum):
    """PASSED: a trace of life or of the qualification is fresh enough. SUSPECTED: a trace says that it has ended.
    NO_TRACE: nobody left one; a friendly question follows."""

    PASSED = "passed"
    SUSPECTED = "suspected"
    NO_TRACE = "no_trace"


class Trace(Record):
    """That something happened on a day, by a source: a visit to a doctor, a meter read, a cremation, a move.

    `kind` names the rule of `Watch` it falls under; `reference` is the source's own number, never a text about health.
    """

    kind: str
    source: str
    on: dt.date
    reference: str = ""


class Watch(Record):
    """How a benefit is certified: which kinds of trace speak for it and how long, which against it.

    `positive`: days for which a trace of that kind counts. `negative`: kinds that raise a suspicion, whenever they came
    after `since`. `basis` and `impact` (the assessment of the effect on persons) must be there before a run:
    Personal Information Protection Law arts. 13(3), 55 and 56.
    """

    benefit: str
    positive: dict[str, int]
    negative: tuple[str, ...]
    basis: tuple[str, ...]
    impact: str
    every_days: int = 365


class Freshness(Record):
    """Until when a source has delivered, and whether it is connected where the person lives."""

    source: str
    until: dt.date | None
    connected: bool = True


class Assessment(Record):
    """What the traces say, what it rests on, and what could not be seen.

    `by` are the traces that decide, the newest first; `good_until`: the last day a pass holds; `gaps`: sources that are
    not connected there or have not delivered up to the day, so that "no trace" may be theirs and not the person's.
    """

    finding: Finding
    as_of: dt.date
    by: tuple[Trace, ...] = ()
    good_until: dt.date | None = None
    conflict: bool = False
    gaps: tuple[str, ...] = ()


def assess(
    watch: Watch,
    traces: Iterable[Trace],
    as_of: dt.date,
    *,
    since: dt.date | None = None,
    freshness: Iterable[Freshness] = (),
) -> Assessment:
    """What traces up to `as_of` say; those that a person has already looked into, up to `since`, raise nothing again.

    A trace of life after one of death does not silence it: both are shown as a conflict, for one of the two is wrong.
    """
    seen = sorted(
        (one for one in traces if one.on <= as_of), key=lambda one: (one.on, one.kind), reverse=True
    )
    against = tuple(one for one in seen if one.kind in watch.negative and (since is None or one.on > since))
    speaking = tuple(one for one in seen if one.kind in watch.positive and _until(watch, one) >= as_of)
    gaps = tuple(sorted(one.source for one in freshness if _gap(one, as_of)))
    if against:
        later = tuple(one for one in speaking if one.on > against[-1].on)
        return Assessment(
            finding=Finding.SUSPECTED, as_of=as_of, by=(*against, *later), conflict=bool(later), gaps=gaps
        )
    if speaking:
        return Assessment(
            finding=Finding.PASSED,
            as_of=as_of,
            by=speaking,
            good_until=max(_until(watch, one) for one in speaking),
            gaps=gaps,
        )
    return Assessment(finding=Finding.NO_TRACE, as_of=as_of, gaps=gaps)


def _until(watch: Watch, trace: Trace) -> dt.date:
    return trace.on + dt.timedelta(days=watch.positive[trace.kind])


def _gap(one: Freshness, as_of: dt.date) -> bool:
    return not one.connected or one.until is None or one.until < as_of
