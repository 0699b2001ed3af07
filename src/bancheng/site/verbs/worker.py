"""Work off the queue and the sweeps (any number of these may run; `serve` runs one)."""

import argparse
import json

from bancheng.jobs import Worker
from bancheng.site.cluster import tell_ready
from bancheng.site.processes import end_with_parent, on_stop

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--once", action="store_true", help="one turn, then end")
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--ready", type=int, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Work until asked to stop."""
    worker = Worker()
    on_stop(worker.stop)
    end_with_parent(args.parent)
    if not args.once:
        tell_ready(args.ready)
        worker.run()
        return 0
    changed = worker.turn()
    if args.json:
        print(json.dumps({"changed": changed}))
    else:
        print("\n".join(f"{name}: {count}" for name, count in changed.items()) or "Nothing was due.")
    return 0
