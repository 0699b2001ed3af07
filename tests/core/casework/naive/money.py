# ruff: noqa: N802  # reason: what may be done and is done is named by its command
"""Money in fen: what is due, what came, what is held too much and goes back (行政许可法 art. 58)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from msgspec.structs import replace
from tests.core.casework.naive.base import Base, said

from bancheng.core.casework import Actor, Charge, PayWay, commands

NOBODY = ""
"The key of money that nobody owed."
TIMES = {"accept": ("before",), "approve": ("before", "during"), "issue": ("before", "during"),
         "deliver": ("before", "during", "after")}  # fmt: skip


class Money(Base):
    """The bill."""

    def start(self) -> None:
        super().start()
        self.charges: dict[str, Charge] = {one.key: one for one in self.submit.charges}
        self.waived: dict[str, int] = {}
        self.payments: dict[str, int] = {}
        self.held_for: dict[str, int] = {}
        self.refunds: dict[str, dict[str, Any]] = {}

    def price(self, key: str) -> int:
        """What a charge costs now; nothing of it is due while it cannot be reckoned."""
        return max(0, (self.charges[key].amount or 0) - self.waived.get(key, 0))

    def lost(self, key: str) -> bool:
        """Whether the item of a charge, or the case before it, came to nothing."""
        turned = self.phase() in ("not_needed", "not_ours")
        return turned or self.ended.get(self.charges[key].item) in ("refused", "stopped", "withdrawn")

    def keeps(self, key: str) -> int:
        """What may be held of a charge: its price, or what the policy does not give back of an item that was lost."""
        if key == NOBODY:
            return 0
        price = self.price(key)
        if not self.lost(key):
            return price
        if self.phase() in ("not_needed", "not_ours"):
            return 0
        back = (Decimal(price) * self.share(key)).quantize(Decimal(1), ROUND_HALF_UP)
        return price - int(back)

    def share(self, key: str) -> Decimal:
        """By the rules of the fee; without one everything, unless work on the item had been done."""
        charge = self.charges[key]
        cause = "withdrawn" if self.ended[charge.item] == "withdrawn" else "refused"
        rules = [one for one in charge.refunds if one.on.value == cause]
        for one in rules:
            if not one.until or one.until not in self.done:
                return one.share
        begun = any(step in self.done for step in self.steps_of(charge.item))
        return Decimal(0) if rules or begun else Decimal(1)

    def owing(self, key: str) -> int:
        """What is still to be paid, now or later."""
        if self.lost(key) or self.phase() == "withdrawn":
            return 0
        return max(0, self.price(key) - self.held_for.get(key, 0))

    def payable(self) -> list[str]:
        """Charges that may be paid now: each at its time."""
        found = []
        for key, one in self.charges.items():
            before = one.timing.value == "before" and self.phase() not in ("not_needed", "not_ours")
            during = one.timing.value == "during" and self.was_accepted
            after = one.timing.value == "after" and self.ended.get(one.item) == "approved"
            if (before or during or after) and self.owing(key):
                found.append(key)
        return found

    def unpaid(self, act: str, item: str = "") -> bool:
        """Whether a fee that comes before an act is not paid, or not even reckoned."""
        for key, one in self.charges.items():
            meant = one.timing.value in TIMES[act] and (not item or one.item == item)
            if meant and not self.lost(key) and (one.amount is None or self.owing(key)):
                return True
        return False

    def surplus(self) -> dict[str, int]:
        """What is held beyond what may be, by charge."""
        return {key: held - self.keeps(key) for key, held in self.held_for.items() if held > self.keeps(key)}

    # ------------------------------------------------------------------------------------------------------- asked

    def may_BillFees(self, actor: Actor, command: commands.BillFees) -> bool:
        costing = {
            key: one
            for key, one in self.charges.items()
            if one.amount or key in {it.key for it in command.charges}
        }
        after = {
            key: one
            for key, one in self.rebilled(command).items()
            if key in {it.key for it in command.charges}
        }
        return self.machine(actor) and after != costing

    def rebilled(self, command: commands.BillFees) -> dict[str, Charge]:
        """What an official fixed stays where nothing can be reckoned; what is charged no more costs nothing."""
        found = {}
        for one in command.charges:
            kept = one.amount is None and one.key in self.charges
            found[one.key] = self.charges[one.key] if kept else one
        for key, old in self.charges.items():
            if key not in found:
                found[key] = replace(old, amount=0)
        return found

    def do_BillFees(self, _: Actor, command: commands.BillFees) -> None:
        self.charges = self.rebilled(command)

    def may_AssessFee(self, actor: Actor, command: commands.AssessFee) -> bool:
        charge = self.charges.get(command.charge)
        if charge is None or charge.amount is not None or command.amount < 0:
            return False
        return self.official(actor, "reviewer", "senior", body=charge.body) and said(command.reason)

    def do_AssessFee(self, _: Actor, command: commands.AssessFee) -> None:
        self.charges[command.charge] = replace(self.charges[command.charge], amount=command.amount)

    def may_WaiveFee(self, actor: Actor, command: commands.WaiveFee) -> bool:
        charge = self.charges.get(command.charge)
        if (
            charge is None
            or not 0 < command.amount <= self.price(command.charge)
            or self.lost(command.charge)
        ):
            return False
        return self.official(actor, "senior", "head", body=charge.body) and said(command.reason)

    def do_WaiveFee(self, _: Actor, command: commands.WaiveFee) -> None:
        self.waived[command.charge] = self.waived.get(command.charge, 0) + command.amount

    def may_RecordPayment(self, actor: Actor, command: commands.RecordPayment) -> bool:
        new = bool(command.payment) and command.payment not in self.payments
        if not new or command.amount <= 0 or not command.receipt:
            return False
        if command.way is PayWay.ONLINE:
            return self.machine(actor)
        exact = command.amount == sum(self.owing(key) for key in self.payable())
        return self.official(actor, "clerk", body=self.submit.receiving_body) and exact

    def do_RecordPayment(self, _: Actor, command: commands.RecordPayment) -> None:
        self.payments[command.payment] = command.amount
        left, now = command.amount, self.payable()
        for key in [*now, *(one for one in self.charges if one not in now)]:
            part = min(left, self.owing(key))
            self.held_for[key] = self.held_for.get(key, 0) + part
            left -= part
        self.held_for[NOBODY] = self.held_for.get(NOBODY, 0) + left
        self.do_SettleFees()

    def may_SettleFees(self, actor: Actor, _: commands.SettleFees) -> bool:
        return self.machine(actor) and bool(self.surplus())

    def do_SettleFees(self, *_: object) -> None:
        for key, over in self.surplus().items():
            self.held_for[key] -= over

    def may_ConfirmRefund(self, actor: Actor, command: commands.ConfirmRefund) -> bool:
        one = self.refunds.get(command.refund)
        if one is None or one["done"]:
            return False
        if one["way"] is PayWay.ONLINE:
            return self.machine(actor)
        return self.official(actor, "clerk", body=self.submit.receiving_body)

    def do_ConfirmRefund(self, _: Actor, command: commands.ConfirmRefund) -> None:
        self.refunds[command.refund]["done"] = True

    def ordered_back(self, refunds: dict[str, PayWay]) -> None:
        """Refunds that came into being, under the names they got; their sums are compared with what is held."""
        for key, way in refunds.items():
            self.refunds.setdefault(key, {"way": way, "done": False})
