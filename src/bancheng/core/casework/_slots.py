"""Finding a time at which enough officials of every body can go together. Pure: diaries in, offers out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from bancheng.core.casework._values import CHINA
from bancheng.core.casework._visit_values import CELL, SESSIONS, Slot, Visitor
from bancheng.core.clock import WorkCalendar
from bancheng.core.kernel import Record

HOUR = timedelta(hours=1)
PER_DAY = 2
"Offers of one day: a morning and an afternoon."


class Diary(Record):
    """When an official cannot go: booked half hours, and days away (leave, a course), both inclusive."""

    who: Visitor
    busy: frozenset[datetime] = frozenset()
    away: tuple[tuple[date, date], ...] = ()

    def free(self, slot: Slot) -> bool:
        """Can they go then?"""
        if any(first <= slot.day <= last for first, last in self.away):
            return False
        return self.busy.isdisjoint(slot.cells)

    def load(self, day: date) -> int:
        """Half hours booked on that day."""
        return sum(cell.astimezone(CHINA).date() == day for cell in self.busy)


class Offer(Record):
    """A time at which everybody needed is free, and who would go. `late`: after the day by which it should begin."""

    slot: Slot
    people: tuple[Visitor, ...]
    late: bool = False


def offers(
    calendar: WorkCalendar,
    diaries: Sequence[Diary],
    needs: Sequence[tuple[str, int]],
    minutes: int,
    first: datetime,
    last: date,
    begin_by: date,
    limit: int = 6,
) -> tuple[Offer, ...]:
    """The earliest times, at most one a morning and one an afternoon, at which each body of `needs` can send so many.

    Of those who are free the least booked of the day go, then in the order of `diaries`. `first` is a moment with its
    zone; a visit of more than a morning's `minutes` fits nowhere.
    """
    found: list[Offer] = []
    for day in _workdays(calendar, first.astimezone(CHINA).date(), last):
        for slots in _sessions(day, minutes):
            offer = next(
                (
                    Offer(slot=slot, people=people, late=day > begin_by)
                    for slot in slots
                    if slot.begins >= first and (people := crew(diaries, needs, slot))
                ),
                None,
            )
            if offer is not None:
                found.append(offer)
            if len(found) == limit:
                return tuple(found)
    return tuple(found)


def crew(diaries: Sequence[Diary], needs: Sequence[tuple[str, int]], slot: Slot) -> tuple[Visitor, ...]:
    """Who would go then; nobody when one body cannot send enough."""
    chosen: list[Visitor] = []
    for body, number in needs:
        free = [one for one in diaries if one.who.body == body and one.free(slot)]
        free.sort(key=lambda one: one.load(slot.day))
        if len(free) < number:
            return ()
        chosen += [one.who for one in free[:number]]
    return tuple(chosen)


def fits(slot: Slot, calendar: WorkCalendar) -> bool:
    """On half hours, within the hours of one working day's morning or afternoon."""
    begins, ends = slot.begins.astimezone(CHINA), slot.ends.astimezone(CHINA)
    whole = all(one.minute % 30 == 0 and not one.second and not one.microsecond for one in (begins, ends))
    if not whole or begins.date() != ends.date() or ends - begins < CELL:
        return False
    inside = any(opens <= begins.time() and ends.time() <= closes for opens, closes in SESSIONS)
    return inside and calendar.is_workday(begins.date())


def _workdays(calendar: WorkCalendar, first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        if calendar.is_workday(day):
            yield day
        day += timedelta(days=1)


def _sessions(day: date, minutes: int) -> Iterator[list[Slot]]:
    length = timedelta(minutes=minutes)
    for opens, closes in SESSIONS:
        begins = datetime.combine(day, opens, CHINA)
        end = datetime.combine(day, closes, CHINA)
        slots = []
        while begins + length <= end:
            slots.append(Slot(begins=begins, ends=begins + length))
            begins += HOUR
        yield slots
