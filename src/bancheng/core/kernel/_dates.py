"""How a day is said to people."""

from __future__ import annotations

from datetime import date


def chinese_date(on: date) -> str:
    """2026年3月19日: in messages, papers and reasons."""
    return f"{on.year}年{on.month}月{on.day}日"
