"""Events about people: a task given, taken back; an item added later."""

from __future__ import annotations

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._values import Staff


class StepAssigned(Event):
    """A step went to `to`; `why` and `rule` say what decided, `instead` whom they stand in for."""

    step: str
    title: str
    body: str
    to: Staff
    why: str
    rule: str = ""
    instead: str = ""

    def words(self) -> str:
        return f"“{self.title}”交{self.to.name}办理：{self.why}"


class StepTakenBack(Event):
    """A step lies in the queue of its body again."""

    step: str
    title: str
    body: str
    who: Staff
    why: str

    def words(self) -> str:
        return f"“{self.title}”由{self.who.name}退回待领：{self.why}"


class LateAdded(Event):
    """An item was added later, as a case of its own."""

    item: str
    title: str
    number: str

    def words(self) -> str:
        return f"加办“{self.title}”，办件编号{self.number}"
