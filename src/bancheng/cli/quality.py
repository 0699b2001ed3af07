"""Score the items as an item-standardisation desk does: bodies from the weakest, rules, the weakest items.

Without PACK the catalogue is this installation's: its packs and its own library.
Exit code: 0 printed, 1 the mean is below --least, 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec

from bancheng.cli.standards import catalogue_of, write_list
from bancheng.core.catalogue import QUALITY_RULES, Body, ItemQuality
from bancheng.usecases import standards

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("packs", metavar="PACK", nargs="*", help="folders or names of packs instead")
    parser.add_argument("--body", metavar="KEY", default="", help="items of one body")
    parser.add_argument(
        "--rule", choices=[rule.key for rule in QUALITY_RULES], default="", help="who breaks it"
    )
    parser.add_argument("--worst", metavar="N", type=int, default=10, help="how many items to print (10)")
    parser.add_argument("--on", metavar="DATE", type=date.fromisoformat, help="as of this day")
    parser.add_argument("--least", metavar="SCORE", type=Decimal, help="fail when the mean is below")
    parser.add_argument("--list", metavar="FILE", type=Path, help="write the list here (.csv or .xlsx)")


def run(args: argparse.Namespace) -> int:
    """Load, score, print."""
    loaded = catalogue_of(args.packs, args.on)
    bodies = loaded.catalogue.bodies
    view = standards.overview(loaded)
    rows = standards.weak_items(args.rule, args.body, loaded=loaded)
    if args.body and args.body not in bodies:
        print(f"没有这个部门：{args.body}", file=sys.stderr)
        return 2
    if args.list:
        listed = tuple(standards.quality_rows(rows, bodies))
        if not write_list(args.list, standards.QUALITY_HEADINGS, listed):
            return 2
    if args.json:
        report = {"mean": view.mean, "items": rows, "bodies": view.bodies}
        print(msgspec.json.encode(report).decode())
    elif not args.list:
        _print(args, view, rows, bodies)
    low = args.least is not None and view.mean is not None and view.mean < args.least
    return 1 if low else 0


def _print(
    args: argparse.Namespace,
    view: standards.QualityView,
    rows: list[ItemQuality],
    bodies: dict[str, Body],
) -> None:
    print(f"{view.items} 个事项，平均 {view.mean if view.mean is not None else '—'} 分。")
    if not args.body and not args.rule:
        print("\n部门（从低到高）")
        for one in view.bodies:
            name = bodies[one.body].name if one.body in bodies else one.body
            print(f"  {one.mean:>5}  {name}（{one.items} 项）")
        print("\n规则（违反的事项数）")
        for rule, count in view.rules:
            print(f"  {count:>5}  {rule.words}（{rule.key}，权重 {rule.weight}）")
    print("\n最低的事项")
    for row in rows[: args.worst]:
        print(f"  {row.score:>5}  {row.name}（{row.item}）")
        for mark in row.marks:
            print(f"           {mark.path}：{mark.words}{standards.RULES[mark.rule].advice}")
