"""Commands about money: reckon, fix, waive, take, give back."""

from __future__ import annotations

from bancheng.core.casework._command import Command
from bancheng.core.casework._fee_values import Charge, PayWay


class BillFees(Command):
    """The fees as the values now given have them; replaces what was reckoned before. Only for the machine."""

    charges: tuple[Charge, ...]


class AssessFee(Command):
    """A named official of the charging body fixes an amount (fen) that could not be reckoned, and says why."""

    charge: str
    amount: int
    reason: str


class WaiveFee(Command):
    """减免: a head of the charging body lets `amount` (fen) fall, with reason and basis; paid money then goes back."""

    charge: str
    amount: int
    reason: str
    basis: str = ""


class RecordPayment(Command):
    """`amount` fen have arrived as payment `payment`. Online only the machine says so, cash only the window."""

    payment: str
    amount: int
    way: PayWay
    receipt: str


class SettleFees(Command):
    """Order back whatever is held beyond what is due. Only for the machine."""


class ConfirmRefund(Command):
    """The money of refund `refund` has reached the payer; cash from the hands of the window."""

    refund: str
    receipt: str = ""
