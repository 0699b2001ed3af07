"""Running a deployment: first administrator, backup, restore, upgrade."""

import io
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.postgres import cluster
from tests.site.deployment import Deployment, Prepared

GOOD = {"BANCHENG_ADMIN_PASSWORD": "plum-rain-over-9-roofs"}


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
    told = town("init", "chief", "--generate").stdout
    assert "shown only now" in told
    assert "already" in town("init", "second", code=1, **GOOD).stderr
    assert _people(town.home) == ["chief"]


@pytest.mark.parametrize("password", ["", "1234567890", "chief-chief", "password12"])
def test_an_empty_or_weak_password_is_refused(town: Deployment, password: str) -> None:
    assert town("init", "chief-chief", code=1, BANCHENG_ADMIN_PASSWORD=password).stderr
    assert _people(town.home) == []


def test_what_was_backed_up_comes_back_and_what_was_replaced_is_kept(
    town: Deployment, tmp_path: Path
) -> None:
    town("init", "chief", **GOOD)
    (town.home / "files" / "ab").mkdir(parents=True)
    (town.home / "files" / "ab" / "paper.pdf").write_bytes(b"%PDF-then")
    archive = tmp_path / "kept.tar"
    assert town.json("backup", str(archive))["entries"] == 3
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
    first = town.json("publish")
    assert first["errors"] == []
    assert sorted(first["changed"]) == sorted(first["current"]) != []
    assert town.json("publish")["changed"] == []


def _rewritten(archive: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    """A copy of ``archive`` whose members went through ``change``."""
    copy = archive.with_name("changed.tar")
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


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda name, data: (name, data[:-1] + b"?" if name == "database" else data), "damaged"),
        (lambda name, data: None if name == "secret-key" else (name, data), "lacks 'secret-key'"),
        (lambda name, data: ("files/../x" if name == "secret-key" else name, data), "does not tell of"),
        (lambda name, data: None if name == "manifest.json" else (name, data), "not a backup"),
        (
            lambda name, data: (name, data.replace(b"store.0001_accounts", b"store.9999_far_away")),
            "newer than this code",
        ),
        (lambda name, data: (name, data.replace(b'"sqlite"', b'"postgresql"')), "runs on sqlite"),
    ],
    ids=["damaged", "incomplete", "stranger", "no-manifest", "newer", "other-database"],
)
def test_a_bad_backup_is_refused_before_anything_is_touched(
    town: Deployment,
    tmp_path: Path,
    change: Callable[[str, bytes], tuple[str, bytes] | None],
    told: str,
) -> None:
    archive = tmp_path / "kept.tar"
    town("backup", str(archive))
    town("init", "chief", **GOOD)
    before = sorted(path.name for path in town.home.iterdir())
    assert told in town("restore", "--replace", str(_rewritten(archive, change)), code=1).stderr
    assert _people(town.home) == ["chief"]
    assert sorted(path.name for path in town.home.iterdir()) == before


def test_a_cut_off_backup_is_refused(town: Deployment, tmp_path: Path) -> None:
    archive = tmp_path / "kept.tar"
    town("backup", str(archive))
    archive.write_bytes(archive.read_bytes()[:100_000])
    assert "whole backup" in town("restore", "--verify", str(archive), code=1).stderr


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
