"""Whose a task of a desk is: at the window what was received and late deliveries, at a bureau promises to check."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bancheng.core.casework import Task
from bancheng.usecases import counter_desk
from bancheng.usecases.bureau import colleagues
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.dispatching import MAY_DO
from bancheng.web.casefile.showing import actor_of

ORDER = 14
DESKS = frozenset({"counter", "bureau"})
TEMPLATE = "casefile/holding.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """Nothing where one person works alone and nobody was given anything."""
    actor, state = actor_of(request), file.state
    tasks = [
        one for one in counter_desk.at_my_desk(actor, state) if (one.role == "clerk") == (desk == "counter")
    ]
    if not tasks:
        return None
    people = {one.body: colleagues(one.body, MAY_DO[one.role]) for one in tasks}
    if all(one.owner is None and len(people[one.body]) < 2 for one in tasks):
        return None

    def row(task: Task) -> dict[str, Any]:
        given = state.staffing.given.get(f"{task.key}/{task.body}")
        holder = task.owner.id if task.owner else ""
        return {
            "task": task,
            "mine": holder == actor.id,
            "why": given.why if given is not None and given.who == holder else "",
            "others": [one for one in people[task.body] if one.id not in {holder, actor.id}],
            "typed": request.POST.get("why", "") if request.POST.get("task") == task.key else "",
        }

    return {"rows": [row(one) for one in tasks], "me": actor.id, "url": f"{desk}:hold"}
