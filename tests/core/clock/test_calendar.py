"""Working days: the State Council's tables, the vectors, and the laws of counting."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.clock import CalendarYear, Due, WorkCalendar, calendar_from_rows
from bancheng.core.kernel import ProblemsFound, canonical, decode

from .calendars import counted, day, national, national_rows

days = st.dates(date(2023, 6, 1), date(2028, 6, 30))
counts = st.integers(0, 300)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_an_announced_year_agrees_with_an_independent_table(year: int) -> None:
    first = date(year, 1, 1)
    for offset in range((date(year + 1, 1, 1) - first).days):
        one = first + timedelta(days=offset)
        assert national().is_workday(one) == chinese_calendar.is_workday(one), one


def test_2026_has_248_working_days_and_six_swapped_ones() -> None:
    assert national().workdays_between(day("2025-12-31"), day("2026-12-31")) == 248
    swapped = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
    (year,) = (one for one in national().years if one.year == 2026)
    assert [one.isoformat() for one in year.swapped] == swapped


def test_every_calendar_year_names_its_notice_and_its_confidence() -> None:
    rows = national_rows()
    assert {row["year"]: row["announced"] for row in rows} == {
        2024: True,
        2025: True,
        2026: True,
        2027: False,
    }
    assert all(f"国务院办公厅关于{row['year']}年" in str(row["source"]) for row in rows)
    assert {row["confidence"] for row in rows} == {"practice"}


@pytest.mark.parametrize(
    ("start", "n", "last"),
    [
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 20, "2026-03-19"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-09-18", 20, "2026-10-22"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-04-30", 1, "2026-05-06"),
        ("2025-12-31", 1, "2026-01-04"),
        ("2026-01-05", 45, "2026-03-13"),
        ("2026-01-05", 60, "2026-04-03"),
    ],
)
def test_the_published_vectors_hold(start: str, n: int, last: str) -> None:
    assert national().add_workdays(day(start), n) == Due(day(last))


def test_zero_working_days_is_the_day_itself_and_backwards_is_refused() -> None:
    assert national().add_workdays(day("2026-02-15"), 0) == Due(day("2026-02-15"))
    with pytest.raises(ValueError, match="forwards"):
        national().add_workdays(day("2026-02-15"), -1)


# --- laws of counting


@given(days, counts)
def test_adding_agrees_with_counting_day_by_day(start: date, n: int) -> None:
    assert national().add_workdays(start, n).date == counted(national(), start, n)


@given(days, counts)
def test_what_was_added_lies_between(start: date, n: int) -> None:
    assert national().workdays_between(start, national().add_workdays(start, n).date) == n


@given(days, st.integers(1, 300))
def test_a_deadline_is_a_working_day_after_the_start(start: date, n: int) -> None:
    last = national().add_workdays(start, n).date
    assert last > start
    assert national().is_workday(last)


@given(days, days, counts)
def test_starting_later_never_ends_earlier(one: date, other: date, n: int) -> None:
    early, late = sorted((one, other))
    assert national().add_workdays(early, n).date <= national().add_workdays(late, n).date


@given(days, counts, counts)
def test_adding_in_two_steps_is_adding_at_once(start: date, first: int, second: int) -> None:
    halfway = national().add_workdays(start, first).date
    assert (
        national().add_workdays(halfway, second).date == national().add_workdays(start, first + second).date
    )


@given(days, days, days)
def test_counts_between_days_add_up_and_change_sign(a: date, b: date, c: date) -> None:
    between = national().workdays_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)


@given(days)
def test_the_next_working_day_is_the_nearest(start: date) -> None:
    found = national().next_workday(start)
    assert national().is_workday(found)
    assert not any(national().is_workday(start + timedelta(days=i)) for i in range((found - start).days))


# --- years not announced


@pytest.mark.parametrize(
    ("start", "n", "last", "provisional"),
    [
        ("2026-12-18", 3, "2026-12-23", False),
        ("2026-12-18", 20, "2027-01-15", True),
        ("2027-02-01", 5, "2027-02-08", True),
        ("2023-12-29", 1, "2024-01-02", True),
        ("2024-01-02", 5, "2024-01-09", False),
        ("2031-03-03", 2, "2031-03-05", True),
    ],
)
def test_a_date_beyond_the_announced_years_is_provisional(
    start: str, n: int, last: str, provisional: bool
) -> None:
    assert national().add_workdays(day(start), n) == Due(day(last), provisional)


def test_an_unannounced_year_counts_monday_to_friday_and_guesses_no_holiday() -> None:
    assert national().is_workday(day("2027-01-01"))
    assert national().is_workday(day("2027-10-01"))
    assert not national().is_workday(day("2027-01-02"))


def test_the_last_days_of_december_wait_for_the_next_notice() -> None:
    assert not national().is_provisional(day("2025-12-31"))
    assert not national().is_provisional(day("2026-12-24"))
    assert national().is_provisional(day("2026-12-25"))


def test_announcing_a_year_settles_its_dates() -> None:
    start = day("2026-12-30")
    before = national().add_workdays(start, 2)
    announced = CalendarYear(year=2027, holidays=(day("2027-01-01"),), source="示例")
    after = WorkCalendar([*(one for one in national().years if one.year != 2027), announced]).add_workdays(
        start, 2
    )
    assert (before.date, before.provisional) == (day("2027-01-01"), True)
    assert (after.date, after.provisional) == (day("2027-01-04"), False)


def test_a_notice_may_name_days_of_the_december_before() -> None:
    notice = {"year": 2019, "holidays": ["2018-12-31", "2019-01-01"], "swapped": ["2018-12-29"]}
    calendar = calendar_from_rows([notice])
    assert calendar.is_workday(day("2018-12-29"))
    assert not calendar.is_workday(day("2018-12-31"))


def test_a_calendar_without_years_is_provisional_throughout() -> None:
    assert WorkCalendar().add_workdays(day("2026-02-13"), 1) == Due(day("2026-02-16"), provisional=True)


# --- building


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        ({"holidays": []}, "calendar.year", "year"),
        ({"year": "2026"}, "calendar.year", "year"),
        ({"year": 2026, "announced": "yes"}, "calendar.year", "year"),
        ({"year": 2026, "holidays": "2026-01-01"}, "calendar.dates", "2026.holidays"),
        ({"year": 2026, "holidays": ["1月1日"]}, "calendar.date", "2026.holidays"),
        ({"year": 2026, "holidays": ["2025-01-01"]}, "calendar.other_year", "2026.holidays"),
        ({"year": 2026, "holidays": []}, "calendar.empty", "2026.holidays"),
        ({"year": 2027, "announced": False, "holidays": ["2027-01-01"]}, "calendar.guess", "2027"),
        (
            {"year": 2026, "holidays": ["2026-01-01"], "swapped": ["2026-01-05"]},
            "calendar.swapped",
            "2026.swapped",
        ),
        (
            {"year": 2026, "holidays": ["2026-01-03"], "swapped": ["2026-01-03"]},
            "calendar.swapped",
            "2026.swapped",
        ),
    ],
)
def test_each_mistake_in_a_calendar_is_told_with_its_place(
    row: dict[str, object], code: str, path: str
) -> None:
    with pytest.raises(ProblemsFound) as caught:
        calendar_from_rows([row])
    assert (code, path) in [(one.code, one.place.path) for one in caught.value.problems]
    assert all(one.suggestion for one in caught.value.problems)


def test_mistakes_of_all_years_are_told_at_once() -> None:
    good = {"year": 2026, "holidays": ["2026-01-01"]}
    with pytest.raises(ProblemsFound) as caught:
        calendar_from_rows([good, good, {"year": 2025}])
    assert {one.code for one in caught.value.problems} == {"calendar.twice", "calendar.empty"}


def test_calendars_of_the_same_years_are_equal() -> None:
    assert calendar_from_rows(national_rows()) == national()
    assert hash(calendar_from_rows(national_rows())) == hash(national())
    assert national() != WorkCalendar()


def test_a_due_day_survives_the_journey_through_its_text() -> None:
    last = Due(day("2026-02-27"), provisional=True)
    assert decode(canonical(last), Due) == last
