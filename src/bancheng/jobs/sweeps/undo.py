"""Carry out what officials did, once the seconds in which they could take it back are over."""

from datetime import datetime, timedelta

from bancheng.usecases.undo import carry_out_due

EVERY = timedelta(seconds=1)


def sweep(now: datetime) -> int:
    """How many there were."""
    return carry_out_due(now)
