"""一类事 unfolded: every scene of a family becomes a one-thing, and each part of it knows where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from bancheng.core.catalogue._item import Situation
from bancheng.core.catalogue._onething import Catalogue, Family, OneThingDefinition, Order, Scene

_JOINED = ("situations", "gate", "orders", "faq")
"Lists of a scene in which its own entries come before the shared ones."
_OWN = frozenset(("name", "name_en", "aliases", "summary", "summary_en", "promised", "profiles", "fixed"))
"Attributes that a scene writes itself."


def scene_key(family: str, scene: str) -> str:
    """The key of the one-thing that a scene becomes."""
    return f"{family}_{scene}"


def with_scenes(catalogue: Catalogue) -> Catalogue:
    """The catalogue with every scene of its families among the one-things; a one-thing written by itself wins."""
    if not catalogue.families:
        return catalogue
    scenes = {key: one for family in catalogue.families.values() for key, one in _unfolded(family)}
    return msgspec.structs.replace(catalogue, onethings={**scenes, **catalogue.onethings})


def _unfolded(family: Family) -> Iterator[tuple[str, OneThingDefinition]]:
    for scene in family.scenes:
        yield scene_key(family.key, scene.key), _onething(family, scene)


def _onething(family: Family, scene: Scene) -> OneThingDefinition:
    joined: dict[str, Any] = {
        name: (*getattr(scene, name), *(getattr(family, name)[index] for index in _kept(family, scene, name)))
        for name in ("members", *_JOINED)
    }
    return OneThingDefinition(
        key=scene_key(family.key, scene.key),
        name=scene.name,
        name_en=scene.name_en,
        aliases=scene.aliases,
        subject=family.subject,
        stage=family.stage,
        lead=family.lead,
        summary=scene.summary or family.summary,
        summary_en=scene.summary_en or family.summary_en,
        partial=family.partial,
        promised=scene.promised,
        profiles=scene.profiles,
        provenance=scene.provenance or family.provenance,
        version=family.version,
        valid_from=family.valid_from,
        family=family.key,
        scene=scene.key,
        fixed=scene.fixed,
        **joined,
    )


def _kept(family: Family, scene: Scene, name: str) -> list[int]:
    """The indices of the shared entries that the scene takes over.

    A shared order between members of which the scene lacks one has no meaning there.
    """
    own = {member.item for member in scene.members}
    if name == "members":
        out = own | set(scene.without)
        return [index for index, one in enumerate(family.members) if one.item not in out]
    if name == "orders":
        here = own | {one.item for one in family.members if one.item not in scene.without}
        return [index for index, one in enumerate(family.orders) if _between(one, here)]
    return list(range(len(getattr(family, name))))


def _between(order: Order, members: Iterable[str]) -> bool:
    return {order.before, order.after} <= set(members)


def written_at(family: Family, path: str) -> str:
    """Where a part of a scene's one-thing was written: ``onethings/road_bus/members/2`` →
    ``families/road/members/1`` or ``families/road/scenes/0/members/2``."""
    _, key, *steps = path.split("/")
    index = next(at for at, one in enumerate(family.scenes) if scene_key(family.key, one.key) == key)
    scene, home, own = family.scenes[index], f"families/{family.key}", f"families/{family.key}/scenes/{index}"
    if not steps:
        return own
    name, *rest = steps
    if name not in ("members", *_JOINED):
        written = name == "fixed" or (name in _OWN and getattr(scene, name, None))
        return "/".join((own if written or not hasattr(family, name) else home, *steps))
    if not rest or not rest[0].isdigit():
        return "/".join((own if getattr(scene, name) else home, *steps))
    at, listed = int(rest[0]), len(getattr(scene, name))
    if at < listed:
        return "/".join((own, *steps))
    kept = _kept(family, scene, name)
    there = kept[at - listed] if at - listed < len(kept) else 0
    return "/".join((home, name, str(there), *rest[1:]))


def fitting(family: Family, answers: Mapping[str, str]) -> tuple[Scene, ...]:
    """The scenes that no answer rules out; an answer to what a scene leaves open rules out nothing."""
    return tuple(
        scene
        for scene in family.scenes
        if all(_told(scene, element) in (None, answer) for element, answer in answers.items())
    )


def next_choice(family: Family, answers: Mapping[str, str]) -> Situation | None:
    """The question that tells the scenes left best apart: the fewest are left after the worst answer; None when no
    question can tell them apart any more."""
    left = fitting(family, answers)
    best: tuple[int, Situation] | None = None
    for question in family.choice:
        told = [_told(scene, question.element) for scene in left]
        values = set(told) - {None}
        if question.element in answers or len(values) + (None in told) < 2:
            continue
        worst = told.count(None) + max(told.count(value) for value in values)
        if best is None or worst < best[0]:
            best = (worst, question)
    return best[1] if best else None


def _told(scene: Scene, element: str) -> str | None:
    value = scene.fixed.get(element)
    return str(value).lower() if isinstance(value, bool) else value
