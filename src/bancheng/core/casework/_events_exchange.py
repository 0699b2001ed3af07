"""Events of steps done in a body's own system. References and digests only; what was sent lies in erasable rows."""

from __future__ import annotations

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._values_exchange import UNDERWAY_WORDS, Underway


class SentOut(Event):
    """A body's part of a step was given to its own system; from now on the system does it. The clock goes on."""

    number: int
    step: str
    title: str
    body: str
    system: str
    system_name: str

    def words(self) -> str:
        return f"“{self.title}”转到{self.system_name}办理"


class Acknowledged(Event):
    """The system has the step, or says how far it is."""

    step: str
    title: str
    body: str
    system_name: str
    reference: str = ""
    underway: Underway = Underway.RECEIVED

    def words(self) -> str:
        number = f"（对方编号{self.reference}）" if self.reference else ""
        return f"{self.system_name}{UNDERWAY_WORDS[self.underway]}“{self.title}”{number}"


class TakenBack(Event):
    """The system's result arrived in message `message`, whose content has this digest."""

    step: str
    title: str
    body: str
    system_name: str
    message: str
    digest: str

    def words(self) -> str:
        return f"收到{self.system_name}“{self.title}”的办理结果"


class ExchangeFailed(Event):
    """The system could not be reached, or does not take the step: people do it here."""

    step: str
    title: str
    body: str
    system_name: str
    reason: str

    def words(self) -> str:
        return f"“{self.title}”没有送到{self.system_name}，改由人工办理：{self.reason}"


class SentRecalled(Event):
    """A senior took the step back from the system; or the duty has `passed` on from the body whose system had it."""

    step: str
    title: str
    body: str
    system_name: str
    reason: str
    passed: bool = False

    def words(self) -> str:
        if self.passed:
            return f"“{self.title}”不再由{self.system_name}办理：{self.reason}"
        return f"{self.by.name}把“{self.title}”从{self.system_name}收回，改由人工办理：{self.reason}"
