"""Bring the database to the shape this version needs."""

import argparse
import json

from django.core.management import call_command

from bancheng.site.health import pending_migrations

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--plan", action="store_true", help="only list what would be applied")


def run(args: argparse.Namespace) -> int:
    """Apply (or list) the pending migrations."""
    pending = pending_migrations()
    if not args.plan:
        call_command("migrate", interactive=False, verbosity=0)
        # Where rate limits are counted in the database, their table is no model of any application.
        call_command("createcachetable", verbosity=0)
    if args.json:
        print(json.dumps({"applied": not args.plan, "migrations": pending}))
    elif pending:
        print(f"{len(pending)} migrations {'are pending' if args.plan else 'applied'}.")
        print("\n".join(pending) if args.plan else "The database is up to date.")
    else:
        print("The database is up to date.")
    return 0
