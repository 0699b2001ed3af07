"""The small words of a case: who acts, what is referred to, how things may end. No personal value is ever held here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from bancheng.core.catalogue import SpecialProcedure
from bancheng.core.clock import Limit, WorkCalendar
from bancheng.core.kernel import Record

CHINA = timezone(timedelta(hours=8))
"One legal time in the whole country, without summer time: the day of an event is its day there."


class Role:
    """Roles that rules name; an actor may hold others."""

    APPLICANT = "applicant"
    AGENT = "agent"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    INSPECTOR = "inspector"
    SENIOR = "senior"
    "Signs second notices and cancels notices."
    HEAD = "head"
    "Head of the body: extends an item (行政许可法 art. 42, first paragraph)."
    GOVERNMENT = "government"
    "Head of the same-level government: extends a bundle (art. 42, second paragraph)."
    SUPERVISOR = "supervisor"
    "督查: warnings that nobody else acknowledged end with them."
    MACHINE = "machine"
    ADMINISTRATOR = "administrator"
    "Carries cases over when bodies change."


class Actor(Record):
    """Who issues a command, in which body ("" outside the administration). For an applicant `id` is their reference."""

    id: str
    name: str = ""
    roles: tuple[str, ...] = ()
    body: str = ""
    agent: str = ""
    "Who really acts, where that is another than the applicant; `capacity` says as what."
    capacity: str = ""


class By(Record):
    """Who stands behind an event. Officials sign by name; applicants only by reference, so that they can be erased.

    Where somebody acted for the applicant, `agent` refers to them and `capacity` says as what (the kind of mandate).
    """

    id: str
    name: str = ""
    body: str = ""
    agent: str = ""
    capacity: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """When, by whom and under which calendar a command is judged. `now` carries its zone.

    Raises:
        ValueError: `now` has no zone.
    """

    now: datetime
    actor: Actor
    calendar: WorkCalendar

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("now needs a time zone")

    @property
    def today(self) -> date:
        """The day in Chinese legal time."""
        return day_of(self.now)


def day_of(moment: datetime) -> date:
    """The day of a moment in Chinese legal time."""
    return moment.astimezone(CHINA).date()


class MaterialKind(StrEnum):
    """How a material came: known to the city, uploaded, still owed (容缺), on paper, or replaced by a promise."""

    WAIVED = "waived"
    UPLOADED = "uploaded"
    DEFERRED = "deferred"
    PAPER = "paper"
    COMMITMENT = "commitment"


class MaterialRef(Record):
    """A material of the case by reference. `digest` is that of the file, salted where the file is personal.

    `defer_days` (working days from acceptance) only for deferred material, `items` those of the case that want it
    (none named = all); `text_version` names the promise's text, `verify_days` (working
    days after the decision) when it is checked.
    """

    document: str
    name: str = ""
    file_ref: str = ""
    digest: str = ""
    kind: MaterialKind = MaterialKind.UPLOADED
    defer_days: int = 0
    items: tuple[str, ...] = ()
    text_version: str = ""
    verify_days: int = 0


class Renewal(Record):
    """延续: the licence an item is to renew, as it stood on application. `until`: its last day once it is renewed."""

    number: str
    name: str
    valid_to: date
    until: date


class CaseItem(Record):
    """A member of the bundle as this case pins it. `results` are the keys of the documents an approval must issue.

    `renews`: the licence it is to renew, where it is one that silence renews.
    """

    key: str
    name: str
    body: str
    promised: Limit
    statutory: Limit | None = None
    requires: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    procedures: tuple[SpecialProcedure, ...] = ()
    supervisor: str = ""
    renews: Renewal | None = None


class CrossMode(StrEnum):
    """跨域通办, three ways: 全程网办, 异地代收代办, 多地联办."""

    REMOTE = "remote"
    "Everything by net; nobody may be made to come."
    RELAY = "relay"
    "An office elsewhere checks form and identity and passes the papers on; the body at home accepts and decides."
    JOINT = "joint"
    "One place accepts, and bodies of several places work on it together."


class ClockStart(StrEnum):
    """From when clocks count: acceptance by who decides (行政许可法 art. 42), or the receipt, which is earlier."""

    ACCEPTANCE = "acceptance"
    RECEIPT = "receipt"


class Places(Record):
    """The four places of a case, as division codes: where the applicant is, who receives, decides and hands over.

    `mode` is None for a case of one place; `collecting_body` is the office where results are fetched, "" the window.
    """

    applicant: str = ""
    receiving: str = ""
    deciding: str = ""
    collecting: str = ""
    mode: CrossMode | None = None
    collecting_body: str = ""
    starts: ClockStart = ClockStart.ACCEPTANCE
    handed_by: str = ""
    "The other town's system that took the application in and handed it over; `handed_name` is what people call it."
    handed_name: str = ""
    handed_number: str = ""
    "The number of the case over there."


class Signed(Record):
    """A party beside the applicant signed the form of `digest`; `agent` is who did it, `capacity` as what."""

    party: str
    digest: str
    at: datetime
    agent: str = ""
    capacity: str = ""


class TurnedAway(StrEnum):
    """Why intake ends without acceptance (行政许可法 art. 32, 1 and 2)."""

    NOT_NEEDED = "not_needed"
    NOT_OURS = "not_ours"


class MarkKind(StrEnum):
    """What a mark points at."""

    FIELD = "field"
    MATERIAL = "material"


class MarkReason(StrEnum):
    """Why it is marked."""

    MISSING = "missing"
    WRONG = "wrong"
    OUTDATED = "outdated"


class Mark(Record):
    """One thing to put right: the exact field or material, why, and in words what to do. `bodies` asked for it."""

    key: str
    kind: MarkKind
    target: str
    reason: MarkReason
    words: str
    name: str = ""
    bodies: tuple[str, ...] = ()


class Answer(Record):
    """The applicant's answer to one mark; values and words lie in erasable rows, `digest` binds them."""

    mark: str
    digest: str = ""


class StepOutcome(StrEnum):
    """What a step found."""

    OK = "ok"
    NOT_OK = "not_ok"


class Check(Record):
    """A review point looked at."""

    point: str
    ok: bool
    note: str = ""


class Staff(Record):
    """An official named in the record of an inspection."""

    id: str
    name: str


class Opinion(StrEnum):
    """The answer of an asked body. Silence is consent only where the step says so."""

    AGREE = "agree"
    OBJECT = "object"
    SILENT = "silent"


class AskedAnswer(Record):
    """What an asked body answered to one of the step's questions: yes, no, an option, or words."""

    question: str
    said: str


class Verdict(StrEnum):
    """The decision on an item."""

    APPROVE = "approve"
    REFUSE = "refuse"


class Issued(Record):
    """A result document: its key in the item, the number printed on it and the digest of its file."""

    result: str
    number: str
    digest: str
    file_ref: str = ""


class Delivery(StrEnum):
    """送达方式."""

    ONLINE = "online"
    WINDOW = "window"
    POST = "post"
    TERMINAL = "terminal"
    LOCKER = "locker"
    PLACE = "place"


class WithdrawReason(StrEnum):
    """Why a person takes a case back; own words lie in erasable rows."""

    NO_LONGER_NEEDED = "no_longer_needed"
    FILLED_IN_WRONGLY = "filled_in_wrongly"
    LATER = "later"
    ELSEWHERE = "elsewhere"
    OTHER = "other"


class Level(StrEnum):
    """Whose clock is meant."""

    INTAKE = "intake"
    BUNDLE = "bundle"
    ITEM = "item"
    STEP = "step"
    OPINION = "opinion"
    OWED = "owed"
    PROCEDURE = "procedure"


class Rank(StrEnum):
    """Whom a warning has reached: those who do the work, the senior of their body, supervision."""

    HANDLER = "handler"
    SENIOR = "senior"
    SUPERVISION = "supervision"


class Phase(StrEnum):
    """Where a case stands, folded from its events."""

    NONE = "none"
    RECEIVED = "received"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    NOT_NEEDED = "not_needed"
    NOT_OURS = "not_ours"
    WITHDRAWN = "withdrawn"
    FINISHED = "finished"


class ItemStatus(StrEnum):
    """Where an item of the case stands. Stopped: what it depends on was refused, or the policy says so."""

    WAITING = "waiting"
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


class StepStatus(StrEnum):
    """Where a step stands. Gone: nobody needs it any more."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    GONE = "gone"
