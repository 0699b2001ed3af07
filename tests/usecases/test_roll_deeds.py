"""An act on a long list is gone on with by a worker: nobody is left out, nobody is met twice, wherever it falls."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.usecases.test_granting import CLERK, HEAD, NOW, TODAY, listed

from bancheng.store.models import AuditEntry, BenefitNews, GrantEventRow, GrantRow, RollDeed
from bancheng.usecases import grants, roll_deeds
from bancheng.usecases import rolls as roll_desk
from bancheng.usecases.grants import GrantRefused
from bancheng.usecases.rolls import Roll

pytestmark = pytest.mark.django_db

PEOPLE, CHUNK = 23, 4
LATER = NOW + roll_deeds.LOST + dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, many in (("CHUNK", CHUNK), ("AT_ONCE", 2 * CHUNK), ("TURN", 2 * CHUNK)):
        monkeypatch.setattr(roll_deeds, name, many)


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> Roll:
    return known(listed(PEOPLE, notice_days=5, intent=True), monkeypatch)


def known(made: Roll, monkeypatch: pytest.MonkeyPatch) -> Roll:
    """The worker looks the policy up."""
    monkeypatch.setattr(roll_deeds, "policy_of", lambda _name: made.policy)
    monkeypatch.setattr(roll_desk, "body_of", lambda _policy: made.body)
    return made


def asked() -> list[int]:
    """How often each was asked."""
    rows = GrantRow.objects.order_by("pk").values_list("pk", flat=True)
    return [GrantEventRow.objects.filter(grant=pk, body__contains='"IntentAsked"').count() for pk in rows]


def test_a_long_list_is_done_in_part_at_once_and_a_worker_does_the_rest(one: Roll) -> None:
    deed = roll_deeds.ask(CLERK, one, NOW)
    assert (deed.many, deed.done, deed.ended_at) == (PEOPLE, 2 * CHUNK, None)
    going = roll_deeds.going("e", "2026-11")
    assert going is not None
    assert going.done == 2 * CHUNK, "the page shows how far it is"
    with pytest.raises(GrantRefused, match="经办要的"):
        roll_deeds.publish(HEAD, one, NOW)
    assert roll_deeds.work(NOW) == 2 * CHUNK, "a turn, and the rest of the house has its own"
    assert roll_deeds.work(NOW) == PEOPLE - 4 * CHUNK
    assert asked() == [1] * PEOPLE
    assert roll_deeds.going("e", "2026-11") is None
    assert roll_deeds.work(NOW) == 0
    assert roll_deeds.ask(CLERK, one, NOW).done == 0, "again, it does nothing"
    assert AuditEntry.objects.filter(act="benefits.ask").count() == 2


def test_whoever_is_published_later_has_as_many_days(one: Roll) -> None:
    roll_deeds.publish(HEAD, one, NOW)
    roll_deeds.work(NOW + dt.timedelta(days=1))
    days = list(GrantRow.objects.order_by("pk").values_list("notice_until", flat=True))
    first, second = TODAY + dt.timedelta(days=5), TODAY + dt.timedelta(days=6)
    assert days[: 4 * CHUNK] == [first] * 2 * CHUNK + [second] * 2 * CHUNK


def test_what_the_rules_refuse_of_one_keeps_nobody_else_waiting(
    one: Roll, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = roll_deeds.acts.ask
    shut = {0, 1, 2, 3, 4, 5, 6, 7, 9}

    def picky(grant: Any, *rest: Any) -> Any:
        return roll_deeds.Refusal("no", "不") if picked.pop(0) in shut else real(grant, *rest)

    picked = list(range(PEOPLE))
    monkeypatch.setattr(roll_deeds.acts, "ask", picky)
    deed = roll_deeds.ask(CLERK, one, NOW)
    assert deed.done == 0
    while roll_deeds.work(NOW):
        pass
    assert asked() == [int(n not in shut) for n in range(PEOPLE)]
    assert roll_deeds.going("e", "2026-11") is None


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(falls=st.lists(st.integers(0, 7), max_size=4), what=st.sampled_from(["ask", "publish"]))
def test_wherever_it_falls_everybody_is_met_once(
    falls: list[int], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model in (BenefitNews, GrantEventRow, GrantRow, RollDeed):
        model.objects.all()._raw_delete("default")
    made = known(listed(PEOPLE, notice_days=5, intent=True), monkeypatch)
    steps, real = 0, grants._move_budgets

    def falling(moves: Any) -> None:
        nonlocal steps
        steps += 1
        if steps - 1 in falls:
            raise KeyboardInterrupt  # as a process that is killed: nothing catches it
        real(moves)

    monkeypatch.setattr(grants, "_move_budgets", falling)
    now = timezone.now()  # who says that they are at it says so by the clock of the machine
    with suppress(KeyboardInterrupt):
        (roll_deeds.ask if what == "ask" else roll_deeds.publish)(HEAD, made, now)
    for _ in range(20):
        now += roll_deeds.LOST + dt.timedelta(seconds=1)
        with suppress(KeyboardInterrupt):
            roll_deeds.work(now)
    monkeypatch.setattr(grants, "_move_budgets", real)
    assert roll_deeds.going("e", "2026-11") is None
    if what == "ask":
        assert asked() == [1] * PEOPLE
    else:
        assert not GrantRow.objects.filter(notice_until=None).exists()
    assert RollDeed.objects.get().done == PEOPLE
