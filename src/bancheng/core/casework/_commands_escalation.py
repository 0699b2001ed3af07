"""Commands about warnings."""

from __future__ import annotations

from bancheng.core.casework._command import Command
from bancheng.core.casework._values import Level
from bancheng.core.clock import Colour


class Warn(Command):
    """A clock has turned. `key` is the item, step or document; "" for the bundle and intake. Only for the machine."""

    level: Level
    key: str
    colour: Colour


class Acknowledge(Command):
    """A receiver has seen warning `number` and says what is being done."""

    number: int
    words: str = ""


class Escalate(Command):
    """Nobody acknowledged warning `number` in time: it goes one level up. Only for the machine."""

    number: int
