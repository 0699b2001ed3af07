"""Warnings go to those who must hear of them, and rise until somebody says that they have seen them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.casework.road import CALENDAR, MACHINE, NOODLES, Case, accepted, at, head, noon, reviewer

from bancheng.core.casework import (
    Actor,
    Context,
    Event,
    Level,
    Rank,
    clocks,
    commands,
    events,
    fold,
    next_attention,
    sweep,
)
from bancheng.core.clock import Colour, Thresholds

RED = commands.Warn(level=Level.ITEM, key="shop", colour=Colour.RED)
WATCHER = Actor(id="user:w", name="督查员", roles=("supervisor",))


def swept(case: Case, first: date, last: date) -> list[Event]:
    """Everything the machine does from one day to another, a look a day."""
    happened: list[Event] = []
    for day in range((last - first).days + 1):
        case.now = noon(first + timedelta(days=day))
        made = sweep(case.state, Context(now=case.now, actor=MACHINE, calendar=CALENDAR))
        happened += made
        case.state = fold(made, case.state)
    return happened


def days_of(happened: list[Event], kind: type[Event], key: str) -> list[tuple[date, str]]:
    """When the clock of an item was warned of, or the warning rose: (day, rank)."""
    numbers = {one.number for one in happened if isinstance(one, events.Warned) and one.key == key}
    return [
        (one.at.date(), one.rank.value)
        for one in happened
        if isinstance(one, kind)
        and isinstance(one, events.Warned | events.Escalated)
        and one.number in numbers
    ]


def test_yellow_goes_to_those_who_hold_the_work_and_red_to_the_senior() -> None:
    case = accepted()
    case.do(reviewer("shop-body"), commands.Claim(step="shop.review"))
    happened = swept(case, date(2026, 3, 2), date(2026, 3, 17))
    warned = [one for one in happened if isinstance(one, events.Warned) and one.key == "shop.review"]
    assert [(one.colour, one.rank, [who.name for who in one.people]) for one in warned] == [
        (Colour.YELLOW, Rank.HANDLER, ["shop-body员1"]),
        (Colour.RED, Rank.SENIOR, ["shop-body员1"]),
    ]
    assert "提醒shop-body员1" in warned[0].words()


def test_a_red_warning_is_acknowledged_once_by_the_senior_of_a_body_that_received_it() -> None:
    case = accepted()
    case.do(MACHINE, RED, at(3, 17))
    assert case.refused(head("food-body"), commands.Acknowledge(number=1)) == "body"
    assert case.refused(reviewer("shop-body"), commands.Acknowledge(number=1)) == "role"
    assert case.refused(WATCHER, commands.Acknowledge(number=1)) == "role", "it has not come to them"
    case.do(head("shop-body"), commands.Acknowledge(number=1, words="今日办结"))
    (alarm,) = case.state.warnings
    assert (alarm.acknowledged, alarm.seen_on, alarm.note) == (True, date(2026, 3, 17), "今日办结")
    assert alarm.seen_by is not None
    assert alarm.seen_by.name == "shop-body长"
    assert case.refused(head("shop-body"), commands.Acknowledge(number=1)) == "warning.none"


def test_what_nobody_acknowledges_rises_to_supervision_and_no_further() -> None:
    case = accepted()
    happened = swept(case, date(2026, 3, 2), date(2026, 4, 10))
    # Yellow on Friday the 13th is overtaken by red on the 17th; two working days later, red goes up.
    assert days_of(happened, events.Warned, "shop") == [
        (date(2026, 3, 13), "handler"),
        (date(2026, 3, 17), "senior"),
    ]
    assert days_of(happened, events.Escalated, "shop") == [(date(2026, 3, 20), "supervision")]
    number = next(one.number for one in case.state.warnings if one.key == "shop" and one.colour is Colour.RED)
    case.do(WATCHER, commands.Acknowledge(number=number, words="约谈"))
    assert case.state.warnings[number - 1].acknowledged


def test_a_yellow_warning_nobody_saw_rises_to_the_senior_when_there_is_time_for_it() -> None:
    early = replace(NOODLES, thresholds=Thresholds(yellow_days=6, escalate_days=1))
    case = accepted(early)
    happened = swept(case, date(2026, 3, 2), date(2026, 3, 16))
    assert days_of(happened, events.Warned, "shop") == [(date(2026, 3, 6), "handler")]
    assert days_of(happened, events.Escalated, "shop") == [
        (date(2026, 3, 10), "senior"),
        (date(2026, 3, 12), "supervision"),
    ]


def test_what_is_acknowledged_or_over_rises_no_more() -> None:
    case = accepted()
    case.do(MACHINE, RED, at(3, 17))
    case.do(head("shop-body"), commands.Acknowledge(number=1))
    assert case.refused(MACHINE, commands.Escalate(number=1), at(3, 30)) == "warn.nothing"
    done = accepted()
    done.do(MACHINE, RED, at(3, 17))
    done.complete("shop.review")
    done.approve("shop")
    assert done.refused(MACHINE, commands.Escalate(number=1), at(3, 30)) == "warn.nothing"


def test_nobody_escalates_by_hand() -> None:
    case = accepted()
    case.do(MACHINE, RED, at(3, 17))
    assert case.refused(head("shop-body"), commands.Escalate(number=1), at(3, 30)) == "machine"


@given(st.integers(1, 100), st.integers(0, 12), st.integers(1, 8))
def test_every_threshold_that_can_be_set_is_obeyed(blue: int, yellow: int, escalate: int) -> None:
    thresholds = Thresholds(blue_percent=blue, yellow_days=yellow, escalate_days=escalate)
    case = accepted(replace(NOODLES, thresholds=thresholds))
    day, last = date(2026, 3, 2), date(2026, 3, 16)
    for ahead in range((last - day).days + 1):
        today = day + timedelta(days=ahead)
        colour = clocks(case.state, CALENDAR, noon(today)).items["shop"].colour
        used, left = CALENDAR.workdays_between(day, today), CALENDAR.workdays_between(today, last)
        expected = (
            Colour.YELLOW if left <= yellow else Colour.BLUE if used * 100 >= 10 * blue else Colour.GREEN
        )
        assert colour is expected
    happened = swept(case, day, date(2026, 4, 30))
    raised = days_of(happened, events.Warned, "shop")
    if yellow < 10:
        assert CALENDAR.workdays_between(raised[0][0], last) <= yellow
    ups = days_of(happened, events.Escalated, "shop")
    assert ups
    for before, after in zip([raised[-1], *ups], ups, strict=False):
        assert CALENDAR.workdays_between(before[0], after[0]) > escalate or before[0] > last - timedelta(
            days=30
        )


@given(st.integers(1, 6))
def test_a_sweep_is_never_needed_before_the_day_it_says(escalate: int) -> None:
    case = accepted(replace(NOODLES, thresholds=Thresholds(escalate_days=escalate)))
    day, acted = date(2026, 3, 2), set[date]()
    for ahead in range(60):
        moment = noon(day + timedelta(days=ahead))
        wanted = next_attention(case.state, CALENDAR)
        made = sweep(case.state, Context(now=moment, actor=MACHINE, calendar=CALENDAR))
        assert bool(made) == (wanted is not None and wanted <= moment.date())
        acted |= {moment.date()} if made else set()
        case.state = fold(made, case.state)
    assert acted
