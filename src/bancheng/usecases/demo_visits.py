"""Joint visits in the specimen town: one that waits for its applicant, one that is agreed. Demo mode only."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from bancheng.core.casework import CommandRefused, StepOutcome, commands, visitable
from bancheng.core.catalogue import StepKind
from bancheng.store.models import SiteVisit
from bancheng.usecases import access, casework, play, visits
from bancheng.usecases.access import Actor, NotAllowed
from bancheng.usecases.apply import Preparation
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.town import current_blueprints

FAIR = "specimen_festival"


def show(now: datetime) -> int:
    """Play both, once, and one more that the window has still to judge; how many cases.

    Raises:
        NotAllowed: outside demo mode.
    """
    if not settings.BANCHENG_DEMO:
        raise NotAllowed("demo")
    if SiteVisit.objects.exists() or FAIR not in current_blueprints():
        return 0
    made = [_proposed(now) for _ in range(2)]
    play.hand_in(*_filled())
    file = made[1]
    if file is not None and file.case.applicant is not None:
        visits.confirm(access.actor_for(file.case.applicant), file.case.number, 1, now=now)
    return len([one for one in made if one is not None]) + 1


def _filled() -> tuple[Actor, Preparation]:
    actor, preparation = play.begin(play.example_of(FAIR))
    preparation, _ = play.fill(actor, preparation)
    return actor, play.give_papers(actor, preparation)


def _proposed(now: datetime) -> CaseFile | None:
    file = play.accept(play.hand_in(*_filled()))
    for step in file.state.open_steps:
        if step.plan.kind is StepKind.REVIEW:
            body = step.plan.bodies[0]
            report = commands.CompleteStep(step=step.plan.key, outcome=StepOutcome.OK, findings="符合要求")
            file = casework.act(play.official("reviewer", body), file.case.number, report, body=body)
    site = next((one.plan for one in file.state.open_steps if visitable(one.plan)), None)
    found = visits.arranging(file, site.key, now).offers if site else ()
    if site is None or not found:
        return None
    who = play.official("inspector", site.bodies[0])
    try:
        return visits.propose(who, file.case.number, site.key, found[-1].slot.begins, now=now)
    except CommandRefused:
        # A year whose calendar is not announced yet may leave no day.
        return None
