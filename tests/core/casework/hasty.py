"""What a machine might say now, by what is there: each may be due, or too early, or said already."""

from __future__ import annotations

from collections.abc import Iterator

from tests.core.casework.naive import Oracle

from bancheng.core.casework import Command
from bancheng.core.casework import commands as cmd
from bancheng.core.clock import Colour


def by_itself(one: Oracle) -> Iterator[Command]:
    """Everything a machine says by itself, of everything it can be said of."""
    yield cmd.AcceptBySilence()
    yield cmd.SettleFees()
    for level, key in one.dials():
        for colour in (Colour.YELLOW, Colour.RED):
            yield cmd.Warn(level=level, key=key, colour=colour)
    for key, step in one.plan.items():
        for body in step.asks:
            yield cmd.ConsentBySilence(step=key, body=body)
    for document in one.materials:
        yield cmd.RemindOwed(document=document)
        yield cmd.ProposeDefault(document=document)
    for number in range(1, len(one.held) + 1):
        yield cmd.LetHearingLapse(number=number)
    for number in range(1, len(one.warned) + 1):
        yield cmd.Escalate(number=number)
    for number in range(1, len(one.visits) + 1):
        yield cmd.RemindRepair(visit=number)
    for key in one.items:
        yield cmd.RemindDelivery(item=key)
        yield cmd.RenewBySilence(item=key)
        yield cmd.HandToSupervision(item=key)
        yield cmd.ChaseSupervision(item=key)
