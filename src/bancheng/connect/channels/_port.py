"""What every channel does, and the two ways in which it may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bancheng.core.kernel import Fault


class ChannelDown(Fault):
    """The receiver gave no answer; to be tried again under the same key. Says nothing about a person."""


class ChannelRefused(Exception):
    """The receiver says that this cannot be delivered, now or later."""


@dataclass(frozen=True)
class Outgoing:
    """One message to one receiver. `key` is the same at every try: whoever has it already need do nothing more."""

    key: str
    to: str
    subject: str
    text: str


class Channel(Protocol):
    """A way to reach somebody."""

    def send(self, message: Outgoing) -> None:
        """Hand a message over.

        Raises:
            ChannelDown: try again later.
            ChannelRefused: trying again would not help.
        """
        ...
