"""Running a deployment: first administrator, backup, restore, upgrade."""

import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.postgres import cluster
from tests.site.deployment import Deployment, Prepared

from bancheng.site import cli_main
from bancheng.store.models import User

GOOD = {"BANCHENG_ADMIN_PASSWORD": "plum-rain-over-9-roofs"}
Change = Callable[[str, bytes], tuple[str, bytes] | None]


@pytest.fixture
def town(tmp_path: Path, migrated: Prepared) -> Deployment:
    """A deployment that has been migrated and holds nobody yet."""
    return Deployment(migrated.copy(tmp_path / "town"))


def _people(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "bancheng.db")) as rows:
        return [name for (name,) in rows.execute("SELECT username FROM store_user ORDER BY username")]


def _rename_person(home: Path, name: str) -> None:
    with closing(sqlite3.connect(home / "bancheng.db")) as rows, rows:
        rows.execute("UPDATE store_user SET username = ?", (name,))


def test_the_first_administrator_is_made_once(town: Deployment) -> None:
    first, second = town.together(("init", "chief", "--generate"), ("init", "second"), **GOOD)
    assert first.code == 0
    assert "shown only now" in first.out
    assert second.code == 1
    assert "already" in second.err
    assert _people(town.home) == ["chief"]


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["", "1234567890", "chief-chief", "password12"])
def test_an_empty_or_weak_password_is_refused(
    password: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BANCHENG_ADMIN_PASSWORD", password)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert cli_main.main(["init", "chief-chief"]) == 1
    assert capsys.readouterr().err
    assert not User.objects.exists()


def test_what_was_backed_up_comes_back_and_what_was_replaced_is_kept(
    town: Deployment, tmp_path: Path
) -> None:
    (town.home / "files" / "ab").mkdir(parents=True)
    (town.home / "files" / "ab" / "paper.pdf").write_bytes(b"%PDF-then")
    archive = tmp_path / "kept.tar"
    made, told = town.together(("init", "chief"), ("backup", str(archive), "--json"), **GOOD)
    assert (made.code, told.code) == (0, 0)
    assert json.loads(told.out)["entries"] == 3
    assert archive.stat().st_mode & 0o077 == 0, "a backup holds everything people entrusted to the city"

    _rename_person(town.home, "later")
    (town.home / "files" / "ab" / "paper.pdf").write_bytes(b"%PDF-later")
    (town.home / "files" / "new.pdf").write_bytes(b"%PDF-new")
    assert "--replace" in town("restore", str(archive), code=1).stderr
    assert _people(town.home) == ["later"]

    kept = town.json("restore", str(archive), "--replace")["kept"]
    assert _people(town.home) == ["chief"]
    assert (town.home / "files" / "ab" / "paper.pdf").read_bytes() == b"%PDF-then"
    assert not (town.home / "files" / "new.pdf").exists()

    elsewhere = Deployment(tmp_path / "elsewhere")
    elsewhere("restore", kept)
    assert _people(elsewhere.home) == ["later"]
    assert (elsewhere.home / "files" / "new.pdf").read_bytes() == b"%PDF-new"
    assert (elsewhere.home / "secret-key").read_text() == (town.home / "secret-key").read_text()


def test_packs_are_published_once_and_again_without_a_change(town: Deployment) -> None:
    first, again = (json.loads(one.out) for one in town.together(*[("publish", "--json")] * 2))
    assert first["errors"] == []
    assert sorted(first["changed"]) == sorted(first["current"]) != []
    assert again["changed"] == []


def _rewritten(archive: Path, change: Change, name: str) -> Path:
    """A copy of ``archive`` whose members went through ``change``."""
    copy = archive.with_name(f"{name}.tar")
    with tarfile.open(archive) as old, tarfile.open(copy, "w") as new:
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            changed = change(member.name, file.read())
            if changed is not None:
                info = tarfile.TarInfo(changed[0])
                info.size = len(changed[1])
                new.addfile(info, io.BytesIO(changed[1]))
    return copy


BAD: dict[str, tuple[Change, str]] = {
    "damaged": (lambda name, data: (name, data[:-1] + b"?" if name == "database" else data), "damaged"),
    "incomplete": (lambda name, data: None if name == "secret-key" else (name, data), "lacks 'secret-key'"),
    "stranger": (
        lambda name, data: ("files/../x" if name == "secret-key" else name, data),
        "does not tell of",
    ),
    "no-manifest": (lambda name, data: None if name == "manifest.json" else (name, data), "not a backup"),
    "newer": (
        lambda name, data: (name, data.replace(b"store.0001_accounts", b"store.9999_far_away")),
        "newer than this code",
    ),
    "other-database": (
        lambda name, data: (name, data.replace(b'"sqlite"', b'"postgresql"')),
        "runs on sqlite",
    ),
}


def test_a_bad_backup_is_refused_before_anything_is_touched(town: Deployment, tmp_path: Path) -> None:
    archive, cut = tmp_path / "kept.tar", tmp_path / "cut.tar"
    kept, made = town.together(("backup", str(archive)), ("init", "chief"), **GOOD)
    assert (kept.code, made.code) == (0, 0)
    before = sorted(path.name for path in town.home.iterdir())
    cut.write_bytes(archive.read_bytes()[:100_000])
    bad = {name: _rewritten(archive, change, name) for name, (change, _) in BAD.items()}
    refused = town.together(
        *[("restore", "--replace", str(path)) for path in bad.values()],
        ("restore", "--verify", str(cut)),
    )
    wanted = {**{name: told for name, (_, told) in BAD.items()}, "cut off": "whole backup"}
    assert [one.code for one in refused] == [1] * len(wanted)
    assert [
        name for (name, told), one in zip(wanted.items(), refused, strict=True) if told not in one.err
    ] == []
    assert _people(town.home) == ["chief"]
    assert sorted(path.name for path in town.home.iterdir()) == before


def test_a_backup_never_overwrites_another(town: Deployment, tmp_path: Path) -> None:
    archive = tmp_path / "kept.tar"
    archive.write_text("precious")
    assert "exists" in town("backup", str(archive), code=1).stderr
    assert archive.read_text() == "precious"


def test_an_upgrade_backs_up_first_then_migrates_and_checks(town: Deployment) -> None:
    report = town.json("upgrade")
    assert report["problems"] == []
    assert report["applied"] == []
    assert town.json("restore", "--verify", report["backup"]) == {"restored": False, "kept": None}


@pytest.mark.postgres
def test_a_backup_of_postgres_comes_back(tmp_path: Path) -> None:
    with cluster() as address:
        town = Deployment(tmp_path, BANCHENG_DATABASE=address)
        town("migrate")
        town("init", "chief", **GOOD)
        town("backup", str(tmp_path / "kept.tar"))
        assert town("restore", str(tmp_path / "kept.tar"), code=1).stderr
        town("restore", "--replace", str(tmp_path / "kept.tar"))
        assert "already" in town("init", "second", code=1, **GOOD).stderr
