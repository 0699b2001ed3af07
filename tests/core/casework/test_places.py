"""跨域通办: four places, one accountable office, lists that travel, powers that do not."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.casework.road import (
    CALENDAR,
    CLERK,
    MACHINE,
    MONDAY,
    NOODLES,
    Case,
    at,
    replayed,
    reviewer,
)

from bancheng.core.casework import (
    ClockStart,
    CommandRefused,
    CrossMode,
    Delivery,
    HandoverKind,
    HandoverLine,
    Phase,
    Places,
    TurnedAway,
    accountable,
    clocks,
    commands,
    tasks,
)
from bancheng.core.clock import notice_due

RELAY = Places(receiving="999999", deciding="999998", mode=CrossMode.RELAY, collecting_body="near")
RELAYED = replace(NOODLES, places=RELAY)
HOME = reviewer("shop-body")
NEAR = replace(CLERK, id="user:8", name="钱近", body="near")
PAPERS = commands.SendHandover(
    kind=HandoverKind.PAPERS,
    receiver="shop-body",
    lines=(HandoverLine(number=1, name="申请书"), HandoverLine(number=2, name="身份证复印件", copies=2)),
    way="邮政快递",
)


def checked(starts: ClockStart = ClockStart.ACCEPTANCE) -> Case:
    case = Case(replace(RELAYED, places=replace(RELAY, starts=starts)))
    case.do(CLERK, commands.CheckForm(identity="身份证原件"))
    return case


class TestPowers:
    def test_the_office_there_turns_nobody_away(self) -> None:
        case = checked()
        no = commands.TurnAway(outcome=TurnedAway.NOT_NEEDED, reason="自用不经营")
        assert case.refused(CLERK, no) == "body"
        case.do(HOME, no)
        assert case.state.phase is Phase.NOT_NEEDED

    def test_form_check_there_and_acceptance_here(self) -> None:
        case = Case(RELAYED)
        assert case.refused(HOME, commands.Accept()) == "places.unchecked"
        assert case.refused(HOME, commands.CheckForm(identity="身份证")) == "role"
        assert case.refused(CLERK, commands.CheckForm(identity=" ")) == "places.identity"
        case.do(CLERK, commands.CheckForm(identity="身份证原件"))
        assert case.refused(CLERK, commands.Accept()) == "body", "who takes papers in decides nothing"
        case.do(HOME, commands.Accept())
        assert case.state.phase is Phase.ACCEPTED

    def test_what_was_sent_on_leaves_the_windows_queue_for_who_decides_and_stays_in_its_sight(self) -> None:
        def rows(case: Case) -> dict[str, tuple[str, bool, bool]]:
            dials = clocks(case.state, CALENDAR, MONDAY)
            found = [
                one for one in tasks(case.state, dials) if one.kind in {"intake", "relayed", "acceptance"}
            ]
            return {one.kind: (one.body, one.waiting, one.done is not None) for one in found}

        case = checked()
        assert rows(case) == {"intake": ("hall", False, False)}
        case.do(CLERK, PAPERS)
        lead = HOME.body
        assert rows(case) == {
            "intake": ("hall", False, True),
            "relayed": ("hall", True, False),
            "acceptance": (lead, False, False),
        }
        case.do(HOME, commands.Accept())
        assert {done for _, _, done in rows(case).values()} == {True}
        local = Case()
        assert rows(local) == {"intake": ("hall", False, False)}

    def test_a_case_of_one_place_needs_none_of_this(self) -> None:
        case = Case()
        assert case.refused(CLERK, commands.CheckForm(identity="身份证")) == "places.local"
        case.do(CLERK, commands.Accept())

    @pytest.mark.parametrize("mode", [CrossMode.REMOTE, CrossMode.JOINT])
    def test_elsewhere_the_receiving_place_accepts(self, mode: CrossMode) -> None:
        case = Case(replace(NOODLES, places=replace(RELAY, mode=mode)))
        case.do(CLERK, commands.Accept())
        assert case.state.accepted == date(2026, 3, 2)


class TestClock:
    def test_the_clock_starts_with_the_acceptance_of_who_decides_unless_the_rule_says_receipt(self) -> None:
        lawful, earlier = checked(), checked(ClockStart.RECEIPT)
        for case in (lawful, earlier):
            case.do(HOME, commands.Accept(), at(3, 5))
        assert lawful.state.accepted == date(2026, 3, 5)
        assert earlier.state.accepted == date(2026, 3, 2)

    def test_papers_under_way_do_not_stop_the_five_days(self) -> None:
        case = checked()
        case.do(CLERK, PAPERS)
        case.do(MACHINE, commands.AcceptBySilence(), at(3, 10))
        assert case.state.accepted == date(2026, 3, 2)


DEEDS = st.sampled_from(["check", "send", "receive", "clear", "accept", "clerk"])


@given(deeds=st.lists(st.tuples(DEEDS, st.integers(0, 2)), max_size=10), starts=st.sampled_from(ClockStart))
def test_whatever_travels_one_office_answers_and_the_clocks_hold(
    deeds: list[tuple[str, int]], starts: ClockStart
) -> None:
    case = Case(replace(RELAYED, places=replace(RELAY, starts=starts)))
    now = MONDAY
    for deed, days in deeds:
        now += timedelta(days=days)
        numbers = {"number": max(1, len(case.state.crossing.handovers))}
        acts = {
            "check": (CLERK, commands.CheckForm(identity="身份证")),
            "send": (CLERK, PAPERS),
            "receive": (HOME, commands.ReceiveHandover(**numbers, missing=(2,), note="少一份")),
            "clear": (CLERK, commands.ClearHandover(**numbers, note="已补寄")),
            "accept": (HOME, commands.Accept()),
            "clerk": (CLERK, commands.Accept()),
        }
        with suppress(CommandRefused):
            events = case.do(*acts[deed], now)
            assert deed != "clerk", f"powers moved: {events}"
        assert accountable(case.state) == "hall"
        dial = clocks(case.state, CALENDAR, now).intake
        if dial is not None:
            assert dial.due == notice_due(CALENDAR, date(2026, 3, 2)).date
            assert dial.receivers == ("hall",)
    assert replayed(case.log) == case.state
    accepted = case.state.accepted
    if accepted is not None:
        told = next(one.at for one in case.log if type(one).__name__ == "Accepted")
        lapsed = told.date() > notice_due(CALENDAR, date(2026, 3, 2)).date
        early = starts is ClockStart.RECEIPT or lapsed
        assert accepted == (date(2026, 3, 2) if early else told.date())
        bundle = clocks(case.state, CALENDAR, now).bundle
        assert bundle is not None
        assert bundle.due <= CALENDAR.add_workdays(accepted, 45).date


class TestLists:
    def test_a_list_is_numbered_and_whole(self) -> None:
        case = checked()
        gap = replace(PAPERS, lines=(HandoverLine(number=2, name="申请书"),))
        assert case.refused(CLERK, gap) == "handover.lines"
        assert case.refused(CLERK, replace(PAPERS, receiver="nobody")) == "handover.receiver"
        assert case.refused(CLERK, replace(PAPERS, receiver="hall")) == "handover.receiver"
        assert case.refused(HOME, PAPERS) == "body", "papers come from where they were received"

    def test_it_is_received_once_and_what_is_missing_is_cleared_up_by_the_sender(self) -> None:
        case = checked()
        case.do(CLERK, PAPERS)
        (task,) = [
            one for one in tasks(case.state, clocks(case.state, CALENDAR, case.now)) if one.kind == "handover"
        ]
        assert (task.body, task.due) == ("shop-body", date(2026, 3, 9))
        assert case.refused(CLERK, commands.ReceiveHandover(number=1)) == "body"
        wrong = commands.ReceiveHandover(number=1, missing=(3,), note="少")
        assert case.refused(HOME, wrong) == "handover.missing"
        silent = commands.ReceiveHandover(number=1, missing=(2,))
        assert case.refused(HOME, silent) == "handover.note"
        case.do(HOME, replace(silent, note="只有一份"))
        assert case.refused(HOME, commands.ReceiveHandover(number=1)) == "handover.received"
        assert case.state.crossing.handovers[0].open
        assert case.refused(HOME, commands.ClearHandover(number=1, note="已补")) == "body"
        case.do(CLERK, commands.ClearHandover(number=1, note="已补寄"))
        assert not case.state.crossing.handovers[0].open

    def test_results_travel_once_to_the_place_near_the_applicant_and_are_handed_out_there(self) -> None:
        case = checked()
        case.do(HOME, commands.Accept())
        line = HandoverLine(number=1, name="许可证", item="shop", ref="号-shop")
        results = commands.SendHandover(kind=HandoverKind.RESULTS, receiver="near", lines=(line,))
        assert case.refused(HOME, results) == "handover.result"
        case.complete("shop.review")
        case.approve("shop")
        assert "near" in case.state.bodies
        case.do(HOME, results)
        assert case.refused(HOME, results) == "handover.twice"
        case.do(NEAR, commands.ReceiveHandover(number=1))
        case.do(NEAR, commands.Deliver(way=Delivery.WINDOW, items=("shop",)))
        assert case.state.items["shop"].delivered

    def test_results_without_a_number_are_told_apart_by_item_and_name(self) -> None:
        case = checked()
        case.do(HOME, commands.Accept())
        case.complete("shop.review")
        case.approve("shop")
        line = HandoverLine(number=1, name="许可证", item="shop")
        results = commands.SendHandover(kind=HandoverKind.RESULTS, receiver="near", lines=(line,))
        case.do(HOME, results)
        assert case.refused(HOME, results) == "handover.twice"
        case.do(HOME, replace(results, lines=(replace(line, name="附图"),)))
        assert len(case.state.crossing.handovers) == 2
