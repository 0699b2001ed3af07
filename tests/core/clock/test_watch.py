"""Colours, silence, and asked opinions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.clock import (
    Colour,
    Due,
    Limit,
    Thresholds,
    colour,
    deemed_acceptance,
    notice_due,
)

from .calendars import day, national


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-03-02", Colour.GREEN),
        ("2026-03-06", Colour.GREEN),  # 4 of 10 used
        ("2026-03-09", Colour.BLUE),  # 5 of 10 used
        ("2026-03-12", Colour.BLUE),
        ("2026-03-13", Colour.YELLOW),  # one working day left
        ("2026-03-14", Colour.YELLOW),
        ("2026-03-16", Colour.YELLOW),  # the day itself
        ("2026-03-17", Colour.RED),
    ],
)
def test_a_ten_day_clock_runs_through_its_colours(today: str, expected: Colour) -> None:
    start = day("2026-03-02")
    assert colour(national(), day(today), start, Limit(10).due(national(), start)) is expected


def test_a_paused_clock_is_grey_and_a_finished_one_done() -> None:
    start, due = day("2026-03-02"), Due(day("2026-03-16"))
    assert colour(national(), day("2026-04-01"), start, due, paused=True) is Colour.GREY
    assert colour(national(), day("2026-04-01"), start, due, paused=True, finished=True) is Colour.DONE


def test_nobody_is_late_by_a_provisional_date() -> None:
    start = day("2027-03-01")
    due = Limit(5).due(national(), start)
    assert due.provisional
    assert colour(national(), day("2027-06-01"), start, due) is Colour.YELLOW


def test_thresholds_can_be_set() -> None:
    start = day("2026-03-02")
    due = Limit(10).due(national(), start)
    early = Thresholds(blue_percent=20, yellow_days=3)
    assert colour(national(), day("2026-03-04"), start, due, thresholds=early) is Colour.BLUE
    assert colour(national(), day("2026-03-11"), start, due, thresholds=early) is Colour.YELLOW


@given(
    st.dates(date(2025, 1, 1), date(2025, 12, 1)), st.integers(0, 40), st.integers(0, 90), st.integers(0, 90)
)
def test_an_unpaused_clock_never_goes_back_to_a_calmer_colour(
    start: date, n: int, one: int, other: int
) -> None:
    order = [Colour.GREEN, Colour.BLUE, Colour.YELLOW, Colour.RED]
    due = Limit(n).due(national(), start)
    early, late = (date.fromordinal(start.toordinal() + offset) for offset in sorted((one, other)))
    before, after = (order.index(colour(national(), today, start, due)) for today in (early, late))
    assert before <= after


def test_silence_accepts_as_of_the_day_of_receipt() -> None:
    received = day("2026-02-13")
    assert notice_due(national(), received) == Due(day("2026-02-27"))
    assert deemed_acceptance(national(), received, day("2026-02-27")) is None
    accepted = deemed_acceptance(national(), received, day("2026-02-28"))
    assert accepted == received
    assert Limit(20).due(national(), received).date == day("2026-03-19")


def test_silence_never_accepts_on_a_provisional_date() -> None:
    assert deemed_acceptance(national(), day("2027-03-01"), day("2027-12-01")) is None
    assert deemed_acceptance(national(), day("2026-12-28"), day("2027-12-01")) is None


@pytest.mark.parametrize("wrong", [{"blue_percent": 0}, {"yellow_days": -1}, {"escalate_days": 0}])
def test_thresholds_without_sense_are_not_made(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="escalate_days from 1"):
        Thresholds(**wrong)
