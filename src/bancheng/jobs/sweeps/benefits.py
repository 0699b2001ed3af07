"""Do the comparisons that somebody at a policy desk asked for."""

from datetime import datetime, timedelta

from bancheng.usecases.benefit_runs import work

EVERY = timedelta(seconds=2)


def sweep(now: datetime) -> int:
    """How many comparisons were done."""
    return work(now)
