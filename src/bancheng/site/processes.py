"""Parent and children: how ``serve`` keeps a web process and a worker together.

A child is told its parent's process id. When the parent is gone, even killed
without a word, the child ends by itself; so nothing is left behind on a port.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

_GRACE = 15.0  # seconds a child has to finish what it holds before it is killed


def on_stop(action: Callable[[], None]) -> None:
    """Call ``action`` when the process is asked to end (SIGTERM or SIGINT)."""

    def handle(signum: int, frame: FrameType | None) -> None:
        action()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


def end_with_parent(parent: int | None) -> None:
    """Ask this process to end as soon as ``parent`` is no longer its parent; None asks nothing."""
    if parent is None:
        return

    def watch() -> None:
        never = threading.Event()
        while os.getppid() == parent:
            never.wait(1.0)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


class Family:
    """The children of one parent, by name. One ends, all end."""

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        self._commands = commands
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._asked_to_stop = threading.Event()

    def start(self) -> None:
        """Start every child as ``bancheng <command>``."""
        for name, command in self._commands.items():
            self._children[name] = subprocess.Popen(  # noqa: S603  # reason: our own command, no shell
                [sys.executable, "-m", "bancheng.site.cli_main", *command, "--parent", str(os.getpid())]
            )

    def stop(self) -> None:
        """Ask every child to end."""
        self._asked_to_stop.set()
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()

    def ended(self) -> str | None:
        """The name of a child that has ended, or None while all live."""
        return next((name for name, child in self._children.items() if child.poll() is not None), None)

    def wait(self) -> tuple[str | None, int]:
        """Wait until a child ends or ``stop`` is called, then end the others.

        Returns:
            (None, 0) after an orderly stop; else the name of the child that died first and
            a code that is never 0 (128 + signal number for a child that was killed).
        """
        look = threading.Event()
        while (first := self.ended()) is None and not self._asked_to_stop.is_set():
            look.wait(0.2)
        orderly = self._asked_to_stop.is_set()
        self.stop()
        for child in self._children.values():
            try:
                child.wait(timeout=_GRACE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if orderly or first is None:
            return None, 0
        code = self._children[first].returncode
        return first, 128 - code if code < 0 else code or 1
