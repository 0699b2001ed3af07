"""A PostgreSQL server of our own, made from the system's programs: for one machine, for tests, never on a network.

It listens on a socket in a folder only. As the server refuses to run as root, it then runs as the system's user
``postgres``, who must be able to reach the folder.
"""

import hashlib
import os
import pwd
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

MISSING = "PostgreSQL is not installed here. To install, run:  sudo apt-get install postgresql"
_LONGEST_SOCKET = 100  # bytes that the path of a socket may have
_USER = "bancheng"


class PostgresMissing(Exception):
    """No PostgreSQL server program on this machine."""


class PostgresFault(Exception):
    """The server cannot be made or started; the message says what it said."""


class OwnPostgres:
    """One server with its data in ``folder``; made when it is started for the first time.

    Args:
        folder: where data, log and socket lie.
        options: settings of the server by name.

    Raises:
        PostgresMissing: no server program is installed.
    """

    def __init__(self, folder: Path, options: Mapping[str, str] | None = None) -> None:
        binaries = sorted(
            Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3])
        )
        if not binaries:
            raise PostgresMissing(MISSING)
        self._programs = binaries[-1].parent
        self._folder = folder.resolve()
        self._data = self._folder / "data"
        self._options = dict(options or {})

    @property
    def address(self) -> str:
        """Its address for ``BANCHENG_DATABASE``."""
        return f"postgres://{_USER}@/postgres?host={self._socket_folder}"

    def start(self) -> None:
        """Make the server when there is none yet, and start it; returns when it answers.

        Raises:
            PostgresFault: it cannot be made or started.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._socket_folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            for one in {self._folder, self._socket_folder}:
                os.chown(one, owner.pw_uid, owner.pw_gid)
        if not (self._data / "PG_VERSION").exists():
            made = [f"--username={_USER}", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
            durable = [] if self._options.get("fsync") != "off" else ["--no-sync"]
            self._run("initdb", f"--pgdata={self._data}", *made, *durable)
        told = {
            "listen_addresses": "''",
            "unix_socket_directories": str(self._socket_folder),
            **self._options,
        }
        settings = " ".join(f"-c {name}={value}" for name, value in told.items())
        self._run(
            "pg_ctl",
            f"--pgdata={self._data}",
            f"--log={self._folder / 'log'}",
            f"--options={settings}",
            "--wait",
            "start",
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop it: ``fast`` closes connections, ``immediate`` is as if the power had failed.

        Raises:
            PostgresFault: it does not stop.
        """
        self._run("pg_ctl", f"--pgdata={self._data}", f"--mode={mode}", "--wait", "stop")

    @property
    def _socket_folder(self) -> Path:
        if len(os.fsencode(self._folder)) <= _LONGEST_SOCKET - len("/.s.PGSQL.5432"):
            return self._folder
        name = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"bancheng-{name}"

    def _run(self, program: str, *arguments: str) -> None:
        as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        command: Sequence[str] = [
            *(as_owner if os.geteuid() == 0 else []),
            str(self._programs / program),
            *arguments,
        ]
        with tempfile.TemporaryFile() as said:
            # pg_ctl hands its output on to the server, which would keep a pipe open for ever.
            done = subprocess.run(  # noqa: S603  # reason: the system's own programs, no shell
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                cwd="/",
            )
            if done.returncode:
                said.seek(0)
                words = said.read().decode(errors="replace").strip()
                raise PostgresFault(f"{program} ended with code {done.returncode}: {words}")
