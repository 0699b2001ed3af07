"""Content packages between instances: made from what standards say here, looked through, taken in as drafts.

Nothing of a package is in force before four eyes: what is taken becomes drafts of the city's library. Local overlays
are kept; where a pack set them, they are drafted beside the new standard. At each import the digests are kept, so that
the next one can tell who changed what since.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.conf import settings
from django.db import transaction

from bancheng.connect.packs import (
    LIBRARY_KINDS,
    TAKEN,
    ComparedRecord,
    ContentPackage,
    Loaded,
    Local,
    RecordStanding,
    compare_package,
    make_package,
    open_package,
    portable,
)
from bancheng.core.catalogue import ItemOverlay
from bancheng.core.kernel import decode
from bancheng.store.models import LibraryEntry, PackageBase, PackageUpload
from bancheng.usecases import library
from bancheng.usecases.access import Actor, NotAllowed, NotFound, record
from bancheng.usecases.outputs import Output
from bancheng.usecases.town import packs

_LEFT_OUT = frozenset(("source", "overlay", "system"))
_OPEN = (LibraryEntry.DRAFT, LibraryEntry.PROPOSED)


def export(onethings: Collection[str], today: date, loaded: Loaded | None = None) -> Output:
    """A package of one-things as the highest level wrote them. Anyone who reads guides may have it.

    Raises:
        NotFound: there is no such one-thing, or none was named.
    """
    base = (loaded or packs()).standards.base
    unknown = [key for key in onethings if key not in base.onethings]
    if unknown or not onethings:
        raise NotFound("、".join(unknown))
    data = make_package(base, tuple(onethings), origin=settings.BANCHENG_ADDRESS, made_on=today)
    name = next(iter(onethings)) if len(onethings) == 1 else f"{len(onethings)}-onethings"
    return Output(name=f"{name}.package.zip", media="application/zip", data=data)


@dataclass(frozen=True)
class Preview:
    """What taking a package in would do."""

    package: ContentPackage
    records: tuple[ComparedRecord, ...]

    def of(self, standing: RecordStanding) -> tuple[ComparedRecord, ...]:
        """The records that stand so."""
        return tuple(one for one in self.records if one.standing is standing)

    @property
    def counts(self) -> dict[RecordStanding, int]:
        """How many records stand how, those that do not occur included."""
        return {standing: len(self.of(standing)) for standing in RecordStanding}

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to take."""
        return all(
            one.standing in {RecordStanding.SAME, RecordStanding.RENAMED, RecordStanding.KEPT}
            for one in self.records
        )


def preview(data: bytes) -> Preview:
    """Look through a package.

    Raises:
        ProblemsFound: it is no package, or it is damaged.
    """
    package = open_package(data)
    bases = {
        (kind, key): mark for kind, key, mark in PackageBase.objects.values_list("kind", "key", "digest")
    }
    return Preview(package, compare_package(package, _local(), bases))


def _local() -> dict[tuple[str, str], Local]:
    """Everything that is here: of packs and library, and what is open in the library on top."""
    base = packs().standards.base
    known = LibraryEntry.objects.filter(kind__in=LIBRARY_KINDS).exclude(content="")
    rows = known.filter(state__in=(*_OPEN, LibraryEntry.PUBLISHED))
    own = {(kind, key) for kind, key in rows.values_list("kind", "key")}
    found = {
        (kind, key): Local(content=portable(one), own=(kind, key) in own)
        for kind, (section, _) in LIBRARY_KINDS.items()
        if kind not in _LEFT_OUT
        for key, one in getattr(base, section).items()
    }
    for row in rows.filter(state__in=_OPEN).order_by("version"):
        if row.kind not in _LEFT_OUT:
            content: msgspec.Struct = decode(row.content, LIBRARY_KINDS[row.kind][1])
            found[row.kind, row.key] = Local(content=portable(content), own=True)
    return found


@dataclass(frozen=True)
class TakenIn:
    """What an import wrote: how many drafts, and how many records were left as they are here."""

    drafts: int
    left: int


def take_in(actor: Actor, data: bytes, chosen: Collection[str] | None, now: datetime) -> TakenIn:
    """Write records of a package into the library as drafts.

    `chosen` are identities ("item/food_permit"); None takes what is new and what only the package changed. What is not
    taken keeps its old common ground, so that it is offered again.

    Raises:
        NotAllowed: the actor is no item manager. ProblemsFound: as `preview`.
    """
    if not actor.has("item_manager"):
        raise NotAllowed("package")
    seen = preview(data)
    takeable = {
        one.identity
        for one in seen.records
        if one.standing in {*TAKEN, RecordStanding.CONFLICT, RecordStanding.KEPT}
    }
    wanted = (
        {one.identity for one in seen.records if one.standing in TAKEN}
        if chosen is None
        else set(chosen) & takeable
    )
    taken = [one for one in seen.records if one.identity in wanted]
    settled = [one for one in seen.records if one.standing in {RecordStanding.SAME, RecordStanding.KEPT}]
    note = f"内容包：{seen.package.manifest.title}（{seen.package.manifest.origin}）"
    drafts = 0
    with transaction.atomic():
        for kind in dict.fromkeys(one.kind for one in taken):
            saved = library.save_many(
                actor, kind, [one.content for one in taken if one.kind == kind], now, note
            )
            drafts += sum(one.changed for one in saved)
        overlays = _own_overlays([one.key for one in taken if one.kind == "item"], now.date())
        drafts += sum(one.changed for one in library.save_many(actor, "overlay", overlays, now, note))
        _keep([*taken, *settled], seen.package.manifest.origin, now)
        record(actor, "package.import", seen.package.manifest.digest[:12], f"{note} {drafts}条"[:300])
    return TakenIn(drafts=drafts, left=len(seen.records) - len(taken))


def _own_overlays(items: Sequence[str], today: date) -> list[ItemOverlay]:
    """What packs set here on items that now come whole from the library: written beside them, so that it holds on.

    Overlays of single divisions, and those of the library, stay in force by themselves.
    """
    written = set(LibraryEntry.objects.filter(kind="overlay", key__in=items).values_list("key", flat=True))
    found = []
    for key in items:
        rungs = packs().standards.rungs(key, today)
        whole = [rung.overlay for rung in rungs if not rung.within]
        if whole and key not in written:
            merged = ItemOverlay(item=key)
            for overlay in whole:
                merged = msgspec.structs.replace(merged, **_set_on(overlay))
            found.append(merged)
    return found


def _set_on(overlay: ItemOverlay) -> dict[str, object]:
    empty = ItemOverlay(item=overlay.item)
    names = [name for name in overlay.__struct_fields__ if getattr(overlay, name) != getattr(empty, name)]
    return {name: getattr(overlay, name) for name in names}


def _keep(records: Sequence[ComparedRecord], origin: str, now: datetime) -> None:
    PackageBase.objects.bulk_create(
        [
            PackageBase(kind=one.kind, key=one.key, digest=one.base, origin=origin[:300], imported_at=now)
            for one in records
        ],
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["digest", "origin", "imported_at"],
        batch_size=500,
    )


# ---------------------------------------------------------------- between the two pages


def put_by(actor: Actor, name: str, data: bytes, now: datetime) -> uuid.UUID:
    """Keep an uploaded package until its sender has looked it through; an earlier one of theirs goes.

    Raises:
        NotAllowed: the actor is no item manager. ProblemsFound: it is no package.
    """
    if not actor.has("item_manager"):
        raise NotAllowed("package")
    open_package(data)
    values = {"id": uuid.uuid4(), "name": name[:200], "content": data, "uploaded_at": now}
    PackageUpload.objects.filter(owner_id=actor.user_id).delete()
    return PackageUpload.objects.create(owner_id=actor.user_id, **values).pk


def put_by_of(actor: Actor, number: uuid.UUID) -> PackageUpload:
    """The package this person put by.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = PackageUpload.objects.filter(pk=number, owner_id=actor.user_id).first()
    if found is None:
        raise NotFound(str(number))
    return found
