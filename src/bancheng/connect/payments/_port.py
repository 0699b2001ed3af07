"""What every payment provider can do for us. Amounts are whole fen; keys are ours and the provider keeps them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Protocol

from bancheng.core.kernel import Fault, Record


class PaymentDown(Fault):
    """The provider gave no answer. Nothing is known then; ask again with the same key."""


class BadNotice(ValueError):
    """A notice that did not come from the provider, or cannot be read."""


class ProviderState(StrEnum):
    """Where a payment or refund stands at the provider."""

    UNKNOWN = "unknown"
    OPEN = "open"
    "Asked for; the money is still on its way."
    DONE = "done"
    CLOSED = "closed"
    "No money will come any more."
    FAILED = "failed"


class PayOrder(Record):
    """What a person is asked to pay. The same `key` never takes money twice at an honest provider."""

    key: str
    amount: int
    title: str
    back: str
    "Where the provider leads the person when they are done."


class ProviderAnswer(Record):
    """What the provider says of a payment or refund; `reference` is its own number."""

    state: ProviderState
    amount: int = 0
    reference: str = ""


class Heard(Record):
    """A notice: the payment under `key` has arrived."""

    key: str
    amount: int
    reference: str


class StatementLine(Record):
    """A line of the provider's statement of a day; refunds are negative."""

    key: str
    amount: int
    reference: str


class PaymentPort(Protocol):
    """A payment provider. Every verb may be repeated with the same key.

    Each raises `PaymentDown` when the provider gives no answer.
    """

    name: str

    def open(self, order: PayOrder) -> str:
        """Ask for money; the address of the page on which the person pays."""
        ...

    def query(self, key: str) -> ProviderAnswer:
        """Where a payment stands."""
        ...

    def close(self, key: str) -> ProviderAnswer:
        """Take no more money under this key; an answer of DONE says that it had come already."""
        ...

    def refund(self, key: str, payment: str, amount: int) -> ProviderAnswer:
        """Give back `amount` of a payment under the refund's own `key`."""
        ...

    def query_refund(self, key: str) -> ProviderAnswer:
        """Where a refund stands."""
        ...

    def statement(self, day: date) -> tuple[StatementLine, ...]:
        """All that moved on a day, as the provider has it."""
        ...

    def read_notice(self, body: bytes, signature: str) -> Heard:
        """A notice that reached us, verified.

        Raises:
            BadNotice: the signature is not the provider's, or the text cannot be read.
        """
        ...
