"""Intake: the five outcomes of a receipt, one notice for all bodies, and silence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.casework.road import (
    APPLICANT,
    CALENDAR,
    CLERK,
    MACHINE,
    NOODLES,
    SENIOR,
    Case,
    at,
    noon,
    reviewer,
)

from bancheng.core.casework import (
    Actor,
    Answer,
    CommandRefused,
    Mark,
    MarkKind,
    MarkReason,
    MaterialKind,
    MaterialRef,
    Phase,
    StepOutcome,
    TurnedAway,
    WithdrawReason,
    clocks,
    commands,
    due_acts,
    events,
    next_attention,
)
from bancheng.core.clock import Colour


def mark(target: str, words: str = "请更正", reason: MarkReason = MarkReason.WRONG, key: str = "m1") -> Mark:
    return Mark(key=key, kind=MarkKind.FIELD, target=target, reason=reason, words=words)


def noticed(*marks: Mark) -> Case:
    case = Case()
    case.do(CLERK, commands.IssueNotice(marks=marks or (mark("name"),)))
    return case


def test_a_complete_application_is_accepted_and_its_first_steps_open() -> None:
    case = Case()
    case.do(CLERK, commands.Accept(), at(3, 3))
    assert case.state.phase is Phase.ACCEPTED
    assert case.state.accepted == date(2026, 3, 3)
    assert {step.plan.key for step in case.state.open_steps} == {"shop.review", "sign.ask"}


def test_no_permit_needed_ends_the_case() -> None:
    case = Case()
    (closed,) = case.do(CLERK, commands.TurnAway(outcome=TurnedAway.NOT_NEEDED, reason="自用不经营"))
    assert case.state.phase is Phase.NOT_NEEDED
    assert "第三十二条第一项" in closed.basis


def test_not_our_authority_names_the_right_body() -> None:
    case = Case()
    nameless = commands.TurnAway(outcome=TurnedAway.NOT_OURS, reason="属省级权限")
    assert case.refused(CLERK, nameless) == "turn_away.body"
    case.do(CLERK, replace(nameless, right_body="省市场监管局"))
    assert case.state.right_body == "省市场监管局"


def test_small_errors_are_corrected_on_the_spot_and_the_case_goes_on() -> None:
    case = Case()
    case.do(CLERK, commands.CorrectOnSpot(fields=("phone",), form_digest="c" * 64))
    assert (case.state.phase, case.state.form_digest) == (Phase.RECEIVED, "c" * 64)


def test_one_notice_merges_what_all_bodies_ask_for() -> None:
    case = Case()
    case.do(reviewer("food-body"), commands.ProposeMarks(marks=(mark("area", "请写建筑面积"), mark("lease"))))
    case.do(reviewer("fire-body"), commands.ProposeMarks(marks=(mark("area", "请附平面图", key="a"),)))
    (notice,) = case.do(CLERK, commands.IssueNotice(marks=(mark("phone", reason=MarkReason.MISSING),)))
    assert [one.target for one in notice.marks] == ["area", "lease", "phone"]
    assert notice.marks[0].words == "请写建筑面积；请附平面图"
    assert notice.marks[0].bodies == ("food-body", "fire-body")
    assert len({one.key for one in notice.marks}) == 3
    assert case.state.phase is Phase.SUPPLEMENT


def test_a_body_replaces_its_own_proposal_until_the_notice_is_sent() -> None:
    case = Case()
    case.do(reviewer("food-body"), commands.ProposeMarks(marks=(mark("area"),)))
    case.do(reviewer("food-body"), commands.ProposeMarks(marks=()))
    assert case.refused(CLERK, commands.IssueNotice()) == "notice.empty"


def test_a_body_without_part_in_the_case_proposes_nothing() -> None:
    assert Case().refused(reviewer("tax-body"), commands.ProposeMarks(marks=(mark("area"),))) == "body"


def test_nothing_advances_while_a_notice_is_open() -> None:
    case = noticed()
    assert case.refused(CLERK, commands.Accept()) == "phase"
    report = commands.CompleteStep(step="shop.review", outcome=StepOutcome.OK)
    assert case.refused(reviewer("shop-body"), report) == "phase"
    assert not due_acts(case.state, CALENDAR, at(6, 1))
    assert next_attention(case.state, CALENDAR) is None


def test_marks_are_answered_one_by_one_and_none_is_dropped() -> None:
    case = noticed(mark("name", key="a"), mark("area", key="b"))
    stray = commands.AnswerNotice(number=1, answers=(Answer(mark="z"),), form_digest="e" * 64)
    assert case.refused(APPLICANT, stray) == "answer.marks"
    case.do(APPLICANT, replace(stray, answers=(Answer(mark="b"),)))
    assert case.state.phase is Phase.SUPPLEMENT
    assert [one.key for one in case.state.notices[0].unanswered] == ["a"]
    case.do(APPLICANT, replace(stray, answers=(Answer(mark="a"),)), at(3, 20))
    assert (case.state.phase, case.state.form_digest) == (Phase.RECEIVED, "e" * 64)
    assert case.state.received == date(2026, 3, 20)


def test_a_second_notice_needs_a_senior_and_a_reason() -> None:
    case = noticed()
    case.answer()
    again = commands.IssueNotice(marks=(mark("area"),))
    assert case.refused(CLERK, replace(again, reason="有遗漏")) == "notice.second"
    assert case.refused(SENIOR, again) == "notice.reason"
    (notice,) = case.do(SENIOR, replace(again, reason="有遗漏"))
    assert (notice.number, notice.by.name) == (2, "王主任")
    assert "王主任" in notice.words()


def test_a_cancelled_notice_leaves_the_days_of_intake_as_they_were() -> None:
    case = noticed()
    assert case.refused(CLERK, commands.CancelNotice(number=1, reason="发错")) == "role"
    case.do(SENIOR, commands.CancelNotice(number=1, reason="发错"), at(3, 30))
    assert case.state.phase is Phase.RECEIVED
    assert case.state.received == date(2026, 3, 2)
    case.do(MACHINE, commands.AcceptBySilence(), at(3, 30))
    assert case.state.accepted == date(2026, 3, 2)


def test_silence_over_the_spring_holiday_accepts_as_of_the_day_of_receipt() -> None:
    case = Case(now=at(2, 13))
    assert next_attention(case.state, CALENDAR) == date(2026, 2, 26)
    assert case.refused(MACHINE, commands.AcceptBySilence(), at(2, 27)) == "silence.early"
    case.do(MACHINE, commands.AcceptBySilence(), at(2, 28))
    assert (case.state.accepted, case.state.silent) == (date(2026, 2, 13), True)
    assert clocks(case.state, CALENDAR, at(2, 28)).steps["shop.review"].start == date(2026, 2, 13)


def test_after_the_five_days_a_clerk_can_only_accept_as_of_the_day_of_receipt() -> None:
    case = Case(now=at(2, 13))
    assert case.refused(CLERK, commands.IssueNotice(marks=(mark("name"),)), at(2, 28)) == "intake.lapsed"
    (accepted, *_) = case.do(CLERK, commands.Accept(), at(2, 28))
    assert isinstance(accepted, events.Accepted)
    assert (accepted.on, accepted.silent) == (date(2026, 2, 13), True)


def test_a_resubmission_starts_the_five_days_anew() -> None:
    case = noticed()
    case.now = at(3, 16)
    case.answer()
    assert case.refused(MACHINE, commands.AcceptBySilence(), at(3, 23)) == "silence.early"
    case.do(MACHINE, commands.AcceptBySilence(), at(3, 24))
    assert case.state.accepted == date(2026, 3, 16)


@given(day=st.dates(date(2026, 1, 5), date(2026, 12, 10)), later=st.integers(0, 25))
def test_silence_is_acceptance_from_receipt_exactly_when_five_working_days_are_over(
    day: date, later: int
) -> None:
    case = Case(now=noon(day))
    now = noon(day + timedelta(days=later))
    acts = due_acts(case.state, CALENDAR, now)
    over = CALENDAR.workdays_between(day, day + timedelta(days=later)) > 5 or (
        CALENDAR.workdays_between(day, day + timedelta(days=later)) == 5
        and not CALENDAR.is_workday(day + timedelta(days=later))
    )
    due = CALENDAR.add_workdays(day, 5)
    assert (commands.AcceptBySilence() in acts) == (over and not due.provisional)
    if commands.AcceptBySilence() in acts:
        case.do(MACHINE, acts[0], now)
        assert case.state.accepted == day


def test_silence_accepts_nothing_on_a_provisional_date() -> None:
    case = Case(now=at(12, 29))
    assert case.refused(MACHINE, commands.AcceptBySilence(), at(3, 1, year=2027)) == "silence.early"
    assert not any(
        isinstance(act, commands.AcceptBySilence) for act in due_acts(case.state, CALENDAR, at(6, 1))
    )
    intake = clocks(case.state, CALENDAR, at(3, 1, year=2027)).intake
    assert intake is not None
    assert (intake.provisional, intake.colour) == (True, Colour.YELLOW)


def test_only_the_receiving_window_and_the_machine_decide_on_receipt() -> None:
    case = Case()
    assert case.refused(APPLICANT, commands.Accept()) == "role"
    assert case.refused(Actor(id="user:x", roles=("clerk",), body="tax"), commands.Accept()) == "body"
    assert case.refused(CLERK, commands.AcceptBySilence(), at(6, 1)) == "machine"


def test_a_stranger_answers_nothing_and_withdraws_nothing() -> None:
    case = noticed()
    stranger = Actor(id="party:2", roles=("applicant",))
    assert case.refused(stranger, commands.Withdraw(reason=WithdrawReason.OTHER)) == "applicant"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"items": ()}, "submit.items"),
        ({"items": NOODLES.items[:1]}, "submit.plan"),
        ({"form_digest": ""}, "submit.incomplete"),
        ({"materials": (MaterialRef(document="a", kind=MaterialKind.DEFERRED),)}, "submit.deferred"),
        ({"plan": replace(NOODLES.plan, steps=(*NOODLES.plan.steps, NOODLES.plan.steps[0]))}, "submit.plan"),
        (
            {
                "plan": replace(
                    NOODLES.plan,
                    edges=(
                        *NOODLES.plan.edges,
                        replace(NOODLES.plan.edges[0], before="food.issue", after="shop.review"),
                    ),
                )
            },
            "submit.plan",
        ),
    ],
)
def test_an_unsound_submission_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(CommandRefused) as no:
        Case(replace(NOODLES, **change))
    assert no.value.refusals[0].code == code
