"""Limits, pauses and extensions: nothing but the law moves a deadline."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.clock import (
    IMMEDIATE,
    JOINT_TERM,
    PERMIT_TERM,
    Due,
    Extension,
    Limit,
    LimitUnit,
    Pause,
    PauseReason,
    deadline,
    extension_refusal,
    pause_refusal,
)
from bancheng.core.kernel import canonical, decode

from .calendars import day, national

DAY, HOUR, MONTH = LimitUnit.DAY, LimitUnit.HOUR, LimitUnit.MONTH
starts = st.dates(date(2024, 1, 1), date(2025, 12, 31))
limits = st.builds(Limit, st.integers(0, 60), st.sampled_from([LimitUnit.WORKDAY, DAY, HOUR, MONTH])).filter(
    lambda limit: limit.unit is not MONTH or limit.amount <= 6
)


@st.composite
def pauses_after(draw: st.DrawFn, start: date) -> tuple[Pause, ...]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start + timedelta(days=draw(st.integers(-10, 80)))
        end = draw(
            st.none() | st.integers(0, 40).map(lambda length, begin=begin: begin + timedelta(days=length))
        )
        reason = draw(st.sampled_from(list(PauseReason)))
        found.append(
            Pause(reason=reason, start=begin, end=end, basis="示例依据", max_days=draw(st.integers(0, 30)))
        )
    return tuple(found)


# --- limits


@pytest.mark.parametrize(
    ("limit", "words", "workdays", "approximate"),
    [
        (Limit(20), "20个工作日", 20, False),
        (Limit(30, DAY), "30日", 22, True),
        (Limit(7, DAY), "7日", 5, True),
        (Limit(24, HOUR), "24小时", 3, False),
        (Limit(1, HOUR), "1小时", 1, False),
        (Limit(3, MONTH), "3个月", 66, True),
        (IMMEDIATE, "当场办结", 0, False),
    ],
)
def test_a_limit_is_said_and_compared(limit: Limit, words: str, workdays: int, approximate: bool) -> None:
    assert (limit.words(), limit.as_workdays(), limit.approximate) == (words, workdays, approximate)


def test_a_promise_is_held_against_the_statutory_limit() -> None:
    assert Limit(5).within(Limit(20))
    assert IMMEDIATE.within(Limit(1))
    assert Limit(30, DAY).within(Limit(30, DAY))
    assert not Limit(31, DAY).within(Limit(30, DAY))
    assert not Limit(1, MONTH).within(Limit(20))


@given(before=limits, after=limits, start=starts)
def test_a_limit_that_is_never_later_ends_no_later(before: Limit, after: Limit, start: date) -> None:
    if after.never_later(before):
        assert after.due(national(), start).date <= before.due(national(), start).date
    if after.unit is before.unit is not HOUR:
        assert after.never_later(before) is (after.amount <= before.amount)


@pytest.mark.parametrize(
    ("before", "after", "sure"),
    [
        (Limit(14, DAY), Limit(10), False),
        (Limit(1, MONTH), Limit(22), False),
        (Limit(10), Limit(10, DAY), True),
        (Limit(10), Limit(11, DAY), False),
        (Limit(1, MONTH), Limit(28, DAY), True),
        (Limit(1, MONTH), Limit(29, DAY), False),
        (Limit(31, DAY), Limit(1, MONTH), True),
        (Limit(30, DAY), Limit(1, MONTH), False),
        (Limit(0, DAY), IMMEDIATE, True),
        (Limit(3), Limit(24, HOUR), True),
    ],
)
def test_limits_of_different_units_compare_only_where_it_is_sure(
    before: Limit, after: Limit, sure: bool
) -> None:
    assert after.never_later(before) is sure


@pytest.mark.parametrize(("amount", "unit"), [(-1, LimitUnit.WORKDAY), (1, LimitUnit.IMMEDIATE)])
def test_an_impossible_limit_cannot_be_made(amount: int, unit: LimitUnit) -> None:
    with pytest.raises(ValueError, match="limit"):
        Limit(amount, unit)


@pytest.mark.parametrize(
    ("start", "limit", "last"),
    [
        ("2026-02-13", Limit(20), "2026-03-19"),
        ("2026-02-13", IMMEDIATE, "2026-02-13"),
        ("2026-02-13", Limit(8, HOUR), "2026-02-14"),
        ("2026-02-13", Limit(9, HOUR), "2026-02-24"),
        ("2026-01-05", Limit(10, DAY), "2026-01-15"),
        ("2026-01-05", Limit(5, DAY), "2026-01-12"),  # ends on a Saturday
        ("2026-02-05", Limit(10, DAY), "2026-02-24"),  # ends in the Spring Festival
        ("2026-01-31", Limit(1, MONTH), "2026-02-28"),  # a swapped Saturday
        ("2025-11-12", Limit(3, MONTH), "2026-02-12"),
    ],
)
def test_each_unit_finds_its_last_day(start: str, limit: Limit, last: str) -> None:
    assert limit.due(national(), day(start)) == Due(day(last))
    assert deadline(national(), day(start), limit) == Due(day(last))


# --- pauses


def pause(
    start: str, end: str | None, reason: PauseReason = PauseReason.TESTING, max_days: int | None = None
) -> Pause:
    return Pause(
        reason=reason, start=day(start), end=day(end) if end else None, max_days=max_days, basis="示例依据"
    )


def test_a_pause_moves_the_deadline_by_its_working_days() -> None:
    # 2026-03-02 (Mon) + 5 = 03-09; testing from Tuesday to Thursday takes two working days out.
    assert deadline(national(), day("2026-03-02"), Limit(5)).date == day("2026-03-09")
    assert deadline(national(), day("2026-03-02"), Limit(5), [pause("2026-03-03", "2026-03-05")]).date == day(
        "2026-03-11"
    )


def test_overlapping_pauses_count_once() -> None:
    both = [pause("2026-03-03", "2026-03-05"), pause("2026-03-04", "2026-03-06", PauseReason.HEARING)]
    one = [pause("2026-03-03", "2026-03-06")]
    assert deadline(national(), day("2026-03-02"), Limit(5), both) == deadline(
        national(), day("2026-03-02"), Limit(5), one
    )


def test_a_pause_over_a_holiday_takes_nothing_from_the_holiday() -> None:
    over = [pause("2026-02-14", "2026-02-23")]
    assert deadline(national(), day("2026-02-13"), Limit(5), over).date == day("2026-02-27")


def test_a_pause_before_acceptance_or_after_the_deadline_counts_nothing() -> None:
    outside = [pause("2026-02-24", "2026-03-02"), pause("2026-03-09", "2026-03-20")]
    assert deadline(national(), day("2026-03-02"), Limit(5), outside).date == day("2026-03-09")


def test_a_pause_is_cut_at_its_lawful_maximum() -> None:
    long = [pause("2026-03-03", "2026-04-30", PauseReason.SPECIAL, max_days=2)]
    assert deadline(national(), day("2026-03-02"), Limit(5), long).date == day("2026-03-11")


def test_an_open_pause_runs_to_today_and_says_so() -> None:
    running = [pause("2026-03-03", None)]
    start, limit = day("2026-03-02"), Limit(5)
    assert deadline(national(), start, limit, running) == Due(day("2026-03-09"), open=True)
    assert deadline(national(), start, limit, running, as_of=day("2026-03-05")) == Due(
        day("2026-03-11"), open=True
    )
    capped = [pause("2026-03-03", None, max_days=1)]
    assert deadline(national(), start, limit, capped, as_of=day("2026-03-05")) == Due(
        day("2026-03-10"), open=True
    )
    assert deadline(national(), start, limit, capped) == Due(day("2026-03-10"), open=True)


def test_calendar_days_stand_still_too() -> None:
    stopped = [pause("2026-03-03", "2026-03-05")]
    assert deadline(national(), day("2026-03-02"), Limit(7, DAY), stopped).date == day("2026-03-11")


def test_the_law_knows_eight_reasons_by_name() -> None:
    words = [reason.words for reason in PauseReason if reason is not PauseReason.SPECIAL]
    assert words == ["听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"]
    assert PauseReason.SPECIAL.words == "特别程序"
    with pytest.raises(ValueError, match="site_visit"):
        PauseReason("site_visit")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (Pause(reason=PauseReason.SPECIAL, start=day("2026-03-03"), end=day("2026-03-05")), "pause.special"),
        (Pause(reason=PauseReason.SPECIAL, start=day("2026-03-03"), basis="示例依据"), "pause.special"),
        (Pause(reason=PauseReason.SPECIAL, start=day("2026-03-03"), basis=" ", max_days=5), "pause.special"),
        (Pause(reason=PauseReason.HEARING, start=day("2026-03-05"), end=day("2026-03-03")), "pause.order"),
    ],
)
def test_an_unlawful_pause_is_refused_and_counts_nothing(wrong: Pause, code: str) -> None:
    refusal = pause_refusal(wrong)
    assert refusal is not None
    assert refusal.code == code
    assert refusal.remedy
    as_of = day("2026-03-20")
    assert deadline(national(), day("2026-03-02"), Limit(5), [wrong], as_of=as_of) == Due(day("2026-03-09"))


# --- extensions


def extension(days: int, granted: str, reason: str = "需要补充核实") -> Extension:
    return Extension(days=days, granted_on=day(granted), granted_by="示例负责人", reason=reason)


def test_an_extension_in_time_moves_the_deadline() -> None:
    start = day("2026-01-05")
    assert deadline(national(), start, JOINT_TERM.limit).date == day("2026-03-13")
    assert deadline(
        national(), start, JOINT_TERM.limit, extensions=[extension(15, "2026-03-13")]
    ).date == day("2026-04-03")


def test_an_extension_granted_too_late_moves_nothing() -> None:
    late = [extension(10, "2026-03-10")]
    assert deadline(national(), day("2026-03-02"), Limit(5), extensions=late).date == day("2026-03-09")


@pytest.mark.parametrize(
    ("asked", "granted", "code"),
    [
        (extension(10, "2026-03-19"), (), ""),
        (extension(1, "2026-03-19"), (extension(9, "2026-03-01"),), ""),
        (extension(11, "2026-03-19"), (), "extension.too_long"),
        (extension(0, "2026-03-19"), (), "extension.too_long"),
        (extension(5, "2026-03-19"), (extension(6, "2026-03-01"),), "extension.too_long"),
        (extension(10, "2026-03-20"), (), "extension.late"),
        (extension(10, "2026-03-19", reason=" "), (), "extension.reason"),
    ],
)
def test_the_law_says_which_extension_may_be_granted(
    asked: Extension, granted: tuple[Extension, ...], code: str
) -> None:
    refusal = extension_refusal(PERMIT_TERM, asked, Due(day("2026-03-19")), granted)
    assert (refusal.code if refusal else "") == code
    assert refusal is None or "行政许可法" in refusal.basis


# --- laws of deadlines


@given(st.data(), starts, limits)
def test_no_deadline_lies_beyond_limit_pauses_and_extensions(
    data: st.DataObject, start: date, limit: Limit
) -> None:
    pauses = data.draw(pauses_after(start))
    granted = data.draw(st.lists(st.integers(0, 15), max_size=2))
    extensions = [Extension(days=days, granted_on=start, granted_by="示例负责人") for days in granted]
    last = deadline(national(), start, limit, pauses, extensions).date
    plain = limit.due(national(), start).date
    assert plain <= last
    counts = limit.days_from(start) + sum(granted)
    lawful = [one for one in pauses if pause_refusal(one) is None]
    stopped = {
        start + timedelta(days=i) for i in range(1, (last - start).days + 1)
        if any(standing(one, start + timedelta(days=i)) for one in lawful)
    }  # fmt: skip
    running = [
        one for i in range(1, (last - start).days + 1)
        if (one := start + timedelta(days=i)) not in stopped
        and (national().is_workday(one) or not limit.counts_workdays)
    ]  # fmt: skip
    if limit.counts_workdays:
        assert len(running) == counts
        return
    base = running[counts - 1] if counts else start
    between = [base + timedelta(days=i) for i in range((last - base).days)]
    assert national().is_workday(last)
    assert not any(national().is_workday(one) for one in between)  # calendar days roll over days off only


def standing(one: Pause, when: date) -> bool:
    """Does the clock stand on this day? The plain reading of `Pause`, day by day."""
    latest = national().add_workdays(one.start, one.max_days).date if one.max_days is not None else None
    end = min(x for x in (one.end, latest) if x is not None)
    return one.start < when <= end


@given(st.data(), starts, limits)
def test_repeating_a_pause_changes_nothing(data: st.DataObject, start: date, limit: Limit) -> None:
    pauses = data.draw(pauses_after(start))
    assert deadline(national(), start, limit, pauses) == deadline(national(), start, limit, pauses * 2)


@given(st.data(), starts, limits)
def test_the_order_of_pauses_does_not_matter(data: st.DataObject, start: date, limit: Limit) -> None:
    pauses = data.draw(pauses_after(start))
    shuffled = data.draw(st.permutations(pauses))
    assert deadline(national(), start, limit, pauses) == deadline(national(), start, limit, shuffled)


@given(st.data(), starts, limits)
def test_one_pause_more_never_shortens_the_time(data: st.DataObject, start: date, limit: Limit) -> None:
    pauses = data.draw(pauses_after(start))
    assert (
        deadline(national(), start, limit, pauses[:-1]).date
        <= deadline(national(), start, limit, pauses).date
    )


def test_pauses_survive_the_journey_through_their_text() -> None:
    one = pause("2026-03-03", None, PauseReason.SPECIAL, max_days=5)
    assert decode(canonical(one), Pause) == one
    assert decode(canonical(Limit(3, MONTH)), Limit) == Limit(3, MONTH)
