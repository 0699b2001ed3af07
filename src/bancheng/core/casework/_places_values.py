"""跨域通办 as values: how several places share a case, and the lists with which papers and results travel."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from bancheng.core.casework._values import By
from bancheng.core.kernel import Record

TRAVEL_DAYS = 5
"Working days in which what was sent is to be received."


class HandoverKind(StrEnum):
    """What travels: the applicant's papers to who decides, or results to where they are fetched."""

    PAPERS = "papers"
    RESULTS = "results"


class HandoverLine(Record):
    """One line of a 交接单: what, how many, and for results the item."""

    number: int
    name: str
    copies: int = 1
    item: str = ""
    ref: str = ""


class Handover(Record):
    """A 交接单: sent, received, what was missing (`missing`: line numbers), how that was cleared up."""

    number: int
    kind: HandoverKind
    sender: str
    receiver: str
    lines: tuple[HandoverLine, ...]
    on: date
    by: By
    due: date
    way: str = ""
    tracking: str = ""
    received: date | None = None
    received_by: By | None = None
    missing: tuple[int, ...] = ()
    note: str = ""
    cleared: date | None = None
    cleared_note: str = ""

    @property
    def open(self) -> bool:
        """Is it under way, or is something missing that nobody has cleared up?"""
        return self.received is None or (bool(self.missing) and self.cleared is None)


class Crossing(Record):
    """What a case across places knows beyond its places: the form check and the lists."""

    checked: date | None = None
    checked_by: By | None = None
    handovers: tuple[Handover, ...] = ()
