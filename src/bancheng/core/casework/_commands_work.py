"""Commands of the work: claims, opinions, reports, decisions and results."""

from __future__ import annotations

from bancheng.core.casework._command import Command
from bancheng.core.casework._values import (
    AskedAnswer,
    Check,
    Issued,
    Mark,
    Opinion,
    Staff,
    StepOutcome,
    Verdict,
)


class Claim(Command):
    """I do this step for my body."""

    step: str


class Release(Command):
    """I give the step back, or hand it over to a named colleague of the same body."""

    step: str
    reason: str = ""
    to: Staff | None = None


class GiveOpinion(Command):
    """An asked body answers, with an answer to each question of the step that must have one."""

    step: str
    answer: Opinion
    words: str = ""
    answers: tuple[AskedAnswer, ...] = ()


class ConsentBySilence(Command):
    """An asked body let its days pass and the step says that this is consent. Only for the machine."""

    step: str
    body: str


class CompleteStep(Command):
    """A body reports on its step; a shared step is done when all its bodies have. Inspections name their staff."""

    step: str
    outcome: StepOutcome
    findings: str = ""
    checks: tuple[Check, ...] = ()
    staff: tuple[Staff, ...] = ()


class AskSupplement(Command):
    """After acceptance: ask the applicant for more. It pauses nothing; the asking body's items are not decided yet."""

    marks: tuple[Mark, ...]
    reason: str


class DecideItem(Command):
    """Approve or refuse one item. An approval brings every result of the item, unless a later step issues them.

    A refusal states reasons, basis and remedies (art. 38); `letter` is the digest of the written decision. `limits`
    make an approval a partial one: what is granted under which conditions and what is not, with the same grounds.
    """

    item: str
    verdict: Verdict
    reasons: str = ""
    basis: str = ""
    remedies: str = ""
    results: tuple[Issued, ...] = ()
    letter: str = ""
    limits: str = ""


class IssueResult(Command):
    """Issue all result documents of an approved item, once, in its issuing step."""

    item: str
    results: tuple[Issued, ...]
