"""A real PostgreSQL for tests: ``python -m tests.postgres COMMAND …`` runs the command against one.

The server is made in a temporary folder, listens on a socket there only, runs as an
unprivileged user even when the tests run as root, and is gone afterwards.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

MISSING = "PostgreSQL is not installed here. To install, run:  sudo apt-get install postgresql"


class PostgresMissing(Exception):
    """No PostgreSQL server program on this machine."""


@contextmanager
def cluster() -> Iterator[str]:
    """The address (for ``BANCHENG_DATABASE``) of a fresh server that lives as long as the block.

    Raises:
        PostgresMissing: no server program is installed.
    """
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not binaries:
        raise PostgresMissing(MISSING)
    programs = binaries[-1].parent
    # A socket path may have 107 bytes; a pytest folder would be too long.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        init = ["--username=bancheng", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        _as_owner([programs / "initdb", f"--pgdata={data}", *init])
        settings = (
            f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=60 "
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        )
        _as_owner(
            [
                programs / "pg_ctl",
                f"--pgdata={data}",
                f"--log={folder}/log",
                f"--options={settings}",
                "--wait",
                "start",
            ]
        )
        try:
            yield f"postgres://bancheng@/postgres?host={folder}"
        finally:
            _as_owner([programs / "pg_ctl", f"--pgdata={data}", "--mode=immediate", "--wait", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_owner(command: Sequence[object]) -> None:
    prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, *map(str, command)],
        check=False,
        # pg_ctl hands its output on to the server, which would keep a pipe open for ever.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        cwd="/",
    )
    if done.returncode:
        raise RuntimeError(f"{Path(str(command[0])).name} ended with code {done.returncode}")


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
