"""Four eyes: what one person wrote in the city's library a second one puts in force, refuses, or takes back.

Putting in force compiles what the records take part in and makes it current at once; running cases keep what they pin.
Nothing changes when anything would be wrong with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from bancheng.connect.packs import Loaded
from bancheng.core.benefits import PolicyWriting
from bancheng.core.compiler import Compiled
from bancheng.store.models import LibraryEntry, LibraryMark
from bancheng.usecases import benefits, town
from bancheng.usecases.access import Actor, NotFound, record
from bancheng.usecases.benefits import POLICY
from bancheng.usecases.library import (
    OPEN,
    Stale,
    address,
    content_of,
    need_decider,
    need_manager,
    need_writer,
    open_entry,
    versions,
    written_down,
)
from bancheng.usecases.library_check import prepared
from bancheng.usecases.town import Published, packs


class OwnWork(Exception):
    """Four eyes: whoever wrote in a version cannot approve it."""


def discard(actor: Actor, entry: int, now: datetime) -> None:
    """Throw a draft away, or take back one's proposal. It stays in the history.

    Raises:
        NotAllowed: the actor may not write this record. NotFound: there is none that is open.
    """
    with transaction.atomic():
        row = open_entry(entry, *OPEN)
        need_writer(actor, row.kind, content_of(row))
        _decide(row, LibraryEntry.WITHDRAWN, actor, now)
        record(actor, "library.discard", address(row))


def propose(actor: Actor, entry: int, now: datetime, note: str = "") -> LibraryEntry:
    """Hand a draft to a second person.

    Raises:
        NotAllowed: the actor may not write this record. NotFound: it is no open draft.
        ProblemsFound: with it, something would be wrong that was not wrong before.
    """
    return propose_many(actor, (entry,), now, note)[0]


def propose_many(
    actor: Actor, entries: Sequence[int], now: datetime, note: str = ""
) -> tuple[LibraryEntry, ...]:
    """Hand drafts that belong together to a second person; all or none. Raises as `propose`."""
    with transaction.atomic():
        rows = _rows(entries, LibraryEntry.DRAFT)
        for row in rows:
            need_writer(actor, row.kind, content_of(row))
        _prepared(rows)
        moved = LibraryEntry.objects.filter(pk__in=entries, state=LibraryEntry.DRAFT)
        moved.update(state=LibraryEntry.PROPOSED, proposed_at=now, **({"note": note[:500]} if note else {}))
        written_down(actor, "library.propose", rows, note)
    return _rows(entries, LibraryEntry.PROPOSED)


def approve(actor: Actor, entry: int, now: datetime, reason: str = "") -> Published:
    """Put a proposal in force: the town is served by it at once, and what it takes part in is compiled and current.

    Raises:
        NotAllowed: the actor may not decide. NotFound: it is no proposal. OwnWork: the actor wrote in it.
        ProblemsFound: with it, something would be wrong that was not wrong before; nothing changes then.
        Stale: somebody else decided meanwhile.
    """
    return approve_many(actor, (entry,), now, reason)


def approve_many(actor: Actor, entries: Sequence[int], now: datetime, reason: str = "") -> Published:
    """Put proposals in force together, all or none. Raises as `approve`."""
    with transaction.atomic():
        rows = _rows(entries, LibraryEntry.PROPOSED)
        need_decider(actor, rows)
        if any(actor.user_id in row.editors for row in rows):
            raise OwnWork
        looked = _prepared(rows)
        older = LibraryEntry.objects.filter(state=LibraryEntry.PUBLISHED)
        for kind in {row.kind for row in rows}:
            older.filter(kind=kind, key__in=[row.key for row in rows if row.kind == kind]).update(
                state=LibraryEntry.REPLACED
            )
        decided = {
            "decided_by": actor.user_id,
            "decided_name": actor.name,
            "decided_at": now,
            "reason": reason[:500],
        }
        proposed = LibraryEntry.objects.filter(pk__in=entries, state=LibraryEntry.PROPOSED)
        if proposed.update(state=LibraryEntry.PUBLISHED, **decided) != len(rows):
            # Of two who approve at once, the second is told.
            raise Stale(LibraryEntry.objects.filter(pk__in=entries).first())
        _touch()
        published = town.make_current(*looked, now) if looked else Published({}, (), ())
        written_down(actor, "library.approve", rows, reason)
    packs.refresh()
    return published


def reject(actor: Actor, entry: int, now: datetime, reason: str) -> None:
    """Say no to a proposal, with a reason; its author may begin a new draft from it.

    Raises:
        NotAllowed: the actor may not decide. NotFound: it is no proposal. OwnWork: the actor wrote in it.
        ValueError: without a reason.
    """
    if not reason.strip():
        raise ValueError("a rejection needs a reason")
    with transaction.atomic():
        row = open_entry(entry, LibraryEntry.PROPOSED)
        need_decider(actor, (row,))
        if actor.user_id in row.editors:
            raise OwnWork
        _decide(row, LibraryEntry.REJECTED, actor, now, reason)
        record(actor, "library.reject", address(row), reason[:300])


def take_back(actor: Actor, kind: str, key: str, version: int, now: datetime, note: str) -> LibraryEntry:
    """Propose to go back to an earlier version (0: to what the packs say). A second person approves it like any other.

    Raises:
        NotAllowed: the actor is no item manager. NotFound: there is no such version.
        Stale: a draft or proposal of this record is open; it is decided first.
    """
    need_manager(actor)
    with transaction.atomic():
        rows = versions(kind, key)
        last = rows.order_by("-version").first()
        source = rows.filter(version=version).first() if version else None
        if last is None or (version and source is None):
            raise NotFound(f"{kind}/{key}/{version}")
        if rows.filter(state__in=OPEN).exists():
            raise Stale(rows.filter(state__in=OPEN).order_by("-version").first())
        entry = LibraryEntry.objects.create(
            kind=kind,
            key=key,
            version=last.version + 1,
            name=source.name if source else last.name,
            content=source.content if source else "",
            digest=source.digest if source else "",
            state=LibraryEntry.PROPOSED,
            author_id=actor.user_id,
            author_name=actor.name,
            editors=[actor.user_id],
            note=note[:500],
            saved_at=now,
            proposed_at=now,
        )
        record(actor, "library.take_back", address(entry), note[:300])
    return entry


def _prepared(rows: Sequence[LibraryEntry]) -> tuple[Loaded, dict[str, Compiled]] | None:
    """What they come to; None where all of them are policies, in which nothing is compiled. Raises as `propose`."""
    written = [one for row in rows if isinstance(one := content_of(row), PolicyWriting)]
    if written:
        benefits.need_sound(written)
    rest = [row for row in rows if row.kind != POLICY]
    return prepared(rest) if rest else None


def touch() -> None:
    """Tell every process to read packs and library anew."""
    _touch()
    packs.refresh()


def _touch() -> None:
    mark = uuid.uuid4().hex
    if not LibraryMark.objects.filter(pk="published").update(serial=F("serial") + 1, mark=mark):
        LibraryMark.objects.create(pk="published", serial=1, mark=mark)


def _decide(row: LibraryEntry, state: str, actor: Actor, now: datetime, reason: str = "") -> None:
    decided = {
        "decided_by": actor.user_id,
        "decided_name": actor.name,
        "decided_at": now,
        "reason": reason[:500],
    }
    if not LibraryEntry.objects.filter(pk=row.pk, state=row.state).update(state=state, **decided):
        raise Stale(LibraryEntry.objects.filter(pk=row.pk).first())


def _rows(entries: Sequence[int], state: str) -> tuple[LibraryEntry, ...]:
    rows = tuple(LibraryEntry.objects.filter(pk__in=entries, state=state).order_by("pk"))
    if not rows or len(rows) != len(set(entries)):
        raise NotFound(state)
    return rows
