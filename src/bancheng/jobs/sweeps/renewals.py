"""Reminds holders of papers that are about to end, so that they can renew them in time."""

from datetime import datetime, timedelta

from bancheng.usecases import renewal

EVERY = timedelta(hours=6)


def sweep(now: datetime) -> int:
    """Remind; how many papers were looked at."""
    return renewal.remind(now)
