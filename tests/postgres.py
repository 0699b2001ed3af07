"""A real PostgreSQL for tests: ``python -m tests.postgres COMMAND …`` runs the command against one.

The server is made in a temporary folder, listens on a socket there only, runs as an
unprivileged user even when the tests run as root, and is gone afterwards.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bancheng.site.own_postgres import OwnPostgres, PostgresMissing

HASTE = {"max_connections": "150", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""What tests that never pull the plug may do without."""


@contextmanager
def server(**options: str) -> Iterator[OwnPostgres]:
    """A fresh server that lives as long as the block; it may be stopped and started in it.

    Raises:
        PostgresMissing: no server program is installed.
    """
    # A socket path may have 107 bytes; a pytest folder would be too long.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        running = OwnPostgres(folder, options)
        running.start()
        try:
            yield running
        finally:
            running.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def cluster() -> Iterator[str]:
    """The address (for ``BANCHENG_DATABASE``) of a fresh server in haste."""
    with server(**HASTE) as running:
        yield running.address


def main(command: Sequence[str]) -> int:
    """Run ``command`` with ``BANCHENG_DATABASE`` set to a fresh server; returns its exit code."""
    try:
        with cluster() as address:
            return subprocess.run(
                command, check=False, env={**os.environ, "BANCHENG_DATABASE": address}
            ).returncode
    except PostgresMissing as missing:
        print(missing, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
