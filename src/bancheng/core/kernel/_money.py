"""Money is whole fen (int) inside; yuan only at the edge, for people."""

from __future__ import annotations

from decimal import Decimal
from typing import NewType

Fen = NewType("Fen", int)

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "兆")


def yuan(amount: int) -> Decimal:
    """Fen as yuan with two decimals: ``yuan(1205) == Decimal("12.05")``."""
    return Decimal(amount).scaleb(-2).quantize(Decimal("0.01"))


def fen(amount: Decimal | int | str) -> Fen:
    """Yuan as fen.

    Raises:
        ValueError: the amount has a part smaller than one fen; rounding is a rule's business, not ours.
    """
    exact = Decimal(amount) * 100
    whole = int(exact)
    if whole != exact:
        raise ValueError(f"not a whole number of fen: {amount}")
    return Fen(whole)


def format_yuan(amount: int) -> str:
    """``120500 → "1,205.00元"``."""
    return f"{yuan(amount):,}元"


def capital_yuan(amount: int) -> str:
    """The amount in capital characters for receipts: ``120500 → "壹仟贰佰零伍元整"``, ``1205 → "壹拾贰元零伍分"``.

    Form of 支付结算办法 annex 1: 整 follows yuan and jiao, never fen; one 零 for any run of zeros between digits.

    Raises:
        ValueError: beyond 兆 (16 digits of yuan).
    """
    sign = "负" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    jiao, rest = divmod(cents, 10)
    if not whole and not cents:
        return "零元整"
    text = f"{_capital_integer(whole)}元" if whole else ""
    if not cents:
        return f"{sign}{text}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif whole:
        text += "零"
    return f"{sign}{text}{_DIGITS[rest]}分" if rest else f"{sign}{text}整"


def _capital_integer(number: int) -> str:
    if number >= 10**16:
        raise ValueError("amount too large to be written out")
    words, zero, group = "", False, (len(str(number)) - 1) // 4
    while group >= 0:
        part = number // 10 ** (4 * group) % 10_000
        for place in (3, 2, 1, 0):
            digit = part // 10**place % 10
            if digit:
                words += ("零" if zero and words else "") + _DIGITS[digit] + _UNITS[place]
            zero = not digit
        words += _GROUPS[group] if part else ""
        group -= 1
    return words
