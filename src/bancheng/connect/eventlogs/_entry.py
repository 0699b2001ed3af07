"""What every written log is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Thing:
    """An object that events are about: its `kind` (case, item, body), its key and what is told of it."""

    kind: str
    key: str
    told: dict[str, str] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """One event. `case` and `resource` are pseudonyms, `group` is a body, `about` the keys of things with how they took
    part; `told` holds short public texts."""

    key: str
    case: str
    activity: str
    at: datetime
    resource: str
    group: str
    about: tuple[tuple[str, str], ...]
    told: dict[str, str] = field(default_factory=dict)
