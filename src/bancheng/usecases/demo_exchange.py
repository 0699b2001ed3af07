"""Examples of exchange in the specimen town: a step that a body's own system does, and a question asked on a case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from bancheng.core.casework import StepStatus
from bancheng.store.models import TalkMessage
from bancheng.usecases import play, talks
from bancheng.usecases.access import NotAllowed
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.exchange import system_for
from bancheng.usecases.town import current_blueprints, packs


def show(now: datetime) -> int:
    """Play the example once: up to the step of a system, which takes it up by itself; how many cases.

    Raises:
        NotAllowed: outside demo mode.
    """
    if not settings.BANCHENG_DEMO:
        raise NotAllowed("demo")
    found = next(_things(), "")
    if not found or TalkMessage.objects.exists():
        return 0
    actor, begun = play.begin(play.example_of(found))
    begun, _ = play.fill(actor, begun)
    file = play.accept(play.hand_in(actor, play.give_papers(actor, begun), lambda: now), lambda: now)
    talks.write(actor, file.case.number, "请问大概哪天能来看场地？我好提前准备。", now=now)
    scenes = play.work(file, lambda: now)
    while not _at_system(file):
        scene = next(scenes, None)
        if scene is None:
            break
        file = scene.file
    return 1


def _things() -> Iterator[str]:
    """One-things with an item that a system works on, whose example's person has an account."""
    items = {item for system in packs().systems for item in system.items}
    for example in packs().cases:
        of = current_blueprints().get(example.onething)
        ready = example.expect.eligible and play.has_applicant(example)
        if of is not None and ready and items & {one.key for one in of.items}:
            yield example.onething


def _at_system(file: CaseFile) -> bool:
    return any(
        system_for(step, body) is not None
        for step in file.state.steps.values()
        if step.status is StepStatus.OPEN
        for body in step.plan.bodies
    )
