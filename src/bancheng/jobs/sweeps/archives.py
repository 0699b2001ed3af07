"""Pack finished cases for the archive; cases that went on afterwards are packed anew."""

from datetime import datetime, timedelta

from bancheng.usecases.archiving import archive_due

EVERY = timedelta(minutes=10)


def sweep(now: datetime) -> int:
    """How many there were."""
    return archive_due(now)
