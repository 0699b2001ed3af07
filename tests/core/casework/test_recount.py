"""A calendar announced late moves every open date, says so on the case, and tells the applicant what moved."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.core.casework.road import CALENDAR, CLERK, MACHINE, SENIOR, Case, at, noon

from bancheng.core.casework import Context, clocks, commands, decide, events, fold
from bancheng.core.clock import CalendarYear, WorkCalendar

NEXT = CalendarYear(
    year=2027, holidays=tuple(date(2027, 1, day) for day in (1, 2, 3, 4, 5)), swapped=(date(2027, 1, 9),)
)
ANNOUNCED = WorkCalendar((*CALENDAR.years, NEXT))
RECOUNT = commands.Recount(previous=CALENDAR.years)


def late() -> Case:
    case = Case(now=at(12, 21))
    case.do(CLERK, commands.Accept())
    return case


def test_the_case_tells_which_dates_moved_and_the_applicant_those_that_concern_them() -> None:
    case = late()
    before = clocks(case.state, CALENDAR, case.now)
    case.calendar = ANNOUNCED
    announced, told = case.do(MACHINE, RECOUNT, at(12, 22))
    assert isinstance(announced, events.CalendarAnnounced)
    assert isinstance(told, events.DatesMoved)
    assert announced.years == (2027,)
    after = clocks(case.state, ANNOUNCED, case.now)
    assert before.bundle is not None
    assert after.bundle is not None
    assert [(one.was, one.now) for one in told.moved] == [(before.bundle.due, after.bundle.due)]
    assert str(after.bundle.due) in told.words()
    moved = {(one.level, one.key): one for one in announced.moved}
    for clock in after.all():
        old = next(one for one in before.all() if (one.level, one.key) == (clock.level, clock.key))
        same = (old.due, old.provisional) == (clock.due, clock.provisional)
        assert same == ((clock.level, clock.key) not in moved)


def test_it_is_told_once_for_each_announcement_and_only_by_the_machine() -> None:
    case = late()
    assert case.refused(MACHINE, RECOUNT) == "calendar.same", "nothing was announced"
    case.calendar = ANNOUNCED
    assert case.refused(SENIOR, RECOUNT) == "machine"
    case.do(MACHINE, RECOUNT)
    assert case.refused(MACHINE, RECOUNT) == "calendar.same"


def test_a_case_far_from_the_year_is_left_alone() -> None:
    case = Case()
    case.do(CLERK, commands.Accept())
    case.calendar = ANNOUNCED
    assert case.refused(MACHINE, RECOUNT) == "calendar.same"


@given(st.sets(st.integers(1, 59), min_size=1, max_size=20), st.integers(0, 20))
def test_dates_after_an_announcement_are_those_of_a_case_that_always_knew(off: set[int], start: int) -> None:
    holidays = tuple(sorted(date(2027, 1, 1) + timedelta(days=day) for day in off))
    known = WorkCalendar((*CALENDAR.years, CalendarYear(year=2027, holidays=holidays)))
    case = Case(now=noon(date(2026, 12, 10) + timedelta(days=start)))
    case.do(CLERK, commands.Accept())
    before = {(one.level, one.key): one for one in clocks(case.state, CALENDAR, case.now).all()}
    after = {(one.level, one.key): one for one in clocks(case.state, known, case.now).all()}
    context = Context(now=case.now, actor=MACHINE, calendar=known)
    changed = {
        key
        for key, one in after.items()
        if (one.due, one.provisional) != (before[key].due, before[key].provisional)
    }
    if not changed:
        assert case.refused(MACHINE, RECOUNT) == "calendar.same"
        return
    announced, *_ = decide(case.state, RECOUNT, context)
    assert isinstance(announced, events.CalendarAnnounced)
    assert {(one.level, one.key): one.now for one in announced.moved} == {
        key: after[key].due for key in changed
    }
    assert clocks(fold((announced,), case.state), known, case.now) == clocks(case.state, known, case.now)
