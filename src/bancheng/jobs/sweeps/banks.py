"""Hand batches of benefits in at the bank and book what it says."""

from datetime import datetime, timedelta

from bancheng.usecases.paying_out import round_trip

EVERY = timedelta(minutes=1)


def sweep(now: datetime) -> int:
    """How many payments were settled or came back."""
    return round_trip(now)
