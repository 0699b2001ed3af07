"""Rich bundles compared with their whole blueprint, and every problem of every golden case in full words.

What is stored is read by people before it is committed. When the compiler is meant to give something else:

    python -m tests.core.compiler.test_whole        writes golden/whole/*.json and golden/told.txt anew
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from difflib import unified_diff
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from tests.core.compiler.making import world
from tests.core.compiler.test_golden import CASES

from bancheng.core.catalogue import Profile
from bancheng.core.compiler import Blueprint, Compiled, narrow, savings_for
from bancheng.core.evidence import Known

GOLDEN = Path(__file__).parent / "golden"
WHOLE = sorted((GOLDEN / "whole").glob("*.yaml"))
TOLD = GOLDEN / "told.txt"
WIDTH = 110


@pytest.mark.parametrize("bundle", [pytest.param(file, id=file.stem) for file in WHOLE])
def test_a_rich_bundle_comes_to_the_blueprint_stored_beside_it(bundle: Path) -> None:
    _same(_stored(bundle).read_text(encoding="utf-8"), _blueprint(bundle))


def test_every_problem_is_told_in_the_stored_words() -> None:
    _same(TOLD.read_text(encoding="utf-8"), _told())


def _stored(bundle: Path) -> Path:
    return bundle.with_suffix(".json")


def _compiled(raw: dict[str, Any]) -> Compiled:
    return world(raw).compiled()


def _blueprint(bundle: Path) -> str:
    """All of it but the digests; they address the content and would hide what has changed in it."""
    compiled = _compiled(yaml.safe_load(bundle.read_text(encoding="utf-8")))
    assert compiled.blueprint is not None, [one.render() for one in compiled.problems]
    whole = msgspec.to_builtins(compiled.blueprint)
    for one in (whole, *whole["items"]):
        del one["digest"]
    people = {profile.key: _person(compiled.blueprint, profile) for profile in compiled.blueprint.profiles}
    problems = [one.render() for one in compiled.problems]
    return pretty({"blueprint": whole, "people": people, "problems": problems}) + "\n"


def _person(blueprint: Blueprint, profile: Profile) -> dict[str, Any]:
    """How long it takes a sample person, and what it saves."""
    person = narrow(blueprint, profile.answers, Known(), date(2026, 11, 22))
    savings = savings_for(blueprint, profile)
    for line in (told := msgspec.to_builtins(savings))["lines"]:
        del line["formula"]
    return {"clock": msgspec.to_builtins(person.clock), "savings": told}


def _told() -> str:
    cases = [*CASES, *(("whole", _whole_case(file)) for file in WHOLE)]
    return "\n".join(_paragraph(file, case) for file, case in cases if _problems(case))


def _whole_case(bundle: Path) -> dict[str, Any]:
    return {"title": bundle.stem, **yaml.safe_load(bundle.read_text(encoding="utf-8"))}


def _problems(case: dict[str, Any]) -> list[str]:
    return [
        f"  [{one.severity}] {one.code} {one.place.path}\n    {one.message}\n    → {one.suggestion}\n"
        for one in _compiled(case).problems
    ]


def _paragraph(file: str, case: dict[str, Any]) -> str:
    return f"{file}: {case['title']}\n{''.join(_problems(case))}"


def pretty(value: Any, indent: str = "") -> str:
    """JSON with whatever fits on a line on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= WIDTH or not isinstance(value, dict | list | tuple):
        return flat
    deeper = indent + "  "
    lines = (
        [f"{json.dumps(key, ensure_ascii=False)}: {pretty(one, deeper)}" for key, one in value.items()]
        if isinstance(value, dict)
        else [pretty(one, deeper) for one in value]
    )
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}\n" + ",\n".join(deeper + line for line in lines) + f"\n{indent}{end}"


def _same(stored: str, found: str) -> None:
    if stored != found:
        pytest.fail("\n".join(_changes(stored, found)), pytrace=False)


def _changes(stored: str, found: str) -> Iterator[str]:
    yield from unified_diff(stored.splitlines(), found.splitlines(), "stored", "found", lineterm="", n=2)


def _write() -> None:
    for bundle in WHOLE:
        _stored(bundle).write_text(_blueprint(bundle), encoding="utf-8")
    TOLD.write_text(_told(), encoding="utf-8")


if __name__ == "__main__":
    _write()
