"""What a case really took, counted from its events."""

from __future__ import annotations

import msgspec
from tests.core.casework.road import APPLICANT, CLERK, NOODLES, Case, accepted, at

from bancheng.core.casework import (
    Delivery,
    Mark,
    MarkKind,
    MarkReason,
    MaterialKind,
    MaterialRef,
    Used,
    WithdrawReason,
    commands,
    used,
)
from bancheng.core.catalogue import Channel

PAPERS = (
    MaterialRef(document="plan", name="图", file_ref="a", digest="d" * 64),
    MaterialRef(document="seal", name="章", kind=MaterialKind.PAPER),
    MaterialRef(document="known", name="照", file_ref="b", kind=MaterialKind.WAIVED),
    MaterialRef(document="vow", name="诺", kind=MaterialKind.COMMITMENT, text_version="1"),
    MaterialRef(document="lease", name="约", kind=MaterialKind.DEFERRED, defer_days=10),
)


def counted(case: Case) -> Used:
    found = used(case.log, case.calendar)
    assert found is not None
    return found


def test_only_what_the_person_brought_counts() -> None:
    case = accepted(msgspec.structs.replace(NOODLES, materials=PAPERS))
    case.finish()
    assert counted(case).materials == 2
    lease = MaterialRef(document="lease", name="约", file_ref="c", digest="e" * 64)
    case.do(APPLICANT, commands.HandIn(material=lease))
    assert counted(case).materials == 3


def test_steps_are_those_done_and_one_for_each_request_for_more() -> None:
    plain = accepted()
    plain.finish()
    assert counted(plain).steps == len(NOODLES.plan.steps)
    asked = Case(NOODLES)
    mark = Mark(
        key="1",
        kind=MarkKind.FIELD,
        target="name",
        reason=MarkReason.MISSING,
        words="请填姓名",
        bodies=("hall",),
    )
    asked.do(CLERK, commands.IssueNotice(marks=(mark,)))
    asked.answer()
    asked.do(CLERK, commands.Accept())
    asked.finish()
    assert counted(asked).steps == counted(plain).steps + 1


def test_trips_are_different_days_at_the_window() -> None:
    case = accepted(msgspec.structs.replace(NOODLES, channel=Channel.WINDOW))
    case.finish()
    assert counted(case).trips == 1
    case.do(CLERK, commands.Deliver(way=Delivery.WINDOW, items=("shop",)))
    assert counted(case).trips == 1
    case.do(CLERK, commands.Deliver(way=Delivery.WINDOW, items=("sign",)), at(3, 5))
    assert counted(case).trips == 2
    online = accepted()
    online.finish()
    online.do(CLERK, commands.Deliver(way=Delivery.POST, tracking="SF0001"), at(3, 5))
    assert counted(online).trips == 0


def test_days_are_working_days_from_acceptance_to_the_end() -> None:
    case = accepted()
    case.now = at(3, 9)
    case.finish()
    assert counted(case).days == 5


def test_a_refused_item_was_decided_and_one_that_stopped_was_not() -> None:
    case = accepted()
    case.complete("shop.review")
    case.refuse("shop")
    case.agree("sign.ask")
    case.approve("sign")
    if case.state.closed is None:
        case.complete("visit")
        case.approve("fire")
    assert "food" not in counted(case).items
    assert {"shop", "sign"} <= set(counted(case).items)


def test_an_open_or_withdrawn_case_is_not_counted() -> None:
    assert used(accepted().log, accepted().calendar) is None
    back = Case(NOODLES)
    back.do(APPLICANT, commands.Withdraw(reason=WithdrawReason.LATER))
    assert used(back.log, back.calendar) is None
