"""Make the files of slips that nobody has asked for yet."""

from datetime import datetime, timedelta

from bancheng.usecases.letters import make_waiting

EVERY = timedelta(seconds=30)


def sweep(now: datetime) -> int:
    """How many were made."""
    return make_waiting(now)
