"""People who know their work, on a random road through a case: what is apt is asked, time goes by, the machine sweeps.

Every case goes without most kinds of what may happen beside its road, and so gets far in the rest.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

from tests.core.casework.road import MONDAY, at
from tests.core.casework.shapes import COMMANDS, EXTRAS, PEOPLE, SHAPES, submission
from tests.core.casework.spoiling import spoilt
from tests.core.casework.walk import Walk

from bancheng.core.casework import Command
from bancheng.core.catalogue import PartialPolicy

ALWAYS = {
    "Accept", "CheckForm", "RecordSigner", "RecordPayment", "CompleteStep", "GiveOpinion", "DecideItem", "IssueResult",
    "ProposeVisit", "ConfirmVisit", "HoldVisit", "ConfirmPart", "ConcludeVisit",
}  # fmt: skip
"What every case needs to get on."
OTHERS = sorted(({one.__name__ for one in COMMANDS} | {"DecideItem refuse", "CompleteStep visit"}) - ALWAYS)


def kind(command: Command) -> str:
    """The name of a command; a refusal is not an approval, nor a lone report a joint visit."""
    name = type(command).__name__
    if getattr(command, "step", "") == "visit" and name == "CompleteStep":
        return f"{name} visit"
    return f"{name} refuse" if getattr(command, "verdict", "") == "refuse" else name


QUIET = {
    "MoveVisit", "DeclineVisit", "RemindRepair", "ReportRepaired", "HandToSupervision", "ChaseSupervision",
    "AcknowledgeSupervision", "ReturnInspection", "VerifyPromise", "Deliver", "SendHandover", "ReceiveHandover",
    "ClearHandover", "AskCredit", "RecordCredit",
}  # fmt: skip
"What comes late on a road: every third one is nothing else, so that it gets there."


def left_out(seed: int) -> set[str]:
    """The kinds that do not happen on a road."""
    if seed % 3 == 0:
        return set(OTHERS) - QUIET
    return {one for one in OTHERS if random.Random(f"{seed}/{one}").random() < 0.65}


def wander(walk: Walk, chance: random.Random, length: int, without: set[str]) -> None:
    """So many things happen to a case.

    Raises:
        AssertionError: engine and oracle differ.
    """
    for _ in range(length):
        visit = walk.waits_for
        if visit is not None and visit > walk.now and chance.random() < 0.4:
            walk.now = visit
        elif chance.random() < 0.1:
            walk.now += timedelta(hours=chance.choice((1, 5, 24, 24, 72, 200)))
        elif chance.random() < 0.1:
            walk.sweep()
        elif chance.random() < 0.3:
            _something_wrong(walk, chance)
        else:
            _something_apt(walk, chance, without)


def _something_wrong(walk: Walk, chance: random.Random) -> None:
    """What would be apt now, by somebody else or with something about it changed."""
    apt = list(walk.apt())
    meant = chance.choice(sorted({kind(command) for _, command in apt}))
    actor, command = chance.choice([one for one in apt if kind(one[1]) == meant])
    if chance.random() < 0.4:
        walk.ask(chance.choice(PEOPLE), command)
    else:
        walk.ask(actor, spoilt(command, chance))


def _something_apt(walk: Walk, chance: random.Random, without: set[str]) -> None:
    apt = [one for one in walk.apt() if kind(one[1]) not in without]
    if apt:
        meant = chance.choice(sorted({kind(command) for _, command in apt}))
        walk.ask(*chance.choice([one for one in apt if kind(one[1]) == meant]))


def roads(seeds: range, length: int = 90) -> Counter[str]:
    """Roads of these seeds from end to end, through cases of every shape; what was taken on them.

    Raises:
        AssertionError: engine and oracle differ.
    """
    taken: Counter[str] = Counter()
    for seed in seeds:
        taken += road(seed, length)
    return taken


def road(seed: int, length: int = 90, differences: Counter[str] | None = None) -> Counter[str]:
    """One road from end to end; what was taken on it. Differences are counted where that is asked for.

    Raises:
        AssertionError: engine and oracle differ.
    """
    chance = random.Random(seed)
    extras = {one for one in EXTRAS if chance.random() < 0.4}
    submit = submission(chance.choice(sorted(SHAPES)), chance.choice(list(PartialPolicy)), extras)
    walk = Walk(submit, chance.choice((MONDAY, MONDAY, at(12, 7))), differences)
    wander(walk, chance, length, left_out(seed))
    walk.now += timedelta(days=30)
    walk.sweep()
    walk.compare("the end")
    return walk.taken
