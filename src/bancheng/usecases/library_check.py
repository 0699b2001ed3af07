"""What a publication would come to: the catalogue with some entries of the library in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils import timezone

from bancheng.connect.packs import Addition, Loaded
from bancheng.core.compiler import Compiled
from bancheng.core.kernel import Place, Problem, ProblemsFound, Severity
from bancheng.store.models import ImportRun, LibraryEntry
from bancheng.usecases import town
from bancheng.usecases.effects import expectation_problems
from bancheng.usecases.proofs import new_faults
from bancheng.usecases.town import packs


def prepared(rows: Sequence[LibraryEntry]) -> tuple[Loaded, dict[str, Compiled]]:
    """The catalogue as it would be with these entries in force, and the one-things they take part in, compiled.

    Raises:
        ProblemsFound: errors that are not there without them, proven ones with the person, or what no longer compiles.
    """
    named = {(row.kind, row.key) for row in rows}
    kept = (one for one in town.additions() if (one.kind, one.key) not in named)
    new = (Addition(kind=row.kind, key=row.key, content=row.content) for row in rows if row.content)
    loaded = town.load((*kept, *new))
    found = _looked_at(_Same(loaded), _Same(packs()), _touched(rows, loaded), timezone.localdate())
    if found.errors:
        raise ProblemsFound(found.errors)
    return loaded, found.compiled


class _Same:
    """A catalogue as a key: it is as it was as long as it is the same one."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.loaded is self.loaded

    def __hash__(self) -> int:
        return id(self.loaded)


@dataclass(frozen=True)
class _Found:
    compiled: dict[str, Compiled]
    errors: tuple[Problem, ...]


@lru_cache(maxsize=4)
def _looked_at(after: _Same, before: _Same, touched: frozenset[str] | None, today: date) -> _Found:
    """Whoever proposes, looks, looks again and approves asks for the same."""
    loaded = after.loaded
    known = {_what(problem) for problem in before.loaded.problems}
    errors = [one for one in loaded.problems if one.severity is Severity.ERROR and _what(one) not in known]
    compiled = town.compile_all(loaded, touched)
    for one in compiled.values():
        if one.blueprint is None:
            errors += [loaded.positions.placed(problem) for problem in one.problems]
    errors = errors or new_faults(loaded, compiled, today)
    return _Found(compiled, tuple(dict.fromkeys(errors)))


def remarks(rows: Sequence[LibraryEntry]) -> tuple[Problem, ...]:
    """What does not stand in the way of these entries, but whoever decides must have seen: expectations of their
    one-things that a rehearsal with the town's own people does not reach.

    Raises:
        ProblemsFound: as `prepared`.
    """
    loaded, compiled = prepared(rows)
    if not any(row.kind in {"onething", "item"} for row in rows):
        return ()
    blueprints = [one.blueprint for one in compiled.values() if one.blueprint is not None]
    return expectation_problems(blueprints, timezone.localdate(), loaded)


def without_words(rows: Sequence[LibraryEntry], problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems, those that only come from words proposed but not yet approved said as one.

    Its place is the import run that brought most of these words in, as ``imports/<run>``, or nothing.
    """
    words = tuple(
        LibraryEntry.objects.filter(state=LibraryEntry.PROPOSED)
        .exclude(kind__in=("item", "onething"))
        .exclude(pk__in=[row.pk for row in rows])
    )
    if not words:
        return tuple(problems)
    try:
        prepared((*rows, *words))
        still = set()
    except ProblemsFound as found:
        still = {_what(problem) for problem in found.problems}
    rest = tuple(problem for problem in problems if _what(problem) in still)
    return rest if len(rest) == len(problems) else (_words_wait(words), *rest)


def _words_wait(words: Sequence[LibraryEntry]) -> Problem:
    waiting = {row.pk for row in words}
    taken = ImportRun.objects.filter(state=ImportRun.TAKEN).values_list("pk", "entries")
    held = {run: len(waiting.intersection(entries)) for run, entries in taken}
    run = max(held, key=lambda one: held[one], default=None)
    known = run is not None and held[run] > 0
    return Problem(
        "words-wait",
        f"有 {len(words)} 个新词还等着批准。",
        Place(path=f"imports/{run}" if known else ""),
        "请先让另一位事项管理员批准前一次导入，再提交这一次。"
        if known
        else "请先让另一位事项管理员批准这些词。",
        Severity.WARNING,
    )


def _touched(rows: Sequence[LibraryEntry], loaded: Loaded) -> frozenset[str] | None:
    """Keys of the one-things these entries may change; None when that may be any."""
    if any(row.kind not in {"onething", "item"} for row in rows):
        return None
    items = {row.key.partition("@")[0] for row in rows if row.kind == "item"}
    found = {row.key.partition("@")[0] for row in rows if row.kind == "onething"}
    for one in loaded.catalogue.onethings.values():
        if any(member.item in items for member in one.members):
            found.add(one.key)
    return frozenset(found)


def _what(problem: Problem) -> tuple[str, str, str]:
    return problem.code, problem.place.path, problem.message
