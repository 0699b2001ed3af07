"""Fold logs whole again and compare them with what is kept beside them."""

from datetime import datetime, timedelta

from bancheng.usecases import checking

EVERY = timedelta(hours=1)
MOST = 500
"""Cases checked in one turn; the next turn goes on."""


def sweep(now: datetime) -> int:
    """Check a batch; how many cases."""
    return checking.check(MOST, now)
