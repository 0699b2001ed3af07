"""Dates, days, money and codes as people say them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from bancheng.web.templatetags import words

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def chinese_today(monkeypatch: pytest.MonkeyPatch):
    """It is Sunday 22 November 2026, and the pages speak Chinese."""
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (TODAY, "今天"),
        (TODAY + timedelta(1), "明天"),
        (TODAY - timedelta(1), "昨天"),
        (date(2026, 11, 26), "11月26日 周四"),
        (date(2027, 1, 4), "2027年1月4日 周一"),
        (datetime(2026, 11, 22, 17, 0, tzinfo=UTC), "明天"),
        (None, ""),
    ],
)
def test_a_day_is_said_as_people_say_it(when: date | None, said: str) -> None:
    assert words.day(when) == said


def test_an_expected_end_names_day_and_weekday() -> None:
    assert words.before_day(date(2026, 3, 19)) == "预计 3月19日 周四前"


def test_an_instant_is_told_in_the_time_of_the_place() -> None:
    assert words.moment(datetime(2026, 11, 22, 8, 5, tzinfo=UTC)) == "今天 16:05"


@pytest.mark.parametrize(
    ("days", "said"),
    [(3, "还有 3 个工作日"), (0, "今天到期"), (-2, "已超 2 个工作日"), (None, "")],
)
def test_working_days_left_say_what_is_left_or_over(days: int | None, said: str) -> None:
    assert words.workdays_left(days) == said


def test_limits_say_their_unit_and_nothing_means_on_the_spot() -> None:
    assert words.limit_words(20) == "20 个工作日"
    assert words.limit_words(2, "month") == "2 个月"
    assert words.limit_words(0) == "当场办结"


def test_english_counts_in_singular_and_plural() -> None:
    with translation.override("en"):
        assert words.workdays_left(1) == "1 working day left"
        assert words.workdays_left(-2) == "2 working days over"
        assert words.full_day(date(2026, 3, 19)) == "Thu 19 Mar"


@pytest.mark.parametrize(
    ("amount", "said"),
    [(123450, "¥1,234.50"), (10000, "¥100"), (0, "不收费"), (Decimal("12.5"), "¥12.50"), (-550, "-¥5.50")],
)
def test_money_is_fen_when_whole_and_yuan_when_decimal(amount: int | Decimal, said: str) -> None:
    assert words.money(amount) == said


@given(st.text(alphabet="0123456789ABCDEFGHX", max_size=40))
def test_a_grouped_code_copies_as_it_was(code: str) -> None:
    plain = words.grouped(code).replace("<wbr>", "").replace("<span>", "").replace("</span>", "")
    assert plain == f'<code class="code">{code}</code>'


def test_a_code_from_outside_cannot_bring_markup() -> None:
    assert "<script" not in words.grouped("<script>alert(1)</script>")


@given(st.text(min_size=2, max_size=30), st.sampled_from(["", "name", "id", "phone", "bank"]))
def test_masking_keeps_the_length_and_always_hides_something(value: str, kind: str) -> None:
    hidden = words.masked(value, kind)
    assert len(hidden) == len(value)
    if "*" not in value and len(value) > 1:
        assert "*" in hidden or len(value) == 2


def test_masking_shows_what_people_recognise() -> None:
    assert words.masked("13800138000", "phone") == "138****8000"
    assert words.masked("周小满", "name") == "周**"
    assert words.masked("", "id") == ""
