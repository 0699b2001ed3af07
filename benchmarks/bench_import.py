"""Import a city's 22,000 items of 60 elements, beside the bare reading of the same workbook and of the same CSV.

    python benchmarks/bench_import.py [--full] [--items 6600] [--json]

Name: ``import_22000_items``. Seed 20261122. Each figure is of a process of its own, so that its peak memory is its own:
reading the cells and dropping them (openpyxl, csv), and reading, joining, checking and comparing them (ours). Every
second item is known and unchanged, the others are new. Codes follow three local schemes. Growth: 2,200 items, then
three times as many; with --full ten times, the whole city, which takes minutes.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from bancheng.connect.tables import Intake, Mapping, settle, vocabulary
from bancheng.core.catalogue import Body, Catalogue, DocumentType, Item
from bancheng.core.kernel import sample_credit_code

SEED = 20261122
BODIES, DOCUMENTS = 60, 200
TENTH, SOME, CITY = 2_200, 6_600, 22_000
SHEETS = ("items", "materials", "steps", "results", "faq")


def catalogue() -> Catalogue:
    """The bodies and papers that items name."""
    return Catalogue(
        bodies={
            f"body_{n}": Body(key=f"body_{n}", name=f"示例局{n}", code=sample_credit_code(n, "11"))
            for n in range(BODIES)
        },
        documents={
            f"document_{n}": DocumentType(key=f"document_{n}", name=f"示例材料{n}") for n in range(DOCUMENTS)
        },
    )


def code(number: int, body: int) -> str:
    """A fictitious code in one of three schemes: the national one, one in segments, an old one by letters."""
    if number % 3 == 0:
        return f"{sample_credit_code(body, '11')}49901{number // 1000 % 100:02d}{number % 1000:03d}000"
    if number % 3 == 1:
        return f"999A{number:010d}-999999000000-000-{number:018d}-1-00"
    return f"XK{number:06d}-001"


def item_row(number: int, rng: random.Random) -> dict[str, str]:
    """The official columns of one item: what they mean to us and what is only kept, about forty cells."""
    body = number % BODIES
    cells = {one.heading: "" for one in vocabulary().sheets["items"].columns}
    kept = [one.heading for one in vocabulary().sheets["items"].columns if one.how == "kept"]
    cells.update(dict.fromkeys(kept, f"示例{number % 97}"))
    cells |= {
        "事项名称": f"示例事项{number}",
        "实施编码": code(number, body),
        "事项类型": rng.choice(["行政许可", "行政给付", "行政确认", "公共服务"]),
        "事项状态": "在用",
        "行使层级": "县级",
        "实施主体": f"示例局{body}",
        "设定依据": "示例条例（虚构） 第三条\n示例办法（虚构） 第五条",
        "服务对象": "自然人^企业法人",
        "办件类型": "承诺件",
        "法定办结时限": "20",
        "法定办结时限单位": "工作日",
        "承诺办结时限": str(rng.randint(1, 15)),
        "承诺办结时限单位": "工作日",
        "受理条件": "符合规定条件\n材料齐全",
        "办理形式": "窗口办理^网上办理",
        "到办事现场次数": "1",
        "办理地点": "示例路1号",
        "咨询方式": "0000-1234567",
        "监督投诉方式": "0000-7654321",
    }
    return cells


def rows(items: int) -> Iterator[tuple[str, list[str]]]:
    """Every row with its sheet, item after item."""
    rng = random.Random(SEED)
    for number in range(items):
        cells = item_row(number, rng)
        yield "items", list(cells.values())
        for paper in rng.sample(range(DOCUMENTS), 4):
            yield "materials", [cells["实施编码"], f"示例材料{paper}", "必要", "申请人自备", "1"]
        for name, kind in (("审查", "审查"), ("决定", "决定")):
            yield "steps", [cells["实施编码"], name, kind, "1", "工作日"]
        yield "results", [cells["实施编码"], f"示例材料{number % DOCUMENTS}", "证照"]
        yield "faq", [cells["实施编码"], "去哪里办？", "网上或窗口都可以。"]


HEADS: dict[str, list[str]] = {
    "items": [one.heading for one in vocabulary().sheets["items"].columns],
    "materials": ["实施编码", "材料名称", "材料必要性", "来源渠道", "复印件份数"],
    "steps": ["实施编码", "环节名称", "环节类型", "环节时限", "环节时限单位"],
    "results": ["实施编码", "结果名称", "结果类型"],
    "faq": ["实施编码", "常见问题", "问题解答"],
}


def write_csvs(folder: Path, items: int) -> int:
    """The list as five CSV files; how many cells are filled."""
    with ExitStack() as stack:
        writers = {}
        for kind in SHEETS:
            path = folder / f"{vocabulary().sheets[kind].title}.csv"
            writers[kind] = csv.writer(stack.enter_context(path.open("w", encoding="utf-8", newline="")))
            writers[kind].writerow(HEADS[kind])
        filled = 0
        for kind, cells in rows(items):
            writers[kind].writerow(cells)
            filled += sum(bool(one) for one in cells)
    return filled


def write_book(folder: Path, items: int) -> None:
    """The same list as a workbook of five sheets."""
    book = Workbook(write_only=True)
    pages = {kind: book.create_sheet(vocabulary().sheets[kind].title) for kind in SHEETS}
    for kind in SHEETS:
        pages[kind].append(HEADS[kind])
    for kind, cells in rows(items):
        pages[kind].append([one or None for one in cells])
    book.save(folder / "list.xlsx")


def bare_xlsx(folder: Path) -> int:
    """Read every cell of the workbook and drop it."""
    book = load_workbook(folder / "list.xlsx", read_only=True)
    return sum(
        sum(cell is not None for cell in row) for sheet in book for row in sheet.iter_rows(values_only=True)
    )


def bare_csv(folder: Path) -> int:
    """Read every cell of the CSV files and drop it."""
    count = 0
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            count += sum(sum(bool(cell) for cell in row) for row in csv.reader(file))
    return count


def ours(folder: Path, files: list[str]) -> dict[str, Any]:
    """Import as a preview does; every second item is known already."""
    mapping, counts = Mapping(name="bench", title="基准清单（虚构）"), Counter[str]()
    with Intake(mapping, catalogue(), {}) as intake:
        intake.read((folder / name, name) for name in files)
        for number, line in enumerate(intake.lines()):
            first = settle(line, None, None, mapping)
            known: Item | None = first.item if number % 2 else None
            counts[settle(line, known, None, mapping).outcome.value] += 1
        return {"counts": dict(counts), "rows": intake.rows}


def peak_mb() -> float:
    """The most memory this process ever held. Not by getrusage: that would count the parent's, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def child(what: str, folder: Path) -> dict[str, Any]:
    """One measurement, in this process."""
    before = peak_mb()
    start = time.process_time()
    result: Any
    if what == "openpyxl":
        result = bare_xlsx(folder)
    elif what == "csv":
        result = bare_csv(folder)
    else:
        names = ["list.xlsx"] if what == "import_xlsx" else sorted(one.name for one in folder.glob("*.csv"))
        result = ours(folder, names)
    seconds = time.process_time() - start
    return {"seconds": seconds, "peak_mb": peak_mb(), "grown_mb": peak_mb() - before, "result": result}


def apart(what: str, folder: Path) -> dict[str, Any]:
    """One measurement, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", what, "--folder", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


KINDS = ("openpyxl", "csv", "import_xlsx", "import_csv")


def measure(items: int) -> dict[str, Any]:
    """All figures of one size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cells = write_csvs(folder, items)
        write_book(folder, items)
        size = (folder / "list.xlsx").stat().st_size
        found = {kind: apart(kind, folder) for kind in KINDS}
    return {"items": items, "cells": cells, "workbook_mb": size / 1e6, **found}


def main() -> None:
    """Run a tenth of a city, then more, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=SOME)
    parser.add_argument("--full", action="store_true", help=f"{CITY} items")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", choices=KINDS)
    parser.add_argument("--folder", type=Path)
    args = parser.parse_args()
    if args.child:
        print(json.dumps(child(args.child, args.folder)))
        return
    more = CITY if args.full else args.items
    found = [measure(min(TENTH, more)), measure(more)]
    if args.json:
        print(json.dumps({"name": "import_22000_items", "seed": SEED, "runs": found}, ensure_ascii=False))
        return
    for run in found:
        print(f"{run['items']} items, {run['cells']} cells, workbook {run['workbook_mb']:.1f} MB")
        for kind in KINDS:
            one = run[kind]
            rate = run["cells"] / one["seconds"]
            print(
                f"  {kind:12} {one['seconds']:7.1f} s  {rate:10.0f} cells/s  peak {one['peak_mb']:6.0f} MB"
                f"  grown {one['grown_mb']:6.0f} MB"
            )
        print(f"  {run['import_xlsx']['result']}")
    for kind in KINDS:
        small, large = found[0][kind], found[1][kind]
        times, peaks = large["seconds"] / small["seconds"], large["peak_mb"] / small["peak_mb"]
        print(
            f"growth x{found[1]['items'] / found[0]['items']:g}: {kind:12} time x{times:.1f}, peak x{peaks:.2f}"
        )


if __name__ == "__main__":
    main()
