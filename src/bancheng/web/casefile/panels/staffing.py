"""Who does what in a case and why: tasks given by rule, items added later, changes it has gone through."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bancheng.core.casework import StepStatus
from bancheng.core.casework import events as ev
from bancheng.usecases.casework import CaseFile
from bancheng.web.casefile.showing import actor_of

ORDER = 60
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/staffing.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """Reasons of a body are for that body; what was added and what changed is for everybody."""
    state, bodies = file.state, actor_of(request).bodies
    given = []
    if desk != "public":
        for key, step in state.steps.items():
            for body, owner in step.owners.items():
                why = state.staffing.given.get(f"{key}/{body}")
                mine = body in bodies and step.status is StepStatus.OPEN
                if mine and why is not None and why.who == owner.id:
                    given.append({"step": step.plan.name, "who": owner.name, "why": why.why})
    changed = []
    if state.staffing.carried or state.staffing.migrations:
        changed = [
            {"words": one.words(), "at": one.at}
            for one in file.events
            if isinstance(one, ev.BodiesChanged | ev.CaseMigrated)
        ]
    if not given and not changed and not state.staffing.late:
        return None
    return {"given": given, "changed": changed, "late": state.staffing.late}
