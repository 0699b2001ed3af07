"""A draft follows a new version of its one-thing only when the person has seen what changes and agrees."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bancheng.core.compiler import Blueprint, Changes, diff
from bancheng.usecases.apply import Preparation
from bancheng.usecases.town import current_blueprint


@dataclass(frozen=True)
class Newer:
    """What has changed since the draft was begun, in names people know; `days` before and after where they differ."""

    blueprint: Blueprint
    items: tuple[tuple[str, ...], tuple[str, ...]]
    asked: tuple[tuple[str, ...], tuple[str, ...]]
    materials: tuple[tuple[str, ...], tuple[str, ...]]
    changed: tuple[str, ...]
    days: tuple[Decimal, Decimal] | None


def newer(preparation: Preparation) -> Newer | None:
    """The present version, when it differs in something a person would notice; None when the draft is up to date."""
    old = preparation.blueprint
    if preparation.draft.follows_id is not None:
        # It was made for the one item it adds; there is no other version of that.
        return None
    now = current_blueprint(old.key)
    if now is None or now.digest == old.digest:
        return None
    found = diff(old, now)
    if found.is_empty:
        return None
    names = _names(old) | _names(now)
    return Newer(
        blueprint=now,
        items=_named(found.items, names),
        asked=_both(_named(found.questions, names), _named(found.fields, names)),
        materials=_named(found.materials, names),
        changed=tuple(
            dict.fromkeys(
                names[key] for one in (found.questions, found.fields, found.materials) for key in one.changed
            )
        ),
        days=found.days if found.days[0] != found.days[1] else None,
    )


def follow(preparation: Preparation) -> None:
    """Move the draft to the present version. Answers and files are kept; what is no longer asked is not looked at."""
    now = newer(preparation)
    if now is None:
        return
    draft = preparation.draft
    draft.blueprint_id, draft.known, draft.known_at = now.blueprint.digest, None, None
    draft.save(update_fields=["blueprint", "known", "known_at", "updated_at"])


Pair = tuple[tuple[str, ...], tuple[str, ...]]


def _named(changes: Changes, names: dict[str, str]) -> Pair:
    return tuple(names[key] for key in changes.added), tuple(names[key] for key in changes.removed)


def _both(one: Pair, other: Pair) -> Pair:
    added = tuple(dict.fromkeys((*one[0], *other[0])))
    return added, tuple(dict.fromkeys((*one[1], *other[1])))


def _names(of: Blueprint) -> dict[str, str]:
    return {
        **{one.element: one.text for one in of.questions},
        **{one.element: one.name for one in of.fields},
        **{one.document: one.name for one in of.materials},
        **{one.key: one.name for one in of.items},
    }
