"""Tasks find their people: back from those who left or are away, and to those whom the rules of a body pick."""

from datetime import datetime, timedelta

from bancheng.usecases.dispatching import dispatch

EVERY = timedelta(seconds=5)


def sweep(now: datetime) -> int:
    """How many moved."""
    return dispatch(now)
