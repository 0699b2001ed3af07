"""A system reached by folders: ``out`` is ours to write, ``in`` theirs. A package is a folder that appears whole.

A package holds ``message.json``, files, and ``manifest.json``: key, SHA-256 of every part, and a signature over these.
It is written under a name that begins with a dot and renamed, so that nobody ever reads half of one.
"""

from __future__ import annotations

import hmac
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bancheng.connect.exchange._port import Arrived, Damaged, SystemDown, SystemRefused
from bancheng.connect.exchange._signing import digest_of, mac

MESSAGE, MANIFEST, HOLDINGS = "message.json", "manifest.json", "holdings"
MOST = 64 * 1024 * 1024
"""Bytes of a package that are read."""


class FileDrop:
    """`folder` is shared with the system, for instance by SFTP; `secret` signs the manifests."""

    def __init__(self, folder: Path, secret: str, *, mine: str = "out", theirs: str = "in") -> None:
        self._folder, self._secret = folder, secret
        self._mine, self._theirs = folder / mine, folder / theirs

    def send(self, key: str, body: bytes, files: Mapping[str, bytes]) -> None:
        """A package in our folder; one that is there under this key already is replaced by nothing."""
        place = self._mine / _named(key)
        if any(name in (MESSAGE, MANIFEST) or _named(name) != name for name in files):
            raise SystemRefused("附件的名称不能用")
        try:
            self._mine.mkdir(parents=True, exist_ok=True)
            if place.exists() or (self._mine / "taken" / place.name).exists():
                return
            write_package(place, key, {MESSAGE: body, **files}, self._secret)
        except OSError as error:
            raise SystemDown(f"交换文件夹写不进去（{error.strerror}）") from error

    def fetch(self) -> list[Arrived | Damaged]:
        """Every package in their folder, oldest first."""
        try:
            found = sorted(
                (one for one in self._theirs.iterdir() if one.is_dir() and one.name[0] != "."),
                key=lambda one: (one.stat().st_mtime, one.name),
            )
        except FileNotFoundError:
            return []
        except OSError as error:
            raise SystemDown(f"交换文件夹读不出来（{error.strerror}）") from error
        wanted = [one for one in found if one.name not in ("taken", HOLDINGS)]
        return [self._read(one) for one in wanted]

    def taken(self, key: str) -> None:
        """Put the package aside."""
        place = self._theirs / _named(key)
        try:
            (self._theirs / "taken").mkdir(parents=True, exist_ok=True)
            if place.exists():
                aside = self._theirs / "taken" / place.name
                shutil.rmtree(aside, ignore_errors=True)
                place.replace(aside)
        except OSError as error:
            raise SystemDown(f"交换文件夹写不进去（{error.strerror}）") from error

    def holdings(self) -> dict[str, str] | None:
        """What the package ``holdings`` says, or None."""
        place = self._theirs / HOLDINGS
        if not place.is_dir():
            return None
        read = self._read(place)
        if isinstance(read, Damaged):
            raise SystemDown(f"对方的持有清单：{read.reason}")
        told = json.loads(read.body)
        rows = told.get("holdings") if isinstance(told, dict) else None
        if not isinstance(rows, dict):
            raise SystemDown("对方的持有清单读不懂")
        return {str(key): str(state) for key, state in rows.items()}

    def _read(self, place: Path) -> Arrived | Damaged:
        try:
            manifest: Any = json.loads((place / MANIFEST).read_bytes())
            parts = {str(name): str(mark) for name, mark in manifest["parts"].items()}
            key, given = str(manifest["key"]), str(manifest["signature"])
            if any(_named(name) != name for name in parts) or MESSAGE not in parts:
                return Damaged(place.name, digest_of(place.name.encode()), "清单读不懂")
            if sum((place / name).stat().st_size for name in parts) > MOST:
                return Damaged(place.name, digest_of(place.name.encode()), "内容太大")
            data = {name: (place / name).read_bytes() for name in parts}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Damaged(place.name, digest_of(place.name.encode()), "清单或文件读不出来")
        seen = digest_of(b"".join(data[name] for name in sorted(data)))
        if not hmac.compare_digest(signature(self._secret, key, parts), given):
            return Damaged(place.name, seen, "签名不对")
        if any(digest_of(data[name]) != mark for name, mark in parts.items()):
            return Damaged(place.name, seen, "文件与清单的摘要不一致")
        body = data.pop(MESSAGE)
        return (
            Arrived(key, body, data) if _named(key) == place.name else Damaged(place.name, seen, "编号不一致")
        )


def signature(secret: str, key: str, parts: Mapping[str, str]) -> str:
    """Over the key and every part with its digest."""
    return mac(secret, "PACKAGE", key, *(f"{name} {parts[name]}" for name in sorted(parts)))


def write_package(place: Path, key: str, parts: Mapping[str, bytes], secret: str) -> None:
    """Write a package beside its place and rename it, whole."""
    draft = place.parent / f".{place.name}.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    marks = {name: digest_of(data) for name, data in parts.items()}
    for name, data in parts.items():
        (draft / name).write_bytes(data)
    manifest = {"key": key, "parts": marks, "signature": signature(secret, key, marks)}
    (draft / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    try:
        draft.replace(place)
    except OSError:
        # Somebody else was first with the same message.
        shutil.rmtree(draft, ignore_errors=True)
        if not place.exists():
            raise


def _named(key: str) -> str:
    """A key as the name of a folder or file: nothing that leads elsewhere."""
    kept = "".join(char if char.isalnum() or char in "-_." else "~" for char in key)
    return kept.lstrip(".") or "~"
