"""What rests on somebody's word, as documents: credit, what is owed, promises, measures, the register."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from ninja import Schema

from bancheng.core.casework import (
    CaseState,
    Hindered,
    Kept,
    Measure,
    ProposalKind,
    Standing,
    clocks,
    hindrances,
    promise_checks,
)
from bancheng.store.models import CreditRecord, SignedPromise
from bancheng.usecases import promises
from bancheng.usecases.access import Actor, owns
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.town import packs


class CreditOut(Schema):
    """The credit check: while `waits` is true the case is not accepted before a clerk decided. `note` is for the window
    that decides."""

    source: str
    asked: date
    standing: Standing | None
    as_of: date | None
    note: str
    waits: bool
    allowed: bool | None
    reason: str


class OwedOut(Schema):
    """A material that was let follow on acceptance; `items` are those whose results wait for it, none named = all.
    `due` is null where nobody wants it any more."""

    document: str
    name: str
    items: list[str]
    due: date | None
    handed_in: date | None


class PromiseOut(Schema):
    """A promise that stands for a material."""

    id: UUID
    document: str
    name: str
    version: str
    digest: str
    signer: str
    signed_at: datetime


class PromiseTextOut(Schema):
    """The text of a promise; whoever signs sends `digest` back as `shown`."""

    title: str
    version: str
    text: str
    digest: str
    signer: str = ""
    signed_at: datetime | None = None


class PromiseCheckOut(Schema):
    """The check of a promise after the decision; `outcome` is null until somebody looked."""

    document: str
    name: str
    items: list[str]
    due: date
    outcome: Kept | None
    findings: str
    checked_on: date | None


class ProposalOut(Schema):
    """Measures proposed: nothing is done before the applicant was heard and a named person settled it."""

    number: int
    kind: ProposalKind
    subject: str
    title: str
    reason: str
    items: list[str]
    measures: list[Measure]
    objection_due: date
    objected_on: date | None
    statement: str
    settled_on: date | None
    carried: list[Measure]
    words: str


class LockedOut(Schema):
    """A result that is there and may not be handed out yet, and why."""

    item: str
    name: str
    reasons: list[str]


class TrustOut(Schema):
    """Everything of a case that rests on somebody's word."""

    credit: CreditOut | None
    owed: list[OwedOut]
    promises: list[PromiseOut]
    checks: list[PromiseCheckOut]
    proposals: list[ProposalOut]
    locked: list[LockedOut]


class RecordOut(Schema):
    """A broken word in the register, what was said to it, and since when it is repaired."""

    id: int
    case: str
    holder: str
    title: str
    reason: str
    body: str
    recorded_at: datetime
    objection: str
    objected_at: datetime | None
    answer: str
    answered_at: datetime | None
    repaired_at: datetime | None


class RecordsOut(Schema):
    """One page of the register."""

    count: int
    records: list[RecordOut]


def signed(row: SignedPromise) -> PromiseTextOut:
    """The text that was signed, by whom and when."""
    return PromiseTextOut(
        title=row.name,
        version=row.version,
        text=row.text,
        digest=row.digest,
        signer=row.signer,
        signed_at=row.signed_at,
    )


def shown(file: CaseFile, actor: Actor) -> TrustOut:
    """What the pages show of a case: checks are between officials, the note of a credit source is the window's."""
    state = file.state
    last = clocks(state, packs().calendar, timezone.now()).owed
    return TrustOut(
        credit=_credit(state, actor),
        owed=[
            OwedOut(
                document=key,
                name=one.material.name or key,
                items=list(one.material.items),
                due=last[key].due if key in last else None,
                handed_in=one.handed_in,
            )
            for key, one in state.owed.items()
        ],
        promises=[
            PromiseOut(
                id=one.pk,
                document=one.document,
                name=one.name,
                version=one.version,
                digest=one.digest,
                signer=one.signer,
                signed_at=one.signed_at,
            )
            for one in promises.promises_of(file)
        ],
        checks=[] if owns(actor, file.case) else _checks(state),
        proposals=_proposals(file),
        locked=_locked(file),
    )


def _credit(state: CaseState, actor: Actor) -> CreditOut | None:
    found = state.promises.credit
    if found is None:
        return None
    window = state.submission.receiving_body if state.submission else ""
    return CreditOut(
        source=found.source,
        asked=found.asked,
        standing=found.standing,
        as_of=found.as_of,
        note=found.note if window in actor.bodies else "",
        waits=found.waits,
        allowed=found.allowed,
        reason=found.reason,
    )


def _checks(state: CaseState) -> list[PromiseCheckOut]:
    found = []
    for one in promise_checks(state):
        seen = state.promises.verified.get(one.material.document)
        found.append(
            PromiseCheckOut(
                document=one.material.document,
                name=one.material.name,
                items=list(one.items),
                due=one.due(packs().calendar),
                outcome=seen.outcome if seen else None,
                findings=seen.findings if seen else "",
                checked_on=seen.on if seen else None,
            )
        )
    return found


def _proposals(file: CaseFile) -> list[ProposalOut]:
    said = promises.statements(file)
    return [
        ProposalOut(
            number=one.number,
            kind=one.kind,
            subject=one.subject,
            title=one.title,
            reason=one.reason,
            items=list(one.items),
            measures=list(one.measures),
            objection_due=one.objection_due,
            objected_on=one.objected,
            statement=said.get(one.number, ""),
            settled_on=one.settled,
            carried=list(one.carried),
            words=one.words,
        )
        for one in file.state.promises.proposals
    ]


def _locked(file: CaseFile) -> list[LockedOut]:
    found = []
    for item, name in file.case.results.order_by("issued_on", "number").values_list("item", "name"):
        reasons = [one.reason for one in hindrances(file.state, Hindered.DELIVER, item)]
        if reasons:
            found.append(LockedOut(item=item, name=name, reasons=reasons))
    return found


def record(row: CreditRecord) -> dict[str, Any]:
    """A line of the register."""
    return {
        "id": row.pk,
        "case": row.case.number,
        "holder": row.party.name,
        "title": row.title,
        "reason": row.reason,
        "body": row.body,
        "recorded_at": row.recorded_at,
        "objection": row.objection,
        "objected_at": row.objected_at,
        "answer": row.answer,
        "answered_at": row.answered_at,
        "repaired_at": row.repaired_at,
    }
