"""审管协同 as values: a decided licence in the hands of the body that watches over its holder."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from bancheng.core.casework._values import By
from bancheng.core.kernel import Record

ACKNOWLEDGE_DAYS = 5
"Working days in which the supervising body says that it has taken a licence over."
CHASES = 3
"How often it is asked again; after that the warning stands for people to act on."


class Inspected(StrEnum):
    """What an inspection after the decision found: in order, to be put right, serious."""

    FINE = "fine"
    RECTIFY = "rectify"
    SERIOUS = "serious"


class Inspection(Record):
    """A result that supervision returned. `revoke`: it proposes to revoke the decision."""

    result: Inspected
    findings: str
    inspected_on: date
    by: By
    on: date
    revoke: bool = False


class Handed(Record):
    """An item in the hands of its supervising body; `due` is the last day for the acknowledgement."""

    body: str
    body_name: str
    on: date
    due: date
    acknowledged: date | None = None
    by: By | None = None
    chased: tuple[date, ...] = ()
    inspections: tuple[Inspection, ...] = ()
