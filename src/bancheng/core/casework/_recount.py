"""A calendar announced late: every open date is reckoned again, the case says so, the applicant hears what moved."""

from __future__ import annotations

from bancheng.core.casework import _commands_procedures as cmd
from bancheng.core.casework import _events as ev
from bancheng.core.casework._clocks import Clock, Reckoner
from bancheng.core.casework._guard import Events, Roads, need_machine, refuse, signed
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import Context, Level
from bancheng.core.casework._values_procedures import MovedDate
from bancheng.core.clock import WorkCalendar
from bancheng.core.kernel import digest

_FOR_APPLICANTS = frozenset({Level.INTAKE, Level.BUNDLE, Level.OWED})


def moved_dates(state: CaseState, old: WorkCalendar, context: Context) -> tuple[MovedDate, ...]:
    """Every open last day that is another day, or certain, under the calendar of the context."""
    before = {(one.level, one.key): one for one in _open(state, old, context)}
    moved = []
    for clock in _open(state, context.calendar, context):
        was = before[clock.level, clock.key]
        if (was.due, was.provisional) != (clock.due, clock.provisional):
            moved.append(
                MovedDate(
                    level=clock.level,
                    key=clock.key,
                    title=clock.title,
                    was=was.due,
                    now=clock.due,
                    provisional=clock.provisional,
                )
            )
    return tuple(moved)


def _open(state: CaseState, calendar: WorkCalendar, context: Context) -> list[Clock]:
    return [one for one in Reckoner(state, calendar, context.today).all().all() if one.ended is None]


def recount(state: CaseState, command: cmd.Recount, context: Context) -> Events:
    """Once for each announcement; nothing where no open date moved or became certain."""
    need_machine(context)
    mark = digest(context.calendar.years)
    moved = moved_dates(state, WorkCalendar(command.previous), context)
    if state.procedures.calendar == mark or not moved:
        refuse("calendar.same", "没有日期因新公布的放假安排而变动，或已经告知过。")
    known = set(command.previous)
    years = tuple(one.year for one in context.calendar.years if one not in known and one.announced)
    announced = ev.CalendarAnnounced(at=context.now, by=signed(context), mark=mark, years=years, moved=moved)
    theirs = tuple(one for one in moved if one.level in _FOR_APPLICANTS and one.was != one.now)
    if not theirs:
        return (announced,)
    return (announced, ev.DatesMoved(at=context.now, by=signed(context), moved=theirs))


ROADS: Roads = {cmd.Recount: recount}
