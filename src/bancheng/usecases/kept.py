"""Where a case stands, without folding its whole log anew: kept in this process, and sealed in a row now and then.

The log is the truth. What is kept counts only while the log still holds the very event it was made from, and a row
also only while its seal fits; everything after it is checked and folded as ever. See decision 0016.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from threading import Lock
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from bancheng.core.casework import (
    AnyEvent,
    CaseState,
    Listed,
    Phase,
    decode_event,
    decode_state,
    encode_state,
    fold,
    state_shape,
)
from bancheng.core.kernel import Fault, chain
from bancheng.store import statements
from bancheng.store.models import Case, CaseEvent, CaseSnapshot

EVERY = 32
"""Events after which an open case gets a new row."""
PER_STEP = 0.5
"""For large plans this many events a step instead, so that rows cost in proportion to events."""
REMEMBERED = 256
"""Cases a process remembers."""
SAMPLE = 4
"""Of 256 acts, so many check the whole log first. Which ones follows from the hashes, not from chance."""
ENDED_PHASES = frozenset({Phase.FINISHED, Phase.WITHDRAWN, Phase.NOT_NEEDED, Phase.NOT_OURS})


@dataclass(frozen=True)
class Kept:
    """Where a case stands after event `seq` with hash `head`.

    `listed` is what lists show of it as this process last wrote it, None when it does not know; `stored` is the
    sequence of the row, 0 without one.
    """

    seq: int
    head: str
    state: CaseState
    listed: Listed | None = None
    stored: int = 0


class _Memory:
    """The cases this process saw last."""

    def __init__(self) -> None:
        self._held: OrderedDict[UUID, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, case: UUID) -> Kept | None:
        with self._lock:
            found = self._held.get(case)
            if found is not None:
                self._held.move_to_end(case)
            return found

    def put(self, case: UUID, kept: Kept) -> None:
        with self._lock:
            self._held[case] = kept
            self._held.move_to_end(case)
            while len(self._held) > REMEMBERED:
                self._held.popitem(last=False)

    def drop(self, case: UUID) -> None:
        with self._lock:
            self._held.pop(case, None)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


memory = _Memory()


def resume(case: Case) -> Kept:
    """Where a case stands: what was kept, and what its log says since. Two queries at most.

    Raises:
        Fault: the log is broken, or the kept row was not written by us.
    """
    held = memory.get(case.pk)
    if held is None:
        held = _stored(case)
    if held is not None and not _sampled(held):
        rows = _since(case, held.seq)
        if rows and _same(rows[0], held):
            return _gone_on(case, held, rows[1:])
        memory.drop(case.pk)
    return whole(case)[0]


def whole(case: Case) -> tuple[Kept, tuple[AnyEvent, ...]]:
    """Where a case stands, every link of its log checked; and its events. Two queries at most.

    The fold starts at what is kept, once the log is seen to hold the very event that was made from.

    Raises:
        Fault: the log is broken or was written anew, or the kept row was not written by us.
    """
    rows = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    head = follow(case, rows)
    # The case was read before its events, which can only have become more since.
    if len(rows) < case.seq:
        raise Fault(f"the event chain of case {case.number} ends at {len(rows)} instead of {case.seq}")
    events = read(case, rows)
    held = memory.get(case.pk)
    if held is not None and not _holds(rows, held):
        # An act whose transaction was given up later: never written, so nothing to hold against the log.
        memory.drop(case.pk)
        held = None
    if held is None:
        held = _stored(case)
        if held is not None and not _holds(rows, held):
            raise Fault(
                f"the log of case {case.number} no longer holds the event its kept state was made from"
            )
    if held is None:
        return Kept(len(rows), head, fold(events)), events
    later = events[held.seq :]
    return Kept(len(rows), head, fold(later, held.state), None if later else held.listed, held.stored), events


def _holds(rows: list[CaseEvent], held: Kept) -> bool:
    return len(rows) >= held.seq and rows[held.seq - 1].hash == held.head


def follow(case: Case, rows: list[CaseEvent], previous: str = "", after: int = 0) -> str:
    """The hash of the last row, each checked against the one before.

    Raises:
        Fault: one does not fit.
    """
    for place, row in enumerate(rows, after + 1):
        link = chain(previous, [row.seq, row.kind, row.body])
        if row.seq != place or row.previous != previous or row.hash != link:
            raise Fault(f"the event chain of case {case.number} is broken at {place}")
        previous = row.hash
    return previous


def read(case: Case, rows: list[CaseEvent]) -> tuple[AnyEvent, ...]:
    """The events of rows.

    Raises:
        Fault: one cannot be read, or a row tells another thing than its body.
    """
    events = tuple(decode_event(row.body, row.version) for row in rows)
    for row, event in zip(rows, events, strict=True):
        if (row.kind, row.at) != (type(event).__name__, event.at):
            raise Fault(f"the event row {row.seq} of case {case.number} does not tell what its body tells")
    return events


def store(case: Case, kept: Kept, now: datetime) -> Kept:
    """Seal the state in its row when that is due, or drop the row of a case that has ended: it is folded when asked."""
    if kept.state.phase in ENDED_PHASES:
        if kept.stored:
            CaseSnapshot.objects.filter(case=case).delete()
        return replace(kept, stored=0)
    if kept.seq - kept.stored < max(EVERY, len(kept.state.steps) * PER_STEP):
        return kept
    data = encode_state(kept.state)
    row = CaseSnapshot(
        case=case,
        seq=kept.seq,
        head=kept.head,
        mark=mark(),
        state=data,
        seal=_seal(case, kept.seq, kept.head, mark(), data),
        checked_at=now,
    )
    # A row that stands keeps the day on which the log was last folded whole.
    told = ("seq", "head", "mark", "state", "seal")
    CaseSnapshot.objects.bulk_create([row], update_conflicts=True, unique_fields=["case"], update_fields=told)
    return replace(kept, stored=kept.seq)


def examine(case: Case) -> Kept:
    """Fold the whole log from its first event and compare what is kept with it.

    Raises:
        Fault: the log is broken, or what is kept is not what the log says.
    """
    memory.drop(case.pk)
    found, events = whole(case)
    true = fold(events)
    if true != found.state:
        raise Fault(f"the kept state of case {case.number} is not what its log says")
    return replace(found, state=true)


def _since(case: Case, seq: int) -> list[CaseEvent]:
    """The rows from this sequence on: of every act, so its text is made once."""
    text = (
        f"SELECT {statements.columns_of(CaseEvent)} FROM store_caseevent"  # noqa: S608  # reason: columns of our model
        " WHERE case_id = %s AND seq >= %s ORDER BY seq"
    )
    return statements.read(CaseEvent, text, (statements.prepared(CaseEvent, "case_id", case.pk), seq))


def _gone_on(case: Case, held: Kept, rows: list[CaseEvent]) -> Kept:
    if held.seq + len(rows) < case.seq:
        raise Fault(f"the event chain of case {case.number} ends too early")
    if not rows:
        return held
    head = follow(case, rows, held.head, held.seq)
    state = fold(read(case, rows), held.state)
    return Kept(held.seq + len(rows), head, state, None, held.stored)


def _same(row: CaseEvent, held: Kept) -> bool:
    """Whether the row is the very event the state was kept after."""
    link = chain(row.previous, [row.seq, row.kind, row.body])
    return row.seq == held.seq and row.hash == held.head == link


def _stored(case: Case) -> Kept | None:
    row = CaseSnapshot.objects.filter(case=case).first()
    if row is None or row.mark != mark():
        # Written under another shape, program or key: the log says it all.
        return None
    data = bytes(row.state)
    if not constant_time_compare(row.seal, _seal(case, row.seq, row.head, row.mark, data)):
        raise Fault(f"the kept state of case {case.number} was edited")
    return Kept(row.seq, row.head, decode_state(data), None, row.seq)


def _sampled(held: Kept) -> bool:
    return int(held.head[-2:], 16) < SAMPLE


def _seal(case: Case, seq: int, head: str, marked: str, data: bytes) -> str:
    told = f"{case.pk.hex}:{seq}:{head}:{marked}:{sha256(data).hexdigest()}"
    return salted_hmac("bancheng.kept", told, algorithm="sha256").hexdigest()


@lru_cache(maxsize=1)
def mark() -> str:
    """Names shape, program and key: whatever changes one of them makes every kept row unread."""
    program = sha256()
    for file in sorted(_sources(resources.files("bancheng.core")), key=lambda one: str(one)):
        program.update(file.read_bytes())
    told = f"{state_shape()}:{program.hexdigest()}"
    return salted_hmac("bancheng.kept.mark", told, algorithm="sha256").hexdigest()


def _sources(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for one in folder.iterdir():
        if one.is_dir():
            found += _sources(one)
        elif one.name.endswith(".py"):
            found.append(one)
    return found
