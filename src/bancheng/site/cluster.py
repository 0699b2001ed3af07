"""Many processes on one machine, kept alive and replaced one by one.

1. The parent holds the listening socket; every web process accepts from it, so none owns the port.
2. A process that dies is said aloud and started again, each time a little later while it keeps dying.
3. Asked to replace (SIGHUP), the parent starts a successor, waits until it says that it is ready, and only then lets
   the predecessor finish and end. A successor that never gets ready ends the replacing; what ran goes on running.
"""

import logging
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_LOOK = 0.2  # seconds between two looks at the processes
_GRACE = 30.0  # seconds a process has to finish what it holds before it is killed
_GET_READY = 90.0  # seconds a process has to say that it is ready
_STEADY = 10.0  # a process that lived this long did not die of its start
_PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)

_log = logging.getLogger(__name__)


def tell_ready(fd: int | None) -> None:
    """Tell the parent, if there is one that waits, that this process can serve."""
    if fd is not None:
        os.write(fd, b"1")
        os.close(fd)


@dataclass
class _Running:
    """A started process and the end of the pipe on which it says that it is ready."""

    process: subprocess.Popen[bytes]
    ready: int
    since: float = field(default_factory=time.monotonic)
    said: bool = False

    def is_ready(self) -> bool:
        """Whether it has said so."""
        if not self.said and select.select([self.ready], [], [], 0)[0]:
            self.said = os.read(self.ready, 1) == b"1"
        return self.said

    def forget(self) -> None:
        os.close(self.ready)


class Cluster:
    """The processes of one machine by name, each a ``bancheng`` verb with its arguments.

    Args:
        commands: verb and arguments by name.
        share: file descriptors that every process inherits.
    """

    def __init__(self, commands: Mapping[str, Sequence[str]], share: Sequence[int] = ()) -> None:
        self._commands = commands
        self._share = tuple(share)
        self._running: dict[str, _Running] = {}
        self._deaths: dict[str, int] = {}
        self._again: dict[str, float] = {}
        self._stop = threading.Event()
        self._replace = threading.Event()

    def start(self) -> None:
        """Start every process."""
        for name in self._commands:
            self._running[name] = self._begin(name)

    def stop(self) -> None:
        """Ask for the end; safe in a signal handler."""
        self._stop.set()

    def replace(self) -> None:
        """Ask for successors, one by one; safe in a signal handler."""
        self._replace.set()

    def pids(self) -> dict[str, int]:
        """The processes that run now."""
        return {name: one.process.pid for name, one in self._running.items()}

    def ready(self) -> bool:
        """Whether every process has said that it can serve."""
        return all(one.is_ready() for one in self._running.values())

    def turn(self) -> bool:
        """One look: start again what died, replace when asked; False once asked to stop."""
        if self._stop.wait(_LOOK):
            return False
        self._revive()
        if self._replace.is_set():
            self._replace.clear()
            self._replace_all()
        return not self._stop.is_set()

    def end(self) -> None:
        """Let every process finish and end."""
        for one in self._running.values():
            if one.process.poll() is None:
                one.process.terminate()
        for one in self._running.values():
            _finish(one)

    def _begin(self, name: str) -> _Running:
        hears, says = os.pipe()
        try:
            process = subprocess.Popen(  # noqa: S603  # reason: our own command, no shell
                [
                    sys.executable,
                    "-m",
                    "bancheng.site.cli_main",
                    *self._commands[name],
                    f"--parent={os.getpid()}",
                    f"--ready={says}",
                ],
                pass_fds=(*self._share, says),
            )
        finally:
            os.close(says)
        return _Running(process, hears)

    def _revive(self) -> None:
        now = time.monotonic()
        for name, one in list(self._running.items()):
            code = one.process.poll()
            if code is None:
                continue
            if name not in self._again:
                lived = now - one.since
                self._deaths[name] = 0 if lived > _STEADY else self._deaths.get(name, 0) + 1
                pause = _PAUSES[min(self._deaths[name], len(_PAUSES) - 1)]
                self._again[name] = now + pause
                _log.error("process %s died with code %s; started again in %s s", name, code, pause)
            if now >= self._again[name]:
                del self._again[name]
                one.forget()
                self._running[name] = self._begin(name)

    def _replace_all(self) -> None:
        for name in self._commands:
            heir = self._begin(name)
            if not self._gets_ready(heir):
                _log.error("the successor of %s does not get ready; what runs goes on", name)
                heir.process.kill()
                _finish(heir)
                return
            before, self._running[name] = self._running[name], heir
            self._again.pop(name, None)
            if before.process.poll() is None:
                before.process.terminate()
            _finish(before)
            _log.info("process %s was replaced", name)

    def _gets_ready(self, heir: _Running) -> bool:
        until = time.monotonic() + _GET_READY
        while time.monotonic() < until and heir.process.poll() is None and not self._stop.is_set():
            if heir.is_ready():
                return True
            time.sleep(_LOOK / 4)
        return heir.is_ready()


def _finish(one: _Running) -> None:
    try:
        one.process.wait(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        one.process.kill()
        one.process.wait()
    one.forget()
