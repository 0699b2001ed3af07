"""Forget what nobody will come back for."""

from datetime import datetime, timedelta

from bancheng.usecases.retention import forget

EVERY = timedelta(hours=12)


def sweep(now: datetime) -> int:
    """How many rows and files there were."""
    return forget(now)
