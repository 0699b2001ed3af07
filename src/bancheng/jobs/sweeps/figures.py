"""Counts what closed cases really took, while their values are still there to be counted."""

from datetime import datetime, timedelta

from bancheng.usecases import actuals

EVERY = timedelta(hours=1)
MOST = 2000
"""Cases counted in one turn; the next turn goes on."""


def sweep(now: datetime) -> int:  # noqa: ARG001  # reason: every sweep is told the time
    """Count a batch; how many cases."""
    return actuals.count(MOST)
