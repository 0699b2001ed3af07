"""Reading the few variables by which an operator configures Bancheng.

Every variable starts with ``BANCHENG_`` and is described in ``docs/settings.md``.
A value that cannot be understood is a Fault at start, never a guess.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})


def text(name: str, default: str = "") -> str:
    """The variable ``name`` without surrounding space, or ``default`` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def switch(name: str, *, default: bool = False) -> bool:
    """The variable ``name`` as on or off."""
    value = text(name).lower()
    if value in _YES:
        return True
    if value in _NO:
        return default if value == "" else False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")


def listed(name: str, default: str = "", *, separator: str = ",") -> tuple[str, ...]:
    """The variable ``name`` as its parts, empty ones left out."""
    parts = (part.strip() for part in text(name, default).split(separator))
    return tuple(part for part in parts if part)


def pairs(name: str) -> dict[str, str]:
    """The variable ``name`` as ``key=value`` parts joined by commas.

    Raises:
        ImproperlyConfigured: a part has no ``=``.
    """
    found = dict[str, str]()
    for part in listed(name):
        key, sign, value = part.partition("=")
        if not sign:
            raise ImproperlyConfigured(f"{name} must be key=value parts, not {part!r}")
        found[key.strip()] = value.strip()
    return found


def home() -> Path:
    """The folder that holds everything this deployment writes itself; made when absent, for the owner only."""
    folder = Path(text("BANCHENG_HOME", "var")).expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """The key that signs sessions: from ``BANCHENG_SECRET_KEY``, else one made once and kept in ``folder``.

    Raises:
        ImproperlyConfigured: the given key is shorter than 40 characters.
    """
    given = text("BANCHENG_SECRET_KEY")
    if given:
        if len(given) < 40:
            raise ImproperlyConfigured("BANCHENG_SECRET_KEY must have at least 40 characters")
        return given
    path = folder / "secret-key"
    try:
        # Exclusive creation: web and worker start together, and must not each keep a key of their own.
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text().strip()


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's description of the database at ``url``.

    Args:
        url: ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or
            ``postgres://user:password@host:port/name?host=/socket/folder``.
        folder: where a relative SQLite path starts.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(folder / unquote(parts.path).removeprefix("/"))
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgres(url)
    raise ImproperlyConfigured("BANCHENG_DATABASE must start with sqlite:// or postgres://")


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 20,
            # A transaction that starts by reading and then writes would fail at once
            # when another writer came first; starting as a writer waits its turn.
            "transaction_mode": "IMMEDIATE",
            # Pages are read where the system has them, without a copy of each; two megabytes of cache, what there is
            # otherwise, are read anew for every list of a large town.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                " PRAGMA cache_size=-16000; PRAGMA mmap_size=2147418112;"
            ),
        },
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")) or "bancheng",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
