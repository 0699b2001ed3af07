"""Make a content package of one-things for another instance, or look into one that came from elsewhere.

Exit code: 0 done, 1 the package is not in order, 2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from bancheng.cli.check import chosen
from bancheng.connect.packs import (
    LIBRARY_KINDS,
    Loaded,
    Local,
    RecordStanding,
    compare_package,
    load_packs,
    make_package,
    open_package,
    portable,
)
from bancheng.core.kernel import ProblemsFound

HELP = "make a content package of one-things, or look into one"
NEEDS_DJANGO = False

_WORDS = {
    RecordStanding.SAME: "相同",
    RecordStanding.RENAMED: "内容相同，名称不同",
    RecordStanding.NEW: "新的",
    RecordStanding.CHANGED: "有变化",
    RecordStanding.KEPT: "只有本地改过",
    RecordStanding.CONFLICT: "两边都改过",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("onethings", metavar="ONETHING", nargs="*", help="keys of one-things")
    parser.add_argument("-o", "--out", metavar="FILE", type=Path, help="where to write the package")
    parser.add_argument(
        "--look", metavar="FILE", type=Path, help="compare this package with the packs instead"
    )
    parser.add_argument("--packs", metavar="PACK", nargs="+", default=[], help="folders or names of packs")
    parser.add_argument("--origin", metavar="NAME", default="", help="who makes it")
    parser.add_argument("--today", metavar="DATE", type=date.fromisoformat, help="the day it is made on")


def run(args: argparse.Namespace) -> int:
    """Make, or look."""
    loaded = load_packs(chosen(args.packs))
    return _look(args, loaded) if args.look else _make(args, loaded)


def _make(args: argparse.Namespace, loaded: Loaded) -> int:
    base = loaded.standards.base
    unknown = [key for key in args.onethings if key not in base.onethings]
    if not args.onethings or args.out is None or unknown:
        said = f"没有这件事：{'、'.join(unknown)}。" if unknown else "请写明要打包的一件事和 -o 文件名。"
        print(said + f"现有：{'、'.join(sorted(base.onethings))}", file=sys.stderr)
        return 2
    made_on = args.today or loaded.loaded_for
    data = make_package(base, tuple(args.onethings), origin=args.origin, made_on=made_on)
    args.out.write_bytes(data)
    records = len(open_package(data).records)
    told = {"file": str(args.out), "records": records, "bytes": len(data)}
    print(json.dumps(told) if args.json else f"{args.out}：{records} 条记录，{len(data)} 字节")
    return 0


def _look(args: argparse.Namespace, loaded: Loaded) -> int:
    try:
        package = open_package(args.look.read_bytes())
    except OSError as error:
        print(f"读不了文件：{error}", file=sys.stderr)
        return 2
    except ProblemsFound as found:
        print("\n".join(problem.render() for problem in found.problems), file=sys.stderr)
        return 1
    base = loaded.standards.base
    local = {
        (kind, key): Local(content=portable(one), own=False)
        for kind, (section, _) in LIBRARY_KINDS.items()
        for key, one in getattr(base, section, {}).items()
    }
    records = compare_package(package, local, {})
    if args.json:
        print(json.dumps([{"record": one.identity, "standing": one.standing.value} for one in records]))
        return 0
    counts = Counter(one.standing for one in records)
    print("，".join(f"{_WORDS[one]} {counts[one]}" for one in RecordStanding if counts[one]))
    for one in records:
        if one.standing is not RecordStanding.SAME:
            print(
                f"  {_WORDS[one.standing]}  {one.identity}  {one.name}{f' → {one.local_key}' if one.local_key else ''}"
            )
    return 0
