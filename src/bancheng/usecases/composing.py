"""Composing on screen: a one-thing as it is being written, its effect at once, its problems with their mends.

Nothing here touches what people apply for: drafts lie in the library, and the effect is compiled in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from time import monotonic

import msgspec
from django.utils import timezone

from bancheng.connect.packs import Loaded
from bancheng.core.catalogue import (
    Catalogue,
    Element,
    ElementKind,
    Item,
    OneThingDefinition,
    Subject,
    check_catalogue,
)
from bancheng.core.compiler import (
    Blueprint,
    BlueprintDiff,
    Compiled,
    Mend,
    PersonalList,
    compile_onething,
    diff,
    from_stored,
    mends_for,
    narrow,
)
from bancheng.core.evidence import Known, Value
from bancheng.core.kernel import (
    Confidence,
    Place,
    Problem,
    ProblemsFound,
    Provenance,
    Severity,
    digest,
    search_key,
)
from bancheng.store.models import BlueprintVersion, LibraryEntry
from bancheng.usecases import library, library_check, library_deciding, town
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.library import Saved
from bancheng.usecases.proofs import quick_faults
from bancheng.usecases.town import packs

KIND = "onething"
FOUND_AT_MOST = 12


@dataclass(frozen=True)
class Composition:
    """A one-thing being written. `revision` is 0 while no draft is open; `entry` is the open draft, or a proposal."""

    definition: OneThingDefinition
    revision: int
    entry: LibraryEntry | None
    items: tuple[Item, ...] = ()
    "Drafts of items that it is composed with."

    @property
    def is_draft(self) -> bool:
        """Whether a draft is open."""
        return self.entry is not None and self.entry.state == LibraryEntry.DRAFT


@dataclass(frozen=True)
class Found:
    """A problem with what would mend it."""

    problem: Problem
    mends: tuple[tuple[str, Mend], ...]

    @property
    def is_error(self) -> bool:
        """Whether it stops publishing."""
        return self.problem.severity is Severity.ERROR


@dataclass(frozen=True)
class Effect:
    """What a definition comes to: its blueprint, unless an error stands in the way."""

    definition: OneThingDefinition
    blueprint: Blueprint | None
    problems: tuple[Problem, ...]
    proven: bool = True

    @property
    def errors(self) -> int:
        """How many problems stop publishing."""
        return sum(one.severity is Severity.ERROR for one in self.problems)


# ---------------------------------------------------------------- beginning and opening


def begin(actor: Actor, name: str, subject: Subject, stage: str, now: datetime) -> str:
    """Begin a new one-thing with a name; its key. The same name again opens the same draft.

    Raises:
        NotAllowed: the actor is no item manager. ValueError: without a name.
    """
    if not name.strip():
        raise ValueError("a one-thing needs a name")
    key = f"own_{digest(name.strip())[:10]}"
    if library.draft_of(KIND, key) is None and library.served(KIND, key) is None:
        definition = OneThingDefinition(
            key=key,
            name=name.strip(),
            subject=subject,
            stage=stage,
            lead="",
            members=(),
            provenance=Provenance("", Confidence.RECONSTRUCTED),
        )
        library.save(actor, KIND, definition, now)
    return key


def composition(key: str) -> Composition:
    """The one-thing as it is being written: its open draft, else its proposal, else what the town is served by.

    Raises:
        NotFound: there is no such one-thing.
    """
    rows = library.history(KIND, key)
    row = next((one for one in rows if one.state == LibraryEntry.DRAFT), None)
    row = row or next((one for one in rows if one.state == LibraryEntry.PROPOSED and one.content), None)
    record = library.content_of(row) if row else library.served(KIND, key)
    if record is None and rows:
        record = next((library.content_of(one) for one in rows if one.content), None)
    if not isinstance(record, OneThingDefinition):
        raise NotFound(key)
    revision = row.revision if row is not None and row.state == LibraryEntry.DRAFT else 0
    return Composition(record, revision, row, drafted_items(record))


def drafted_items(definition: OneThingDefinition) -> tuple[Item, ...]:
    """Open drafts of the items it is composed of."""
    return tuple(item for _, item in _item_drafts(definition))


def _item_drafts(definition: OneThingDefinition) -> list[tuple[int, Item]]:
    keys = {one.item for one in definition.members}
    rows = LibraryEntry.objects.filter(kind="item", state=LibraryEntry.DRAFT, key__in=keys).order_by("pk")
    found = ((row.pk, library.content_of(row)) for row in rows)
    return [(number, item) for number, item in found if isinstance(item, Item)]


def save(actor: Actor, definition: OneThingDefinition, revision: int | None, now: datetime) -> Saved:
    """Keep the draft. Raises as `library.save`."""
    return library.save(actor, KIND, definition, now, revision=revision)


def propose(actor: Actor, key: str, now: datetime, note: str) -> tuple[LibraryEntry, ...]:
    """Hand the draft, with the drafts of its items, to a second person. Raises as `library_deciding.propose`."""
    return library_deciding.propose_many(actor, _together(key), now, note)


def remarks(key: str) -> tuple[Problem, ...]:
    """What whoever proposes the draft must have seen: see `library_check.remarks`. Nothing where it is not sound, or
    no draft at all: proposing says so."""
    try:
        return library_check.remarks([library.entry(number) for number in _together(key)])
    except (NotFound, ProblemsFound):
        return ()


def _together(key: str) -> list[int]:
    draft = library.draft_of(KIND, key)
    if draft is None:
        raise NotFound(key)
    definition = library.content_of(draft)
    items = _item_drafts(definition) if isinstance(definition, OneThingDefinition) else []
    return [draft.pk, *(number for number, _ in items)]


# ---------------------------------------------------------------- effect


def composed_with(definition: OneThingDefinition, items: Iterable[Item] = ()) -> Catalogue:
    """The catalogue as far as this one-thing needs it, with these items in the place of the served ones."""
    held = packs().catalogue
    wanted = [one.item for one in definition.members]
    wanted += [key for rule in definition.gate for key in rule.fallback]
    own = {key: held.items[key] for key in dict.fromkeys(wanted) if key in held.items}
    own.update((one.key, one) for one in items)
    return msgspec.structs.replace(held, items=own, onethings={definition.key: definition})


_EFFECTS: dict[str, tuple[Loaded, Effect]] = {}
_EFFECTS_HELD = 64
PROOF_S = 0.05
"""A one-thing whose proofs took longer is proven when a page is shown and when it is proposed, not at each stroke."""
_SLOW: dict[str, float] = {}


def effect(definition: OneThingDefinition, items: tuple[Item, ...] = (), *, typing: bool = False) -> Effect:
    """What the definition comes to now. The last ones are remembered, so that a change can be told from before.

    While somebody is `typing`, proofs that are known to take long are left for later.
    """
    loaded, mark = packs(), mark_of(definition, items)
    hasty = typing and _SLOW.get(definition.key, 0.0) > PROOF_S
    held = _EFFECTS.get(mark)
    if held is not None and held[0] is loaded and (held[1].proven or hasty):
        return held[1]
    while len(_EFFECTS) >= _EFFECTS_HELD:
        _EFFECTS.pop(next(iter(_EFFECTS)), None)
    found = _effect(definition, items, loaded, prove=not hasty)
    _EFFECTS[mark] = (loaded, found)
    return found


def remembered(mark: str) -> Effect | None:
    """The effect under this mark, if this process looked at it a moment ago."""
    held = _EFFECTS.get(mark)
    return held[1] if held is not None else None


def mark_of(definition: OneThingDefinition, items: tuple[Item, ...] = ()) -> str:
    """The digest under which its effect is remembered."""
    return digest((definition, items))


def _effect(
    definition: OneThingDefinition, items: tuple[Item, ...], loaded: Loaded, *, prove: bool
) -> Effect:
    catalogue = composed_with(definition, items)
    home = f"onethings/{definition.key}"
    ours = {home, *(f"items/{one.item}" for one in definition.members)}
    checked = [one for one in check_catalogue(catalogue) if "/".join(one.place.path.split("/")[:2]) in ours]
    compiled: Compiled = compile_onething(definition, catalogue, loaded.coverage)
    said = {_spot(one) for one in checked}
    found = [*_unfilled(definition), *checked, *(one for one in compiled.problems if _spot(one) not in said)]
    said |= {_spot(one) for one in compiled.problems}
    if prove:
        begun = monotonic()
        proven = quick_faults(definition, catalogue, loaded.coverage, timezone.localdate())
        _SLOW[definition.key] = monotonic() - begun
        found += [one for one in proven if _spot(one) not in said]
    return Effect(definition, compiled.blueprint, tuple(dict.fromkeys(found)), proven=prove)


def _spot(problem: Problem) -> str:
    """Where, without the attribute: checking and compiling may both tell of the same entry."""
    return "/".join(problem.place.path.split("/")[:4])


def _unfilled(definition: OneThingDefinition) -> list[Problem]:
    """What must be said before it can be published, and nobody else asks for."""
    home = f"onethings/{definition.key}"
    found = []
    if not definition.provenance.source.strip():
        said = "还没有写这件事的来源。"
        found.append(
            Problem("source_missing", said, Place(path=f"{home}/provenance/source"), "写上公开的文件名称。")
        )
    if not definition.name.strip():
        found.append(
            Problem("name_missing", "还没有名称。", Place(path=f"{home}/name"), "用办事人的说法起名。")
        )
    return found


def mended(effect: Effect, items: tuple[Item, ...] = ()) -> tuple[Found, ...]:
    """The problems, errors first, each with its mends by their marks."""
    catalogue = msgspec.structs.replace(
        packs().catalogue, items={**packs().catalogue.items, **{one.key: one for one in items}}
    )
    found = [
        Found(one, tuple((_mark(one, mend), mend) for mend in mends_for(one, effect.definition, catalogue)))
        for one in effect.problems
    ]
    return tuple(sorted(found, key=lambda one: not one.is_error))


def _mark(problem: Problem, mend: Mend) -> str:
    return digest((problem.code, problem.place.path, mend.words))[:12]


def mend(
    actor: Actor, composed: Composition, mark: str, revision: int | None, now: datetime
) -> tuple[OneThingDefinition, str]:
    """Apply the mend with this mark; the definition after it, and the path to open where only a person can tell.

    A mend of an item becomes (or changes) the draft of that item.

    Raises:
        NotFound: there is no such mend any more. Stale: as `library.save`.
    """
    shown = effect(composed.definition, composed.items)
    mends = (pair for found in mended(shown, composed.items) for pair in found.mends)
    chosen = next((one for own, one in mends if own == mark), None)
    if chosen is None:
        raise NotFound(mark)
    if chosen.item is not None:
        library.save(actor, "item", chosen.item, now, chosen.words)
    if chosen.onething is not None:
        save(actor, chosen.onething, revision, now)
    return chosen.onething or composed.definition, chosen.opens


def published(key: str) -> Blueprint | None:
    """What people apply for now."""
    found = BlueprintVersion.objects.filter(key=key, current=True).values_list("digest", flat=True).first()
    return town.blueprint(found) if found else None


def against_published(blueprint: Blueprint) -> BlueprintDiff | None:
    """What differs from what people apply for now; None when it was never published."""
    current = published(blueprint.key)
    return diff(current, blueprint) if current is not None else None


# ---------------------------------------------------------------- sample persons


@dataclass(frozen=True)
class Tried:
    """A sample person and what the one-thing asks of them."""

    key: str
    name: str
    personal: PersonalList
    fee: Decimal | None
    "The sum of the fees that are already known; None when one still depends on an answer."

    @property
    def typed(self) -> int:
        """Fields that they fill in themselves."""
        return sum(one.shown is not False and not one.field.source for one in self.personal.fields)

    @property
    def papers(self) -> int:
        """Materials that they bring."""
        return sum(one.asked is not False for one in self.personal.materials)


def tried(blueprint: Blueprint, today: date, most: int = 3) -> tuple[Tried, ...]:
    """The first sample persons side by side; sources are taken to answer."""
    found = []
    for person in blueprint.profiles[:most]:
        answers: dict[str, Value] = {}
        for element, stored in person.answers.items():
            kind = blueprint.kinds.get(element)
            value = from_stored(kind, stored) if kind is not None else None
            if value is not None:
                answers[element] = value
        personal = narrow(blueprint, answers, Known(), today, assume_coverage=True)
        amounts = [fee.amount for fee in personal.fees]
        known = [one for one in amounts if one is not None]
        fee = sum(known, Decimal(0)) if len(known) == len(amounts) else None
        found.append(Tried(person.key, person.name, personal, fee))
    return tuple(found)


def answerable(blueprint: Blueprint | None, definition: OneThingDefinition) -> tuple[Element, ...]:
    """The elements a sample person is asked about: the questions, what conditions look at, what is answered already."""
    elements = packs().catalogue.elements
    keys = [question.element for question in blueprint.questions] if blueprint else []
    keys += [one.element for one in definition.situations]
    keys += [key for person in definition.profiles for key in person.answers]
    found = (elements[key] for key in dict.fromkeys(keys) if key in elements)
    return tuple(one for one in found if one.kind in _SIMPLE)


_SIMPLE = frozenset(
    (ElementKind.BOOLEAN, ElementKind.CHOICE, ElementKind.INTEGER, ElementKind.DECIMAL, ElementKind.MONEY)
) | {ElementKind.DATE, ElementKind.TEXT}


# ---------------------------------------------------------------- finding


def find_items(text: str, taken: Iterable[str] = ()) -> list[Item]:
    """Items by name, alias, code or body, the best first."""
    words = [key for word in text.split() if (key := search_key(word))]
    if not words:
        return []
    loaded, without = packs(), set(taken)
    found = []
    for item in loaded.catalogue.items.values():
        if item.key in without:
            continue
        keyed = _keyed(item.name, item.name_en, item.key, item.task_code, item.catalog_code, *item.aliases)
        body = loaded.catalogue.bodies.get(item.body)
        around = keyed + _keyed(item.body, body.name if body else "", body.short if body else "")
        if all(word in around for word in words):
            name = search_key(item.name)
            found.append((not name.startswith(words[0]), words[0] not in name, len(item.name), item))
    found.sort(key=lambda one: one[:3])
    return [one[3] for one in found[:FOUND_AT_MOST]]


@lru_cache(maxsize=65_536)
def _keyed(*names: str) -> str:
    return " ".join(search_key(name) for name in names if name)


# ---------------------------------------------------------------- items


@dataclass(frozen=True)
class ItemComposition:
    """An item being edited, with the revision of its draft (0: none is open)."""

    item: Item
    revision: int
    entry: LibraryEntry | None


def item_composition(key: str) -> ItemComposition:
    """The item as it is being written: its open draft, else what the town is served by.

    Raises:
        NotFound: there is no such item.
    """
    draft = library.draft_of("item", key)
    record = library.content_of(draft) if draft else library.served("item", key)
    if not isinstance(record, Item):
        raise NotFound(key)
    return ItemComposition(record, draft.revision if draft else 0, draft)


def item_problems(item: Item) -> tuple[Problem, ...]:
    """What is wrong with an item as it is written."""
    catalogue = msgspec.structs.replace(packs().catalogue, items={item.key: item}, onethings={})
    own = f"items/{item.key}"
    return tuple(
        one
        for one in check_catalogue(catalogue)
        if one.place.path == own or one.place.path.startswith(f"{own}/")
    )
