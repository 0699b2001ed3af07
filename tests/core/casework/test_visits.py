"""One appointment for all bodies of a step: times, people, changes, records, the one conclusion."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.casework.road import APPLICANT, CALENDAR, CLERK, MACHINE, MONDAY, Case, at, reviewer

from bancheng.core.casework import (
    Absent,
    Actor,
    CommandRefused,
    Conclusion,
    Context,
    Diary,
    Phase,
    Slot,
    StepOutcome,
    StepStatus,
    Visitor,
    VisitStatus,
    commands,
    decode_event,
    encode_event,
    fold,
    may_write,
    offers,
    sweep,
    tasks,
    window,
)
from bancheng.core.casework import clocks as clocks_of

BODIES = ("food-body", "fire-body")
PEOPLE = tuple(
    Visitor(id=f"user:{body}:{number}", name=f"{body}员{number}", body=body)
    for body in BODIES
    for number in (1, 2)
)
FOOD, FIRE = reviewer("food-body"), reviewer("fire-body")


def slot(day: int, hour: int = 9, minutes: int = 90, month: int = 3) -> Slot:
    begins = at(month, day, hour)
    return Slot(begins=begins, ends=begins + timedelta(minutes=minutes))


def opened() -> Case:
    """A case whose joint visit waits to be arranged; it is Monday, 2 March."""
    case = Case()
    case.do(CLERK, commands.Accept())
    case.complete("shop.review")
    case.approve("shop")
    assert case.state.steps["visit"].status is StepStatus.OPEN
    return case


def proposed() -> Case:
    case = opened()
    case.do(FOOD, commands.ProposeVisit(step="visit", slot=slot(4), people=PEOPLE))
    return case


def held() -> Case:
    case = proposed()
    case.do(APPLICANT, commands.ConfirmVisit(visit=1))
    case.do(FOOD, commands.HoldVisit(visit=1, present=PEOPLE), at(3, 4, 9))
    return case


def part(case: Case, who: Actor, outcome: StepOutcome = StepOutcome.OK, words: str = "") -> None:
    case.do(
        who, commands.ConfirmPart(visit=1, outcome=outcome, words=words, lines=3, bad=0 if not words else 1)
    )


def recorded(bad: bool = False) -> Case:
    case = held()
    part(case, FOOD)
    part(case, FIRE, StepOutcome.NOT_OK if bad else StepOutcome.OK, "通道堵着" if bad else "")
    return case


def test_one_visit_with_one_conclusion_ends_the_step_for_every_body() -> None:
    case = recorded()
    assert case.refused(FIRE, commands.ConcludeVisit(visit=1, conclusion=Conclusion.PASSED)) == "body"
    case.do(FOOD, commands.ConcludeVisit(visit=1, conclusion=Conclusion.PASSED, paper="p" * 64))
    step = case.state.steps["visit"]
    assert step.status is StepStatus.DONE
    assert {report.body: report.outcome for report in step.reports} == dict.fromkeys(BODIES, StepOutcome.OK)
    assert case.state.steps["food.decide"].status is StepStatus.OPEN
    assert case.state.steps["fire.decide"].status is StepStatus.OPEN
    assert case.state.visits.all[0].paper == "p" * 64


def test_every_event_of_a_visit_reads_back_as_it_was_written_and_says_something() -> None:
    case = recorded(bad=True)
    case.do(
        FOOD,
        commands.ConcludeVisit(
            visit=1, conclusion=Conclusion.REPAIR, words="清出通道", due=date(2026, 3, 10)
        ),
    )
    case.do(APPLICANT, commands.ReportRepaired(visit=1))
    again = [decode_event(encode_event(event)) for event in case.log]
    assert again == case.log
    assert fold(again) == case.state
    assert all(event.words() for event in case.log)


def test_nobody_reports_alone_while_the_bodies_go_together() -> None:
    case = proposed()
    alone = commands.CompleteStep(step="visit", outcome=StepOutcome.OK, staff=())
    assert case.refused(FOOD, alone) == "visit.joint"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"people": PEOPLE[:3]}, "visit.staff"),
        ({"people": (*PEOPLE, PEOPLE[0])}, "visit.people"),
        ({"people": (*PEOPLE, Visitor(id="x", name="外人", body="hall"))}, "visit.bodies"),
        ({"slot": slot(4, 13)}, "visit.hours"),
        ({"slot": slot(7)}, "visit.hours"),
        ({"slot": slot(4, 11)}, "visit.hours"),
        ({"slot": slot(2, 9)}, "visit.past"),
        ({"slot": slot(30)}, "visit.late"),
        ({"step": "shop.decide"}, "step.over"),
        ({"step": "sign.ask"}, "visit.kind"),
    ],
)
def test_a_time_and_its_people_must_fit(change: dict[str, object], code: str) -> None:
    command = replace(commands.ProposeVisit(step="visit", slot=slot(4), people=PEOPLE), **change)
    assert opened().refused(FOOD, command) == code


def test_a_visit_begins_within_five_working_days_or_says_why() -> None:
    case = opened()
    step = case.state.steps["visit"]
    longer = replace(step, plan=replace(step.plan, limit=replace(step.plan.limit, amount=8)))
    case.state = replace(case.state, steps={**case.state.steps, "visit": longer})
    allowed = window(case.state, longer, CALENDAR, MONDAY.date())
    assert (allowed.begin_by, allowed.last) == (date(2026, 3, 9), date(2026, 3, 12))
    late = commands.ProposeVisit(step="visit", slot=slot(11), people=PEOPLE)
    assert case.refused(FOOD, late) == "visit.begin"
    case.do(FOOD, replace(late, reason="申请人外出"))


def test_the_applicant_confirms_takes_another_time_or_none() -> None:
    case = proposed()
    case.do(APPLICANT, commands.MoveVisit(visit=1, slot=slot(5), people=PEOPLE))
    assert case.state.visits.all[0].status is VisitStatus.CONFIRMED
    case.do(APPLICANT, commands.DeclineVisit(visit=1))
    assert case.state.visits.all[0].status is VisitStatus.DECLINED
    case.do(FIRE, commands.ProposeVisit(step="visit", slot=slot(6), people=PEOPLE))
    assert [one.number for one in case.state.visits.all] == [1, 2]
    stranger = Actor(id="party:9", roles=("applicant",))
    assert case.refused(stranger, commands.ConfirmVisit(visit=2)) == "role"


def test_an_applicant_moves_three_times_and_then_calls() -> None:
    case = proposed()
    for day in (5, 6, 9):
        case.do(APPLICANT, commands.MoveVisit(visit=1, slot=slot(day), people=PEOPLE))
    assert case.refused(APPLICANT, commands.MoveVisit(visit=1, slot=slot(5), people=PEOPLE)) == "visit.moves"


def test_an_official_confirms_only_with_how_it_was_agreed_and_moves_only_with_a_reason() -> None:
    case = proposed()
    assert case.refused(FOOD, commands.ConfirmVisit(visit=1)) == "visit.agreed"
    case.do(FOOD, commands.ConfirmVisit(visit=1, words="电话确认"))
    assert case.refused(FOOD, commands.MoveVisit(visit=1, slot=slot(5), people=PEOPLE)) == "visit.reason"
    case.do(FOOD, commands.MoveVisit(visit=1, slot=slot(5), people=PEOPLE, reason="车辆检修"))
    assert case.state.visits.all[0].status is VisitStatus.PROPOSED


def test_other_people_at_the_same_time_need_no_new_consent_but_make_typed_answers_stale() -> None:
    case = proposed()
    case.do(APPLICANT, commands.ConfirmVisit(visit=1))
    others = (*PEOPLE[:3], Visitor(id="user:fire-body:3", name="替班", body="fire-body"))
    case.do(FIRE, commands.MoveVisit(visit=1, slot=slot(4), people=others, reason="病假"))
    visit = case.state.visits.all[0]
    assert visit.status is VisitStatus.CONFIRMED
    assert visit.revision == 1


def test_who_did_not_come_is_said_only_after_the_time() -> None:
    case = proposed()
    case.do(APPLICANT, commands.ConfirmVisit(visit=1))
    assert case.refused(FOOD, commands.MissVisit(visit=1, who=Absent.APPLICANT)) == "visit.early"
    early = commands.MissVisit(visit=1, who=Absent.OFFICIALS)
    assert case.refused(APPLICANT, early, at(3, 4, 9)) == "visit.early"
    case.do(APPLICANT, early, at(3, 4, 10))
    assert case.state.visits.all[0].status is VisitStatus.MISSED
    case.do(FOOD, commands.ProposeVisit(step="visit", slot=slot(5), people=PEOPLE))


def test_the_record_is_written_by_those_who_were_there_and_not_before() -> None:
    case = proposed()
    assert case.refused(FOOD, commands.HoldVisit(visit=1, present=PEOPLE)) == "visit.status"
    case.do(APPLICANT, commands.ConfirmVisit(visit=1))
    assert case.refused(FOOD, commands.HoldVisit(visit=1, present=PEOPLE)) == "visit.early"
    assert case.refused(FOOD, commands.HoldVisit(visit=1, present=PEOPLE[:2]), at(3, 4, 9)) == "visit.staff"
    case.do(FOOD, commands.HoldVisit(visit=1, present=PEOPLE))
    elsewhere = reviewer("fire-body", 7)
    assert case.refused(elsewhere, commands.ConfirmPart(visit=1, outcome=StepOutcome.OK)) == "visit.there"
    assert case.refused(FOOD, commands.ConfirmPart(visit=1, outcome=StepOutcome.OK, left=2)) == "visit.left"
    assert case.refused(FOOD, commands.ConfirmPart(visit=1, outcome=StepOutcome.NOT_OK)) == "visit.findings"


def test_what_was_typed_offline_is_refused_when_the_case_moved_meanwhile() -> None:
    """The page was loaded at revision 0 of the visit."""

    def writes(case: Case, who: Actor, revision: int = 0) -> str:
        try:
            may_write(case.state, 1, Context(now=case.now, actor=who, calendar=CALENDAR), revision)
        except CommandRefused as no:
            return no.refusals[0].code
        return ""

    case = held()
    assert writes(case, FOOD) == ""
    assert writes(case, reviewer("food-body", 8)) == "visit.there"
    case.do(FOOD, commands.CancelVisit(visit=1, reason="下暴雨"))
    assert writes(case, FOOD) == "visit.status"
    moved = proposed()
    moved.do(FOOD, commands.MoveVisit(visit=1, slot=slot(5), people=PEOPLE, reason="车坏了"))
    moved.do(APPLICANT, commands.ConfirmVisit(visit=1))
    moved.do(FOOD, commands.HoldVisit(visit=1, present=PEOPLE), at(3, 5, 9))
    assert writes(moved, FOOD) == "visit.moved"
    assert writes(moved, FOOD, 1) == ""
    gone = held()
    gone.do(APPLICANT, commands.Withdraw(reason="later"))
    assert gone.state.phase is not Phase.ACCEPTED
    assert writes(gone, FOOD) == "phase"


def test_what_is_not_in_order_is_put_right_and_looked_at_again() -> None:
    case = recorded(bad=True)
    passed = commands.ConcludeVisit(visit=1, conclusion=Conclusion.PASSED)
    assert case.refused(FOOD, passed) == "visit.against"
    repair = commands.ConcludeVisit(visit=1, conclusion=Conclusion.REPAIR, words="清出通道")
    assert case.refused(FOOD, repair) == "visit.due"
    case.do(FOOD, replace(repair, due=date(2026, 3, 10)))
    assert case.state.steps["visit"].status is StepStatus.OPEN
    again = next(one for one in case_tasks(case) if one.key == "visit.1")
    assert again.waiting
    assert again.due == date(2026, 3, 10)
    case.do(APPLICANT, commands.ReportRepaired(visit=1))
    assert not next(one for one in case_tasks(case) if one.key == "visit.1").waiting
    assert case.refused(APPLICANT, commands.ReportRepaired(visit=1)) == "visit.repaired"
    case.do(FIRE, commands.ProposeVisit(step="visit", slot=slot(6), people=PEOPLE))
    assert case.state.visits.all[1].round == 2


def case_tasks(case: Case) -> list[object]:
    dials = clocks_of(case.state, CALENDAR, case.now)
    return list(tasks(case.state, dials))


def test_when_the_days_to_put_right_are_over_the_applicant_is_reminded_once() -> None:
    case = recorded(bad=True)
    case.do(
        FOOD,
        commands.ConcludeVisit(visit=1, conclusion=Conclusion.REPAIR, words="清出通道", due=date(2026, 3, 6)),
    )
    reminded = [
        type(event).__name__
        for day in (6, 7, 8)
        for event in _swept(case, at(3, day))
        if type(event).__name__ == "VisitRepairDue"
    ]
    assert reminded == ["VisitRepairDue"]


def _swept(case: Case, now: datetime) -> tuple[object, ...]:
    events = sweep(case.state, Context(now=now, actor=MACHINE, calendar=CALENDAR))
    case.state = fold(events, case.state)
    return events


def test_a_failed_conclusion_is_said_of_the_bodies_that_found_it() -> None:
    case = recorded(bad=True)
    case.do(FOOD, commands.ConcludeVisit(visit=1, conclusion=Conclusion.FAILED, words="通道不合格"))
    outcomes = {one.body: one.outcome for one in case.state.steps["visit"].reports}
    assert outcomes == {"food-body": StepOutcome.OK, "fire-body": StepOutcome.NOT_OK}


# ------------------------------------------------------------------------------------------- finding a time


def test_the_earliest_time_at_which_every_body_can_send_enough_is_offered() -> None:
    busy = frozenset(slot(3, 9, 180).cells)
    diaries = (
        Diary(who=PEOPLE[0], busy=busy),
        Diary(who=PEOPLE[1]),
        Diary(who=PEOPLE[2], away=((date(2026, 3, 2), date(2026, 3, 2)),)),
        Diary(who=PEOPLE[3]),
    )
    found = offers(
        CALENDAR, diaries, [(one, 2) for one in BODIES], 90, MONDAY, date(2026, 3, 4), date(2026, 3, 3)
    )
    assert [one.slot for one in found] == [slot(3, 14), slot(4, 9), slot(4, 14)]
    assert [one.late for one in found] == [False, True, True]
    # Of those of one body the least booked go first.
    assert [one.name for one in found[0].people] == [PEOPLE[i].name for i in (1, 0, 2, 3)]


def test_nothing_is_offered_where_one_body_cannot_send_two() -> None:
    diaries = tuple(Diary(who=one) for one in PEOPLE[:3])
    needs = [(one, 2) for one in BODIES]
    assert offers(CALENDAR, diaries, needs, 60, MONDAY, date(2026, 3, 20), date(2026, 3, 9)) == ()


BUSY = st.frozensets(
    st.builds(
        lambda day, cell: at(3, day, 9) + timedelta(minutes=30 * cell), st.integers(2, 8), st.integers(0, 15)
    )
)


@given(st.lists(BUSY, min_size=4, max_size=4), st.sampled_from([60, 90, 120]))
def test_an_offer_never_takes_time_from_somebody_who_has_none(
    busy: list[frozenset[datetime]], minutes: int
) -> None:
    diaries = tuple(Diary(who=who, busy=cells) for who, cells in zip(PEOPLE, busy, strict=True))
    needs = [(one, 2) for one in BODIES]
    for offer in offers(CALENDAR, diaries, needs, minutes, MONDAY, date(2026, 3, 8), date(2026, 3, 8)):
        assert CALENDAR.is_workday(offer.slot.day)
        assert offer.slot.ends - offer.slot.begins == timedelta(minutes=minutes)
        for diary in diaries:
            assert diary.who in offer.people
            assert diary.busy.isdisjoint(offer.slot.cells)
