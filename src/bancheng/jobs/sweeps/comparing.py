"""Compare once a day what bodies' own systems have with what we gave them."""

from datetime import datetime, timedelta

from bancheng.usecases.exchange_desk import reconcile

EVERY = timedelta(hours=1)


def sweep(now: datetime) -> int:
    """How many comparisons."""
    return reconcile(now)
