"""Money: payments nobody told us of, refunds to send, bills to reckon anew."""

from datetime import datetime, timedelta

from bancheng.usecases import fees

EVERY = timedelta(seconds=10)


def sweep(now: datetime) -> int:
    """How many things changed."""
    return fees.sweep(now)
