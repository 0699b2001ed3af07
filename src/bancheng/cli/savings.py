"""What one-things save: before against after by the frozen "before", and with --actual what closed cases really took.

Without ONETHING the table of the whole city, both ways of putting rates together. --csv prints the table for a
spreadsheet. --from and --to (days, both counted) narrow --actual; without them it is the year so far.
Exit code: 0 printed, 1 nothing is published under this key.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec
from django.utils import timezone

from bancheng.core.compiler.effects import FigureLine, OverallLine, Reform, percent
from bancheng.usecases import actuals, figures, spreadsheets
from bancheng.usecases.access import MACHINE, Actor, NotFound
from bancheng.usecases.actuals import Actuals
from bancheng.usecases.figures import MEASURE_NAMES

NEEDS_DJANGO = True

_EVERYTHING = Actor(id=MACHINE.id, name=MACHINE.name, roles=frozenset({"supervisor"}))
"""Whoever has a shell here may read every figure; no case is opened."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("onething", metavar="ONETHING", nargs="?", default="", help="key of the one-thing")
    parser.add_argument("--actual", action="store_true", help="from closed cases instead of the design")
    parser.add_argument("--from", metavar="DAY", dest="start", default="", help="first day of --actual")
    parser.add_argument("--to", metavar="DAY", dest="end", default="", help="last day of --actual")
    parser.add_argument("--csv", action="store_true", help="print a table for a spreadsheet")


def run(args: argparse.Namespace) -> int:
    """Count and print."""
    try:
        found = _found(args)
    except NotFound:
        print(f"没有发布过这件事：{args.onething}", file=sys.stderr)
        return 1
    if args.csv:
        sys.stdout.buffer.write(spreadsheets.as_csv(_table(found)))
        sys.stdout.flush()
    elif args.json:
        print(msgspec.json.encode(found, enc_hook=str).decode())
    else:
        print("\n".join(_report(found)))
    return 0


Found = Reform | figures.City | Actuals


def _found(args: argparse.Namespace) -> Found:
    if args.actual:
        actuals.count()
        start, end = figures.period(args.start, args.end, timezone.localdate())
        return actuals.actuals(_EVERYTHING, start, end, args.onething)
    return figures.figures_of(figures.current_of(args.onething)) if args.onething else figures.city()


def _table(found: Found) -> Iterable[tuple[object, ...]]:
    if isinstance(found, Reform):
        return figures.table(found)
    return actuals.table(found) if isinstance(found, Actuals) else figures.city_table(found)


def _report(found: Found) -> Iterator[str]:
    if isinstance(found, Reform):
        yield from _one(found)
    elif isinstance(found, Actuals):
        yield from _actual(found)
    else:
        for row in found.rows:
            yield f"{row.name}：减幅的平均 {percent(row.mean_of_rates)}，合计的减幅 {percent(row.rate_of_sums)}"
        yield f"\n全部 {len(found.rows)} 件事"
        yield from map(_overall, found.whole.lines)
        yield "全部事项的承诺比法定时限"
        yield from map(_overall, found.items.lines)
        for name in found.unfrozen:
            yield f"注：“{name}”没有定稿的“以前”"


def _one(found: Reform) -> Iterator[str]:
    yield f"{found.name}\n从这里算起：{found.baseline}\n{found.weights}"
    yield from map(_line, found.lines)
    yield f"  减幅的平均 {percent(found.mean_of_rates)}，合计的减幅 {percent(found.rate_of_sums)}"
    for claim in figures.claims_of(found.onething):
        said = percent(claim.rate) if claim.rate is not None else f"少 {claim.cut}"
        name = MEASURE_NAMES[claim.measure.value][0]
        yield f"  公开说法：{name} {said}（{claim.scope or '本件事'}，{claim.provenance.source}）"
    for one in found.excluded:
        yield f"  没有计入：{MEASURE_NAMES[one.measure][0]}，{one.reason}"
    for remark in found.remarks:
        yield f"  注：{remark}"
    for person in found.people:
        yield f"{person.name}（占 {percent(person.share)}）"
        yield from map(_line, person.lines)


def _actual(found: Actuals) -> Iterator[str]:
    yield f"{found.start} 至 {found.end} 办结，计入 {found.whole.cases} 件"
    for row in (*found.rows, found.whole):
        yield f"{row.name}（{row.cases} 件）"
        yield from map(_overall, row.lines)
    for one in found.left:
        yield f"没有计入：{one.words} {one.cases} 件"


def _number(value: Decimal) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _line(line: FigureLine) -> str:
    name, unit = MEASURE_NAMES[line.measure]
    return f"  {name}：{_number(line.before)} → {_number(line.after)} {unit}，减 {percent(line.rate)}"


def _overall(line: OverallLine) -> str:
    name, unit = MEASURE_NAMES[line.measure]
    rates = f"合计的减幅 {percent(line.rate_of_sums)}，减幅的平均 {percent(line.mean_of_rates)}"
    counted = f"{line.counted}/{line.rows} 计入"
    return f"  {name}：{_number(line.before)} → {_number(line.after)} {unit}，{rates}（{counted}）"
