"""Titled pairs: a small bundle and what must come of it (golden/*.yaml, readable by officials)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from tests.core.compiler.making import world

from bancheng.core.compiler import Blueprint, Disposition, PersonalList, Plan, narrow
from bancheng.core.evidence import Known, KnownDocument, KnownValue
from bancheng.core.kernel import Problem, Severity

TODAY = date(2026, 11, 22)
CASES = [
    (file.stem, case)
    for file in sorted((Path(__file__).parent / "golden").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{file}: {case['title']}") for file, case in CASES])
def test_a_bundle_comes_to_what_its_title_says(case: dict[str, Any]) -> None:
    compiled = world(case).compiled()
    errors = [one for one in compiled.problems if one.severity is Severity.ERROR]
    warnings = [one for one in compiled.problems if one.severity is Severity.WARNING]
    _problems(case.get("problems", ()), errors)
    if "warnings" in case:
        _problems(case["warnings"], warnings)
    if "problems" in case:
        assert compiled.blueprint is None
        return
    assert compiled.blueprint is not None
    _within(case.get("expect", {}), _whole(compiled.blueprint))
    if "person" in case:
        told = case["person"]
        given = {"answers", "wanted", "known", "documents", "down", "assume_coverage"}
        _within(
            {key: told[key] for key in told if key not in given}, _person(_narrowed(compiled.blueprint, told))
        )


def _problems(expected: Iterable[dict[str, Any]], found: list[Problem]) -> None:
    assert sorted((one["code"], one["path"]) for one in expected) == sorted(
        (one.code, one.place.path) for one in found
    ), [one.render() for one in found]
    for one in expected:
        match = next(
            problem for problem in found if (problem.code, problem.place.path) == (one["code"], one["path"])
        )
        for text in one.get("says", ()):
            assert text in match.render()
        assert match.severity is Severity.WARNING or match.suggestion, "an official must know what to do"


def _narrowed(blueprint: Blueprint, told: dict[str, Any]) -> PersonalList:
    known = Known(
        values={
            key: KnownValue(element=key, value=value, source="register", source_name="登记库", as_of=TODAY)
            for key, value in told.get("known", {}).items()
        },
        documents={
            key: KnownDocument(
                document=key, identifier="1", source="library", source_name="证照库", as_of=TODAY
            )
            for key in told.get("documents", ())
        },
        down=tuple(told.get("down", ())),
    )
    assume = told.get("assume_coverage", False)
    return narrow(
        blueprint, told.get("answers", {}), known, TODAY, told.get("wanted", ()), assume_coverage=assume
    )


def _edges(plan: Plan) -> list[str]:
    return sorted(f"{edge.before} -> {edge.after}" for edge in plan.edges)


def _whole(blueprint: Blueprint) -> dict[str, Any]:
    return {
        "fields": {one.element: _bare(one) for one in blueprint.fields},
        "questions": {one.element: _bare(one) for one in blueprint.questions},
        "order": [one.element for one in blueprint.questions],
        "materials": {one.document: _bare(one) for one in blueprint.materials},
        "steps": {one.key: _bare(one) for one in blueprint.plan.steps},
        "edges": _edges(blueprint.plan),
        "requires": {one.key: list(one.requires) for one in blueprint.items},
        "days": str(blueprint.clock.critical_days),
        "promised": str(blueprint.clock.promised.amount),
        "statutory": str(blueprint.clock.statutory),
        "critical": list(blueprint.clock.critical),
        "savings": {
            line.measure.value: [str(line.before), str(line.after)] for line in blueprint.savings.lines
        },
        "excluded": [
            item.key for item in blueprint.items if any(item.name in t for t in blueprint.savings.excluded)
        ],
        "base": blueprint.savings.base,
    }


def _person(person: PersonalList) -> dict[str, Any]:
    def papers(disposition: Disposition) -> list[str]:
        return [one.material.document for one in person.materials if one.material.disposition is disposition]

    return {
        "eligibility": person.eligibility.value,
        "refusals": [one.reason for one in person.refusals],
        "fallback": list(person.fallback),
        "gate_open": list(person.gate_open),
        "unmet": [one.reason for one in person.unmet],
        "questions": [one.element for one in person.questions],
        "items": [one.key for one in person.items],
        "open": [one.key for one in person.open_items],
        "offered": [one.key for one in person.offered],
        "fields": [one.field.element for one in person.fields],
        "asked": [one.material.document for one in person.materials if one.asked],
        "waived": papers(Disposition.WAIVED),
        "produced": papers(Disposition.PRODUCED),
        "formed": papers(Disposition.FORM),
        "reasons": {one.material.document: one.reason for one in person.materials},
        "steps": {one.key: _bare(one) for one in person.plan.steps},
        "edges": _edges(person.plan),
        "days": str(person.clock.critical_days),
        "promised": str(person.clock.promised.amount),
        "fees": {one.name: str(one.amount) for one in person.fees},
    }


def _bare(record: msgspec.Struct) -> dict[str, Any]:
    """All attributes as plain values, defaults too."""
    return {name: msgspec.to_builtins(getattr(record, name)) for name in record.__struct_fields__}


def _within(expected: Any, found: Any, path: str = "") -> None:
    """Everything expected is there; reasons may be part of a sentence; an empty mapping or list means none at all."""
    if isinstance(expected, dict):
        assert expected or not found or not path, path
        for key, value in expected.items():
            assert key in found, f"{path}/{key} is missing among {sorted(found)}"
            _within(value, found[key], f"{path}/{key}")
    elif path.startswith("/reasons/"):
        assert expected in found, path
    elif path == "/edges":
        assert sorted(expected) == found, path
    else:
        assert expected == (list(found) if isinstance(found, tuple) else found), path
