"""Standards as an item-standardisation desk sees them: differences from the level above, quality of items and bodies,
versions through time, and lists to take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec
from django.db import transaction

from bancheng.connect.packs import Loaded
from bancheng.core.catalogue import (
    QUALITY_RULES,
    Body,
    BodyQuality,
    Difference,
    Item,
    ItemQuality,
    QualityRule,
    Standing,
    by_body,
    differences,
    differences_of,
    division,
    quality_of,
)
from bancheng.core.kernel import Place, Problem, ProblemsFound, chinese_date, search_key
from bancheng.store.models import LibraryEntry, PlannedVersion
from bancheng.usecases import library, library_deciding, spreadsheets
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.town import packs

RULES: Mapping[str, QualityRule] = {rule.key: rule for rule in QUALITY_RULES}

_quality: list[tuple[Loaded, tuple[ItemQuality, ...]]] = []
_differences: list[tuple[Loaded, tuple[Difference, ...]]] = []


# ------------------------------------------------------------- differences


@dataclass(frozen=True)
class PlaceRow:
    """A place with how much it sets of its own: differences, those better for people, and bodies of its own."""

    place: str
    name: str
    differences: int
    better: int
    items: int
    bodies: tuple[Body, ...]


def place_name(place: str, loaded: Loaded | None = None) -> str:
    """What a division is called: by the packs that speak for it, else by its code; "" is the whole deployment."""
    source = loaded or packs()
    if not place:
        titles = [one.title or one.by for one in source.standards.layers if not one.within]
        return "、".join(titles)
    layers = source.standards.layers
    named = [name for one in layers for code, name in one.divisions.items() if division(code) == place]
    named += [one.title for one in layers if one.title and one.within and division(one.within) == place]
    return named[0] if named else place


def found_differences(
    text: str = "",
    place: str | None = None,
    attribute: str = "",
    body: str = "",
    *,
    better: bool = False,
) -> list[Difference]:
    """The differences in force today that fit; no query. `body` is whose item it is in the whole deployment."""
    words = [key for word in text.split() if (key := search_key(word))]
    wanted = None if place is None else division(place)
    loaded = packs()
    return [
        one
        for one in _all_differences(loaded)
        if (wanted is None or one.within == wanted)
        and (not body or body_of(one.item, loaded) == body)
        and (not attribute or one.attribute == attribute)
        and (not better or one.better)
        and all(word in search_key(one.name) + search_key(one.item) for word in words)
    ]


def body_of(item: str, loaded: Loaded | None = None) -> str:
    """The key of the body whose item it is in the whole deployment, or empty."""
    found = (loaded or packs()).catalogue.items.get(item)
    return found.body if found else ""


def bodies_with_differences() -> list[str]:
    """Keys of the bodies whose items differ somewhere from the level above."""
    loaded = packs()
    return sorted({body_of(one.item, loaded) for one in _all_differences(loaded)} - {""})


def _all_differences(loaded: Loaded) -> tuple[Difference, ...]:
    """Worked out once for each loading of the packs."""
    if not _differences or _differences[0][0] is not loaded:
        _differences[:] = [(loaded, differences(loaded.standards, loaded.loaded_for))]
    return _differences[0][1]


def places(loaded: Loaded | None = None) -> list[PlaceRow]:
    """The whole deployment, then every division that sets or staffs something of its own."""
    source = loaded or packs()
    found: dict[str, list[Difference]] = {"": []}
    for one in _all_differences(source):
        found.setdefault(one.within, []).append(one)
    return [
        PlaceRow(
            place=place,
            name=place_name(place, source),
            differences=len(found.get(place, ())),
            better=sum(bool(one.better) for one in found.get(place, ())),
            items=len({one.item for one in found.get(place, ())}),
            bodies=source.standards.bodies_of(place),
        )
        for place in ("", *source.standards.places())
    ]


# ----------------------------------------------------------------- one item


@dataclass(frozen=True)
class Ladder:
    """An item's standing: its versions through time, and how each level departs from the one above."""

    spans: tuple[Standing, ...]
    today: date
    places: tuple[tuple[str, tuple[Difference, ...]], ...]


def ladder(key: str) -> Ladder:
    """How an item of the packs stands through time and down the levels. Other places than the deployment come by name.

    Raises:
        NotFound: there is no version of it.
    """
    loaded = packs()
    standards = loaded.standards
    if not standards.items_of(key):
        raise NotFound(key)
    rows = [("", standards.rungs(key, loaded.loaded_for))]
    below = [place for place in standards.touched().get(key, ()) if place]
    for place in below:
        rungs = standards.rungs(key, loaded.loaded_for, place)
        rows.append((place, tuple(one for one in rungs if one.within == place)))
    return Ladder(
        spans=standards.timeline(key),
        today=loaded.loaded_for,
        places=tuple(
            (place_name(place), shown)
            for place, rungs in rows
            if (shown := differences_of(rungs, standards.base.bodies))
        ),
    )


def planned(key: str) -> dict[str, date]:
    """What becomes current of a one-thing by itself, and when: digest → day. One query."""
    rows = PlannedVersion.objects.filter(key=key).exclude(digest="").order_by("-on_day")
    return dict(rows.values_list("digest", "on_day"))


def begin_on(actor: Actor, key: str, day: date, now: datetime) -> tuple[LibraryEntry, ...]:
    """Propose the open draft of an item as the version that holds from a later day on, and the end of the one before.

    Both are approved together or one after the other, the end first; until that day nothing changes.

    Raises:
        NotAllowed: the actor is no item manager. NotFound: no such item, or no draft of it is open.
        ProblemsFound: the day is not ahead, or with it something would be wrong that was not wrong before.
    """
    loaded = packs()
    served, draft = loaded.catalogue.items.get(key), library.draft_of("item", key)
    content = library.content_of(draft) if draft else None
    if served is None or draft is None or not isinstance(content, Item):
        raise NotFound(key)
    if day <= loaded.loaded_for:
        said = f"生效日期{chinese_date(day)}应在今天以后。"
        raise ProblemsFound((Problem("not_ahead", said, Place(path="on"), "今天就生效的，请直接提交审核。"),))
    last = day - timedelta(days=1)
    ending = msgspec.structs.replace(served, valid_to=last)
    later = msgspec.structs.replace(content, version=served.version + 1, valid_from=day)
    with transaction.atomic():
        first = library.save(actor, "item", ending, now, f"到{chinese_date(last)}止", revision=draft.revision)
        second = library.save(actor, "item", later, now, f"从{chinese_date(day)}起", edition=True)
        return library_deciding.propose_many(actor, (first.entry, second.entry), now)


# ------------------------------------------------------------------ quality


def quality(loaded: Loaded | None = None) -> tuple[ItemQuality, ...]:
    """The quality of every item in force today; worked out once for each loading of the packs, O(items)."""
    source = loaded or packs()
    if not _quality or _quality[0][0] is not source:
        catalogue = source.catalogue
        rows = tuple(quality_of(item, catalogue, source.loaded_for) for item in catalogue.items.values())
        _quality[:] = [(source, rows)]
    return _quality[0][1]


def quality_of_item(item: Item) -> ItemQuality:
    """The quality of one item as of today."""
    loaded = packs()
    return quality_of(item, loaded.catalogue, loaded.loaded_for)


@dataclass(frozen=True)
class QualityView:
    """All items together: mean, bodies from the weakest, and how many items break each rule."""

    items: int
    mean: Decimal | None
    bodies: tuple[BodyQuality, ...]
    rules: tuple[tuple[QualityRule, int], ...]


def overview(loaded: Loaded | None = None) -> QualityView:
    """The desk's first page."""
    rows = quality(loaded)
    broken: dict[str, int] = {}
    for row in rows:
        for rule in {mark.rule for mark in row.marks}:
            broken[rule] = broken.get(rule, 0) + 1
    total = sum((row.score for row in rows), Decimal(0))
    return QualityView(
        items=len(rows),
        mean=(total / len(rows)).quantize(Decimal("0.1")) if rows else None,
        bodies=by_body(rows),
        rules=tuple((rule, broken.get(rule.key, 0)) for rule in QUALITY_RULES),
    )


def weak_items(
    rule: str = "", body: str = "", text: str = "", loaded: Loaded | None = None
) -> list[ItemQuality]:
    """Items that fit, the weakest first; with a rule only those that break it."""
    words = [key for word in text.split() if (key := search_key(word))]
    rows = [
        row
        for row in quality(loaded)
        if (not body or row.body == body)
        and (not rule or any(mark.rule == rule for mark in row.marks))
        and all(word in search_key(row.name) + search_key(row.item) for word in words)
    ]
    return sorted(rows, key=lambda row: (row.score, row.body, row.item))


# -------------------------------------------------------------------- lists

DIFFERENCE_HEADINGS = (
    "事项编号", "事项名称", "实施主体", "地方", "数据包", "哪一项", "上级", "这里", "对办事人", "随之而变", "理由",
    "来源", "从", "到",
)  # fmt: skip
QUALITY_HEADINGS = ("事项编号", "事项名称", "实施主体", "得分", "规则", "位置", "问题", "怎么改", "规则来源")


def difference_rows(found: Iterable[Difference], loaded: Loaded | None = None) -> Iterable[tuple[str, ...]]:
    """Differences as the rows of a list, without the headings."""
    source = loaded or packs()
    names: dict[str, str] = {}
    for one in found:
        name = names.setdefault(one.within, place_name(one.within, source))
        body = source.catalogue.bodies.get(body_of(one.item, source))
        yield (
            one.item,
            one.name,
            body.name if body else "",
            name,
            one.title or one.by,
            one.words,
            one.above,
            one.here,
            {True: "更好", False: "不如上级", None: ""}[one.better],
            "是" if one.follows else "",
            one.reason,
            one.provenance.source if one.provenance else "",
            str(one.valid_from or ""),
            str(one.valid_to or ""),
        )


def quality_rows(found: Iterable[ItemQuality], bodies: Mapping[str, Body]) -> Iterable[tuple[str, ...]]:
    """One row for each mark, and one without a rule for an item that has none."""
    for row in found:
        body = bodies[row.body].name if row.body in bodies else row.body
        head = (row.item, row.name, body, str(row.score))
        for mark in row.marks:
            rule = RULES[mark.rule]
            yield (*head, rule.words, mark.path, mark.words, rule.advice, rule.source)
        if not row.marks:
            yield (*head, "", "", "", "", "")


LISTS = {
    "csv": ("text/csv; charset=utf-8", spreadsheets.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", spreadsheets.as_workbook),
}
"""Ending of a list → its media type and its writer."""
