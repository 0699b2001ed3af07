"""静默认证 by API: where everybody stands in a benefit, and the list of whom one is to ask, with what asking found."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema

from bancheng.api import _grants, _show
from bancheng.api import _schemas as out
from bancheng.api._auth import actor_of, allow
from bancheng.core.benefits.standing import CheckResult, CheckWay
from bancheng.store.models import BenefitSubject, StandingRow
from bancheng.usecases import benefit_subjects, standing_desk, standing_runs, standings
from bancheng.usecases.benefits import OFFICERS

router = Router()


class WatchLine(Schema):
    """A benefit that is certified silently: how many stand in which phase."""

    policy: str
    name: str
    every_days: int
    phases: dict[str, int]


class StandingLine(Schema):
    """One person in a benefit. `seq` is sent back as `seen`; `owed`: kept back by a wrong stop, in fen."""

    id: int
    number: int
    name: str
    division: str
    phase: str
    finding: str
    good_until: date | None
    assigned: str
    ask_until: date | None
    ended: bool
    owed: int
    seq: int


class StandingPage(Schema):
    """One page of a benefit."""

    count: int
    items: list[StandingLine]


class StandingOut(StandingLine):
    """One person with all that happened."""

    events: list[_grants.GrantEventOut]


class CheckLine(Schema):
    """One person whom the caller was sent to ask, by name and phone; that it was looked at is kept."""

    id: int
    benefit: str
    name: str
    phone: str
    division: str
    finding: str
    ask_until: date | None
    seq: int


class StandingCheckIn(Schema):
    """How somebody was asked and what was found; that it has ended needs a note. `seen`: the `seq` that was seen."""

    way: CheckWay
    result: CheckResult
    note: str = ""
    seen: int | None = None


class StandingCheckOut(Schema):
    """How it stands after the check."""

    phase: str
    ended: bool
    unreached: int


def _line(row: StandingRow, name: str) -> dict[str, Any]:
    plain = ("division", "phase", "finding", "good_until", "ask_until", "ended", "owed")
    return {
        "id": row.pk,
        "number": row.subject,
        "name": name,
        "assigned": row.assigned_name,
        "seq": row.sequence,
        **{field: getattr(row, field) for field in plain},
    }


@router.get(
    "/standings",
    response={200: list[WatchLine], **out.PROBLEMS},
    summary="Benefits certified silently (静默认证)",
)
@allow(*OFFICERS)
def watches(request: HttpRequest) -> Any:
    """Those of this desk."""
    found = standing_runs.watched(actor_of(request))
    phases = standing_desk.phases_of_all(policy for policy, _ in found)
    return [
        WatchLine(policy=policy.id, name=policy.name, every_days=watch.every_days, phases=phases[policy.id])
        for policy, watch in found
    ]


@router.get(
    "/standings/{policy}",
    response={200: StandingPage, **out.PROBLEMS},
    summary="Everybody in a benefit, and where they stand",
)
@allow(*OFFICERS)
def people(
    request: HttpRequest,
    policy: Path[str],
    q: str = "",
    state: str = "",
    limit: Query[int] = 50,
    offset: Query[int] = 0,
) -> Any:
    """By number, names masked; `state` a phase, or open, late, ended. At most 100 at a time."""
    one, _watch = standing_runs.watched_at(actor_of(request), policy)
    rows = standing_desk.narrowed(one, timezone.localdate(), q[:60], state)
    page = list(_show.some(rows, limit, offset))
    names = benefit_subjects.shown_names("person", [row.subject for row in page])
    return {"count": rows.count(), "items": [_line(row, names.get(row.subject, "")) for row in page]}


@router.get(
    "/standings/{policy}/{pk}",
    response={200: StandingOut, **out.PROBLEMS},
    summary="One person in a benefit, with what happened",
)
@allow(*OFFICERS)
def person(request: HttpRequest, policy: Path[str], pk: Path[int]) -> Any:
    """Which trace by which source on which day, who asked, what was decided and why."""
    one, _watch = standing_runs.watched_at(actor_of(request), policy)
    row = standing_desk.row_at(one, pk)
    name = benefit_subjects.shown_names(row.subject_kind, (row.subject,)).get(row.subject, "")
    return {**_line(row, name), "events": [_grants.event(each) for each in standings.events_of(row)]}


@router.get(
    "/checks", response={200: list[CheckLine], **out.PROBLEMS}, summary="Whom I am to ask (待核实的人)"
)
@allow(*standing_desk.STAFF)
def checks(request: HttpRequest, limit: Query[int] = 50, offset: Query[int] = 0) -> Any:
    """The most urgent first, at most 100 at a time."""
    actor = actor_of(request)
    page = list(_show.some(standing_desk.to_ask(actor), limit, offset))
    known = standing_desk.people_to_ask(actor, page)
    return [_check(row, known.get((row.subject_kind, row.subject))) for row in page]


def _check(row: StandingRow, who: BenefitSubject | None) -> CheckLine:
    return CheckLine(
        id=row.pk,
        benefit=row.benefit,
        name=who.name if who else "",
        phone=who.phone if who else "",
        division=row.division,
        finding=row.finding,
        ask_until=row.ask_until,
        seq=row.sequence,
    )


@router.post(
    "/checks/{pk}", response={200: StandingCheckOut, **out.PROBLEMS}, summary="Write down what asking found"
)
@allow(*standing_desk.STAFF)
def check(request: HttpRequest, pk: Path[int], given: StandingCheckIn) -> Any:
    """By whoever was sent, or by somebody of the body that answers for the benefit. Nothing is stopped by it."""
    done = standing_desk.write_check(
        actor_of(request), pk, given.way, given.result, given.note, timezone.now(), seen=given.seen
    )
    return StandingCheckOut(phase=done.phase.value, ended=bool(done.ended_by), unreached=done.unreached)
