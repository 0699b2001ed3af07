"""Create the first administrator.

The password is read from BANCHENG_ADMIN_PASSWORD, else asked for twice; with --generate one is
made and printed once. An empty or weak password is refused, and so is a second first administrator.
"""

import argparse
import getpass
import json
import os
import secrets
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from bancheng.store.models import Membership, User

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("username", help="the name the administrator signs in with")
    parser.add_argument("--name", default="系统管理员", help="the name pages show")
    parser.add_argument("--generate", action="store_true", help="make a password and print it once")


def run(args: argparse.Namespace) -> int:
    """Create the account, or say why not."""
    password = secrets.token_urlsafe(15) if args.generate else _given_password()
    problems = _create(args.username, args.name, password)
    if args.json:
        shown = {"password": password} if args.generate and not problems else {}
        print(json.dumps({"username": args.username, "problems": problems, **shown}, ensure_ascii=False))
    elif problems:
        print("\n".join(problems), file=sys.stderr)
    else:
        print(f"Administrator {args.username} created.")
        if args.generate:
            print(f"Password (shown only now): {password}")
    return 1 if problems else 0


def _create(username: str, name: str, password: str) -> list[str]:
    if not password:
        return ["An empty password is refused; set BANCHENG_ADMIN_PASSWORD or use --generate."]
    user = User(username=username, display_name=name)
    try:
        user.set_password(password)
        user.full_clean()
        validate_password(password, user)
    except ValidationError as refused:
        return list(refused.messages)
    with transaction.atomic():
        if Membership.objects.filter(role="administrator", user__is_demo=False).exists():
            return ["There is an administrator already; ask them for an account."]
        user.save()
        Membership.objects.create(user=user, role="administrator", body="")
    return []


def _given_password() -> str:
    given = os.environ.get("BANCHENG_ADMIN_PASSWORD", "")
    if given or not sys.stdin.isatty():
        return given
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        print("The two did not match.", file=sys.stderr)
        return ""
    return first
