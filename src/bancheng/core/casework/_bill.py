"""The bill of a case: what is charged, what came, what went back. Every sum is folded, none is stored twice."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._fee_values import SURPLUS, Charge, PayWay, RefundCause
from bancheng.core.kernel import Record


class PaidIn(Record):
    """A payment that arrived, by charge."""

    key: str
    way: PayWay
    parts: dict[str, int]
    receipt: str
    on: date

    @property
    def total(self) -> int:
        """Fen in all."""
        return sum(self.parts.values())


class PaidBack(Record):
    """A refund of one payment, by charge; `done` is the day on which it reached the payer."""

    key: str
    payment: str
    way: PayWay
    parts: dict[str, int]
    cause: RefundCause
    on: date
    done: date | None = None

    @property
    def total(self) -> int:
        """Fen in all."""
        return sum(self.parts.values())


class Bill(Record):
    """Money of a case in fen, by charge. An ordered refund counts as gone from the moment it is ordered."""

    charges: dict[str, Charge] = {}
    waived: dict[str, int] = {}
    payments: dict[str, PaidIn] = {}
    refunds: dict[str, PaidBack] = {}

    def net(self, charge: str) -> int:
        """What is held for a charge: paid, less what was ordered back."""
        came = sum(one.parts.get(charge, 0) for one in self.payments.values())
        return came - sum(one.parts.get(charge, 0) for one in self.refunds.values())

    def price(self, charge: str) -> int:
        """What a charge costs after waivers; 0 while its amount is open."""
        return max(0, (self.charges[charge].amount or 0) - self.waived.get(charge, 0))

    @property
    def held(self) -> tuple[str, ...]:
        """Every key under which money may stand: the charges, and what nobody owed."""
        return (*self.charges, SURPLUS)

    def of_payment(self, payment: str, charge: str) -> int:
        """What of a payment still stands for a charge."""
        back = sum(one.parts.get(charge, 0) for one in self.refunds.values() if one.payment == payment)
        return self.payments[payment].parts.get(charge, 0) - back

    @property
    def to_refund(self) -> tuple[PaidBack, ...]:
        """Refunds that have not reached the payer."""
        return tuple(one for one in self.refunds.values() if one.done is None)

    @property
    def paid(self) -> int:
        """All that ever came."""
        return sum(one.total for one in self.payments.values())

    @property
    def refunded(self) -> int:
        """All that has reached payers again."""
        return sum(one.total for one in self.refunds.values() if one.done is not None)
