"""Fill the batches of benefits that were asked for, hand them in at the bank and book what it says."""

from datetime import datetime, timedelta

from bancheng.usecases.granting_money import fill_waiting
from bancheng.usecases.paying_out import round_trip

EVERY = timedelta(seconds=10)


def sweep(now: datetime) -> int:
    """How many batches were filled, and payments settled or sent back."""
    return fill_waiting(now) + round_trip(now)
