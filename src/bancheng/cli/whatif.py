"""A one-thing beside itself changed: what each change does to questions, fields, materials, steps, days and fees.

Without a change it ranks single cuts: each body a day faster, each uncovered paper or value connected.
BODY=DAYS cuts every item and step of a body; with --cut-item ITEM=DAYS or ITEM/STEP=DAYS one item or one step.
Exit code: 0 compared, 1 the one-thing or the changed one does not compile, 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec

from bancheng.cli.check import chosen
from bancheng.connect.packs import load_packs
from bancheng.core.catalogue import Member
from bancheng.core.compiler.effects import (
    AddMember,
    ConnectSource,
    CutLimit,
    DisconnectSource,
    DropMember,
    Effect,
    Facets,
    Ranked,
    ReplaceItem,
    Setting,
    WhatIfChange,
    hypothetical,
    rank,
    what_if,
)

NEEDS_DJANGO = False

_WORDS = ("问题", "填写项", "材料", "环节", "跑动", "最长一串", "承诺", "费用")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("onething", metavar="ONETHING", help="key of the one-thing")
    parser.add_argument("--cut", metavar="BODY=DAYS", action="append", default=[], help="a body is faster")
    parser.add_argument(
        "--cut-item",
        metavar="ITEM[/STEP]=DAYS",
        action="append",
        default=[],
        help="an item or step is faster",
    )
    parser.add_argument(
        "--connect", metavar="KEY", action="append", default=[], help="a document or element gets a source"
    )
    parser.add_argument(
        "--disconnect", metavar="SOURCE", action="append", default=[], help="a source falls away"
    )
    parser.add_argument("--add", metavar="ITEM", action="append", default=[], help="one more member")
    parser.add_argument("--drop", metavar="ITEM", action="append", default=[], help="a member less")
    parser.add_argument(
        "--replace", metavar="PACK", action="append", default=[], help="items of this pack in their version"
    )
    parser.add_argument("--packs", metavar="PACK", nargs="+", default=[], help="folders or names of packs")


def run(args: argparse.Namespace) -> int:
    """Load, change, compare."""
    loaded = load_packs(chosen(args.packs))
    definition = loaded.catalogue.onethings.get(args.onething)
    if definition is None:
        print(f"没有这件事：{args.onething}", file=sys.stderr)
        return 2
    setting = Setting(definition=definition, catalogue=loaded.catalogue, coverage=loaded.coverage)
    try:
        changes = list(_changes(args, setting))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if not changes:
        return _print_ranking(rank(setting), as_json=args.json)
    found = what_if(setting, changes)
    if found is None:
        print("这件事现在就有错误，先用 bancheng compile 看。", file=sys.stderr)
        return 1
    effects = (found.together, *(found.alone if len(changes) > 1 else ()))
    if args.json:
        told = [{"changes": one.changes, "people": one.people, "problems": one.problems} for one in effects]
        print(msgspec.json.encode(told).decode())
    else:
        print("\n".join(line for one in effects for line in _report(one, together=one is found.together)))
    return 0 if found.together.alternative else 1


def _changes(args: argparse.Namespace, setting: Setting) -> Iterator[WhatIfChange]:
    for text in args.cut:
        body, days = _days(text)
        yield CutLimit(body=body, days=days)
    for text in args.cut_item:
        place, days = _days(text)
        item, _, step = place.partition("/")
        yield CutLimit(item=item, step=step, days=days)
    for key in args.connect:
        document = setting.catalogue.documents.get(key)
        element = setting.catalogue.elements.get(key)
        if document:
            yield ConnectSource(source=hypothetical(name=document.name, documents=(key,)))
        elif element:
            yield ConnectSource(source=hypothetical(name=element.name, elements=(key,)))
        else:
            raise ValueError(f"没有这种材料或数据元：{key}")
    yield from (DisconnectSource(source=key) for key in args.disconnect)
    yield from (AddMember(member=Member(item=key)) for key in args.add)
    yield from (DropMember(item=key) for key in args.drop)
    members = {member.item for member in setting.definition.members}
    for folder in args.replace:
        items = load_packs([Path(folder)]).catalogue.items
        yield from (ReplaceItem(item=item) for key, item in items.items() if key in members)


def _days(text: str) -> tuple[str, int]:
    place, _, days = text.rpartition("=")
    if not place or not days.isdigit():
        raise ValueError(f"应写成 名称=天数：{text}")
    return place, int(days)


def _report(effect: Effect, *, together: bool) -> Iterator[str]:
    title = "合在一起" if together else "单独："
    yield title if together else f"\n{title}{_said(effect.changes[0])}"
    for problem in effect.problems:
        yield f"  {problem.render()}"
    for one in effect.people if together else effect.people[-1:]:
        yield f"  {one.name}：{_facets(one.before, one.after)}"
        if one.critical_before != one.critical_after:
            yield f"    关键路径：{'→'.join(one.critical_before)}  变成  {'→'.join(one.critical_after)}"


def _said(change: WhatIfChange) -> str:
    if isinstance(change, CutLimit):
        where = "/".join(part for part in (change.body, change.item, change.step) if part)
        return f"{where} 减 {change.days} 个工作日"
    if isinstance(change, ReplaceItem):
        return f"“{change.item.name}”换成第 {change.item.version} 版"
    if isinstance(change, ConnectSource):
        return f"接通 {change.source.name}"
    if isinstance(change, DisconnectSource):
        return f"断开 {change.source}"
    return f"加办 {change.member.item}" if isinstance(change, AddMember) else f"不办 {change.item}"


def _facets(before: Facets, after: Facets) -> str:
    pairs = zip(_WORDS, msgspec.structs.astuple(before), msgspec.structs.astuple(after), strict=True)
    changed = [f"{name} {_number(was)}→{_number(now)}" for name, was, now in pairs if was != now]
    return "，".join(changed) or "没有变化"


def _number(value: Decimal | int) -> str:
    return f"{Decimal(value):.2f}".rstrip("0").rstrip(".")


def _print_ranking(found: tuple[Ranked, ...], *, as_json: bool) -> int:
    if as_json:
        print(msgspec.json.encode(found).decode())
        return 0
    print("只改一处，哪一处最管用（每人平均）：")
    for one in found:
        gains = (
            f"少 {_number(one.days)} 个工作日、{_number(one.materials)} 份材料、{_number(one.fields)} 项填写"
        )
        print(f"  {one.words}：{gains}")
    return 0
