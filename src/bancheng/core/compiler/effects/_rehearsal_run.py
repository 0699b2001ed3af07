"""One run of a rehearsal: the plan's steps as SimPy processes, bodies as resources."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import simpy

from bancheng.core.compiler._types import PlanStep
from bancheng.core.kernel import Record

Draw: TypeAlias = Callable[[int, str], float]
"Case and step → how many working days the step takes."
Waiting: TypeAlias = Generator[simpy.Event, Any, None]
SAMPLES = 60
"Points of the line that shows a queue over time."


class Play(Record):
    """What one kind of person goes through: the steps, what each waits for, and the promise in working days."""

    name: str
    steps: tuple[PlanStep, ...]
    before: dict[str, tuple[str, ...]]
    promised: float


class Outcome(Record):
    """What one run came to. `cases` are (arrival, finish, promise) of every case in the order of arrival; per body the
    busy days, every wait for a free hand, and the queue at equal distances over the run."""

    cases: tuple[tuple[float, float, float], ...]
    in_progress: int
    busy: dict[str, float]
    waits: dict[str, tuple[float, ...]]
    queues: dict[str, tuple[int, ...]]


class Run:
    """The office for one run: an environment, the hands of each body, and what is written down."""

    def __init__(self, staff: Mapping[str, int], hands_on: float, days: float, draw: Draw) -> None:
        self.env = simpy.Environment()
        self.hands_on, self.days, self.draw = hands_on, days, draw
        self.desks = {body: simpy.Resource(self.env, capacity=hands) for body, hands in staff.items()}
        self.busy = dict.fromkeys(staff, 0.0)
        self.waits: dict[str, list[float]] = {body: [] for body in staff}
        self.queues: dict[str, list[int]] = {body: [] for body in staff}
        self.finished: dict[int, tuple[float, float, float]] = {}

    def case(self, number: int, arrival: float, play: Play) -> Waiting:
        """One case from its arrival until its last step is done."""
        yield self.env.timeout(arrival)
        done = {step.key: self.env.event() for step in play.steps}
        for step in play.steps:
            waits = [done[key] for key in play.before.get(step.key, ())]
            self.env.process(self._step(number, step, waits, done[step.key]))
        yield from done.values()
        self.finished[number] = (arrival, self.env.now, play.promised)

    def _step(self, number: int, step: PlanStep, waits: Iterable[simpy.Event], done: simpy.Event) -> Waiting:
        yield from waits
        if step.asks:
            yield self.env.all_of([self.env.process(self._asked(number, step, body)) for body in step.asks])
        else:
            yield from self._work(step.bodies, self.draw(number, step.key))
        done.succeed()

    def _asked(self, number: int, step: PlanStep, body: str) -> Waiting:
        answer = self.env.process(self._work((body,), self.draw(number, f"{step.key}/{body}")))
        if step.silent_consent:
            # The late answer still costs the body its time; the case no longer waits for it.
            yield self.env.any_of([answer, self.env.timeout(float(step.days))])
        else:
            yield answer

    def _work(self, bodies: Sequence[str], length: float) -> Waiting:
        """Bodies are called in one order, so that two joint steps never hold each other up for ever."""
        held: list[tuple[str, Any, float]] = []
        for body in sorted(set(bodies)):
            desk = self.desks.get(body)
            if desk is None:
                continue
            asked = self.env.now
            turn = desk.request()
            yield turn
            self.waits[body].append(self.env.now - asked)
            held.append((body, turn, self.env.now))
        occupied = length * self.hands_on
        yield self.env.timeout(occupied)
        for body, turn, since in held:
            self.desks[body].release(turn)
            self.busy[body] += max(0.0, min(self.env.now, self.days) - min(since, self.days))
        if length > occupied:
            yield self.env.timeout(length - occupied)

    def watch(self) -> Waiting:
        """Writes the queues down at equal distances while cases arrive."""
        for _ in range(SAMPLES):
            yield self.env.timeout(self.days / SAMPLES)
            for body, desk in self.desks.items():
                self.queues[body].append(len(desk.queue))


def run_once(
    arrivals: Sequence[tuple[float, Play]],
    staff: Mapping[str, int],
    hands_on: float,
    days: float,
    draw: Draw,
) -> Outcome:
    """Play every arrival to its end. A body that is not in `staff` always has a free hand."""
    run = Run(staff, hands_on, days, draw)
    for number, (arrival, play) in enumerate(arrivals):
        run.env.process(run.case(number, arrival, play))
    run.env.process(run.watch())
    run.env.run()
    cases = tuple(run.finished[number] for number in sorted(run.finished))
    return Outcome(
        cases=cases,
        in_progress=sum(finish > days for _, finish, _ in cases),
        busy=run.busy,
        waits={body: tuple(found) for body, found in run.waits.items()},
        queues={body: tuple(found) for body, found in run.queues.items()},
    )
