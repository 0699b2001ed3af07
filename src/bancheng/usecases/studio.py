"""What an item manager sees: items with their problems and versions, one-things as they stand in the packs and as they
were published, what would change, and the same for one sample person.

The packs are what was written; a blueprint derived from them is a draft until `publish` makes it current.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from bancheng.connect.packs import Loaded
from bancheng.core.catalogue import Family, Item, ItemType, Level, scene_key
from bancheng.core.compiler import (
    Blueprint,
    BlueprintDiff,
    Compiled,
    PersonalList,
    diff,
    from_stored,
    narrow,
    read_form,
)
from bancheng.core.evidence import Known, Value
from bancheng.core.kernel import Place, Problem, digest, search_key
from bancheng.store.models import BlueprintVersion, ItemVersion
from bancheng.usecases import library_deciding, town
from bancheng.usecases.access import Actor, NotAllowed, NotFound, record
from bancheng.usecases.town import Published, packs

_held: list[tuple[Loaded, Mapping[str, Compiled]]] = []


def compiled() -> Mapping[str, Compiled]:
    """Every one-thing of the packs compiled, or why it does not compile; once for each loading of the packs."""
    loaded = packs()
    if not _held or _held[0][0] is not loaded:
        _held[:] = [(loaded, town.compile_all())]
    return _held[0][1]


def problems() -> tuple[Problem, ...]:
    """All problems of packs and of compiling, each with file and line where that is known, errors first."""
    found = [*packs().problems]
    for one in compiled().values():
        found += [packs().positions.placed(problem) for problem in one.problems]
    return tuple(sorted(found, key=lambda one: (one.severity.value, one.place.file, one.place.line)))


def problems_of(section: str, key: str) -> tuple[Problem, ...]:
    """The problems about one record: `section` is items or onethings."""
    own = f"{section}/{key}"
    found = [one for one in packs().problems if one.place.path == own or one.place.path.startswith(f"{own}/")]
    if section == "onethings" and key in compiled():
        found += [packs().positions.placed(problem) for problem in compiled()[key].problems]
    return tuple(found)


# ---------------------------------------------------------------- items


@dataclass(frozen=True)
class ItemRow:
    """An item in the list: how many problems it has, where it takes part, how many versions were published."""

    item: Item
    problems: int
    onethings: tuple[str, ...]
    versions: int


def items(
    text: str = "", body: str = "", item_type: str = "", level: str = "", *, troubled: bool = False
) -> list[ItemRow]:
    """The items of the packs that fit, by name; one query for the versions."""
    words = [key for word in text.split() if (key := search_key(word))]
    kept: dict[str, int] = dict(
        ItemVersion.objects.values_list("key").annotate(count=Count("id")).values_list("key", "count")
    )
    about: dict[str, int] = {}
    for problem in packs().problems:
        section, _, rest = problem.place.path.partition("/")
        if section == "items":
            key = rest.partition("/")[0]
            about[key] = about.get(key, 0) + 1
    rows = [
        ItemRow(item, about.get(item.key, 0), _bundles(item.key), kept.get(item.key, 0))
        for item in packs().catalogue.items.values()
        if (not body or item.body == body)
        and (not item_type or item.item_type.value == item_type)
        and (not level or item.level.value == level)
        and (not troubled or about.get(item.key))
        and _holds(item, words)
    ]
    return sorted(rows, key=lambda row: (-row.problems, row.item.body, row.item.name))


def _holds(item: Item, words: Sequence[str]) -> bool:
    names = (item.name, item.name_en, item.key, item.task_code, item.catalog_code, *item.aliases)
    keyed = " ".join(search_key(name) for name in names)
    return all(word in keyed for word in words)


def _bundles(key: str) -> tuple[str, ...]:
    onethings = packs().catalogue.onethings.values()
    return tuple(one.name for one in onethings if key in {member.item for member in one.members})


def choices() -> tuple[list[tuple[str, str]], list[ItemType], list[Level]]:
    """What the list can be narrowed by: bodies (key, name), types and levels that occur."""
    found = packs().catalogue.items.values()
    bodies = sorted({(one.body, town.body_name(one.body)) for one in found}, key=lambda pair: pair[1])
    types = [one for one in ItemType if any(item.item_type is one for item in found)]
    levels = [one for one in Level if any(item.level is one for item in found)]
    return bodies, types, levels


@dataclass(frozen=True)
class Change:
    """One value that differs between two versions: where, and what it was and is ("" = it was not there)."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """A published version of an item, newest first; `changes` since the one before it."""

    row: ItemVersion
    changes: tuple[Change, ...]
    first: bool


@dataclass(frozen=True)
class ItemView:
    """An item with everything about it."""

    item: Item
    place: Place
    problems: tuple[Problem, ...]
    versions: tuple[Version, ...]
    published: bool
    onethings: tuple[tuple[str, str], ...]


def item(key: str) -> ItemView:
    """One item of the packs.

    Raises:
        NotFound: there is none.
    """
    found = packs().catalogue.items.get(key)
    if found is None:
        raise NotFound(key)
    rows = list(ItemVersion.objects.filter(key=key).order_by("loaded_at", "id"))
    versions = [
        Version(
            row, changes(json.loads(rows[at - 1].content), json.loads(row.content)) if at else (), at == 0
        )
        for at, row in enumerate(rows)
    ]
    return ItemView(
        item=found,
        place=packs().positions.place(f"items/{key}"),
        problems=problems_of("items", key),
        versions=tuple(reversed(versions)),
        published=digest(found) in {row.digest for row in rows},
        onethings=tuple(
            (one.key, one.name)
            for one in packs().catalogue.onethings.values()
            if key in {member.item for member in one.members}
        ),
    )


def changes(older: Any, newer: Any, path: str = "") -> tuple[Change, ...]:
    """What differs between two JSON values; entries of lists are matched by their key, not by their place."""
    if older == newer:
        return ()
    if isinstance(older, dict) and isinstance(newer, dict):
        keys = dict.fromkeys((*older, *newer))
        return tuple(
            change
            for key in keys
            for change in changes(older.get(key), newer.get(key), f"{path}/{key}" if path else str(key))
        )
    if _keyed(older) and _keyed(newer):
        return changes(_by_key(older), _by_key(newer), path)
    return (Change(path, _shown(older), _shown(newer)),)


def _keyed(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and _key(one) for one in value)


def _key(entry: Mapping[str, Any]) -> str:
    names = ("key", "element", "item", "text", "title")
    return str(next((entry[name] for name in names if entry.get(name)), ""))


def _by_key(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {_key(entry): entry for entry in entries}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# ---------------------------------------------------------------- one-things


@dataclass(frozen=True)
class OneThingRow:
    """A one-thing in the list. `blueprint` is that of the packs, or the published one where that does not compile."""

    key: str
    name: str
    blueprint: Blueprint | None
    problems: tuple[Problem, ...]
    published: bool
    changed: bool


def onethings() -> list[OneThingRow]:
    """Every one-thing of the packs: one query for what is current."""
    current = dict(BlueprintVersion.objects.filter(current=True).values_list("key", "digest"))
    rows = []
    for key, one in compiled().items():
        name = packs().catalogue.onethings[key].name
        published = current.get(key)
        shown = one.blueprint or (town.blueprint(published) if published else None)
        changed = one.blueprint is not None and one.blueprint.digest != published
        rows.append(OneThingRow(key, name, shown, problems_of("onethings", key), bool(published), changed))
    return rows


@dataclass(frozen=True)
class FamilyRow:
    """一类事 with its scenes as they stand."""

    family: Family
    scenes: tuple[OneThingRow, ...]


def families(rows: Sequence[OneThingRow] | None = None) -> list[FamilyRow]:
    """Every family with its scenes out of `rows` (without them: one query)."""
    found = {row.key: row for row in (onethings() if rows is None else rows)}
    return [
        FamilyRow(
            one, tuple(found[key] for scene in one.scenes if (key := scene_key(one.key, scene.key)) in found)
        )
        for one in packs().catalogue.families.values()
    ]


def family(key: str) -> FamilyRow:
    """One family.

    Raises:
        NotFound: there is none of this key.
    """
    found = next((row for row in families() if row.family.key == key), None)
    if found is None:
        raise NotFound("family")
    return found


@dataclass(frozen=True)
class OneThingView:
    """A blueprint with where it stands. `draft` is what the packs come to now, `current` what people apply for."""

    key: str
    blueprint: Blueprint
    current: str
    draft: str
    place: Place
    problems: tuple[Problem, ...]
    versions: tuple[BlueprintVersion, ...]

    @property
    def is_current(self) -> bool:
        """Whether this is what people apply for."""
        return self.blueprint.digest == self.current

    @property
    def is_draft(self) -> bool:
        """Whether this is what the packs come to now."""
        return self.blueprint.digest == self.draft


def onething(key: str, version: str = "") -> OneThingView:
    """A one-thing: of the packs as they are, or the published version with this digest.

    Raises:
        NotFound: no such one-thing or version, or it neither compiles nor was ever published.
    """
    one = compiled().get(key)
    rows = list(BlueprintVersion.objects.filter(key=key).defer("content").order_by("-published_at"))
    current = next((row.digest for row in rows if row.current), "")
    if version and version not in {row.digest for row in rows}:
        raise NotFound(version)
    draft = one.blueprint if one else None
    wanted = version or ("" if draft else current)
    shown = town.blueprint(wanted) if wanted else draft
    if shown is None:
        raise NotFound(key)
    return OneThingView(
        key=key,
        blueprint=shown,
        current=current,
        draft=draft.digest if draft else "",
        place=packs().positions.place(f"onethings/{key}"),
        problems=problems_of("onethings", key),
        versions=tuple(rows),
    )


def compared(view: OneThingView) -> BlueprintDiff | None:
    """What differs between what people apply for now and this version; None when it is the same or the first."""
    if not view.current or view.is_current:
        return None
    return diff(town.blueprint(view.current), view.blueprint)


@dataclass(frozen=True)
class Trial:
    """A blueprint narrowed to a sample person or to answers that were tried."""

    answers: Mapping[str, Value]
    personal: PersonalList
    problems: tuple[Problem, ...]


def trial(blueprint: Blueprint, profile: str, raw: Mapping[str, Sequence[str]], today: date) -> Trial:
    """The list of a sample person (by key) with the answers in `raw` on top; sources are taken to answer.

    Raises:
        NotFound: the blueprint has no such sample person.
    """
    sample = next((one for one in blueprint.profiles if one.key == profile), None)
    if profile and sample is None:
        raise NotFound(profile)
    answers: dict[str, Value] = {}
    for element, stored in (sample.answers if sample else {}).items():
        kind = blueprint.kinds.get(element)
        value = from_stored(kind, stored, blueprint.kinds) if kind is not None else None
        if value is not None:
            answers[element] = value
    typed, found = read_form(blueprint.questions, raw)
    answers.update({element: value for element, value in typed.items() if value is not None})
    personal = narrow(blueprint, answers, Known(), today, assume_coverage=True)
    return Trial(answers, personal, found)


# ---------------------------------------------------------------- publishing


@dataclass(frozen=True)
class Pending:
    """What publishing would do now: one-things new or changed with what is different, and item versions to keep."""

    errors: tuple[Problem, ...]
    new: tuple[Blueprint, ...]
    changed: tuple[tuple[Blueprint, BlueprintDiff], ...]
    unchanged: int
    items: tuple[Item, ...]
    broken: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether publishing would change nothing."""
        return not (self.new or self.changed or self.items)


def pending(actor: Actor) -> Pending:
    """Read the packs anew from disk and compare them with what is published.

    Raises:
        NotAllowed: the actor is no item manager.
    """
    _manager(actor)
    packs.cache_clear()
    current = dict(BlueprintVersion.objects.filter(current=True).values_list("key", "digest"))
    held = set(ItemVersion.objects.values_list("digest", flat=True))
    drafts = [one.blueprint for one in compiled().values() if one.blueprint is not None]
    moved = [one for one in drafts if one.key in current and current[one.key] != one.digest]
    return Pending(
        errors=tuple(one for one in problems() if one.severity.value == "error"),
        new=tuple(one for one in drafts if one.key not in current),
        changed=tuple((one, diff(town.blueprint(current[one.key]), one)) for one in moved),
        unchanged=sum(current.get(one.key) == one.digest for one in drafts),
        items=tuple(one for one in packs().catalogue.items.values() if digest(one) not in held),
        broken=tuple(
            packs().catalogue.onethings[key].name for key, one in compiled().items() if one.blueprint is None
        ),
    )


def publish(actor: Actor, now: datetime) -> Published:
    """Read the packs anew and make what they come to current. Written into the audit chain.

    Raises:
        NotAllowed: the actor is no item manager.
        ProblemsFound: a pack has errors; nothing is published.
    """
    _manager(actor)
    packs.cache_clear()
    published = town.publish(now)
    # Other processes read the files anew, too.
    library_deciding.touch()
    record(actor, "studio.publish", "packs", "、".join(published.changed)[:300])
    return published


def _manager(actor: Actor) -> None:
    if not actor.has("item_manager"):
        raise NotAllowed("publish")
