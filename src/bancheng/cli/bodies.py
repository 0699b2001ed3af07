"""Changes of bodies: list them, preview what every running case would meet, carry the cases over.

`--carry` needs `--by`, the account of the administrator in whose name it is done. Exit code: 0 done, 1 some cases
stayed behind (each is named), 2 the change or the account does not exist, or the account may not.
"""

import argparse
import json
import sys
from typing import Any

from django.utils import timezone

from bancheng.store.models import User
from bancheng.usecases import bodies
from bancheng.usecases.access import Actor, NotAllowed, NotFound, actor_for

NEEDS_DJANGO = True
_READER = Actor(roles=frozenset({"supervisor"}))
_MOST = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A change by its key; without one all are listed."""
    parser.add_argument("change", nargs="?", default="", help="key of the change; without it all are listed")
    parser.add_argument("--carry", action="store_true", help="carry the running cases over, not only look")
    parser.add_argument("--by", default="", metavar="ACCOUNT", help="the administrator who carries them over")


def run(args: argparse.Namespace) -> int:
    """List, preview or carry."""
    try:
        if not args.change:
            return _list(args)
        return _carry(args) if args.carry else _preview(args)
    except NotFound as missing:
        print(f"There is no such {missing}.", file=sys.stderr)
    except NotAllowed:
        print(f"The account {args.by!r} is no administrator.", file=sys.stderr)
    return 2


def _list(args: argparse.Namespace) -> int:
    rows = bodies.changes(_READER, timezone.localdate())
    told: list[dict[str, Any]] = [
        {
            "key": one.change.key,
            "name": one.change.name,
            "on": one.change.on.isoformat(),
            "basis": one.change.basis,
            "does": bodies.named(one.change),
            "cases": one.cases,
            "posts": one.people,
        }
        for one in rows
    ]
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
    for row in () if args.json else told:
        print(
            f"{row['on']}  {row['key']}  {row['name']}: {'；'.join(row['does'])} ({row['cases']} running cases)"
        )
    return 0


def _preview(args: argparse.Namespace) -> int:
    meets, count = bodies.preview(_READER, args.change, 0, _MOST)
    lines = dict(bodies.lines_of(meets))
    if args.json:
        print(json.dumps({"looked_at": count, "cases": lines}, ensure_ascii=False))
        return 0
    for number, words in lines.items():
        print(f"{number}  {words}")
    print(f"{len(lines)} of {count} running cases would change.")
    return 0


def _carry(args: argparse.Namespace) -> int:
    account = User.objects.filter(username=args.by).first()
    if account is None:
        raise NotFound("account")
    moved = bodies.carry(actor_for(account), args.change)
    for one in moved.why:
        print(one, file=sys.stderr)
    print(json.dumps({"carried": moved.done}) if args.json else f"{moved.done} cases carried over.")
    return 1 if moved.why else 0
