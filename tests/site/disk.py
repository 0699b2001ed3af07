"""A full disk under PostgreSQL itself: its data lies on a small file system that is filled up in the midst of work.

``python -m tests.site.disk`` mounts one, makes a server on it, and has people hand in and work cases while nothing more
can be written: tables cannot grow, the log of the server cannot, and it may fall. Each time the space comes back
every case is looked at: its chain whole, its lists as its events say, each act there once or not at all. Prints JSON;
code 0 when nothing is wrong, 77 where this machine does not let us mount.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.site.chaos import ONETHING, _furnish, _judge_case, judge

from bancheng.site.own_postgres import OwnPostgres, PostgresFault

SIZE = "200m"
SMALL = {
    "max_connections": "20",
    "shared_buffers": "8MB",
    "min_wal_size": "32MB",
    "max_wal_size": "32MB",
    "restart_after_crash": "on",
}
ROOM = (0, 8192, 65536, 1 << 20)
"""Bytes left when the disk is called full: what does not fit differs."""
NOT_HERE = 77
MOST = 40
"""Turns after which the work counts as stuck."""


class CannotMount(Exception):
    """This machine does not let us mount a file system."""


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of `SIZE`, gone afterwards.

    Raises:
        CannotMount: not permitted here.
    """
    folder = tempfile.mkdtemp(prefix="disk-", dir="/tmp")
    made = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "tmpfs", folder]
    try:
        if subprocess.run(made, check=False, capture_output=True).returncode:
            raise CannotMount
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=False)
    finally:
        with suppress(OSError):
            Path(folder).rmdir()


@dataclass
class Disk:
    """The disk with the server on it; `ballast` is what fills it."""

    folder: Path
    server: OwnPostgres
    failed: Counter[str] = field(default_factory=Counter)
    filled: int = 0

    @property
    def ballast(self) -> Path:
        """What fills the disk."""
        return self.folder / "ballast"

    def fill(self, room: int) -> None:
        """Leave `room` bytes."""
        free = os.statvfs(self.folder)
        size = free.f_bavail * free.f_frsize - room
        with self.ballast.open("wb") as handle, suppress(OSError):
            os.posix_fallocate(handle.fileno(), 0, max(size, 1))
        self.filled += 1

    def end_log(self) -> None:
        """The server's own log wants a new file now, for which there is no room: it falls."""
        from django.db import DatabaseError, connection, connections  # reason: needs Django

        for _ in range(6):
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_logical_emit_message(false, 'disk', 'full')")
                cursor.execute("SELECT pg_switch_wal()")
        connections.close_all()

    @property
    def said(self) -> dict[str, int]:
        """How often the server said that there was no room, and how often it fell over it."""
        log = (self.folder / "pg" / "log").read_text(errors="replace")
        return {"no room": log.count("No space left on device"), "fell": log.count("PANIC:")}

    def free(self) -> None:
        """Give the room back; a server that fell is started again."""
        from django.db import DatabaseError, connection, connections  # reason: needs Django

        self.ballast.unlink(missing_ok=True)
        connections.close_all()
        for _ in range(60):
            try:
                with connection.cursor() as cursor:
                    cursor.execute("CREATE TABLE IF NOT EXISTS room_again (n int)")
            except DatabaseError:
                connections.close_all()
                with suppress(PostgresFault):
                    self.server.stop("immediate")
                with suppress(PostgresFault):
                    self.server.start()
            else:
                return
        raise SystemExit("the server does not come back")


def people(count: int) -> list[Callable[[], bool]]:
    """For each case what its people do: one act at each call; False when nothing is left to do."""
    from bancheng.core.casework import Phase  # reason: needs Django
    from bancheng.store.models import Case, Draft  # reason: needs Django
    from bancheng.usecases import apply, casework, play  # reason: needs Django

    def one() -> Callable[[], bool]:
        actor, begun = play.begin(play.example_of(ONETHING))
        begun, _ = play.fill(actor, begun)
        begun = play.give_papers(actor, begun)
        draft, known = begun.draft.pk, set(Case.objects.values_list("pk", flat=True))
        mine: list[Any] = []

        def act() -> bool:
            if not mine:
                if Draft.objects.filter(pk=draft).exists():
                    here = apply.prepare(actor, Draft.objects.get(pk=draft))
                    mine.append(play.hand_in(actor, here).case.pk)
                    return True
                # Said to have failed, and yet committed: the answer was lost and not the case.
                others = {pk for each in taken for pk in each}
                mine.append(Case.objects.exclude(pk__in=known | others).latest("created_at").pk)
            file = casework.load(Case.objects.get(pk=mine[0]))
            if file.state.phase is Phase.RECEIVED:
                play.accept(file)
                return True
            return next(play.work(file), None) is not None

        taken.append(mine)
        return act

    taken: list[list[Any]] = []
    return [one() for _ in range(count)]


def half_done() -> list[str]:
    """Cases whose chain, lists or papers do not fit together now."""
    from bancheng.store.models import Case  # reason: needs Django

    # Whether it is over is asked at the end.
    unfinished = ("is ", "has steps")
    found = [said for case in Case.objects.all() for said in _judge_case(case)]
    return [said for said in found if not any(said.partition(" ")[2].startswith(one) for one in unfinished)]


def run(count: int, seed: int) -> dict[str, Any]:
    """The whole: how often the disk was full, what failed then, and what is wrong."""
    chance = random.Random(seed)
    with small_disk() as folder, tempfile.TemporaryDirectory() as home:
        server = OwnPostgres(folder / "pg", SMALL)
        server.start()
        disk = Disk(folder, server)
        try:
            os.environ.update(
                BANCHENG_DATABASE=server.address,
                BANCHENG_HOME=home,
                BANCHENG_DEMO="1",
                BANCHENG_UNDO_SECONDS="0",
                DJANGO_SETTINGS_MODULE="bancheng.site.settings",
            )
            _furnish()
            wrong = _worked(disk, people(count), chance)
            wrong += judge(count)
            said = disk.said
        finally:
            with suppress(PostgresFault):
                server.stop("immediate")
    return {
        "cases": count,
        "filled": disk.filled,
        "failed": dict(disk.failed),
        "server": said,
        "wrong": wrong,
    }


def _worked(disk: Disk, acts: list[Callable[[], bool]], chance: random.Random) -> list[str]:
    """Everybody goes on until nothing is left to do; in every second turn the disk is full."""
    from django.db import DatabaseError, connections  # reason: needs Django

    wrong: list[str] = []
    for turn in range(MOST):
        full = turn % 2 == 0
        if full:
            disk.fill(chance.choice(ROOM))
            if turn % 6 == 4:
                disk.end_log()
        left = 0
        for act in acts:
            try:
                left += act()
            except (DatabaseError, OSError) as error:
                disk.failed[type(error).__name__] += 1
                connections.close_all()
                left += 1
        if full:
            disk.free()
            wrong += half_done()
        if not left:
            return wrong
    return [*wrong, "the work is stuck"]


def main() -> int:
    """Run it and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=6)
    parser.add_argument("--seed", type=int, default=4)
    args = parser.parse_args()
    try:
        told = run(args.cases, args.seed)
    except CannotMount:
        return NOT_HERE
    print(json.dumps(told, ensure_ascii=False))
    return 1 if told["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
