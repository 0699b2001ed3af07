"""A person who waits is told who does what by when, at every moment of a case."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace
from tests.core.casework.road import APPLICANT, CALENDAR, CLERK, NOODLES, Case, accepted, at, reviewer

from bancheng.core.casework import (
    Delivery,
    Mark,
    MarkKind,
    MarkReason,
    MaterialKind,
    MaterialRef,
    NextKind,
    commands,
    what_next,
)


def said(case: Case) -> list[tuple[str, str, str, date | None]]:
    return [(one.kind.value, one.who, one.what, one.by) for one in what_next(case.state, CALENDAR, case.now)]


def test_before_acceptance_the_window_must_speak_by_a_day() -> None:
    assert said(Case()) == [("intake", "hall", "", date(2026, 3, 9))]


def test_a_notice_waits_for_the_applicant() -> None:
    case = Case()
    mark = Mark(key="m", kind=MarkKind.FIELD, target="area", reason=MarkReason.WRONG, words="请更正")
    case.do(CLERK, commands.IssueNotice(marks=(mark,)))
    assert said(case) == [("answer", "", "1", None)]


def test_after_acceptance_each_body_has_its_work_and_its_day_and_what_follows_is_said() -> None:
    case = accepted()
    assert ("work", "shop-body", "shop.review环节", date(2026, 3, 5)) in said(case)
    assert ("opinion", "road-body", "sign.ask环节", date(2026, 3, 6)) in said(case)
    assert ("after", "shop-body", "shop.decide环节", date(2026, 3, 6)) in said(case)
    assert not any(what == "visit环节" for _, _, what, _ in said(case)), "two steps away"
    case.complete("shop.review")
    assert ("decide", "shop-body", "shop.decide环节", date(2026, 3, 3)) in said(case)


def test_what_the_applicant_owes_or_may_choose_comes_first() -> None:
    lease = MaterialRef(document="lease", name="租赁合同", kind=MaterialKind.DEFERRED, defer_days=5)
    case = accepted(replace(NOODLES, materials=(lease,)))
    case.do(reviewer("shop-body"), commands.OfferHearing(item="shop", words="涉及相邻方"))
    assert [kind for kind, *_ in said(case)][:2] == ["choose", "hand_in"]
    case.do(APPLICANT, commands.AskHearing(number=1))
    assert ("procedure", "shop-body", "听证", date(2026, 3, 30)) in said(case)
    standing = {one.what for one in what_next(case.state, CALENDAR, at(3, 3)) if one.standing}
    assert {"听证", "shop.review环节"} <= standing


def test_nothing_is_left_unsaid_while_a_case_runs_and_nothing_more_when_it_is_over() -> None:
    case = accepted()
    for act in (
        lambda: case.complete("shop.review"),
        lambda: case.approve("shop"),
        lambda: case.complete("visit"),
        lambda: case.approve("food"),
        lambda: case.approve("fire"),
        lambda: case.agree("sign.ask"),
    ):
        act()
        going = [one for one in what_next(case.state, CALENDAR, case.now) if one.kind is not NextKind.FETCH]
        assert going
        assert all(one.by for one in going)
    case.approve("sign")
    assert {one.kind for one in what_next(case.state, CALENDAR, case.now)} == {NextKind.FETCH}
    case.do(CLERK, commands.Deliver(way=Delivery.WINDOW))
    assert what_next(case.state, CALENDAR, case.now) == ()
