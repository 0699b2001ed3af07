"""Hearing, expert review and joint review stop the clock lawfully, with a notice, minutes and an end."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.casework.road import (
    APPLICANT,
    CALENDAR,
    MACHINE,
    NOODLES,
    Case,
    accepted,
    at,
    head,
    noon,
    reviewer,
)

from bancheng.core.casework import (
    Context,
    Issued,
    ProcedureKind,
    ProcedureStage,
    Staff,
    Task,
    Verdict,
    WithdrawReason,
    clocks,
    commands,
    due_acts,
    events,
    sweep,
    tasks,
)
from bancheng.core.catalogue import SpecialProcedure

WHO = reviewer("shop-body")
OFFER = commands.OfferHearing(item="shop", words="涉及相邻方的重大利益")
CHAIR = Staff(id="user:8", name="孙主持")
EXPERTS = commands.Convene(
    kind=ProcedureKind.EXPERT_REVIEW, items=("shop",), words="结构安全需要专家评审", days=5
)


def dated(day: date, chair: Staff | None = CHAIR) -> commands.SetDate:
    return commands.SetDate(number=1, day=day, hour="9:00", place="三楼听证室", chair=chair)


def offered() -> Case:
    case = accepted()
    case.complete("shop.review")
    case.do(WHO, OFFER)
    return case


def due(case: Case, key: str = "shop") -> date:
    return clocks(case.state, CALENDAR, case.now).items[key].due


def test_nothing_is_decided_before_the_applicant_has_spoken_or_five_days_are_over() -> None:
    case = offered()
    (told,) = [one for one in case.log if isinstance(one, events.HearingOffered)]
    assert told.until == date(2026, 3, 9)
    assert "有权要求听证" in told.words()
    assert case.refused(WHO, _approve()) == "decide.procedure"
    assert case.refused(MACHINE, commands.LetHearingLapse(number=1), at(3, 9)) == "hearing.early"
    assert commands.LetHearingLapse(number=1) in due_acts(case.state, CALENDAR, at(3, 10))
    case.do(MACHINE, commands.LetHearingLapse(number=1), at(3, 10))
    assert case.refused(APPLICANT, commands.AskHearing(number=1)) == "procedure.none"
    case.approve("shop")


def _approve() -> commands.DecideItem:
    paper = Issued(result="shop-licence", number="1", digest="d" * 64)
    return commands.DecideItem(item="shop", verdict=Verdict.APPROVE, results=(paper,))


def test_a_hearing_is_asked_for_in_time_dated_held_and_recorded() -> None:
    case = offered()
    before = due(case)
    assert case.refused(APPLICANT, commands.AskHearing(number=1), at(3, 10)) == "hearing.late"
    case.do(APPLICANT, commands.AskHearing(number=1), at(3, 9))
    assert clocks(case.state, CALENDAR, at(3, 10)).items["shop"].paused
    assert "20个工作日" in next(one for one in case.log if isinstance(one, events.ProcedureCalled)).words()
    assert clocks(case.state, CALENDAR, at(3, 10)).procedures["1"].due == date(2026, 4, 7)
    assert (
        case.refused(WHO, commands.RecordHeld(number=1, result="可以准予", minutes="m")) == "hearing.untold"
    )
    assert case.refused(WHO, dated(date(2026, 3, 17))) == "hearing.notice"
    assert case.refused(WHO, dated(date(2026, 4, 8))) == "procedure.too_late"
    assert case.refused(WHO, dated(date(2026, 3, 18), None)) == "hearing.chair"
    assert case.refused(WHO, dated(date(2026, 3, 18), Staff(id=WHO.id, name="甲"))) == "hearing.chair"
    case.do(WHO, dated(date(2026, 3, 18)))
    assert case.refused(WHO, commands.CallOff(number=1, reason="忙")) == "hearing.asked"
    held = commands.RecordHeld(number=1, result="可以准予", minutes="m" * 64)
    assert case.refused(WHO, held, at(3, 17)) == "procedure.early"
    assert case.refused(WHO, replace(held, minutes=""), at(3, 18)) == "procedure.minutes"
    case.do(WHO, held, at(3, 18))
    assert CALENDAR.workdays_between(before, due(case)) == CALENDAR.workdays_between(
        date(2026, 3, 9), date(2026, 3, 18)
    )
    case.approve("shop")


def test_the_applicant_may_give_up_what_they_asked_for_but_not_what_the_body_convened() -> None:
    case = offered()
    case.do(APPLICANT, commands.AskHearing(number=1))
    case.do(APPLICANT, commands.WaiveHearing(number=1))
    assert not clocks(case.state, CALENDAR, case.now).items["shop"].paused
    own = accepted()
    hearing = replace(EXPERTS, kind=ProcedureKind.HEARING, days=0)
    own.do(WHO, hearing)
    assert own.refused(APPLICANT, commands.WaiveHearing(number=1)) == "hearing.theirs"
    own.do(WHO, commands.CallOff(number=1, reason="申请人已改方案"))
    assert own.state.procedures.held[0].stage is ProcedureStage.CALLED_OFF


def test_an_expert_review_tells_the_time_it_needs_and_resumes_by_itself_when_it_is_recorded() -> None:
    case = accepted()
    before = due(case)
    assert case.refused(WHO, replace(EXPERTS, days=0)) == "pause.days"
    assert case.refused(reviewer("food-body"), EXPERTS) == "body"
    assert case.refused(WHO, replace(EXPERTS, words=" ")) == "procedure.words"
    case.do(WHO, EXPERTS)
    assert case.refused(WHO, EXPERTS) == "procedure.twice"
    case.do(WHO, commands.RecordHeld(number=1, result="同意", minutes="m"), at(3, 4))
    assert CALENDAR.workdays_between(before, due(case)) == 2


def test_a_joint_review_stops_the_clock_only_where_a_special_procedure_says_so() -> None:
    meeting = replace(EXPERTS, kind=ProcedureKind.JOINT_REVIEW, days=0, items=("shop", "fire"))
    case = accepted()
    case.do(WHO, meeting)
    assert case.state.pauses == ()
    assert "照常计算" in next(one for one in case.log if isinstance(one, events.ProcedureCalled)).words()
    assert case.refused(WHO, replace(meeting, items=("sign",), procedure="joint")) in {
        "body",
        "pause.special",
    }
    joint = SpecialProcedure(key="joint", name="联合会审", basis="示例办法第三条", max_days=4)
    items = tuple(replace(one, procedures=(joint,)) for one in NOODLES.items)
    case = accepted(replace(NOODLES, items=items))
    assert case.refused(WHO, replace(meeting, procedure="joint", days=5)) == "pause.too_long"
    case.do(WHO, replace(meeting, procedure="joint"))
    assert [(one.item, one.pause.max_days) for one in case.state.pauses] == [("shop", 4), ("fire", 4)]


def test_what_is_convened_is_a_task_of_its_body_until_it_is_recorded() -> None:
    case = accepted()
    case.do(WHO, EXPERTS)
    (task,) = _tasks(case)
    assert (task.key, task.body, task.due, task.done) == ("procedure/1", "shop-body", date(2026, 3, 9), None)
    case.do(WHO, commands.RecordHeld(number=1, result="同意", minutes="m"), at(3, 4))
    assert _tasks(case)[0].done == date(2026, 3, 4)


def _tasks(case: Case) -> list[Task]:
    return [
        one for one in tasks(case.state, clocks(case.state, CALENDAR, case.now)) if one.kind == "procedure"
    ]


def test_a_hearing_that_nobody_holds_in_time_is_warned_of() -> None:
    case = offered()
    case.do(APPLICANT, commands.AskHearing(number=1))
    happened = sweep(case.state, Context(now=at(4, 30), actor=MACHINE, calendar=CALENDAR))
    assert any(isinstance(one, events.Warned) and one.level == "procedure" for one in happened)


@given(
    offer=st.integers(0, 10),
    asks=st.integers(0, 14),
    ahead=st.integers(0, 40),
    records=st.integers(0, 45),
)
def test_whatever_the_days_a_hearing_keeps_its_three_terms(
    offer: int, asks: int, ahead: int, records: int
) -> None:
    """Five days to ask, seven of notice, twenty to hold; and never more pause than twenty working days."""
    case = accepted()
    first = date(2026, 3, 2)
    day = first + timedelta(days=offer)
    case.do(WHO, OFFER, noon(day))
    before, asked = due(case), day + timedelta(days=asks)
    in_time = CALENDAR.workdays_between(day, asked) <= 5
    if not in_time:
        assert case.refused(APPLICANT, commands.AskHearing(number=1), noon(asked)) == "hearing.late"
        return
    case.do(APPLICANT, commands.AskHearing(number=1), noon(asked))
    held = asked + timedelta(days=ahead)
    told, gap = CALENDAR.workdays_between(asked, held) >= 7, CALENDAR.workdays_between(asked, held)
    if told and gap <= 20:
        case.do(WHO, dated(held))
        end = held + timedelta(days=records)
        case.do(WHO, commands.RecordHeld(number=1, result="可以", minutes="m"), noon(end))
        stood = CALENDAR.workdays_between(before, due(case))
        assert stood == (min(20, CALENDAR.workdays_between(asked, end)) if asked < before else 0)
    else:
        assert case.refused(WHO, dated(held)) in {"hearing.notice", "procedure.too_late"}


def test_head_is_not_needed_for_a_hearing() -> None:
    assert accepted().refused(head("shop-body"), OFFER) == "role"


def test_a_hearing_about_an_item_that_stops_is_called_off_with_it_and_its_stop_ends() -> None:
    case = accepted()
    case.do(reviewer("sign-body"), replace(OFFER, item="sign"))
    case.do(APPLICANT, commands.AskHearing(number=1))
    case.do(APPLICANT, commands.Withdraw(reason=WithdrawReason.LATER), at(3, 5))
    (one,) = case.state.procedures.held
    assert (one.stage, one.since, one.going) == (ProcedureStage.CALLED_OFF, date(2026, 3, 5), False)
    assert [each.pause.end for each in case.state.pauses] == [date(2026, 3, 5)]
    assert not [each for each in due_acts(case.state, CALENDAR, at(4, 30)) if "Lapse" in type(each).__name__]
