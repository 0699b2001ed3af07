"""What somebody has to do in a case, body by body: the rows of task lists, folded from the state and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from bancheng.core.casework._clocks import CaseClocks, Clock, opinion_key
from bancheng.core.casework._outcome import delivery_tasks
from bancheng.core.casework._places import places_tasks, sent_on
from bancheng.core.casework._promises import promise_tasks
from bancheng.core.casework._state import CaseState, StepState
from bancheng.core.casework._supervision import supervision_tasks
from bancheng.core.casework._task import INTAKE, Task
from bancheng.core.casework._tasks_procedures import procedure_tasks
from bancheng.core.casework._tasks_talks import talk_tasks
from bancheng.core.casework._values import Phase, Role, StepStatus, day_of
from bancheng.core.casework._visits import visit_tasks
from bancheng.core.catalogue import ON_SITE, StepKind

OPINION = "opinion"


def role_of_step(kind: StepKind) -> str:
    """Which role finds such a step in its list."""
    return Role.INSPECTOR if kind in ON_SITE else Role.REVIEWER


def tasks(state: CaseState, dials: CaseClocks) -> tuple[Task, ...]:
    """Every task there has been, the open ones and the done ones. Linear in steps."""
    steps = (task for step in state.steps.values() for task in step_tasks(step, dials))
    return (*steps, *other_tasks(state, dials))


def other_tasks(state: CaseState, dials: CaseClocks) -> tuple[Task, ...]:
    """The tasks that belong to no step."""
    return (
        *desk_tasks(state, dials),
        *procedure_tasks(state, dials),
        *places_tasks(state, dials.intake.due if dials.intake else None),
        *supervision_tasks(state),
        *talk_tasks(state),
        *visit_tasks(state),
    )


def desk_tasks(state: CaseState, dials: CaseClocks) -> Iterator[Task]:
    """Those of a desk, with whoever holds them: to judge, to check a promise, to hand a late result over."""
    owners = state.staffing.desk
    for one in (*_intake(state, dials), *promise_tasks(state, dials), *delivery_tasks(state)):
        owner = owners.get(f"{one.key}/{one.body}")
        yield one if owner is None else replace(one, owner=owner)


def _intake(state: CaseState, dials: CaseClocks) -> Iterator[Task]:
    if state.submission is None:
        return
    pending = state.phase in (Phase.RECEIVED, Phase.SUPPLEMENT)
    yield Task(
        key=INTAKE,
        name="收件审查",
        kind=INTAKE,
        body=state.submission.receiving_body,
        role=Role.CLERK,
        opened=day_of(state.submission.at),
        waiting=state.phase is Phase.SUPPLEMENT,
        due=dials.intake.due if dials.intake else None,
        # Relayed, it is no longer for this window to judge: `places_tasks`.
        done=sent_on(state) or (None if pending else state.accepted or state.closed),
    )


def step_tasks(step: StepState, dials: CaseClocks) -> Iterator[Task]:
    """The tasks of one step: each body's part, and the opinion of each that is asked."""
    if step.status in {StepStatus.WAITING, StepStatus.GONE} or step.opened is None:
        return
    key = step.plan.key
    due = _due(dials.steps.get(key))
    reported = {report.body: report.on for report in step.reports}
    role = role_of_step(step.plan.kind)
    for body in step.plan.bodies:
        yield _of_step(step, body, step.plan.kind.value, role, due, reported.get(body))
    for ask in step.asks:
        until = _due(dials.opinions.get(opinion_key(key, ask.body)))
        yield _of_step(step, ask.body, OPINION, Role.REVIEWER, until, ask.on)


def _of_step(step: StepState, body: str, kind: str, role: str, due: date | None, done: date | None) -> Task:
    return Task(
        key=step.plan.key,
        name=step.plan.name,
        kind=kind,
        body=body,
        role=role,
        opened=step.opened or date.min,
        owner=step.owners.get(body),
        due=due,
        done=done or (step.ended if step.status is StepStatus.DONE else None),
    )


def _due(clock: Clock | None) -> date | None:
    return clock.due if clock else None
