"""What every bank that pays out can do for us. Amounts are whole fen; keys are ours and the bank keeps them."""

from __future__ import annotations

import csv
import io
from enum import StrEnum
from typing import Protocol

from bancheng.core.kernel import Fault, Fen, Record, fen, yuan


class BankDown(Fault):
    """The bank gave no answer. Nothing is known then: hand in the same file again under the same key."""


class LineState(StrEnum):
    """What became of a line at the bank."""

    OPEN = "open"
    PAID = "paid"
    BOUNCED = "bounced"


class PayLine(Record):
    """One payment: our key, the account, whose it is, how much, what for."""

    key: str
    account: str
    holder: str
    amount: Fen
    purpose: str


class BankLine(Record):
    """What the bank says of one payment. It may say the same twice."""

    key: str
    amount: Fen
    state: LineState
    reference: str = ""
    reason: str = ""


class BankPort(Protocol):
    """A bank that takes files of payments and answers line by line, at once or days later."""

    name: str

    def hand_in(self, batch: str, file: bytes) -> None:
        """Hand a file in. The same `batch` again is the same file, and pays nothing twice at an honest bank.

        Raises:
            BankDown: no answer; it may have arrived or not.
        """

    def answers(self, batch: str) -> tuple[BankLine, ...]:
        """What the bank says of this file by now; empty while it has nothing to say.

        Raises:
            BankDown: no answer.
        """


HEADINGS = ("付款编号", "收款账号", "收款人", "金额（元）", "用途")


def payment_file(batch: str, lines: tuple[PayLine, ...]) -> bytes:
    """The file as banks read it: a line of totals, a line of headings, a line a payment; UTF-8 with its mark, CRLF.

    Cells that a spreadsheet would take for a formula are led by an apostrophe.
    """
    total = Fen(sum(line.amount for line in lines))
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(("批次", batch, "笔数", len(lines), "合计（元）", f"{yuan(total)}"))
    rows.writerow(HEADINGS)
    for line in lines:
        cells = (line.key, line.account, line.holder, f"{yuan(line.amount)}", line.purpose)
        rows.writerow([_plain(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def read_payment_file(file: bytes) -> tuple[str, tuple[PayLine, ...]]:
    """A file as `payment_file` writes it: its batch and its lines.

    Raises:
        ValueError: count or sum are not those of the first line, or it is no such file.
    """
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    if len(rows) < 2 or tuple(rows[1]) != HEADINGS:
        raise ValueError("this is no file of payments")
    _, batch, _, count, _, total = rows[0]
    lines = tuple(
        PayLine(
            key=key,
            account=account.lstrip("'"),
            holder=holder.lstrip("'"),
            amount=fen(amount),
            purpose=purpose,
        )
        for key, account, holder, amount, purpose in rows[2:]
    )
    if len(lines) != int(count) or sum(line.amount for line in lines) != fen(total):
        raise ValueError(f"the file says {count} lines and {total}, and has {len(lines)}")
    return batch, lines


def _plain(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell
