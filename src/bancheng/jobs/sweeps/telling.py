"""Reach people and programs outside the pages."""

from datetime import datetime, timedelta

from bancheng.usecases.upkeep import tell_outside

EVERY = timedelta(seconds=5)


def sweep(now: datetime) -> int:
    """How many were reached."""
    return tell_outside(now)
