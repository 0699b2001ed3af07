"""Write the items of this town as a list: .xlsx, .zip of CSV, .json exchange rows or .yaml. It imports as unchanged.

Exit code: 0 written, 1 a text is too long for a cell, 2 no such format.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bancheng.connect.tables import TooLong
from bancheng.usecases import itemlists

NEEDS_DJANGO = True
_ENDINGS = (*itemlists.FORMATS, "json", "yaml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("out", metavar="OUT", type=Path, help=f"file ending in {', '.join(_ENDINGS)}")
    parser.add_argument("--source", default="", help="only items that came from this source")


def run(args: argparse.Namespace) -> int:
    """Write, count."""
    ending = args.out.suffix.removeprefix(".").lower()
    if ending not in _ENDINGS:
        print(f"不认识“.{ending}”。可用：{'、'.join(_ENDINGS)}。", file=sys.stderr)
        return 2
    try:
        with args.out.open("wb") as out:
            count = itemlists.write_items(out, ending, args.source)
    except TooLong as found:
        args.out.unlink(missing_ok=True)
        print(
            f"“{found.item}”的“{found.column}”太长，Excel 的一格放不下；请改用 .json 或 .yaml。",
            file=sys.stderr,
        )
        return 1
    print(json.dumps({"items": count}) if args.json else f"写了 {count} 个事项：{args.out}")
    return 0
