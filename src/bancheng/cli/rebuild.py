"""Fold every case again from its events, write its columns and tasks anew, and count supervision's figures from them.

Lists are made of projections, which are caches; this rebuilds them. Safe while the town works.
Exit code: 0 rebuilt, 1 a case's chain of events is broken (it is named; nothing is written for it).
"""

import argparse
import json
import sys

from bancheng.core.kernel import Fault
from bancheng.usecases import overview
from bancheng.usecases.casework import rebuild

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes nothing of its own."""


def run(args: argparse.Namespace) -> int:
    """Rebuild; how many cases."""
    try:
        count = rebuild()
    except Fault as broken:
        print(json.dumps({"fault": str(broken)}) if args.json else f"Stopped: {broken}", file=sys.stderr)
        return 1
    overview.recount()
    print(json.dumps({"cases": count}) if args.json else f"{count} cases rebuilt.")
    return 0
