"""Warnings as supervision and seniors see them: rows of the projection, and the one act there is, acknowledging."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, Value, When

from bancheng.core.casework import Rank, commands
from bancheng.store.models import CaseAlarm
from bancheng.usecases.access import Actor, NotAllowed, NotFound
from bancheng.usecases.casework import CaseFile, act


def warnings(actor: Actor, *, state: str = "", rank: str = "", body: str = "") -> QuerySet[CaseAlarm]:
    """Warnings of the actor's scope. `state`: "" nobody has seen, "seen", "over" (its clock has stopped), "all".

    Raises:
        NotAllowed: warnings are not theirs.
    """
    found = _scope(actor)
    if state == "seen":
        found = found.exclude(seen_on=None)
    elif state == "over":
        found = found.filter(over=True)
    elif state != "all":
        found = found.filter(seen_on=None, over=False)
    if rank:
        found = found.filter(rank=rank)
    if body:
        found = found.filter(body=body)
    first = Case(
        When(rank=Rank.SUPERVISION.value, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return found.select_related("case").order_by(first, "raised_on", "pk")


def _scope(actor: Actor) -> QuerySet[CaseAlarm]:
    if "supervisor" in actor.roles:
        return CaseAlarm.objects.all()
    if "senior" in actor.roles:
        return CaseAlarm.objects.filter(body__in=_own(actor))
    raise NotAllowed("alarms")


def _own(actor: Actor) -> list[str]:
    return [body for role, body in actor.posts if role == "senior" and body]


def bodies(actor: Actor) -> list[str]:
    """Bodies with warnings in the actor's scope."""
    return sorted(_scope(actor).order_by().values_list("body", flat=True).distinct())


def may_acknowledge(actor: Actor, one: CaseAlarm) -> bool:
    """May this person say that it is seen?"""
    return one.body in _own(actor) or ("supervisor" in actor.roles and one.rank == Rank.SUPERVISION.value)


def acknowledge(actor: Actor, alarm: int, words: str) -> CaseFile:
    """Say that a warning is seen, and what is being done.

    Raises:
        NotFound: none in their scope.
        CommandRefused: seen before, or not theirs to say.
    """
    one = _scope(actor).filter(pk=alarm).first()
    if one is None:
        raise NotFound("alarm")
    body = one.body if one.body in _own(actor) else ""
    return act(actor, one.case_id, commands.Acknowledge(number=one.number, words=words), body=body)
