"""一类事 for people: a few questions lead to the one scene that is theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bancheng.core.catalogue import ElementKind, Family, Option, Situation, fitting, next_choice, scene_key
from bancheng.core.compiler import Blueprint
from bancheng.core.kernel import search_key
from bancheng.usecases.access import NotFound
from bancheng.usecases.town import current_blueprints, packs

YES_NO = (Option(value="true", label="是", label_en="Yes"), Option(value="false", label="否", label_en="No"))


@dataclass(frozen=True)
class Told:
    """A question of the choice with its answer in words."""

    question: Situation
    value: str
    words: str
    words_en: str


@dataclass(frozen=True)
class FamilyView:
    """A family, what was answered, what to ask next, and the scenes that are left."""

    family: Family
    told: tuple[Told, ...]
    question: Situation | None
    options: tuple[Option, ...]
    scenes: tuple[Blueprint, ...]


def family_view(key: str, given: Mapping[str, str]) -> FamilyView:
    """How far the choice is; answers that no option offers are passed over.

    Raises:
        NotFound: there is no such family.
    """
    family = packs().catalogue.families.get(key)
    if family is None:
        raise NotFound(key)
    told = tuple(
        one for question in family.choice if (one := _told(question, given.get(question.element, "")))
    )
    answers = {one.question.element: one.value for one in told}
    current = current_blueprints()
    keys = (scene_key(family.key, scene.key) for scene in fitting(family, answers))
    scenes = tuple(current[one] for one in keys if one in current)
    question = next_choice(family, answers) if len(scenes) > 1 else None
    return FamilyView(family, told, question, _options(question) if question else (), scenes)


@dataclass(frozen=True)
class FamilyFound:
    """A family that a search leads to, with those of its scenes that were found by name."""

    family: Family
    scenes: tuple[Blueprint, ...]


def grouped(text: str, found: Sequence[Blueprint]) -> tuple[tuple[FamilyFound, ...], tuple[Blueprint, ...]]:
    """What a search found, with scenes under their family; the rest beside it.

    A family is there when its own name, alias or summary holds every word of `text`, or two of its scenes were
    found: of near-equal scenes people choose by its few questions. One scene found by itself is what was looked for.
    """
    words = [word for one in text.split() if (word := search_key(one))]
    under: dict[str, list[Blueprint]] = {}
    for blueprint in found:
        if blueprint.family:
            under.setdefault(blueprint.family, []).append(blueprint)
    families = tuple(
        FamilyFound(family, tuple(under.get(family.key, ())))
        for family in packs().catalogue.families.values()
        if len(under.get(family.key, ())) > 1 or _holds(family, words)
    )
    shown = {one.family.key for one in families}
    return families, tuple(one for one in found if one.family not in shown)


def _holds(family: Family, words: Sequence[str]) -> bool:
    names = (family.name, family.name_en, *family.aliases, family.summary)
    keyed = " ".join(search_key(name) for name in names)
    return bool(words) and all(word in keyed for word in words)


def _told(question: Situation, value: str) -> Told | None:
    chosen = next((one for one in _options(question) if one.value == value), None)
    return Told(question, value, chosen.label, chosen.label_en or chosen.label) if chosen else None


def _options(question: Situation) -> tuple[Option, ...]:
    catalogue = packs().catalogue
    element = catalogue.elements[question.element]
    if question.options:
        return question.options
    if element.kind is ElementKind.BOOLEAN:
        return YES_NO
    codes = catalogue.codes[element.codes].codes if element.codes in catalogue.codes else ()
    return tuple(Option(value=one.value, label=one.name, label_en=one.name_en) for one in codes)
