"""Commands of 跨域通办."""

from __future__ import annotations

from bancheng.core.casework._command import Command
from bancheng.core.casework._places_values import HandoverKind, HandoverLine


class CheckForm(Command):
    """The receiving office has seen the applicant's ID and checked the form; it decides nothing."""

    identity: str


class SendHandover(Command):
    """Papers or results are sent with a numbered list."""

    kind: HandoverKind
    receiver: str
    lines: tuple[HandoverLine, ...]
    way: str = ""
    tracking: str = ""


class ReceiveHandover(Command):
    """The receiver compares the list; `missing` names lines that did not come as listed."""

    number: int
    missing: tuple[int, ...] = ()
    note: str = ""


class ClearHandover(Command):
    """The sender says how a discrepancy was cleared up."""

    number: int
    note: str
