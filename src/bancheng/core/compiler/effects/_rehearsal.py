"""演练: a published plan played through with arrivals and staff before anybody waits in earnest (SimPy).

Time is counted in working days, without nights and holidays; a step opens when everything before it is done.
1. Cases arrive by chance (Poisson) or evenly; each is one of the sample persons, by their declared shares.
2. A step takes a drawn number of working days. For the part `hands_on` of it it keeps a person of each of its bodies
   busy, all at once; the rest it lies (post, publication, waiting for others).
3. Asked bodies answer in parallel; where silence is consent the case goes on when their limit has passed.
4. After `days` nobody new arrives and everything that is running is finished, so that nobody slow is left out.

Every draw is a digest of seed, run, case and step: the same seed gives the same answer on any machine, and a change of
staff leaves every case with the luck it had (common random numbers).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import blake2b
from math import ceil, log, sqrt
from typing import TypeAlias

import msgspec

from bancheng.core.catalogue import Profile, ServiceExpectation
from bancheng.core.compiler._graph import plan_arrows, reverse
from bancheng.core.compiler._steps import days_of
from bancheng.core.compiler._types import Blueprint
from bancheng.core.compiler.effects._rehearsal_run import Outcome, Play, run_once
from bancheng.core.compiler.pass_savings import narrowed
from bancheng.core.kernel import Record

BINS = 24
"Bars of the picture of finishing times."


class Fixed(Record, tag=True):
    """Always so many working days."""

    days: float


class Triangular(Record, tag=True):
    """At least `low`, most often `mode`, at most `high` working days."""

    low: float
    mode: float
    high: float


class Exponential(Record, tag=True):
    """Without memory, `mean` working days on average: for comparing with closed forms."""

    mean: float


class Observed(Record, tag=True):
    """One of the lengths that were really seen, each as likely as it was frequent."""

    days: tuple[float, ...]


ServiceTime: TypeAlias = Fixed | Triangular | Exponential | Observed


class Scenario(Record):
    """What is played: `arrivals` a working day, for `days` working days; cases of the first `warm_up` days are not
    counted. `staff` by body; a body not named has hands without end. `service` by step, else a triangle from the
    step's limit: (0.2, 0.5, 1) of it. `hands_on` is the part of a step's time that keeps a person busy.
    """

    arrivals: float = 2.0
    days: int = 40
    warm_up: int = 5
    by_chance: bool = True
    hands_on: float = 0.3
    staff: dict[str, int] = {}
    service: dict[str, ServiceTime] = {}
    runs: int = 5
    seed: int = 1


class Estimate(Record):
    """A mean over runs and half the width of its 95 % confidence interval (Student's t)."""

    mean: float
    half: float


class BodyLoad(Record):
    """How busy a body was: `busy` is the share of its hands' time, `waiting` the mean days a step waited for a hand,
    `queue` the mean over runs at equal distances of time. `waited` adds up every day waited, per run."""

    body: str
    name: str
    staff: int
    busy: float
    waiting: float
    waited: float
    queue: tuple[float, ...]

    @property
    def longest(self) -> float:
        """The longest mean queue."""
        return max(self.queue, default=0.0)


class ExpectationCheck(Record):
    """An expectation beside what the rehearsal reached; it holds when the whole confidence interval does."""

    expectation: ServiceExpectation
    reached: Estimate
    holds: bool


class Rehearsal(Record):
    """What the runs came to. Times are working days from acceptance; `bins` are the picture: (from, to, share)."""

    scenario: Scenario
    arrived: int
    finished: int
    in_progress: int
    mean: Estimate
    overdue: Estimate
    median: float
    p90: float
    p95: float
    longest: float
    bins: tuple[tuple[float, float, float], ...]
    bodies: tuple[BodyLoad, ...]
    checks: tuple[ExpectationCheck, ...]
    promised: float
    "The promise of the bundle; a person with fewer items may have been promised less."

    @property
    def bottleneck(self) -> BodyLoad | None:
        """The body for which most days were waited; None where nobody waited for a hand."""
        most = max(self.bodies, key=lambda one: one.waited, default=None)
        return most if most and most.waited > 0 else None


class StaffAdvice(Record):
    """What one more person in a body would do to the share overdue and to the mean time."""

    body: str
    name: str
    staff: int
    overdue: tuple[float, float]
    mean: tuple[float, float]


def rehearse(
    blueprint: Blueprint, scenario: Scenario, expectations: Sequence[ServiceExpectation] = ()
) -> Rehearsal:
    """Play the plan `scenario.runs` times.

    Raises:
        ValueError: a scenario that cannot be played (no arrivals, days or runs, a body without hands).
    """
    _check(scenario)
    plays = plays_of(blueprint)
    outcomes = [_played(plays, scenario, run) for run in range(scenario.runs)]
    counted = [_counted(one, scenario) for one in outcomes]
    times = sorted(finish - arrival for one in counted for arrival, finish, _ in one)
    promised = float(days_of(blueprint.clock.promised))
    return Rehearsal(
        scenario=scenario,
        arrived=sum(len(one.cases) for one in outcomes),
        finished=sum(len(one.cases) - one.in_progress for one in outcomes),
        in_progress=sum(one.in_progress for one in outcomes),
        mean=estimate([_mean([finish - arrival for arrival, finish, _ in one]) for one in counted if one]),
        overdue=estimate([_share(one) for one in counted if one]),
        median=_percentile(times, 0.5),
        p90=_percentile(times, 0.9),
        p95=_percentile(times, 0.95),
        longest=times[-1] if times else 0.0,
        bins=tuple(_bins(times, promised)),
        bodies=tuple(_loads(blueprint, scenario, outcomes)),
        checks=tuple(_checked(one, counted) for one in expectations),
        promised=promised,
    )


def advise(blueprint: Blueprint, found: Rehearsal, most: int = 3) -> tuple[StaffAdvice, ...]:
    """The same luck with one more person in each of the bodies most waited for, the most helpful first."""
    pressed = sorted(found.bodies, key=lambda one: -one.waited)[:most]
    advice: list[StaffAdvice] = []
    for load in pressed:
        if load.waited <= 0:
            continue
        staff = {**found.scenario.staff, load.body: load.staff + 1}
        other = rehearse(blueprint, msgspec.structs.replace(found.scenario, staff=staff))
        advice.append(
            StaffAdvice(
                body=load.body,
                name=load.name,
                staff=load.staff + 1,
                overdue=(found.overdue.mean, other.overdue.mean),
                mean=(found.mean.mean, other.mean.mean),
            )
        )
    return tuple(sorted(advice, key=lambda one: (one.overdue[1], one.mean[1])))


def plays_of(blueprint: Blueprint) -> tuple[tuple[Play, float], ...]:
    """What the sample persons go through with their shares; whoever takes everything, where no share is declared.

    A condition that a person's answers leave open is taken to hold.
    """
    weighed: list[tuple[Profile | None, float]] = [
        (one, float(one.share)) for one in blueprint.profiles if one.share
    ]
    total = sum(share for _, share in weighed)
    found: list[tuple[Play, float]] = []
    for profile, share in weighed or [(None, 1.0)]:
        person, _ = narrowed(blueprint, profile)
        play = Play(
            name=profile.name if profile else blueprint.name,
            steps=person.plan.steps,
            before={key: tuple(one) for key, one in reverse(plan_arrows(person.plan)).items()},
            promised=float(days_of(person.clock.promised)),
        )
        found.append((play, share / (total or 1.0)))
    return tuple(found)


def _check(scenario: Scenario) -> None:
    if scenario.arrivals <= 0 or scenario.days <= 0 or scenario.runs <= 0:
        raise ValueError("a rehearsal needs arrivals, days and runs")
    if not 0 <= scenario.hands_on <= 1:
        raise ValueError("hands_on is a share of a step's time")
    if not 0 <= scenario.warm_up < scenario.days:
        raise ValueError("the warm-up must be shorter than the rehearsal")
    if any(hands < 1 for hands in scenario.staff.values()):
        raise ValueError("a body needs at least one hand")


def chance(*parts: object) -> float:
    """A number in (0, 1) that looks drawn, from a digest of what it is for: the same anywhere and in any order."""
    raw = blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return (int.from_bytes(raw, "big") + 1) / (2**64 + 2)


def _played(plays: Sequence[tuple[Play, float]], scenario: Scenario, run: int) -> Outcome:
    limits = {step.key: float(step.days) for play, _ in plays for step in play.steps}

    def draw(case: int, step: str) -> float:
        key = step.partition("/")[0]
        high = limits[key]
        service = scenario.service.get(step) or scenario.service.get(key)
        drawn = chance(scenario.seed, run, case, step)
        return length(service or Triangular(low=0.2 * high, mode=0.5 * high, high=high), drawn)

    arrivals = list(_arrivals(plays, scenario, run))
    return run_once(arrivals, scenario.staff, scenario.hands_on, float(scenario.days), draw)


def length(service: ServiceTime, drawn: float) -> float:
    """A service time for a number drawn from (0, 1): the inverse of its distribution."""
    if isinstance(service, Fixed):
        return service.days
    if isinstance(service, Exponential):
        return -service.mean * log(1 - drawn)
    if isinstance(service, Observed):
        return service.days[int(drawn * len(service.days))] if service.days else 0.0
    span = service.high - service.low
    if span <= 0:
        return service.low
    turn = (service.mode - service.low) / span
    if drawn < turn:
        return service.low + sqrt(drawn * span * (service.mode - service.low))
    return service.high - sqrt((1 - drawn) * span * (service.high - service.mode))


def _arrivals(
    plays: Sequence[tuple[Play, float]], scenario: Scenario, run: int
) -> Iterable[tuple[float, Play]]:
    moment, number = 0.0, 0
    while True:
        gap = -log(chance(scenario.seed, run, number, "gap")) if scenario.by_chance else 1.0
        moment += gap / scenario.arrivals
        if moment >= scenario.days:
            return
        yield moment, _who(plays, chance(scenario.seed, run, number, "who"))
        number += 1


def _who(plays: Sequence[tuple[Play, float]], drawn: float) -> Play:
    for play, share in plays:
        drawn -= share
        if drawn < 0:
            return play
    return plays[-1][0]


Cases: TypeAlias = Sequence[tuple[float, float, float]]


def _counted(outcome: Outcome, scenario: Scenario) -> Cases:
    return [one for one in outcome.cases if one[0] >= scenario.warm_up]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


HAIR = 1e-9
"Sums of floats that are equal on paper."


def _share(cases: Cases) -> float:
    return _mean([float(finish - arrival > promised + HAIR) for arrival, finish, promised in cases])


def _percentile(ordered: Sequence[float], part: float) -> float:
    return ordered[max(0, ceil(part * len(ordered)) - 1)] if ordered else 0.0


T_95 = (
    12.706,
    4.303,
    3.182,
    2.776,
    2.571,
    2.447,
    2.365,
    2.306,
    2.262,
    2.228,
    2.201,
    2.179,
    2.160,
    2.145,
    2.131,
)
"Student's t, two-sided 95 %, for 1, 2, … degrees of freedom; beyond the table the normal distribution is near enough."


def estimate(values: Sequence[float]) -> Estimate:
    """Mean over runs with its confidence; one run tells nothing about chance, so its interval is as wide as can be."""
    runs = len(values)
    mean = _mean(values)
    if runs < 2:
        return Estimate(mean=mean, half=float("inf") if runs else 0.0)
    spread = sqrt(sum((one - mean) ** 2 for one in values) / (runs - 1))
    factor = T_95[runs - 2] if runs - 2 < len(T_95) else 2.0
    return Estimate(mean=mean, half=factor * spread / sqrt(runs))


def _bins(times: Sequence[float], promised: float) -> Iterable[tuple[float, float, float]]:
    """Equal widths, about `BINS` of them; the promise lies on an edge, so that no bar is half late."""
    if not times:
        return
    width = max(0.25, times[-1] / BINS)
    if promised:
        width = promised / max(1, round(promised / width))
    places = Counter(max(0, ceil((one - HAIR) / width) - 1) for one in times)
    for at in range(max(places) + 1):
        yield at * width, (at + 1) * width, places[at] / len(times)


def _loads(blueprint: Blueprint, scenario: Scenario, outcomes: Sequence[Outcome]) -> Iterable[BodyLoad]:
    runs = len(outcomes)
    for body, staff in scenario.staff.items():
        waits = [wait for one in outcomes for wait in one.waits[body]]
        lines = zip(*(one.queues[body] for one in outcomes), strict=True)
        yield BodyLoad(
            body=body,
            name=blueprint.body_names.get(body, body),
            staff=staff,
            busy=sum(one.busy[body] for one in outcomes) / (runs * staff * scenario.days),
            waiting=_mean(waits),
            waited=sum(waits) / runs,
            queue=tuple(sum(column) / runs for column in lines),
        )


def _checked(expectation: ServiceExpectation, counted: Sequence[Cases]) -> ExpectationCheck:
    within = float(days_of(expectation.within)) + HAIR
    reached = estimate(
        [_mean([float(finish - arrival <= within) for arrival, finish, _ in one]) for one in counted if one]
    )
    holds = reached.mean - (reached.half if reached.half != float("inf") else 0.0) >= float(expectation.share)
    return ExpectationCheck(expectation=expectation, reached=reached, holds=holds)


def staff_of(blueprint: Blueprint, each: int = 1, known: Mapping[str, int] | None = None) -> dict[str, int]:
    """So many hands for every body with a part in the plan, those that are `known` as they are."""
    bodies = dict.fromkeys(body for step in blueprint.plan.steps for body in (*step.bodies, *step.asks))
    return {body: max(1, (known or {}).get(body, each)) for body in bodies}


def default_expectation(blueprint: Blueprint) -> ServiceExpectation:
    """The tacit one: nineteen of twenty within the promise."""
    return ServiceExpectation(share=Decimal("0.95"), within=blueprint.clock.promised)
