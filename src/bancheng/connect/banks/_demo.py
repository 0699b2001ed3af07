"""A bank for demonstrations and tests, with a book of its own. Pays no real money.

It can be told to be slow, to break off after it has taken a file, to send payments back, to pay twice, to lie or to be
down, so that every bad road can be walked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from bancheng.connect.banks._port import BankDown, BankLine, LineState, read_payment_file
from bancheng.core.kernel import Fen

DELAY = timedelta(seconds=60)
"""How long a slow bank works on a file."""
_TABLES = """
CREATE TABLE IF NOT EXISTS files (batch TEXT PRIMARY KEY, at TEXT);
CREATE TABLE IF NOT EXISTS lines (batch TEXT, key TEXT PRIMARY KEY, amount INTEGER, state TEXT, reference TEXT,
    reason TEXT);
"""
WRONG_ACCOUNT = "账号与户名不符"


class BankBehaviour(StrEnum):
    """How the demo bank behaves."""

    GOOD = "good"
    SLOW = "slow"
    BREAKING = "breaking"
    "Takes the file, pays, and breaks off before it has said so."
    FAILING = "failing"
    "Sends back every third line of a file."
    DOUBLING = "doubling"
    "Pays the first line of each file twice."
    LYING = "lying"
    "Says wrong amounts, and tells of payments nobody ordered."
    DOWN = "down"


class DemoBank:
    """Keeps its book in `path` and tells the time by `now`."""

    name = "demo"

    def __init__(
        self, path: Path, now: Callable[[], datetime], behaviour: BankBehaviour = BankBehaviour.GOOD
    ) -> None:
        self._path, self._now, self.behaviour = path, now, behaviour

    @contextmanager
    def _book(self) -> Iterator[sqlite3.Connection]:
        if self.behaviour is BankBehaviour.DOWN:
            raise BankDown("演示银行没有应答")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        book = sqlite3.connect(self._path, timeout=10)
        try:
            book.executescript(_TABLES)
            with book:
                yield book
        finally:
            book.close()

    def hand_in(self, batch: str, file: bytes) -> None:
        """See `BankPort`."""
        named, lines = read_payment_file(file)
        if named != batch:
            raise ValueError(f"the file is of {named}, not of {batch}")
        with self._book() as book:
            new = book.execute(
                "INSERT OR IGNORE INTO files VALUES (?, ?)", (batch, self._now().isoformat())
            ).rowcount
            for number, line in enumerate(lines if new else ()):
                bad = self.behaviour is BankBehaviour.FAILING and number % 3 == 2
                state = LineState.BOUNCED if bad else LineState.PAID
                values = (
                    batch,
                    line.key,
                    line.amount,
                    state.value,
                    f"B{line.key[-14:]}",
                    WRONG_ACCOUNT if bad else "",
                )
                # A key the bank has paid is never paid again, in whatever file it comes.
                book.execute("INSERT OR IGNORE INTO lines VALUES (?, ?, ?, ?, ?, ?)", values)
        if self.behaviour is BankBehaviour.BREAKING and new:
            raise BankDown("演示银行收了文件，没有回执")

    def answers(self, batch: str) -> tuple[BankLine, ...]:
        """See `BankPort`."""
        with self._book() as book:
            at = book.execute("SELECT at FROM files WHERE batch = ?", (batch,)).fetchone()
            rows = book.execute(
                "SELECT key, amount, state, reference, reason FROM lines WHERE batch = ? ORDER BY rowid",
                (batch,),
            ).fetchall()
        slow = self.behaviour is BankBehaviour.SLOW
        if at is None or (slow and self._now() - datetime.fromisoformat(at[0]) < DELAY):
            return ()
        said = [
            BankLine(key=key, amount=Fen(amount), state=LineState(state), reference=reference, reason=reason)
            for key, amount, state, reference, reason in rows
        ]
        if self.behaviour is BankBehaviour.DOUBLING and said:
            first = said[0]
            said += [
                *said,
                BankLine(key=first.key, amount=first.amount, state=first.state, reference="AGAIN"),
            ]
        if self.behaviour is BankBehaviour.LYING and said:
            first = said[0]
            wrong = BankLine(
                key=first.key, amount=Fen(first.amount + 1), state=first.state, reference=first.reference
            )
            stranger = BankLine(
                key="nobody-ordered-this", amount=Fen(100), state=LineState.PAID, reference="X"
            )
            said = [wrong, *said[1:], stranger]
        return tuple(said)

    def paid(self) -> dict[str, int]:
        """For tests: what really left the bank, by key."""
        with self._book() as book:
            rows = book.execute("SELECT key, amount FROM lines WHERE state = ?", (LineState.PAID.value,))
            return dict(rows.fetchall())
