"""Several acts of the machine fall on one moment: in whatever order they are taken, rights become the same.

Who is warned may differ, for what is settled first needs no warning any more: the engine's own order settles first.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from tests.core.casework.road import CALENDAR, CLERK, MACHINE, Case, accepted, at
from tests.core.casework.shapes import submission
from tests.core.casework.walk import Walk
from tests.core.casework.wandering import left_out, wander

from bancheng.core.casework import (
    CaseState,
    Command,
    CommandRefused,
    Context,
    Phase,
    StepStatus,
    commands,
    decide,
    due_acts,
    fold,
)
from bancheng.core.catalogue import PartialPolicy

ROADS = range(10)


def swept(
    state: CaseState, now: datetime, pick: Callable[[Sequence[Command]], Command]
) -> tuple[CaseState, int]:
    """The case when nothing is due any more, and how many acts were due at first."""
    first = len(due_acts(state, CALENDAR, now))
    for _ in range(100):
        acts = due_acts(state, CALENDAR, now)
        if not acts:
            return state, first
        state = fold(decide(state, pick(acts), Context(now=now, actor=MACHINE, calendar=CALENDAR)), state)
    raise AssertionError("it never ends")


def rights(state: CaseState) -> tuple[object, ...]:
    """All but the warnings."""
    return (
        state.phase,
        state.accepted,
        {key: (one.status, one.started, one.ended) for key, one in state.items.items()},
        {key: (one.status, one.opened, one.ended) for key, one in state.steps.items()},
        {(one.kind, one.subject, one.objection_due) for one in state.promises.proposals},
        [one.stage for one in state.procedures.held],
        {key: one.reminded for key, one in state.owed.items()},
        [one.repair_reminded for one in state.visits.all],
        state.outcomes.late,
        state.bill,
    )


def test_in_whatever_order_acts_of_one_moment_are_taken_rights_are_the_same_and_ours_warns_least() -> None:
    several = 0
    for seed in ROADS:
        chance = random.Random(f"moment {seed}")
        extras = {one for one in ("fees", "owed", "word", "watched") if chance.random() < 0.6}
        walk = Walk(submission(("mixed", "one body")[seed % 2], PartialPolicy.DEPENDANTS_STOP, extras))
        wander(walk, chance, 25, left_out(seed * 3 + 1))
        state, now = walk.case.state, walk.now + timedelta(days=chance.choice((4, 9, 30)))
        ours, due = swept(state, now, lambda acts: acts[0])
        several += due > 1
        for pick in (lambda acts: acts[-1], chance.choice):
            other, _ = swept(state, now, pick)
            assert rights(other) == rights(ours), seed
            assert len(other.warnings) >= len(ours.warnings), seed
    assert several > len(ROADS) / 3


def test_silence_that_accepts_speaks_before_any_warning_of_the_same_moment() -> None:
    case = Case()
    acts = due_acts(case.state, CALENDAR, at(3, 25))
    assert isinstance(acts[0], commands.AcceptBySilence)
    ours, _ = swept(case.state, at(3, 25), lambda acts: acts[0])
    assert ours.phase is Phase.ACCEPTED
    assert "intake" not in {one.level.value for one in ours.warnings}


def test_who_comes_first_is_heard_and_the_machine_then_has_nothing_to_say() -> None:
    case = accepted()
    late = at(3, 25)
    (act,) = (one for one in due_acts(case.state, CALENDAR, late) if getattr(one, "body", "") == "road-body")
    case.agree("sign.ask")
    assert case.state.steps["sign.ask"].status is StepStatus.DONE
    assert act not in due_acts(case.state, CALENDAR, late)
    with pytest.raises(CommandRefused):
        case.do(MACHINE, act, late)


def test_a_person_who_comes_after_the_machine_is_told_how_it_stands() -> None:
    case = Case()
    case.do(MACHINE, commands.AcceptBySilence(), at(3, 25))
    assert case.refused(CLERK, commands.Accept(), at(3, 25)) == "phase"
