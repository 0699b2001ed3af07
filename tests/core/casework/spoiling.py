"""What somebody asks who gets one thing wrong: one field of a sound command changed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from enum import Enum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from tests.core.casework.asking import ITEMS, STEPS
from tests.core.casework.shapes import BODIES

from bancheng.core.casework import Command, Slot, commands

LEFT = (commands.Migrate, commands.CarryBodies, commands.Recount)
"Asked by programs alone, with contents they made."
NAMED = {
    "item": (*ITEMS, "no-such", ""),
    "step": (*STEPS, "no-such"),
    "body": (*BODIES, "no-such", ""),
    "receiver": (*BODIES, "hall", "near", "no-such"),
}

EDGES = (0, 1, 10, 11, 15, 16, 20, 21, 365, 366)
"Where one thing or another has its bound."


def spoilt(command: Command, chance: random.Random) -> Command:
    """The same command with one field another; as it was, where none can be changed."""
    names = command.__struct_fields__
    if isinstance(command, LEFT) or not names:
        return command
    name = chance.choice(names)
    return replace(command, **{name: _other(name, getattr(command, name), chance)})


def _other(name: str, value: Any, chance: random.Random) -> Any:
    if isinstance(value, Enum):
        return chance.choice(list(type(value)))
    if name in NAMED:
        return chance.choice(NAMED[name])
    if isinstance(value, str):
        return chance.choice(("", " "))
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return chance.choice((value - 1, value + 1, value + 5, *EDGES))
    if isinstance(value, Slot):
        ahead = timedelta(hours=chance.choice((-24, -3, 3, 5, 24, 120, 168, 192, 240)))
        return Slot(begins=value.begins + ahead, ends=value.ends + ahead)
    if isinstance(value, date):
        return value + timedelta(days=chance.choice((-7, -1, 1, 7, 40)))
    if isinstance(value, tuple):
        return _other_row(value, chance)
    return None if name == "chair" else value


def _other_row(row: tuple[Any, ...], chance: random.Random) -> tuple[Any, ...]:
    """One too few, one twice, or one of them with a field another."""
    if row and isinstance(row[0], Struct) and chance.random() < 0.5:
        at = chance.randrange(len(row))
        name = chance.choice(row[at].__struct_fields__)
        changed = replace(row[at], **{name: _other(name, getattr(row[at], name), chance)})
        return (*row[:at], changed, *row[at + 1 :])
    return chance.choice(((), row[:1], row[1:], (*row, *row[:1])))
