"""Print what each level sets otherwise than the level above it.

Without PACK the catalogue is this installation's: its packs and its own library. With --county only the differences of
that division (code); with --rules what a lower level may set, and why. --list writes a list for Excel.
Exit code: 0 printed, 1 an overlay has a problem, 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

import msgspec

from bancheng.cli.check import chosen
from bancheng.connect.packs import Loaded, dated, load_packs
from bancheng.core.catalogue import OVERLAY_RULES, Difference, Freedom, differences, division, nearest
from bancheng.usecases import standards, town

NEEDS_DJANGO = True

_FREEDOM = {Freedom.FIXED: "不能改", Freedom.OWN: "当地自定", Freedom.BETTER: "只能更好"}
_OVERLAY_PROBLEMS = frozenset(("loosened", "not_local", "reason_missing", "duplicate_overlay"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("packs", metavar="PACK", nargs="*", help="folders or names of packs instead")
    parser.add_argument(
        "--county", "--place", dest="place", metavar="CODE", help="division code of one place"
    )
    parser.add_argument("--item", metavar="KEY", default="", help="one item only")
    parser.add_argument("--body", metavar="KEY", default="", help="items of one body")
    parser.add_argument("--on", metavar="DATE", type=date.fromisoformat, help="as of this day")
    parser.add_argument("--rules", action="store_true", help="what a lower level may set, and why")
    parser.add_argument("--list", metavar="FILE", type=Path, help="write the list here (.csv or .xlsx)")


def run(args: argparse.Namespace) -> int:
    """Load, compare, print."""
    if args.rules:
        for rule in OVERLAY_RULES:
            print(f"{_FREEDOM[rule.freedom]}  {rule.words}（{rule.attribute}）：{rule.why}。{rule.instead}")
        return 0
    loaded = catalogue_of(args.packs, args.on)
    if args.item and not loaded.standards.items_of(args.item):
        near = nearest(args.item, loaded.catalogue.items)
        print(f"没有这个事项：{args.item}。{f'是不是想写 {near}？' if near else ''}", file=sys.stderr)
        return 2
    found = differences(loaded.standards, loaded.loaded_for, args.place, args.item)
    if args.body:
        found = tuple(one for one in found if standards.body_of(one.item, loaded) == args.body)
    wrong = [one for one in loaded.problems if one.code in _OVERLAY_PROBLEMS]
    if args.list:
        rows = standards.difference_rows(found, loaded)
        if not write_list(args.list, standards.DIFFERENCE_HEADINGS, tuple(rows)):
            return 2
    if args.json:
        print(msgspec.json.encode({"differences": found, "problems": wrong}).decode())
    elif not args.list:
        _print(found, loaded, args.place)
    for problem in wrong:
        print(problem.render(), file=sys.stderr)
    return 1 if wrong else 0


def catalogue_of(names: list[str], on: date | None) -> Loaded:
    """The packs named, or this installation's packs and library; as of a day."""
    if names:
        return load_packs(chosen(names), on=on)
    loaded = town.packs()
    return loaded if on is None else dated(loaded, on)


def write_list(file: Path, headings: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> bool:
    """Write a list as its ending says; False when it says nothing known."""
    kind = standards.LISTS.get(file.suffix.removeprefix("."))
    if kind is None:
        print(f"不知道“{file.name}”是什么格式，可用 .csv 或 .xlsx。", file=sys.stderr)
        return False
    file.write_bytes(kind[1]((headings, *rows)))
    print(f"{len(rows)} 行，写在 {file}", file=sys.stderr)
    return True


def _print(found: tuple[Difference, ...], loaded: Loaded, place: str | None) -> None:
    better = sum(bool(one.better) for one in found)
    where = f"{standards.place_name(division(place), loaded)}：" if place is not None else ""
    print(f"{where}与上级不同 {len(found)} 处，其中对办事人更好 {better} 处。")
    last = ("", "")
    for one in found:
        if (one.within, one.item) != last:
            last = (one.within, one.item)
            print(f"\n{standards.place_name(one.within, loaded)} · {one.name}（{one.item}）")
        mark = {True: "↑", False: "↓", None: " "}[one.better]
        note = f"  {one.reason}" if one.reason else "  （随之而变）" if one.follows else ""
        print(f"  {mark} {one.words}：{one.above or '—'} → {one.here or '—'}{note}")
