"""The variables an operator sets."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from bancheng.site import environment as env


def test_the_default_database_waits_its_turn_and_keeps_a_write_ahead_log(tmp_path: Path) -> None:
    described = env.database("sqlite:///bancheng.db", tmp_path)
    assert described["NAME"] == tmp_path / "bancheng.db"
    assert described["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in described["OPTIONS"]["init_command"]


def test_an_absolute_sqlite_path_stays_where_it_is(tmp_path: Path) -> None:
    assert env.database("sqlite:////srv/data/town.db", tmp_path)["NAME"] == Path("/srv/data/town.db")


def test_a_postgres_address_is_taken_apart(tmp_path: Path) -> None:
    described = env.database("postgres://ban:p%40ss@db.local:5433/town?sslmode=require", tmp_path)
    told = {key: described[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME", "OPTIONS")}
    assert told == {
        "USER": "ban",
        "PASSWORD": "p@ss",
        "HOST": "db.local",
        "PORT": "5433",
        "NAME": "town",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_postgres_socket_folder_is_a_host(tmp_path: Path) -> None:
    assert env.database("postgres://ban@/town?host=/run/pg", tmp_path)["HOST"] == "/run/pg"


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="sqlite:// or postgres://"):
        env.database("mysql://x/y", tmp_path)


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BANCHENG_SECRET_KEY", raising=False)
    first = env.secret_key(tmp_path)
    assert len(first) > 60
    assert env.secret_key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_a_short_secret_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANCHENG_SECRET_KEY", "short")
    with pytest.raises(ImproperlyConfigured, match="40 characters"):
        env.secret_key(tmp_path)


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_a_switch_is_on_or_off(value: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANCHENG_DEMO", value)
    assert env.switch("BANCHENG_DEMO") is expected


def test_a_switch_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANCHENG_DEMO", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="BANCHENG_DEMO"):
        env.switch("BANCHENG_DEMO")
