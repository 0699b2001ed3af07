"""延续: what silence renews, from which day, and what keeps it from doing so (行政许可法 art. 50)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

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
    reviewer,
)
from tests.core.casework.shapes import PARALLEL

from bancheng.core.casework import (
    Context,
    ItemStatus,
    Mark,
    MarkKind,
    MarkReason,
    Phase,
    Renewal,
    StepStatus,
    Verdict,
    commands,
    decide_before,
    due_acts,
    sweep,
)
from bancheng.core.casework import events as ev

BEGAN = date(2026, 3, 2)
LAST = BEGAN + timedelta(days=30)
OLD = Renewal(number="旧1号", name="旧证", valid_to=LAST, until=date(2031, 4, 1))
ACT = commands.RenewBySilence(item="sign")


def renewing(last: date = LAST, of: commands.Submit = PARALLEL) -> Case:
    items = tuple(
        replace(one, renews=replace(OLD, valid_to=last)) if one.key == "sign" else one for one in of.items
    )
    case = Case(replace(of, items=items))
    case.do(CLERK, commands.Accept())
    return case


def after(days: int) -> datetime:
    return MONDAY + timedelta(days=days)


def machine(now: datetime) -> Context:
    return Context(now=now, actor=MACHINE, calendar=CALENDAR)


def test_a_renewal_nobody_decided_counts_as_granted_as_of_the_last_day() -> None:
    case = renewing()
    case.do(reviewer("sign-body"), commands.Claim(step="sign.review"), MONDAY)

    assert decide_before(case.state, case.state.items["sign"]) == LAST
    assert case.refused(MACHINE, ACT, after(30)) == "renewal.early"
    assert case.refused(CLERK, ACT, after(31)) == "machine"
    told = [one for one in sweep(case.state, machine(after(34))) if isinstance(one, ev.RenewedBySilence)]
    assert [(one.item, one.on, one.until) for one in told] == [("sign", LAST, OLD.until)]
    (event,) = case.do(MACHINE, ACT, after(34))
    assert isinstance(event, ev.RenewedBySilence)
    assert [one.id for one in event.owners] == [reviewer("sign-body").id]
    item = case.state.items["sign"]
    assert (item.status, item.ended, item.renewed_until) == (ItemStatus.APPROVED, LAST, OLD.until)
    assert {case.state.steps[key].status for key in item.steps} == {StepStatus.GONE}
    assert case.state.phase is Phase.ACCEPTED, "the others go on"
    assert case.refused(MACHINE, ACT, after(35)) == "item.ended"


@given(st.integers(0, 60))
def test_only_who_applied_thirty_days_before_is_renewed_by_silence(days: int) -> None:
    case = renewing(BEGAN + timedelta(days=days))
    due = [
        act
        for act in due_acts(case.state, CALENDAR, after(days + 1))
        if isinstance(act, commands.RenewBySilence)
    ]

    assert bool(due) == (days >= 30)
    assert not [
        act for act in due_acts(case.state, CALENDAR, after(days)) if isinstance(act, commands.RenewBySilence)
    ]
    if days < 30:
        assert case.refused(MACHINE, ACT, after(days + 1)) == "renewal.none"


def test_a_decision_in_time_leaves_nothing_to_silence() -> None:
    case = renewing()
    case.complete("sign.review")
    case.do(
        reviewer("sign-body"),
        commands.DecideItem(
            item="sign",
            verdict=Verdict.REFUSE,
            reasons="场所已经拆除",
            basis="示例办法第一条",
            remedies="可以复议",
        ),
        after(29),
    )

    assert decide_before(case.state, case.state.items["sign"]) is None
    assert ACT not in due_acts(case.state, CALENDAR, after(40))
    assert case.state.items["sign"].renewed_until is None


def test_while_the_applicant_has_not_answered_nobody_is_silent() -> None:
    case = renewing()
    mark = Mark(key="m", kind=MarkKind.FIELD, target="name", reason=MarkReason.WRONG, words="请更正")
    case.do(reviewer("sign-body"), commands.AskSupplement(marks=(mark,), reason="材料看不清"), after(7))

    assert ACT not in due_acts(case.state, CALENDAR, after(40))
    assert case.refused(MACHINE, ACT, after(40)) == "renewal.asked"


def test_a_paper_is_still_made_where_the_plan_has_a_step_for_it() -> None:
    items = tuple(replace(one, renews=OLD) if one.key == "food" else one for one in NOODLES.items)
    case = Case(replace(NOODLES, items=items))
    case.do(CLERK, commands.Accept())
    case.do(MACHINE, commands.RenewBySilence(item="food"), after(31))

    food = case.state.items["food"]
    assert (food.status, food.issued) == (ItemStatus.APPROVED, False)
    assert case.state.steps["food.issue"].status in (StepStatus.WAITING, StepStatus.OPEN)
    assert case.state.steps["visit"].status is not StepStatus.GONE, "fire still needs it"
