"""On its day a version that was published ahead becomes current by itself; running cases keep what they pin."""

from datetime import datetime, timedelta

from django.utils import timezone

from bancheng.usecases.town import turn_versions

EVERY = timedelta(minutes=1)


def sweep(now: datetime) -> int:
    """Turn what is due; nothing to do on most days."""
    return turn_versions(timezone.localdate(now))
