"""Warnings: yellow to those who do the work, red to the senior; unseen they go one level up, at last to supervision."""

from __future__ import annotations

from bancheng.core.casework import _commands_escalation as cmd
from bancheng.core.casework import _events_escalation as ev
from bancheng.core.casework._clocks import Clock, Reckoner
from bancheng.core.casework._command import Command
from bancheng.core.casework._commands import RemindOwed
from bancheng.core.casework._guard import Events, Roads, need_machine, need_role, refuse, signed
from bancheng.core.casework._state import Alarm, CaseState, StepState
from bancheng.core.casework._task import INTAKE
from bancheng.core.casework._values import Context, Level, Rank, Role, Staff, StepStatus
from bancheng.core.casework._watch import due_acts, next_rank
from bancheng.core.clock import Colour

_RANKS = {
    Rank.HANDLER: (Role.CLERK, Role.REVIEWER, Role.INSPECTOR, Role.SENIOR, Role.HEAD),
    Rank.SENIOR: (Role.SENIOR, Role.HEAD),
    Rank.SUPERVISION: (Role.SENIOR, Role.HEAD),
}
"Who of a receiving body may say that a warning is seen, once it has reached a rank; supervision may at the last."


def warn(state: CaseState, command: cmd.Warn, context: Context) -> Events:
    """Only what the clocks really say, and only once for one date."""
    need_machine(context)
    clock = due_clock(state, command, context)
    before = sum((one.level, one.key) == (command.level, command.key) for one in state.warnings)
    return (
        ev.Warned(
            at=context.now,
            by=signed(context),
            number=len(state.warnings) + 1,
            level=command.level,
            key=command.key,
            title=clock.title,
            colour=command.colour,
            due=clock.due,
            receivers=clock.receivers,
            rank=Rank.SENIOR if command.colour is Colour.RED else Rank.HANDLER,
            people=_people(state, command),
            times=before + 1,
        ),
    )


def due_clock(state: CaseState, command: cmd.Warn | RemindOwed, context: Context) -> Clock:
    """The clock of a warning that is due now, as the sweep reckons it.

    Raises:
        CommandRefused: nothing is due, or it was said before.
    """
    _need_due(state, command, context)
    level, key = (
        (Level.OWED, command.document) if isinstance(command, RemindOwed) else (command.level, command.key)
    )
    clocks = Reckoner(state, context.calendar).all().all()
    return next(one for one in clocks if (one.level, one.key) == (level, key))


def _need_due(state: CaseState, command: Command, context: Context) -> None:
    if command not in due_acts(state, context.calendar, context.now):
        refuse("warn.nothing", "现在没有需要发出的提醒，或已经提醒过。")


def _people(state: CaseState, command: cmd.Warn) -> tuple[Staff, ...]:
    """Those who hold the work that the clock is about."""
    steps: list[StepState] = []
    if command.level is Level.INTAKE:
        desk = state.staffing.desk.items()
        return tuple(Staff(id=one.id, name=one.name) for place, one in desk if place.startswith(f"{INTAKE}/"))
    if command.level is Level.STEP:
        steps = [state.steps[command.key]]
    elif command.level is Level.ITEM:
        steps = [state.steps[key] for key in state.items[command.key].steps]
    owners = [
        owner
        for step in steps
        if step.status is StepStatus.OPEN
        for body, owner in step.owners.items()
        if body not in {report.body for report in step.reports}
    ]
    return tuple(dict.fromkeys(Staff(id=one.id, name=one.name) for one in owners))


def acknowledge(state: CaseState, command: cmd.Acknowledge, context: Context) -> Events:
    """By an official of a receiving body, of the rank it has reached; by supervision when it has come to them."""
    found = next((one for one in state.warnings if one.number == command.number), None)
    if found is None or found.acknowledged:
        refuse("warning.none", "没有需要确认的提醒。")
    if not (found.rank is Rank.SUPERVISION and Role.SUPERVISOR in context.actor.roles):
        need_role(context, _RANKS[found.rank], found.receivers)
    return (
        ev.WarningAcknowledged(
            at=context.now,
            by=signed(context),
            number=command.number,
            title=found.title,
            note=command.words,
        ),
    )


def escalate(state: CaseState, command: cmd.Escalate, context: Context) -> Events:
    """One level up, and never twice to the same."""
    need_machine(context)
    _need_due(state, command, context)
    alarm: Alarm = next(one for one in state.warnings if one.number == command.number)
    submission = state.submission
    days = submission.thresholds.escalate_days if submission else 0
    return (
        ev.Escalated(
            at=context.now,
            by=signed(context),
            number=alarm.number,
            title=alarm.title,
            rank=next_rank(alarm.rank),
            days=days,
            receivers=alarm.receivers,
        ),
    )


ROADS: Roads = {
    cmd.Warn: warn,
    cmd.Acknowledge: acknowledge,
    cmd.Escalate: escalate,
}
