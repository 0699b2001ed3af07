"""A consistent copy of the database while it is in use, and back, on SQLite and PostgreSQL."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection


class DumpFault(Exception):
    """The database's own tool is missing or failed; the message is the tool's."""


def dump(target: Path) -> None:
    """Write a copy of the database, as of one moment, to ``target``."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
            # The copy lies in an archive, where no write-ahead log stands beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def load(source: Path) -> None:
    """Replace everything in the database by the copy at ``source``."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(source)) as copy:
            copy.backup(connection.connection)
        connection.close()
    else:
        connection.close()
        _run(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
            "--exit-on-error", f"--dbname={_name()}", str(source), names_database=True,
        )  # fmt: skip


def holds_data() -> bool:
    """Whether anyone has an account here; tables alone are no data."""
    if "store_user" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM store_user LIMIT 1")
        return cursor.fetchone() is not None


def problems() -> list[str]:
    """What the database itself finds wrong with its content; empty when sound."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            return []
        cursor.execute("PRAGMA integrity_check")
        found = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
        cursor.execute("PRAGMA foreign_key_check")
        return found + [f"{row[0]} row {row[1]} points to a missing {row[2]}" for row in cursor.fetchall()]


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(tool: str, *arguments: str, names_database: bool = False) -> None:
    program = shutil.which(tool) or _versioned(tool)
    if program is None:
        raise DumpFault(
            f"{tool} is not installed; install the PostgreSQL client (apt install postgresql-client)."
        )
    given = connection.settings_dict
    told = {
        "PGHOST": given["HOST"], "PGPORT": given["PORT"], "PGUSER": given["USER"], "PGPASSWORD": given["PASSWORD"],
    }  # fmt: skip
    command = [program, *arguments, *([] if names_database else [f"--dbname={_name()}"])]
    done = subprocess.run(  # noqa: S603  # reason: a fixed tool with our own arguments, no shell
        command,
        env={**os.environ, **{name: value for name, value in told.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DumpFault(f"{tool}: {done.stderr.strip()}")


def _versioned(tool: str) -> str | None:
    # Debian keeps the newest server's own tools outside the path.
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{tool}"))
    return str(found[-1]) if found else None
