"""A deployment of its own for a test: real processes, a real database file, a real home."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class Deployment:
    """Runs ``bancheng`` in a home of its own."""

    def __init__(self, home: Path, **variables: str) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BANCHENG_")}
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
