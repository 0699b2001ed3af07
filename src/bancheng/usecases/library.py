"""The city's own library: records written on screen or imported, from draft to what the town is served by.

draft → proposed → published, and never by one person alone: how a draft goes on is `library_deciding`. Every act is in
the audit chain; a draft is there once, when it is begun, not with every stroke of a key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet

from bancheng.connect.packs import LIBRARY_KINDS
from bancheng.core.benefits import PolicyWriting
from bancheng.core.catalogue import DispatchRule, Item, ItemOverlay, OneThingDefinition
from bancheng.core.kernel import canonical, decode, digest
from bancheng.store.models import LibraryEntry
from bancheng.usecases import benefits
from bancheng.usecases.access import Actor, NotAllowed, NotFound, record
from bancheng.usecases.benefits import POLICY
from bancheng.usecases.town import packs

CHUNK = 500
"""Records of `save_many` that share one transaction."""
OPEN = (LibraryEntry.DRAFT, LibraryEntry.PROPOSED)


class Stale(Exception):
    """Somebody else saved, proposed or decided meanwhile. `entry` is how it stands now, None when it is gone."""

    def __init__(self, entry: LibraryEntry | None) -> None:
        super().__init__("the draft has moved on")
        self.entry = entry


@dataclass(frozen=True)
class Saved:
    """Where a record was saved. `changed` is false when nothing differs from what is already there; `entry` is 0 when
    that is the packs' own record."""

    entry: int
    version: int
    revision: int
    changed: bool


# ---------------------------------------------------------------- writing


def save(
    actor: Actor,
    kind: str,
    content: msgspec.Struct,
    now: datetime,
    note: str = "",
    *,
    revision: int | None = None,
    edition: bool = False,
) -> Saved:
    """Keep a record as the draft of its key, beginning a new version when no draft is open. Idempotent.

    An `edition` of an item or one-thing stands beside the one in force, under ``key@version``: it holds from its
    `valid_from` on, and the one before must say when it ends. With `revision` (0: no draft was open) the draft must
    still be as the writer last saw it.

    Raises:
        NotAllowed: the actor may not write this record (`may_write`).
        Stale: somebody else saved, proposed or decided meanwhile; nothing was written.
    """
    need_writer(actor, kind, content)
    key, text, mark = _key(kind, content, edition=edition), canonical(content).decode(), digest(content)
    with transaction.atomic():
        draft = versions(kind, key).filter(state=LibraryEntry.DRAFT).first()
        if not _as_seen(draft, revision, actor):
            raise Stale(draft or versions(kind, key).order_by("-version").first())
        if draft is not None:
            return _resaved(actor, draft, content, text, mark, now, note)
        same = _same(kind, key, mark, _known(kind, [key]).get(key, ()))
        if same is not None:
            return same
        try:
            with transaction.atomic():
                entry = _begin(actor, kind, key, content, now, note)
        except IntegrityError as error:
            raise Stale(versions(kind, key).filter(state=LibraryEntry.DRAFT).first()) from error
        record(actor, "library.draft", address(entry), note[:300])
    return Saved(entry.pk, entry.version, entry.revision, changed=True)


def save_many(
    actor: Actor, kind: str, records: Iterable[msgspec.Struct], now: datetime, note: str = ""
) -> tuple[Saved, ...]:
    """Keep many records as drafts, `CHUNK` of them in one transaction; those that change nothing are left alone.

    An open draft of the same key is written over, also that of another person: import into what nobody edits.

    Raises:
        NotAllowed: the actor is no item manager.
    """
    need_manager(actor)
    found: list[Saved] = []
    chunk: list[msgspec.Struct] = []
    for one in records:
        chunk.append(one)
        if len(chunk) == CHUNK:
            found += _save_chunk(actor, kind, chunk, now, note)
            chunk = []
    return (*found, *_save_chunk(actor, kind, chunk, now, note))


def _save_chunk(
    actor: Actor, kind: str, records: Sequence[msgspec.Struct], now: datetime, note: str
) -> list[Saved]:
    if not records:
        return []
    keys = [_key(kind, one) for one in records]
    saved: list[Saved] = []
    fresh: list[LibraryEntry] = []
    with transaction.atomic():
        known = _known(kind, keys)
        for key, one in zip(keys, records, strict=True):
            text, mark = canonical(one).decode(), digest(one)
            rows = known.get(key, [])
            draft = next((row for row in rows if row.state == LibraryEntry.DRAFT), None)
            same = None if draft else _same(kind, key, mark, rows)
            if draft is not None:
                saved.append(_resaved(actor, draft, one, text, mark, now, note))
            elif same is not None:
                saved.append(same)
            else:
                version = rows[0].version + 1 if rows else 1
                fresh.append(_entry(actor, kind, key, one, now, note, version))
        made = LibraryEntry.objects.bulk_create(fresh, batch_size=CHUNK)
        saved += [Saved(entry.pk, entry.version, 1, changed=True) for entry in made]
        changed = sum(one.changed for one in saved)
        if changed:
            record(actor, "library.drafts", kind, f"{changed}条 {note}"[:300])
    return saved


def _known(kind: str, keys: Sequence[str]) -> dict[str, list[LibraryEntry]]:
    """The versions there are, without their content, the newest first."""
    found: dict[str, list[LibraryEntry]] = {}
    rows = LibraryEntry.objects.filter(kind=kind, key__in=keys).defer("content").order_by("-version")
    for row in rows:
        found.setdefault(row.key, []).append(row)
    return found


def _same(kind: str, key: str, mark: str, rows: Iterable[LibraryEntry]) -> Saved | None:
    """The proposed or published version, or the packs' own record, when it says exactly this."""
    settled = (LibraryEntry.PROPOSED, LibraryEntry.PUBLISHED)
    row = next((row for row in rows if row.state in settled), None)
    if row is not None:
        return Saved(row.pk, row.version, row.revision, changed=False) if row.digest == mark else None
    own = served(kind, key)
    return Saved(0, 0, 0, changed=False) if own is not None and digest(own) == mark else None


def _begin(
    actor: Actor, kind: str, key: str, content: msgspec.Struct, now: datetime, note: str
) -> LibraryEntry:
    last = versions(kind, key).aggregate(last=Max("version"))["last"] or 0
    entry = _entry(actor, kind, key, content, now, note, last + 1)
    entry.save()
    return entry


def _entry(
    actor: Actor, kind: str, key: str, content: msgspec.Struct, now: datetime, note: str, version: int
) -> LibraryEntry:
    return LibraryEntry(
        kind=kind,
        key=key,
        version=version,
        name=_name(content),
        body=_body(content),
        content=canonical(content).decode(),
        digest=digest(content),
        author_id=actor.user_id,
        author_name=actor.name,
        editors=[actor.user_id],
        saved_by=actor.user_id,
        note=note[:500],
        saved_at=now,
    )


def _as_seen(draft: LibraryEntry | None, revision: int | None, actor: Actor) -> bool:
    """Whether the draft is as the writer last saw it. What they saved themselves since is no surprise to them: a page
    that saves while it is typed in may send two savings before it hears of the first."""
    if revision is None or revision == (draft.revision if draft else 0):
        return True
    return draft is not None and revision > 0 and draft.saved_by == actor.user_id


def _resaved(
    actor: Actor, draft: LibraryEntry, content: msgspec.Struct, text: str, mark: str, now: datetime, note: str
) -> Saved:
    if draft.digest == mark:
        return Saved(draft.pk, draft.version, draft.revision, changed=False)
    own = LibraryEntry.objects.filter(pk=draft.pk, state=LibraryEntry.DRAFT, revision=draft.revision)
    written = own.update(
        content=text,
        digest=mark,
        name=_name(content),
        body=_body(content),
        revision=F("revision") + 1,
        editors=sorted({*draft.editors, actor.user_id}),
        saved_by=actor.user_id,
        note=note[:500] or draft.note,
        saved_at=now,
    )
    if not written:
        raise Stale(LibraryEntry.objects.filter(pk=draft.pk).first())
    return Saved(draft.pk, draft.version, draft.revision + 1, changed=True)


# ---------------------------------------------------------------- reading


def history(kind: str, key: str) -> tuple[LibraryEntry, ...]:
    """Every version of a record, the newest first: who, when, why and its digest."""
    return tuple(versions(kind, key).order_by("-version"))


def draft_of(kind: str, key: str) -> LibraryEntry | None:
    """The open draft of a record."""
    return versions(kind, key).filter(state=LibraryEntry.DRAFT).first()


def waiting(state: str, kind: str = "") -> QuerySet[LibraryEntry]:
    """Entries of the catalogue in a state, the latest first, without their content."""
    rows = LibraryEntry.objects.filter(state=state).defer("content").order_by("-saved_at", "-pk")
    return rows.filter(kind=kind) if kind else rows.filter(kind__in=LIBRARY_KINDS)


def entry(number: int) -> LibraryEntry:
    """One entry of the catalogue.

    Raises:
        NotFound: there is none.
    """
    found = LibraryEntry.objects.filter(pk=number, kind__in=LIBRARY_KINDS).first()
    if found is None:
        raise NotFound(str(number))
    return found


def content_of(row: LibraryEntry) -> msgspec.Struct | None:
    """The record of an entry; None where it says "as the packs"."""
    return decode(row.content, _type(row.kind)) if row.content else None


def served(kind: str, key: str) -> msgspec.Struct | None:
    """The record that the town is served by now, whether from packs or library."""
    if kind == POLICY:
        return benefits.in_force(key)
    section = LIBRARY_KINDS[kind][0]
    records: dict[str, msgspec.Struct] = getattr(packs().catalogue, section, {})
    return records.get(key)


# ---------------------------------------------------------------- helpers


def open_entry(entry: int, *states: str) -> LibraryEntry:
    found = LibraryEntry.objects.filter(pk=entry, state__in=states).first()
    if found is None:
        raise NotFound(str(entry))
    return found


def written_down(actor: Actor, act: str, rows: Sequence[LibraryEntry], why: str) -> None:
    if len(rows) <= 20:
        for row in rows:
            record(actor, act, address(row), why[:300])
    else:
        record(actor, act, f"{rows[0].kind}:{len(rows)}", why[:300])


def versions(kind: str, key: str) -> QuerySet[LibraryEntry]:
    _type(kind)
    return LibraryEntry.objects.filter(kind=kind, key=key)


def _key(kind: str, content: msgspec.Struct, *, edition: bool = False) -> str:
    if not isinstance(content, _type(kind)):
        raise TypeError(f"a {kind} is no {type(content).__name__}")
    if isinstance(content, ItemOverlay):
        return f"{content.item}@{content.within}" if content.within else content.item
    key = str(getattr(content, "key", ""))
    return f"{key}@{content.version}" if edition and isinstance(content, Item | OneThingDefinition) else key


def _type(kind: str) -> type[msgspec.Struct]:
    if kind == POLICY:
        return PolicyWriting
    if kind not in LIBRARY_KINDS:
        raise ValueError(f"no such kind of record: {kind}")
    return LIBRARY_KINDS[kind][1]


def _body(content: msgspec.Struct) -> str:
    return benefits.body_of(content.policy) if isinstance(content, PolicyWriting) else ""


def _name(content: msgspec.Struct) -> str:
    return str(getattr(content, "name", "") or getattr(content, "item", ""))[:300]


def address(row: LibraryEntry) -> str:
    return f"{row.kind}:{row.key}@{row.version}"[-120:]


def may_write(actor: Actor, kind: str, record: msgspec.Struct | None) -> bool:
    """Whether the actor may draft, propose and take back a record: an item manager every one of the catalogue, a senior
    the rules by which tasks of their own body find people, who works at a body its policies.

    A rule or policy counts as the body's own when every version that was ever written under its key is of a body of
    theirs.
    """
    if isinstance(record, PolicyWriting):
        return all(actor.has("reviewer", body) or actor.has("senior", body) for body in _bodies(kind, record))
    if actor.has("item_manager"):
        return True
    if not isinstance(record, DispatchRule) or not actor.has("senior", record.body):
        return False
    known = [served(kind, record.key), *(content_of(row) for row in versions(kind, record.key))]
    return all(actor.has("senior", one.body) for one in known if isinstance(one, DispatchRule))


def may_decide(actor: Actor, kind: str, record: msgspec.Struct | None) -> bool:
    """Whether the actor may put a record in force or refuse it, where they did not write it: an item manager what is of
    the catalogue, the head of the body its policies."""
    if isinstance(record, PolicyWriting):
        return all(actor.has("senior", body) for body in _bodies(kind, record))
    return actor.has("item_manager")


def _bodies(kind: str, record: PolicyWriting) -> set[str]:
    """The bodies of a policy, as it is written now and as it ever was."""
    known = [record, served(kind, record.key), *(content_of(row) for row in versions(kind, record.key))]
    return {benefits.body_of(one.policy) for one in known if isinstance(one, PolicyWriting)}


def need_writer(actor: Actor, kind: str, record: msgspec.Struct | None) -> None:
    if not may_write(actor, kind, record):
        raise NotAllowed("library")


def need_decider(actor: Actor, rows: Iterable[LibraryEntry]) -> None:
    if not all(may_decide(actor, row.kind, content_of(row)) for row in rows):
        raise NotAllowed("library")


def need_manager(actor: Actor) -> None:
    if not actor.has("item_manager"):
        raise NotAllowed("library")
