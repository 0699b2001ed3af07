"""Print catalogue records back as pack content.

WHAT is the key of a one-thing (printed with its items), of an item, or "all" for everything that the packs define.
Exit code: 0 printed, 1 the packs have errors, 2 no such key.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Mapping

from bancheng.connect.packs import Loaded, default_folders, export_tree, load_packs, to_json, to_yaml
from bancheng.core.catalogue import Catalogue, nearest

HELP = "print catalogue records as YAML or JSON"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("what", metavar="WHAT", help="key of a one-thing or item, or all")
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml", help="default: yaml")
    parser.add_argument(
        "--pack", action="append", default=[], help="further pack: folder or name; may be repeated"
    )


def run(args: argparse.Namespace) -> int:
    """Load, choose, print."""
    loaded = load_packs(default_folders(args.pack))
    keys = _keys(loaded.catalogue, args.what)
    if keys is None and args.what != "all":
        near = nearest(args.what, (*loaded.catalogue.onethings, *loaded.catalogue.items))
        hint = f"是不是想写 {near}？" if near else "bancheng export all 会列出全部。"
        print(f"没有“{args.what}”这件事或这个事项。{hint}", file=sys.stderr)
        return 2
    tree = export_tree(loaded.catalogue, keys)
    print(to_json(tree) if args.json or args.format == "json" else to_yaml(tree), end="")
    return _told(loaded)


def _keys(catalogue: Catalogue, what: str) -> Mapping[str, Collection[str]] | None:
    if what in catalogue.onethings:
        members = [member.item for member in catalogue.onethings[what].members]
        return {"onethings": [what], "items": members}
    return {"items": [what]} if what in catalogue.items else None


def _told(loaded: Loaded) -> int:
    if loaded.ok:
        return 0
    print("数据包里有错误，导出的内容可能不全；请先运行 bancheng check。", file=sys.stderr)
    return 1
