"""联合勘验: the appointment, what is looked at and by whom, photographs and the conclusion."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from bancheng.core.casework import BOOKED, LIVE, CaseState, StepStatus, Visit, VisitStatus
from bancheng.core.casework import workers as workers_of
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.visit_records import CONCLUSIONS
from bancheng.usecases.visit_sheets import Look, checklist
from bancheng.usecases.visits import visits_to_arrange
from bancheng.web.casefile.showing import actor_of

ORDER = 12
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/visits.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """Nothing for a case that nobody goes to. No query."""
    state, actor = file.state, actor_of(request)
    waiting = []
    if desk == "bureau":
        waiting = [
            step
            for step in visits_to_arrange(state, actor.bodies)
            if any(actor.has(role, body) for role in workers_of(step) for body in step.plan.bodies)
        ]
    if not state.visits.all and not waiting:
        return None
    now = timezone.now()
    return {
        "waiting": [
            {"key": step.plan.key, "name": step.plan.name, "again": state.visits.last(step.plan.key)}
            for step in waiting
        ],
        "visits": [_row(state, one, now, desk) for one in reversed(state.visits.all)],
        "now": now,
    }


def _row(state: CaseState, one: Visit, now: Any, desk: str) -> dict[str, Any]:
    step = state.steps[one.step]
    open_ = step.status is StepStatus.OPEN
    newest = state.visits.last(one.step) is one
    return {
        "visit": one,
        "name": step.plan.name,
        "live": open_ and one.status in LIVE,
        "bodies": [
            {
                "name": state.body_name(body),
                "people": [who.name for who in (one.present or one.people) if who.body == body],
                "looks": _looks(state, one, body) if desk == "public" else (),
            }
            for body in step.plan.bodies
        ],
        "confirm": open_ and one.status is VisitStatus.PROPOSED and one.slot.begins > now,
        "change": open_ and one.status in BOOKED,
        "nobody_came": open_ and one.status in BOOKED and now > one.slot.begins,
        "waits": open_
        and newest
        and one.status in {VisitStatus.DECLINED, VisitStatus.MISSED, VisitStatus.CANCELLED},
        "repair": open_ and newest and one.to_repair and one.repaired is None,
        "conclusion": CONCLUSIONS[one.conclusion] if one.conclusion else "",
    }


def _looks(state: CaseState, one: Visit, body: str) -> list[Look]:
    return [look for look in checklist(state, state.steps[one.step], body) if look.kind.value != "words"]
