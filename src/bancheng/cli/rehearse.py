"""Play a plan with arrivals and staff: how long cases take, where they queue, how many are late, whether promises hold.

Time is in working days. The same options and seed give the same answer. Without --staff every body has --hands people.
Exit code: 0 every expectation holds, 1 one is missed, 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import msgspec

from bancheng.cli.check import chosen
from bancheng.connect.packs import load_packs
from bancheng.core.compiler import Blueprint, compile_onething
from bancheng.core.compiler.effects import (
    Rehearsal,
    Scenario,
    StaffAdvice,
    advise,
    default_expectation,
    percent,
    rehearse,
    staff_of,
)

NEEDS_DJANGO = False

_WIDTH = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    plain = Scenario()
    parser.add_argument("onething", metavar="ONETHING", help="key of the one-thing")
    parser.add_argument("--arrivals", type=float, default=plain.arrivals, help="cases a working day")
    parser.add_argument("--days", type=int, default=plain.days, help="working days with arrivals")
    parser.add_argument("--hands", type=int, default=2, help="people in each body")
    parser.add_argument("--staff", metavar="BODY=N", action="append", default=[], help="people in one body")
    parser.add_argument(
        "--hands-on", type=float, default=plain.hands_on, help="part of a step somebody works on it"
    )
    parser.add_argument("--evenly", action="store_true", help="arrivals at equal distances")
    parser.add_argument("--runs", type=int, default=plain.runs, help="how often it is repeated")
    parser.add_argument("--seed", type=int, default=plain.seed, help="another seed, other luck")
    parser.add_argument("--packs", metavar="PACK", nargs="+", default=[], help="folders or names of packs")


def run(args: argparse.Namespace) -> int:
    """Load, compile, play, print."""
    loaded = load_packs(chosen(args.packs))
    definition = loaded.catalogue.onethings.get(args.onething)
    compiled = compile_onething(definition, loaded.catalogue, loaded.coverage) if definition else None
    if definition is None or compiled is None or compiled.blueprint is None:
        print(f"没有这件事，或它有错误：{args.onething}", file=sys.stderr)
        return 2
    blueprint = compiled.blueprint
    try:
        found = rehearse(
            blueprint,
            _scenario(args, blueprint),
            definition.expectations or (default_expectation(blueprint),),
        )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    advice = advise(blueprint, found)
    if args.json:
        print(msgspec.json.encode({"rehearsal": found, "advice": advice}).decode())
    else:
        print("\n".join(_report(blueprint, found, advice)))
    return 0 if all(one.holds for one in found.checks) else 1


def _scenario(args: argparse.Namespace, blueprint: Blueprint) -> Scenario:
    known: dict[str, int] = {}
    for text in args.staff:
        body, _, hands = text.partition("=")
        if not hands.isdigit() or body not in staff_of(blueprint):
            raise ValueError(f"应写成 部门=人数，部门是 {'、'.join(staff_of(blueprint))} 之一：{text}")
        known[body] = int(hands)
    return Scenario(
        arrivals=args.arrivals,
        days=args.days,
        warm_up=min(Scenario().warm_up, args.days // 4),
        by_chance=not args.evenly,
        hands_on=args.hands_on,
        staff=staff_of(blueprint, args.hands, known),
        runs=args.runs,
        seed=args.seed,
    )


def _report(blueprint: Blueprint, found: Rehearsal, advice: tuple[StaffAdvice, ...]) -> Iterator[str]:
    scenario = found.scenario
    yield (
        f"{blueprint.name}：每个工作日 {scenario.arrivals:g} 件，{scenario.days} 个工作日，重复 {scenario.runs} 遍，"
        f"种子 {scenario.seed}"
    )
    yield (
        f"办结用时（工作日）：平均 {found.mean.mean:.2f} ± {found.mean.half:.2f}，"
        f"一半 {found.median:.2f}，九成 {found.p90:.2f}，95% {found.p95:.2f}"
    )
    yield f"超过承诺（{found.promised:g} 个工作日）的：{found.overdue.mean:.1%} ± {found.overdue.half:.1%}"
    yield f"到期还没办完：{found.in_progress} 件，共 {found.arrived} 件\n"
    most = max((share for _, _, share in found.bins), default=0)
    for low, high, share in found.bins:
        late = "超" if low >= found.promised - 1e-9 else "  "
        yield f"  {low:6.3g}–{high:<6.3g} {late} {'█' * round(share / most * _WIDTH)} {share:.1%}"
    yield "\n部门            人手  忙    平均等人手  最长排队"
    for one in sorted(found.bodies, key=lambda one: -one.waited):
        yield f"  {one.name}  {one.staff}  {one.busy:.0%}  {one.waiting:.2f}  {one.longest:.1f}"
    for line in advice:
        yield (
            f"{line.name}再加 1 人（共 {line.staff} 人）→ 超过承诺的由 {line.overdue[0]:.1%} 变成 "
            f"{line.overdue[1]:.1%}，平均由 {line.mean[0]:.2f} 变成 {line.mean[1]:.2f} 个工作日"
        )
    for check in found.checks:
        wanted = check.expectation
        word = "守得住" if check.holds else "守不住"
        reached = f"{check.reached.mean:.1%} ± {check.reached.half:.1%}"
        yield f"{word}：{percent(wanted.share)} 在 {wanted.within.words()} 内办结？演练是 {reached}"
