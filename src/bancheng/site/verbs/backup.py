"""Back up database, files and key into one archive; the site may go on serving."""

import argparse
import json
import sys
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from bancheng.site.archive import BackupProblem, back_up
from bancheng.site.dumps import DumpFault

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument(
        "target", nargs="?", type=Path, help="the file to write (default: backups/ of the home)"
    )


def run(args: argparse.Namespace) -> int:
    """Write the backup and say where it lies."""
    target = args.target or default_target()
    try:
        manifest = back_up(target)
    except (BackupProblem, DumpFault) as problem:
        print(problem, file=sys.stderr)
        return 1
    size = target.stat().st_size
    if args.json:
        print(json.dumps({"backup": str(target), "bytes": size, "entries": len(manifest.entries)}))
    else:
        print(f"Backed up {len(manifest.entries)} files, {size} bytes: {target}")
    return 0


def default_target() -> Path:
    """A name of this moment under the home's ``backups`` folder."""
    folder: Path = settings.BANCHENG_HOME / "backups"
    return folder / f"bancheng-{timezone.now():%Y%m%d-%H%M%S-%f}.tar"
