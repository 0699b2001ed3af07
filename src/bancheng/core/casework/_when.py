"""Who must take part in a visit, and by when it must be: before any is proposed."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._clocks import Reckoner
from bancheng.core.casework._guard import PERMIT_LAW
from bancheng.core.casework._state import CaseState, StepState
from bancheng.core.casework._work import INSPECTORS
from bancheng.core.catalogue import ON_SITE, StepKind
from bancheng.core.clock import WorkCalendar
from bancheng.core.compiler import PlanStep
from bancheng.core.kernel import Record

ART_55 = f"{PERMIT_LAW}第五十五条"
BEGIN_WITHIN = 5
"Art. 55: working days within which officials are sent."
_TOGETHER = frozenset({StepKind.REVIEW, StepKind.EXPERT_REVIEW})


class Window(Record):
    """When a visit may be: not after `last`, and after `begin_by` only with a reason."""

    begin_by: date
    last: date


def visitable(plan: PlanStep) -> bool:
    """Whether a step is done by an appointment: on the site, or by several bodies round one table."""
    return plan.kind in ON_SITE or (plan.kind in _TOGETHER and len(plan.bodies) > 1)


def needed(plan: PlanStep) -> int:
    """How many officials of each body."""
    return max(plan.staff, INSPECTORS) if plan.kind in ON_SITE else max(plan.staff, 1)


def window(state: CaseState, step: StepState, calendar: WorkCalendar, today: date) -> Window:
    """Five working days from the opening of the step, never beyond its last day; when late already, five from now."""
    again = state.visits.last(step.plan.key)
    if again is not None and again.to_repair and again.repair_due is not None:
        after = calendar.add_workdays(max(again.repair_due, today), BEGIN_WITHIN).date
        return Window(begin_by=after, last=after)
    due = Reckoner(state, calendar, today).step(step).due
    begin_by = calendar.add_workdays(step.opened or today, BEGIN_WITHIN).date
    if min(begin_by, due) <= today:
        later = calendar.add_workdays(today, BEGIN_WITHIN).date
        return Window(begin_by=later, last=max(later, due))
    return Window(begin_by=min(begin_by, due), last=due)


def lead_of(state: CaseState, plan: PlanStep) -> str:
    """The body that concludes: that of the whole matter where it takes part, else the first of the step."""
    leading = state.submission.lead_body if state.submission else ""
    return leading if leading in plan.bodies else plan.bodies[0]
