"""Commands about steps that a body's own system does (业务系统): sent out, confirmed, taken back, failed, recalled."""

from __future__ import annotations

from bancheng.core.casework._command import Command
from bancheng.core.casework._values_exchange import Underway


class SendOut(Command):
    """The part of `body` in an open step goes to its own system. Only for the machine."""

    step: str
    body: str
    system: str
    system_name: str


class ConfirmReceipt(Command):
    """The system says that it has the step, under which number of its own, and how far it is. Only for the system."""

    step: str
    reference: str = ""
    underway: Underway = Underway.RECEIVED


class TakeBack(Command):
    """The system's result arrives; the act it stands for goes with it, by the same actor. `digest` is the message's."""

    step: str
    message: str
    digest: str


class GiveUpExchange(Command):
    """The step could not be handed to the system: people do it by hand. Only for the machine."""

    step: str
    body: str
    reason: str


class Recall(Command):
    """A senior takes the step back from the system, so that people do it by hand.

    With `body` the machine does it, for a part that has passed on from that body to another one.
    """

    step: str
    reason: str
    body: str = ""
