"""Accept by silence, remind and warn on the day it falls due (行政许可法 art. 32)."""

from datetime import datetime, timedelta

from bancheng.usecases.upkeep import run_due_cases

EVERY = timedelta(minutes=5)


def sweep(now: datetime) -> int:
    """How many there were."""
    return run_due_cases(now)
