"""Several versions of one key, as packs write them: ``food_permit`` and ``food_permit@2``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from bancheng.connect.packs._positions import Positions
from bancheng.core.catalogue import Catalogue, Layer, Standards, edition_key, edition_on

VERSIONED = ("items", "onethings")


def plain_key(section: str, key: str) -> str:
    """The key without its version; unchanged where a section has no versions or what follows the @ is no number."""
    try:
        return edition_key(key)[0] if section in VERSIONED else key
    except ValueError:
        return key


def numbered(section: str, record: Any, key: str) -> Any:
    """The record with the version that its key says, unless it writes one itself."""
    version = key.removeprefix(plain_key(section, key)).removeprefix("@")
    if not version or record.version != 1:
        return record
    return msgspec.structs.replace(record, version=int(version))


class Versions:
    """A catalogue as it was written, each version under its own key, taken apart into what holds when."""

    def __init__(self, written: Catalogue) -> None:
        items, self._items = _apart(written.items)
        onethings, self._onethings = _apart(written.onethings)
        self._base: Catalogue = msgspec.structs.replace(written, items=items, onethings=onethings)

    def standards(self, layers: Sequence[Layer]) -> Standards:
        """The standards with these layers below them."""
        return Standards(
            self._base,
            layers,
            [one for rows in self._items.values() for one in rows.values()],
            [one for rows in self._onethings.values() for one in rows.values()],
        )

    def point(self, positions: Positions, on: date) -> None:
        """Tell where the version that a key stands for on this day was written."""
        for section, rows in self._sections():
            for key, versions in rows.items():
                positions.edition(section, key, _chosen(versions, on))

    def all_in(self, catalogue: Catalogue, on: date) -> Catalogue:
        """The catalogue of a day with every other version beside it under its own key, so that all are checked."""
        added: dict[str, dict[str, Any]] = {"items": {}, "onethings": {}}
        for section, rows in self._sections():
            held = getattr(catalogue, section)
            for key, versions in rows.items():
                chosen = _chosen(versions, on)
                for written, record in versions.items():
                    if written != chosen:
                        added[section][written] = msgspec.structs.replace(record, key=written)
                    elif key not in held:
                        added[section][key] = record
        if not any(added.values()):
            return catalogue
        merged = {section: {**getattr(catalogue, section), **rows} for section, rows in added.items()}
        result: Catalogue = msgspec.structs.replace(catalogue, **merged)
        return result

    def _sections(self) -> Iterator[tuple[str, Mapping[str, Mapping[str, Any]]]]:
        yield "items", self._items
        yield "onethings", self._onethings


def _chosen(versions: Mapping[str, Any], on: date) -> str:
    """The written key of the version in force; else of the next one to come, else of the last."""
    held = edition_on(versions.values(), on)
    if held is None:
        rows = sorted(versions.values(), key=lambda one: one.valid_from or date.min)
        held = next((one for one in rows if (one.valid_from or date.min) > on), rows[-1])
    return next(key for key, one in versions.items() if one is held)


def _apart(
    written: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Records that hold for ever by key, and the others by key and written key."""
    dated: dict[str, dict[str, Any]] = {}
    for key, one in written.items():
        if one.valid_from is not None or one.valid_to is not None or key != one.key:
            dated[one.key] = {}
    plain = {key: one for key, one in written.items() if one.key not in dated}
    for key, one in written.items():
        if one.key in dated:
            dated[one.key][key] = one
    return plain, dated
