"""After a decision: slips of the pen, revocation, re-opening by name, parts, and the ten days for handing over."""

from __future__ import annotations

from dataclasses import replace as with_changes
from datetime import date

from msgspec.structs import replace
from tests.core.casework.road import (
    CALENDAR,
    CLERK,
    MACHINE,
    NOODLES,
    Case,
    accepted,
    at,
    replayed,
    reviewer,
)

from bancheng.core.casework import (
    Actor,
    Context,
    Delivery,
    DeliveryNote,
    Issued,
    ItemStatus,
    Level,
    NextKind,
    Phase,
    RevokeGround,
    StepOutcome,
    StepStatus,
    Verdict,
    clocks,
    commands,
    delivery_due,
    due_acts,
    sweep,
    tasks,
    what_next,
)
from bancheng.core.casework import events as ev
from bancheng.core.clock import Colour


def chief(body: str) -> Actor:
    return replace(reviewer(body), id=f"chief:{body}", name=f"{body}主任", roles=("senior", "head"))


def finished() -> Case:
    case = accepted()
    case.finish()
    return case


def stopped() -> Case:
    """The shop was refused, and the food that needs it stopped; the rest approved."""
    case = accepted()
    case.agree("sign.ask")
    case.approve("sign")
    case.complete("shop.review", StepOutcome.NOT_OK)
    case.refuse("shop")
    case.complete("visit")
    case.approve("fire")
    return case


NEW = (Issued(result="sign-licence", number="号-sign-licence-2", digest="e" * 64),)
REVOKE = commands.Revoke(
    item="sign",
    ground=RevokeGround.REVOKE,
    reason="以不正当手段取得",
    remedies="可以申请行政复议。",
    heard=True,
)
REOPEN = commands.Reopen(item="shop", reason="复议撤销原决定", basis="示例复议决定〔2026〕1号", warned=True)


def test_a_correction_replaces_the_paper_and_has_to_reach_the_person_again() -> None:
    case = finished()
    case.do(CLERK, commands.Deliver(way=Delivery.WINDOW))
    fix = commands.Correct(item="sign", what="名称“张二”更正为“张三”", results=NEW)
    assert case.refused(CLERK, fix) == "role"
    assert case.refused(reviewer("shop-body"), fix) == "body"
    assert case.refused(reviewer("sign-body"), replace(fix, what=" ")) == "correct.what"
    assert case.refused(reviewer("sign-body"), replace(fix, results=())) == "correct.none"
    same = (replace(NEW[0], number="号-sign-licence"),)
    assert case.refused(reviewer("sign-body"), replace(fix, results=same)) == "correct.number"
    other = (replace(NEW[0], result="shop-licence"),)
    assert case.refused(reviewer("sign-body"), replace(fix, results=other)) == "correct.results"
    case.do(reviewer("sign-body"), fix, at(3, 9))
    sign = case.state.items["sign"]
    assert (sign.status, sign.results, sign.delivered) == (ItemStatus.APPROVED, NEW, None)
    assert case.state.phase is Phase.FINISHED
    case.do(CLERK, commands.Deliver(way=Delivery.LOCKER, items=("sign",), place="东门取件柜3号"))
    assert "东门取件柜3号" in case.log[-1].words()


def test_a_licence_is_revoked_by_the_head_after_the_holder_was_heard_and_once() -> None:
    case = finished()
    assert case.refused(reviewer("sign-body"), REVOKE) == "role"
    assert case.refused(chief("sign-body"), replace(REVOKE, heard=False)) == "revoke.unheard"
    assert case.refused(chief("sign-body"), replace(REVOKE, reason="")) == "revoke.reason"
    assert case.refused(chief("sign-body"), replace(REVOKE, remedies="")) == "revoke.remedies"
    case.do(chief("sign-body"), REVOKE)
    found = case.state.outcomes.revoked["sign"]
    assert (found.ground.words, found.by) == ("撤销", "sign-body主任")
    assert "第六十九条" in found.basis
    assert case.refused(chief("sign-body"), REVOKE) == "revoke.twice"
    assert case.refused(reviewer("sign-body"), commands.Correct(item="sign", what="x", results=NEW)) == (
        "correct.revoked"
    )


def test_striking_off_needs_no_hearing_and_nothing_is_revoked_that_was_refused() -> None:
    case = stopped()
    assert case.refused(chief("shop-body"), replace(REVOKE, item="shop")) == "revoke.nothing"
    off = commands.Revoke(item="sign", ground=RevokeGround.CANCEL, reason="经营主体已注销")
    case.do(chief("sign-body"), off)
    assert "第七十条" in case.state.outcomes.revoked["sign"].basis


def test_a_finished_item_is_opened_again_only_by_a_named_head_who_read_the_warning() -> None:
    case = stopped()
    assert case.state.phase is Phase.FINISHED
    assert case.refused(reviewer("shop-body"), REOPEN) == "role"
    assert case.refused(chief("shop-body"), replace(REOPEN, warned=False)) == "reopen.warned"
    assert case.refused(chief("shop-body"), replace(REOPEN, basis="")) == "reopen.basis"
    assert case.refused(chief("sign-body"), replace(REOPEN, item="sign")) == "reopen.valid"
    case.do(chief("shop-body"), REOPEN, at(4, 1))
    shop = case.state.items["shop"]
    assert (case.state.phase, case.state.closed) == (Phase.ACCEPTED, None)
    assert (shop.status, shop.started, shop.reasons) == (ItemStatus.OPEN, date(2026, 4, 1), "")
    assert case.state.steps["shop.decide"].status is StepStatus.OPEN
    assert case.state.steps["shop.review"].status is StepStatus.DONE
    assert "shop-body主任" in case.log[-2].words()
    case.approve("shop")
    # What stopped because of the refusal is taken up by its own body, by name.
    case.do(chief("food-body"), replace(REOPEN, item="food"))
    case.approve("food")
    assert case.state.phase is Phase.FINISHED
    assert replayed(case.log) == case.state


def test_what_is_taken_up_again_has_its_days_anew_and_the_whole_ends_no_earlier() -> None:
    case = stopped()
    more = commands.Extend(level=Level.ITEM, item="sign", days=5, reason="现场复杂")
    assert case.refused(chief("sign-body"), more), "what is decided gets no more time"
    late = at(9, 1)
    assert clocks(case.state, CALENDAR, late).bundle.ended is not None  # type: ignore[union-attr]  # reason: it was accepted
    case.do(chief("shop-body"), REOPEN, late)
    dials = clocks(case.state, CALENDAR, late)
    own, whole = dials.items["shop"], dials.bundle
    assert whole is not None
    assert (own.start, own.ended, own.colour) == (date(2026, 9, 1), None, Colour.GREEN)
    assert own.due == CALENDAR.add_workdays(date(2026, 9, 1), 10).date
    assert (whole.due, whole.ended) == (own.due, None), (
        "not overdue since spring because of what was decided in time"
    )
    assert not [one for one in due_acts(case.state, CALENDAR, late) if isinstance(one, commands.Warn)]
    case.approve("shop")
    assert clocks(case.state, CALENDAR, late).items["shop"].ended == date(2026, 9, 1)


def test_a_revoked_licence_can_be_decided_anew() -> None:
    case = finished()
    case.do(chief("sign-body"), REVOKE)
    case.do(chief("sign-body"), replace(REOPEN, item="sign"))
    assert case.state.outcomes.revoked == {}
    case.approve("sign")
    assert case.state.phase is Phase.FINISHED


def test_a_partial_approval_says_what_is_not_granted_why_and_what_may_be_done() -> None:
    case = accepted()
    case.complete("shop.review")
    part = commands.DecideItem(
        item="shop",
        verdict=Verdict.APPROVE,
        limits="准予一层经营，二层不予",
        results=(Issued(result="shop-licence", number="号", digest="d" * 64),),
    )
    assert case.refused(reviewer("shop-body"), part) == "refuse.grounds"
    full = replace(part, reasons="二层没有安全出口", basis="示例条例第二条", remedies="可以申请行政复议。")
    assert case.refused(reviewer("shop-body"), replace(full, verdict=Verdict.REFUSE, results=())) == (
        "refuse.limits"
    )
    case.do(reviewer("shop-body"), full)
    decided = next(one for one in case.log if isinstance(one, ev.ItemDecided))
    assert decided.words().startswith("部分准予“shop事项”：准予一层经营，二层不予")
    assert case.state.items["shop"].limits == "准予一层经营，二层不予"
    assert case.state.items["food"].status is not ItemStatus.STOPPED


def test_results_are_due_ten_working_days_after_the_decision_and_lateness_is_told_once() -> None:
    case = finished()
    sign = case.state.items["sign"]
    due = delivery_due(case.state, sign, CALENDAR)
    # From Monday 2 March.
    assert due is not None
    assert due.date == date(2026, 3, 16)
    early = Context(now=at(3, 16), actor=MACHINE, calendar=CALENDAR)
    assert not any(isinstance(one, ev.DeliveryLate) for one in sweep(case.state, early))
    late = with_changes(early, now=at(3, 17))
    told = [one for one in sweep(case.state, late) if isinstance(one, ev.DeliveryLate)]
    assert {one.item for one in told} == {"shop", "food", "sign", "fire"}
    assert case.refused(MACHINE, commands.RemindDelivery(item="sign"), at(3, 16)) == "delivery.early"
    for item in case.state.items:
        case.do(MACHINE, commands.RemindDelivery(item=item), at(3, 17))
    assert not any(
        isinstance(one, commands.RemindDelivery) for one in due_acts(case.state, CALENDAR, at(3, 18))
    )
    case.do(CLERK, commands.Deliver(way=Delivery.WINDOW))
    assert delivery_due(case.state, case.state.items["sign"], CALENDAR) is None


def delivery_rows(case: Case) -> list[tuple[str, date | None]]:
    dials = clocks(case.state, CALENDAR, at(3, 17))
    return [(one.name, one.done) for one in tasks(case.state, dials) if one.kind == "delivery"]


def test_a_late_delivery_is_a_task_of_the_window_until_somebody_answers_and_comes_back_on_the_day_named() -> (
    None
):
    case = finished()
    early = commands.NoteDelivery(item="sign", how=DeliveryNote.LATER, again=date(2026, 3, 20))
    assert case.refused(CLERK, early, at(3, 16)) == "delivery.none"
    case.do(MACHINE, commands.RemindDelivery(item="sign"), at(3, 17))
    [(name, done)] = delivery_rows(case)
    assert (name, done) == ("送达“sign事项”的结果", None)
    [late] = [one for one in what_next(case.state, CALENDAR, at(3, 17)) if one.late]
    assert (late.kind, late.what, late.by) == (NextKind.FETCH, "sign事项", date(2026, 3, 16))

    tried = commands.NoteDelivery(
        item="sign", how=DeliveryNote.TRIED, again=date(2026, 3, 20), note="家中无人"
    )
    assert case.refused(chief("sign-body"), tried, at(3, 17)) == "body"
    assert case.refused(CLERK, replace(tried, note=" "), at(3, 17)) == "delivery.note"
    assert case.refused(CLERK, replace(tried, again=date(2026, 3, 17)), at(3, 17)) == "delivery.again"
    assert case.refused(CLERK, replace(tried, again=date(2026, 4, 1)), at(3, 17)) == "delivery.again"
    case.do(CLERK, tried, at(3, 17))
    assert case.log[-1].words() == "“sign事项”的结果没有送到：家中无人。2026-03-20前再送"
    assert delivery_rows(case) == [("送达“sign事项”的结果", date(2026, 3, 17))]
    assert case.refused(CLERK, tried, at(3, 17)) == "delivery.none"
    assert not [one for one in what_next(case.state, CALENDAR, at(3, 18)) if one.late]

    assert case.refused(MACHINE, commands.RemindDelivery(item="sign"), at(3, 20)) == "delivery.early"
    case.do(MACHINE, commands.RemindDelivery(item="sign"), at(3, 21))
    assert case.log[-1].due == date(2026, 3, 20)
    assert [done for _, done in delivery_rows(case)] == [date(2026, 3, 17), None]
    case.do(CLERK, commands.Deliver(way=Delivery.WINDOW, items=("sign",)), at(3, 23))
    assert [done for _, done in delivery_rows(case)] == [date(2026, 3, 17), date(2026, 3, 23)]
    assert not any(
        act == commands.RemindDelivery(item="sign") for act in due_acts(case.state, CALENDAR, at(4, 30))
    )


def test_a_letter_by_post_has_a_number_and_another_place_a_name() -> None:
    case = finished()
    assert case.refused(CLERK, commands.Deliver(way=Delivery.POST)) == "deliver.tracking"
    assert case.refused(CLERK, commands.Deliver(way=Delivery.PLACE)) == "deliver.place"
    case.do(CLERK, commands.Deliver(way=Delivery.POST, tracking="SF1234567890"))
    assert "SF1234567890" in case.log[-1].words()


def test_a_revoked_licence_is_neither_handed_over_nor_handed_to_supervision() -> None:
    shop, *rest = NOODLES.items
    case = accepted(replace(NOODLES, items=(replace(shop, supervisor="yard"), *rest)))
    case.complete("shop.review")
    case.approve("shop")
    ground = {
        "ground": RevokeGround.REVOKE,
        "reason": "材料虚假",
        "remedies": "可以申请行政复议",
        "heard": True,
    }
    case.do(chief("shop-body"), commands.Revoke(item="shop", **ground))
    window = commands.Deliver(way=Delivery.WINDOW, items=("shop",))
    assert case.refused(CLERK, window) == "deliver.revoked"
    assert case.refused(MACHINE, commands.HandToSupervision(item="shop")) == "supervision.none"
