"""Explain the guided questions: why each is asked, why the others are not, and how many that saves.

ONETHING is a key of the packs. Without answers it is somebody of whom nothing is known; --profile takes a sample
person of the one-thing, --answers what somebody said. Exit code: 0 explained, 1 it does not compile, 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import date

import msgspec

from bancheng.cli.check import chosen
from bancheng.connect.packs import load_packs
from bancheng.core.compiler import (
    AskingExplained,
    AskingRow,
    Blueprint,
    Compiled,
    asking_rows,
    asking_svg,
    compile_onething,
    explain_asking,
)
from bancheng.core.evidence import Known

HELP = "explain why each guided question is asked, why the others are not, and how many that saves"
NEEDS_DJANGO = False

SHOWN = 6
"So many effects of a question are printed; all are in the JSON."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("onething", metavar="ONETHING", help="key of the one-thing")
    parser.add_argument(
        "--answers", metavar="KEY=VALUE", nargs="+", default=[], help="what this person has answered so far"
    )
    parser.add_argument("--profile", metavar="PERSON", help="a sample person of the one-thing")
    parser.add_argument("--packs", metavar="PACK", nargs="+", default=[], help="folders or names of packs")
    parser.add_argument("--today", metavar="DATE", type=date.fromisoformat, help="the day that today() means")
    parser.add_argument("--svg", action="store_true", help="print only the picture of the averages")


def run(args: argparse.Namespace) -> int:
    """Load, compile, explain."""
    wrong = [one for one in args.answers if "=" not in one]
    if wrong:
        return _wrong(f"回答要写成“数据元=值”：{'、'.join(wrong)}")
    loaded = load_packs(chosen(args.packs))
    definition = loaded.catalogue.onethings.get(args.onething)
    if definition is None:
        return _wrong(f"没有这件事：{args.onething}。现有：{'、'.join(sorted(loaded.catalogue.onethings))}")
    answers: dict[str, object] = {}
    if args.profile is not None:
        profile = next((one for one in definition.profiles if one.key == args.profile), None)
        if profile is None:
            return _wrong(
                f"没有这个示例的人：{args.profile}。现有：{'、'.join(one.key for one in definition.profiles)}"
            )
        answers.update(profile.answers)
    answers.update(one.split("=", 1) for one in args.answers)
    compiled = compile_onething(definition, loaded.catalogue, loaded.coverage)
    blueprint = compiled.blueprint
    if blueprint is None:
        print(
            f"“{definition.name}”还有错误，先用 bancheng check 与 bancheng compile 看一看。", file=sys.stderr
        )
        return 1
    explained = explain_asking(blueprint, answers, Known(), args.today)
    rows = asking_rows(blueprint, args.today)
    if args.json:
        print(msgspec.json.encode({"person": explained, "rows": rows}).decode())
    elif args.svg:
        print(asking_svg(rows, standalone=True))
    else:
        print("\n".join(_report(blueprint, compiled, explained, rows)))
    return 0


def _wrong(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


def _report(
    blueprint: Blueprint, compiled: Compiled, explained: AskingExplained, rows: tuple[AskingRow, ...]
) -> Iterator[str]:
    plan = explained.plan
    yield f"{blueprint.name}：{len(blueprint.questions)} 个情形问题"
    yield "\n还要问" if explained.asked else "\n不用再问：什么都定下来了"
    for number, one in enumerate(explained.asked, 1):
        chance = "" if one.chance == 1 else f"（这样的人有 {one.chance * 100:.0f}% 会被问到）"
        yield f"  {number}. {one.text}{chance}{'  ← 下一个' if number == 1 else ''}"
        more = f"等 {len(one.decides)} 件事" if len(one.decides) > SHOWN else ""
        yield f"     它决定：{'；'.join(one.decides[:SHOWN])}{more}"
    if explained.spared:
        yield "\n不问"
    for other in explained.spared:
        yield f"  － {other.text}  {other.reason}"
    for problem in compiled.problems:
        if problem.code == "idle-question":
            yield f"  － {problem.message}"
    if explained.asked:
        yield f"\n平均还要问 {plan.expected:f} 个；任何问法都不少于 {plan.bound:f} 个" + (
            "，已是最少。" if plan.exact else f"，差距不超过 {plan.expected - plan.bound:f} 个（近似）。"
        )
    yield from _figure(rows)


def _figure(rows: tuple[AskingRow, ...]) -> Iterator[str]:
    yield "\n与固定次序比（问几个）      随答随定  固定次序  全部都问"
    for row in rows:
        share = f"（占 {row.share * 100:.0f}%）" if row.share is not None else ""
        name = f"{row.name or '平均（按申报的占比）'}{share}"
        yield f"  {row.ours:>8.2f}  {row.fixed_order:>8.2f}  {row.all:>8.0f}  {name}"
