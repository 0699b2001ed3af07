"""Clocks of a case: limits, pauses, extensions, warnings, owed materials, and when a sweep must look."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.casework.road import (
    CALENDAR,
    GOVERNMENT,
    MACHINE,
    NOODLES,
    SENIOR,
    Case,
    accepted,
    at,
    head,
    noon,
    reviewer,
)

from bancheng.core.casework import (
    CaseState,
    Context,
    Level,
    Mark,
    MarkKind,
    MarkReason,
    MaterialKind,
    MaterialRef,
    StepOutcome,
    clocks,
    commands,
    due_acts,
    events,
    fold,
    next_attention,
    sweep,
)
from bancheng.core.catalogue import SpecialProcedure
from bancheng.core.clock import Colour, Limit, PauseReason

EXPERTS = commands.Pause(reason=PauseReason.EXPERT_REVIEW, item="shop", max_days=5)
ITEM = commands.Extend(level=Level.ITEM, item="shop", days=10, reason="情况复杂")
BUNDLE = commands.Extend(level=Level.BUNDLE, days=15, reason="情况复杂")


def item_due(case: Case, key: str = "shop") -> date:
    return clocks(case.state, CALENDAR, case.now).items[key].due


def test_before_acceptance_only_intake_runs() -> None:
    case = Case()
    running = clocks(case.state, CALENDAR, at(3, 3))
    assert running.intake is not None
    assert running.intake.due == date(2026, 3, 9)
    assert (running.bundle, running.items) == (None, {})


def test_the_bundle_runs_from_acceptance_and_an_item_from_its_first_step() -> None:
    case = accepted()
    case.now = at(3, 5)
    case.complete("shop.review")
    case.approve("shop")
    running = clocks(case.state, CALENDAR, at(3, 5))
    assert running.bundle is not None
    assert (running.bundle.start, running.bundle.due) == (date(2026, 3, 2), date(2026, 3, 23))
    assert (running.items["food"].start, running.items["food"].due) == (date(2026, 3, 5), date(2026, 3, 19))
    assert running.items["shop"].colour is Colour.DONE


def test_a_promise_beyond_the_statutory_limit_does_not_count() -> None:
    items = tuple(replace(one, promised=Limit(60)) for one in NOODLES.items)
    case = accepted(replace(NOODLES, items=items))
    assert item_due(case) == CALENDAR.add_workdays(date(2026, 3, 2), 20).date


def test_several_bodies_together_have_45_working_days_whatever_is_promised() -> None:
    case = accepted(replace(NOODLES, promised=Limit(80), statutory=None))
    bundle = clocks(case.state, CALENDAR, case.now).bundle
    assert bundle is not None
    assert bundle.due == CALENDAR.add_workdays(date(2026, 3, 2), 45).date


def test_a_step_never_ends_later_than_its_item_may() -> None:
    items = tuple(replace(one, promised=Limit(2)) for one in NOODLES.items)
    case = accepted(replace(NOODLES, items=items))
    assert clocks(case.state, CALENDAR, case.now).steps["shop.review"].due == date(2026, 3, 4)


def test_a_pause_stops_its_item_and_the_bundle_but_no_other_item() -> None:
    case = accepted()
    case.do(reviewer("shop-body"), EXPERTS)
    grey = clocks(case.state, CALENDAR, at(3, 4))
    assert grey.bundle is not None
    assert (grey.items["shop"].colour, grey.bundle.colour, grey.items["sign"].colour) == (
        Colour.GREY,
        Colour.GREY,
        Colour.GREEN,
    )
    case.do(reviewer("shop-body"), commands.Resume(number=1), at(3, 5))
    assert item_due(case, "shop") == date(2026, 3, 19)
    assert item_due(case, "sign") == date(2026, 3, 16)


def test_a_forgotten_pause_ends_by_itself_at_its_maximum() -> None:
    case = accepted()
    case.do(reviewer("shop-body"), EXPERTS)
    later = clocks(case.state, CALENDAR, at(4, 30)).items["shop"]
    assert later.due == CALENDAR.add_workdays(date(2026, 3, 2), 15).date
    assert (later.paused, later.colour) == (False, Colour.RED)


def test_a_pause_tells_how_long_and_a_special_procedure_must_be_configured() -> None:
    case = accepted()
    who = reviewer("shop-body")
    assert case.refused(who, replace(EXPERTS, max_days=0)) == "pause.days"
    special = commands.Pause(reason=PauseReason.SPECIAL, item="shop", procedure="publicity")
    assert case.refused(who, special) == "pause.special"
    publicity = SpecialProcedure(key="publicity", name="公示", basis="示例办法第九条", max_days=7)
    shop, *rest = NOODLES.items
    case = accepted(replace(NOODLES, items=(replace(shop, procedures=(publicity,)), *rest)))
    assert case.refused(who, replace(special, max_days=8)) == "pause.too_long"
    (paused,) = case.do(who, special)
    assert isinstance(paused, events.ClockPaused)
    assert (paused.max_days, paused.basis) == (7, "示例办法第九条")


def test_overlapping_pauses_count_once() -> None:
    case = accepted()
    who = reviewer("shop-body")
    case.do(who, EXPERTS)
    assert case.refused(who, EXPERTS) == "pause.twice"
    case.do(who, replace(EXPERTS, reason=PauseReason.TESTING))
    for number in (1, 2):
        case.do(who, commands.Resume(number=number), at(3, 5))
    assert item_due(case) == date(2026, 3, 19)
    assert case.refused(who, commands.Resume(number=1)) == "resume.none"


def test_an_item_is_extended_once_by_the_head_of_its_body() -> None:
    case = accepted()
    assert case.refused(reviewer("shop-body"), ITEM) == "role"
    assert case.refused(head("food-body"), ITEM) == "body"
    assert case.refused(head("shop-body"), replace(ITEM, days=11)) == "extension.too_long"
    assert case.refused(head("shop-body"), replace(ITEM, reason="")) == "extension.reason"
    assert case.refused(head("shop-body"), ITEM, at(4, 20)) == "extension.late"
    case.do(head("shop-body"), ITEM, at(3, 9))
    assert item_due(case) == date(2026, 3, 30)
    assert case.refused(head("shop-body"), replace(ITEM, days=1)) == "extend.twice"


def test_the_bundle_is_extended_once_by_the_government() -> None:
    case = accepted()
    assert case.refused(head("shop-body"), BUNDLE) == "role"
    assert case.refused(GOVERNMENT, replace(BUNDLE, days=16)) == "extension.too_long"
    case.do(GOVERNMENT, BUNDLE)
    bundle = clocks(case.state, CALENDAR, case.now).bundle
    assert bundle is not None
    assert bundle.due == CALENDAR.add_workdays(date(2026, 3, 2), 30).date
    assert case.refused(GOVERNMENT, replace(BUNDLE, days=1)) == "extend.twice"


def test_no_other_level_can_be_extended() -> None:
    assert accepted().refused(GOVERNMENT, replace(BUNDLE, level=Level.STEP)) == "extend.level"


def test_yellow_comes_a_working_day_before_and_red_after_and_each_once() -> None:
    case = accepted()
    shop = ("shop", Level.ITEM)
    raised: list[tuple[date, Colour]] = []
    for day in range(40):
        moment = noon(date(2026, 3, 2) + timedelta(days=day))
        happened = sweep(case.state, Context(now=moment, actor=MACHINE, calendar=CALENDAR))
        case.state = fold(happened, case.state)
        raised += [
            (moment.date(), one.colour)
            for one in happened
            if isinstance(one, events.Warned) and (one.key, one.level) == shop
        ]
    # Due on Monday the 16th: yellow on Friday the 13th, red on the 17th.
    assert raised == [(date(2026, 3, 13), Colour.YELLOW), (date(2026, 3, 17), Colour.RED)]


def test_nobody_warns_by_hand_or_without_cause() -> None:
    case = accepted()
    warn = commands.Warn(level=Level.ITEM, key="shop", colour=Colour.RED)
    assert case.refused(SENIOR, warn, at(3, 17)) == "machine"
    assert case.refused(MACHINE, warn, at(3, 16)) == "warn.nothing"


def test_no_clock_turns_red_on_a_provisional_date() -> None:
    case = accepted(now=at(12, 28))
    later = at(3, 30, year=2027)
    acts = due_acts(case.state, CALENDAR, later)
    assert {act.colour for act in acts if isinstance(act, commands.Warn)} == {Colour.YELLOW}
    assert not any(isinstance(act, commands.ConsentBySilence) for act in acts)
    bundle = clocks(case.state, CALENDAR, later).bundle
    assert bundle is not None
    assert bundle.provisional


def test_the_owed_list_is_chased_once_and_then_warned_of() -> None:
    lease = MaterialRef(document="lease", kind=MaterialKind.DEFERRED, defer_days=5)
    case = accepted(replace(NOODLES, materials=(lease,)))
    assert clocks(case.state, CALENDAR, case.now).owed["lease"].due == date(2026, 3, 9)
    remind = commands.RemindOwed(document="lease")
    assert case.refused(MACHINE, remind, at(3, 5)) == "warn.nothing"
    case.do(MACHINE, remind, at(3, 6))
    assert case.refused(MACHINE, remind, at(3, 7)) == "warn.nothing"
    overdue = commands.Warn(level=Level.OWED, key="lease", colour=Colour.RED)
    assert overdue in due_acts(case.state, CALENDAR, at(3, 10))


def test_a_case_that_does_not_exist_needs_nothing() -> None:
    state = CaseState()
    assert next_attention(state, CALENDAR) is None
    assert clocks(state, CALENDAR, at(3, 2)).all() == ()


@given(
    start=st.integers(0, 12),
    length=st.integers(0, 12),
    maximum=st.integers(1, 9),
    extended=st.integers(0, 10),
    seen=st.integers(0, 60),
)
def test_a_deadline_is_limit_and_lawful_pause_and_extension_and_never_more(
    start: int, length: int, maximum: int, extended: int, seen: int
) -> None:
    case = accepted()
    first = date(2026, 3, 2)
    begin = first + timedelta(days=start)
    case.do(reviewer("shop-body"), replace(EXPERTS, max_days=maximum), noon(begin))
    if extended:
        case.do(head("shop-body"), replace(ITEM, days=extended), noon(begin))
    case.do(reviewer("shop-body"), commands.Resume(number=1), noon(begin + timedelta(days=length)))
    clock = clocks(case.state, CALENDAR, noon(first + timedelta(days=seen))).items["shop"]
    stood = min(CALENDAR.workdays_between(begin, begin + timedelta(days=length)), maximum)
    assert CALENDAR.workdays_between(first, clock.due) <= 10 + stood + extended


def test_work_left_undone_is_not_undone_by_time() -> None:
    case = accepted()
    case.complete("shop.review", StepOutcome.OK)
    happened = sweep(case.state, Context(now=at(9, 1), actor=MACHINE, calendar=CALENDAR))
    allowed = (events.Warned, events.Escalated, events.OpinionGiven, events.Dispatched)
    assert happened
    assert all(isinstance(one, allowed) for one in happened)


def test_the_days_of_a_supplement_after_acceptance_count() -> None:
    case = accepted()
    before = clocks(case.state, CALENDAR, case.now)
    mark = Mark(key="m", kind=MarkKind.FIELD, target="area", reason=MarkReason.WRONG, words="请更正")
    case.do(reviewer("shop-body"), commands.AskSupplement(marks=(mark,), reason="与实地不符"))
    after = clocks(case.state, CALENDAR, case.now)
    assert after == before


@given(start=st.integers(0, 6), length=st.integers(0, 20), maximum=st.integers(1, 9), whole=st.booleans())
def test_a_suspension_moves_every_date_that_hangs_on_it_by_the_days_really_suspended(
    start: int, length: int, maximum: int, whole: bool
) -> None:
    """Steps, items, asked opinions, owed papers and the bundle: all by the same working days, no other item's."""
    lease = MaterialRef(document="lease", kind=MaterialKind.DEFERRED, defer_days=8, items=("sign",))
    case = accepted(replace(NOODLES, materials=(lease,)))
    before = clocks(case.state, CALENDAR, case.now)
    begin = date(2026, 3, 2) + timedelta(days=start)
    item, who = ("", "shop-body") if whole else ("sign", "sign-body")
    case.do(reviewer(who), replace(EXPERTS, item=item, max_days=maximum), noon(begin))
    case.do(reviewer(who), commands.Resume(number=1), noon(begin + timedelta(days=length)))
    after = clocks(case.state, CALENDAR, case.now)
    stood = min(CALENDAR.workdays_between(begin, begin + timedelta(days=length)), maximum)
    for old, new in zip(before.all(), after.all(), strict=True):
        touched = whole or new.key in (
            "",
            "sign",
            "sign.ask",
            "sign.ask/road-body",
            "sign.ask/police-body",
            "lease",
        )
        moved = CALENDAR.workdays_between(old.due, new.due)
        # What was over before the suspension began is over.
        assert moved == (stood if touched and begin < old.due else 0), new
        assert 0 <= moved <= stood


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=8))
def test_overlapping_suspensions_count_each_day_once(stretches: list[tuple[int, int]]) -> None:
    """Against a count day by day (the naive way)."""
    case = accepted()
    reasons = [one for one in PauseReason if one is not PauseReason.SPECIAL]
    first = date(2026, 3, 2)
    told = [(offset, length, reason) for (offset, length), reason in zip(stretches, reasons, strict=False)]
    days = sorted(
        [(offset, 0, index) for index, (offset, _, _) in enumerate(told)]
        + [(offset + length, 1, index) for index, (offset, length, _) in enumerate(told)]
    )
    numbers: dict[int, int] = {}
    for offset, ends, index in days:
        moment = noon(first + timedelta(days=offset))
        if ends:
            case.do(reviewer("shop-body"), commands.Resume(number=numbers[index]), moment)
        else:
            numbers[index] = len(case.state.pauses) + 1
            case.do(reviewer("shop-body"), replace(EXPERTS, reason=told[index][2], max_days=99), moment)
    standing = {
        first + timedelta(days=offset + ahead) for offset, length, _ in told for ahead in range(1, length + 1)
    }
    left, day = 10, first
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_workday(day) and day not in standing
    assert clocks(case.state, CALENDAR, case.now).items["shop"].due == day


def test_what_has_ended_keeps_its_last_day_whatever_stands_afterwards() -> None:
    case = accepted()
    case.complete("shop.review")
    lead = reviewer("shop-body")
    case.do(lead, commands.Pause(reason=PauseReason.TESTING, max_days=20), at(3, 4))
    case.approve("shop")
    due = clocks(case.state, CALENDAR, at(3, 4)).items["shop"].due
    assert clocks(case.state, CALENDAR, at(3, 20)).items["shop"].due == due
    case.do(lead, commands.Resume(number=1), at(3, 25))
    case.do(lead, commands.Pause(reason=PauseReason.TESTING, max_days=20), at(3, 26))
    assert clocks(case.state, CALENDAR, at(4, 20)).items["shop"].due == due
