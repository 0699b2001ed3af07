"""Steps done in a body's own system: the system acts for its body as people do, and no further; the clock goes on."""

from tests.core.casework.road import CALENDAR, CLERK, MACHINE, STAFF, Case, accepted, at, replayed, reviewer

from bancheng.core.casework import (
    SYSTEM,
    Actor,
    SentStatus,
    StepOutcome,
    StepStatus,
    Underway,
    clocks,
    commands,
    sent_key,
)
from bancheng.core.casework import events as ev

STEP, BODY = "shop.review", "shop-body"
THERE = Actor(id=f"{SYSTEM}shop_core", name="商户业务系统", roles=("reviewer", "inspector"), body=BODY)
HEAD = Actor(id="user:head", name="赵主任", roles=("senior",), body=BODY)
OUT = commands.SendOut(step=STEP, body=BODY, system="shop_core", system_name="商户业务系统")
BACK = commands.TakeBack(step=STEP, message="m1", digest="d" * 64)


def out() -> Case:
    """A case whose first step lies with the body's own system."""
    case = accepted()
    case.do(MACHINE, OUT)
    return case


def sent(case: Case) -> object:
    return case.state.exchange[sent_key(STEP, BODY)].status


def test_a_step_goes_out_once_and_only_by_the_machine() -> None:
    case = out()
    assert case.refused(MACHINE, OUT) == "exchange.sent"
    assert accepted().refused(reviewer(BODY), OUT) == "machine"
    assert case.state.steps[STEP].owners[BODY].name == "商户业务系统"


def test_a_part_that_is_over_is_not_sent() -> None:
    case = accepted()
    over = commands.SendOut(step=STEP, body="road-body", system="x", system_name="甲系统")
    assert case.refused(MACHINE, over) == "exchange.over"


def test_nobody_types_what_the_system_does() -> None:
    case = out()
    report = commands.CompleteStep(step=STEP, outcome=StepOutcome.OK)
    assert case.refused(reviewer(BODY), report) == "step.claimed"


def test_a_result_there_completes_the_step_here_by_the_same_command() -> None:
    case = out()
    case.do(THERE, commands.ConfirmReceipt(step=STEP, reference="SH-1"))
    case.do(THERE, BACK)
    events = case.do(THERE, commands.CompleteStep(step=STEP, outcome=StepOutcome.OK))
    assert case.state.steps[STEP].status is StepStatus.DONE
    assert events[0].by.name == "商户业务系统"
    assert isinstance(events[-1], ev.Dispatched)
    assert sent(case) is SentStatus.TAKEN_BACK
    assert replayed(case.log) == case.state


def test_the_system_may_do_only_what_was_sent_to_it() -> None:
    case = out()
    foreign = commands.TakeBack(step="sign.ask", message="m1", digest="d" * 64)
    assert case.refused(THERE, foreign) == "exchange.foreign"
    other = Actor(id=f"{SYSTEM}other", name="别的系统", roles=("reviewer",), body=BODY)
    assert case.refused(other, BACK) == "exchange.foreign"
    assert case.refused(THERE, commands.TakeBack(step="visit", message="m1", digest="d")) == "step.waiting"
    assert case.refused(THERE, commands.Accept()) == "phase"


def test_an_inspection_there_names_two_people_as_the_law_wants() -> None:
    case = accepted()
    case.complete(STEP)
    case.approve("shop")
    food = Actor(id=f"{SYSTEM}food", name="食品系统", roles=("reviewer", "inspector"), body="food-body")
    case.do(MACHINE, commands.SendOut(step="visit", body="food-body", system="food", system_name="食品系统"))
    assert case.refused(food, commands.CompleteStep(step="visit", outcome=StepOutcome.OK)) == "step.staff"
    case.do(food, commands.CompleteStep(step="visit", outcome=StepOutcome.OK, staff=STAFF))


def test_saying_the_same_twice_changes_nothing() -> None:
    case = out()
    told = commands.ConfirmReceipt(step=STEP, reference="SH-1", underway=Underway.REVIEWING)
    assert len(case.do(THERE, told)) == 1
    assert case.do(THERE, told) == ()
    assert len(case.do(THERE, commands.ConfirmReceipt(step=STEP, underway=Underway.SIGNING))) == 1
    assert case.state.exchange[sent_key(STEP, BODY)].reference == "SH-1"


def test_the_clock_goes_on_while_a_system_has_the_step() -> None:
    stays, goes = accepted(), out()
    later = at(3, 6)
    dials = [clocks(one.state, CALENDAR, later).steps[STEP] for one in (stays, goes)]
    assert dials[0] == dials[1]


def test_what_cannot_be_handed_over_comes_back_to_people_with_the_reason() -> None:
    case = out()
    case.do(MACHINE, commands.GiveUpExchange(step=STEP, body=BODY, reason="对方系统连不上"))
    assert sent(case) is SentStatus.FAILED
    assert case.refused(THERE, BACK) == "exchange.ended"
    case.complete(STEP)
    assert "改由人工办理：对方系统连不上" in case.log[-3].words()


def test_a_senior_takes_a_step_back_and_it_may_be_sent_again() -> None:
    case = out()
    assert case.refused(reviewer(BODY), commands.Recall(step=STEP, reason="急办")) == "role"
    assert case.refused(HEAD, commands.Recall(step=STEP, reason=" ")) == "recall.reason"
    case.do(HEAD, commands.Recall(step=STEP, reason="急办"))
    assert sent(case) is SentStatus.RECALLED
    assert case.refused(HEAD, commands.Recall(step=STEP, reason="急办")) == "exchange.none"
    again = case.do(MACHINE, OUT)
    assert isinstance(again[0], ev.SentOut)
    assert again[0].number == 2


def test_the_machine_takes_back_only_what_has_passed_on() -> None:
    case = out()
    by_itself = commands.Recall(step=STEP, body=BODY, reason="机构调整")
    assert case.refused(MACHINE, by_itself) == "exchange.part"
    assert case.refused(HEAD, by_itself) == "machine"


def test_a_clerk_confirms_nothing_for_a_system() -> None:
    assert out().refused(CLERK, commands.ConfirmReceipt(step=STEP)) == "exchange.foreign"
