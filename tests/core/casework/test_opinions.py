"""Asked bodies answer questions of the step, on a clock of their own that is chased twice."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from tests.core.casework.road import CALENDAR, MACHINE, NOODLES, Case, accepted, at, reviewer

from bancheng.core.casework import AskedAnswer, Context, Opinion, clocks, commands, events, fold, sweep
from bancheng.core.catalogue import AnswerKind, AskedQuestion
from bancheng.core.clock import Limit

QUESTIONS = (
    AskedQuestion(key="road", text="是否占用道路"),
    AskedQuestion(
        key="lane", text="占用哪一侧", kind=AnswerKind.CHOICE, options=("东侧", "西侧"), required=False
    ),
    AskedQuestion(key="why", text="需要说明的情况", kind=AnswerKind.WORDS, required=False),
)


def asked(limit: int | None = None) -> Case:
    plan = NOODLES.plan
    steps = tuple(
        replace(one, questions=QUESTIONS, ask_limit=Limit(limit) if limit else None)
        if one.key == "sign.ask"
        else one
        for one in plan.steps
    )
    return accepted(replace(NOODLES, plan=replace(plan, steps=steps)))


def answer(*said: tuple[str, str]) -> commands.GiveOpinion:
    answers = tuple(AskedAnswer(question=key, said=words) for key, words in said)
    return commands.GiveOpinion(step="sign.ask", answer=Opinion.AGREE, answers=answers)


def test_the_asked_body_answers_each_question_that_must_be_answered() -> None:
    case = asked()
    case.do(reviewer("road-body"), answer(("why", " 无 "), ("road", "yes")))
    ask = next(one for one in case.state.steps["sign.ask"].asks if one.body == "road-body")
    assert [(one.question, one.said) for one in ask.answers] == [("road", "yes"), ("why", "无")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ((), "opinion.unanswered"),
        ((("road", " "),), "opinion.unanswered"),
        ((("road", "maybe"),), "opinion.answer"),
        ((("road", "no"), ("lane", "南侧")), "opinion.answer"),
        ((("road", "no"), ("other", "x")), "opinion.question"),
    ],
)
def test_an_answer_the_form_does_not_know_is_refused(said: tuple[tuple[str, str], ...], code: str) -> None:
    assert asked().refused(reviewer("road-body"), answer(*said)) == code


def test_the_asked_bodies_have_days_of_their_own() -> None:
    dials = clocks(asked(2).state, CALENDAR, at(3, 2))
    assert dials.opinions["sign.ask/road-body"].due == date(2026, 3, 4)
    assert dials.steps["sign.ask"].due == date(2026, 3, 6)


def test_an_opinion_is_chased_before_its_last_day_and_again_after_it() -> None:
    case = asked(3)
    step = case.state.steps["sign.ask"]
    # Where silence is no consent, the second reminder comes.
    case.state = replace(
        case.state,
        steps={**case.state.steps, "sign.ask": replace(step, plan=replace(step.plan, silent_consent=False))},
    )
    told: list[tuple[date, str]] = []
    for day in range(2, 12):
        made = sweep(case.state, Context(now=at(3, day), actor=MACHINE, calendar=CALENDAR))
        case.state = fold(made, case.state)
        told += [
            (one.at.date(), one.words().split("（")[0])
            for one in made
            if isinstance(one, events.Warned) and one.key == "sign.ask/road-body"
        ]
    assert told == [(date(2026, 3, 4), "第1次催办"), (date(2026, 3, 6), "第2次催办")]
