"""Commands about decisions that were made, and papers that were issued."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._command import Command
from bancheng.core.casework._outcome_values import DeliveryNote, RevokeGround
from bancheng.core.casework._values import Issued


class Correct(Command):
    """A clerical error in a decision or result is put right. `what` says what was wrong and what holds.

    `results` are the new papers, one for each of the item's that was wrong; each replaces the old one.
    """

    item: str
    what: str
    results: tuple[Issued, ...] = ()


class Revoke(Command):
    """An issued licence no longer holds. `heard`: the holder could state their case, which 撤销 and 撤回 require."""

    item: str
    ground: RevokeGround
    reason: str
    basis: str = ""
    remedies: str = ""
    heard: bool = False


class Reopen(Command):
    """A refused, stopped or revoked item is taken up again. `warned`: who signs has read the legal warning."""

    item: str
    reason: str
    basis: str
    warned: bool = False


class RemindDelivery(Command):
    """The last day for handing a decision over (行政许可法 art. 44), or the one named since, is over. The machine."""

    item: str


class RenewBySilence(Command):
    """The licence that the item renews has ended and nobody decided in time (行政许可法 art. 50). The machine."""

    item: str


class NoteDelivery(Command):
    """The window answers for a result that is late: it tried (`note` says how), or the person asked for a later day."""

    item: str
    how: DeliveryNote
    again: date
    note: str = ""
