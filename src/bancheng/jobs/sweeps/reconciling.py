"""Each night the register is compared with the provider's statement of the day before."""

from datetime import datetime, timedelta

from bancheng.usecases.reconciling import daily

EVERY = timedelta(minutes=30)


def sweep(now: datetime) -> int:
    """How many days were compared."""
    return daily(now)
