"""A third opinion: an engine that is not ours runs the exported plan beside a case, on the same roads.

People claim and do the open steps in random order; after each act the foreign engine has exactly those steps ready that
are open in the case, the case refuses every other, and it is complete when the case is. Refusals and withdrawal lie
outside the exported graph.
"""

from __future__ import annotations

import os
import random

import pytest
from msgspec.structs import replace
from tests.core.casework.road import CALENDAR, CLERK, reviewer
from tests.core.casework.shapes import SHAPES, submission
from tests.core.casework.walk import Walk
from tests.packs.foreign import Engine

from bancheng.core.casework import (
    CommandRefused,
    Context,
    Issued,
    Opinion,
    Staff,
    StepOutcome,
    Verdict,
    commands,
    decide,
)
from bancheng.core.catalogue import PartialPolicy, StepKind

ORDERS = 300 if os.environ.get("BANCHENG_LAWS") == "soak" else 6


def do(walk: Walk, key: str, chance: random.Random) -> None:
    """The bodies do an open step, some after claiming it."""
    step = walk.oracle.plan[key]
    for body in step.asks:
        assert walk.ask(reviewer(body), commands.GiveOpinion(step=key, answer=Opinion.AGREE))
    if step.asks:
        return
    for body in step.bodies:
        if chance.random() < 0.5:
            assert walk.ask(reviewer(body), commands.Claim(step=key))
    who, item = reviewer(step.bodies[0]), walk.oracle.items[step.items[0]]
    papers = tuple(Issued(result=one, number="号", digest="d" * 64) for one in item.results)
    if step.kind is StepKind.DECISION:
        later = any(walk.oracle.plan[one].kind is StepKind.ISSUE for one in walk.oracle.steps_of(item.key))
        results = () if later else papers
        assert walk.ask(who, commands.DecideItem(item=item.key, verdict=Verdict.APPROVE, results=results))
    elif step.kind is StepKind.ISSUE:
        assert walk.ask(who, commands.IssueResult(item=item.key, results=papers))
    else:
        staff = tuple(Staff(id=f"s{one}", name="甲") for one in range(max(step.staff, 2)))
        for body in step.bodies:
            done = commands.CompleteStep(step=key, outcome=StepOutcome.OK, staff=staff)
            assert walk.ask(reviewer(body), done)


def beside(submit: commands.Submit, foreign: Engine, chance: random.Random) -> None:
    """One order from acceptance to the end; what is not open is refused here, and there is nothing of it there."""
    walk, run = Walk(submit), foreign.start()
    assert walk.ask(CLERK, commands.Accept())
    while opened := [one.plan.key for one in walk.case.state.open_steps]:
        assert set(run.ready()) == set(opened)
        for key in chance.sample(sorted(walk.oracle.plan), min(4, len(walk.oracle.plan))):
            assert out_of_turn(walk, key) == (key not in run.ready()), key
        key = chance.choice(opened)
        do(walk, key, chance)
        run.do(key)
    assert run.workflow.completed
    assert walk.case.state.phase.value == "finished"


def out_of_turn(walk: Walk, key: str) -> bool:
    """Whether the case refuses that a body takes a step on."""
    context = Context(now=walk.now, actor=reviewer(walk.oracle.plan[key].bodies[0], 7), calendar=CALENDAR)
    free = {key: replace(one, owners={}) for key, one in walk.case.state.steps.items()}
    try:
        decide(replace(walk.case.state, steps=free), commands.Claim(step=key), context)
    except CommandRefused as no:
        return no.refusals[0].code.startswith("step.")
    return False


@pytest.mark.parametrize("form", sorted(SHAPES))
def test_case_oracle_and_foreign_engine_open_the_same_steps(form: str) -> None:
    submit = submission(form, PartialPolicy.DEPENDANTS_STOP, frozenset())
    foreign = Engine(submit.plan)
    for order in range(ORDERS):
        beside(submit, foreign, random.Random(order))
