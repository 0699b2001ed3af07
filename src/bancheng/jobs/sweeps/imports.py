"""Item lists that were too large to be read while their owner waited."""

from datetime import datetime, timedelta

from bancheng.usecases import importing

EVERY = timedelta(seconds=1)


def sweep(now: datetime) -> int:
    """Read and take in what waits."""
    return importing.work(now)
