"""What goes in and comes out, as OpenAPI shows it. Dates are ISO 8601; amounts are text, in yuan."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import JsonValue

from bancheng.core.casework import MarkKind, MarkReason, Opinion, StepOutcome, Verdict


class ProblemLine(Schema):
    """One thing that is wrong. `path` is the element, or ``material/<document>``."""

    code: str
    message: str
    path: str = ""
    suggestion: str = ""
    basis: str = ""


class ProblemDocument(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = ""
    problems: list[ProblemLine] = []


class OneThingLine(Schema):
    """A one-thing in the catalogue; `digest` addresses its blueprint for ever."""

    key: str
    name: str
    name_en: str
    summary: str
    subject: str
    lead: str
    items: int
    promised: str
    digest: str


class StageOut(Schema):
    """A stage of a life cycle with what can be done in it."""

    key: str
    name: str
    subject: str
    onethings: list[OneThingLine]


class ItemLine(Schema):
    """A single service item."""

    key: str
    name: str
    body: str
    body_name: str
    promised: str
    onethings: list[str]


class OptionOut(Schema):
    """One answer of a question."""

    value: str
    label: str


class QuestionOut(Schema):
    """A question still worth asking."""

    element: str
    text: str
    kind: str
    options: list[OptionOut]


class ColumnOut(Schema):
    """A column of a list of records; `visible` and `required` are FEEL, judged for each row."""

    element: str
    name: str
    kind: str
    visible: str
    required: str
    options: list[OptionOut] = []


class FieldOut(Schema):
    """A field of this person's form; null = it depends on an answer. `source` names where `value` came from. The value
    of a list of records is a list of objects, one a row."""

    element: str
    name: str
    kind: str
    group: str
    shown: bool | None
    required: bool | None
    value: str | bool | list[str] | list[dict[str, str | bool | list[str]]] | None = None
    source: str = ""
    options: list[OptionOut] = []
    columns: list[ColumnOut] = []
    min_rows: int | None = None
    max_rows: int | None = None


class MaterialOut(Schema):
    """A paper of this person's list; `reason` says why it is not asked for."""

    document: str
    name: str
    asked: bool | None
    required: bool | None
    reason: str = ""
    deferrable: bool = False
    options: list[str] = []
    "Documents of which one is enough, where there is a choice."
    who: str = ""


class FeeOut(Schema):
    """A fee; null = it depends on an answer."""

    name: str
    amount: str | None
    basis: str


class ListOut(Schema):
    """One person's list: what is asked, how long it takes, what it costs."""

    blueprint: str
    eligibility: Literal["eligible", "not_eligible", "unknown"]
    refusals: list[str]
    fallback: list[str]
    questions: list[QuestionOut]
    items: list[str]
    offered: list[str]
    fields: list[FieldOut]
    materials: list[MaterialOut]
    fees: list[FeeOut]
    days: str
    promised: str


Values = dict[str, JsonValue]


class NarrowIn(Schema):
    """Answers by element, and the optional items wished for."""

    answers: Values = {}
    wanted: list[str] = []


class FileIn(Schema):
    """A file for a document type, its bytes in base64."""

    document: str
    name: str
    content: str = Field(description="base64")


class ApplicationIn(Schema):
    """A whole application. With `declared` it is submitted at once when nothing is missing."""

    onething: str
    party: UUID | None = Field(
        None, description="whom it is for; without it, the caller or their only company"
    )
    answers: Values = {}
    wanted: list[str] = []
    files: list[FileIn] = []
    declared: bool = Field(False, description="the applicant's word that everything is true")


class AnswersIn(Schema):
    """More answers; null clears one."""

    answers: Values = {}
    wanted: list[str] | None = None


class DeclareIn(Schema):
    """The applicant's word that everything is true."""

    declared: bool


class UploadOut(Schema):
    """A file that was looked into and taken."""

    id: UUID
    document: str
    name: str
    size: int
    pages: int


class ApplicationOut(Schema):
    """An application being prepared: its list and what stands between it and submission."""

    id: UUID
    onething: str
    party: str
    needs: ListOut
    uploads: list[UploadOut]
    missing: list[ProblemLine]


class StepOut(Schema):
    """A step of a case."""

    key: str
    title: str
    kind: str
    status: str
    bodies: list[str]
    asks: list[str]
    items: list[str]
    waiting_for: list[str] = Field(description="bodies that have not reported or answered yet")


class ClockOut(Schema):
    """A clock; `days_left` in working days, negative when over."""

    level: str
    key: str
    title: str
    due: date
    colour: str
    days_left: int
    provisional: bool


class LineOut(Schema):
    """One body's part in the case."""

    body: str
    name: str
    progress: str
    entries: list[dict[str, Any]]


class ResultOut(Schema):
    """An issued paper; `code` verifies it."""

    id: UUID
    item: str
    name: str
    number: str
    code: str
    issued_on: date
    valid_to: date | None


class EventOut(Schema):
    """One thing that happened, in words; `hash` covers everything before it."""

    seq: int
    at: datetime
    kind: str
    words: str
    hash: str


class CaseLine(Schema):
    """A case in a list."""

    number: str
    onething: str
    name: str
    status: str
    created_at: datetime
    due_on: date | None


class CasePage(Schema):
    """One page of cases."""

    count: int
    cases: list[CaseLine]


class OwnCodeOut(Schema):
    """An answer in a body's own code list; `row` counts from 1 in a list of records, where `element` is the column."""

    body: str
    element: str
    value: str
    code: str
    name: str
    row: int


class FactOut(Schema):
    """A value of the file in words, masked while `hidden`; `codes` is how the caller's own bodies code it."""

    element: str
    name: str
    text: str
    source: str
    hidden: bool
    codes: list[OwnCodeOut]


class CaseOut(CaseLine):
    """A case as the caller may see it; send `seq` back as `seen` to act on what you saw and nothing newer."""

    seq: int
    items: dict[str, str]
    steps: list[StepOut]
    timeline: list[LineOut]
    clocks: list[ClockOut]
    results: list[ResultOut]
    events: list[EventOut]


class Act(Schema):
    """What every command may carry: the body acted for, and the `seq` that was seen."""

    body: str = ""
    seen: int | None = None


class HeldOut(Schema):
    """An act that happens at `due_at` unless it is taken back; `state` is held, done, undone or failed (then `why`)."""

    id: UUID
    case: str
    words: str
    held_at: datetime
    due_at: datetime
    state: str
    why: str = ""


class MarkIn(Schema):
    """One thing to put right."""

    kind: MarkKind
    target: str
    reason: MarkReason
    words: str
    name: str = ""


class NoticeIn(Act):
    """A notice to the applicant: everything that must be put right, at once."""

    marks: list[MarkIn]
    reason: str = ""


class StepIn(Act):
    """A step of the case, by key."""

    step: str


class StaffIn(Schema):
    """A member of staff who took part."""

    id: str
    name: str


class ReportIn(StepIn):
    """What a body found in its step; inspections name their staff."""

    outcome: StepOutcome
    findings: str = ""
    staff: list[StaffIn] = []


class OpinionIn(StepIn):
    """The answer of an asked body."""

    answer: Opinion
    words: str = ""


class DecideIn(Act):
    """The decision on one item; a refusal states reasons, basis and remedies."""

    item: str
    verdict: Verdict
    reasons: str = ""
    basis: str = ""
    remedies: str = ""


class IssueIn(Act):
    """Issue the papers of an approved item."""

    item: str


class VerifiedOut(Schema):
    """What anyone learns from a verification code."""

    title: str
    number: str
    body: str
    holder: str
    issued_on: date
    valid_to: date | None
    expired: bool
    matches: bool | None
    slip: bool
    standing: str
    standing_on: date | None
    standing_words: str


PROBLEMS = dict.fromkeys((401, 403, 404, 409, 422, 429), ProblemDocument)
"""What an act answers when it is not done."""
CASE = {200: CaseOut, **PROBLEMS}
"""What an act on a case answers."""
CASE_OR_HELD = {**CASE, 202: HeldOut}
"""What an act answers that may wait to be taken back."""
