"""Events about money. They hold what is charged, paid and given back; who paid lies in the register."""

from __future__ import annotations

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._fee_values import Charge, MoneyPart, PayWay, RefundCause
from bancheng.core.kernel import format_yuan


class FeesBilled(Event):
    """The fees of the case were reckoned, or reckoned anew."""

    charges: tuple[Charge, ...]
    again: bool = False

    def words(self) -> str:
        known = sum(one.amount or 0 for one in self.charges)
        open_ = sum(one.amount is None for one in self.charges)
        text = f"{'重新' if self.again else ''}核算费用：共{len(self.charges)}项，{format_yuan(known)}"
        return text + (f"，另有{open_}项待核定" if open_ else "")


class FeeAssessed(Event):
    """An official fixed an amount."""

    charge: str
    title: str
    amount: int
    reason: str

    def words(self) -> str:
        return f"{self.by.name}核定“{self.title}”{format_yuan(self.amount)}：{self.reason}"


class FeeWaived(Event):
    """An official let a fee fall, whole or in part."""

    charge: str
    title: str
    amount: int
    reason: str
    basis: str = ""

    def words(self) -> str:
        basis = f"（依据：{self.basis}）" if self.basis else ""
        return f"{self.by.name}批准减免“{self.title}”{format_yuan(self.amount)}：{self.reason}{basis}"


class FeePaid(Event):
    """Money arrived; `parts` say what for."""

    payment: str
    way: PayWay
    parts: tuple[MoneyPart, ...]
    receipt: str

    def words(self) -> str:
        total = format_yuan(sum(part.amount for part in self.parts))
        return f"收到缴费{total}（{_WAYS[self.way]}），票据号{self.receipt}"


class RefundOrdered(Event):
    """Money of one payment is to go back the way it came."""

    refund: str
    payment: str
    parts: tuple[MoneyPart, ...]
    cause: RefundCause
    way: PayWay = PayWay.ONLINE

    def words(self) -> str:
        total = format_yuan(sum(part.amount for part in self.parts))
        how = "原路退回" if self.way is PayWay.ONLINE else "到窗口领取"
        return f"应退费{total}（{_CAUSES[self.cause]}），{how}"


class FeeRefunded(Event):
    """A refund has reached the payer."""

    refund: str
    amount: int
    receipt: str = ""

    def words(self) -> str:
        return f"已退费{format_yuan(self.amount)}" + (f"，凭证号{self.receipt}" if self.receipt else "")


_WAYS = {PayWay.ONLINE: "网上缴费", PayWay.CASH: "窗口现金"}
_CAUSES = {
    RefundCause.SURPLUS: "重复或多缴",
    RefundCause.REFUSED: "未获准予",
    RefundCause.WITHDRAWN: "申请已撤回",
    RefundCause.NOT_ACCEPTED: "申请未受理",
    RefundCause.WAIVED: "费用减免",
    RefundCause.REBILLED: "费用重新核算",
}
