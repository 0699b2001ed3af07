"""The fake one-thing test 假一件事 of everything people can apply for: a score with its evidence, the worst first.

With ONETHING every question with its evidence. Exit code: 0 printed, 1 nothing is published under this key.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import msgspec
from django.utils import timezone

from bancheng.core.compiler.effects import FakeTest
from bancheng.usecases import effects

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("onething", metavar="ONETHING", nargs="?", default="", help="key of the one-thing")


def run(args: argparse.Namespace) -> int:
    """Judge and print."""
    found = [
        one
        for one in effects.fake_tests(timezone.localdate(), numbers=True)
        if args.onething in {"", one.onething}
    ]
    if not found:
        print(f"没有发布过这件事：{args.onething}", file=sys.stderr)
        return 1
    if args.json:
        print(msgspec.json.encode([{"score": one.score, "test": one} for one in found]).decode())
        return 0
    for one in found:
        print(f"{one.score:>6}  {one.name}（{len(one.unknown)} 题量不到）")
        if args.onething:
            print("\n".join(_answers(one)))
    return 0


def _answers(found: FakeTest) -> Iterator[str]:
    for one in found.criteria:
        points = "量不到" if one.score is None else f"{one.score * one.weight:.1f}/{one.weight}"
        yield f"  {one.question} {points}"
        yield from (f"      {line}" for line in one.evidence)
