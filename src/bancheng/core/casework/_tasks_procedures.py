"""What somebody has to do about lawful stops and wishes for more time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bancheng.core.casework._clocks import CaseClocks
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._task import Task
from bancheng.core.casework._values import Level, Role
from bancheng.core.casework._values_procedures import ProcedureStage


def procedure_tasks(state: CaseState, dials: CaseClocks) -> Iterator[Task]:
    """One for each that was called, one for each wish for more time."""
    for one in state.procedures.held:
        if one.called is not None:
            clock = dials.procedures.get(str(one.number))
            over = clock.ended if clock else None
            yield Task(
                key=f"procedure/{one.number}",
                name=one.kind.words,
                kind="procedure",
                body=one.body,
                role=Role.REVIEWER,
                opened=one.called,
                due=clock.due if clock else one.day,
                done=over
                if over or one.stage in {ProcedureStage.CALLED, ProcedureStage.DATED}
                else one.since,
            )
    for wish in state.procedures.asked:
        yield Task(
            key=f"more-time/{wish.number}",
            name="延长期限的批准",
            kind="more_time",
            body=wish.to,
            role=Role.SENIOR if wish.level is Level.ITEM else Role.GOVERNMENT,
            opened=wish.on,
            due=_due(dials, wish.level, wish.item),
            done=wish.answered or state.closed,
        )


def _due(dials: CaseClocks, level: Level, item: str) -> date | None:
    clock = dials.items.get(item) if level is Level.ITEM else dials.bundle
    return clock.due if clock else None
