"""Two officials on one file: one is faster, the other is told what happened and finds every word they typed."""

from __future__ import annotations

import pytest
from tests.usecases import town as specimen
from tests.web.bureau.desk import account, agree, finish, state_of
from tests.web.public.conftest import SignIn

from bancheng.core.catalogue import StepKind
from bancheng.store.models import User

WORDS = "现场与图纸有三处不一致，已拍照"


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        (
            "steps/{step}/refuse/{item}/",
            {"reasons": WORDS, "basis": "示例办法第三条", "remedies": "可以复议"},
        ),
        ("steps/{step}/report/", {"outcome": "not_ok", "findings": WORDS, "note/size": "12.5"}),
        ("steps/{step}/hand-over/", {"to": "", "reason": WORDS}),
        ("act/", {"do": "approve", "step": "{step}", "item": "{item}", "words": WORDS}),
        ("steps/{step}/decide/", {"do": "refuse", "item": "{item}", "reasons": WORDS}),
    ],
)
def test_who_comes_second_reads_what_happened_and_loses_no_word(
    town: None, sign_in: SignIn, address: str, sent: dict[str, str]
) -> None:
    file = specimen.accepted()
    number = file.case.number
    step = next(one for one in state_of(number).open_steps if one.plan.kind is StepKind.DECISION)
    body, item = step.plan.bodies[0], step.plan.items[0]
    slow, fast = sign_in(account("reviewer", body)), sign_in(account("senior", body))
    seen = state_of(number).seq
    first = {"do": "approve", "step": step.plan.key, "item": item}
    assert fast.post(f"/bureau/{number}/act/", first).status_code == 302
    after = state_of(number)
    assert after.seq > seen

    told = {key: text.format(step=step.plan.key, item=item) for key, text in sent.items()}
    answer = slow.post(
        f"/bureau/{number}/{address.format(step=step.plan.key, item=item)}", {**told, "seen": seen}
    )

    page = answer.content.decode()
    assert (answer.status_code, "同事先办了" in page, WORDS in page) == (409, True, True)
    assert ("note/size" not in told) or "12.5" in page
    assert after.items[item].item.name in page
    assert User.objects.get(username=account("senior", body)).get_full_name() in page
    assert state_of(number) == after, "nothing is done twice"


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("marks/", {"reason": WORDS}),
        ("clock/{item}/", {"do": "extend", "days": "5", "reason": WORDS}),
        ("clock/{item}/", {"do": "pause", "reason": "hearing", "words": WORDS, "basis": WORDS}),
    ],
)
def test_an_act_on_a_file_that_has_moved_is_not_done_and_keeps_its_words(
    town: None, sign_in: SignIn, address: str, sent: dict[str, str]
) -> None:
    file = specimen.accepted()
    number = file.case.number
    step = next(one for one in state_of(number).open_steps if one.plan.kind is StepKind.DECISION)
    body, item = step.plan.bodies[0], step.plan.items[0]
    slow, fast = sign_in(account("senior", body)), sign_in(account("reviewer", body))
    seen = state_of(number).seq
    assert fast.post(f"/bureau/{number}/steps/{step.plan.key}/hand-over/", {"to": ""}).status_code in {
        302,
        422,
    }
    fast.post(f"/bureau/{number}/act/", {"do": "claim", "step": step.plan.key, "item": item})
    after = state_of(number)
    assert after.seq > seen
    answer = slow.post(f"/bureau/{number}/{address.format(item=item)}", {**sent, "seen": seen})
    assert (answer.status_code in {409, 422}, WORDS in answer.content.decode()) == (True, True)
    assert state_of(number) == after


def test_an_opinion_that_a_colleague_gave_first_is_not_given_twice(town: None, sign_in: SignIn) -> None:
    number = specimen.accepted(specimen.LONG).case.number
    finish(sign_in, number, until=lambda step: bool(step.asks))
    step = next(one for one in state_of(number).open_steps if one.asks)
    ask = step.asks[0]
    slow, fast = sign_in(account("senior", ask.body)), sign_in(account("reviewer", ask.body))
    slow.get(f"/bureau/{number}/steps/{step.plan.key}/opinion/")
    seen = state_of(number).seq
    assert agree(fast, number, step.plan.key).status_code == 302
    after = state_of(number)
    sent = {"answer": "disagree", "words": WORDS, "seen": seen}
    answer = slow.post(f"/bureau/{number}/steps/{step.plan.key}/opinion/", sent)
    assert (answer.status_code, WORDS in answer.content.decode()) == (409, True)
    assert state_of(number) == after


def test_a_step_that_never_was_is_not_found(town: None, sign_in: SignIn) -> None:
    file = specimen.accepted()
    body = file.state.open_steps[0].plan.bodies[0]
    sent = {"findings": WORDS, "seen": file.state.seq}

    answer = sign_in(account("reviewer", body)).post(f"/bureau/{file.case.number}/steps/none/report/", sent)

    assert answer.status_code == 404
