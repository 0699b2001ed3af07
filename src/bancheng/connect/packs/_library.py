"""The city's own library as one more pack, the last: records from a table instead of files.

A record of the library stands in the place of the packs' record with the same key. Overlays of the library go the same
road as those of packs and stand above all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from yaml import SequenceNode

from bancheng.connect.packs._export import plain, to_json
from bancheng.connect.packs._overlay import OverlayReader
from bancheng.connect.packs._positions import Positions
from bancheng.connect.packs._read import Reading
from bancheng.connect.packs._tree import parse
from bancheng.core.catalogue import (
    BatchRule,
    Body,
    BodyChange,
    CodeList,
    DispatchRule,
    DocumentType,
    Element,
    ExternalSystem,
    Family,
    FormGroup,
    Item,
    ItemOverlay,
    Layer,
    OneThingDefinition,
    Stage,
)
from bancheng.core.evidence import DataSource
from bancheng.core.kernel import Place, Problems, ProblemsFound, Record, decode

OVERLAY = "overlay"
LIBRARY_KINDS: dict[str, tuple[str, type[msgspec.Struct]]] = {
    "stage": ("stages", Stage),
    "codes": ("codes", CodeList),
    "group": ("groups", FormGroup),
    "element": ("elements", Element),
    "document": ("documents", DocumentType),
    "body": ("bodies", Body),
    "source": ("sources", DataSource),
    "system": ("systems", ExternalSystem),
    "item": ("items", Item),
    "onething": ("onethings", OneThingDefinition),
    "family": ("families", Family),
    "dispatch": ("dispatch_rules", DispatchRule),
    "batch": ("batch_rules", BatchRule),
    "change": ("body_changes", BodyChange),
    OVERLAY: ("overlays", ItemOverlay),
}
"""Kind of a library entry → section of the catalogue and type of the record."""
LIBRARY = "library"
"""The name under which problems and overlays speak of the library."""


class Addition(Record):
    """One record of the library: its kind (a key of `LIBRARY_KINDS`), its key, and its canonical JSON."""

    kind: str
    key: str
    content: str


def place_of(kind: str, key: str) -> str:
    """The "file" of a library record in a problem: it has no lines, but it has an address in the studio."""
    return f"{LIBRARY}/{LIBRARY_KINDS[kind][0]}/{key}"


def add(
    library: Iterable[Addition],
    problems: Problems,
    positions: Positions,
    records: dict[str, dict[str, Any]],
    unread: dict[str, set[str]],
    reader: OverlayReader,
    packs: Collection[str],
) -> None:
    """Put the library's records over those of `packs` (their names), then read the library's overlays."""
    overlays: list[ItemOverlay] = []
    for one in library:
        section, kind = LIBRARY_KINDS[one.kind]
        file = place_of(one.kind, one.key)
        try:
            record: Any = decode(one.content, kind)
        except ProblemsFound as found:
            problems.extend(each.at(Place(file=file, path=each.place.path)) for each in found.problems)
            unread.setdefault(section, set()).add(one.key)
            continue
        if one.kind == OVERLAY:
            overlays.append(record)
            continue
        positions.replace(section, one.key, file)
        records[section][one.key] = record
        if section == "items":
            reader.replaced({record.key})
    if overlays:
        _overlay(overlays, reader, packs, problems)


def _overlay(
    overlays: list[ItemOverlay], reader: OverlayReader, packs: Collection[str], problems: Problems
) -> None:
    file = f"{LIBRARY}/overlays"
    text = to_json([plain(one) for one in overlays])
    root, found = parse(text.encode(), file, json_text=True)
    problems.extend(found)
    if isinstance(root, SequenceNode):
        layer = Layer(by=LIBRARY, title="本市事项库")
        reader.read(layer, packs, root, Reading(file, problems, None, {}))
