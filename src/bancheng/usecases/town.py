"""The town that is served: its packs, loaded once per process, and the blueprints published from them."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bancheng.connect.packs import LIBRARY_KINDS, Addition, Loaded, dated, load_packs, packs_root, stamp
from bancheng.core.catalogue import Body, Item
from bancheng.core.compiler import Blueprint, Compiled, compile_onething
from bancheng.core.kernel import Problem, ProblemsFound, Severity, canonical, decode, digest
from bancheng.store.models import BlueprintVersion, ItemVersion, LibraryEntry, LibraryMark, PlannedVersion
from bancheng.usecases.each import each

LOOK_EVERY = 1.0
"""Seconds for which a process trusts what it knows of the library before it asks again."""


def library_mark() -> str:
    """Changes with every publication in the library; empty until the first. One query by primary key."""
    return LibraryMark.objects.filter(pk="published").values_list("mark", flat=True).first() or ""


def additions() -> tuple[Addition, ...]:
    """The published records of the city's own library, in the order in which they were written."""
    published = LibraryEntry.objects.filter(state=LibraryEntry.PUBLISHED, kind__in=LIBRARY_KINDS)
    rows = published.exclude(content="").order_by("pk")
    return tuple(
        Addition(kind=kind, key=key, content=text)
        for kind, key, text in rows.values_list("kind", "key", "content")
    )


def load(library: Iterable[Addition]) -> Loaded:
    """The packs of this deployment with these library records: the national ones, the specimen town in demo mode, and
    `BANCHENG_PACKS`.

    Every file is read anew when one was written since; else what was read last is the same to the letter. So a
    proposal is read once, however often it is looked at before it is approved.
    """
    root = packs_root()
    names = ("national", "specimen") if settings.BANCHENG_DEMO else ("national",)
    extra: tuple[Path, ...] = settings.BANCHENG_PACKS
    folders = (*(root / name for name in names), *extra)
    return _loaded(folders, stamp(folders), tuple(library), timezone.localdate())


@lru_cache(maxsize=4)
def _loaded(
    folders: tuple[Path, ...],
    _stamp: tuple[tuple[str, int, int], ...],
    library: tuple[Addition, ...],
    on: date,
) -> Loaded:
    return load_packs(folders, library, on)


class _Packs:
    """What this process holds of packs and library.

    It asks once in `LOOK_EVERY` seconds whether anybody published. While one thread reads anew, the others go on with
    what they have.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[str, Loaded] | None = None
        self._looked = float("-inf")

    def __call__(self) -> Loaded:
        """Packs and published library entries, as one catalogue."""
        held = self._held
        if held is not None and monotonic() - self._looked < LOOK_EVERY:
            return held[1]
        if not self._lock.acquire(blocking=held is None):
            # Another thread is reading anew.
            return held[1] if held is not None else self()
        try:
            return self._look()
        finally:
            self._lock.release()

    @property
    def mark(self) -> str:
        """What changes with every publication in the library that this process knows of."""
        self()
        return self._held[0] if self._held is not None else ""

    def refresh(self) -> None:
        """Somebody just published here: whoever asks next sees it."""
        with self._lock:
            if self._held is not None:
                self._look()

    def cache_clear(self) -> None:
        """Forget everything; files that were written since are read anew, too."""
        self._held, self._looked = None, float("-inf")

    def _look(self) -> Loaded:
        mark = library_mark()
        self._looked = monotonic()
        held = self._held
        if held is None or held[0] != mark:
            # Read after the mark: at worst newer than the mark says, and then read once more at the next look.
            held = self._held = (mark, load(additions() if mark else ()))
        today = timezone.localdate()
        if held[1].loaded_for != today:
            # Past midnight: what holds from today on holds from now on, in every process by itself.
            held = self._held = (mark, dated(held[1], today))
        return held[1]


packs = _Packs()
"""The one way to ask for the catalogue: packs and the published library. Every process notices a publication."""


@dataclass(frozen=True)
class Published:
    """What `publish` did: digests by key of what is now current, and the problems met on the way."""

    current: Mapping[str, str]
    changed: tuple[str, ...]
    problems: tuple[Problem, ...]


def compile_all(loaded: Loaded | None = None, only: Collection[str] | None = None) -> dict[str, Compiled]:
    """Every one-thing of the packs (or of `loaded`), compiled; `only` those with these keys."""
    source = loaded or packs()
    return {
        key: compile_onething(definition, source.catalogue, source.coverage)
        for key, definition in source.catalogue.onethings.items()
        if only is None or key in only
    }


def publish(now: datetime) -> Published:
    """Compile all one-things and make them current; keep every item version they were made of. Idempotent.

    Raises:
        ProblemsFound: a pack has errors. Nothing is published then.
    """
    errors = tuple(problem for problem in packs().problems if problem.severity is Severity.ERROR)
    if errors:
        raise ProblemsFound(errors)
    return make_current(packs(), compile_all(), now)


def make_current(loaded: Loaded, compiled: Mapping[str, Compiled], now: datetime) -> Published:
    """People apply for these from now on; what was current under the same keys stays for those who pin it.

    `compiled` may be a part of what `loaded` defines: the rest stays as it is.
    """
    problems = tuple(problem for one in compiled.values() for problem in one.problems)
    blueprints = [one.blueprint for one in compiled.values() if one.blueprint is not None]
    with transaction.atomic():
        _keep_items(loaded.catalogue.items.values(), now)
        # A one-thing that was taken out of the packs is no longer offered; running cases keep what they pin.
        offered = BlueprintVersion.objects.filter(current=True)
        offered.exclude(key__in=loaded.catalogue.onethings).update(current=False)
        changed = tuple(blueprint.key for blueprint in blueprints if _make_current(blueprint, now))
        _plan(loaded, tuple(compiled), now)
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
    row = _kept(blueprint, now)
    if row.current:
        return False
    BlueprintVersion.objects.filter(key=blueprint.key, current=True).update(current=False)
    BlueprintVersion.objects.filter(pk=row.pk).update(current=True)
    return True


def keep(blueprint: Blueprint, now: datetime) -> None:
    """Keep a blueprint that drafts and cases may pin without its being what people apply for."""
    _kept(blueprint, now)


def _kept(blueprint: Blueprint, now: datetime) -> BlueprintVersion:
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
    return row


def _plan(loaded: Loaded, keys: Collection[str], now: datetime) -> None:
    """Keep what these one-things come to on every later day on which something in them begins or ceases to hold."""
    PlannedVersion.objects.filter(key__in=keys).delete()
    before = loaded
    for day in (day for day in loaded.standards.turning_days() if day > loaded.loaded_for):
        later = dated(loaded, day)
        begun = later.catalogue.onethings.keys() - loaded.catalogue.onethings.keys()
        for key in (key for key in {*keys, *begun} if _differs(key, before, later)):
            found = later.catalogue.onethings.get(key)
            blueprint = found and compile_onething(found, later.catalogue, later.coverage).blueprint
            if blueprint is not None or found is None:
                mark = _kept(blueprint, now).digest if blueprint else ""
                PlannedVersion.objects.update_or_create(key=key, on_day=day, defaults={"digest": mark})
        older = before.catalogue.items
        _keep_items([one for key, one in later.catalogue.items.items() if one is not older.get(key)], now)
        before = later


def _differs(key: str, before: Loaded, later: Loaded) -> bool:
    one, other = before.catalogue.onethings.get(key), later.catalogue.onethings.get(key)
    if one is None or other is None or one != other:
        return one is not other
    items = {member.item for member in other.members}
    return any(before.catalogue.items.get(item) != later.catalogue.items.get(item) for item in items)


def turn_versions(today: date) -> int:
    """Make current what was published for a day up to `today`; how many one-things changed. Running cases keep theirs.

    Any number of processes may do it at once: whoever removes the plan is the one who carries it out.
    """
    due = PlannedVersion.objects.filter(on_day__lte=today).order_by("on_day", "pk")
    return each(
        "versions.plan", due, transaction.atomic(_turn), timezone.now(), wanted=due, about=lambda one: one.key
    )


def _turn(plan: PlannedVersion) -> int:
    if not PlannedVersion.objects.filter(pk=plan.pk).delete()[0]:
        return 0
    BlueprintVersion.objects.filter(key=plan.key, current=True).update(current=False)
    BlueprintVersion.objects.filter(pk=plan.digest).update(current=True)
    return 1


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
