"""Take a table of a body in: the data of a source (数据), or the register of people or companies (people, companies).

The first line names the columns; `identity` (身份证号, 统一社会信用代码) says whom a row is about. Identity numbers
become numbers of the register and are kept nowhere else. Without WHAT, the sources are listed with their columns.
Exit code: 0 taken in (or fit to be, with --dry-run), 1 the file says something that cannot be read, 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.utils import timezone

from bancheng.core.benefits import ColumnKind, Source
from bancheng.core.kernel import ProblemsFound
from bancheng.usecases import deliveries
from bancheng.usecases.access import MACHINE, NotFound
from bancheng.usecases.benefits import library

NEEDS_DJANGO = True
_KINDS = {
    ColumnKind.NUMBER: "数",
    ColumnKind.MONEY: "元",
    ColumnKind.BOOLEAN: "是/否",
    ColumnKind.DATE: "日期",
    ColumnKind.CODE: "代码",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("what", metavar="WHAT", nargs="?", help="a source, or people, or companies")
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help=".csv, .xlsx or .parquet")
    parser.add_argument("--add", action="store_true", help="besides the rows that stand, not in their place")
    parser.add_argument(
        "--lenient",
        action="store_true",
        help="what cannot be read counts as not known; else the file is refused",
    )
    parser.add_argument("--dry-run", action="store_true", help="only look")


def run(args: argparse.Namespace) -> int:
    """Read, tell, take in."""
    if args.what is None:
        for line in _sources():
            print(line)
        return 0
    if args.file is None or not args.file.is_file():
        print(f"没有这个文件：{args.file or '（没有写）'}", file=sys.stderr)
        return 2
    if args.add and args.what in deliveries.REGISTERS:
        print("名册每次都送全的，不能用 --add。", file=sys.stderr)
        return 2
    try:
        told = deliveries.deliver(
            MACHINE,
            args.what,
            args.file,
            timezone.now(),
            whole=not args.add,
            lenient=args.lenient,
            dry=args.dry_run,
        )
    except NotFound:
        print(f"没有登记“{args.what}”这种数据；不带参数运行，可以看到都有哪些。", file=sys.stderr)
        return 2
    except ProblemsFound as found:
        for problem in found.problems:
            print(problem.render(), file=sys.stderr)
        return 1
    print(f"{'可以送达' if args.dry_run else '已送达'}：{told.rows} 行，有变化的 {told.changed} 个对象。")
    if told.unknown:
        print(f"没有收下 {told.unknown} 行：证件号码不在名册里，或者读不懂。")
    if told.unread:
        print(f"按“不知道”处理的 {told.unread} 处：写的读不懂。")
    return 0


def _sources() -> list[str]:
    registers = [
        "people  人员名册：identity,name,district[,household,account,holder,phone]",
        "companies  企业名册：identity,name,district[,account,holder,phone]",
    ]
    return [*registers, *map(_said, library().rules.sources)]


def _said(one: Source) -> str:
    columns = ",".join(f"{each.name}（{_KINDS[each.kind]}）" for each in one.columns if each.name != one.key)
    return f"{one.id}  {one.name}，{one.body}：identity,{columns}"
