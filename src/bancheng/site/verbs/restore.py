"""Restore a backup; stop the site first. Every digest is checked before anything is touched."""

import argparse
import json
import sys
from pathlib import Path

from django.core.management import call_command

from bancheng.site.archive import BackupProblem, restore, verify
from bancheng.site.dumps import DumpFault

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("source", type=Path, help="a file made by bancheng backup")
    parser.add_argument(
        "--replace", action="store_true", help="replace the data that is here (backed up first)"
    )
    parser.add_argument("--verify", action="store_true", help="only check that the backup is whole")


def run(args: argparse.Namespace) -> int:
    """Restore (or only verify), then bring an older backup to this version's schema."""
    kept = None
    try:
        if args.verify:
            verify(args.source)
        else:
            kept = restore(args.source, replace=args.replace)
            call_command("migrate", interactive=False, verbosity=0)
    except (BackupProblem, DumpFault) as problem:
        print(problem, file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps({"restored": not args.verify, "kept": str(kept) if kept else None}))
    elif args.verify:
        print("The backup is whole.")
    else:
        print("Restored." + (f" What was here before is kept in {kept}" if kept else ""))
    return 0
