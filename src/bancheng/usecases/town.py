"""The town that is served: its packs, loaded once per process, and the blueprints published from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction

from bancheng.connect.packs import Loaded, load_packs, packs_root
from bancheng.core.catalogue import Body, Item
from bancheng.core.compiler import Blueprint, Compiled, compile_onething
from bancheng.core.kernel import Problem, ProblemsFound, Severity, canonical, decode, digest
from bancheng.store.models import BlueprintVersion, ItemVersion


@cache
def packs() -> Loaded:
    """The packs of this deployment: the national ones, the specimen town in demo mode, and `BANCHENG_PACKS`."""
    root = packs_root()
    names = ("national", "specimen") if settings.BANCHENG_DEMO else ("national",)
    extra: tuple[Path, ...] = settings.BANCHENG_PACKS
    return load_packs((*(root / name for name in names), *extra))


@dataclass(frozen=True)
class Published:
    """What `publish` did: digests by key of what is now current, and the problems met on the way."""

    current: Mapping[str, str]
    changed: tuple[str, ...]
    problems: tuple[Problem, ...]


def compile_all() -> dict[str, Compiled]:
    """Every one-thing of the packs, compiled."""
    loaded = packs()
    return {
        key: compile_onething(definition, loaded.catalogue, loaded.coverage)
        for key, definition in loaded.catalogue.onethings.items()
    }


def publish(now: datetime) -> Published:
    """Compile all one-things and make them current; keep every item version they were made of. Idempotent.

    Raises:
        ProblemsFound: a pack has errors. Nothing is published then.
    """
    errors = tuple(problem for problem in packs().problems if problem.severity is Severity.ERROR)
    if errors:
        raise ProblemsFound(errors)
    compiled = compile_all()
    problems = tuple(problem for one in compiled.values() for problem in one.problems)
    blueprints = [one.blueprint for one in compiled.values() if one.blueprint is not None]
    with transaction.atomic():
        _keep_items(packs().catalogue.items.values(), now)
        # A one-thing that was taken out of the packs is no longer offered; running cases keep what they pin.
        BlueprintVersion.objects.filter(current=True).exclude(key__in=compiled).update(current=False)
        changed = tuple(blueprint.key for blueprint in blueprints if _make_current(blueprint, now))
    return Published({one.key: one.digest for one in blueprints}, changed, problems)


def _keep_items(items: Iterable[Item], now: datetime) -> None:
    held = set(ItemVersion.objects.values_list("key", "digest"))
    rows = [
        ItemVersion(
            key=item.key,
            digest=mark,
            version=item.version,
            name=item.name,
            body=item.body,
            content=canonical(item).decode(),
            loaded_at=now,
        )
        for item in items
        if (item.key, (mark := digest(item))) not in held
    ]
    ItemVersion.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _make_current(blueprint: Blueprint, now: datetime) -> bool:
    row, _ = BlueprintVersion.objects.get_or_create(
        digest=blueprint.digest,
        defaults={
            "key": blueprint.key,
            "version": blueprint.version,
            "name": blueprint.name,
            "content": canonical(blueprint).decode(),
            "published_at": now,
        },
    )
    if row.current:
        return False
    BlueprintVersion.objects.filter(key=blueprint.key, current=True).update(current=False)
    BlueprintVersion.objects.filter(pk=row.pk).update(current=True)
    return True


@lru_cache(maxsize=512)
def blueprint(digest: str) -> Blueprint:
    """The blueprint with this digest, for ever the same.

    Raises:
        BlueprintVersion.DoesNotExist: it was never published here.
    """
    return decode(BlueprintVersion.objects.get(pk=digest).content, Blueprint)


def current_blueprints() -> dict[str, Blueprint]:
    """The blueprints people can apply for now, by key: one query, decoding is remembered."""
    digests = BlueprintVersion.objects.filter(current=True).order_by("key").values_list("key", "digest")
    return {key: blueprint(digest) for key, digest in digests}


def current_blueprint(key: str) -> Blueprint | None:
    """The blueprint people can apply for now, or None."""
    found = BlueprintVersion.objects.filter(key=key, current=True).values_list("digest", flat=True).first()
    return blueprint(found) if found else None


def body(key: str) -> Body:
    """A body of the packs; one that a pack has dropped since keeps its key as name."""
    return packs().catalogue.bodies.get(key) or Body(key=key, name=key)


def receiving_body() -> str:
    """The key of the integrated window that takes in what is sent online, or empty when the town has none."""
    return next((key for key, one in packs().catalogue.bodies.items() if one.receives), "")


def body_name(key: str) -> str:
    """The short name of a body as people say it."""
    found = body(key)
    return found.short or found.name
