"""A past for the specimen town, so that officials find work, watchers find what is late, and figures can be counted.

Every case is played by the same road as people's, only at moments of the past. Demo mode only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice

from bancheng.connect.packs import ExampleCase
from bancheng.core.casework import Mark, MarkKind, MarkReason, Phase, commands
from bancheng.store.models import Case, Mandate
from bancheng.usecases import casework, demo, play
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.town import current_blueprints, packs

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Past:
    """How far a case of the past came: days ago it was sent, whether it was accepted, how many parts of steps were done
    (None = all), how it was rated in the end."""

    days_ago: int
    accepted: bool = True
    parts: int | None = None
    rating: int | None = None
    marked: bool = False


PASTS = (
    Past(days_ago=45, rating=5),
    Past(days_ago=38, rating=4),
    Past(days_ago=31, rating=2),
    Past(days_ago=27, parts=1),
    Past(days_ago=24, rating=5),
    Past(days_ago=17, parts=2),
    Past(days_ago=11, accepted=False),
    Past(days_ago=6, parts=1),
    Past(days_ago=5, parts=0),
    Past(days_ago=4, accepted=False, marked=True),
    Past(days_ago=3, parts=2),
    Past(days_ago=2, parts=0),
    Past(days_ago=1, accepted=False),
    Past(days_ago=0, accepted=False),
)


def write(now: datetime) -> int:
    """Play the town's past up to `now`; how many cases. A town that has cases has a past already: then none."""
    if Case.objects.exists():
        return 0
    examples = cycle(_examples())
    return sum(_played(next(examples), past, now) for past in PASTS)


def _examples() -> list[ExampleCase]:
    """One example for each one-thing, whose person is none of those a newcomer signs in as."""
    shown = {username for _, username, _ in demo.sign_ins()}
    taken = set(Mandate.objects.filter(user__username__in=shown).values_list("party__number", flat=True))
    found: dict[str, ExampleCase] = {}
    for example in packs().cases:
        if example.onething not in current_blueprints() or not example.expect.eligible:
            continue
        if example.evidence.person not in taken and play.has_applicant(example):
            found.setdefault(example.onething, example)
    return list(found.values())


def _played(example: ExampleCase, past: Past, now: datetime) -> int:
    clock = _clock(now - past.days_ago * DAY, now)
    actor, preparation = play.begin(example)
    preparation, _ = play.fill(actor, preparation)
    file = play.hand_in(actor, play.give_papers(actor, preparation), clock)
    if past.marked:
        _marked(file, clock)
    if not past.accepted:
        return 1
    file = play.accept(file, clock)
    for scene in islice(play.work(file, clock), past.parts):
        file = scene.file
    if past.rating is not None and file.state.phase is Phase.FINISHED:
        casework.act(actor, file.case.number, commands.Rate(level=past.rating), now=clock())
    return 1


def _clock(start: datetime, now: datetime) -> play.Clock:
    """Twenty hours between one thing and the next, and never later than now."""

    def moments() -> Iterator[datetime]:
        moment = start
        while True:
            yield min(moment, now)
            moment += 20 * HOUR

    found = moments()
    return lambda: next(found)


def _marked(file: CaseFile, clock: play.Clock) -> None:
    submission = file.state.submission
    if submission is None or not submission.materials:
        return
    paper = next((one for one in submission.materials if one.file_ref), submission.materials[0])
    mark = Mark(
        key="1",
        kind=MarkKind.MATERIAL,
        target=paper.document,
        name=paper.name,
        reason=MarkReason.WRONG,
        words="照片不清楚，请重新拍一张。",
        bodies=(submission.receiving_body,),
    )
    clerk = play.official("clerk", submission.receiving_body)
    casework.act(clerk, file.case.number, commands.IssueNotice(marks=(mark,)), now=clock())
