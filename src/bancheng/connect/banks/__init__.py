"""Paying out: the port by which a bank takes files of payments, and a demo bank that fails, delays and doubles."""

from bancheng.connect.banks._demo import BankBehaviour, DemoBank
from bancheng.connect.banks._port import (
    BankDown,
    BankLine,
    BankPort,
    LineState,
    PayLine,
    payment_file,
    read_payment_file,
)

__all__ = [
    "BankBehaviour",
    "BankDown",
    "BankLine",
    "BankPort",
    "DemoBank",
    "LineState",
    "PayLine",
    "payment_file",
    "read_payment_file",
]
