"""Running cases of older versions: list them, preview what each would meet in the current one, move them.

`--move` needs `--by`, the account of the officer in whose name it is done, and `--reason`. Exit code: 0 done, 1 some
cases stayed behind (each is named), 2 the one-thing or the account does not exist, or the account may not.
"""

import argparse
import json
import sys

from bancheng.store.models import User
from bancheng.usecases import moving
from bancheng.usecases.access import Actor, NotAllowed, NotFound, actor_for

NEEDS_DJANGO = True
_READER = Actor(roles=frozenset({"administrator"}), posts=(("administrator", ""),))
_MOST = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A one-thing by its key; without one all with older cases are listed."""
    parser.add_argument("onething", nargs="?", default="", help="key; without it all with older cases")
    parser.add_argument("--move", action="store_true", help="move the cases that can be moved, not only look")
    parser.add_argument("--by", default="", metavar="ACCOUNT", help="the officer who moves them")
    parser.add_argument("--reason", default="", help="why, kept in every case")


def run(args: argparse.Namespace) -> int:
    """List, preview or move."""
    try:
        if not args.onething:
            return _list(args)
        return _move(args) if args.move else _preview(args)
    except NotFound as missing:
        print(f"There is no such {missing}.", file=sys.stderr)
    except NotAllowed:
        print(f"The account {args.by!r} may not move cases.", file=sys.stderr)
    return 2


def _list(args: argparse.Namespace) -> int:
    rows = {one.key: one.cases for one in moving.behind(_READER)}
    if args.json:
        print(json.dumps(rows))
    for key, count in () if args.json else rows.items():
        print(f"{key}  {count} running cases of older versions")
    return 0


def _preview(args: argparse.Namespace) -> int:
    found, count = moving.prospects(_READER, args.onething, 0, _MOST)
    told = {one.case.number: {"changes": one.changes, "hindered": one.hindered} for one in found}
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for one in found:
        print(f"{one.case.number}  {one.hindered or '；'.join(one.changes) or 'nothing changes'}")
    print(f"{sum(not one.hindered for one in found)} of {count} cases can move.")
    return 0


def _move(args: argparse.Namespace) -> int:
    account = User.objects.filter(username=args.by).first()
    if account is None:
        raise NotFound("account")
    moved = moving.move(actor_for(account), args.onething, None, args.reason)
    for one in moved.why:
        print(one, file=sys.stderr)
    print(json.dumps({"moved": moved.done}) if args.json else f"{moved.done} cases moved.")
    return 1 if moved.why else 0
