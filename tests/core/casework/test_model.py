"""The engine and a second, naive one say the same of every command, on random roads through cases of several shapes.

Each command that is asked goes to both (`walk.Walk`): both take it or both refuse it, and afterwards both show the same
of every item, step, task, date, stop, debt, refund and lock. `make soak` walks on, anew each time.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.core.casework.asking import ASKED
from tests.core.casework.naive import Oracle
from tests.core.casework.planted import FAULTS, plant
from tests.core.casework.road import MONDAY, at
from tests.core.casework.shapes import COMMANDS, EXTRAS, SHAPES, anybody, submission
from tests.core.casework.walk import Walk
from tests.core.casework.wandering import left_out, roads, wander

from bancheng.core.casework import (
    Actor,
    Command,
    decode_event,
    decode_state,
    encode_event,
    encode_state,
    fold,
)
from bancheng.core.catalogue import PartialPolicy
from bancheng.core.kernel import chain, verify_chain

SOAK = os.environ.get("BANCHENG_LAWS") == "soak"
WALKS = (Phase.explicit, Phase.reuse, Phase.generate)
"A failing walk is short enough to read; making it shorter takes minutes."
SEEDS = st.integers(0, 2**32)


class Model(RuleBasedStateMachine):
    """A case beside its oracle."""

    @initialize(
        form=st.sampled_from(sorted(SHAPES)),
        policy=st.sampled_from(PartialPolicy),
        extras=st.frozensets(st.sampled_from(EXTRAS)),
        begin=st.sampled_from((MONDAY, MONDAY, at(12, 7))),
        seed=SEEDS,
    )
    def begin(
        self, form: str, policy: PartialPolicy, extras: frozenset[str], begin: datetime, seed: int
    ) -> None:
        self.walk = Walk(submission(form, policy, extras), begin)
        self.without = left_out(seed)
        self.walk.compare("begin")

    @rule(seed=SEEDS, length=st.integers(20, 60))
    def people_do_their_work(self, seed: int, length: int) -> None:
        self.work(seed, length)

    def work(self, seed: int, length: int) -> None:
        wander(self.walk, random.Random(f"{seed}/{len(self.walk.case.log)}"), length, self.without)

    @invariant()
    def both_show_the_same(self) -> None:
        self.walk.compare("time")

    @invariant()
    def no_day_lies_beyond_the_law(self) -> None:
        self.walk.keeps_within_the_law()

    def teardown(self) -> None:
        if not hasattr(self, "walk"):
            return
        log = [encode_event(one) for one in self.walk.case.log]
        state = fold(decode_event(one) for one in log)
        assert state == self.walk.case.state
        assert decode_state(encode_state(state)) == state
        links, last = [], ""
        for one in log:
            last = chain(last, one.decode())
            links.append((one.decode(), last))
        assert verify_chain(links) is None


def _asks(command: type[Command]) -> Callable[..., None]:
    def asks(self: Model, actor: Actor, asked: Command, seed: int, length: int) -> None:
        self.work(seed, length)
        self.walk.ask(actor, asked)

    asks.__name__ = f"somebody_asks_{command.__name__}"
    return asks


for _command in COMMANDS:
    _asked = rule(actor=anybody, asked=ASKED[_command], seed=SEEDS, length=st.integers(6, 16))(
        _asks(_command)
    )
    setattr(Model, f"somebody_asks_{_command.__name__}", _asked)


ROADS = (*range(78), 80, 101, 112)
"""The last three come to what is rarest: turned away at the window, a repair that is late, a delivery put off."""
FEW = settings(
    max_examples=10,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=WALKS,
    suppress_health_check=list(HealthCheck),
)
MANY = settings(FEW, max_examples=1_000, stateful_step_count=60, derandomize=False)


def test_engine_and_oracle_say_the_same_of_every_command() -> None:
    run_state_machine_as_test(Model, settings=MANY if SOAK else FEW)


def test_every_command_has_its_contents_its_rule_and_its_place_in_the_oracle() -> None:
    names = {one.__name__ for one in COMMANDS}
    assert set(ASKED) == set(COMMANDS)
    assert {name[14:] for name in vars(Model) if name.startswith("somebody_asks_")} == names
    assert {name[4:] for name in dir(Oracle) if name.startswith("may_")} == names
    assert {name[3:] for name in dir(Oracle) if name.startswith("do_")} == names - {"Submit"}


def test_people_who_know_their_work_come_to_every_command() -> None:
    taken = roads(range(5_000) if SOAK else ROADS)
    missed = {one.__name__ for one in COMMANDS} - set(taken) - {"Submit"}  # with which each road begins
    assert not missed


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_planted_fault_is_noticed(name: str) -> None:
    with plant(FAULTS[name]), pytest.raises(AssertionError):
        roads(ROADS)
