"""Pack finished cases for the archive, anew when they went on; destroy what two people agreed on."""

from datetime import datetime, timedelta

from bancheng.usecases.archiving import archive_due
from bancheng.usecases.disposal import destroy_agreed

EVERY = timedelta(minutes=10)


def sweep(now: datetime) -> int:
    """How many there were."""
    return archive_due(now) + destroy_agreed(now)
