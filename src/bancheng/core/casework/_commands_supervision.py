"""Commands of 审管协同."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._command import Command
from bancheng.core.casework._supervision_values import Inspected


class HandToSupervision(Command):
    """A decided and issued item goes to its supervising body. Only for the machine."""

    item: str


class ChaseSupervision(Command):
    """Nobody there has acknowledged it: they are asked again. Only for the machine."""

    item: str


class AcknowledgeSupervision(Command):
    """The supervising body has taken the item over."""

    item: str


class ReturnInspection(Command):
    """The supervising body returns what an inspection found; `revoke` proposes to revoke the decision."""

    item: str
    result: Inspected
    findings: str
    inspected_on: date
    revoke: bool = False
