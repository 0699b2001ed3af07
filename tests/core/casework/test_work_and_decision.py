"""Work at the bodies, decisions, partial outcome, results, delivery, rating."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from tests.core.casework.road import (
    APPLICANT,
    CALENDAR,
    CLERK,
    MACHINE,
    NOODLES,
    STAFF,
    Case,
    accepted,
    at,
    edge,
    item,
    reviewer,
    step,
    with_policy,
)

from bancheng.core.casework import (
    Actor,
    Answer,
    Delivery,
    Issued,
    ItemStatus,
    Mark,
    MarkKind,
    MarkReason,
    MaterialKind,
    MaterialRef,
    Opinion,
    Phase,
    Progress,
    Staff,
    StepOutcome,
    StepStatus,
    Verdict,
    WithdrawReason,
    clocks,
    commands,
    dependants,
    due_acts,
    timeline,
)
from bancheng.core.catalogue import PartialPolicy, StepKind
from bancheng.core.compiler import EdgeKind, Plan

REVIEW = commands.CompleteStep(step="shop.review", outcome=StepOutcome.OK)
VISIT = commands.CompleteStep(step="visit", outcome=StepOutcome.OK, staff=STAFF)
LEASE = MaterialRef(document="lease", name="租赁合同", kind=MaterialKind.DEFERRED, defer_days=5)


def paper(key: str) -> Issued:
    return Issued(result=f"{key}-licence", number="证-1", digest="d" * 64)


def approve(key: str, *papers: Issued) -> commands.DecideItem:
    return commands.DecideItem(item=key, verdict=Verdict.APPROVE, results=papers)


def open_now(case: Case) -> set[str]:
    return {one.plan.key for one in case.state.open_steps}


def test_a_step_waits_for_the_result_it_needs() -> None:
    case = accepted()
    assert case.refused(reviewer("food-body"), VISIT) == "step.waiting"
    case.complete("shop.review")
    case.approve("shop")
    assert "visit" in open_now(case)


def test_a_shared_inspection_is_done_when_both_bodies_have_reported() -> None:
    case = accepted()
    case.complete("shop.review")
    case.approve("shop")
    case.do(reviewer("food-body"), VISIT)
    assert "visit" in open_now(case)
    assert case.refused(reviewer("food-body"), VISIT) == "step.reported"
    case.do(reviewer("fire-body"), VISIT)
    assert {"food.decide", "fire.decide"} <= open_now(case)


def test_an_inspection_names_two_different_officials() -> None:
    case = accepted()
    case.complete("shop.review")
    case.approve("shop")
    alone = replace(VISIT, staff=(STAFF[0], Staff(id="s1", name="同一人")))
    assert case.refused(reviewer("food-body"), alone) == "step.staff"


def test_two_officials_do_not_work_on_one_step_unknowingly() -> None:
    case = accepted()
    first, second = reviewer("shop-body", 1), reviewer("shop-body", 2)
    case.do(first, commands.Claim(step="shop.review"))
    assert case.refused(second, REVIEW) == "step.claimed"
    assert case.refused(second, commands.Release(step="shop.review")) == "step.claimed"
    case.do(first, commands.Release(step="shop.review", to=Staff(id=second.id, name=second.name)))
    case.do(second, REVIEW)


def test_only_the_body_of_a_step_and_the_right_post_do_it() -> None:
    case = accepted()
    assert case.refused(reviewer("food-body"), REVIEW) == "body"
    assert case.refused(Actor(id="user:i", roles=("inspector",), body="shop-body"), REVIEW) == "role"
    assert case.refused(APPLICANT, REVIEW) == "role"


def test_what_is_not_in_order_is_said() -> None:
    case = accepted()
    assert case.refused(reviewer("shop-body"), replace(REVIEW, outcome=StepOutcome.NOT_OK)) == "step.findings"


def test_when_all_asked_bodies_agree_the_step_is_done() -> None:
    case = accepted()
    case.agree("sign.ask")
    assert "sign.decide" in open_now(case)


def test_an_objection_is_weighed_by_the_asking_body() -> None:
    case = accepted()
    object_ = commands.GiveOpinion(step="sign.ask", answer=Opinion.OBJECT)
    assert case.refused(reviewer("road-body"), object_) == "opinion.words"
    case.do(reviewer("road-body"), replace(object_, words="遮挡信号灯"))
    weigh = commands.CompleteStep(step="sign.ask", outcome=StepOutcome.NOT_OK, findings="采纳意见")
    assert case.refused(reviewer("sign-body"), weigh) == "opinion.waiting"
    case.do(reviewer("police-body"), replace(object_, answer=Opinion.AGREE))
    assert "sign.ask" in open_now(case)
    case.do(reviewer("sign-body"), weigh)
    assert "sign.decide" in open_now(case)


def test_silence_of_an_asked_body_is_consent_only_where_the_step_says_so() -> None:
    case = accepted()
    silence = commands.ConsentBySilence(step="sign.ask", body="road-body")
    assert case.refused(MACHINE, silence, at(3, 6)) == "opinion.early"
    case.do(MACHINE, silence, at(3, 7))
    strict = tuple(replace(one, silent_consent=False) for one in NOODLES.plan.steps)
    other = accepted(replace(NOODLES, plan=replace(NOODLES.plan, steps=strict)))
    assert other.refused(MACHINE, silence, at(5, 7)) == "opinion.early"
    assert not any(
        isinstance(act, commands.ConsentBySilence) for act in due_acts(other.state, CALENDAR, at(5, 7))
    )


def test_no_decision_before_the_earlier_steps_are_over() -> None:
    case = accepted()
    assert case.refused(reviewer("shop-body"), approve("shop", paper("shop"))) == "decide.early"


def test_an_approval_brings_every_result_once() -> None:
    case = accepted()
    case.complete("shop.review")
    who = reviewer("shop-body")
    assert case.refused(who, approve("shop")) == "issue.results"
    assert case.refused(who, approve("shop", paper("shop"), paper("shop"))) == "issue.results"
    assert case.refused(who, approve("shop", replace(paper("shop"), number=""))) == "issue.number"
    case.do(who, approve("shop", paper("shop")))
    assert case.refused(who, approve("shop", paper("shop"))) == "item.ended"


def test_where_a_step_issues_the_result_it_comes_there_and_once() -> None:
    case = accepted()
    case.complete("shop.review")
    case.approve("shop")
    case.complete("visit")
    who = reviewer("food-body")
    assert case.refused(who, commands.IssueResult(item="food", results=(paper("food"),))) == "issue.undecided"
    assert case.refused(who, approve("food", paper("food"))) == "issue.later"
    case.do(who, approve("food"))
    case.do(who, commands.IssueResult(item="food", results=(paper("food"),)))
    assert case.refused(who, commands.IssueResult(item="food", results=(paper("food"),))) == "issue.twice"


def test_a_refusal_carries_reasons_basis_and_remedies() -> None:
    case = accepted()
    case.complete("shop.review", StepOutcome.NOT_OK)
    bare = commands.DecideItem(item="shop", verdict=Verdict.REFUSE, reasons="不符合", basis="第一条")
    assert case.refused(reviewer("shop-body"), bare) == "refuse.grounds"
    case.refuse("shop")
    assert "行政复议" in case.log[-3].words()


def test_after_a_refusal_dependants_stop_and_independents_go_on() -> None:
    case = accepted()
    case.complete("shop.review", StepOutcome.NOT_OK)
    case.refuse("shop")
    state = case.state
    assert state.items["food"].status is ItemStatus.STOPPED
    assert state.items["sign"].status is ItemStatus.OPEN
    # The visit is shared: only food declares that it needs the shop's licence, so fire goes on.
    assert state.items["fire"].status is ItemStatus.OPEN
    assert "visit" in open_now(case)
    assert state.steps["food.decide"].status is StepStatus.GONE


def test_an_explicit_order_stops_the_later_item_too() -> None:
    plan = Plan(
        steps=(
            step("a", StepKind.DECISION, ["shop"], ["shop-body"]),
            step("b", StepKind.DECISION, ["fire"], ["fire-body"]),
            step("c", StepKind.DECISION, ["sign"], ["sign-body"]),
        ),
        edges=(edge("a", "b", EdgeKind.ORDER), edge("b", "c", EdgeKind.FIELD)),
    )
    items = (item("shop"), item("fire"), item("sign"))
    case = accepted(replace(NOODLES, items=items, plan=plan))
    assert dependants(case.state, "shop") == ("fire", "sign")
    case.refuse("shop")
    assert case.state.phase is Phase.FINISHED


def test_where_the_bundle_says_so_one_refusal_stops_everything_undecided() -> None:
    case = accepted(with_policy(PartialPolicy.ALL_WITHDRAWN))
    case.agree("sign.ask")
    case.approve("sign")
    case.complete("shop.review", StepOutcome.NOT_OK)
    case.refuse("shop")
    assert case.state.phase is Phase.FINISHED
    assert case.state.items["sign"].status is ItemStatus.APPROVED
    assert case.state.items["fire"].status is ItemStatus.STOPPED


def test_a_case_is_finished_when_every_item_is_and_every_result_is_made() -> None:
    case = accepted()
    case.finish()
    assert case.state.phase is Phase.FINISHED
    assert all(one.status is StepStatus.DONE for one in case.state.steps.values())


def test_what_was_decided_stays_when_the_rest_is_withdrawn() -> None:
    case = accepted()
    case.complete("shop.review")
    case.approve("shop")
    case.do(APPLICANT, commands.Withdraw(reason=WithdrawReason.LATER))
    assert case.state.phase is Phase.FINISHED
    assert case.state.items["shop"].status is ItemStatus.APPROVED
    assert case.state.items["food"].status is ItemStatus.WITHDRAWN
    assert not case.state.open_steps


@pytest.mark.parametrize("accept", [True, False])
def test_before_any_decision_the_whole_case_can_be_withdrawn(accept: bool) -> None:
    case = accepted() if accept else Case()
    case.do(APPLICANT, commands.Withdraw(reason=WithdrawReason.OTHER))
    assert case.state.phase is Phase.WITHDRAWN
    assert case.refused(CLERK, commands.Accept()) == "phase"


def test_after_everything_is_decided_nothing_is_withdrawn() -> None:
    case = accepted()
    case.finish()
    assert case.refused(APPLICANT, commands.Withdraw(reason=WithdrawReason.OTHER)) == "phase"


def test_a_supplement_after_acceptance_holds_only_the_asking_body_and_no_clock() -> None:
    case = accepted()
    mark = Mark(
        key="m", kind=MarkKind.MATERIAL, target="lease", reason=MarkReason.OUTDATED, words="请换新合同"
    )
    due = {one.key: one for one in _clocks(case)}
    case.do(reviewer("shop-body"), commands.AskSupplement(marks=(mark,), reason="合同将到期"))
    assert {one.key: one for one in _clocks(case)} == due
    fine = commands.CompleteStep(step="shop.review", outcome=StepOutcome.OK)
    assert case.refused(reviewer("shop-body"), fine) == "step.supplement"
    case.agree("sign.ask")
    case.approve("sign")
    case.do(APPLICANT, commands.AnswerNotice(number=1, answers=(Answer(mark="m"),), form_digest="e" * 64))
    case.complete("shop.review")
    again = commands.AskSupplement(marks=(mark,), reason="合同缺页")
    case.do(replace(reviewer("shop-body"), roles=("reviewer", "senior")), again)
    assert case.refused(reviewer("shop-body"), approve("shop", paper("shop"))) == "decide.supplement"
    cancel = commands.CancelNotice(number=2, reason="已在原合同中找到")
    case.do(replace(reviewer("shop-body"), roles=("senior",)), cancel)
    case.approve("shop")


def _clocks(case: Case) -> tuple[object, ...]:
    return clocks(case.state, CALENDAR, case.now).all()


def test_results_are_locked_until_the_owed_material_is_handed_in() -> None:
    case = accepted(replace(NOODLES, materials=(LEASE,)))
    case.finish()
    send = commands.Deliver(way=Delivery.WINDOW)
    assert case.refused(CLERK, send) == "deliver.locked"
    assert case.refused(APPLICANT, commands.HandIn(material=LEASE)) == "owed.kind"
    case.do(APPLICANT, commands.HandIn(material=replace(LEASE, kind=MaterialKind.UPLOADED)))
    case.do(CLERK, send)
    assert case.refused(CLERK, send) == "deliver.nothing"


def test_a_paper_is_owed_only_as_long_as_an_item_wants_it_and_locks_no_other() -> None:
    case = accepted(replace(NOODLES, materials=(replace(LEASE, items=("shop",)),)))
    assert (case.state.locks("shop"), case.state.locks("sign")) == (True, False)
    case.agree("sign.ask")
    case.approve("sign")
    case.do(CLERK, commands.Deliver(way=Delivery.WINDOW, items=("sign",)))
    case.complete("shop.review", StepOutcome.NOT_OK)
    case.refuse("shop")
    assert not case.state.still_owed
    assert not clocks(case.state, CALENDAR, case.now).owed
    assert case.refused(APPLICANT, commands.HandIn(material=LEASE)) == "owed.none"


def test_a_refusal_is_served_even_while_something_is_owed() -> None:
    case = accepted(replace(NOODLES, materials=(LEASE,)))
    case.complete("shop.review", StepOutcome.NOT_OK)
    case.refuse("shop")
    case.do(CLERK, commands.Deliver(way=Delivery.POST, items=("shop",), tracking="SF0001"))
    assert case.state.items["shop"].delivered == date(2026, 3, 2)


def test_a_rating_is_given_once_by_the_applicant_alone() -> None:
    case = accepted()
    assert case.refused(APPLICANT, commands.Rate(level=5)) == "phase"
    case.finish()
    assert case.refused(CLERK, commands.Rate(level=5)) == "rate.who"
    assert case.refused(APPLICANT, commands.Rate(level=6)) == "rate.level"
    case.do(APPLICANT, commands.Rate(level=2, indicators=("跑动次数多",)))
    assert case.refused(APPLICANT, commands.Rate(level=5)) == "rate.twice"


def test_the_road_shows_each_body_what_is_done_and_what_comes_next() -> None:
    case = accepted()
    case.complete("shop.review")
    road = timeline(case.state, CALENDAR, at(3, 3))
    shop, food, *_ = road.lines
    assert [one.progress for one in shop.entries] == [Progress.DONE, Progress.NOW]
    assert (food.name, food.progress) == ("市场监管局", Progress.NEXT)
    assert shop.entries[1].expected is not None
    assert food.entries[0].expected is not None
    assert shop.entries[1].expected < food.entries[0].expected
    assert road.expected_end == max(
        one.expected for line in road.lines for one in line.entries if one.expected
    )


def test_a_claimed_paper_is_issued_by_nobody_else() -> None:
    case = accepted()
    case.complete("shop.review")
    case.approve("shop")
    case.complete("visit")
    case.do(reviewer("food-body"), commands.DecideItem(item="food", verdict=Verdict.APPROVE))
    case.do(reviewer("food-body", 2), commands.Claim(step="food.issue"))
    papers = (Issued(result="food-licence", number="1", digest="d" * 64),)
    issue = commands.IssueResult(item="food", results=papers)
    assert case.refused(reviewer("food-body"), issue) == "step.claimed"
    case.do(reviewer("food-body", 2), issue)
