"""What a supervisor of processes is told."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from bancheng.jobs.sweeps import Sweep, run_due
from bancheng.store.models import BlueprintVersion, WorkerBeat
from bancheng.usecases.each import each


def test_the_process_is_up_without_asking_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_the_site_is_ready_once_packs_are_published_and_a_worker_was_seen(client: Client) -> None:
    assert client.get("/readyz").json()["checks"] == {
        "database": True,
        "migrations": True,
        "packs": False,
        "worker": False,
    }
    now = timezone.now()
    BlueprintVersion.objects.create(
        digest="d" * 64, key="k", version=1, name="一件事", content="{}", current=True, published_at=now
    )
    assert client.get("/readyz").status_code == 503
    WorkerBeat.objects.create(worker="w", seen_at=now)
    assert (client.get("/readyz").status_code, client.get("/readyz").json()["ready"]) == (200, True)


@pytest.mark.django_db
def test_a_worker_silent_for_long_does_not_count(client: Client) -> None:
    WorkerBeat.objects.create(worker="w", seen_at=timezone.now() - timedelta(minutes=10))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["worker"]) == (503, False)


@pytest.mark.django_db
def test_a_database_that_is_away_makes_the_site_unready_and_tells_no_inner_detail(client: Client) -> None:
    with patch.object(connection, "cursor", side_effect=DatabaseError("password of db.local")):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] is False
    assert b"db.local" not in answer.content


def test_every_answer_carries_the_safety_headers(client: Client) -> None:
    headers = client.get("/healthz").headers
    assert "object-src 'none'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"], "scripts come from ourselves only"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_pages_of_a_session_are_not_kept_by_a_shared_computer(client: Client) -> None:
    assert "no-store" not in client.get("/accounts/login/").headers.get("Cache-Control", "").split(", ")[:1]
    client.cookies["sessionid"] = "x"
    assert "no-store" in client.get("/accounts/login/").headers["Cache-Control"]


@pytest.mark.django_db
def test_what_sweeps_could_not_do_is_counted_and_takes_no_process_out_of_service(client: Client) -> None:
    def fail(now: datetime) -> int:
        return each("slips.paper", ["1", "2"], lambda _row: int("示例某某"), now)

    def end(now: datetime) -> int:
        raise RuntimeError("示例某某")

    now, hour = timezone.now(), timedelta(hours=1)
    run_due(now, [Sweep(name="slips", every=hour, sweep=fail), Sweep(name="fees", every=hour, sweep=end)])
    answer = client.get("/readyz")
    assert answer.json()["sweeps"] == {"waiting": 2, "person": 0, "aside": 0, "failing": 1}
    assert "示例某某" not in answer.content.decode()
    run_due(now + hour, [Sweep(name="fees", every=hour, sweep=lambda _now: 0)])
    assert client.get("/readyz").json()["sweeps"]["failing"] == 0
