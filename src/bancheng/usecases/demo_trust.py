"""Examples of trust and travel in the specimen town: a promise signed, a paper owed, a case relayed. Demo mode only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from bancheng.core.casework import CrossMode, HandoverKind
from bancheng.core.compiler import Blueprint
from bancheng.store.models import DraftPlaces, SignedPromise
from bancheng.usecases import places, play, promises, submission
from bancheng.usecases.access import Actor, NotAllowed
from bancheng.usecases.apply import Preparation, prepare
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.town import current_blueprints, packs, receiving_body


def show(now: datetime) -> int:
    """Play the examples that are not there yet, once; how many.

    Raises:
        NotAllowed: outside demo mode.
    """
    if not settings.BANCHENG_DEMO:
        raise NotAllowed("demo")
    if SignedPromise.objects.exists() or DraftPlaces.objects.exists():
        return 0
    trusted = _first(lambda of: any(one.commitment for one in of.materials) and _supervised(of))
    relayed = _first(lambda of: all(not one.commitment for one in of.materials))
    return (_on_trust(trusted, now) if trusted else 0) + (_relayed(relayed) if relayed else 0)


def _supervised(of: Blueprint) -> bool:
    items = packs().catalogue.items
    return any(one.key in items and items[one.key].supervisor for one in of.items)


def _first(fits: Callable[[Blueprint], bool]) -> str:
    """The first one-thing of the specimen's own examples that fits and whose applicant has an account."""
    blueprints = current_blueprints()
    for example in packs().cases:
        of = blueprints.get(example.onething)
        good = example.expect.eligible and play.has_applicant(example)
        if of is not None and good and fits(of):
            return of.key
    return ""


def _prepared(onething: str) -> tuple[Actor, Preparation]:
    actor, begun = play.begin(play.example_of(onething))
    begun, _ = play.fill(actor, begun)
    return actor, begun


def _on_trust(onething: str, now: datetime) -> int:
    """Worked through to the end: the promise waits for its check, the result for the owed paper."""
    actor, begun = _prepared(onething)
    for one in begun.asked_materials():
        if promises.promisable(one):
            text = promises.text_of(one.material, begun)
            promises.sign(
                actor, begun, one.material.document, shown=text.digest, name=begun.party_name, now=now
            )
    begun = play.give_papers(actor, prepare(actor, begun.draft), later=False)
    file = play.accept(submission.submit(actor, begun, declared=True))
    for scene in play.work(file):
        file = scene.file
    return 1


def _relayed(onething: str) -> int:
    """Received at the window for the body that decides; its papers are under way."""
    actor, begun = _prepared(onething)
    window = receiving_body()
    near = next(
        (one.key for one in places.pick_up_offices() if one.key not in {window, begun.blueprint.lead}), ""
    )
    places.choose(begun.draft, CrossMode.RELAY.value, near)
    file: CaseFile = submission.submit(
        actor, play.give_papers(actor, prepare(actor, begun.draft)), declared=True
    )
    clerk = play.official("clerk", window)
    places.check_form(clerk, file.case.number, "居民身份证原件")
    names = [line.name for line in places.paper_lines(file)]
    places.send(clerk, file.case.number, HandoverKind.PAPERS, names, way="政务专递")
    return 1
