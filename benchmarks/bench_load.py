"""Load a city's 22,000 items, beside the physical limit: the C YAML parser reading the same bytes and nothing else.

    python benchmarks/bench_load.py [--items 22000] [--json]

Name: ``load_22000_items``. Seed 20261122. The pack is generated into a temporary folder, as YAML and as JSON.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from bancheng.connect.packs import load_packs
from bancheng.core.kernel import sample_credit_code

SEED = 20261122
ELEMENTS, DOCUMENTS, BODIES, PER_FILE = 600, 200, 60, 500


def dictionary() -> dict[str, Any]:
    """Elements, documents, code lists and bodies that items share."""
    kinds = ("text", "integer", "boolean", "date", "choice")
    sample = {"source": "虚构示例", "confidence": "fictitious"}
    elements: dict[str, Any] = {}
    for number in range(ELEMENTS):
        kind = kinds[number % len(kinds)]
        elements[f"element_{number}"] = {"name": f"数据元{number}", "kind": kind, "group": "all"}
        if kind == "choice":
            elements[f"element_{number}"]["codes"] = "grade"
    return {
        "groups": {"all": {"name": "全部"}},
        "codes": {"grade": {"name": "等级", "codes": [{"value": value, "name": value} for value in "abcd"]}},
        "elements": elements,
        "documents": {f"document_{n}": {"name": f"材料种类{n}"} for n in range(DOCUMENTS)},
        "bodies": {
            f"body_{n}": {"name": f"示例局{n}", "code": sample_credit_code(n, "11"), "provenance": sample}
            for n in range(BODIES)
        },
    }


def item(number: int, rng: random.Random) -> dict[str, Any]:
    """An item with about 60 attribute values, a third of them in lists of records."""
    fields = rng.sample(range(ELEMENTS), 8)
    promised = rng.randint(8, 15)
    whole = [n for n in range(ELEMENTS) if n % 5 == 1]
    return {
        "name": f"示例事项{number}",
        "body": f"body_{rng.randrange(BODIES)}",
        "item_type": rng.choice(["permit", "benefit", "confirmation", "public_service"]),
        "handling": "promised",
        "statutory": "20 workday",
        "promised": f"{promised} workday",
        "provenance": {"source": "虚构示例", "confidence": "fictitious"},
        "aliases": [f"别名{number}"],
        "basis": [{"title": "示例条例（虚构）", "article": f"第{rng.randint(2, 60)}条"}],
        "conditions": [
            {"text": "达到规定条件", "rule": f"element_{rng.choice(whole)} >= {rng.randint(1, 9)}"}
        ],
        "fields": [{"element": f"element_{n}", "required": rng.choice(["true", "false"])} for n in fields],
        "materials": [
            {"key": f"paper_{n}", "document": f"document_{n}", "copies": 1}
            for n in rng.sample(range(DOCUMENTS), 4)
        ],
        "results": [{"key": "licence", "document": f"document_{rng.randrange(DOCUMENTS)}"}],
        "steps": [
            {"key": "review", "name": "审查", "kind": "review", "limit": "3 workday"},
            {"key": "decide", "name": "决定", "kind": "decision", "limit": "2 workday"},
        ],
        "visits": rng.randint(0, 1),
        "faq": [{"question": "去哪里办？", "answer": "网上或窗口都可以。"}],
    }


def write(folder: Path, items: int, kind: str) -> list[Path]:
    """A pack of `items` items; the same content whatever the kind of file."""
    rng = random.Random(SEED)
    pack = folder / f"bench_{kind}"
    (pack / "items").mkdir(parents=True)
    (pack / "dictionary").mkdir()
    manifest = {"name": pack.name, "title": "基准库", "version": "1"}
    (pack / "pack.yaml").write_text(yaml.dump(manifest), encoding="utf-8")
    texts = {"dictionary/all": dictionary()}
    for start in range(0, items, PER_FILE):
        numbers = range(start, min(start + PER_FILE, items))
        texts[f"items/part_{start:06d}"] = {f"item_{number}": item(number, rng) for number in numbers}
    written = []
    for name, tree in texts.items():
        path = pack / f"{name}.{kind}"
        if kind == "json":
            text = json.dumps(tree, ensure_ascii=False, indent=1)
        else:
            text = yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def timed(action: Any) -> tuple[float, Any]:
    """Processor seconds (other work on the machine does not count) and result of one call."""
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def measure(items: int) -> dict[str, Any]:
    """All figures of one run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write(folder, items, "yaml")
        write(folder, items, "json")
        data = [path.read_bytes() for path in files]
        load_seconds, loaded = timed(lambda: load_packs([folder / "bench_yaml"]))
        json_seconds, from_json = timed(lambda: load_packs([folder / "bench_json"]))
        if loaded.problems or from_json.problems or len(loaded.catalogue.items) != items:
            raise SystemExit(f"the bench pack is not sound: {[*loaded.problems, *from_json.problems][:3]}")
        same = loaded.catalogue == from_json.catalogue
        del loaded, from_json
        gc.disable()  # as `load_packs` does, or the limit would look three times further away
        parse_seconds, _ = timed(lambda: [yaml.load(one, Loader=yaml.CSafeLoader) for one in data])
        gc.enable()
        half = _half(folder, items)
        half_seconds = timed(lambda: load_packs([half]))[0]
    return {
        "name": f"load_{items}_items",
        "seed": SEED,
        "bytes": sum(map(len, data)),
        "load_yaml_seconds": round(load_seconds, 2),
        "load_json_seconds": round(json_seconds, 2),
        "parse_only_seconds": round(parse_seconds, 2),
        "ratio_to_parse_only": round(load_seconds / parse_seconds, 2),
        "load_half_seconds": round(half_seconds, 2),
        "yaml_equals_json": same,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _half(folder: Path, items: int) -> Path:
    inner = folder / "half"
    write(inner, items // 2, "yaml")
    return inner / "bench_yaml"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=22_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    figures = measure(args.items)
    if args.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:22} {value}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
