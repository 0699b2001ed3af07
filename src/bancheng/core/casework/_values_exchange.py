"""What is said about a step that lies with a body's own system."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from bancheng.core.kernel import Record

SYSTEM = "system:"
"How the reference of an external system as actor begins."


class Underway(StrEnum):
    """How far a system says it is; nothing lawful follows from it."""

    RECEIVED = "received"
    REVIEWING = "reviewing"
    ON_SITE = "on_site"
    SIGNING = "signing"


class SentStatus(StrEnum):
    """Where a step that was sent out stands. Failed and recalled: people do it here."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    TAKEN_BACK = "taken_back"
    FAILED = "failed"
    RECALLED = "recalled"


class Sent(Record):
    """A body's part of a step at its own system. `number` counts the hand-overs of this part, `reference` is theirs."""

    number: int
    step: str
    body: str
    system: str
    system_name: str
    on: date
    status: SentStatus = SentStatus.SENT
    reference: str = ""
    underway: Underway | None = None
    reason: str = ""

    @property
    def out(self) -> bool:
        """Whether the system is expected to do it."""
        return self.status in {SentStatus.SENT, SentStatus.ACKNOWLEDGED}


def sent_key(step: str, body: str) -> str:
    """Under which a part is kept in the state."""
    return f"{step}/{body}"


UNDERWAY_WORDS = {
    Underway.RECEIVED: "已收件",
    Underway.REVIEWING: "正在审查",
    Underway.ON_SITE: "正在现场核查",
    Underway.SIGNING: "正在审批签发",
}
