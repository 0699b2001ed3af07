"""Make a personal access token for the API; it is printed once.

USER is the name the account signs in with. Exit code: 0 made, 1 no such account.
"""

import argparse
import json
import sys

from django.utils import timezone

from bancheng.usecases.access import NotFound
from bancheng.usecases.tokens import make_token

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("user", metavar="USER")
    parser.add_argument("--name", default="API", help="what the token is for")
    parser.add_argument(
        "--scope",
        choices=("read", "act"),
        default="read",
        help="read only, or also act in the account's name",
    )
    parser.add_argument("--days", type=_days, default=90, help="how long it is valid")


def run(args: argparse.Namespace) -> int:
    """Make it, print it."""
    try:
        text = make_token(args.user, args.name, args.scope, args.days, timezone.now())
    except NotFound:
        print(f"There is no open account {args.user!r}.", file=sys.stderr)
        return 1
    print(json.dumps({"token": text, "scope": args.scope, "days": args.days}) if args.json else text)
    return 0


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 366:
        raise argparse.ArgumentTypeError("between 1 and 366")
    return days
