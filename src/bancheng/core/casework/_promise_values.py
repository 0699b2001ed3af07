"""容缺 and 告知承诺 as values: what credit says, what is proposed when a word is not kept, what a later check found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from bancheng.core.casework._values import By
from bancheng.core.clock import Due, WorkCalendar
from bancheng.core.kernel import Record, digest

MARGIN = 2
"A deferred material comes at least so many working days before the promise (practice of 容缺受理)."
LONGEST = 20
"Working days after acceptance beyond which nothing is deferred."
VERIFY_DAYS = 40
"Working days for the check after a decision on a promise, where the item names none: two months in practice."
OBJECTION_DAYS = 5
"Working days in which the applicant may answer before a measure is carried out."
PROMISE_VERSION = "2026-1"
"Version of the text below; a changed text gets a new one."


class Standing(StrEnum):
    """What the credit source said; down: it gave no answer."""

    GOOD = "good"
    BAD = "bad"
    DOWN = "down"


class Credit(Record):
    """The credit check of a case. `allowed` is a named person's decision where the answer left one to be made."""

    asked: date
    source: str = ""
    standing: Standing | None = None
    note: str = ""
    as_of: date | None = None
    allowed: bool | None = None
    reason: str = ""
    by: By | None = None

    @property
    def waits(self) -> bool:
        """Does a named person have to decide before the case goes on?"""
        return self.allowed is None and self.standing is not Standing.GOOD


class ProposalKind(StrEnum):
    """Why measures are proposed: a deferred material did not come, a promise was broken, supervision found a fault."""

    DEFAULT = "default"
    BREACH = "breach"
    SUPERVISION = "supervision"


class Measure(StrEnum):
    """What may follow: end what is open, revoke what was granted, recover what was paid, write it into the register."""

    STOP = "stop"
    REVOKE = "revoke"
    RECOVER = "recover"
    RECORD = "record"


class Proposal(Record):
    """Measures proposed. Nothing happens before a named person settles it, nor before the applicant could answer."""

    number: int
    kind: ProposalKind
    subject: str
    title: str
    items: tuple[str, ...]
    measures: tuple[Measure, ...]
    reason: str
    on: date
    objection_due: date
    objected: date | None = None
    objection_digest: str = ""
    settled: date | None = None
    carried: tuple[Measure, ...] = ()
    words: str = ""
    by: By | None = None


class Kept(StrEnum):
    """What the check after the decision found."""

    KEPT = "kept"
    BREACHED = "breached"


class Verification(Record):
    """The check of a promise after the decision (事后核查)."""

    outcome: Kept
    on: date
    by: By
    findings: str = ""


class Promises(Record):
    """What a case knows of credit, promises and their keeping. `verified` by document."""

    credit: Credit | None = None
    proposals: tuple[Proposal, ...] = ()
    verified: dict[str, Verification] = {}

    @property
    def open(self) -> tuple[Proposal, ...]:
        """Proposals that a named person has still to settle."""
        return tuple(one for one in self.proposals if one.settled is None)


class PromiseText(Record):
    """The text of a promise as it is shown and signed: what the office tells, what the person promises."""

    version: str
    title: str
    told: tuple[str, ...]
    promised: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Binds the signature to every word."""
        return digest([self.version, self.title, list(self.told), list(self.promised)])

    @property
    def plain(self) -> str:
        """The whole text, paragraph by paragraph."""
        return "\n".join((self.title, *self.told, *self.promised))


def promise_text(
    material: str, items: Iterable[str], bodies: Iterable[str], verify_days: int = 0
) -> PromiseText:
    """The text for one material of these items: duty, content, liability, check (国办发〔2020〕42号)."""
    what, who = "、".join(items), "、".join(bodies)
    days = verify_days or VERIFY_DAYS
    return PromiseText(
        version=PROMISE_VERSION,
        title=f"告知承诺书：{material}",
        told=(
            f"{who}告知：办理“{what}”需要“{material}”，用来证明您符合这一事项的条件。",
            "您可以选择用书面承诺代替这份材料，也可以不承诺，按一般程序提交材料。不承诺不影响您的申请。",
            f"作出决定后{days}个工作日内，我们会核查承诺的内容是否属实。",
            "承诺不实的，将视情况停止办理、撤销决定、追回所得利益，并记入信用记录；信用修复前，不再适用告知承诺。",
            "作出这些处理前，您有权陈述、申辩。",
        ),
        promised=(
            f"我已经知道上述内容；我符合“{material}”所证明的条件，所说的都是真实的。",
            "我愿意配合核查，并承担承诺不实的法律责任。这是我自己的真实意思。",
        ),
    )


def owed_due(calendar: WorkCalendar, accepted: date, own: Due, promised: Iterable[Due]) -> Due:
    """The last day for a deferred material: its `own`, at most `LONGEST` days after acceptance and `MARGIN` before
    every day that was `promised`. Where a promise leaves no day for it, it is due on acceptance.
    """
    last = calendar.add_workdays(accepted, LONGEST)
    found = own if own.date <= last.date else last
    for promise in promised:
        days = calendar.workdays_between(accepted, promise.date) - MARGIN
        latest = calendar.add_workdays(accepted, max(days, 0))
        if latest.date < found.date:
            found = Due(latest.date, latest.provisional or promise.provisional)
    return found
