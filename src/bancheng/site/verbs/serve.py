"""Serve everything from this machine: a web process and a worker under one parent.

Ends when asked to (Ctrl-C), and also when one of the two dies: then with that
process's code and a message, never restarting in silence.
"""

import argparse
import json
import socket
import sys
import time
from http.client import HTTPConnection, HTTPException

from django.conf import settings

from bancheng.site.health import pending_migrations
from bancheng.site.processes import Family, on_stop
from bancheng.usecases import demo

NEEDS_DJANGO = True
_PATIENCE = 60.0  # seconds the web process has to answer for the first time


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)


def run(args: argparse.Namespace) -> int:
    """Serve until asked to stop or until a child dies."""
    if pending_migrations():
        print("The database is not up to date. Run: bancheng migrate", file=sys.stderr)
        return 1
    if _taken(args.host, args.port):
        print(f"Port {args.port} of {args.host} is in use; choose another with --port.", file=sys.stderr)
        return 1
    family = Family({"web": ["web", "--host", args.host, "--port", str(args.port)], "worker": ["worker"]})
    on_stop(family.stop)
    family.start()
    if _answers(family, args.host, args.port):
        _greet(args)
    name, code = family.wait()
    if name is not None:
        print(f"The {name} process ended by itself with code {code}; stopped everything.", file=sys.stderr)
    return code


def _answers(family: Family, host: str, port: int) -> bool:
    """Wait until the site answers, then look at its first page once: the first person shall not wait for the packs."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and family.ended() is None:
        try:
            if _status(host, port, "/healthz") < 500:
                _status(host, port, "/")
                return True
        except (OSError, HTTPException):
            time.sleep(0.1)
    return False


def _status(host: str, port: int, path: str) -> int:
    connection = HTTPConnection(_reachable(host), port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status
    finally:
        connection.close()


def _greet(args: argparse.Namespace) -> None:
    address = f"http://{args.host}:{args.port}/"
    people = demo.sign_ins() if settings.BANCHENG_DEMO else []
    if args.json:
        print(json.dumps({"address": address, "demo": people}, ensure_ascii=False), flush=True)
        return
    print(f"办成 Bancheng: {address}", flush=True)
    if people:
        print("Demo sign-ins (who, user name, password):", flush=True)
    for who, username, password in people:
        print(f"  {who}\t{username}\t{password}", flush=True)


def _taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((_reachable(host), port)) == 0


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", ""} else host  # noqa: S104  # reason: compared, not bound
