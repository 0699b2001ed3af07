"""Choosing the person for a task among the officials of a body, with the reason in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bancheng.core.casework._values import Staff
from bancheng.core.catalogue import DispatchRule, Pick
from bancheng.core.kernel import Record


class Candidate(Record):
    """An official who may do such a task: how many tasks lie with them, what they are skilled in, since when `away`,
    and when a rule last gave them one. `barred`: the matter is their own (回避)."""

    staff: Staff
    load: int = 0
    skills: frozenset[str] = frozenset()
    away: bool = False
    barred: bool = False
    last: datetime | None = None


class Choice(Record):
    """Who gets a task, and why, in words without a personal value of the applicant."""

    to: Staff
    why: str


def choose(rule: DispatchRule, candidates: Iterable[Candidate]) -> Choice | None:
    """The candidate the rule picks, or None when nobody is left. The order of the candidates does not matter."""
    everyone = list(candidates)
    skilled = [one for one in everyone if one.skills.issuperset(rule.skills) and not one.barred]
    here = [one for one in skilled if not one.away]
    free = [one for one in here if not rule.most or one.load < rule.most]
    if not free:
        return None
    if rule.pick is Pick.TURN:
        found = min(
            free, key=lambda one: (one.last is not None, one.last and one.last.timestamp(), one.staff.id)
        )
        reason = "轮到"
    else:
        found = min(free, key=lambda one: (one.load, one.staff.id))
        reason = f"在办{found.load}件，最少"
    absent = len(skilled) - len(here)
    told = [f"按规则“{rule.name}”", f"{len(free)}人可办"]
    if absent:
        told.append(f"{absent}人不在岗")
    return Choice(to=found.staff, why="，".join([*told, f"{found.staff.name}{reason}"]))
