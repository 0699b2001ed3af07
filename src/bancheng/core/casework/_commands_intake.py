"""Commands of intake: the application, what the window answers, the one notice and its answer."""

from __future__ import annotations

from bancheng.core.casework._command import Command
from bancheng.core.casework._fee_values import Charge
from bancheng.core.casework._signers_values import SignerDue
from bancheng.core.casework._values import (
    Answer,
    CaseItem,
    Mark,
    MaterialRef,
    Places,
    Signed,
    TurnedAway,
)
from bancheng.core.catalogue import Channel, PartialPolicy
from bancheng.core.clock import Limit, Thresholds
from bancheng.core.compiler import Plan


class Submit(Command):
    """The whole application. `plan` is narrowed to this person; `applicant_ref` acts, for `on_behalf_ref` if set.

    `promised` and `statutory` are the limits of the bundle; several bodies with statutory limits have 45 working days
    at most (art. 42). `body_names` names every body that occurs.
    """

    onething: str
    onething_name: str
    blueprint: str
    items: tuple[CaseItem, ...]
    plan: Plan
    promised: Limit
    form_digest: str
    applicant_ref: str
    receiving_body: str
    lead_body: str = ""
    statutory: Limit | None = None
    partial: PartialPolicy = PartialPolicy.DEPENDANTS_STOP
    materials: tuple[MaterialRef, ...] = ()
    channel: Channel = Channel.ONLINE
    on_behalf_ref: str = ""
    places: Places = Places()
    body_names: dict[str, str] = {}
    thresholds: Thresholds = Thresholds()
    charges: tuple[Charge, ...] = ()
    signed: tuple[Signed, ...] = ()
    signers: tuple[SignerDue, ...] = ()


class CorrectOnSpot(Command):
    """The clerk puts small errors right together with the applicant (art. 32, 3); the case stays to be judged."""

    fields: tuple[str, ...]
    form_digest: str
    note: str = ""


class TurnAway(Command):
    """No permit is needed, or another body is the right one and is named (art. 32, 1 and 2)."""

    outcome: TurnedAway
    reason: str
    right_body: str = ""


class ProposeMarks(Command):
    """A body says what it must see put right; replaces its own earlier proposal. Nothing is sent yet."""

    marks: tuple[Mark, ...]


class IssueNotice(Command):
    """The clerk sends one notice with the proposals of all bodies and, if given, `marks` of the window's own.

    A second notice of a case needs a senior and a `reason`.
    """

    marks: tuple[Mark, ...] = ()
    reason: str = ""


class AnswerNotice(Command):
    """The applicant answers marks of notice `number`; once all are answered the file goes back with a new form."""

    number: int
    answers: tuple[Answer, ...]
    form_digest: str
    materials: tuple[MaterialRef, ...] = ()


class CancelNotice(Command):
    """A senior takes a notice back that blocks the file; the days of intake count as if it had not been sent."""

    number: int
    reason: str


class Accept(Command):
    """The application is complete and in form (art. 32, 5)."""


class AcceptBySilence(Command):
    """Nobody spoke within the five days: accepted as of the day of receipt (art. 32, 4). Only for the machine."""
