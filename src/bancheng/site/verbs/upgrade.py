"""After installing a new version: back up, migrate, check, report."""

import argparse
import json
import sys

from django.core import checks
from django.core.management import call_command

from bancheng.site import dumps
from bancheng.site.archive import BackupProblem, back_up
from bancheng.site.health import pending_migrations
from bancheng.site.verbs.backup import default_target

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes nothing of its own."""


def run(args: argparse.Namespace) -> int:
    """Upgrade; on problems afterwards, name the backup to go back to."""
    target = default_target()
    try:
        back_up(target)
    except (BackupProblem, dumps.DumpFault) as problem:
        print(f"Nothing was changed. {problem}", file=sys.stderr)
        return 1
    applied = pending_migrations()
    call_command("migrate", interactive=False, verbosity=0)
    problems = [*dumps.problems(), *(str(found) for found in checks.run_checks() if found.is_serious())]
    if args.json:
        print(json.dumps({"backup": str(target), "applied": applied, "problems": problems}))
        return 1 if problems else 0
    print(f"Backup: {target}")
    print(f"Migrations applied: {', '.join(applied) or 'none were pending'}")
    for found in problems:
        print(f"Problem: {found}", file=sys.stderr)
    if problems:
        print(
            f"To go back: install the former version, then bancheng restore --replace {target}",
            file=sys.stderr,
        )
        return 1
    print("All checks passed.")
    return 0
