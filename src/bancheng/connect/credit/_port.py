"""The port, its registry by name, and the demo twin."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Protocol

from bancheng.core.kernel import Fault, Record

PATIENCE = 3.0
"""Seconds a person waits for the answer before the check goes on without them."""


class CreditDown(Fault):
    """The source gave no answer; the message tells nothing about the subject."""


class CreditAnswer(Record):
    """What the source said: is there a record that speaks against trust, what in words, as of which day?"""

    bad: bool
    note: str = ""
    as_of: date | None = None


class CreditSource(Protocol):
    """A connected credit platform."""

    name: str

    def ask(self, subject: str, number: str, patience: float) -> CreditAnswer:
        """What is known of the person or company (`subject`) with this number.

        Raises:
            CreditDown: no answer within `patience` seconds.
        """
        ...


class DemoBehaviour(StrEnum):
    """How the demo source behaves, so that the bad roads can be walked."""

    GOOD = "good"
    BAD = "bad"
    SLOW = "slow"
    DOWN = "down"


class DemoCredit:
    """The demo twin: everybody is in good standing unless it is told otherwise."""

    name = "demo"

    def __init__(
        self,
        behaviour: DemoBehaviour = DemoBehaviour.GOOD,
        *,
        today: Callable[[], date],
        delay: float = 6.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._behaviour = behaviour
        self._today = today
        self._delay = delay
        self._sleep = sleep

    def ask(self, subject: str, number: str, patience: float) -> CreditAnswer:
        """As `CreditSource.ask`."""
        if self._behaviour is DemoBehaviour.DOWN:
            raise CreditDown("demo: no answer")
        if self._behaviour is DemoBehaviour.SLOW:
            self._sleep(min(self._delay, patience))
            if self._delay > patience:
                raise CreditDown(f"demo: no answer within {patience:g} s")
        bad = self._behaviour is DemoBehaviour.BAD and bool(subject and number)
        note = "示例：有一条未修复的严重失信记录" if bad else ""
        return CreditAnswer(bad=bad, note=note, as_of=self._today())


def source_of(
    name: str, *, demo: bool, behaviour: str = "", today: Callable[[], date]
) -> CreditSource | None:
    """The configured source; None when this deployment has none, and nobody's credit is asked about.

    Raises:
        Fault: no such source, or the demo twin outside demo mode.
    """
    if not name:
        return None
    if name == DemoCredit.name and demo:
        return DemoCredit(DemoBehaviour(behaviour or DemoBehaviour.GOOD), today=today)
    raise Fault(f"no credit source {name!r} may serve here")
