"""Fold the counters of supervision, of which rows are only ever added."""

from datetime import datetime, timedelta

from bancheng.usecases.overview import fold

EVERY = timedelta(minutes=5)


def sweep(now: datetime) -> int:
    """How many rows became one less."""
    return fold(now)
