"""容缺 and 告知承诺: what a word buys, for how long, and what follows when it is not kept."""

from __future__ import annotations

from contextlib import suppress
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
    MONDAY,
    NOODLES,
    Case,
    at,
    item,
    noon,
    replayed,
    reviewer,
)

from bancheng.core.casework import (
    Actor,
    CommandRefused,
    Context,
    ItemStatus,
    Kept,
    MaterialKind,
    MaterialRef,
    Measure,
    Phase,
    ProposalKind,
    RevokeGround,
    Staff,
    Standing,
    clocks,
    commands,
    due_acts,
    may_settle,
    promise_text,
    sweep,
    tasks,
)
from bancheng.core.clock import Limit, WorkCalendar

LEASE = MaterialRef(
    document="lease", name="租赁合同", kind=MaterialKind.DEFERRED, defer_days=5, items=("sign",)
)
WORD = MaterialRef(
    document="health",
    name="健康证明",
    kind=MaterialKind.COMMITMENT,
    items=("fire",),
    text_version="2026-1",
    digest="d" * 64,
    verify_days=10,
)


def owing(*materials: MaterialRef, asked: bool = False) -> Case:
    case = Case(replace(NOODLES, materials=materials))
    if asked:
        case.do(MACHINE, commands.AskCredit(source="credit"))
    return case


def answered(standing: Standing) -> Case:
    case = owing(LEASE, asked=True)
    case.do(MACHINE, commands.RecordCredit(standing=standing, note="一条记录"))
    return case


class TestCredit:
    def test_good_credit_stands_in_nobodys_way(self) -> None:
        case = answered(Standing.GOOD)
        case.do(CLERK, commands.Accept())
        assert case.state.phase is Phase.ACCEPTED

    def test_no_check_was_asked_for_so_none_is_waited_for(self) -> None:
        case = owing(LEASE)
        case.do(CLERK, commands.Accept())
        assert case.state.still_owed

    @pytest.mark.parametrize("standing", [Standing.BAD, Standing.DOWN])
    def test_a_bad_answer_or_none_waits_for_a_named_clerk(self, standing: Standing) -> None:
        case = answered(standing)
        assert case.refused(CLERK, commands.Accept()) == "credit.waits"
        assert case.refused(CLERK, commands.DecideCredit(allow=True, reason=" ")) == "credit.reason"
        assert case.refused(reviewer("shop-body"), commands.DecideCredit(allow=True, reason="好")) == "role"
        case.do(CLERK, commands.DecideCredit(allow=True, reason="已当面核实，记录与本人无关"))
        case.do(CLERK, commands.Accept())
        assert case.state.promises.credit is not None
        assert case.state.promises.credit.by is not None
        assert case.state.promises.credit.by.name == CLERK.name

    def test_a_source_that_was_down_may_answer_later(self) -> None:
        case = answered(Standing.DOWN)
        assert case.refused(MACHINE, commands.RecordCredit(standing=Standing.DOWN)) == "credit.same"
        case.do(MACHINE, commands.RecordCredit(standing=Standing.GOOD))
        case.do(CLERK, commands.Accept())

    def test_an_answer_that_comes_after_the_clerks_decision_changes_nothing(self) -> None:
        case = answered(Standing.DOWN)
        case.do(CLERK, commands.DecideCredit(allow=True, reason="系统故障，先行受理"))
        late = commands.RecordCredit(standing=Standing.BAD)
        assert case.refused(MACHINE, late) == "credit.settled"

    def test_who_may_not_defer_brings_the_paper_first(self) -> None:
        case = answered(Standing.BAD)
        case.do(CLERK, commands.DecideCredit(allow=False, reason="未修复的失信记录"))
        assert case.refused(CLERK, commands.Accept()) == "credit.refused"

    def test_silence_still_accepts_what_a_check_holds_up(self) -> None:
        # The five days of art. 32 bind the office, whatever its own systems do.
        case = answered(Standing.DOWN)
        case.do(MACHINE, commands.AcceptBySilence(), at(3, 10))
        assert case.state.accepted == date(2026, 3, 2)


def accepted_owing() -> Case:
    case = owing(LEASE)
    case.do(CLERK, commands.Accept())
    return case


class TestDefault:
    def test_the_machine_only_proposes_and_not_before_the_day_after(self) -> None:
        case = accepted_owing()
        due = clocks(case.state, CALENDAR, case.now).owed["lease"].due
        assert due == date(2026, 3, 9)
        early = commands.ProposeDefault(document="lease")
        assert case.refused(MACHINE, early, noon(due)) == "default.early"
        for event in sweep(
            case.state, Context(now=noon(due + timedelta(days=1)), actor=MACHINE, calendar=CALENDAR)
        ):
            case.log.append(event)
        case.state = replayed(case.log)
        (proposal,) = case.state.promises.open
        assert proposal.kind is ProposalKind.DEFAULT
        assert set(proposal.measures) == {Measure.STOP, Measure.RECORD}
        assert case.state.items["sign"].status is ItemStatus.OPEN
        assert not any(
            isinstance(one, commands.ProposeDefault) for one in due_acts(case.state, CALENDAR, at(3, 20))
        )

    def defaulted(self) -> Case:
        case = accepted_owing()
        case.do(MACHINE, commands.ProposeDefault(document="lease"), at(3, 10))
        return case

    def test_nobody_is_ended_before_they_could_answer(self) -> None:
        case = self.defaulted()
        end = commands.Settle(number=1, reason="逾期未补交", measures=(Measure.STOP, Measure.RECORD))
        assert case.refused(CLERK, end) == "settle.early"
        assert case.refused(CLERK, end, at(3, 17)) == "settle.early"
        case.do(CLERK, end, at(3, 18))
        assert case.state.items["sign"].status is ItemStatus.STOPPED
        assert case.state.items["shop"].status is ItemStatus.OPEN, "only what wants the paper ends"
        assert case.state.promises.proposals[0].by is not None

    def test_the_days_to_answer_do_not_end_on_a_day_that_a_calendar_may_still_move(self) -> None:
        case = self.defaulted()
        (proposal,) = case.state.promises.open
        later = proposal.objection_due + timedelta(days=1)
        unannounced = WorkCalendar(())
        assert may_settle(proposal, CALENDAR, later)
        assert not may_settle(proposal, unannounced, later)
        case.calendar = unannounced
        end = commands.Settle(number=1, reason="逾期未补交", measures=(Measure.STOP,))
        assert case.refused(CLERK, end, at(3, 25)) == "settle.early"
        case.do(APPLICANT, commands.ObjectTo(number=1, words_digest="e" * 64), at(3, 25))
        case.do(CLERK, end, at(3, 26))

    def test_an_answer_is_heard_and_then_decided_on(self) -> None:
        case = self.defaulted()
        assert case.refused(APPLICANT, commands.ObjectTo(number=1, words_digest="")) == "objection.words"
        case.do(APPLICANT, commands.ObjectTo(number=1, words_digest="e" * 64))
        assert (
            case.refused(APPLICANT, commands.ObjectTo(number=1, words_digest="e" * 64)) == "objection.twice"
        )
        case.do(CLERK, commands.Settle(number=1, reason="快递延误，情况属实"))
        assert case.state.items["sign"].status is ItemStatus.OPEN
        assert not case.state.promises.open

    def test_what_was_brought_late_but_before_the_decision_ends_nothing(self) -> None:
        case = self.defaulted()
        paper = MaterialRef(document="lease", kind=MaterialKind.PAPER)
        case.do(CLERK, commands.HandIn(material=paper))
        end = commands.Settle(number=1, reason="逾期", measures=(Measure.STOP,))
        assert case.refused(CLERK, end, at(3, 18)) == "settle.handed_in"

    def test_a_stranger_and_a_machine_settle_nothing(self) -> None:
        case = self.defaulted()
        end = commands.Settle(number=1, reason="逾期", measures=(Measure.STOP,))
        assert case.refused(MACHINE, end, at(3, 18)) == "role"
        assert case.refused(reviewer("food-body"), end) == "body"

    def test_no_default_on_a_date_that_a_calendar_may_still_move(self) -> None:
        case = Case(replace(NOODLES, materials=(LEASE,)), at(12, 28))
        case.do(CLERK, commands.Accept())
        late = at(2, 1, year=2027)
        assert not any(
            isinstance(one, commands.ProposeDefault) for one in due_acts(case.state, CALENDAR, late)
        )


@given(
    defer=st.integers(1, 60),
    promised=st.integers(3, 60),
    offset=st.integers(0, 200),
)
def test_a_deferred_paper_comes_two_days_before_the_promise_and_within_twenty(
    defer: int, promised: int, offset: int
) -> None:
    items = tuple(replace(one, promised=Limit(promised), statutory=None) for one in NOODLES.items)
    submit = replace(NOODLES, items=items, materials=(replace(LEASE, defer_days=defer),))
    case = Case(submit, MONDAY + timedelta(days=offset))
    case.do(CLERK, commands.Accept())
    dials = clocks(case.state, CALENDAR, case.now)
    start = dials.owed["lease"].start
    days = CALENDAR.workdays_between(start, dials.owed["lease"].due)
    assert days == min(defer, 20, promised - 2)
    assert CALENDAR.workdays_between(dials.owed["lease"].due, dials.items["sign"].due) >= 2


class TestPromise:
    def test_the_text_tells_everything_and_its_digest_binds_every_word(self) -> None:
        text = promise_text("健康证明", ["食品经营许可"], ["市场监管局"], 10)
        for words in (
            "健康证明",
            "食品经营许可",
            "市场监管局",
            "10个工作日",
            "撤销决定",
            "陈述、申辩",
            "不承诺",
        ):
            assert words in text.plain
        assert text.digest != promise_text("健康证明", ["食品经营许可"], ["市场监管局"], 11).digest

    def decided(self) -> Case:
        case = owing(WORD)
        case.do(CLERK, commands.Accept())
        case.finish()
        return case

    def test_a_promise_locks_no_result_and_is_checked_after_the_decision(self) -> None:
        case = self.decided()
        assert not case.state.locks("fire")
        (task,) = [
            one
            for one in tasks(case.state, clocks(case.state, CALENDAR, case.now))
            if one.kind == "verification"
        ]
        assert task.body == "fire-body"
        assert task.due == CALENDAR.add_workdays(date(2026, 3, 2), 10).date

    def test_a_kept_promise_ends_the_matter(self) -> None:
        case = self.decided()
        verify = commands.VerifyPromise(document="health", outcome=Kept.KEPT)
        assert case.refused(reviewer("food-body"), verify) == "body"
        case.do(reviewer("fire-body"), verify)
        assert case.refused(reviewer("fire-body"), verify) == "verify.none"
        assert not case.state.promises.proposals

    def test_whoever_holds_the_check_makes_it_and_a_colleague_only_after_taking_over(self) -> None:
        case = self.decided()
        first, second = reviewer("fire-body"), reviewer("fire-body", 2)
        case.do(first, commands.Claim(step="verify:health"))
        verify = commands.VerifyPromise(document="health", outcome=Kept.KEPT)
        assert case.refused(second, verify) == "step.claimed"
        assert case.refused(reviewer("food-body"), commands.Claim(step="verify:health")) != ""
        over = commands.Release(step="verify:health", to=Staff(id=second.id, name="乙"), reason="顺路")
        case.do(second, over)
        assert case.refused(first, verify) == "step.claimed"
        case.do(second, verify)

    def test_a_broken_promise_is_proposed_for_measures_and_revokes_nothing_by_itself(self) -> None:
        case = self.decided()
        bare = commands.VerifyPromise(document="health", outcome=Kept.BREACHED)
        assert case.refused(reviewer("fire-body"), bare) == "verify.findings"
        case.do(reviewer("fire-body"), replace(bare, findings="没有健康证明"))
        (proposal,) = case.state.promises.open
        assert set(proposal.measures) == {Measure.REVOKE, Measure.RECOVER, Measure.RECORD}
        assert case.state.items["fire"].status is ItemStatus.APPROVED
        settle = commands.Settle(number=1, reason="承诺不实", measures=(Measure.RECORD,))
        assert case.refused(reviewer("food-body"), settle, at(3, 10)) == "body"
        case.do(reviewer("fire-body"), settle)
        assert case.state.promises.proposals[0].carried == (Measure.RECORD,)

    def test_revoking_is_the_act_of_the_head_of_the_body_that_granted_and_takes_effect_at_once(self) -> None:
        case = self.decided()
        broken = commands.VerifyPromise(document="health", outcome=Kept.BREACHED, findings="没有健康证明")
        case.do(reviewer("fire-body"), broken)
        settle = commands.Settle(number=1, reason="承诺不实", measures=(Measure.REVOKE, Measure.RECORD))
        assert case.refused(HEAD_OF_FIRE, settle, at(3, 5)) == "settle.early", "the holder is heard first"
        assert case.refused(reviewer("fire-body"), settle, at(3, 12)) == "role"
        lead = replace(HEAD_OF_FIRE, id="user:shop:9", body="shop-body")
        assert case.refused(lead, settle, at(3, 12)) == "settle.revoke", "nobody revokes for another body"
        case.do(HEAD_OF_FIRE, settle, at(3, 12))
        revoked = case.state.outcomes.revoked["fire"]
        assert (revoked.ground, revoked.reason, revoked.by) == (RevokeGround.REVOKE, "承诺不实", "消防长")
        assert set(case.state.outcomes.revoked) == {"fire"}
        assert replayed(case.log) == case.state

    def test_nothing_that_was_not_proposed_is_carried_out(self) -> None:
        case = accepted_owing()
        case.do(MACHINE, commands.ProposeDefault(document="lease"), at(3, 10))
        wrong = commands.Settle(number=1, reason="处理", measures=(Measure.RECOVER,))
        assert case.refused(CLERK, wrong, at(3, 18)) == "settle.measures"


HEAD_OF_FIRE = Actor(id="user:fire:9", name="消防长", roles=("senior",), body="fire-body")


@given(
    standing=st.sampled_from(Standing),
    acts=st.lists(
        st.sampled_from(["object", "late", "end", "drop", "hand", "accept", "default"]), max_size=8
    ),
)
def test_no_right_is_lost_without_a_named_person_and_a_hearing(standing: Standing, acts: list[str]) -> None:
    case = answered(standing)
    today = MONDAY
    for act in acts:
        today += timedelta(days=3)
        deeds = {
            "accept": (CLERK, commands.Accept()),
            "late": (MACHINE, commands.RecordCredit(standing=Standing.GOOD)),
            "default": (MACHINE, commands.ProposeDefault(document="lease")),
            "object": (APPLICANT, commands.ObjectTo(number=1, words_digest="e" * 64)),
            "end": (CLERK, commands.Settle(number=1, reason="逾期", measures=(Measure.STOP,))),
            "drop": (CLERK, commands.Settle(number=1, reason="不予处理")),
            "hand": (APPLICANT, commands.HandIn(material=replace(LEASE, kind=MaterialKind.UPLOADED))),
        }
        with suppress(CommandRefused):
            case.do(*deeds[act], today)
    assert replayed(case.log) == case.state
    if case.state.items["sign"].status is ItemStatus.STOPPED:
        (proposal,) = case.state.promises.proposals
        assert proposal.by is not None
        assert proposal.by.name == CLERK.name
        assert proposal.settled is not None
        assert proposal.objected is not None or proposal.settled > proposal.objection_due


def test_an_item_that_was_granted_before_its_paper_came_is_proposed_for_revocation() -> None:
    case = Case(replace(NOODLES, items=(item("shop"), *NOODLES.items[1:]), materials=(LEASE,)))
    case.do(CLERK, commands.Accept())
    case.agree("sign.ask")
    case.approve("sign")
    case.do(MACHINE, commands.ProposeDefault(document="lease"), at(3, 10))
    (proposal,) = case.state.promises.open
    assert set(proposal.measures) == {Measure.REVOKE, Measure.RECORD}
