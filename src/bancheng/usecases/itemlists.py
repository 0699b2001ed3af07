"""Item lists beside what the town knows: what each line would do, and what each source means by its codes.

Nothing is written here but mappings; `importing` keeps runs and takes them in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import IO, Any

import msgspec
from django.db import transaction
from django.db.models import Count

from bancheng.connect.packs import export_tree, to_yaml
from bancheng.connect.tables import (
    Base,
    Intake,
    Line,
    Mapping,
    Outcome,
    Result,
    Spot,
    base_tables,
    settle,
    vocabulary,
    write_csv,
    write_rows,
    write_workbook,
)
from bancheng.core.catalogue import Catalogue, Item, ItemStatus
from bancheng.core.kernel import Confidence, decode, search_key
from bancheng.store.models import ImportedItem, ImportSource, LibraryEntry
from bancheng.usecases import library
from bancheng.usecases.access import Actor, NotAllowed, record
from bancheng.usecases.town import packs

CHUNK = 500
"""Lines that are compared, and written, together."""

LISTED = 500
"""Unknown codes and notes that a run lists; more than that is one mistake many times."""

SECTIONS = {"bodies": "body", "documents": "document", "elements": "element"}
"""Dictionary section → kind of library entry."""

_TELL_EVERY = 0.7


# ---------------------------------------------------------------- comparing


@dataclass
class Compared:
    """One line with what becomes of it. `previous` is the item as it stands here."""

    line: Line
    result: Result
    previous: Item | None


@dataclass
class Summary:
    """What an import comes to: how many lines of each outcome, unknown codes once each, notes and proposals."""

    counts: Counter[str] = field(default_factory=Counter)
    unknown: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    notes: list[dict[str, str]] = field(default_factory=list)
    proposals: list[dict[str, Any]] = field(default_factory=list)

    def add(self, one: Compared) -> None:
        """Count a line and what nobody could explain in it."""
        self.counts[one.result.outcome.value] += 1
        for trouble in one.result.troubles:
            issue = trouble.issue
            if not issue.list:
                continue
            held = self.unknown.get((issue.list, issue.written))
            if held is not None:
                held["times"] += 1
            elif len(self.unknown) < LISTED:
                self.unknown[issue.list, issue.written] = {
                    "list": issue.list,
                    "written": issue.written,
                    "column": issue.column,
                    "times": 1,
                    "first": trouble.place(),
                }


Tell = Callable[[int, int], None]


@contextmanager
def opened(mapping: Mapping, files: Sequence[tuple[Path, str]], tell: Tell) -> Iterator[Intake]:
    """The rows of some files, read against what the town and its drafts know.

    Raises:
        ProblemsFound: a file cannot be read at all.
    """
    told = [0.0]

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "comparing" and (monotonic() - told[0] >= _TELL_EVERY or done == total):
            told[0] = monotonic()
            tell(done, total)

    with Intake(mapping, _words(), _codes(mapping.name), progress) as intake:
        intake.read(files)
        yield intake


def compared(intake: Intake, mapping: Mapping, *, whole: bool) -> Iterator[Compared]:
    """Every line of an import with what becomes of it; at the end, where the list is `whole`, what is missing in it."""
    seen: set[str] = set()
    chunk: list[Line] = []
    for line in intake.lines():
        if line.key:
            seen.add(line.key)
        chunk.append(line)
        if len(chunk) == CHUNK:
            yield from _settled(chunk, mapping)
            chunk = []
    yield from _settled(chunk, mapping)
    if whole:
        yield from _missing(mapping, seen)


def _settled(lines: Sequence[Line], mapping: Mapping) -> list[Compared]:
    keys = [line.key for line in lines if line.key]
    ours = _ours(keys)
    said = ImportedItem.objects.filter(source_id=mapping.name, key__in=keys).values_list("key", "said")
    before = {key: decode(text, Base) for key, text in said}
    return [
        Compared(line, settle(line, ours.get(line.key), before.get(line.key), mapping), ours.get(line.key))
        for line in lines
    ]


def _missing(mapping: Mapping, seen: set[str]) -> Iterator[Compared]:
    gone = ImportedItem.objects.filter(source_id=mapping.name, cancelled=False).order_by("key")
    missing = [(one.key, one.name) for one in gone.defer("said").iterator() if one.key not in seen]
    for start in range(0, len(missing), CHUNK):
        part = missing[start : start + CHUNK]
        ours = _ours([key for key, _ in part])
        for key, name in part:
            found = ours.get(key)
            if found is None or found.status is ItemStatus.CANCELLED:
                continue
            item = msgspec.structs.replace(found, status=ItemStatus.CANCELLED, version=found.version + 1)
            line = _line_without_row(key, name)
            yield Compared(line, Result(outcome=Outcome.CANCELLED, item=item), found)


def _line_without_row(key: str, name: str) -> Line:
    return Line(key=key, name=name, spot=Spot("", "", 0), stated=frozenset(), values={})


def _ours(keys: Sequence[str]) -> dict[str, Item]:
    """Items as they stand here: an open draft or proposal before what the town is served by."""
    served = packs().catalogue.items
    found = {key: served[key] for key in keys if key in served}
    rows = LibraryEntry.objects.filter(kind="item", key__in=keys, state__in=library.OPEN).exclude(content="")
    for key, content in rows.order_by("version").values_list("key", "content"):
        found[key] = decode(content, Item)
    return found


def _words() -> Catalogue:
    """The dictionaries with the drafts of the library, so that a name proposed once is known the next time."""
    catalogue = packs().catalogue
    drafts: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    kinds = {kind: section for section, kind in SECTIONS.items()}
    rows = LibraryEntry.objects.filter(kind__in=kinds, state__in=library.OPEN).exclude(content="")
    for row in rows.order_by("version"):
        drafts[kinds[row.kind]][row.key] = library.content_of(row)
    merged = {section: {**getattr(catalogue, section), **found} for section, found in drafts.items()}
    return msgspec.structs.replace(catalogue, **merged)


def _codes(source: str) -> dict[str, str]:
    """Code → key of every known item; a code that two items bear tells neither."""
    found: dict[str, str] = {}
    shared: set[str] = set()

    def note(key: str, codes: Iterable[str]) -> None:
        for code in codes:
            if code and found.setdefault(code, key) != key:
                shared.add(code)

    for item in packs().catalogue.items.values():
        note(item.key, (item.task_code, *(one for one in item.aliases if _is_code(one))))
    for key, codes in ImportedItem.objects.filter(source_id=source).values_list("key", "codes").iterator():
        note(key, codes)
    return {code: key for code, key in found.items() if code not in shared}


def _is_code(alias: str) -> bool:
    return alias.isascii() and any(one.isdigit() for one in alias)


def named(section: str, name: str) -> list[tuple[str, str]]:
    """Known records of a dictionary section that bear this name: key and name."""
    wanted = search_key(name)
    records = getattr(_words(), section).values()
    return [
        (one.key, one.name)
        for one in records
        if wanted in {search_key(each) for each in (one.name, *getattr(one, "aliases", ())) if each}
    ]


# ---------------------------------------------------------------- sources


def sources(actor: Actor) -> list[tuple[ImportSource, int]]:
    """Every source with how many items of it were taken in."""
    manager(actor)
    rows = ImportSource.objects.annotate(held=Count("items")).order_by("title")
    return [(row, row.held) for row in rows]


def mapping_of(name: str, base: str = "") -> Mapping:
    """What a source means, with another table of codes beneath where `base` names one. A source that nobody has
    described yet knows only the official words."""
    row = ImportSource.objects.filter(pk=name).first()
    found = as_mapping(row) if row is not None else Mapping(name=name, title=name)
    return msgspec.structs.replace(found, base=base) if base else found


def as_mapping(row: ImportSource) -> Mapping:
    """What is written in the row of a source."""
    return Mapping(
        name=row.name,
        title=row.title,
        base=row.base,
        confidence=Confidence(row.confidence),
        codes=row.codes,
        names=row.names,
    )


def save_mapping(actor: Actor, mapping: Mapping, now: datetime) -> None:
    """Keep what a source's codes and names mean. Codes that are no values of ours, and keys nobody knows, are left out.

    Raises:
        NotAllowed: the actor is no item manager.
    """
    manager(actor)
    lists = vocabulary().lists
    codes = {
        listed: {
            written: value
            for written, value in said.items()
            if value in lists[listed].values and (written or lists[listed].blank != "never")
        }
        for listed, said in mapping.codes.items()
        if listed in lists
    }
    words = _words()
    names = {
        section: {written: key for written, key in said.items() if key in getattr(words, section)}
        for section, said in mapping.names.items()
        if section in {*SECTIONS, "items"}
    }
    values = {
        "title": mapping.title[:200] or mapping.name,
        "base": mapping.base if mapping.base in base_tables() else "words",
        "confidence": mapping.confidence.value,
        "codes": codes,
        "names": names,
        "changed_at": now,
    }
    with transaction.atomic():
        ImportSource.objects.update_or_create(pk=mapping.name, defaults=values)
        record(actor, "import.mapping", f"source:{mapping.name}"[:120])


# ---------------------------------------------------------------- out

FORMATS = {"xlsx": write_workbook, "zip": write_csv}
"""Ending of a file → what writes it; ``json`` (exchange rows) and ``yaml`` (as packs write them) besides."""


def write_items(out: IO[bytes], ending: str, source: str = "") -> int:
    """Write the items that the town is served by, or only those that came from a source, with what was kept beside
    them; how many. What is written is read again as unchanged.

    Raises:
        KeyError: no such format. TooLong: a text does not fit a cell of a workbook.
    """
    catalogue = packs().catalogue
    kept: dict[str, dict[str, Any]] = {}
    rows = ImportedItem.objects.filter(source_id=source) if source else ImportedItem.objects.all()
    for key, said in rows.order_by("pk").values_list("key", "said").iterator():
        kept[key] = decode(said, Base).kept
    items = [one for key, one in catalogue.items.items() if not source or key in kept]

    def pairs() -> Iterator[tuple[Item, dict[str, Any]]]:
        return ((one, kept.get(one.key, {})) for one in items)

    if ending == "json":
        write_rows(out, pairs, catalogue, "exchange")
    elif ending == "yaml":
        out.write(to_yaml(export_tree(catalogue, {"items": [one.key for one in items]})).encode())
    else:
        FORMATS[ending](out, pairs, catalogue)
    return len(items)


def manager(actor: Actor) -> None:
    """Only item managers handle lists.

    Raises:
        NotAllowed: the actor is none.
    """
    if not actor.has("item_manager"):
        raise NotAllowed("import")
