"""Commands about credit, deferral and promises."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._command import Command
from bancheng.core.casework._promise_values import Kept, Measure, Standing


class AskCredit(Command):
    """The applicant wants to defer or to promise: their credit is to be checked. Only for the machine."""

    source: str


class RecordCredit(Command):
    """What the credit source said. Only for the machine; `as_of` is the day of the record."""

    standing: Standing
    note: str = ""
    as_of: date | None = None


class DecideCredit(Command):
    """The clerk decides what the machine only proposes: may this person defer or promise? With a reason."""

    allow: bool
    reason: str


class ProposeDefault(Command):
    """A deferred material did not come in time: the machine proposes to end what wants it."""

    document: str


class ObjectTo(Command):
    """The applicant answers a proposal (陈述申辩); the words lie in an erasable row."""

    number: int
    words_digest: str


class Settle(Command):
    """A named person carries out some of the proposed measures, or none, and says why."""

    number: int
    reason: str
    measures: tuple[Measure, ...] = ()


class VerifyPromise(Command):
    """The check of a promise after the decision."""

    document: str
    outcome: Kept
    findings: str = ""
