"""One changed answer on a form of 700 questions with 350 conditions: our kept list beside survey-core in node.

Run: python benchmarks/bench_narrow.py. Both get the same form and the same answers one after another, and must show the
same number of questions after each. npm installs survey-core into a temporary folder, by the digests of
peers/package-lock.json; where there is no node, no npm or no registry, ours is measured alone and the report says so.
Bar: under 1 ms an answer.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bancheng.core.catalogue import (
    Body,
    Catalogue,
    Element,
    ElementKind,
    FormField,
    FormGroup,
    Handling,
    Item,
    ItemType,
    Member,
    OneThingDefinition,
    Subject,
)
from bancheng.core.clock import Limit
from bancheng.core.compiler import Blueprint, Narrower, compile_onething
from bancheng.core.evidence import Coverage, Known
from bancheng.core.kernel import Confidence, Provenance

PEERS = Path(__file__).with_name("peers")
QUESTIONS, CHANGES, SEED = 700, 200, 20261122
TARGET_MS = Decimal(1)
FICTITIOUS = Provenance("生成的示例", Confidence.FICTITIOUS)
TODAY = date(2026, 11, 22)


def form(questions: int, seed: int = SEED) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Which question decides whether another one shows (every second one has such), and the answers in order."""
    draw = random.Random(seed)
    hangs_on = {f"q{n}": f"q{draw.randrange(n)}" for n in range(1, questions, 2)}
    deciding = sorted(set(hangs_on.values()))
    return hangs_on, [(draw.choice(deciding), draw.choice("ab")) for _ in range(CHANGES)]


def blueprint(questions: int, hangs_on: dict[str, str]) -> Blueprint:
    """The same form as one item of ours."""
    names = [f"q{n}" for n in range(questions)]
    fields = tuple(
        FormField(element=name, visible=f'{hangs_on[name]} = "a"' if name in hangs_on else "true")
        for name in names
    )
    item = Item(
        key="item",
        name="长表",
        body="body",
        item_type=ItemType.OTHER,
        handling=Handling.PROMISED,
        statutory=None,
        promised=Limit(1),
        provenance=FICTITIOUS,
        fields=fields,
    )
    catalogue = Catalogue(
        elements={name: Element(key=name, name=name, kind=ElementKind.TEXT, group="all") for name in names},
        items={"item": item},
        groups={"all": FormGroup(key="all", name="全部")},
        bodies={"body": Body(key="body", name="示范局")},
    )
    definition = OneThingDefinition(
        key="long",
        name="长表",
        subject=Subject.PERSON,
        stage="s",
        lead="body",
        provenance=FICTITIOUS,
        members=(Member(item="item"),),
    )
    compiled = compile_onething(definition, catalogue, Coverage(sources=()))
    if compiled.blueprint is None:
        raise SystemExit("\n".join(problem.render() for problem in compiled.problems))
    return compiled.blueprint


def ours(of: Blueprint, changes: list[tuple[str, str]]) -> dict[str, Any]:
    """Times and numbers of questions shown, answer by answer."""
    start = time.perf_counter()
    kept = Narrower(of, {}, Known(), TODAY)
    loaded = (time.perf_counter() - start) * 1000
    times, visible = [], []
    for element, value in changes:
        start = time.perf_counter()
        personal = kept.answer(element, value)
        times.append((time.perf_counter() - start) * 1000)
        visible.append(sum(one.shown is True for one in personal.fields))
    return {"load_ms": loaded, "change_ms": times, "visible": visible}


def theirs(questions: int, hangs_on: dict[str, str], changes: list[tuple[str, str]]) -> dict[str, Any] | str:
    """The same by survey-core, or why it could not be asked."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return "node or npm is not installed"
    asked = [
        {"name": f"q{n}", **({"visibleIf": f"{{{hangs_on[f'q{n}']}}} = 'a'"} if f"q{n}" in hangs_on else {})}
        for n in range(questions)
    ]
    with tempfile.TemporaryDirectory() as folder:
        for file in PEERS.iterdir():
            shutil.copy(file, folder)
        installed = subprocess.run(
            [npm, "ci", "--ignore-scripts"], cwd=folder, capture_output=True, check=False
        )
        if installed.returncode:
            return "npm could not install survey-core"
        said = subprocess.run(
            [node, "survey.mjs"],
            cwd=folder,
            input=json.dumps({"questions": asked, "changes": changes}),
            capture_output=True,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def main() -> int:
    """Measure both and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report: dict[str, object] = {}
    for questions in (QUESTIONS // 4, QUESTIONS, QUESTIONS * 4):
        hangs_on, changes = form(questions)
        own = ours(blueprint(questions, hangs_on), changes)
        report[f"ours_{questions}_ms"] = round(statistics.median(own["change_ms"]), 3)
        report[f"ours_{questions}_p99_ms"] = round(statistics.quantiles(own["change_ms"], n=100)[98], 3)
        if questions != QUESTIONS:
            continue
        other = theirs(questions, hangs_on, changes)
        if isinstance(other, str):
            report["survey_core"] = other
            continue
        if own["visible"] != other["visible"]:
            raise SystemExit("ours and survey-core show different questions")
        median = statistics.median(other["change_ms"])
        report["survey_core_ms"] = round(median, 3)
        report["times_faster"] = round(median / statistics.median(own["change_ms"]), 1)
    report["target_ms"] = float(TARGET_MS)
    report["met"] = Decimal(str(report[f"ours_{QUESTIONS}_ms"])) < TARGET_MS
    print(
        json.dumps(report) if args.json else "\n".join(f"{key:>20}: {value}" for key, value in report.items())
    )
    return 0 if report["met"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
