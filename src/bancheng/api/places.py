"""跨域通办 for another system: the form check, lists of papers and results, signing for them."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.core.casework import HandoverKind
from bancheng.usecases import places

router = Router()


class SheetLineOut(Schema):
    """A line of a list."""

    number: int
    name: str
    copies: int


class SheetOut(Schema):
    """A 交接单."""

    case: str
    number: int
    kind: HandoverKind
    sender: str
    receiver: str
    lines: list[SheetLineOut]
    sent_on: date
    due: date
    received_on: date | None
    missing: list[int]
    note: str


class WaitingOut(Schema):
    """What one of the caller's bodies has to do about a list."""

    case: str
    number: int
    name: str
    body: str
    due: date | None


class CheckIn(Schema):
    """Which ID was seen."""

    identity: str
    seen: int | None = None


class SendIn(Schema):
    """What is sent, by the names of its lines."""

    kind: HandoverKind
    names: list[str]
    way: str = ""
    tracking: str = ""
    seen: int | None = None


class ReceiveIn(Schema):
    """What did not come as listed."""

    missing: list[int] = []
    note: str = ""


class ClearIn(Schema):
    """How a discrepancy was cleared up."""

    note: str


@router.get(
    "", response={200: list[WaitingOut], **out.PROBLEMS}, summary="Lists that wait for the caller's bodies"
)
@allow("clerk", "reviewer", "senior")
def waiting(request: HttpRequest, limit: Query[int] = 50, offset: Query[int] = 0) -> Any:
    """The most urgent first, at most 100 at a time."""
    start, size = max(0, offset), max(1, min(100, limit))
    return [
        WaitingOut(
            case=one.case.number,
            number=int(one.key.rpartition(":")[2]),
            name=one.name,
            body=one.body,
            due=one.due_on,
        )
        for one in places.travelling(actor_of(request))[start : start + size]
    ]


@router.get("/{number}/lists/{which}", response={200: SheetOut, **out.PROBLEMS}, summary="A list (交接单)")
@allow("clerk", "reviewer", "senior")
def sheet(request: HttpRequest, number: Path[str], which: Path[int]) -> Any:
    """For the body that sent it and the one that receives it."""
    found = places.handover(actor_of(request), number, which)
    one = found.handover
    return SheetOut(
        case=found.file.case.number,
        number=one.number,
        kind=one.kind,
        sender=one.sender,
        receiver=one.receiver,
        lines=[SheetLineOut(number=line.number, name=line.name, copies=line.copies) for line in one.lines],
        sent_on=one.on,
        due=one.due,
        received_on=one.received,
        missing=list(one.missing),
        note=one.note,
    )


@router.post("/{number}/check", response=out.CASE, summary="Record the form check (形式审查)")
@allow("clerk", "senior")
def check(request: HttpRequest, number: Path[str], given: CheckIn) -> Any:
    """By the receiving office of a relayed case."""
    actor = actor_of(request)
    return _show.case(places.check_form(actor, number, given.identity, given.seen), actor)


@router.post("/{number}/send", response=out.CASE, summary="Send papers or results with a list")
@allow("clerk", "reviewer", "senior")
def send(request: HttpRequest, number: Path[str], given: SendIn) -> Any:
    """Papers go to the body that decides, results to the pick-up office."""
    actor = actor_of(request)
    file = places.send(
        actor, number, given.kind, given.names, way=given.way, tracking=given.tracking, seen=given.seen
    )
    return _show.case(file, actor)


@router.post("/{number}/lists/{which}/receive", response=out.CASE, summary="Sign for a list")
@allow("clerk", "reviewer", "senior")
def receive(request: HttpRequest, number: Path[str], which: Path[int], given: ReceiveIn) -> Any:
    """Line by line; what does not match is named and described."""
    actor = actor_of(request)
    return _show.case(places.receive(actor, number, which, given.missing, given.note), actor)


@router.post("/{number}/lists/{which}/clear", response=out.CASE, summary="Clear up a discrepancy")
@allow("clerk", "reviewer", "senior")
def clear(request: HttpRequest, number: Path[str], which: Path[int], given: ClearIn) -> Any:
    """By the sender."""
    actor = actor_of(request)
    return _show.case(places.clear(actor, number, which, given.note), actor)
