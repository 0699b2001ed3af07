"""The national calendar as the tests read it, and a plain counter to compare with."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml

from bancheng.core.clock import WorkCalendar, calendar_from_rows

FOLDER = Path(__file__).resolve().parents[3] / "packs" / "national" / "calendar"


def national_rows() -> list[dict[str, object]]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]


@cache
def national() -> WorkCalendar:
    return calendar_from_rows(national_rows())


def day(text: str) -> date:
    return date.fromisoformat(text)


def counted(calendar: WorkCalendar, start: date, n: int) -> date:
    """The slow way: step day by day."""
    while n:
        start += timedelta(days=1)
        n -= calendar.is_workday(start)
    return start
