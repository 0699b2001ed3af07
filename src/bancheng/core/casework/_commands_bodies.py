"""Commands by which a running case follows what happens around it: bodies change, a one-thing gets a new version."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._command import Command
from bancheng.core.casework._values import CaseItem
from bancheng.core.catalogue import BodyMove, PartialPolicy
from bancheng.core.clock import Limit
from bancheng.core.compiler import Plan


class CarryBodies(Command):
    """A change of bodies reaches the case: open tasks, undecided items and names pass on; what was done stays.

    `body_names` names the bodies that come in. By an administrator, not before the day `on`.
    """

    change: str
    name: str
    on: date
    basis: str
    moves: tuple[BodyMove, ...]
    divisions: dict[str, str] = {}
    body_names: dict[str, str] = {}


class Migrate(Command):
    """The case goes on by another version of its one-thing, as narrowed to this person; what was done stays.

    `changes` say in words what the case meets: steps, fields and materials, days. By a senior of the lead body or of
    the window, or an administrator.
    """

    blueprint: str
    onething_name: str
    items: tuple[CaseItem, ...]
    plan: Plan
    promised: Limit
    reason: str
    statutory: Limit | None = None
    partial: PartialPolicy = PartialPolicy.DEPENDANTS_STOP
    body_names: dict[str, str] = {}
    changes: tuple[str, ...] = ()
