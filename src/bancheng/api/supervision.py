"""审管协同 for the system of a supervising body: fetch what was handed over, acknowledge, return inspections."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.core.casework import Inspected
from bancheng.usecases import supervision

router = Router()


class PaperOut(Schema):
    """A paper of the licence."""

    number: str
    name: str
    code: str
    issued_on: date
    valid_to: date | None


class InspectionOut(Schema):
    """A result that was returned."""

    result: Inspected
    findings: str
    inspected_on: date
    revoke: bool


class WatchedOut(Schema):
    """An item in the hands of a supervising body."""

    case: str
    item: str
    name: str
    holder: str
    body: str
    handed_on: date
    due: date
    acknowledged_on: date | None
    papers: list[PaperOut]
    inspections: list[InspectionOut]


class HandedLineOut(Schema):
    """A line of the list."""

    case: str
    item: str
    body: str
    due: date | None
    acknowledged: bool


class LinesOut(Schema):
    """One page of the list."""

    count: int
    items: list[HandedLineOut]


class InspectionIn(Schema):
    """What an inspection found; `revoke` proposes to revoke the decision, for serious faults only."""

    result: Inspected
    inspected_on: date
    findings: str = ""
    revoke: bool = False


def _shown(found: supervision.Watched) -> WatchedOut:
    return WatchedOut(
        case=found.file.case.number,
        item=found.item.item.key,
        name=found.item.item.name,
        holder=found.file.case.party.name,
        body=found.handed.body,
        handed_on=found.handed.on,
        due=found.handed.due,
        acknowledged_on=found.handed.acknowledged,
        papers=[
            PaperOut(
                number=one.number,
                name=one.name,
                code=one.code,
                issued_on=one.issued_on,
                valid_to=one.valid_to,
            )
            for one in found.papers
        ],
        inspections=[
            InspectionOut(
                result=one.result, findings=one.findings, inspected_on=one.inspected_on, revoke=one.revoke
            )
            for one in found.handed.inspections
        ],
    )


@router.get("", response={200: LinesOut, **out.PROBLEMS}, summary="Handed to the caller's bodies")
@allow("reviewer", "inspector", "senior")
def handed(
    request: HttpRequest, acknowledged: bool = False, limit: Query[int] = 50, offset: Query[int] = 0
) -> Any:
    """The most urgent first, at most 100 at a time."""
    rows = supervision.supervised(actor_of(request), "done" if acknowledged else "open")
    items = [
        HandedLineOut(
            case=one.case.number,
            item=one.key.removeprefix(supervision.PREFIX),
            body=one.body,
            due=one.due_on,
            acknowledged=one.state == "done",
        )
        for one in _show.some(rows, limit, offset)
    ]
    return LinesOut(count=rows.count(), items=items)


@router.get("/{number}/{item}", response={200: WatchedOut, **out.PROBLEMS}, summary="One item in our hands")
@allow("reviewer", "inspector", "senior")
def one(request: HttpRequest, number: Path[str], item: Path[str]) -> Any:
    """Holder, papers, what was returned."""
    return _shown(supervision.watched(actor_of(request), number, item))


@router.post(
    "/{number}/{item}/acknowledge", response={200: WatchedOut, **out.PROBLEMS}, summary="Take over (确认接收)"
)
@allow("reviewer", "inspector", "senior")
def acknowledge(request: HttpRequest, number: Path[str], item: Path[str]) -> Any:
    """By name, once."""
    actor = actor_of(request)
    supervision.acknowledge(actor, number, item)
    return _shown(supervision.watched(actor, number, item))


@router.post(
    "/{number}/{item}/inspections", response={200: WatchedOut, **out.PROBLEMS}, summary="Return an inspection"
)
@allow("reviewer", "inspector", "senior")
def inspected(request: HttpRequest, number: Path[str], item: Path[str], given: InspectionIn) -> Any:
    """It shows on the case; with `revoke`, measures are proposed to the body that decided."""
    actor = actor_of(request)
    supervision.return_inspection(
        actor,
        number,
        item,
        result=given.result,
        findings=given.findings,
        inspected_on=given.inspected_on,
        revoke=given.revoke,
    )
    return _shown(supervision.watched(actor, number, item))
