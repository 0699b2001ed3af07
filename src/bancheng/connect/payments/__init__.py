"""Paying: the port through which money comes online, and a demo provider that can fail, delay, double and lie."""

from bancheng.connect.payments._demo import DemoBehaviour, DemoProvider
from bancheng.connect.payments._port import (
    BadNotice,
    Heard,
    PaymentDown,
    PaymentPort,
    PayOrder,
    ProviderAnswer,
    ProviderState,
    StatementLine,
)

__all__ = [
    "BadNotice",
    "DemoBehaviour",
    "DemoProvider",
    "Heard",
    "PayOrder",
    "PaymentDown",
    "PaymentPort",
    "ProviderAnswer",
    "ProviderState",
    "StatementLine",
]
