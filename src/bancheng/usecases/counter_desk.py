"""Whose task is it at the window: claim, give back, hand over, take over; of one case or several."""

from __future__ import annotations

from collections.abc import Collection

from bancheng.core.casework import AT_DESK, CaseClocks, CaseState, Task, commands, desk_tasks
from bancheng.store.models import CaseTask, Membership
from bancheng.usecases import bureau_acts
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.bureau import colleagues
from bancheng.usecases.casework import CaseFile, act, open_case
from bancheng.usecases.counter_people import windows
from bancheng.usecases.dispatching import KINDS
from bancheng.usecases.examining import Dossier
from bancheng.usecases.people import OFFICE


def at_my_desk(actor: Actor, state: CaseState) -> list[Task]:
    """The open tasks of a case that belong to no step and that the actor may do."""
    return [
        one
        for one in desk_tasks(state, CaseClocks())
        if one.done is None
        and one.kind in KINDS
        and any(actor.has(role, one.body) for role in AT_DESK[one.role])
    ]


def shared(actor: Actor) -> bool:
    """Whether somebody else works at one of the actor's windows."""
    others = Membership.objects.filter(role="clerk", body__in=windows(actor), user__is_active=True)
    return others.exclude(user=actor.user_id).exists()


def judged_by_another(actor: Actor, dossier: Dossier) -> str:
    """The name of the colleague who holds what is to be judged; none for whoever may judge it themself."""
    submission = dossier.state.submission
    body = submission.receiving_body if submission else ""
    holder = dossier.state.staffing.desk.get(f"intake/{body}")
    if holder is None or holder.id == actor.id or actor.has("senior", body):
        return ""
    return holder.name


def claim(actor: Actor, number: str, body: str, task: str, seen: int | None = None) -> CaseFile:
    """I do this.

    Raises:
        CommandRefused: a colleague has it, or it is over.
        Stale: the case has moved.
    """
    return act(actor, number, commands.Claim(step=task), body=body, seen=seen)


def release(
    actor: Actor,
    number: str,
    body: str,
    task: str,
    *,
    reason: str = "",
    to: str = "",
    seen: int | None = None,
) -> CaseFile:
    """Give it back for anyone, hand it to the colleague `to` of the same body, or take it over (`to` oneself).

    Without `body` the actor's first one with a part in the case.

    Raises:
        CommandRefused: it lies with nobody, or with a colleague and no reason is given.
        NotFound: no such colleague.
        Stale: the case has moved.
    """
    if not body:
        parts = open_case(actor, number).state.bodies
        body = next((one for one in parts if one in actor.bodies), "")
    colleague = next((one for one in colleagues(body, OFFICE) if one.id == to), None)
    if to and colleague is None:
        raise NotFound("colleague")
    command = commands.Release(step=task, reason=reason, to=colleague)
    return act(actor, number, command, body=body, seen=seen)


def claim_many(actor: Actor, tasks: Collection[int]) -> tuple[int, tuple[str, ...]]:
    """Claim several tasks of the actor's windows: how many, and for each that could not be its number and why."""
    here = CaseTask.objects.filter(pk__in=tasks, state="open", kind__in=KINDS, role="clerk")
    found = here.filter(body__in=windows(actor)).select_related("case")
    return bureau_acts.claim_many(actor, found.order_by("order_on", "pk"))
