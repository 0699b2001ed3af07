"""What a case keeps about people and offices: why somebody holds a task, what was added, what was carried over."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._values import By
from bancheng.core.kernel import Record


class Given(Record):
    """Why `who` (an id) was given a task, by which rule, and for whom they stand in."""

    who: str
    why: str
    on: date
    rule: str = ""
    instead: str = ""


class Late(Record):
    """An item applied for later, and the number of its case."""

    item: str
    name: str
    number: str


class Staffing(Record):
    """`given` and `desk` by ``task/body``: why a task was given, and who holds one that is no step; `carried` names the
    changes of bodies that the case has gone through."""

    given: dict[str, Given] = {}
    desk: dict[str, By] = {}
    late: tuple[Late, ...] = ()
    carried: tuple[str, ...] = ()
    migrations: int = 0
