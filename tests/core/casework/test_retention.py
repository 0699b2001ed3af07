"""What is kept is destroyed only when its time is over, by two people, and never kept shorter."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.casework import against_destroying, against_keeping_longer, against_second

DAYS = st.dates(date(2020, 1, 1), date(2080, 12, 31))
ENDS = st.none() | DAYS


@given(ENDS, ENDS, st.lists(ENDS, max_size=3), st.booleans(), DAYS)
def test_nothing_is_destroyed_while_anything_of_it_still_runs(
    closed: date | None, keep: date | None, valid: list[date | None], on_record: bool, today: date
) -> None:
    runs = (
        closed is None
        or keep is None
        or today <= keep
        or on_record
        or any(one is not None and one >= today for one in valid)
    )
    found = against_destroying(closed, keep, valid, on_record, today)
    assert bool(found) == runs
    assert len({one.code for one in found}) == len(found)
    if keep is not None and not found:
        # What may be destroyed today may be tomorrow: no clock turns it round.
        assert not against_destroying(closed, keep, valid, on_record, today + timedelta(days=1))


@given(ENDS, DAYS, DAYS)
def test_keeping_is_made_longer_and_never_shorter(keep: date | None, until: date, today: date) -> None:
    allowed = not against_keeping_longer(keep, until, today)
    assert allowed == (keep is not None and until > keep and until > today)


def test_whoever_proposed_is_not_the_second_person() -> None:
    assert against_second("user:1", "user:1")[0].code == "archive.own"
    assert not against_second("user:1", "user:2")
