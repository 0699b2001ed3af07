"""What every connected system offers, however it is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bancheng.core.kernel import Fault


class SystemDown(Fault):
    """The system gave no answer, or one that cannot be believed; to be tried again. Says nothing about a person."""


class SystemRefused(Exception):
    """The system does not take the message and says why; trying again would not help."""


@dataclass(frozen=True)
class Arrived:
    """A message that a system left for us. `key` is theirs, the same whenever it comes again."""

    key: str
    body: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Damaged:
    """A message whose parts do not fit their digests or its signature; `digest` tells repeated ones apart."""

    key: str
    digest: str
    reason: str


class SystemPort(Protocol):
    """A connected system. Everything may be called again: the receiver tells repeated messages by their key."""

    def send(self, key: str, body: bytes, files: Mapping[str, bytes]) -> None:
        """Hand a message over.

        Raises:
            SystemDown: no answer; send it again later under the same key.
            SystemRefused: they do not take it.
        """
        ...

    def fetch(self) -> list[Arrived | Damaged]:
        """What they left for us and we have not yet said to have. Raises `SystemDown`."""
        ...

    def taken(self, key: str) -> None:
        """We have message `key`; it is not offered again. Raises `SystemDown`."""
        ...

    def holdings(self) -> dict[str, str] | None:
        """What they say they have from us: our key → their state. None: they do not say. Raises `SystemDown`."""
        ...
