"""What a content package would do here, record by record, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from bancheng.connect.packs._package import ContentPackage, portable, renamed
from bancheng.core.kernel import Record, canonical, digest

Identity = tuple[str, str]
"""Kind and key."""
_RENAMABLE = frozenset(("stage", "codes", "group", "element", "document", "body"))


class RecordStanding(StrEnum):
    """How a record of a package stands to what is here.

    `same`: nothing to do. `renamed`: here under another key, with the same content; references are led there. `new`.
    `changed`: the package moved on and nobody here touched it. `kept`: changed here, not in the package, since the
    last import. `conflict`: both changed since the last import, or changed here and never imported.
    """

    SAME = "same"
    RENAMED = "renamed"
    NEW = "new"
    CHANGED = "changed"
    KEPT = "kept"
    CONFLICT = "conflict"


TAKEN = frozenset((RecordStanding.NEW, RecordStanding.CHANGED))
"""What an import takes unless it is told otherwise."""


class Local(Record):
    """A record as it is here (portable), and whether this city wrote it itself."""

    content: msgspec.Struct
    own: bool


class ComparedRecord(Record):
    """A record of a package beside what is here. `content` already names things as they are called here."""

    kind: str
    key: str
    name: str
    standing: RecordStanding
    content: msgspec.Struct
    base: str
    local: msgspec.Struct | None = None
    local_key: str = ""

    @property
    def identity(self) -> str:
        """Kind and key in one word, for forms."""
        return f"{self.kind}/{self.key}"


def compare_package(
    package: ContentPackage, local: Mapping[Identity, Local], bases: Mapping[Identity, str]
) -> tuple[ComparedRecord, ...]:
    """Every record of the package in its order. `bases` are the digests kept at the last import.

    `local` holds everything that is here; keys need not be those of the package.
    """
    missing = any(
        one.kind in _RENAMABLE and (one.kind, one.key) not in local for one in package.manifest.records
    )
    elsewhere = _by_content(local) if missing else {}
    names: dict[Identity, str] = {}
    found = []
    for one in package.manifest.records:
        identity = one.kind, one.key
        content = renamed(package.records[identity], names)
        here = local.get(identity)
        local_key = (
            "" if here or one.kind not in _RENAMABLE else elsewhere.get(_without_key(one.kind, content), "")
        )
        if local_key:
            names[identity] = local_key
        found.append(
            ComparedRecord(
                kind=one.kind,
                key=one.key,
                name=one.name,
                standing=RecordStanding.RENAMED
                if local_key
                else _standing(content, here, bases.get(identity)),
                content=content,
                base=digest(content),
                local=here.content if here else (local[one.kind, local_key].content if local_key else None),
                local_key=local_key,
            )
        )
    return tuple(found)


def _standing(content: msgspec.Struct, here: Local | None, base: str | None) -> RecordStanding:
    if here is None:
        return RecordStanding.NEW
    new, old = digest(content), digest(portable(here.content))
    if new == old:
        return RecordStanding.SAME
    if base is None:
        return RecordStanding.CONFLICT if here.own else RecordStanding.CHANGED
    if base == old:
        return RecordStanding.CHANGED
    return RecordStanding.KEPT if base == new else RecordStanding.CONFLICT


def _by_content(local: Mapping[Identity, Local]) -> dict[str, str]:
    found: dict[str, str] = {}
    for (kind, key), one in local.items():
        if kind in _RENAMABLE:
            found.setdefault(_without_key(kind, one.content), key)
    return found


def _without_key(kind: str, record: msgspec.Struct) -> str:
    plain = msgspec.to_builtins(record)
    plain.pop("key", None)
    return f"{kind} {canonical(plain).decode()}"
