"""A calendar announced late: every open case reckons its dates again and says so; each once, whatever is cut off."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec
from django.db import transaction

from bancheng.core.casework import CommandRefused, Phase, commands
from bancheng.core.clock import CalendarYear
from bancheng.core.kernel import canonical, digest
from bancheng.store.models import CalendarTold, Case, StuckRow
from bancheng.usecases.access import MACHINE
from bancheng.usecases.casework import act, reproject
from bancheng.usecases.each import each, number_of
from bancheng.usecases.town import packs

_log = logging.getLogger(__name__)
_YEARS = msgspec.json.Decoder(tuple[CalendarYear, ...])
RUNNING = (Phase.RECEIVED.value, Phase.ACCEPTED.value)
CASE = "calendars.case"
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
    others = CalendarTold.objects.filter(done=True).exclude(pk=told.pk)
    before = others.order_by("-told_at", "-pk").first()
    previous = _YEARS.decode(before.years) if before else ()
    return _tell(told, previous, now, most)


def _tell(told: CalendarTold, previous: tuple[CalendarYear, ...], now: datetime, most: int) -> int:
    wanted = Case.objects.filter(status__in=(*RUNNING, Phase.FINISHED.value)).exclude(attention_on=None)
    # First those that could not be told before, then where the last turn ended.
    late = list(StuckRow.objects.filter(what=CASE).values_list("key", flat=True))
    batch = list(wanted.filter(pk__in=late).values_list("pk", flat=True)) if late else []
    new: list[UUID] = []
    if not told.done:
        rows = wanted if told.after is None else wanted.filter(pk__gt=told.after)
        new = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
        batch += [pk for pk in new if pk not in batch]
    done = 0
    if batch:
        tell = partial(_tell_one, previous=previous, now=now)
        done = each(CASE, batch, tell, now, wanted=wanted, about=number_of)
    if not told.done:
        after = new[-1] if new else told.after
        CalendarTold.objects.filter(pk=told.pk).update(after=after, done=len(new) < most)
    return done


def _tell_one(pk: UUID, previous: tuple[CalendarYear, ...], now: datetime) -> int:
    try:
        with transaction.atomic():
            act(MACHINE, pk, commands.Recount(previous=previous), now=now)
    except CommandRefused:
        # No date of this case moved, or another worker has told it; its columns are reckoned anew all the same.
        reproject(pk)
        return 0
    return 1
