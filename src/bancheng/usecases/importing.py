"""Item lists into the library: upload, preview, take in. Every step is by an item manager and audited.

A run keeps its files. Reading them again after the mapping was completed is how rows leave quarantine; taking in reads
them once more and saves exactly the items that were previewed, as drafts that a second person must still approve.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import msgspec
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bancheng.connect.documents import safe_name
from bancheng.connect.tables import MAX_FILE_BYTES, Base, Change, Intake, Outcome, RawRow
from bancheng.core.catalogue import Item
from bancheng.core.kernel import Fault, Problem, ProblemsFound, canonical, digest
from bancheng.store.models import (
    ImportedItem,
    ImportLine,
    ImportRun,
    ImportSource,
    LibraryEntry,
)
from bancheng.usecases import library, library_check, library_deciding
from bancheng.usecases.access import Actor, NotFound, actor_for, record
from bancheng.usecases.each import each
from bancheng.usecases.itemlists import (
    CHUNK,
    LISTED,
    SECTIONS,
    Compared,
    Summary,
    Tell,
    as_mapping,
    compared,
    manager,
    mapping_of,
    opened,
    save_mapping,
)

AT_ONCE_BYTES = 1024 * 1024
"""Files up to this size together are read while the person waits; larger ones by the worker."""

MOST_FILES = 20
_LOST = timedelta(minutes=10)


# ---------------------------------------------------------------- runs


def upload(
    actor: Actor, source: str, files: Sequence[tuple[str, IO[bytes]]], now: datetime, *, whole: bool = True
) -> ImportRun:
    """Take files in and begin a run; nothing is read yet.

    Raises:
        NotAllowed: the actor is no item manager.
        ProblemsFound: no name of the source, no file, too many, or one too large.
    """
    manager(actor)
    name = " ".join(source.split())[:60]
    problems = []
    if not name:
        problems.append(Problem("import.source", "请写明清单从哪里来。", suggestion="如“县审批局事项清单”。"))
    if not files or len(files) > MOST_FILES:
        said = f"一次请选 1 到 {MOST_FILES} 个文件。"
        problems.append(Problem("import.files", said, suggestion="请重新选择。"))
    if problems:
        raise ProblemsFound(problems)
    mapping = mapping_of(name)
    if not ImportSource.objects.filter(pk=name).exists():
        save_mapping(actor, mapping, now)
    run = ImportRun(source_id=name, whole=whole, created_at=now, moved_at=now, user_name=actor.name)
    run.user_id = actor.user_id or None
    marks = []
    for number, (given, data) in enumerate(files):
        held = _kept(run.pk, number, safe_name(given), data)
        run.files.append(held)
        marks.append(held["digest"])
    run.digest = hashlib.sha256("".join(sorted(marks)).encode()).hexdigest()
    with transaction.atomic():
        run.save(force_insert=True)
        record(actor, "import.upload", f"import:{run.pk}", name)
    return run


def _kept(run: UUID, number: int, name: str, data: IO[bytes]) -> dict[str, Any]:
    """A file kept as it came, its digest and size; never more than is allowed."""
    digested = hashlib.sha256()
    size = 0
    path = default_storage.path(f"imports/{run}/{number}")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("wb") as out:
        while chunk := data.read(1 << 20):
            size += len(chunk)
            if size > MAX_FILE_BYTES:
                break
            digested.update(chunk)
            out.write(chunk)
    if size > MAX_FILE_BYTES:
        Path(path).unlink()
        limit = MAX_FILE_BYTES // 1024 // 1024
        said = f"“{name}”超过 {limit} MB。"
        raise ProblemsFound((Problem("file_too_large", said, suggestion="请按部门拆开，分几次导入。"),))
    return {
        "name": name,
        "path": f"imports/{run}/{number}",
        "size": size,
        "digest": digested.hexdigest(),
    }


def small(run: ImportRun) -> bool:
    """Whether the run is read at once, while the person waits."""
    return bool(sum(one["size"] for one in run.files) <= AT_ONCE_BYTES)


def runs(actor: Actor) -> QuerySet[ImportRun]:
    """Every run, the latest first."""
    manager(actor)
    return ImportRun.objects.select_related("source").defer("unknown", "proposals").order_by("-created_at")


def run_of(actor: Actor, run: UUID) -> ImportRun:
    """One run.

    Raises:
        NotAllowed: the actor is no item manager. NotFound: there is none.
    """
    manager(actor)
    found = ImportRun.objects.select_related("source").filter(pk=run).first()
    if found is None:
        raise NotFound("import")
    return found


def read_again(actor: Actor, run: UUID, now: datetime) -> ImportRun:
    """Put a run back to be read, after its mapping was completed. What was taken in stays; the rest may be released.

    Raises:
        NotAllowed, NotFound: as `run_of`.
    """
    found = run_of(actor, run)
    again = (ImportRun.READY, ImportRun.TAKEN, ImportRun.REFUSED, ImportRun.FAILED)
    ImportRun.objects.filter(pk=run, state__in=again).update(
        state=ImportRun.WAITING, done=0, total=0, message="", moved_at=now
    )
    found.refresh_from_db()
    return found


def preview(run: ImportRun, now: datetime) -> bool:
    """Read a waiting run and write down what it would do. False when it was not waiting: somebody else has it.

    A file that cannot be read makes the run refused, with the reasons.
    """
    if not _moved(run, ImportRun.WAITING, ImportRun.READING, now):
        return False
    ImportLine.objects.filter(run=run).delete()
    mapping, summary = as_mapping(run.source), Summary()
    with _ending(run), opened(mapping, _files(run), _teller(run)) as intake:
        rows: list[ImportLine] = []
        for place, one in enumerate(compared(intake, mapping, whole=run.whole)):
            summary.add(one)
            rows.append(_row(run, place, one))
            if len(rows) == CHUNK:
                ImportLine.objects.bulk_create(rows)
                rows = []
        ImportLine.objects.bulk_create(rows)
        _sum_up(run, summary, intake)
        run.state, run.moved_at = ImportRun.READY, now
    run.save()
    return True


@contextmanager
def _ending(run: ImportRun) -> Iterator[None]:
    """However reading ends, the run says so: refused with the reasons, or failed through our own fault."""
    try:
        yield
    except ProblemsFound as found:
        run.message = "\n".join(one.render() for one in found.problems)
        run.state = ImportRun.REFUSED
    except Exception:  # reason: whatever our fault is, the run must not stand as still being read; raised on
        ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.FAILED)
        raise


def _sum_up(run: ImportRun, summary: Summary, intake: Intake) -> None:
    run.counts = {**summary.counts, "rows": intake.rows, "items": intake.items}
    run.unknown = list(summary.unknown.values())
    run.notes = [msgspec.to_builtins(one) for one in intake.notes[:LISTED]]
    run.proposals = [msgspec.to_builtins(one) for one in intake.proposals[: 4 * LISTED]]
    run.total = run.done = intake.items


def _row(run: ImportRun, place: int, one: Compared) -> ImportLine:
    line, result = one.line, one.result
    return ImportLine(
        run=run,
        place=place,
        outcome=result.outcome.value,
        key=line.key[:160],
        name=line.name[:1000],
        file=line.spot.file[:200],
        sheet=line.spot.sheet[:100],
        row=line.spot.row,
        digest=_mark(one),
        changes=[[each.where, each.before, each.after] for each in result.changes],
        troubles=[[each.place(), each.issue.message] for each in result.troubles],
        raw=[msgspec.to_builtins(each) for each in line.raw],
    )


def _mark(one: Compared) -> str:
    """What is taken in: the item, and what is kept beside it."""
    return "" if one.result.item is None else digest([one.result.item, one.line.kept])


def _moved(run: ImportRun, before: str, after: str, now: datetime) -> bool:
    if not ImportRun.objects.filter(pk=run.pk, state=before).update(state=after, moved_at=now):
        return False
    run.refresh_from_db()
    return True


def _files(run: ImportRun) -> list[tuple[Path, str]]:
    return [(Path(default_storage.path(one["path"])), one["name"]) for one in run.files]


def _teller(run: ImportRun) -> Tell:
    def tell(done: int, total: int) -> None:
        ImportRun.objects.filter(pk=run.pk).update(done=done, total=total, moved_at=timezone.now())

    return tell


# ---------------------------------------------------------------- telling

Told = tuple[str, str, str, tuple[Change, ...], tuple[str, ...]]
"""A line as it is told: outcome, key, name, what differs, what is wrong."""


def told(run: ImportRun) -> Iterator[Told]:
    """The lines of a run that are not unchanged, in the order of the list."""
    rows = run.lines.exclude(outcome=Outcome.UNCHANGED.value).defer("raw").order_by("place")
    for row in rows.iterator(chunk_size=CHUNK):
        changed = tuple(Change(*one) for one in row.changes)
        yield row.outcome, row.key, row.name, changed, tuple("：".join(one) for one in row.troubles)


def lines(run: ImportRun, outcome: str = "", text: str = "") -> QuerySet[ImportLine]:
    """Lines of a run by outcome and by words of name or key; those that want attention first."""
    rows = run.lines.defer("raw")
    if outcome:
        rows = rows.filter(outcome=outcome)
    for word in text.split():
        rows = rows.filter(Q(name__icontains=word) | Q(key__icontains=word))
    return rows.order_by("place")


def drafts_of(run: ImportRun) -> dict[str, int]:
    """How many drafts of a taken run are in which state of the library."""
    rows = LibraryEntry.objects.filter(pk__in=_entries(run)).values_list("state").annotate(count=Count("id"))
    return dict(rows.values_list("state", "count"))


def _entries(run: ImportRun) -> set[int]:
    return set(run.entries) | set(run.lines.exclude(entry=0).values_list("entry", flat=True))


def told_line(one: Compared) -> Told:
    """A compared line as it is told."""
    result = one.result
    troubles = tuple(each.said() for each in result.troubles)
    return result.outcome.value, one.line.key, one.line.name, result.changes, troubles


def quarantine(run: ImportRun) -> Iterator[tuple[RawRow, str]]:
    """The rows that wait, as they were written, each with why."""
    rows = run.lines.filter(outcome=Outcome.QUARANTINED.value).order_by("place")
    for row in rows.iterator(chunk_size=CHUNK):
        for raw in msgspec.convert(row.raw, list[RawRow]):
            spot = f"{raw.spot.file}“{raw.spot.sheet}”第 {raw.spot.row} 行"
            own = [said for place, said in row.troubles if place.startswith(spot)]
            yield raw, " ".join(own) or "本行没有问题，等同一事项的其他行改好后一起收。"


# ---------------------------------------------------------------- taking in


def order(actor: Actor, run: UUID, now: datetime, *, cancel: bool) -> ImportRun:
    """Say that a previewed run is to be taken in; `cancel`: items missing in the list too.

    Raises:
        NotAllowed, NotFound: as `run_of`.
    """
    found = run_of(actor, run)
    ready = ImportRun.objects.filter(pk=run, state=ImportRun.READY)
    if ready.update(state=ImportRun.ORDERED, cancel=cancel, user_id=actor.user_id, done=0, moved_at=now):
        record(actor, "import.take", f"import:{run}", found.source_id)
    found.refresh_from_db()
    return found


def take_in(run: ImportRun, actor: Actor, now: datetime) -> bool:
    """Save what an ordered run previewed as drafts. False when it was not ordered: somebody else has it.

    Items that would no longer come out as previewed (somebody edited them meanwhile) are left alone and
    counted as moved.

    Raises:
        NotAllowed: the actor is no item manager.
    """
    manager(actor)
    if not _moved(run, ImportRun.ORDERED, ImportRun.TAKING, now):
        return False
    mapping, taking = as_mapping(run.source), _Taking(run, actor, now)
    with _ending(run), opened(mapping, _files(run), _teller(run)) as intake:
        chunk: list[Compared] = []
        for one in compared(intake, mapping, whole=run.whole and run.cancel):
            chunk.append(one)
            if len(chunk) == CHUNK:
                taking.save(chunk)
                chunk = []
        taking.save(chunk)
        taking.save_words(intake)
        run.counts = {**run.counts, "saved": taking.saved, "moved": taking.moved}
        run.entries = sorted({*run.entries, *taking.entries})
        run.state, run.moved_at, run.taken_at = ImportRun.TAKEN, now, now
    run.save()
    return True


class _Taking:
    """Writes compared lines as drafts, a chunk at a time."""

    def __init__(self, run: ImportRun, actor: Actor, now: datetime) -> None:
        self.saved = self.moved = 0
        self.entries: list[int] = []
        self._run, self._actor, self._now = run, actor, now
        self._note = f"导入：{run.source.title}"
        self._used: set[str] = set()

    def save(self, chunk: Sequence[Compared]) -> None:
        """Save those of a chunk that are as previewed, and remember what the source said of them."""
        keys = [one.line.key for one in chunk if one.line.key]
        rows = {
            row.key: row
            for row in self._run.lines.filter(key__in=keys).exclude(outcome=Outcome.QUARANTINED.value)
        }
        taken = []
        for one in chunk:
            row = rows.get(one.line.key)
            if row is None or one.result.item is None:
                continue
            if row.digest == _mark(one):
                taken.append((row, one))
            else:
                self.moved += 1
        with transaction.atomic():
            self._save_items([pair for pair in taken if pair[1].result.outcome is not Outcome.UNCHANGED])
            self._remember([one for _, one in taken])

    def _save_items(self, pairs: Sequence[tuple[ImportLine, Compared]]) -> None:
        items = [one.result.item for _, one in pairs if one.result.item is not None]
        library.save_many(self._actor, "item", items, self._now, self._note)
        drafts = dict(
            LibraryEntry.objects.filter(
                kind="item", key__in=[one.key for one in items], state=LibraryEntry.DRAFT
            ).values_list("key", "pk")
        )
        for row, _ in pairs:
            row.entry = drafts.get(row.key, 0)
        ImportLine.objects.bulk_update([row for row, _ in pairs], ["entry"])
        self.saved += len(items)
        for item in items:
            self._used |= _named_in(item)

    def _remember(self, lines: Sequence[Compared]) -> None:
        rows = [
            ImportedItem(
                source=self._run.source,
                key=one.line.key,
                name=one.line.name or (one.previous.name if one.previous else ""),
                codes=list(one.line.codes),
                said=canonical(
                    Base(stated=one.line.stated, values=one.line.values, kept=one.line.kept)
                ).decode(),
                cancelled=one.result.outcome is Outcome.CANCELLED,
            )
            for one in lines
        ]
        ImportedItem.objects.bulk_create(
            rows,
            batch_size=CHUNK,
            update_conflicts=True,
            unique_fields=["source", "key"],
            update_fields=["name", "codes", "said", "cancelled"],
        )

    def save_words(self, intake: Intake) -> None:
        """Save the dictionary records that saved items name."""
        for section, kind in SECTIONS.items():
            kept = [one for one in intake.proposals if one.section == section and one.key in self._used]
            made = [intake.names[section].records[one.key] for one in kept]
            library.save_many(self._actor, kind, made, self._now, self._note)
            found = LibraryEntry.objects.filter(
                kind=kind, key__in=[one.key for one in kept], state=LibraryEntry.DRAFT
            )
            self.entries += found.values_list("pk", flat=True)


def _named_in(item: Item) -> set[str]:
    papers = {one.document for one in item.materials} | {one.document for one in item.results}
    elements = {one.element for one in item.fields} | {one.element for one in item.situations}
    bodies = {item.body, *(one.body for one in item.steps)}
    return papers | elements | bodies


def work(now: datetime) -> int:
    """Read and take in what is waiting for the worker; how many runs were moved on. A run whose process went away is
    begun anew: reading and taking in may be repeated."""
    still = ImportRun.objects.filter(moved_at__lt=now - _LOST)
    still.filter(state=ImportRun.READING).update(state=ImportRun.WAITING, moved_at=now)
    still.filter(state=ImportRun.TAKING).update(state=ImportRun.ORDERED, moved_at=now)
    states = (ImportRun.WAITING, ImportRun.ORDERED)
    waiting = ImportRun.objects.filter(state__in=states).select_related("source").order_by("created_at")
    wanted = ImportRun.objects.filter(state__in=(*states, ImportRun.READING, ImportRun.TAKING))
    return each("imports.run", waiting, partial(_moved_on, now=now), now, most=3, wanted=wanted)


def _moved_on(run: ImportRun, now: datetime) -> bool:
    if run.state == ImportRun.WAITING:
        return preview(run, now)
    if run.user is None:
        raise Fault("whoever ordered this is no longer known")
    return take_in(run, actor_for(run.user), now)


def propose(actor: Actor, run: UUID, now: datetime) -> tuple[int, tuple[Problem, ...]]:
    """Hand the drafts of a run to a second person, together. Items that would be wrong stay drafts; how many
    went, and what is wrong with the others.

    Raises:
        NotAllowed, NotFound: as `run_of`.
    """
    found = run_of(actor, run)
    entries = _entries(found)
    open_ones = LibraryEntry.objects.filter(pk__in=entries, state=LibraryEntry.DRAFT)
    waiting = {f"items/{key}": pk for key, pk in open_ones.filter(kind="item").values_list("key", "pk")}
    others = list(open_ones.exclude(kind="item").values_list("pk", flat=True))
    told: dict[Problem, None] = {}
    while waiting or others:
        try:
            library_deciding.propose_many(
                actor, [*others, *waiting.values()], now, f"导入：{found.source.title}"
            )
        except ProblemsFound as no:
            rows = tuple(open_ones.filter(pk__in=[*others, *waiting.values()]))
            told.update(dict.fromkeys(library_check.without_words(rows, no.problems)))
            bad = {"/".join(one.place.path.split("/")[:2]) for one in no.problems} & waiting.keys()
            if not bad:
                return 0, tuple(told)
            waiting = {path: pk for path, pk in waiting.items() if path not in bad}
            if not waiting:
                return 0, tuple(told)
            continue
        return len(waiting) + len(others), tuple(told)
    return 0, tuple(told)


def approve(actor: Actor, run: UUID, now: datetime) -> int:
    """Put the proposals of a run in force, together; how many.

    Raises:
        NotAllowed, NotFound: as `run_of`. OwnWork: the actor brought the list in. ProblemsFound: as a single approval.
    """
    found = run_of(actor, run)
    entries = _entries(found)
    ready = LibraryEntry.objects.filter(pk__in=entries, state=LibraryEntry.PROPOSED).values_list(
        "pk", flat=True
    )
    if ready:
        library_deciding.approve_many(actor, list(ready), now, f"导入：{found.source.title}")
    return len(ready)
