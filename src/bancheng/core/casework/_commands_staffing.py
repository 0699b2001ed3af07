"""Commands about people: who gets a task, who loses it, and what was applied for later."""

from __future__ import annotations

from bancheng.core.casework._command import Command
from bancheng.core.casework._values import Staff


class Assign(Command):
    """The part of `body` in a step goes to a person: by a `rule` of the body (the machine), or by its senior.

    `why` is kept. `instead` names the colleague who is absent or has left, when the task is taken from them.
    """

    step: str
    body: str
    to: Staff
    why: str
    rule: str = ""
    instead: str = ""


class ReturnTask(Command):
    """A task goes back to the queue because its holder left the body or is absent; also by a senior, with a reason."""

    step: str
    body: str
    why: str


class AddLate(Command):
    """An item of the one-thing was applied for later, as the case `number` with an intake and a clock of its own."""

    item: str
    name: str
    number: str
