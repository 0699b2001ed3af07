"""A change on the composing page of a one-thing of 20 items and 600 fields: effect, problems with mends, three persons,
as the server makes them for each stroke of a key; beside the floor of compiling the same definition alone.

Run: python benchmarks/bench_studio.py. Bar: 200 ms of processor time a change on 20 items; `*_wall_ms`, by the clock on
the wall, is only reported. Besides, of the same bundle: which single cut helps most, and a rehearsal of 40 days.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from bench_compile import bundle

TARGET_MS = 200
CHANGES = 30


def measured(changes: int) -> dict[str, Any]:
    """Milliseconds of a change: all of it, and compiling alone. Django must be set up."""
    from bancheng.core.compiler import compile_onething
    from bancheng.core.compiler.effects import Scenario, Setting, rank, rehearse, staff_of
    from bancheng.usecases import composing, town

    definition, catalogue, coverage = bundle()
    loaded = msgspec.structs.replace(town.load(()), catalogue=catalogue, coverage=coverage, problems=())
    # The bundle of this benchmark in the place of the town's packs.
    town.packs._held, town.packs._looked = ("", loaded), float("inf")  # noqa: SLF001 - reason: as above
    seen = ""
    live: list[tuple[float, float]] = []
    floor: list[tuple[float, float]] = []
    for number in range(changes + 1):
        typed = msgspec.structs.replace(
            definition, name=f"改名{number}", members=_changed(definition, number)
        )
        composed = composing.Composition(typed, number, None)

        live.append(_took(partial(_change, composed, seen)))
        seen = composing.mark_of(typed)
        other = msgspec.structs.replace(typed, name=f"另改{number}")
        floor.append(_took(partial(compile_onething, other, catalogue, coverage)))
    town.packs.cache_clear()
    processor, wall = zip(*live, strict=True)
    ranked = _took(partial(rank, Setting(definition=definition, catalogue=catalogue, coverage=coverage)))
    blueprint = compile_onething(definition, catalogue, coverage).blueprint
    if blueprint is None:
        raise SystemExit("the bundle does not compile")
    played = _took(partial(rehearse, blueprint, Scenario(staff=staff_of(blueprint))))
    return {
        "items": len(definition.members),
        "fields": len(catalogue.elements),
        "first_ms": round(processor[0], 1),
        "change_ms": round(statistics.median(processor[1:]), 1),
        "worst_ms": round(max(processor[1:]), 1),
        "change_wall_ms": round(statistics.median(wall[1:]), 1),
        "compile_ms": round(statistics.median(one for one, _ in floor[1:]), 1),
        "ranking_ms": round(ranked[0]),
        "rehearsal_ms": round(played[0]),
    }


def _change(composed: Any, seen: str) -> None:
    """All that a change asks of the server, but the template."""
    from bancheng.usecases import composing
    from bancheng.web.studio import compose_parts

    shown = composing.effect(composed.definition, typing=True)
    compose_parts.slots(composed, shown)
    compose_parts.effect(composed, shown, seen)


def _changed(definition: Any, number: int) -> Any:
    """The members with another condition on one of them each time, as when a condition is typed."""
    at = number % len(definition.members)
    when = f"question_{number % 8}" if number % 2 else f"not(question_{number % 8})"
    member = msgspec.structs.replace(definition.members[at], when=when)
    return (*definition.members[:at], member, *definition.members[at + 1 :])


def _took(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of the processor and on the wall."""
    begun, start = time.perf_counter(), time.process_time()
    work()
    return (time.process_time() - start) * 1000, (time.perf_counter() - begun) * 1000


def main() -> int:
    """Print the figures as JSON; 1 when a change takes longer than the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=CHANGES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"BANCHENG_HOME": home, "DJANGO_SETTINGS_MODULE": "bancheng.site.settings"}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        found = measured(options.changes)
    print(json.dumps({**found, "target_ms": TARGET_MS}, ensure_ascii=False))
    return 0 if found["change_ms"] <= TARGET_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
