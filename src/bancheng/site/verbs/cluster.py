"""Serve from this machine with several web and worker processes, kept alive and replaced one by one.

A process that dies is started again. `kill -HUP` of this process replaces all others one by one without dropping a
request: after a new version was installed, for instance. Needs PostgreSQL; with --own-postgres it makes and runs
one in the home.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from types import FrameType

from django.conf import settings

from bancheng.site.cluster import Cluster
from bancheng.site.health import pending_migrations
from bancheng.site.listening import listen
from bancheng.site.own_postgres import OwnPostgres, PostgresFault, PostgresMissing
from bancheng.site.processes import end_with_parent, on_stop

NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--web", type=int, default=2, help="web processes (2)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes (2)")
    parser.add_argument(
        "--own-postgres",
        action="store_true",
        help="make and run a PostgreSQL server in the home and bring its database up to date",
    )
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    if args.own_postgres:
        return _on_own_postgres(args)
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        print(
            "Several processes need PostgreSQL: set BANCHENG_DATABASE, or use --own-postgres.",
            file=sys.stderr,
        )
        return 1
    if pending_migrations():
        print("The database is not up to date. Run: bancheng migrate", file=sys.stderr)
        return 1
    try:
        listening = listen(args.host, args.port)
    except OSError as refused:
        print(f"Cannot listen on {args.host}:{args.port}: {refused.strerror}", file=sys.stderr)
        return 1
    web = ["web", f"--socket={listening.fileno()}"]
    commands = {f"web-{n}": web for n in range(1, args.web + 1)}
    commands |= {f"worker-{n}": ["worker"] for n in range(1, args.workers + 1)}
    cluster = Cluster(commands, share=(listening.fileno(),))
    on_stop(cluster.stop)
    end_with_parent(args.parent)
    signal.signal(signal.SIGHUP, _then(cluster.replace))
    cluster.start()
    greeted = False
    while cluster.turn():
        if not greeted and cluster.ready():
            greeted = True
            _greet(args, cluster)
    cluster.end()
    return 0


def _greet(args: argparse.Namespace, cluster: Cluster) -> None:
    address = f"http://{args.host}:{args.port}/"
    if args.json:
        print(json.dumps({"address": address, "processes": cluster.pids()}), flush=True)
        return
    print(f"Bancheng serves {address} with {args.web} web and {args.workers} worker processes.")
    print("Ctrl-C ends them; kill -HUP replaces them one by one.", flush=True)


def _on_own_postgres(args: argparse.Namespace) -> int:
    """Start the server, bring its database up to date, and serve from it in a process that knows its address."""
    try:
        server = OwnPostgres(settings.BANCHENG_HOME / "postgres")
        server.start()
    except (PostgresMissing, PostgresFault) as problem:
        print(problem, file=sys.stderr)
        return 1
    try:
        environment = {**os.environ, "BANCHENG_DATABASE": server.address}
        done = subprocess.run(_command("furnish"), env=environment, check=False)  # noqa: S603  # reason: our own command
        if done.returncode:
            return done.returncode
        return _serve(args, environment)
    finally:
        server.stop()


def _serve(args: argparse.Namespace, environment: dict[str, str]) -> int:
    told = [f"--host={args.host}", f"--port={args.port}", f"--web={args.web}", f"--workers={args.workers}"]
    told.append(f"--parent={os.getpid()}")
    serving = subprocess.Popen(  # noqa: S603  # reason: our own command
        _command("cluster", *told, *(["--json"] if args.json else [])), env=environment
    )
    on_stop(serving.terminate)
    signal.signal(signal.SIGHUP, _then(lambda: serving.send_signal(signal.SIGHUP)))
    return serving.wait()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bancheng.site.cli_main", *arguments]


def _then(action: Callable[[], None]) -> Callable[[int, FrameType | None], None]:
    def handle(signum: int, frame: FrameType | None) -> None:
        action()

    return handle
