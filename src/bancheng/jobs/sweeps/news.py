"""Tell whoever a list is about what has happened to them."""

from datetime import datetime, timedelta

from bancheng.usecases.benefit_news import tell

EVERY = timedelta(seconds=5)


def sweep(now: datetime) -> int:
    """How many pieces of news were told."""
    return tell(now)
