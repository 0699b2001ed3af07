"""A deployment of its own for a test: real processes, a real database file, a real home."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# A machine that forbids Python to keep what it compiled would make each of these processes compile it again.
_NOT_ITS_OWN = ("BANCHENG_", "PYTHONDONTWRITEBYTECODE")


class Deployment:
    """Runs ``bancheng`` in a home of its own."""

    def __init__(self, home: Path, **variables: str) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_ITS_OWN)}
        self.environment = {**kept, "BANCHENG_HOME": str(home), "PYTHONWARNINGS": "error", **variables}

    def __call__(self, *arguments: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one verb and insist on its exit code."""
        done = subprocess.run(
            self.command(*arguments),
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def json(self, *arguments: str, **variables: str) -> Any:
        """What the verb prints with ``--json``."""
        return json.loads(self(*arguments, "--json", **variables).stdout)

    @staticmethod
    def command(*arguments: str) -> list[str]:
        """The command line of one verb."""
        return [sys.executable, "-m", "bancheng.site.cli_main", *arguments]


class Prepared:
    """A home that takes long to prepare: made once for all processes of a run, copied for each who asks."""

    def __init__(self, factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> None:
        # Workers of one run have folders side by side; a process alone has its own.
        base = factory.getbasetemp()
        self._original = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"prepared-{name}"
        with self._original.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._original.exists():
                making = self._original.with_suffix(".making")
                making.mkdir()
                make(making)
                making.rename(self._original)

    def copy(self, to: Path) -> Path:
        """A copy of it in ``to``, to be changed at will."""
        shutil.copytree(self._original, to, dirs_exist_ok=True)
        return to
