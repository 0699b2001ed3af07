"""审管协同: what was granted reaches who supervises, and what they find comes back."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.casework.road import CALENDAR, CLERK, MACHINE, NOODLES, Case, at, noon, replayed, reviewer

from bancheng.core.casework import (
    Context,
    Inspected,
    ItemStatus,
    Measure,
    ProposalKind,
    clocks,
    commands,
    due_acts,
    next_attention,
    sweep,
    tasks,
)

SHOP, *REST = NOODLES.items
WATCHED = replace(
    NOODLES,
    items=(replace(SHOP, supervisor="yard"), *REST),
    body_names={**NOODLES.body_names, "yard": "综合执法队"},
)
INSPECTOR = replace(reviewer("yard"), roles=("inspector",))


def granted() -> Case:
    case = Case(WATCHED)
    case.do(CLERK, commands.Accept())
    case.complete("shop.review")
    case.approve("shop")
    return case


def swept(case: Case, day: date) -> None:
    case.now = noon(day)
    for event in sweep(case.state, Context(now=case.now, actor=MACHINE, calendar=CALENDAR)):
        case.log.append(event)
    case.state = replayed(case.log)


def handed() -> Case:
    case = granted()
    swept(case, date(2026, 3, 2))
    return case


def test_a_granted_item_is_handed_over_by_itself_and_nothing_else_is() -> None:
    case = granted()
    assert next_attention(case.state, CALENDAR) == date(2026, 3, 2)
    assert case.refused(MACHINE, commands.HandToSupervision(item="sign")) == "supervision.none"
    assert "yard" not in case.state.bodies, "nobody sees a case before it is handed to them"
    swept(case, date(2026, 3, 2))
    assert set(case.state.supervision) == {"shop"}
    assert case.state.supervision["shop"].due == date(2026, 3, 9)
    assert "yard" in case.state.bodies
    assert case.refused(MACHINE, commands.HandToSupervision(item="shop")) == "supervision.none"


def test_it_is_acknowledged_by_name_once_and_is_their_task_until_then() -> None:
    case = handed()
    dials = clocks(case.state, CALENDAR, case.now)
    (task,) = [one for one in tasks(case.state, dials) if one.kind == "supervision"]
    assert (task.body, task.due, task.done) == ("yard", date(2026, 3, 9), None)
    assert case.refused(reviewer("shop-body"), commands.AcknowledgeSupervision(item="shop")) == "body"
    case.do(INSPECTOR, commands.AcknowledgeSupervision(item="shop"))
    assert case.refused(INSPECTOR, commands.AcknowledgeSupervision(item="shop")) == "supervision.twice"
    assert not any(
        isinstance(one, commands.ChaseSupervision) for one in due_acts(case.state, CALENDAR, at(6, 1))
    )


@given(days=st.lists(st.integers(1, 12), max_size=12))
def test_it_is_asked_again_after_the_last_day_and_not_for_ever(days: list[int]) -> None:
    case, day = handed(), date(2026, 3, 2)
    for step in days:
        day += timedelta(days=step)
        swept(case, day)
    chased = case.state.supervision["shop"].chased
    assert len(chased) <= 3
    assert all(one > date(2026, 3, 9) for one in chased)
    assert all(CALENDAR.workdays_between(a, b) >= 5 for a, b in pairwise(chased))
    assert bool(chased) == (day > date(2026, 3, 9))


def found(result: Inspected, findings: str = "", *, revoke: bool = False) -> commands.ReturnInspection:
    return commands.ReturnInspection(
        item="shop", result=result, findings=findings, inspected_on=date(2026, 3, 4), revoke=revoke
    )


def test_what_was_found_comes_back_and_acknowledges_what_was_not() -> None:
    case = handed()
    case.now = at(3, 4)
    assert case.refused(INSPECTOR, found(Inspected.RECTIFY)) == "inspection.findings"
    assert case.refused(reviewer("food-body"), found(Inspected.FINE)) == "body"
    early = replace(found(Inspected.FINE), inspected_on=date(2026, 2, 27))
    assert case.refused(INSPECTOR, early) == "inspection.day"
    case.do(INSPECTOR, found(Inspected.RECTIFY, "后厨未设防鼠设施"))
    one = case.state.supervision["shop"]
    assert one.acknowledged == date(2026, 3, 4)
    assert [item.findings for item in one.inspections] == ["后厨未设防鼠设施"]
    assert not case.state.promises.proposals


def test_supervision_revokes_nothing_and_may_propose_it_for_serious_faults_only() -> None:
    case = handed()
    case.now = at(3, 4)
    assert case.refused(INSPECTOR, found(Inspected.RECTIFY, "小问题", revoke=True)) == "inspection.revoke"
    case.do(INSPECTOR, found(Inspected.SERIOUS, "人去楼空", revoke=True))
    (proposal,) = case.state.promises.open
    assert proposal.kind is ProposalKind.SUPERVISION
    assert Measure.REVOKE in proposal.measures
    assert case.state.items["shop"].status is ItemStatus.APPROVED
    settle = commands.Settle(number=1, reason="核实后不予撤销")
    assert case.refused(INSPECTOR, settle) == "role"
    case.do(reviewer("shop-body"), settle)
    assert not case.state.promises.open
