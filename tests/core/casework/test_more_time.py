"""More time is asked of who may grant it, granted or declined by them, and never twice."""

from __future__ import annotations

from msgspec.structs import replace
from tests.core.casework.road import (
    CALENDAR,
    GOVERNMENT,
    Case,
    accepted,
    head,
    reviewer,
)

from bancheng.core.casework import Level, clocks, commands, tasks

ITEM = commands.AskMoreTime(level=Level.ITEM, item="shop", days=10, reason="要外地核实")
BUNDLE = commands.AskMoreTime(
    level=Level.BUNDLE, days=15, reason="要多部门会商", to="gov", to_name="示例县人民政府"
)
WHO = reviewer("shop-body")


def open_tasks(case: Case) -> list[tuple[str, str]]:
    found = tasks(case.state, clocks(case.state, CALENDAR, case.now))
    return [(one.body, one.role) for one in found if one.kind == "more_time" and one.done is None]


def test_an_item_asks_the_head_of_its_body_and_the_grant_answers_the_wish() -> None:
    case = accepted()
    case.do(WHO, ITEM)
    assert open_tasks(case) == [("shop-body", "senior")]
    assert case.refused(WHO, ITEM) == "more_time.twice"
    case.do(head("shop-body"), commands.Extend(level=Level.ITEM, item="shop", days=8, reason="情况复杂"))
    assert open_tasks(case) == []
    assert case.state.procedures.asked[0].granted is True
    assert case.refused(WHO, ITEM) == "extend.twice"


def test_the_bundle_asks_the_government_which_then_has_a_part_in_the_case() -> None:
    case = accepted()
    assert case.refused(reviewer("food-body"), BUNDLE) == "body"
    assert case.refused(WHO, replace(BUNDLE, to="")) == "more_time.to"
    assert case.refused(WHO, replace(BUNDLE, days=16)) == "extension.too_long"
    assert "gov" not in case.state.bodies
    case.do(WHO, BUNDLE)
    assert "gov" in case.state.bodies
    assert open_tasks(case) == [("gov", "government")]
    assert case.refused(head("shop-body"), commands.DeclineMoreTime(number=1, reason="不必")) == "role"
    assert case.refused(GOVERNMENT, commands.DeclineMoreTime(number=1, reason="")) == "more_time.answer"
    case.do(GOVERNMENT, commands.DeclineMoreTime(number=1, reason="请尽快办结"))
    assert open_tasks(case) == []
    assert case.state.extensions == ()
    case.do(WHO, BUNDLE)
    case.do(GOVERNMENT, commands.Extend(level=Level.BUNDLE, days=15, reason="会商"))
    assert case.state.procedures.asked[1].granted is True


def test_no_other_clock_can_be_asked_for() -> None:
    case = accepted()
    assert case.refused(WHO, replace(ITEM, level=Level.STEP)) == "extend.level"
    assert case.refused(WHO, replace(ITEM, reason=" ")) == "more_time.reason"
