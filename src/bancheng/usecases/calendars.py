"""A calendar announced late: every open case reckons its dates again and says so; each once, whatever is cut off."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction

from bancheng.core.casework import CommandRefused, Phase, commands
from bancheng.core.clock import CalendarYear
from bancheng.core.kernel import canonical, digest
from bancheng.store.models import CalendarTold, Case
from bancheng.usecases.access import MACHINE
from bancheng.usecases.casework import act, reproject
from bancheng.usecases.town import packs

_log = logging.getLogger(__name__)
_YEARS = msgspec.json.Decoder(tuple[CalendarYear, ...])
RUNNING = (Phase.RECEIVED.value, Phase.ACCEPTED.value)
MOST = 500
"""Cases told in one turn; the next turn goes on."""


def tell_calendar(now: datetime, most: int = MOST) -> int:
    """Tell running cases of a calendar that is not the one their dates were told by; how many were told.

    The first calendar of a town is only remembered. Where several came one after the other, cases compare with the last
    that all of them had been told of.
    """
    years = packs().calendar.years
    mark = digest(years)
    told, _new = CalendarTold.objects.get_or_create(
        mark=mark,
        defaults={"years": canonical(years).decode(), "done": not CalendarTold.objects.exists()},
    )
    if told.done:
        return 0
    before = CalendarTold.objects.filter(done=True).order_by("-told_at", "-pk").first()
    previous = _YEARS.decode(before.years) if before else ()
    return _tell(told, previous, now, most)


def _tell(told: CalendarTold, previous: tuple[CalendarYear, ...], now: datetime, most: int) -> int:
    rows = Case.objects.filter(status__in=(*RUNNING, Phase.FINISHED.value)).exclude(attention_on=None)
    if told.after is not None:
        rows = rows.filter(pk__gt=told.after)
    batch = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    done = sum(_tell_one(pk, previous, now) for pk in batch)
    CalendarTold.objects.filter(pk=told.pk).update(
        after=batch[-1] if batch else told.after, done=len(batch) < most
    )
    return done


def _tell_one(pk: UUID, previous: tuple[CalendarYear, ...], now: datetime) -> int:
    try:
        with transaction.atomic():
            act(MACHINE, pk, commands.Recount(previous=previous), now=now)
    except CommandRefused:
        # No date of this case moved, or another worker has told it; its columns are reckoned anew all the same.
        reproject(pk)
        return 0
    except Exception:  # noqa: BLE001 - reason: one damaged case is recorded and must not hold up the others
        _log.exception("case %s cannot be told of the calendar", pk)
        return 0
    return 1
