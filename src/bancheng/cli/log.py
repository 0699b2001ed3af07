"""Event logs: `log export` writes XES or OCEL 2.0, `log replay` runs a permit log of others through the engine.

Nothing about a person goes out: cases and officials stand under pseudonyms. What comes in is not stored.
Exit code: 0 done, 1 the log cannot be read or the engine counts late cases otherwise than the log, 2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from dataclasses import replace as changed
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from bancheng.connect.eventlogs import OCEL, XES, Columns, read_csv, read_ocel, read_xes
from bancheng.core.kernel import ProblemsFound
from bancheng.usecases import eventlog, replay

NEEDS_DJANGO = True
READERS = {
    ".xes": (read_xes, XES),
    **dict.fromkeys((".json", ".jsonocel", ".xml", ".xmlocel"), (read_ocel, OCEL)),
}
"""By the ending of the file's name; any other is CSV."""
TOLD = 100
"""So many problems of a bad log are shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    out = verbs.add_parser("export", help="write the event log")
    out.add_argument("file", metavar="OUT", type=Path)
    out.add_argument("--format", choices=eventlog.FORMATS, default="xes")
    out.add_argument("--since", type=datetime.fromisoformat, help="events from this moment or day on")
    out.add_argument("--until", type=datetime.fromisoformat, help="events before this moment or day")
    out.add_argument("--onething", default="", help="events of this one-thing only")
    back = verbs.add_parser(
        "replay", help="run a permit event log (.csv, .xes, or OCEL 2.0 as .json or .xml) through the engine"
    )
    back.add_argument("file", metavar="LOG", type=Path)
    for name, usual in asdict(Columns()).items():
        back.add_argument(f"--{name}", metavar="COLUMN", help=f"the column that tells it ({usual})")


def run(args: argparse.Namespace) -> int:
    """Export or replay."""
    return _export(args) if args.verb == "export" else _replay(args)


def _moment(given: datetime | None) -> datetime | None:
    return timezone.make_aware(given) if given is not None and given.tzinfo is None else given


def _export(args: argparse.Namespace) -> int:
    cut = eventlog.Cut(_moment(args.since), _moment(args.until), args.onething)
    with args.file.open("w", encoding="utf-8") as out:
        count = eventlog.write(cut, args.format, out)
    print(json.dumps({"events": count}) if args.json else f"{count} events written to {args.file.name}.")
    return 0


def _replay(args: argparse.Namespace) -> int:
    given = {name: value for name in asdict(Columns()) if (value := getattr(args, name))}
    read, usual = READERS.get(args.file.suffix.lower(), (read_csv, Columns()))
    began = time.process_time()
    try:
        found = replay.replay(read(args.file, changed(usual, **given)))
    except ProblemsFound as wrong:
        print("\n".join(one.message for one in wrong.problems[:TOLD]), file=sys.stderr)
        if len(wrong.problems) > TOLD:
            print(f"… {len(wrong.problems) - TOLD} more", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{args.file}: {error.strerror}", file=sys.stderr)
        return 1
    spent = time.process_time() - began
    told = {**asdict(found), "seconds": round(spent, 3)}
    if args.json:
        print(json.dumps(told, ensure_ascii=False, default=str))
    else:
        print(
            f"{found.cases} cases, {found.lines} lines, {found.acts} acts, {found.events} events in {spent:.1f} s"
        )
        print(
            f"late by the log {found.late_log}, by the engine {found.late_engine}, {len(found.differing)} differ"
        )
        print(f"refused by the engine: {len(found.refused)}")
    return 1 if found.differing else 0
