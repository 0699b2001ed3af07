"""Tasks of the window that are no step: claimed, given by rule, handed over, taken over; nobody else judges then."""

from __future__ import annotations

from tests.core.casework.road import CALENDAR, CLERK, MACHINE, MONDAY, SENIOR, Case, replayed
from tests.core.casework.test_intake import mark

from bancheng.core.casework import Actor, Staff, clocks, commands, desk_task, tasks
from bancheng.core.casework._commands_staffing import Assign, ReturnTask
from bancheng.core.catalogue import BodyMove

SUN = Actor(id="user:sun", name="孙窗口", roles=("clerk",), body="hall")
TO_SUN = Staff(id=SUN.id, name=SUN.name)
GIVEN = Assign(step="intake", body="hall", to=TO_SUN, why="按规则“谁闲谁收”", rule="r1")


def received() -> Case:
    return Case()


def lies_with(case: Case) -> str:
    dials = clocks(case.state, CALENDAR, MONDAY)
    found = next(one for one in tasks(case.state, dials) if one.key == "intake")
    return found.owner.name if found.owner else ""


def test_a_rule_gives_what_was_received_and_nobody_else_judges_it() -> None:
    case = received()
    case.do(MACHINE, GIVEN)
    assert lies_with(case) == "孙窗口"
    assert case.log[-1].words() == "“收件审查”交孙窗口办理：按规则“谁闲谁收”"
    assert case.state.staffing.given["intake/hall"].rule == "r1"
    judging = (commands.Accept(), commands.IssueNotice(marks=(mark("name"),)))
    for command in judging:
        assert case.refused(CLERK, command) == "step.claimed"
    assert case.refused(MACHINE, Assign(step="intake", body="hall", to=Staff(id="x", name="别"), why="规则"))
    assert replayed(case.log) == case.state
    case.do(SUN, commands.Accept())
    assert desk_task(case.state, "intake", "hall") is None
    assert lies_with(case) == "孙窗口", "who judged it stays readable"


def test_a_colleague_takes_over_and_says_why_and_a_senior_steps_in() -> None:
    case = received()
    case.do(SUN, commands.Claim(step="intake"))
    assert case.refused(CLERK, commands.Claim(step="intake")) == "step.claimed"
    mine = Staff(id=CLERK.id, name=CLERK.name)
    assert case.refused(CLERK, commands.Release(step="intake", to=mine)) == "release.reason"
    case.do(CLERK, commands.Release(step="intake", to=mine, reason="申请人在我的窗口"))
    assert lies_with(case) == CLERK.name
    case.do(SENIOR, ReturnTask(step="intake", body="hall", why="重新分"))
    assert case.refused(CLERK, commands.Release(step="intake")) == "step.free"
    case.do(SUN, commands.Claim(step="intake"))
    case.do(SENIOR, commands.Accept())


def test_answers_to_a_notice_come_back_to_who_gave_it() -> None:
    case = received()
    case.do(MACHINE, GIVEN)
    case.do(SUN, commands.IssueNotice(marks=(mark("name"),)))
    assert lies_with(case) == "孙窗口"
    stranger = Actor(id="user:far", name="远", roles=("clerk",), body="elsewhere")
    assert case.refused(stranger, commands.Claim(step="intake")) != ""


def test_a_window_that_passes_on_takes_its_people_along() -> None:
    case = received()
    case.do(MACHINE, GIVEN)
    admin = Actor(id="user:admin", name="管理员", roles=("administrator",))
    moves = (BodyMove(old="hall", new="great-hall"),)
    carried = commands.CarryBodies(
        change="c1", name="机构改革", on=MONDAY.date(), basis="示例〔2026〕1号", moves=moves
    )
    case.do(admin, carried)
    held = case.state.staffing.desk["intake/great-hall"]
    assert (held.id, held.body) == (SUN.id, "great-hall")
