"""Do the comparisons and certifications that a policy desk asked for, and go on with acts on long lists; book what was
paid back after wrong stops."""

from datetime import datetime, timedelta

from bancheng.usecases import benefit_runs, roll_deeds, standing_desk, standing_runs

EVERY = timedelta(seconds=2)


def sweep(now: datetime) -> int:
    """How many comparisons, certifications and acts on subjects were done, and sums paid back booked."""
    return (
        benefit_runs.work(now)
        + roll_deeds.work(now)
        + standing_runs.work(now)
        + standing_desk.book_paid_back(now)
    )
