"""Any plan the composer may draw is worked off to its end, whatever is decided: no dead end, no order broken."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.casework.road import CLERK, NOODLES, Case, edge, item, step

from bancheng.core.casework import ItemStatus, Phase, StepOutcome, StepStatus, commands, dependants
from bancheng.core.casework._state import OVER
from bancheng.core.catalogue import PartialPolicy, StepKind
from bancheng.core.compiler import EdgeKind, Plan, PlanEdge, PlanStep, enabled

WORK = st.sampled_from((StepKind.REVIEW, StepKind.INSPECTION, StepKind.OPINION, StepKind.EXPERT_REVIEW))
CROSS = st.sampled_from((EdgeKind.RESULT, EdgeKind.FIELD, EdgeKind.ORDER))


@st.composite
def applications(draw: st.DrawFn) -> commands.Submit:
    """Up to five items with up to three working steps each, some shared, decisions, some issuing, some waiting."""
    keys = [f"i{number}" for number in range(draw(st.integers(1, 5)))]
    steps: list[PlanStep] = []
    for number in range(draw(st.integers(0, 3 * len(keys)))):
        served = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True))
        kind = draw(WORK)
        asks = ("road-body",) if kind is StepKind.OPINION else ()
        steps.append(step(f"w{number}", kind, served, [f"{key}-body" for key in served], asks=asks))
    issuing = {key for key in keys if draw(st.booleans())}
    for key in keys:
        steps.append(step(f"{key}.decide", StepKind.DECISION, [key], [f"{key}-body"]))
        if key in issuing:
            steps.append(step(f"{key}.issue", StepKind.ISSUE, [key], [f"{key}-body"]))
    edges: list[PlanEdge] = []
    for key in keys:
        mine = [one.key for one in steps if key in one.items]
        edges += [edge(before, after) for before, after in pairwise(mine)]
    if len(keys) > 1:
        for _ in range(draw(st.integers(0, 3))):
            first, second = sorted(
                draw(st.lists(st.integers(0, len(keys) - 1), min_size=2, max_size=2, unique=True))
            )
            last = [one.key for one in steps if keys[first] in one.items][-1]
            edges.append(edge(last, f"{keys[second]}.decide", draw(CROSS)))
    return replace(
        NOODLES,
        items=tuple(item(key) for key in keys),
        plan=Plan(steps=tuple(steps), edges=tuple(edges)),
        partial=draw(st.sampled_from(PartialPolicy)),
    )


@given(application=applications(), choices=st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=80))
def test_every_plan_is_worked_off_to_its_end(
    application: commands.Submit, choices: list[tuple[int, bool]]
) -> None:
    case = Case(application)
    case.do(CLERK, commands.Accept())
    for which, well in choices:
        if case.state.phase is not Phase.ACCEPTED:
            break
        _open_as_planned(case, application.plan)
        _work(case, case.state.open_steps[which % len(case.state.open_steps)].plan, well)
    assert case.state.phase is Phase.FINISHED
    assert all(one.status in OVER for one in case.state.steps.values())
    _nothing_after_a_refusal(case)
    _serial(case, application.plan)


def _work(case: Case, plan: PlanStep, well: bool) -> None:
    key = plan.items[0]
    if plan.kind is StepKind.ISSUE or (plan.kind is StepKind.DECISION and well):
        case.approve(key)
    elif plan.kind is StepKind.DECISION:
        case.refuse(key)
    elif plan.kind is StepKind.OPINION:
        case.agree(plan.key)
    else:
        case.complete(plan.key, StepOutcome.OK if well else StepOutcome.NOT_OK)


def _open_as_planned(case: Case, plan: Plan) -> None:
    over = [key for key, one in case.state.steps.items() if one.status in OVER]
    assert {one.plan.key for one in case.state.open_steps} == set(enabled(plan, over))
    assert case.state.open_steps


def _nothing_after_a_refusal(case: Case) -> None:
    for key, one in case.state.items.items():
        if one.status is ItemStatus.REFUSED:
            assert all(
                case.state.items[later].status is not ItemStatus.APPROVED
                for later in dependants(case.state, key)
            )


def _serial(case: Case, plan: Plan) -> None:
    """The log itself, read from the front: no step is dispatched before what it waits for is over."""
    done = {key for key, one in case.state.steps.items() if one.status is StepStatus.DONE}
    position: dict[str, int] = {}
    for index, event in enumerate(case.log):
        for key in getattr(event, "steps", ()):
            position[key] = index
    for one in plan.edges:
        if {one.before, one.after} <= done:
            assert position[one.before] < position[one.after]
