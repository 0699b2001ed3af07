"""Do the comparisons and certifications that a policy desk asked for; book what was paid back after wrong stops."""

from datetime import datetime, timedelta

from bancheng.usecases import benefit_runs, standing_desk, standing_runs

EVERY = timedelta(seconds=2)


def sweep(now: datetime) -> int:
    """How many comparisons and certifications were done, and sums paid back booked."""
    return benefit_runs.work(now) + standing_runs.work(now) + standing_desk.book_paid_back(now)
