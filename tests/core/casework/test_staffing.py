"""Tasks given by rule, taken back when the holder is gone; items added later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.core.casework.road import APPLICANT, MACHINE, accepted, replayed, reviewer

from bancheng.core.casework import Actor, Candidate, Staff, choose, commands
from bancheng.core.casework._commands_staffing import AddLate, Assign, ReturnTask
from bancheng.core.catalogue import DispatchRule, Pick

CHEN = Staff(id="user:chen", name="陈审")
HEAD = Actor(id="user:head", name="周负责", roles=("senior",), body="shop-body")
GIVEN = Assign(step="shop.review", body="shop-body", to=CHEN, why="按规则“都给陈审”", rule="r1")


def test_a_rule_gives_a_task_and_the_case_remembers_why() -> None:
    case = accepted()
    case.do(MACHINE, GIVEN)
    step = case.state.steps["shop.review"]
    assert step.owners["shop-body"].name == "陈审"
    assert case.state.staffing.given["shop.review/shop-body"].why == "按规则“都给陈审”"
    assert case.log[-1].words() == "“shop.review环节”交陈审办理：按规则“都给陈审”"
    assert replayed(case.log) == case.state


def test_the_machine_takes_nothing_from_a_colleague_who_is_there() -> None:
    case = accepted()
    case.do(reviewer("shop-body"), commands.Claim(step="shop.review"))
    assert case.refused(MACHINE, GIVEN) == "step.claimed"
    away = Assign(step="shop.review", body="shop-body", to=CHEN, why="请假，由陈审代办", instead="员1")
    case.do(MACHINE, away)
    assert case.state.steps["shop.review"].owners["shop-body"].id == CHEN.id


def test_only_the_senior_of_the_body_moves_tasks_by_hand_and_says_why() -> None:
    case = accepted()
    assert case.refused(reviewer("shop-body"), GIVEN) == "role"
    assert case.refused(Actor(id="x", name="别局长", roles=("senior",), body="fire-body"), GIVEN) == "role"
    silent = Assign(step="shop.review", body="shop-body", to=CHEN, why=" ")
    assert case.refused(HEAD, silent) == "assign.why"
    case.do(HEAD, GIVEN)
    assert case.refused(HEAD, GIVEN) == "assign.same"


def test_whoever_leaves_the_body_loses_the_task_to_the_queue() -> None:
    case = accepted()
    back = ReturnTask(step="shop.review", body="shop-body", why="已不在本部门")
    assert case.refused(MACHINE, back) == "step.free"
    case.do(MACHINE, GIVEN)
    case.do(MACHINE, back)
    assert case.state.steps["shop.review"].owners == {}
    assert "退回待领" in case.log[-1].words()


def test_no_task_is_given_in_a_step_where_the_body_has_nothing_to_do() -> None:
    case = accepted()
    assert case.refused(MACHINE, Assign(step="shop.review", body="hall", to=CHEN, why="规则")) == "body"
    assert (
        case.refused(MACHINE, Assign(step="visit", body="food-body", to=CHEN, why="规则")) == "step.waiting"
    )


def test_an_asked_body_has_tasks_too() -> None:
    case = accepted()
    case.do(MACHINE, Assign(step="sign.ask", body="road-body", to=CHEN, why="规则"))
    assert case.state.steps["sign.ask"].owners["road-body"].name == "陈审"


def test_an_item_is_added_once_and_only_after_the_first_result() -> None:
    case = accepted()
    late = AddLate(item="power", name="用电报装", number="999999202603020009")
    assert case.refused(APPLICANT, late) == "late.early"
    case.complete("shop.review")
    case.approve("shop")
    assert case.refused(APPLICANT, AddLate(item="fire", name="消防", number="1")) == "late.twice"
    case.do(APPLICANT, late)
    assert case.log[-1].words() == "加办“用电报装”，办件编号999999202603020009"
    assert case.refused(APPLICANT, late) == "late.twice"


# ------------------------------------------------------------------------------------------------ choosing

RULE = DispatchRule(key="r", name="谁闲谁办", body="shop-body")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
people = st.lists(
    st.builds(
        Candidate,
        staff=st.integers(1, 99).map(lambda n: Staff(id=f"user:{n:02}", name=f"员{n}")),
        load=st.integers(0, 30),
        skills=st.frozensets(st.sampled_from(["消防", "食品"])),
        away=st.booleans(),
        barred=st.booleans(),
        last=st.none() | st.integers(0, 99).map(lambda n: NOON + timedelta(hours=n)),
    ),
    max_size=6,
    unique_by=lambda one: one.staff.id,
)
rules = st.builds(
    DispatchRule,
    key=st.just("r"),
    name=st.just("规则"),
    body=st.just("b"),
    skills=st.sampled_from([(), ("消防",), ("消防", "食品")]),
    pick=st.sampled_from(Pick),
    most=st.integers(0, 20),
)


@given(rules, people, st.randoms(use_true_random=False))
def test_a_choice_is_fair_allowed_and_does_not_hang_on_the_order(rule, candidates, random) -> None:  # type: ignore[no-untyped-def]  # reason: drawn
    chosen = choose(rule, candidates)
    suits = [
        one
        for one in candidates
        if not (one.away or one.barred)
        and one.skills.issuperset(rule.skills)
        and (not rule.most or one.load < rule.most)
    ]
    assert (chosen is None) == (not suits)
    if chosen is None:
        return
    who = next(one for one in suits if one.staff == chosen.to)
    if rule.pick is Pick.LOAD:
        assert who.load == min(one.load for one in suits)
    else:
        assert who.last is None or all(one.last and one.last >= who.last for one in suits)
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert choose(rule, shuffled) == chosen
    assert who.staff.name in chosen.why


def test_who_is_away_is_told_in_the_reason() -> None:
    here = Candidate(staff=CHEN, load=3)
    gone = Candidate(staff=Staff(id="user:z", name="赵"), away=True)
    told = choose(RULE, (gone, here))
    assert told is not None
    assert told.why == "按规则“谁闲谁办”，1人可办，1人不在岗，陈审在办3件，最少"
