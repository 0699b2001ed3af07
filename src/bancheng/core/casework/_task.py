"""A task: apart from the list of all of them, so that each area of the engine can bring its own."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._values import By
from bancheng.core.kernel import Record

INTAKE = "intake"
"""The task of judging what was received: its key and its kind."""


class Task(Record):
    """One thing one body has to do. (`key`, `body`) is unique in a case.

    `kind` is a kind of step, ``intake``, ``opinion`` or that of an area; `role` finds it in its list. `items`
    are those it is about, none are all. `waiting`: it is the applicant's turn. `due` and `done` are days.
    """

    key: str
    name: str
    kind: str
    body: str
    role: str
    opened: date
    owner: By | None = None
    items: tuple[str, ...] = ()
    waiting: bool = False
    due: date | None = None
    done: date | None = None
