"""Reckon open dates again when a calendar was announced, and say so."""

from datetime import datetime, timedelta

from bancheng.usecases.calendars import tell_calendar

EVERY = timedelta(minutes=1)


def sweep(now: datetime) -> int:
    """How many cases were told."""
    return tell_calendar(now)
