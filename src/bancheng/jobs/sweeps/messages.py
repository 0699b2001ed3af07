"""Tell applicants what has happened."""

from datetime import datetime, timedelta

from bancheng.usecases.upkeep import deliver_messages

EVERY = timedelta(seconds=5)


def sweep(now: datetime) -> int:
    """How many there were."""
    return deliver_messages(now)
