"""A payment provider for demonstrations and tests, with a book of its own. Takes no real money.

The book is a small database file, because a page and the worker both ask it. It can be told to fail, delay, double,
lie or be down, so that every bad road can be walked.
"""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import msgspec

from bancheng.connect.payments._port import (
    BadNotice,
    Heard,
    PaymentDown,
    PayOrder,
    ProviderAnswer,
    ProviderState,
    StatementLine,
)
from bancheng.core.casework import day_of

DELAY = timedelta(seconds=60)
"""How long a slow provider keeps a notice, and works on a refund."""
_TABLES = """
CREATE TABLE IF NOT EXISTS orders (key TEXT PRIMARY KEY, amount INTEGER, title TEXT, back TEXT, state TEXT,
    reference TEXT, at TEXT, told INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS refunds (key TEXT PRIMARY KEY, payment TEXT, amount INTEGER, state TEXT,
    reference TEXT, at TEXT);
"""


class DemoBehaviour(StrEnum):
    """How the demo provider behaves."""

    GOOD = "good"
    SLOW = "slow"
    "Notices and refunds take a minute."
    SILENT = "silent"
    "No notice ever comes: only who asks hears that money arrived."
    DOUBLING = "doubling"
    "Every notice comes twice, every line of the statement stands twice."
    LYING = "lying"
    "The statement has wrong amounts and leaves lines out."
    FAILING = "failing"
    "Nobody's payment succeeds, no refund either."
    DOWN = "down"


class DemoProvider:
    """Keeps its book in `path`, signs notices with `secret`, tells the time by `now`; people pay on `page`/<key>."""

    name = "demo"

    def __init__(
        self,
        path: Path,
        secret: bytes,
        now: Callable[[], datetime],
        *,
        behaviour: DemoBehaviour = DemoBehaviour.GOOD,
        page: str = "/pay/demo",
    ) -> None:
        self._path, self._secret, self._now, self._page = path, secret, now, page
        self.behaviour = behaviour

    @contextmanager
    def _book(self) -> Iterator[sqlite3.Connection]:
        if self.behaviour is DemoBehaviour.DOWN:
            raise PaymentDown("演示支付平台没有应答")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        book = sqlite3.connect(self._path, timeout=10)
        try:
            book.executescript(_TABLES)
            with book:
                yield book
        finally:
            book.close()

    def open(self, order: PayOrder) -> str:
        """See `PaymentPort`."""
        with self._book() as book:
            book.execute(
                "INSERT OR IGNORE INTO orders (key, amount, title, back, state) VALUES (?, ?, ?, ?, ?)",
                (order.key, order.amount, order.title, order.back, ProviderState.OPEN.value),
            )
        return f"{self._page}/{order.key}"

    def order(self, key: str) -> PayOrder | None:
        """What the provider's page shows; None for a key it does not know."""
        with self._book() as book:
            row = book.execute("SELECT key, amount, title, back FROM orders WHERE key = ?", (key,)).fetchone()
        return PayOrder(key=row[0], amount=row[1], title=row[2], back=row[3]) if row else None

    def query(self, key: str) -> ProviderAnswer:
        """See `PaymentPort`."""
        with self._book() as book:
            return _answer(book, "orders", key)

    def pay(self, key: str) -> ProviderAnswer:
        """The person presses the provider's button."""
        failing = self.behaviour is DemoBehaviour.FAILING
        with self._book() as book:
            if not failing:
                book.execute(
                    "UPDATE orders SET state = ?, reference = ?, at = ? WHERE key = ? AND state = ?",
                    (
                        ProviderState.DONE.value,
                        f"DEMO{key.replace('-', '')[:20].upper()}",
                        self._now().isoformat(),
                        key,
                        ProviderState.OPEN.value,
                    ),
                )
            return _answer(book, "orders", key)

    def close(self, key: str) -> ProviderAnswer:
        """See `PaymentPort`."""
        with self._book() as book:
            book.execute(
                "UPDATE orders SET state = ? WHERE key = ? AND state = ?",
                (ProviderState.CLOSED.value, key, ProviderState.OPEN.value),
            )
            return _answer(book, "orders", key)

    def refund(self, key: str, payment: str, amount: int) -> ProviderAnswer:
        """See `PaymentPort`. More than was paid is never given back."""
        with self._book() as book:
            paid = _answer(book, "orders", payment)
            [before] = book.execute(
                "SELECT COALESCE(SUM(amount), 0) FROM refunds WHERE payment = ? AND key != ?", (payment, key)
            ).fetchone()
            if (
                paid.state is not ProviderState.DONE
                or before + amount > paid.amount
                or self.behaviour is DemoBehaviour.FAILING
            ):
                return ProviderAnswer(state=ProviderState.FAILED)
            book.execute(
                "INSERT OR IGNORE INTO refunds VALUES (?, ?, ?, ?, ?, ?)",
                (key, payment, amount, ProviderState.DONE.value, f"BACK{key[-12:]}", self._now().isoformat()),
            )
        return self.query_refund(key)

    def query_refund(self, key: str) -> ProviderAnswer:
        """See `PaymentPort`."""
        with self._book() as book:
            answer = _answer(book, "refunds", key)
            at = book.execute("SELECT at FROM refunds WHERE key = ?", (key,)).fetchone()
        slow = self.behaviour is DemoBehaviour.SLOW
        if slow and at and self._now() - datetime.fromisoformat(at[0]) < DELAY:
            return ProviderAnswer(state=ProviderState.OPEN)
        return answer

    def statement(self, day: date) -> tuple[StatementLine, ...]:
        """See `PaymentPort`."""
        with self._book() as book:
            paid = book.execute(
                "SELECT key, amount, reference, at FROM orders WHERE at IS NOT NULL ORDER BY at"
            )
            back = book.execute("SELECT key, -amount, reference, at FROM refunds ORDER BY at")
            rows = [*paid.fetchall(), *back.fetchall()]
        lines = [
            StatementLine(key=key, amount=amount, reference=reference)
            for key, amount, reference, at in rows
            if day_of(datetime.fromisoformat(at)) == day
        ]
        if self.behaviour is DemoBehaviour.DOUBLING:
            lines = [one for line in lines for one in (line, line)]
        if self.behaviour is DemoBehaviour.LYING:
            lines = [msgspec.structs.replace(one, amount=one.amount + 1) for one in lines[1:]]
        return tuple(lines)

    def notices(self) -> list[tuple[bytes, str]]:
        """The notices that leave the provider now, each told as often as it is meant to be."""
        if self.behaviour is DemoBehaviour.SILENT:
            return []
        times = 2 if self.behaviour is DemoBehaviour.DOUBLING else 1
        leaving = []
        with self._book() as book:
            rows = book.execute(
                "SELECT key, amount, reference, at FROM orders WHERE state = ? AND told = 0",
                (ProviderState.DONE.value,),
            ).fetchall()
            for key, amount, reference, at in rows:
                waits = self.behaviour is DemoBehaviour.SLOW
                if waits and self._now() - datetime.fromisoformat(at) < DELAY:
                    continue
                book.execute("UPDATE orders SET told = 1 WHERE key = ?", (key,))
                body = msgspec.json.encode(Heard(key=key, amount=amount, reference=reference))
                leaving += [(body, self.sign(body))] * times
        return leaving

    def sign(self, body: bytes) -> str:
        """The provider's signature under a notice."""
        return hmac.digest(self._secret, body, "sha256").hex()

    def read_notice(self, body: bytes, signature: str) -> Heard:
        """See `PaymentPort`."""
        # As bytes: a signature from outside may hold anything.
        if not hmac.compare_digest(self.sign(body).encode(), signature.encode()):
            raise BadNotice("the signature does not fit")
        try:
            return msgspec.json.decode(body, type=Heard)
        except msgspec.MsgspecError as error:
            raise BadNotice(str(error)) from error


def _answer(book: sqlite3.Connection, table: str, key: str) -> ProviderAnswer:
    # The table is one of two words of ours.
    row = book.execute(f"SELECT state, amount, reference FROM {table} WHERE key = ?", (key,)).fetchone()  # noqa: S608 - reason: as said above
    if row is None:
        return ProviderAnswer(state=ProviderState.UNKNOWN)
    return ProviderAnswer(state=ProviderState(row[0]), amount=row[1], reference=row[2] or "")
