"""What may still happen to a decision: corrected, taken back, opened again. Public words and references only."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from bancheng.core.kernel import Record


class RevokeGround(StrEnum):
    """How a licence ends before its time: unlawful from the start, lawful but overtaken, or merely struck off."""

    REVOKE = "revoke"
    "撤销: it should not have been given (行政许可法 art. 69)."
    RECALL = "recall"
    "撤回: the law or the facts it rests on changed (art. 8, second paragraph)."
    CANCEL = "cancel"
    "注销: expired, given up, the holder gone, or revoked before (art. 70)."

    @property
    def words(self) -> str:
        """As a decision names it."""
        return _GROUNDS[self][0]

    @property
    def basis(self) -> str:
        """The article it rests on."""
        return f"《中华人民共和国行政许可法》{_GROUNDS[self][1]}"


_GROUNDS = {
    RevokeGround.REVOKE: ("撤销", "第六十九条"),
    RevokeGround.RECALL: ("撤回", "第八条第二款"),
    RevokeGround.CANCEL: ("注销", "第七十条"),
}


class DeliveryNote(StrEnum):
    """Why a late result is not with the person yet: it was brought and not taken, or they asked for a later day."""

    TRIED = "tried"
    LATER = "later"


class LateDelivery(Record):
    """The window was told that an item's result is late. `done` is the day it answered; `again` when it tries again."""

    number: int
    item: str
    title: str
    on: date
    due: date
    done: date | None = None
    how: DeliveryNote | None = None
    again: date | None = None


class Correction(Record):
    """A clerical error put right; `number` counts within the case."""

    number: int
    item: str
    on: date
    what: str
    results: tuple[str, ...] = ()


class Revocation(Record):
    """A licence that no longer holds since `on`."""

    item: str
    ground: RevokeGround
    on: date
    reason: str
    basis: str
    by: str = ""


class Reopening(Record):
    """A finished item taken up again, by whom and why."""

    item: str
    on: date
    reason: str
    basis: str
    by: str


class Outcomes(Record):
    """Everything that happened to decisions after they were made. `late` are items told to be late in delivery."""

    corrections: tuple[Correction, ...] = ()
    revoked: dict[str, Revocation] = {}
    reopenings: tuple[Reopening, ...] = ()
    late: dict[str, date] = {}
    chases: tuple[LateDelivery, ...] = ()

    def chase(self, item: str) -> LateDelivery | None:
        """The last time the window was told about this item."""
        return next((one for one in reversed(self.chases) if one.item == item), None)
