"""What a running case meets when bodies change or its one-thing gets a new version, and the roads that carry it over.

`moves_in` and `outlook` answer before anything happens; the roads refuse by the same answers.
"""

from __future__ import annotations

from bancheng.core.casework import _commands_bodies as cmd
from bancheng.core.casework import _events_bodies as ev
from bancheng.core.casework._guard import Events, Roads, need_phase, need_text, refuse, signed, with_dispatch
from bancheng.core.casework._state import ENDED, OVER, CaseState
from bancheng.core.casework._values import Context, Phase, Role, StepStatus
from bancheng.core.kernel import Record, Refusal, chinese_date

RUNNING = (Phase.RECEIVED, Phase.SUPPLEMENT, Phase.ACCEPTED)
"""Phases in which a case still follows what changes around it."""


class MovesIn(Record):
    """What of a case passes on: undecided items, open or coming steps, tasks in hand, and whether names change."""

    items: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    held: int = 0
    names: bool = False

    @property
    def nothing(self) -> bool:
        """Whether the case has no part in the change."""
        return not (self.items or self.steps or self.names)


def moves_in(state: CaseState, command: cmd.CarryBodies) -> MovesIn:
    """What the case would meet: its items, steps and tasks that pass on. Linear in its steps."""
    items: list[str] = []
    steps: list[str] = []
    held, names = 0, False
    bodies = set(state.bodies)
    for move in command.moves:
        if move.old == move.new:
            names = names or (move.old in bodies and state.body_name(move.old) != move.name)
            continue
        if not move.items and state.submission is not None:
            window = {state.submission.receiving_body, state.submission.lead_body}
            names = names or move.old in window
        items += [
            key
            for key, one in state.items.items()
            if one.item.body == move.old and one.status not in ENDED and move.takes(key)
        ]
        for key, step in state.steps.items():
            if step.status in OVER:
                continue
            asked = not move.items and move.old in {*step.plan.asks, *(ask.body for ask in step.asks)}
            works = move.old in step.plan.bodies and any(move.takes(one) for one in step.plan.items)
            if asked or works:
                steps.append(key)
                held += move.old in step.owners
    places = state.submission.places if state.submission else None
    recoded = places is not None and not command.divisions.keys().isdisjoint(
        {places.applicant, places.receiving, places.deciding, places.collecting}
    )
    return MovesIn(
        items=tuple(dict.fromkeys(items)),
        steps=tuple(dict.fromkeys(steps)),
        held=held,
        names=names or recoded,
    )


def carry_bodies(state: CaseState, command: cmd.CarryBodies, context: Context) -> Events:
    """By a named administrator, on the day or later, once."""
    need_phase(state, *RUNNING)
    _administrator(context)
    need_text(command.basis, "bodies.basis", "机构调整的依据")
    if command.on > context.today:
        refuse("bodies.early", f"“{command.name}”从{chinese_date(command.on)}起执行，现在还不能转。")
    if command.change in state.staffing.carried:
        refuse("bodies.twice", "这次机构调整已经转过了。")
    if moves_in(state, command).nothing:
        refuse("bodies.untouched", "这份办件与这次机构调整无关。")
    return (
        ev.BodiesChanged(
            at=context.now,
            by=signed(context),
            change=command.change,
            name=command.name,
            on=command.on,
            basis=command.basis,
            moves=command.moves,
            divisions=command.divisions,
            body_names=command.body_names,
        ),
    )


class Outlook(Record):
    """What a running case would meet under another version: names of steps, and what stands in the way."""

    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    kept: int = 0
    new_items: tuple[str, ...] = ()
    "Items of the new version that nobody applied for: they stay out."
    hindrances: tuple[Refusal, ...] = ()


def outlook(state: CaseState, command: cmd.Migrate) -> Outlook:
    """What moving the case would change. An item that somebody applied for and that is undecided is never lost."""
    wanted = {item.key for item in command.items}
    no: list[Refusal] = []
    if state.phase not in RUNNING or state.submission is None:
        no.append(Refusal("phase", "办件已经结束，不再迁移。"))
    elif state.submission.blueprint == command.blueprint:
        no.append(Refusal("migrate.same", "这份办件已经按这个版本办理。"))
    for key, one in state.items.items():
        if key not in wanted and one.status not in ENDED:
            reason = f"新版里没有“{one.item.name}”，而申请人已经申请。"
            no.append(Refusal("migrate.item", reason, "", "请按原版本办完，或请申请人撤回这一项。"))
    new = {step.key: step for step in command.plan.steps if not state.items.keys().isdisjoint(step.items)}
    live = {key: step for key, step in state.steps.items() if step.status not in OVER}
    return Outlook(
        added=tuple(
            step.name for key, step in new.items() if key not in state.steps and _wanted(state, step.items)
        ),
        gone=tuple(step.plan.name for key, step in live.items() if key not in new),
        kept=sum(key in new for key in state.steps),
        new_items=tuple(item.name for item in command.items if item.key not in state.items),
        hindrances=tuple(no),
    )


def _wanted(state: CaseState, items: tuple[str, ...]) -> bool:
    return any(key in state.items and state.items[key].status not in ENDED for key in items)


def migrate(state: CaseState, command: cmd.Migrate, context: Context) -> Events:
    """By an officer with a name; a promise is never made longer than what the applicant was told."""
    submission = state.submission
    need_phase(state, *RUNNING)
    lead = {submission.receiving_body, submission.lead_body} if submission else set()
    head = Role.SENIOR in context.actor.roles and context.actor.body in lead
    if not head:
        _administrator(context)
    need_text(command.reason, "migrate.reason", "迁移的理由")
    found = outlook(state, command)
    if found.hindrances:
        first = found.hindrances[0]
        refuse(first.code, first.reason, first.basis, first.remedy)
    before = submission.blueprint if submission else ""
    event = ev.CaseMigrated(
        at=context.now,
        by=signed(context),
        before=before,
        blueprint=command.blueprint,
        onething_name=command.onething_name,
        items=command.items,
        plan=command.plan,
        promised=command.promised,
        reason=command.reason,
        statutory=command.statutory,
        partial=command.partial,
        body_names=command.body_names,
        changes=command.changes,
    )
    opening = [
        step.key
        for step in command.plan.steps
        if not state.items.keys().isdisjoint(step.items)
        and (step.key not in state.steps or state.steps[step.key].status is StepStatus.WAITING)
    ]
    return with_dispatch(state, (event,), context, opening)


def _administrator(context: Context) -> None:
    """A named person with the office of an administrator; nothing here happens by itself."""
    if Role.ADMINISTRATOR not in context.actor.roles or not context.actor.name:
        refuse("role", "只有系统管理员可以办理这一步。", remedy="请联系系统管理员。")


ROADS: Roads = {cmd.CarryBodies: carry_bodies, cmd.Migrate: migrate}
