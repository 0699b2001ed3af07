"""The credit source: may somebody's word stand for a paper? One port, chosen by name, with a demo twin."""

from bancheng.connect.credit._port import (
    PATIENCE,
    CreditAnswer,
    CreditDown,
    CreditSource,
    DemoBehaviour,
    DemoCredit,
    source_of,
)

__all__ = [
    "PATIENCE",
    "CreditAnswer",
    "CreditDown",
    "CreditSource",
    "DemoBehaviour",
    "DemoCredit",
    "source_of",
]
