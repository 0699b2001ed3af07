"""Make this home ready to be served: the database up to date and, in demo mode, the specimen town settled.

When neither the program nor the packs nor the database changed since the last time, it says so at once: looking at
the dates of files is enough, and costs no part of a second. On PostgreSQL, whose state no file of ours tells, the whole
is gone through each time.
Exit code: as of `bancheng migrate` and `bancheng demo-town`.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import bancheng
from bancheng.site import cli_main, environment

NEEDS_DJANGO = False
_PROGRAM = Path(bancheng.__file__).parent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes nothing of its own."""


def run(args: argparse.Namespace) -> int:
    """Migrate, settle the town where it is one, remember what it was done with."""
    home = environment.home()
    stamp = home / "furnished"
    if (known := _state(home)) and stamp.exists() and stamp.read_text() == known:
        print("Nothing changed since the last time.", file=sys.stderr)
        return cli_main.GOOD
    demo = [["demo-town"]] if environment.switch("BANCHENG_DEMO") else []
    for verb in (["migrate"], *demo):
        if code := cli_main.main([*verb, *(["--json"] if args.json else [])]):
            return code
    if known := _state(home):
        stamp.write_text(known)
    return cli_main.GOOD


def _state(home: Path) -> str:
    """What the work depends on, in a digest; empty where files cannot tell."""
    database = home / "bancheng.db"
    if environment.text("BANCHENG_DATABASE") or not database.exists():
        return ""
    told = [
        environment.text("BANCHENG_DEMO"),
        environment.text("BANCHENG_PACKS"),
        str(database.stat().st_ino),
    ]
    for path in sorted(_files()):
        at = path.stat()
        told.append(f"{path} {at.st_size} {at.st_mtime_ns}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _files() -> Iterator[Path]:
    """The program and every folder of packs, without what Python keeps of them."""
    folders = [_PROGRAM, _PROGRAM.parent.parent / "packs"]
    folders += [Path(one) for one in environment.listed("BANCHENG_PACKS", separator=os.pathsep)]
    for folder in folders:
        for path in folder.rglob("*"):
            if path.suffix != ".pyc" and path.is_file():
                yield path
