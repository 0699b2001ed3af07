"""Standards from the nation down to the township: one item, and what each level below sets on it.

Nothing is copied when standards are put together. An item of a place is resolved when somebody asks for it, by laying
the overlays of the levels above that place on it, outermost first; an item that no level touches is the same object
everywhere. A place is a division code (行政区划代码) and the levels above it are the codes it begins with, so a chain
may have any depth. The place "" is the whole deployment: its layers hold for everyone in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

import msgspec

from bancheng.core.catalogue._dictionary import Body, Level
from bancheng.core.catalogue._editions import check_editions, edition_on, in_force, turning_days
from bancheng.core.catalogue._item import Item
from bancheng.core.catalogue._local import localised_item, placed
from bancheng.core.catalogue._offices import changed_bodies, changed_items, successor
from bancheng.core.catalogue._onething import Catalogue, OneThingDefinition
from bancheng.core.catalogue._overlays import ItemOverlay, overlaid
from bancheng.core.kernel import Place, Problem, Record, Severity, chinese_date

_DAY = timedelta(days=1)
_LEVELS: Mapping[int, Level] = {
    2: Level.PROVINCE,
    4: Level.CITY,
    6: Level.COUNTY,
    9: Level.TOWNSHIP,
    12: Level.VILLAGE,
}
"""Digits of a division code without its trailing zeros → level."""


R = TypeVar("R", Item, OneThingDefinition)


class Layer(Record):
    """What one pack, or the city's library, overlays. `within` is the division of overlays that name none; `divisions`
    gives names to division codes."""

    by: str
    title: str = ""
    level: Level = Level.COUNTY
    within: str = ""
    divisions: dict[str, str] = {}
    overlays: tuple[ItemOverlay, ...] = ()


class Rung(Record):
    """One overlay on its way down: the item of the level above, the item with it, and what is wrong with it."""

    layer: Layer
    within: str
    overlay: ItemOverlay
    number: int
    above: Item
    here: Item
    problems: tuple[Problem, ...] = ()


class Standing(Record):
    """An item as it stands from one day to another, both included; None is open."""

    item: Item
    valid_from: date | None
    valid_to: date | None


def division(code: str) -> str:
    """The short form of a division code: 370000 → 37, 370800 → 3708, 370883001000 → 370883001."""
    head, rest = code[:6], code[6:]
    if rest.strip("0"):
        return head + rest[:3] + (rest[3:] if rest[3:].strip("0") else "")
    while head.endswith("00"):
        head = head[:-2]
    return head


def level_of(code: str) -> Level | None:
    """The level that a division code belongs to; None for "" (the whole deployment) and for odd codes."""
    return _LEVELS.get(len(division(code)))


class Standards:
    """A catalogue of standards with the layers below it. Immutable; ask for an item or a catalogue of a place and day.

    `base` holds each record as the highest level wrote it. Where a key has several versions, or one that does not hold
    for ever, `items` and `onethings` name all of them, and `base` need not. Making one costs O(overlays); asking for an
    item O(overlays on it); for a catalogue O(items) pointers and a copy of each item that is touched.
    """

    def __init__(
        self,
        base: Catalogue,
        layers: Sequence[Layer] = (),
        items: Iterable[Item] = (),
        onethings: Iterable[OneThingDefinition] = (),
    ) -> None:
        self.base = base
        self.layers = tuple(layers)
        self._items = _grouped(items)
        self._onethings = _grouped(onethings)
        found: dict[str, list[tuple[str, int, int]]] = {}
        for at, layer in enumerate(self.layers):
            for number, overlay in enumerate(layer.overlays):
                within = division(overlay.within or layer.within)
                found.setdefault(overlay.item, []).append((within, at, number))
        self._on_item = {
            key: sorted(rows, key=lambda row: (len(row[0]), row[1])) for key, rows in found.items()
        }
        self._stand_in: dict[str, dict[str, str]] = {}
        for body in base.bodies.values():
            if body.stands_for:
                self._stand_in.setdefault(division(body.within), {})[body.stands_for] = body.key

    # ------------------------------------------------------------ asking

    def item(self, key: str, on: date, place: str = "") -> Item | None:
        """The item of this key in force on a day at a place (division code), or None."""
        found = self._resolved(key, on, division(place))
        return (
            None if found is None else localised_item(found, self._local(division(place)), self.base.bodies)
        )

    def catalogue(self, on: date, place: str = "") -> Catalogue:
        """Everything in force on a day at a place. Items that no level touches are those of `base` themselves."""
        here = division(place)
        items = dict(self.base.items)
        for key in {*self._items, *self._touched(here)}:
            found = self._resolved(key, on, here)
            if found is None:
                items.pop(key, None)
            else:
                items[key] = found
        onethings = dict(self.base.onethings)
        for key, editions in self._onethings.items():
            thing = edition_on(editions, on)
            if thing is None:
                onethings.pop(key, None)
            else:
                onethings[key] = thing
        changed: Catalogue = msgspec.structs.replace(self.base, items=items, onethings=onethings)
        return _reorganised(placed(changed, self._local(here)), on)

    def items_of(self, key: str) -> tuple[Item, ...]:
        """Every version of an item as the highest level wrote it."""
        one = self.base.items.get(key)
        return self._items.get(key) or (() if one is None else (one,))

    def onethings_of(self, key: str) -> tuple[OneThingDefinition, ...]:
        """Every version of a one-thing."""
        one = self.base.onethings.get(key)
        return self._onethings.get(key) or (() if one is None else (one,))

    def places(self) -> tuple[str, ...]:
        """The divisions that set or staff something of their own, in short form; without the whole deployment."""
        found = {within for rows in self._on_item.values() for within, _, _ in rows} | set(self._stand_in)
        return tuple(sorted(found - {""}))

    def bodies_of(self, place: str) -> tuple[Body, ...]:
        """The bodies that stand for a general one at exactly this place ("" = in the whole deployment)."""
        return tuple(self.base.bodies[key] for key in self._stand_in.get(division(place), {}).values())

    # --------------------------------------------------------- the ladder

    def rungs(self, key: str, on: date, place: str = "") -> tuple[Rung, ...]:
        """Every overlay on an item that holds on a day at a place, from the outermost level inwards."""
        start = edition_on(self.items_of(key), on)
        return () if start is None else tuple(self._climb(start, on, division(place)))

    def touched(self) -> Mapping[str, tuple[str, ...]]:
        """Item key → the places that overlay it ("" = the whole deployment)."""
        return {key: tuple(dict.fromkeys(row[0] for row in rows)) for key, rows in self._on_item.items()}

    def _climb(self, item: Item, on: date, here: str) -> Iterator[Rung]:
        for within, at, number in self._on_item.get(item.key, ()):
            layer = self.layers[at]
            overlay = layer.overlays[number]
            if not here.startswith(within) or not in_force(overlay, on):
                continue
            result = overlaid(item, overlay, layer.by, self.base.bodies)
            yield Rung(
                layer=layer,
                within=within,
                overlay=overlay,
                number=number,
                above=item,
                here=result.item,
                problems=result.problems,
            )
            item = result.item

    def _resolved(self, key: str, on: date, here: str) -> Item | None:
        start = edition_on(self.items_of(key), on)
        if start is None:
            return None
        rungs = list(self._climb(start, on, here))
        return rungs[-1].here if rungs else start

    def _touched(self, here: str) -> set[str]:
        return {
            key
            for key, rows in self._on_item.items()
            if any(here.startswith(within) for within, _, _ in rows)
        }

    def _local(self, here: str) -> dict[str, str]:
        """General body → the one that stands for it here; a deeper level stands for the level above it as well."""
        local: dict[str, str] = {}
        for within in sorted(self._stand_in, key=len):
            if not here.startswith(within):
                continue
            for general, own in self._stand_in[within].items():
                above = local.get(general, general)
                for known in [one for one, held in local.items() if held == above]:
                    local[known] = own
                local[general] = local[above] = own
                local.pop(own, None)
        return local

    # ------------------------------------------------------------- dates

    def turning_days(self) -> tuple[date, ...]:
        """Every day on which an item, a one-thing or an overlay begins or ceases to hold, in order."""
        dated = [one for rows in self._items.values() for one in rows]
        things = [one for rows in self._onethings.values() for one in rows]
        overlays = [one for layer in self.layers for one in layer.overlays]
        changes = {one.on for one in self.base.body_changes.values()}
        days = {*turning_days(dated), *turning_days(things), *turning_days(overlays)}
        return tuple(sorted(days | changes))

    def days_of(self, key: str) -> tuple[date, ...]:
        """The days on which an item changes anywhere, by a version or an overlay."""
        overlays = [self.layers[at].overlays[number] for _, at, number in self._on_item.get(key, ())]
        return tuple(sorted({*turning_days(self.items_of(key)), *turning_days(overlays)}))

    def timeline(self, key: str, place: str = "") -> tuple[Standing, ...]:
        """An item at a place through time: spans that touch and do not overlap, days without any version left out."""
        days = (date.min, *self.days_of(key), date.max)
        spans: list[Standing] = []
        for start, following in pairwise(days):
            found = self.item(key, start, place)
            if found is None:
                continue
            last = None if following == date.max else following - _DAY
            before = spans[-1] if spans else None
            first = None if start == date.min else start
            adjoining = before is not None and before.valid_to is not None and before.valid_to + _DAY == start
            if before is not None and adjoining and before.item == found:
                spans[-1] = msgspec.structs.replace(before, valid_to=last)
            else:
                spans.append(Standing(item=found, valid_from=first, valid_to=last))
        return tuple(spans)

    # ------------------------------------------------------------- checks

    def problems(self) -> tuple[tuple[Layer, int, Problem], ...]:
        """What is wrong with overlays against the level directly above, on every day on which that differs.

        Each with its layer, its number in it, and the path inside the overlay. An overlay with a problem sets nothing.
        """
        told: dict[tuple[str, int, str, str], tuple[Layer, int, Problem]] = {}
        for key, rows in self._on_item.items():
            days = (date.min, *self.days_of(key))
            for within in dict.fromkeys(row[0] for row in rows):
                for day in days:
                    for rung in self.rungs(key, day, within):
                        for one in rung.problems:
                            told.setdefault(
                                (rung.layer.by, rung.number, one.code, one.place.path),
                                (rung.layer, rung.number, one),
                            )
        return tuple(told.values())

    def check(self) -> tuple[Problem, ...]:
        """Overlaps and gaps between versions, and one-things that are offered on days on which an item is not."""
        problems = [one for editions in self._items.values() for one in check_editions("items", editions)]
        problems += [one for rows in self._onethings.values() for one in check_editions("onethings", rows)]
        for key in {**self.base.onethings, **self._onethings}:
            for thing in self.onethings_of(key):
                problems += self._absent(thing)
        return tuple(problems)

    def _absent(self, thing: OneThingDefinition) -> Iterator[Problem]:
        """Members that are in force on no version on some day of the one-thing."""
        for index, member in enumerate(thing.members):
            editions = self._items.get(member.item, ())
            if not editions:
                continue
            days = (thing.valid_from or date.min, *turning_days(editions))
            bare = next((day for day in days if in_force(thing, day) and not edition_on(editions, day)), None)
            if bare is None:
                continue
            since = "最初" if bare == date.min else chinese_date(bare)
            said = f"“{thing.name}”从{since}起包含的事项“{editions[0].name}”没有有效的版本。"
            hint = "请给事项补上这段时间的版本，或给这件事写明 valid_from、valid_to。"
            place = Place(path=f"onethings/{thing.key}/members/{index}/item")
            yield Problem("member_not_in_force", said, place, hint, Severity.WARNING)


def _reorganised(catalogue: Catalogue, on: date) -> Catalogue:
    """The catalogue with what changes of bodies have moved by a day; itself when there are none."""
    changes = catalogue.body_changes.values()
    if not changes:
        return catalogue
    result: Catalogue = msgspec.structs.replace(
        catalogue,
        bodies=changed_bodies(catalogue.bodies, changes, on),
        items=changed_items(catalogue.items, changes, on),
        onethings={
            key: msgspec.structs.replace(one, lead=lead)
            if (lead := successor(one.lead, changes, on)) != one.lead
            else one
            for key, one in catalogue.onethings.items()
        },
    )
    return result


def _grouped(records: Iterable[R]) -> dict[str, tuple[R, ...]]:
    found: dict[str, list[R]] = {}
    for one in records:
        found.setdefault(one.key, []).append(one)
    return {key: tuple(rows) for key, rows in found.items()}
