"""One bad row never stops a sweep: every sweep meets one it cannot do, does the others, and comes back to it."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django import Settings
from tests.usecases.poison import EVERY, LATER, NOW, PARCEL, Poison, two_cases

from bancheng.connect.exchange import Arrived, SystemDown
from bancheng.core.kernel import ProblemsFound
from bancheng.jobs.sweeps import found
from bancheng.store import models
from bancheng.store.models import (
    Case,
    Outbox,
    Parcel,
    StuckRow,
)
from bancheng.usecases import (
    dispatching,
    exchange,
    exchange_desk,
    exchange_in,
    fees,
    letters,
    paying_out,
    reconciling,
    stuck,
)
from bancheng.usecases import each as each_module
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.each import LONGEST, TRIES, each
from bancheng.web.watch.stuck import WORDS

SECRET = "示例某某 110101"
NO_ROWS = {"tallies"}
"""Sweeps that are one statement of the database."""


@pytest.fixture
def quiet_world(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports and packs that the sweeps ask for first, each with as little as they need."""
    settings.BANCHENG_DEMO = True
    settings.BANCHENG_ARCHIVE_AFTER_DAYS = 30
    systems = {key: SimpleNamespace(key=key, name=key, city=False) for key in "ab"}
    for module in (exchange, exchange_in, exchange_desk):
        monkeypatch.setattr(module, "connected", lambda: systems)
    left = [Arrived("m0", b""), Arrived("m1", b"")]
    box = SimpleNamespace(fetch=lambda: left, taken=lambda _key: None)
    monkeypatch.setattr(exchange_in, "port_of", lambda _system: box)
    port = SimpleNamespace(name="demo", notices=lambda: [(b"0", ""), (b"1", "")])
    monkeypatch.setattr(fees, "demo_provider", lambda: port)
    for module in (fees, reconciling):
        monkeypatch.setattr(module, "provider", lambda: port)
    monkeypatch.setattr(paying_out, "bank", lambda: port)
    monkeypatch.setattr(reconciling, "BACK_DAYS", 2)
    away = SimpleNamespace(id="user:1", away=True)
    office = SimpleNamespace(body="b", mark="m", members=[away], rules=())
    monkeypatch.setattr(dispatching, "ruled_bodies", lambda: frozenset({"b"}))
    monkeypatch.setattr(dispatching, "_office", lambda *_args: office)
    monkeypatch.setattr(letters, "load", lambda case: case.pk)


@pytest.mark.parametrize("poison", EVERY, ids=lambda one: one.what)
def test_one_bad_row_stops_no_other_and_is_done_once_it_is_mended(
    poison: Poison, quiet_world: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = [poison.make(case, number) for number, case in enumerate(two_cases())]
    bad, good = marks
    done: list[str] = []
    broken = {bad}

    def inner(*args: Any, **named: Any) -> object:
        mark = poison.who(*args, **named)
        if mark in broken:
            raise KeyError(SECRET)
        done.append(mark)
        return poison.gives(*args)

    module, name = poison.inner
    if poison.what == "exchange.undealt":
        monkeypatch.setattr(exchange_in, "_fetch", lambda _system, now: 0)
    monkeypatch.setattr(module, name, inner)
    poison.run(NOW)
    assert done == [good]
    note = StuckRow.objects.get()
    assert (note.what, note.tries, note.state) == (poison.what, 1, StuckRow.WAITING)
    assert "KeyError" in note.error
    assert SECRET not in note.error, "what stood in the row stays there"
    broken.clear()
    poison.run(NOW + timedelta(seconds=5))
    assert bad not in done, "it waits its time"
    poison.run(LATER)
    assert bad in done
    assert not StuckRow.objects.exists()


def test_every_sweep_is_among_them_and_has_words_for_the_desk() -> None:
    names = {one.name for one in found()}
    texts = (path.read_text() for path in Path(each_module.__file__).parent.glob("*.py"))
    kinds = {kind for text in texts for kind in re.findall(r'(?:each\(|CASE =)\s*"([a-z]+\.[a-z]+)"', text)}
    assert kinds == {one.what for one in EVERY}
    assert {one.what.partition(".")[0] for one in EVERY} | NO_ROWS == names
    assert set(WORDS) == names


# ------------------------------------------------------------------------------------------------ the way itself


def _fail(_row: object) -> int:
    raise ValueError(SECRET)


@pytest.mark.django_db
def test_a_row_is_tried_with_growing_waits_and_then_needs_a_person(caplog: pytest.LogCaptureFixture) -> None:
    now, waits = NOW, []
    with caplog.at_level(logging.ERROR, logger="bancheng.usecases.each"):
        for _ in range(TRIES + 6):
            each("slips.paper", ["x"], _fail, now)
            note = StuckRow.objects.get()
            assert note.next_at is not None
            waits.append(note.next_at - now)
            now = note.next_at
            assert (note.state == StuckRow.PERSON) == (note.tries >= TRIES)
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST
    assert len([one for one in caplog.records if one.exc_info]) == 1, "the traceback is told once"


@pytest.mark.django_db
def test_bad_rows_take_nobodys_place_in_a_batch() -> None:
    cases = two_cases()
    rows = Case.objects.order_by("number")
    bad = cases[0].pk
    done = []

    def deed(case: Case) -> int:
        if case.pk == bad:
            raise ValueError
        done.append(case.number)
        return 1

    for turn in range(2):
        each("archives.case", rows, deed, NOW + timedelta(seconds=turn), most=1, wanted=rows)
    assert done == [cases[1].number]
    Case.objects.filter(pk=bad).delete()
    each("archives.case", rows, deed, LATER, most=1, wanted=rows)
    assert not StuckRow.objects.exists(), "nobody wants it any more"


@pytest.mark.django_db
def test_who_gives_no_answer_ends_the_turn_and_is_no_reason_for_a_person() -> None:
    asked: list[str] = []

    def ask(row: str) -> int:
        asked.append(row)
        raise SystemDown("x")

    now = NOW
    for turn in range(1, 60):
        before = len(asked)
        each("fees.payment", ["a", "b"], ask, now, down=(SystemDown,))
        assert len(asked) - before <= 1, f"one question a turn, {turn}"
        now += timedelta(minutes=1)
    assert set(asked) == {"a", "b"}, "one that never gets an answer keeps no other waiting"
    assert set(StuckRow.objects.values_list("state", flat=True)) == {StuckRow.WAITING}


@pytest.mark.django_db
def test_a_process_that_dies_in_the_middle_loses_nothing_and_does_nothing_twice() -> None:
    for case in two_cases():
        Outbox.objects.create(kind="exchange", case=case)
    rows = Outbox.objects.filter(done_at=None).order_by("id")
    done: list[int] = []
    dying = [True]

    def deed(row: Outbox) -> int:
        if done and dying:
            raise KeyboardInterrupt
        Outbox.objects.filter(pk=row.pk).update(done_at=NOW)
        done.append(row.pk)
        return 1

    with pytest.raises(KeyboardInterrupt):
        each("exchange.look", rows, deed, NOW, wanted=rows)
    assert not StuckRow.objects.exists(), "to be killed is no fault of the row"
    dying.clear()
    assert each("exchange.look", rows, deed, NOW, wanted=rows) == 1
    assert done == list(Outbox.objects.order_by("id").values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_parcel_that_breaks_its_sender_stands_with_the_dead_letters(
    quiet_world: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = two_cases()[0]
    parcel = Parcel.objects.create(case=case, direction="out", **{**PARCEL, "key": "p", "kind": "cancel"})
    monkeypatch.setattr(exchange, "_composed", lambda *_: _fail(parcel))
    now = NOW
    for _ in range(TRIES):
        exchange.send_due(now)
        now += LONGEST
    parcel.refresh_from_db()
    assert (parcel.state, parcel.error.split("：")[0]) == (Parcel.DEAD, "我方系统出了故障")
    assert not StuckRow.objects.exists()


# ------------------------------------------------------------------------------------------------ the desk


@pytest.mark.django_db
def test_an_administrator_tries_again_or_sets_aside_and_supervision_looks() -> None:
    admin = Actor(id="user:1", name="管理员", roles=frozenset({"administrator"}), posts=())
    watcher = Actor(id="user:2", name="监督员", roles=frozenset({"supervisor"}), posts=())
    for day in range(TRIES):
        each("slips.paper", ["x", "y"], _fail, NOW + timedelta(days=day))
    assert stuck.standing() == {"waiting": 0, "person": 2, "aside": 0, "failing": 0}
    one, other = stuck.rows(watcher)
    with pytest.raises(NotFound):
        stuck.try_again(watcher, one.pk)
    with pytest.raises(NotFound):
        stuck.rows(Actor(id="user:3", name="申请人", roles=frozenset(), posts=()))
    with pytest.raises(ProblemsFound):
        stuck.set_aside(admin, one.pk, "  ")
    stuck.set_aside(admin, one.pk, "原件已毁，另行出具")
    stuck.try_again(admin, other.pk, LATER)
    far = NOW + timedelta(days=90)
    tried: list[str] = []
    each("slips.paper", ["x", "y"], lambda row: tried.append(row) or 1, far)
    assert tried == [other.key], "what was set aside is left alone"
    assert stuck.try_all_again(admin, "slips.paper", far) == 0
    stuck.try_again(admin, one.pk, far)
    each("slips.paper", ["x", "y"], lambda row: tried.append(row) or 1, far)
    assert one.key in tried[1:]
    assert models.AuditEntry.objects.filter(act__startswith="stuck.").count() == 4
