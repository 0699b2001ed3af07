"""One file that holds a whole deployment: database, files, key, and a manifest with digests.

A backup is a tar: ``manifest.json`` first, then ``database``, ``secret-key`` (when
Bancheng made it) and ``files/…``. It holds everything people entrusted to the
city, so it is readable by its owner only.

Restoring, in order, so that nothing is touched before everything has been proved:

1. read the whole archive; refuse odd entries, and any size or digest that differs;
2. refuse another kind of database, and a schema newer than this code;
3. refuse to overwrite data, unless told to; then keep a backup of it first;
4. unpack beside the live data, then put database, key and files in place.
"""

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from bancheng.site import dumps

FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASE = "database"
_KEY = "secret-key"
_CHUNK = 1024 * 1024


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a backup: its name in the archive, its size in bytes, its SHA-256."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds and which code made it."""

    format: int
    version: str
    made_at: datetime
    engine: str
    migrations: tuple[str, ...]
    entries: tuple[Entry, ...]


class BackupProblem(Exception):
    """A backup that cannot be made or must not be restored; the message says what to do."""


def back_up(target: Path) -> Manifest:
    """Write a backup of this deployment to ``target``; the site may go on serving meanwhile.

    Raises:
        BackupProblem: ``target`` exists, or the database's own tool is missing or fails.
    """
    if target.exists():
        raise BackupProblem(f"{target} exists; a backup never overwrites another.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        work = Path(folder)
        dumps.dump(work / _DATABASE)
        parts = list(_parts(work))
        manifest = Manifest(
            format=FORMAT,
            version=version("bancheng"),
            made_at=timezone.now(),
            engine=connection.vendor,
            migrations=_applied(),
            entries=tuple(_entry(name, path) for name, path in parts),
        )
        (work / _MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
        with (
            _for_owner(work / "tar") as file,
            tarfile.open(fileobj=file, mode="w") as tar,
        ):
            for name, path in [(_MANIFEST, work / _MANIFEST), *parts]:
                tar.add(path, arcname=name, recursive=False)
        (work / "tar").rename(target)
    return manifest


def verify(source: Path) -> Manifest:
    """Read the backup at ``source`` from end to end and return its manifest.

    Raises:
        BackupProblem: it is no backup, is damaged, or was made by newer code or for another database.
    """
    try:
        with tarfile.open(source, mode="r:") as tar:
            manifest = _read_manifest(tar)
            _compare(tar, manifest)
    except (tarfile.TarError, msgspec.MsgspecError, OSError) as broken:
        raise BackupProblem(f"{source} is not a whole backup: {broken}") from broken
    if manifest.engine != connection.vendor:
        raise BackupProblem(
            f"This backup is of {manifest.engine}; this deployment runs on {connection.vendor}."
        )
    unknown = sorted(set(manifest.migrations) - _known())
    if unknown:
        raise BackupProblem(
            f"This backup is of version {manifest.version}, newer than this code "
            f"(it has {unknown[0]}). Install that version or a later one, then restore."
        )
    return manifest


def restore(source: Path, *, replace: bool = False) -> Path | None:
    """Put the backup at ``source`` in place of what is there. Stop the site first.

    Args:
        source: a backup made by ``back_up``.
        replace: go on although this deployment holds data; it is backed up first.

    Returns:
        The backup of what was replaced, or None when there was nothing.

    Raises:
        BackupProblem: see ``verify``; or there is data and ``replace`` is False.
    """
    verify(source)
    kept = None
    if dumps.holds_data():
        if not replace:
            raise BackupProblem(
                "This deployment holds data. To replace it, say --replace; it is backed up first."
            )
        kept = settings.BANCHENG_HOME / "backups" / f"before-restore-{timezone.now():%Y%m%d-%H%M%S-%f}.tar"
        back_up(kept)
    with tempfile.TemporaryDirectory(dir=settings.BANCHENG_HOME, prefix=".restore-") as folder:
        work = Path(folder)
        with tarfile.open(source, mode="r:") as tar:
            tar.extractall(work, filter="data")
        _put_in_place(work)
    return kept


def _put_in_place(work: Path) -> None:
    files = Path(settings.MEDIA_ROOT)
    (work / "files").mkdir(exist_ok=True)
    dumps.load(work / _DATABASE)
    if (work / _KEY).exists():
        (work / _KEY).replace(settings.BANCHENG_HOME / _KEY)
    if files.exists():
        files.rename(work / "old-files")
    shutil.move(work / "files", files)


def _parts(work: Path) -> Iterator[tuple[str, Path]]:
    yield _DATABASE, work / _DATABASE
    key = settings.BANCHENG_HOME / _KEY
    if key.exists():
        yield _KEY, key
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"files/{path.relative_to(root).as_posix()}", path


def _entry(name: str, path: Path) -> Entry:
    with path.open("rb") as file:
        return Entry(name=name, size=path.stat().st_size, sha256=_digest(file))


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _read_manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    file = tar.extractfile(first) if first is not None and first.name == _MANIFEST else None
    if file is None:
        raise BackupProblem("The archive does not start with a manifest; it is not a backup of Bancheng.")
    manifest = msgspec.json.decode(file.read(), type=Manifest)
    if manifest.format != FORMAT:
        raise BackupProblem(f"This backup has format {manifest.format}; this code reads format {FORMAT}.")
    return manifest


def _compare(tar: tarfile.TarFile, manifest: Manifest) -> None:
    told = {entry.name: entry for entry in manifest.entries}
    for member in tar.getmembers()[1:]:
        entry = told.pop(member.name, None)
        file = tar.extractfile(member) if member.isreg() else None
        if entry is None or file is None or not _is_ours(member.name):
            raise BackupProblem(f"The archive holds {member.name!r}, which its manifest does not tell of.")
        if member.size != entry.size or _digest(file) != entry.sha256:
            raise BackupProblem(f"{member.name!r} in the archive is damaged: its digest differs.")
    if told:
        raise BackupProblem(f"The archive lacks {min(told)!r}.")


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name in {_DATABASE, _KEY} or (parts[0] == "files" and ".." not in parts)


def _applied() -> tuple[str, ...]:
    applied = MigrationLoader(connection).applied_migrations
    return tuple(sorted(f"{app}.{name}" for app, name in applied))


def _known() -> set[str]:
    loader = MigrationLoader(connection)
    # A migration applied long ago may since have been replaced by a squashed one.
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}


def _for_owner(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
