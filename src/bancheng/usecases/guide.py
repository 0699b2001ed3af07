"""The public catalogue: one-things by life cycle, search by name, the guide of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from bancheng.connect.packs import dated
from bancheng.core.catalogue import Family, Item, Question, Stage
from bancheng.core.compiler import Blueprint, PersonalList, compile_onething, guide_questions, narrow
from bancheng.core.evidence import Known
from bancheng.core.kernel import search_key
from bancheng.usecases.access import Actor, NotAllowed, NotFound
from bancheng.usecases.town import current_blueprint, current_blueprints, packs


@dataclass(frozen=True)
class StageView:
    """A stage of a life cycle with what can be done in it now."""

    stage: Stage
    onethings: tuple[Blueprint, ...]
    families: tuple[Family, ...] = ()
    "一类事 of this stage; their scenes are among the one-things."


@dataclass(frozen=True)
class Found:
    """What a search found: one-things first, then single items with the one-things that contain them."""

    onethings: tuple[Blueprint, ...]
    items: tuple[tuple[Item, tuple[Blueprint, ...]], ...]


def life_cycle() -> tuple[StageView, ...]:
    """Every stage in its order, with its one-things."""
    blueprints = list(current_blueprints().values())
    return tuple(
        StageView(
            stage,
            tuple(one for one in blueprints if one.stage == stage.key),
            tuple(one for one in packs().catalogue.families.values() if one.stage == stage.key),
        )
        for stage in packs().catalogue.stages.values()
    )


def search(text: str) -> Found:
    """One-things and items whose name or alias holds every word of `text`; linear in the number of items."""
    words = [search_key(word) for word in text.split()]
    words = [word for word in words if word]
    if not words:
        return Found((), ())

    def holds(*names: str) -> bool:
        keyed = " ".join(search_key(name) for name in names)
        return all(word in keyed for word in words)

    blueprints = list(current_blueprints().values())
    onethings = tuple(one for one in blueprints if holds(one.name, one.name_en, *one.aliases))
    items = tuple(
        (item, tuple(one for one in blueprints if item.key in {member.key for member in one.items}))
        for item in packs().catalogue.items.values()
        if holds(item.name, item.name_en, *item.aliases)
    )
    return Found(onethings, items[:30])


def guide(key: str) -> Blueprint:
    """The blueprint people can apply for now.

    Raises:
        NotFound: there is none with this key.
    """
    found = current_blueprint(key)
    if found is None:
        raise NotFound(key)
    return found


PREVIEWERS = ("item_manager", "supervisor")
"""Who may read a guide as of another day: those who read the studio."""


def preview(actor: Actor, key: str, on: date) -> Blueprint:
    """What a one-thing comes to on a day, from the versions in force then; nobody can apply for it.

    Raises:
        NotAllowed: the actor does not read the studio.
        NotFound: no version is in force on that day, or it does not compile.
    """
    if not any(actor.has(role) for role in PREVIEWERS):
        raise NotAllowed("preview")
    then = dated(packs(), on)
    definition = then.catalogue.onethings.get(key)
    if definition is None:
        raise NotFound(key)
    found = compile_onething(definition, then.catalogue, then.coverage).blueprint
    if found is None:
        raise NotFound(key)
    return found


def item(key: str) -> Item:
    """A single item of the catalogue.

    Raises:
        NotFound: there is none with this key.
    """
    found = packs().catalogue.items.get(key)
    if found is None:
        raise NotFound(key)
    return found


def for_anyone(of: Blueprint) -> PersonalList:
    """What is asked of people about whom nothing is known yet; what depends on an answer stays open (None)."""
    return narrow(of, {}, Known(), timezone.localdate(), assume_coverage=True)


def questions_of(of: Blueprint, on: date | None = None) -> tuple[Question, ...]:
    """What people ask most: of the one-thing itself, then of its items; as of a day where it is a preview."""
    return guide_questions(of, (packs() if on is None else dated(packs(), on)).catalogue)


def family_of(of: Blueprint) -> Family | None:
    """The family that a one-thing is a scene of, as it is in force."""
    return packs().catalogue.families.get(of.family)


def summary_of(of: Blueprint, english: bool = False) -> str:
    """What the one-thing gives, in a sentence; in English where the pack has it."""
    definition = packs().catalogue.onethings.get(of.key)
    return (definition.summary_en if english and definition else "") or of.summary


def holding(item_key: str) -> tuple[Blueprint, ...]:
    """The one-things an item is part of."""
    return tuple(
        one for one in current_blueprints().values() if item_key in {member.key for member in one.items}
    )


def named_items(keys: tuple[str, ...]) -> tuple[Item, ...]:
    """The items of these keys that the catalogue has, in the order given."""
    items = packs().catalogue.items
    return tuple(items[key] for key in keys if key in items)


def document_names() -> dict[str, str]:
    """The name of every kind of paper by key."""
    return {key: kind.name for key, kind in packs().catalogue.documents.items()}
