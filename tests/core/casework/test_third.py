"""A third opinion: an engine that is not ours runs the exported plan beside a case, on the same roads.

People claim and do the open steps in random order; after each act the foreign engine has exactly those steps ready that
are open in the case, and it is complete when the case is. Refusals and withdrawal lie outside the exported graph.
"""

from __future__ import annotations

import os
import random

import pytest
from tests.core.casework.road import CLERK, STAFF, reviewer
from tests.core.casework.shapes import SHAPES, submission
from tests.core.casework.walk import Walk
from tests.packs.foreign import Engine

from bancheng.core.casework import Issued, Opinion, StepOutcome, Verdict, commands
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
        for body in step.bodies:
            done = commands.CompleteStep(step=key, outcome=StepOutcome.OK, staff=STAFF)
            assert walk.ask(reviewer(body), done)


@pytest.mark.parametrize("form", sorted(SHAPES))
def test_case_oracle_and_foreign_engine_open_the_same_steps(form: str) -> None:
    submit = submission(form, PartialPolicy.DEPENDANTS_STOP, frozenset())
    foreign = Engine(submit.plan)
    for order in range(ORDERS):
        chance, walk, run = random.Random(order), Walk(submit), foreign.start()
        assert walk.ask(CLERK, commands.Accept())
        while opened := [one.plan.key for one in walk.case.state.open_steps]:
            assert set(run.ready()) == set(opened)
            key = chance.choice(opened)
            do(walk, key, chance)
            run.do(key)
        assert run.workflow.completed
        assert walk.case.state.phase.value == "finished"
