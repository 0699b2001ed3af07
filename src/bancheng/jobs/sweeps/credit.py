"""Ask again about credit where the source was down or slow, until it answers or a clerk has decided."""

from datetime import datetime, timedelta

from bancheng.usecases.promises import check_credit

EVERY = timedelta(seconds=30)


def sweep(now: datetime) -> int:
    """How many answers came."""
    return check_credit(now)
