"""The people of a body and what changes around running cases: tasks moved, leave entered, duties, changes, versions."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema, Status

from bancheng.api import _schemas as out
from bancheng.api._auth import actor_of, allow
from bancheng.api._show import some
from bancheng.store.models import Case
from bancheng.usecases import batch, bodies, counter, dispatching, moving, people

router = Router()
_MOST = 200


class MemberOut(Schema):
    """Somebody of a body."""

    id: str
    name: str
    roles: list[str]
    held: int
    overdue: int
    away: bool
    deputy: str


class MoveIn(Schema):
    """Tasks of cases by number; `to` is a colleague's id, ``rule`` or ``queue``."""

    cases: list[str]
    to: str
    reason: str


class MovedOut(Schema):
    """How many moved, and for each that did not its number and why; `held` can still be taken back (`/held/…`)."""

    done: int
    stayed: list[str]
    held: list[UUID] = []


class AbsenceIn(Schema):
    """Days of leave, both included; `who` and `deputy` are numbers of accounts (``user:7`` is 7)."""

    who: int
    first: date
    last: date
    kind: str = "leave"
    deputy: int = 0


class AbsenceOut(Schema):
    """An absence that was entered."""

    id: int


class DutyOut(Schema):
    """Who owns an item."""

    item: str
    name: str
    body: str
    before: str
    since: date | None
    basis: str


class MeetsOut(Schema):
    """What one running case would meet."""

    case: str
    changes: list[str]
    hindered: str = ""


class ReasonIn(Schema):
    """Why it is done; `cases` by number, none for all."""

    reason: str
    cases: list[str] = []


class ChosenIn(Schema):
    """Cases by number."""

    cases: list[str]


def _told(moved: dispatching.Moved) -> MovedOut:
    return MovedOut(done=moved.done, stayed=list(moved.why), held=list(moved.held))


@router.get(
    "/{body}/people", response={200: list[MemberOut], **out.PROBLEMS}, summary="The people of my body"
)
@allow("senior")
def team(request: HttpRequest, body: Path[str]) -> Any:
    """With their load, and who is away."""
    dispatching.tasks_of_team(actor_of(request), body)
    return [
        MemberOut(
            id=one.id,
            name=one.name,
            roles=list(one.roles),
            held=one.held,
            overdue=one.overdue,
            away=one.away,
            deputy=one.deputy,
        )
        for one in people.team(body, timezone.localdate())
    ]


class TaskOut(Schema):
    """A task of the window: the case, which task (`key` is what `claim` and `release` take), with whom, until when."""

    case: str
    key: str
    kind: str
    name: str
    holder: str
    due: date | None


@router.get("/{body}/window", response={200: list[TaskOut], **out.PROBLEMS}, summary="The queue of my window")
@allow("clerk", "senior")
def window(
    request: HttpRequest,
    body: Path[str],
    tab: Query[str] = "open",
    whose: Query[str] = "all",
    limit: Query[int] = 50,
    offset: Query[int] = 0,
) -> Any:
    """As the window's list: `tab` is open, answered, waiting, delivery, out or done; `whose` mine, free or all."""
    rows = counter.queue(actor_of(request), tab, whose=whose).filter(body=body)
    return [
        TaskOut(
            case=one.case.number,
            key=one.key,
            kind=one.kind,
            name=one.name,
            holder=one.assignee_name,
            due=one.due_on,
        )
        for one in some(rows, limit, offset)
    ]


@router.post("/{body}/moves", response={200: MovedOut, **out.PROBLEMS}, summary="Move tasks of my body")
@allow("senior")
def move_tasks(request: HttpRequest, body: Path[str], given: MoveIn) -> Any:
    """Every open task of the body in these cases; each is told of."""
    actor = actor_of(request)
    tasks = dispatching.tasks_of_team(actor, body).filter(case__number__in=given.cases[:_MOST])
    return _told(dispatching.move_tasks(actor, body, list(tasks), given.to, given.reason))


@router.post("/absences", response={201: AbsenceOut, **out.PROBLEMS}, summary="Enter leave")
@allow("reviewer", "inspector", "senior", "clerk", "administrator")
def enter(request: HttpRequest, given: AbsenceIn) -> Any:
    """For oneself, the people one is senior of, or as an administrator for everyone."""
    made = people.enter_absence(
        actor_of(request), given.who, given.first, given.last, given.kind, given.deputy
    )
    return Status(201, AbsenceOut(id=made.pk))


@router.post("/batches/{rule}", response={200: MovedOut, **out.PROBLEMS}, summary="Approve several by a rule")
@allow("reviewer", "senior")
def approve_many(request: HttpRequest, rule: Path[str], given: ChosenIn) -> Any:
    """Each is checked again and has its own decision."""
    actor = actor_of(request)
    wanted = set(given.cases)
    chosen = {one.key for one in batch.lines(actor, rule) if one.task.case.number in wanted}
    return _told(batch.approve_many(actor, rule, chosen))


@router.get("/duties", response={200: list[DutyOut], **out.PROBLEMS}, summary="责任清单")
@allow("supervisor", "administrator", "senior")
def duties(request: HttpRequest, on: Query[date | None] = None, body: Query[str] = "") -> Any:
    """Who owns each item on a day."""
    return [
        DutyOut(
            item=one.item,
            name=one.name,
            body=one.body,
            before=one.before,
            since=one.since,
            basis=one.basis,
        )
        for one in bodies.duty_list(on or timezone.localdate(), body)
    ]


@router.get(
    "/changes/{key}/preview",
    response={200: list[MeetsOut], **out.PROBLEMS},
    summary="What running cases would meet",
)
@allow("supervisor", "administrator")
def preview(request: HttpRequest, key: Path[str], offset: Query[int] = 0) -> Any:
    """At most 100 at a time; cases the change does not touch are left out."""
    found, _count = bodies.preview(actor_of(request), key, max(0, offset), 100)
    return [MeetsOut(case=number, changes=[words], hindered="") for number, words in bodies.lines_of(found)]


@router.post("/changes/{key}", response={200: MovedOut, **out.PROBLEMS}, summary="Carry running cases over")
@allow("administrator")
def carry(request: HttpRequest, key: Path[str]) -> Any:
    """Each by an event of its own, in the caller's name."""
    return _told(bodies.carry(actor_of(request), key))


@router.get(
    "/versions/{onething}", response={200: list[MeetsOut], **out.PROBLEMS}, summary="Cases of older versions"
)
@allow("administrator", "senior")
def prospects(request: HttpRequest, onething: Path[str], offset: Query[int] = 0) -> Any:
    """What each would meet in the current one, at most 50 at a time."""
    found, _count = moving.prospects(actor_of(request), onething, max(0, offset))
    return [MeetsOut(case=one.case.number, changes=list(one.changes), hindered=one.hindered) for one in found]


@router.post(
    "/versions/{onething}", response={200: MovedOut, **out.PROBLEMS}, summary="Move cases to the current one"
)
@allow("administrator", "senior")
def move_cases(request: HttpRequest, onething: Path[str], given: ReasonIn) -> Any:
    """Each by an event of its own; one that cannot move stays."""
    named = Case.objects.filter(number__in=given.cases[:_MOST]).values_list("pk", flat=True)
    chosen = list(named) if given.cases else None
    return _told(moving.move(actor_of(request), onething, chosen, given.reason))
