"""Bodies change and one-things get new versions in the middle of a case: the open part follows, what is done stays."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from tests.core.casework.road import (
    APPLICANT,
    CLERK,
    MACHINE,
    NOODLES,
    STAFF,
    Case,
    accepted,
    edge,
    item,
    replayed,
    reviewer,
    step,
)

from bancheng.core.casework import (
    Actor,
    Issued,
    ItemStatus,
    Opinion,
    Phase,
    Places,
    StepOutcome,
    StepStatus,
    Verdict,
    WithdrawReason,
    commands,
    moves_in,
    outlook,
)
from bancheng.core.casework._commands_bodies import CarryBodies, Migrate
from bancheng.core.catalogue import BodyMove, StepKind
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.compiler import Plan

ADMIN = Actor(id="user:admin", name="何管理", roles=("administrator",))
LEAD = Actor(id="user:lead", name="周负责", roles=("senior",), body="shop-body")


def carry(*moves: BodyMove, key: str = "reform", on: date = date(2026, 3, 1), **more: object) -> CarryBodies:
    return CarryBodies(change=key, name="机构改革", on=on, basis="示例〔2026〕1号", moves=moves, **more)  # type: ignore[arg-type]  # reason: handed through


MERGED = carry(BodyMove(old="food-body", new="shop-body", name="市场与食品局"))


def test_a_merged_body_hands_over_its_open_part_and_keeps_what_it_did() -> None:
    case = accepted()
    case.complete("shop.review")
    case.approve("shop")
    case.do(reviewer("food-body"), commands.Claim(step="visit"))
    found = moves_in(case.state, MERGED)
    assert (found.items, found.steps, found.held) == (("food",), ("visit", "food.decide", "food.issue"), 1)
    case.do(ADMIN, MERGED)
    state = case.state
    assert state.items["food"].item.body == "shop-body"
    assert state.steps["visit"].plan.bodies == ("shop-body", "fire-body")
    assert state.steps["visit"].owners["shop-body"].id == "user:food-body:1"
    assert state.body_name("shop-body") == "市场与食品局"
    assert "food-body" not in state.bodies
    assert replayed(case.log) == state
    case.do(
        Actor(id="user:food-body:1", name="x", roles=("inspector",), body="shop-body"),
        commands.CompleteStep(step="visit", outcome=StepOutcome.OK, staff=STAFF),
    )


def test_what_the_old_body_found_counts_for_the_new_one() -> None:
    case = accepted()
    case.complete("shop.review")
    case.approve("shop")
    case.do(reviewer("food-body"), commands.CompleteStep(step="visit", outcome=StepOutcome.OK, staff=STAFF))
    case.do(ADMIN, carry(BodyMove(old="food-body", new="new-body", name="新局")))
    case.do(reviewer("fire-body"), commands.CompleteStep(step="visit", outcome=StepOutcome.OK, staff=STAFF))
    assert case.state.steps["visit"].status is StepStatus.DONE
    assert case.state.steps["shop.decide"].plan.bodies == ("shop-body",)


def test_duties_move_by_item_and_the_rest_stays() -> None:
    case = accepted()
    case.do(
        ADMIN,
        carry(
            BodyMove(old="sign-body", new="city-body", items=("food",)),
            BodyMove(old="food-body", new="city-body", items=("food",)),
        ),
    )
    assert case.state.items["food"].item.body == "city-body"
    assert case.state.items["sign"].item.body == "sign-body"
    assert case.state.steps["visit"].plan.bodies == ("city-body", "fire-body")


def test_a_renamed_body_signs_with_its_new_name_and_old_words_stay() -> None:
    case = accepted()
    before = [event.words() for event in case.log]
    case.do(ADMIN, carry(BodyMove(old="food-body", new="food-body", name="市场监督局")))
    assert case.state.body_name("food-body") == "市场监督局"
    assert [event.words() for event in case.log[:-1]] == before


def test_an_asked_body_that_is_merged_answers_once() -> None:
    case = accepted()
    case.do(ADMIN, carry(BodyMove(old="police-body", new="road-body")))
    step_ = case.state.steps["sign.ask"]
    assert [ask.body for ask in step_.asks] == ["road-body"]
    case.do(reviewer("road-body"), commands.GiveOpinion(step="sign.ask", answer=Opinion.AGREE))
    assert case.state.steps["sign.ask"].status is StepStatus.DONE


def test_divisions_get_their_new_codes() -> None:
    case = accepted(replace(NOODLES, places=Places(applicant="999901", deciding="999999")))
    case.do(ADMIN, carry(divisions={"999901": "999902"}))
    assert case.state.submission is not None
    assert case.state.submission.places == Places(applicant="999902", deciding="999999")


def test_a_change_is_carried_once_by_a_named_administrator_and_not_before_its_day() -> None:
    case = accepted()
    assert case.refused(MACHINE, MERGED) == "role"
    assert case.refused(LEAD, MERGED) == "role"
    assert case.refused(ADMIN, carry(*MERGED.moves, on=date(2026, 3, 3))) == "bodies.early"
    assert case.refused(ADMIN, carry(BodyMove(old="a", new="b"))) == "bodies.untouched"
    case.do(ADMIN, MERGED)
    assert case.refused(ADMIN, MERGED) == "bodies.twice"


# ---------------------------------------------------------------------------------------------- migration


def version(*, without: str = "", days: int = 15, **more: object) -> Migrate:
    """The noodles again: fire has a check of papers first, and the issuing step of food is gone."""
    plan = NOODLES.plan
    steps = (
        *(one for one in plan.steps if one.key != "food.issue"),
        step("fire.papers", StepKind.REVIEW, ["fire"], ["fire-body"], 2),
    )
    edges = (*(one for one in plan.edges if one.after != "food.issue"), edge("fire.papers", "fire.decide"))
    fields: dict[str, object] = {
        "blueprint": "c" * 64,
        "onething_name": "开办餐饮店（新）",
        "items": tuple(one for one in NOODLES.items if one.key != without),
        "plan": Plan(steps=steps, edges=edges),
        "promised": Limit(days),
        "statutory": Limit(45),
        "reason": "新版流程",
        **more,
    }
    return Migrate(**fields)  # type: ignore[arg-type]  # reason: handed through


def test_a_case_moves_to_a_new_version_and_goes_on_to_its_end() -> None:
    case = accepted()
    case.complete("shop.review")
    case.approve("shop")
    found = outlook(case.state, version())
    assert (found.added, found.gone, found.kept) == (("fire.papers环节",), ("food.issue环节",), 7)
    case.do(LEAD, version())
    assert case.state.steps["fire.papers"].status is StepStatus.OPEN
    assert "food.issue" not in case.state.steps
    assert case.state.submission is not None
    assert case.state.submission.blueprint == "c" * 64
    assert replayed(case.log) == case.state
    case.complete("fire.papers")
    case.complete("visit")
    case.approve("food")
    case.approve("fire")
    case.agree("sign.ask")
    case.approve("sign")
    assert case.state.phase is Phase.FINISHED


def test_a_promise_is_never_made_longer() -> None:
    case = accepted()
    case.do(LEAD, version(days=30, items=(*NOODLES.items[:3], item("fire", results=(), promised=19))))
    assert case.state.submission is not None
    assert case.state.submission.promised == Limit(15)
    assert case.state.items["fire"].item.promised == Limit(10)
    shorter = accepted()
    shorter.do(LEAD, version(days=9))
    assert shorter.state.submission is not None
    assert shorter.state.submission.promised == Limit(9)


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (
            Limit(14, LimitUnit.DAY),
            Limit(10),
            "before",
        ),  # over the October holiday ten working days end later
        (Limit(1, LimitUnit.MONTH), Limit(22), "before"),
        (Limit(15), Limit(15, LimitUnit.DAY), "after"),
    ],
)
def test_a_promise_in_another_unit_takes_the_place_only_where_it_is_surely_no_longer(
    before: Limit, after: Limit, kept: str
) -> None:
    case = Case(replace(NOODLES, promised=before))
    case.do(CLERK, commands.Accept())
    case.do(LEAD, version(promised=after))
    assert case.state.submission is not None
    assert case.state.submission.promised == (before if kept == "before" else after)


def test_an_item_somebody_applied_for_is_never_lost() -> None:
    case = accepted()
    assert case.refused(LEAD, version(without="sign")) == "migrate.item"
    case.agree("sign.ask")
    case.approve("sign")
    case.do(LEAD, version(without="sign"))
    assert case.state.items["sign"].status is ItemStatus.APPROVED


def test_an_item_nobody_applied_for_stays_out() -> None:
    case = accepted()
    more = version(items=(*NOODLES.items, item("power")))
    assert outlook(case.state, more).new_items == ("power事项",)
    case.do(ADMIN, more)
    assert "power" not in case.state.items


@pytest.mark.parametrize("who", [MACHINE, APPLICANT, reviewer("shop-body"), reviewer("fire-body")])
def test_only_an_officer_in_charge_moves_a_case(who: Actor) -> None:
    assert accepted().refused(who, version()) == "role"


def test_a_case_moves_before_its_acceptance_too_and_an_ended_one_never() -> None:
    case = Case()
    case.do(LEAD, version())
    assert case.refused(LEAD, version()) == "migrate.same"
    case.do(APPLICANT, commands.Withdraw(reason=WithdrawReason.LATER))
    assert case.refused(LEAD, version(blueprint="d" * 64)) == "phase"


def test_without_a_reason_nothing_moves() -> None:
    assert accepted().refused(LEAD, version(reason=" ")) == "migrate.reason"


def test_a_paper_that_is_owed_is_still_made_when_its_step_falls_away() -> None:
    case = accepted()
    case.complete("shop.review")
    case.approve("shop")
    case.complete("visit")
    food = case.state.items["food"]
    case.do(reviewer("food-body"), commands.DecideItem(item="food", verdict=Verdict.APPROVE))
    case.do(LEAD, version())
    assert case.state.steps["food.issue"].status is StepStatus.OPEN
    papers = tuple(Issued(result=one, number="1", digest="d" * 64) for one in food.item.results)
    case.do(reviewer("food-body"), commands.IssueResult(item="food", results=papers))
    assert case.state.items["food"].issued
