"""Sweeps: each due run is done once, whatever the number of workers."""

import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from bancheng.jobs import Worker, sweeps
from bancheng.jobs.sweeps import Sweep, found, run_due
from bancheng.store.models import SweepClaim, WorkerBeat

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _counting(runs: list[datetime], name: str = "counting") -> Sweep:
    def sweep(now: datetime) -> int:
        runs.append(now)
        return 7

    return Sweep(name=name, every=HOUR, sweep=sweep)


@pytest.mark.django_db
def test_a_sweep_runs_when_due_and_not_before() -> None:
    runs: list[datetime] = []
    sweep = _counting(runs)
    assert run_due(NOW, [sweep]) == {"counting": 7}
    assert run_due(NOW + HOUR - timedelta(seconds=1), [sweep]) == {}
    assert run_due(NOW + HOUR, [sweep]) == {"counting": 7}
    assert runs == [NOW, NOW + HOUR]


@pytest.mark.django_db
def test_a_failing_sweep_is_recorded_comes_back_soon_and_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(now: datetime) -> int:
        raise RuntimeError("the register is away")

    runs: list[datetime] = []
    both = [Sweep(name="failing", every=HOUR, sweep=fail), _counting(runs)]
    with caplog.at_level(logging.ERROR, logger="bancheng.jobs.sweeps"):
        assert run_due(NOW, both) == {"counting": 7}
    assert "the register is away" in caplog.text
    assert SweepClaim.objects.get(name="failing").next_due == NOW + timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_exactly_one_runs_a_due_sweep() -> None:
    if connection.vendor == "sqlite":
        # An in-memory test database is one connection; contention is proved on PostgreSQL.
        SweepClaim.objects.create(name="counting", next_due=NOW)
        taken = [
            SweepClaim.objects.filter(name="counting", next_due__lte=NOW).update(next_due=NOW + HOUR)
            for _ in "12"
        ]
        assert taken == [1, 0]
        return
    runs: list[datetime] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        run_due(NOW, [_counting(runs)])
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == [NOW]


def test_a_new_sweep_is_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "invented.py").write_text(
        "from datetime import timedelta\nEVERY = timedelta(minutes=5)\ndef sweep(now):\n    return 3\n"
    )
    monkeypatch.setattr(sweeps, "__path__", [*sweeps.__path__, str(tmp_path)])
    invented = next(sweep for sweep in found() if sweep.name == "invented")
    assert (invented.every, invented.sweep(NOW)) == (timedelta(minutes=5), 3)


def test_every_sweep_of_the_folder_says_how_often_and_what() -> None:
    assert [sweep.name for sweep in found() if sweep.every <= timedelta(0)] == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_says_that_it_lives_and_takes_its_leave() -> None:
    worker = Worker(pause=0)
    worker.turn()
    assert WorkerBeat.objects.filter(worker=worker.name).exists()
    worker.stop()
    worker.run()
    assert not WorkerBeat.objects.filter(worker=worker.name).exists()
