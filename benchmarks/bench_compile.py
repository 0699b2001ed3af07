"""Compile a bundle of 20 items and 600 fields, beside the floor: encoding and hashing the JSON of what comes out.

Run: python -m benchmarks.bench_compile. Bars: under 200 ms, and a ratio that is printed; seconds are reported.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from bancheng.core.catalogue import (
    Body,
    Catalogue,
    DocumentType,
    Element,
    ElementKind,
    FormField,
    FormGroup,
    Handling,
    Item,
    ItemType,
    Material,
    Member,
    OneThingDefinition,
    Option,
    Order,
    Result,
    Situation,
    Step,
    StepKind,
    Subject,
)
from bancheng.core.clock import Limit
from bancheng.core.compiler import compile_onething, narrow
from bancheng.core.evidence import Coverage, DataSource, Known, SourceKind
from bancheng.core.kernel import Confidence, Provenance, canonical, digest

ITEMS, FIELDS, QUESTIONS = 20, 600, 8
SEED = 20261122
TARGET_MS = 200
FICTITIOUS = Provenance("生成的示例", Confidence.FICTITIOUS)


def bundle(seed: int = SEED) -> tuple[OneThingDefinition, Catalogue, Coverage]:
    """20 items that share a third of 600 elements, feed one another and hang on eight questions."""
    draw = random.Random(seed)
    questions = [f"question_{n}" for n in range(QUESTIONS)]
    elements = {key: Element(key=key, name=key, kind=ElementKind.BOOLEAN) for key in questions}
    for n in range(FIELDS):
        key = f"field_{n}"
        elements[key] = Element(key=key, name=key, kind=ElementKind.TEXT, group=f"group_{n % 12}")
    items = {f"item_{n}": _item(n, draw, questions) for n in range(ITEMS)}
    documents = {one.document for item in items.values() for one in (*item.materials, *item.results)}
    catalogue = Catalogue(
        elements=elements,
        items=items,
        groups={f"group_{n}": FormGroup(key=f"group_{n}", name=f"第{n}组") for n in range(12)},
        documents={key: DocumentType(key=key, name=key) for key in sorted(documents)},
        bodies={f"body_{n}": Body(key=f"body_{n}", name=f"第{n}局") for n in range(8)},
    )
    definition = OneThingDefinition(
        key="large",
        name="大件事",
        subject=Subject.COMPANY,
        stage="s",
        lead="body_0",
        provenance=FICTITIOUS,
        members=tuple(
            Member(item=key, when="true" if n < 6 else f"{draw.choice(questions)} = true")
            for n, key in enumerate(items)
        ),
        situations=tuple(
            Situation(
                element=key,
                text=f"{key}？",
                options=(
                    Option(value="true", label="是", share=Decimal("0.4")),
                    Option(value="false", label="否", share=Decimal("0.6")),
                ),
            )
            for key in questions
        ),
        orders=(Order(before="item_0", after="item_19", reason="规定"),),
    )
    library = DataSource(
        key="library",
        name="证照库",
        body="body_0",
        kind=SourceKind.LICENCES,
        keyed_by="field_0",
        subject=Subject.COMPANY,
        documents=tuple(f"paper_{n}" for n in range(10)),
    )
    return definition, catalogue, Coverage(sources=(library,))


def _item(n: int, draw: random.Random, questions: list[str]) -> Item:
    own = [f"field_{k}" for k in range(200 + n * 20, 220 + n * 20)]
    common = [f"field_{draw.randrange(200)}" for _ in range(30)]
    names = list(dict.fromkeys([*own, *common, *(f"field_{k}" for k in range(n * 10, n * 10 + 10))]))
    conditions = ["true", "true", "true", *(f"{key} = true" for key in questions[:4])]
    materials = [
        Material(key=f"paper_{k}", document=f"paper_{k}", when=draw.choice(conditions))
        for k in draw.sample(range(40), 6)
    ]
    materials += [
        Material(key=f"result_{k}", document=f"result_{k}")
        for k in range(max(0, n - 3), n)
        if draw.random() < 0.4
    ]
    return Item(
        key=f"item_{n}",
        name=f"事项{n}",
        body=f"body_{n % 8}",
        item_type=ItemType.PERMIT,
        handling=Handling.PROMISED,
        statutory=Limit(20),
        promised=Limit(10),
        provenance=FICTITIOUS,
        fields=tuple(FormField(element=name, visible=draw.choice(conditions)) for name in names),
        materials=tuple(materials),
        results=(Result(key=f"result_{n}", document=f"result_{n}"),),
        steps=(
            Step(key="review", name="审查", kind=StepKind.REVIEW, limit=Limit(draw.randint(1, 3))),
            Step(
                key="visit",
                name="勘验",
                kind=StepKind.INSPECTION,
                limit=Limit(2),
                when=draw.choice(conditions),
            ),
            Step(key="decide", name="决定", kind=StepKind.DECISION, limit=Limit(1)),
        ),
    )


def milliseconds(run: Callable[[], object], rounds: int) -> float:
    """The median of several runs."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    definition, catalogue, coverage = bundle()
    start = time.perf_counter()
    compiled = compile_onething(definition, catalogue, coverage)
    first = (time.perf_counter() - start) * 1000
    blueprint = compiled.blueprint
    if blueprint is None:
        raise SystemExit("\n".join(problem.render() for problem in compiled.problems))
    again = milliseconds(lambda: compile_onething(definition, catalogue, coverage), args.rounds)
    floor = milliseconds(lambda: digest(blueprint), args.rounds)
    told = {"question_0": True, "question_1": False}
    one = milliseconds(lambda: narrow(blueprint, told, Known(), date(2026, 11, 22)), args.rounds)
    report = {
        "items": len(blueprint.items),
        "fields": len(blueprint.fields),
        "steps": len(blueprint.plan.steps),
        "json_bytes": len(canonical(blueprint)),
        "first_ms": round(first, 1),
        "compile_ms": round(again, 1),
        "encode_and_hash_ms": round(floor, 2),
        "ratio": round(again / floor, 1),
        "narrow_ms": round(one, 1),
        "target_ms": TARGET_MS,
        "met": again < TARGET_MS,
    }
    if args.json:
        print(json.dumps(report))
    else:
        print("\n".join(f"{key:>20}: {value}" for key, value in report.items()))
    return 0 if report["met"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
