"""Finish files whose upload was cut off."""

from datetime import datetime, timedelta

from bancheng.usecases.uploads import release_left_behind

EVERY = timedelta(minutes=5)


def sweep(now: datetime) -> int:
    """How many there were."""
    return release_left_behind(now)
