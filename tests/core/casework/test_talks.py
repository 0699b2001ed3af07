"""The thread of a case: who may write, what an answer settles, when a question is a task, and its end."""

from datetime import date

from tests.core.casework.road import APPLICANT, CALENDAR, CLERK, MONDAY, Case, accepted, replayed, reviewer

from bancheng.core.casework import MESSAGE, Task, WithdrawReason, clocks, commands, tasks
from bancheng.core.casework import events as ev

ASK = commands.WriteMessage(digest="a" * 64, to="shop-body")
SAY = commands.WriteMessage(digest="b" * 64)


def waiting(case: Case) -> list[Task]:
    found = tasks(case.state, clocks(case.state, CALENDAR, MONDAY))
    return [one for one in found if one.kind == MESSAGE and one.done is None]


def test_a_question_is_a_task_of_the_asked_body_with_a_last_day() -> None:
    case = accepted()
    case.do(APPLICANT, ASK)
    assert [(one.body, one.role, one.due) for one in waiting(case)] == [
        ("shop-body", "reviewer", date(2026, 3, 5))
    ]


def test_without_an_address_the_window_is_asked_before_acceptance_too() -> None:
    case = Case()
    case.do(APPLICANT, SAY)
    assert [(one.body, one.role) for one in waiting(case)] == [("hall", "clerk")]


def test_one_answer_of_the_body_settles_all_its_questions_and_no_others() -> None:
    case = accepted()
    for command in (ASK, ASK, SAY):
        case.do(APPLICANT, command)
    (event,) = case.do(reviewer("shop-body"), SAY)
    assert isinstance(event, ev.MessageWritten)
    assert (event.number, event.answers, event.to) == (4, (1, 2), "")
    assert [one.body for one in waiting(case)] == ["hall"]
    assert replayed(case.log) == case.state


def test_only_bodies_with_a_part_and_the_applicants_side_write() -> None:
    case = accepted()
    assert case.refused(reviewer("strange-body"), SAY) == "body"
    assert case.refused(APPLICANT, commands.WriteMessage(digest="a", to="strange-body")) == "message.to"
    assert case.refused(reviewer("shop-body").__class__(id="x", roles=("applicant",)), SAY) == "applicant"
    assert case.refused(APPLICANT, commands.WriteMessage(digest="")) == "message.empty"


def test_a_thank_you_is_settled_by_the_asked_body_alone() -> None:
    case = accepted()
    case.do(APPLICANT, ASK)
    assert case.refused(CLERK, commands.NeedsNoAnswer(number=1)) == "body"
    case.do(reviewer("shop-body"), commands.NeedsNoAnswer(number=1))
    assert waiting(case) == []
    assert case.refused(reviewer("shop-body"), commands.NeedsNoAnswer(number=1)) == "message.answered"


def test_the_thread_closes_with_the_case_and_nothing_is_owed_then() -> None:
    case = accepted()
    case.do(APPLICANT, ASK)
    case.do(APPLICANT, commands.Withdraw(reason=WithdrawReason.LATER))
    assert waiting(case) == []
    assert case.refused(APPLICANT, ASK) == "phase"
    assert case.refused(reviewer("shop-body"), SAY) == "phase"
