"""Nothing about the clock can be configured without being run: every setting there is, changed, changes what happens.

A new setting fails here until it is shown at work.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from msgspec.structs import replace
from tests.core.casework.road import CALENDAR, MACHINE, NOODLES, Case, accepted, at, reviewer

from bancheng.core.casework import (
    AskedAnswer,
    CaseItem,
    CommandRefused,
    Level,
    Opinion,
    clocks,
    commands,
    events,
)
from bancheng.core.catalogue import AskedQuestion, SpecialProcedure, Step
from bancheng.core.clock import Colour, Limit, PauseReason, Thresholds
from bancheng.core.compiler import PlanStep

USUAL = Thresholds()
PUBLICITY = SpecialProcedure(
    key="publicity", name="公示", basis="示例办法第九条", max_days=7, notice="公示七天"
)
STOP = commands.Pause(reason=PauseReason.SPECIAL, item="sign", procedure="publicity")


def case_of(thresholds: Thresholds = USUAL, procedure: SpecialProcedure = PUBLICITY, **step: object) -> Case:
    plan = NOODLES.plan
    steps = tuple(replace(one, **step) if one.key == "sign.ask" else one for one in plan.steps)
    items = tuple(replace(one, procedures=(procedure,)) for one in NOODLES.items)
    return accepted(replace(NOODLES, thresholds=thresholds, items=items, plan=replace(plan, steps=steps)))


def item_of(**changed: object) -> Case:
    items = tuple(replace(one, **changed) if one.key == "sign" else one for one in NOODLES.items)
    return accepted(replace(NOODLES, items=items))


def colour(case: Case, day: int) -> Colour:
    return clocks(case.state, CALENDAR, at(3, day)).items["shop"].colour


def rises(case: Case) -> date:
    case.do(MACHINE, commands.Warn(level=Level.ITEM, key="shop", colour=Colour.RED), at(3, 17))
    for day in range(18, 31):
        try:
            case.do(MACHINE, commands.Escalate(number=1), at(3, day))
        except CommandRefused:
            continue
        return date(2026, 3, day)
    raise AssertionError("it never rises")


def paused(case: Case) -> events.ClockPaused:
    (event,) = case.do(reviewer("sign-body"), STOP)
    assert isinstance(event, events.ClockPaused)
    return event


def refused(case: Case) -> str:
    return case.refused(reviewer("sign-body"), STOP)


def answer_of(case: Case) -> commands.GiveOpinion:
    keys = [one.key for one in case.state.steps["sign.ask"].plan.questions]
    said = tuple(AskedAnswer(question=key, said="yes") for key in keys)
    return commands.GiveOpinion(step="sign.ask", answer=Opinion.AGREE, answers=said)


def opinion_due(case: Case) -> date:
    return clocks(case.state, CALENDAR, case.now).opinions["sign.ask/road-body"].due


def due(case: Case, key: str) -> date:
    dials = clocks(case.state, CALENDAR, case.now)
    return (dials.items | dials.steps)[key].due


def silence(case: Case) -> bool:
    said = commands.ConsentBySilence(step="sign.ask", body="road-body")
    try:
        case.do(MACHINE, said, at(3, 20))
    except CommandRefused:
        return False
    return True


RUN: dict[tuple[str, str], Callable[[], bool]] = {
    ("Thresholds", "blue_percent"): lambda: (
        colour(case_of(Thresholds(blue_percent=10)), 4) != colour(case_of(Thresholds(blue_percent=90)), 4)
    ),
    ("Thresholds", "yellow_days"): lambda: (
        colour(case_of(Thresholds(yellow_days=4)), 11) != colour(case_of(), 11)
    ),
    ("Thresholds", "escalate_days"): lambda: (
        rises(case_of(Thresholds(escalate_days=4))) > rises(case_of(Thresholds(escalate_days=1)))
    ),
    ("SpecialProcedure", "key"): lambda: (
        refused(case_of(procedure=replace(PUBLICITY, key="other"))) == "pause.special"
    ),
    ("SpecialProcedure", "name"): lambda: (
        paused(case_of(procedure=replace(PUBLICITY, notice=""))).note == "公示"
    ),
    ("SpecialProcedure", "basis"): lambda: (
        paused(case_of()).basis == "示例办法第九条"
        and refused(case_of(procedure=replace(PUBLICITY, basis=""))) == "pause.special"
    ),
    ("SpecialProcedure", "max_days"): lambda: (
        paused(case_of()).max_days == 7
        and refused(case_of(procedure=replace(PUBLICITY, max_days=0))) == "pause.special"
    ),
    ("SpecialProcedure", "notice"): lambda: "公示七天" in paused(case_of()).words(),
    ("Step", "limit"): lambda: due(case_of(limit=Limit(2)), "sign.ask") < due(case_of(), "sign.ask"),
    ("Step", "ask_limit"): lambda: opinion_due(case_of(ask_limit=Limit(1))) < opinion_due(case_of()),
    ("Step", "silent_consent"): lambda: silence(case_of()) and not silence(case_of(silent_consent=False)),
    ("Step", "questions"): lambda: bool(
        (case := case_of(questions=(AskedQuestion(key="road", text="占道吗"),)))
        and case.refused(reviewer("road-body"), commands.GiveOpinion(step="sign.ask", answer=Opinion.AGREE))
        and case.do(reviewer("road-body"), answer_of(case))
    ),
    ("CaseItem", "promised"): lambda: due(item_of(promised=Limit(7)), "sign") < due(accepted(), "sign"),
    ("CaseItem", "statutory"): lambda: (
        due(item_of(promised=Limit(60), statutory=Limit(12)), "sign")
        == CALENDAR.add_workdays(date(2026, 3, 2), 12).date
    ),
}
CLOCK_OF_STEPS = {"limit", "ask_limit", "silent_consent", "questions"}
"What of a step concerns its clock; the rest is the plan's."


def test_every_setting_of_the_clock_is_walked_and_no_other() -> None:
    settings = {("Thresholds", name) for name in Thresholds.__struct_fields__}
    settings |= {("SpecialProcedure", name) for name in SpecialProcedure.__struct_fields__}
    settings |= {("Step", name) for name in CLOCK_OF_STEPS}
    settings |= {
        ("CaseItem", name) for name in CaseItem.__struct_fields__ if name in {"promised", "statutory"}
    }
    assert set(RUN) == settings
    assert set(Step.__struct_fields__) >= CLOCK_OF_STEPS
    assert set(PlanStep.__struct_fields__) >= CLOCK_OF_STEPS, "what is written reaches the case"


@pytest.mark.parametrize("setting", sorted(RUN))
def test_a_setting_changes_what_happens(setting: tuple[str, str]) -> None:
    assert RUN[setting]()
