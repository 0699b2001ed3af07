"""The small words of money in a case: what is charged, how it was paid, why it goes back. All amounts in fen."""

from __future__ import annotations

from enum import StrEnum

from bancheng.core.catalogue import FeeRefund, FeeTiming
from bancheng.core.kernel import Record

SURPLUS = ""
"The key under which money stands that nobody owed: it always goes back."


class PayWay(StrEnum):
    """How money came or went."""

    ONLINE = "online"
    CASH = "cash"


class RefundCause(StrEnum):
    """Why money goes back."""

    SURPLUS = "surplus"
    "Paid twice, or more than was due."
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_ACCEPTED = "not_accepted"
    WAIVED = "waived"
    REBILLED = "rebilled"
    "Reckoned anew, and less."


class Charge(Record):
    """One fee of one item in a case, as reckoned. `amount` (fen) is None while it cannot be reckoned yet.

    `gross` is the amount before what was `reduced` by rule, each with its words and basis.
    """

    key: str
    item: str
    body: str
    name: str
    basis: str
    amount: int | None
    timing: FeeTiming = FeeTiming.AFTER
    gross: int | None = None
    reduced: tuple[str, ...] = ()
    refunds: tuple[FeeRefund, ...] = ()


class MoneyPart(Record):
    """Fen of one payment or refund that belong to one charge (`SURPLUS` for nobody's)."""

    charge: str
    amount: int
