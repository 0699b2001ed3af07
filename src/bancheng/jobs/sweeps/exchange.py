"""Send steps to bodies' own systems, and take back what they did."""

from datetime import datetime, timedelta

from bancheng.usecases.exchange import run
from bancheng.usecases.exchange_desk import play_systems
from bancheng.usecases.exchange_in import fetch_all

EVERY = timedelta(seconds=10)


def sweep(now: datetime) -> int:
    """How many messages went either way."""
    sent = run(now)
    play_systems(now)
    return sent + fetch_all(now)
