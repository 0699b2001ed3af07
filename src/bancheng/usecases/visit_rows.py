"""Projection of visits: whose half hours are taken, so that two bookings of one slot can never both be firm."""

from __future__ import annotations

from bancheng.core.casework import LIVE, CaseState, StepStatus, Visit, VisitStatus
from bancheng.store.models import Case, SiteVisit, VisitSeat

_FIRM = LIVE - {VisitStatus.PROPOSED}


def project_visits(case: Case, state: CaseState, before: CaseState | None) -> None:
    """Write the visits and seats that changed since `before` (all of them without one).

    Raises:
        IntegrityError: somebody's half hour is firm in another visit.
    """
    if not state.visits.all:
        return
    held = _wanted(before) if before is not None else {}
    for number, (visit, status) in _wanted(state).items():
        if held.get(number) != (visit, status):
            _write(case, state, visit, status)


def _wanted(state: CaseState) -> dict[int, tuple[Visit, str]]:
    """Each visit with its status; one whose step has ended without it is over, whatever it said last."""
    found = {}
    for visit in state.visits.all:
        gone = visit.status in LIVE and state.steps[visit.step].status is not StepStatus.OPEN
        found[visit.number] = (visit, VisitStatus.CANCELLED.value if gone else visit.status.value)
    return found


def _write(case: Case, state: CaseState, visit: Visit, status: str) -> None:
    plan = state.steps[visit.step].plan
    row, _ = SiteVisit.objects.update_or_create(
        case=case,
        number=visit.number,
        defaults={
            "step": visit.step,
            "name": plan.name,
            "kind": plan.kind.value,
            "status": status,
            "lead": visit.lead,
            "begins": visit.slot.begins,
            "ends": visit.slot.ends,
        },
    )
    row.seats.all().delete()
    if status not in LIVE:
        return
    VisitSeat.objects.bulk_create(
        VisitSeat(visit=row, person=one.id, name=one.name, body=one.body, cell=cell, firm=status in _FIRM)
        for one in visit.people
        for cell in visit.slot.cells
    )
