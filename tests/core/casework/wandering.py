"""People who know their work, on a random road through a case: what is apt is asked, time goes by, the machine sweeps.

Every case goes without most kinds of what may happen beside its road, and so gets far in the rest.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from tests.core.casework.asking import MARKS
from tests.core.casework.hasty import by_itself
from tests.core.casework.road import CLERK, MACHINE, MONDAY, at
from tests.core.casework.shapes import COMMANDS, EXTRAS, PEOPLE, SHAPES, submission
from tests.core.casework.spoiling import spoilt
from tests.core.casework.walk import Walk

from bancheng.core.casework import Actor, Command, commands
from bancheng.core.catalogue import PartialPolicy

ALWAYS = {
    "Accept", "CheckForm", "RecordSigner", "RecordPayment", "CompleteStep", "GiveOpinion", "DecideItem", "IssueResult",
    "ProposeVisit", "ConfirmVisit", "HoldVisit", "ConfirmPart", "ConcludeVisit",
}  # fmt: skip
"What every case needs to get on."
OTHERS = sorted(({one.__name__ for one in COMMANDS} | {"DecideItem refuse", "CompleteStep visit"}) - ALWAYS)


JUDGING = (
    commands.Accept(),
    commands.CorrectOnSpot(fields=("name",), form_digest="e" * 64),
    commands.IssueNotice(marks=MARKS),
)


def kind(command: Command) -> str:
    """The name of a command; a refusal is not an approval, nor a lone report a joint visit."""
    name = type(command).__name__
    if getattr(command, "step", "") == "visit" and name == "CompleteStep":
        return f"{name} visit"
    return f"{name} refuse" if getattr(command, "verdict", "") == "refuse" else name


THEMES: tuple[tuple[set[str], set[str]], ...] = (
    (
        {"watched"},
        {"MoveVisit", "DeclineVisit", "RemindRepair", "ReportRepaired", "MissVisit", "CancelVisit", "Deliver"},
    ),
    (
        {"owed", "word"},
        {"AskCredit", "RecordCredit", "DecideCredit", "VerifyPromise", "ObjectTo", "Settle", "HandIn", "Reopen"},
    ),
    (
        {"special"},
        {"OfferHearing", "AskHearing", "Convene", "SetDate", "RecordHeld", "CallOff", "WaiveHearing", "Pause"},
    ),
    (
        {"watched", "all owed"},
        {"Deliver", "Correct", "Revoke", "Reopen", "HandIn", "AcknowledgeSupervision", "ReturnInspection", "Settle"},
    ),
    (
        {"across"},
        {"CheckForm", "SendHandover", "ReceiveHandover", "ClearHandover", "Deliver", "Correct"},
    ),
    (
        {"asked"},
        {"CarryBodies", "Migrate", "Assign", "ReturnTask", "Claim", "Release", "DecideItem refuse", "Reopen"},
    ),
    (
        {"fees", "signed"},
        {"WaiveFee", "AssessFee", "BillFees", "ConfirmRefund", "SettleFees", "Withdraw", "DecideItem refuse"},
    ),
)  # fmt: skip
"What belongs together and comes late on a road: every third is about one of these, and nothing else."


ENDING = {"Withdraw", "TurnAway", "DecideItem refuse", "Settle"}
"What may end a case long before its road is over."
KINDS = sorted((ALWAYS | set(OTHERS)) - {"Submit", "DecideItem"})


def left_out(seed: int) -> set[str]:
    """The kinds that do not happen on a road."""
    if seed % 3 == 0:
        return set(OTHERS) - theme(seed)[1] - {sought(seed)}
    rest = {one for one in OTHERS if random.Random(f"{seed}/{one}").random() < 0.65}
    rare = {one for one in ENDING if random.Random(f"{seed}/{one}/").random() < 0.85}
    return (rest | rare) - {sought(seed)}


def theme(seed: int) -> tuple[set[str], set[str]]:
    """What a case has, and what happens to it, on a road about one thing."""
    return THEMES[seed // 3 % len(THEMES)] if seed % 3 == 0 else (set(), set())


def sought(seed: int) -> str:
    """The kind that is done on a road as soon as it may be: each on one of so many."""
    return KINDS[seed % len(KINDS)]


def wander(walk: Walk, chance: random.Random, length: int, without: set[str], first: str = "") -> None:
    """So many things happen to a case; before each, people ask for what is nearly right, too.

    Raises:
        AssertionError: engine and oracle differ.
    """
    for _ in range(length):
        dice = chance.random()
        if dice < 0.12:
            _time_goes_by(walk, chance)
        elif dice < 0.2:
            walk.sweep()
        elif dice < 0.25:
            _something_wrong(walk, chance)
        else:
            _something_apt(walk, chance, without, first)
            walk.probe(MACHINE, chance.choice(list(by_itself(walk.oracle))))
            if walk.memory:
                walk.probe(*chance.choice(walk.memory))


def _time_goes_by(walk: Walk, chance: random.Random) -> None:
    """To an hour that somebody waits for, to the last day of something or the day after it, or a while on."""
    visit = walk.waits_for
    if visit is not None and visit > walk.now:
        walk.now = visit + timedelta(minutes=chance.choice((-121, -120, 0, 0, 0, 29, 30)))
        return
    days = walk.edges()
    if days and chance.random() < 0.6:
        walk.now += timedelta(days=(chance.choice(days[:3]) - walk.today()).days)
    else:
        walk.now += timedelta(hours=chance.choice((1, 5, 24, 24, 72, 200)))


def _something_wrong(walk: Walk, chance: random.Random) -> None:
    """What would be apt at some other moment, by anybody."""
    by_kind = _sorted(walk.apt())
    actor, command = chance.choice(by_kind[chance.choice(sorted(by_kind))])
    walk.ask(chance.choice((actor, *PEOPLE)), spoilt(command, chance) if chance.random() < 0.5 else command)


def _something_apt(walk: Walk, chance: random.Random, without: set[str], first: str) -> None:
    """The first of what is apt that the oracle takes, rather what was seldom done; and what is nearly that."""
    by_kind = _sorted(walk.apt())
    for _ in range(2):
        walk.probe(*chance.choice(by_kind[chance.choice(sorted(by_kind))]))
    # The smallest comes first: a high power of a share is small, and what is sought is done up to thrice.
    turn = {
        name: -1.0
        if name == first and walk.kinds[name] < 4
        else 1 - chance.random() ** (1 + walk.kinds[name])
        for name in by_kind
    }
    for name in sorted(by_kind, key=turn.__getitem__):
        known = by_kind[name]
        chance.shuffle(known)
        for actor, command in known:
            if name in without or not walk.oracle.takes(actor, command, walk.now):
                continue
            for _ in range(3):
                walk.probe(actor, spoilt(command, chance))
            walk.probe(chance.choice(PEOPLE), command)
            walk.ask(actor, command)
            # Whoever else works at the window asks whether they may judge what a colleague may hold by now.
            for judging in JUDGING:
                walk.probe(CLERK, judging)
            walk.kinds[name] += 1
            return


def _sorted(apt: list[tuple[Actor, Command]]) -> dict[str, list[tuple[Actor, Command]]]:
    """By kind: each is as likely as another, however many ways there are to do it."""
    found: dict[str, list[tuple[Actor, Command]]] = {}
    for one in apt:
        found.setdefault(kind(one[1]), []).append(one)
    return found


def roads(seeds: Iterable[int], length: int = 90) -> Counter[str]:
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
    extras = {one for one in EXTRAS if chance.random() < 0.4} | theme(seed)[0]
    forms = ("mixed", "one body") if "ReportRepaired" in theme(seed)[1] else sorted(SHAPES)
    submit = submission(chance.choice(forms), chance.choice(list(PartialPolicy)), extras)
    walk = Walk(submit, chance.choice((MONDAY, MONDAY, at(12, 7))), differences)
    wander(walk, chance, length, left_out(seed), sought(seed))
    walk.now += timedelta(days=30)
    walk.sweep()
    walk.compare("the end")
    return walk.taken
