"""A deployment of its own for a test: real processes, a real database file, a real home."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

# A machine that forbids Python to keep what it compiled would make each of these processes compile it again.
_NOT_ITS_OWN = ("BANCHENG_", "PYTHONDONTWRITEBYTECODE")

SESSIONS = "sessions.json"
_SIGN_IN = """
import django; django.setup()
import json, time
from importlib import import_module
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from bancheng.store.models import User
# Signed in a moment ago, the whole day long.
given = [{"method": "password", "at": time.time() + 86400}]
store, keys = import_module(settings.SESSION_ENGINE).SessionStore, {}
with transaction.atomic():
    for user in User.objects.all():
        session = store()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[AUTHENTICATION_METHODS_SESSION_KEY] = given
        session.create()
        keys[user.username] = session.session_key
print(json.dumps(keys))
"""

_TOGETHER = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from bancheng.site.cli_main import main
said = []
for command in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(command)
    said.append((code, out.getvalue(), err.getvalue()))
from django.db import connections
connections.close_all()
print(json.dumps(said))
"""


class Said(NamedTuple):
    """What a verb answered."""

    code: int
    out: str
    err: str


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

    def together(self, *commands: tuple[str, ...], **variables: str) -> list[Said]:
        """Run verbs one after the other in a single process, where the process itself proves nothing."""
        done = subprocess.run(
            [sys.executable, "-c", _TOGETHER, json.dumps(commands)],
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return [Said(*one) for one in json.loads(done.stdout)]

    def json(self, *arguments: str, **variables: str) -> Any:
        """What the verb prints with ``--json``."""
        return json.loads(self(*arguments, "--json", **variables).stdout)

    @staticmethod
    def command(*arguments: str) -> list[str]:
        """The command line of one verb."""
        return [sys.executable, "-m", "bancheng.site.cli_main", *arguments]

    def sign_everybody_in(self) -> None:
        """Make a session for each account, and lay their keys down as `SESSIONS`: name → key."""
        done = subprocess.run(
            [sys.executable, "-c", _SIGN_IN],
            env={**self.environment, "DJANGO_SETTINGS_MODULE": "bancheng.site.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        (self.home / SESSIONS).write_text(done.stdout)


class Prepared:
    """A home that takes long to prepare: made once for all processes of a run, copied for each who asks."""

    def __init__(self, factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> None:
        # Workers of one run have folders side by side; a process alone has its own.
        base = factory.getbasetemp()
        self.original = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"prepared-{name}"
        with self.original.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.original.exists():
                making = self.original.with_suffix(".making")
                making.mkdir()
                make(making)
                making.rename(self.original)

    def copy(self, to: Path) -> Path:
        """A copy of it in ``to``, to be changed at will."""
        shutil.copytree(self.original, to, dirs_exist_ok=True)
        return to
