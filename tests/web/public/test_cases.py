"""My cases: the list, the road, withdrawal, results, rating, messages."""

import pytest
from django.test import Client
from django.utils import timezone
from tests.usecases import town as specimen
from tests.web.public.conftest import SignIn
from tests.web.public.reading import links, words

from bancheng.core.casework import Verdict
from bancheng.store.models import Message, User
from bancheng.usecases import play, results, upkeep
from bancheng.usecases.casework import CaseFile


def client_of(file: CaseFile, sign_in: SignIn) -> Client:
    """The applicant's browser."""
    return sign_in(User.objects.get(pk=file.case.applicant_id).username)


def finished(onething: str = specimen.SERIAL) -> CaseFile:
    """A case whose every item is approved."""
    file = specimen.accepted(onething)
    for scene in play.work(file):
        file = scene.file
    return file


def test_a_case_waiting_for_intake_says_by_when_there_is_a_word(sign_in: SignIn) -> None:
    file = specimen.submitted()
    said = words(client_of(file, sign_in).get(f"/cases/{file.case.number}/"))
    assert "已收到" in said
    assert "您提交申请 已提交" in said
    assert "到期没有告知，依法就算受理" in said
    assert "还没轮到" in said


def test_an_accepted_case_shows_each_body_and_the_expected_end(sign_in: SignIn) -> None:
    file = specimen.accepted()
    said = words(client_of(file, sign_in).get(f"/cases/{file.case.number}/"))
    assert "等 2 个部门办" in said
    assert "办理中" not in said
    assert "前 办好" in said or "前办好" in said
    assert "云溪城管 正在办" in said
    assert "正在：" in said
    assert "承诺" in said


def test_a_case_is_seen_by_its_own_side_only(sign_in: SignIn) -> None:
    file = specimen.accepted()
    address = f"/cases/{file.case.number}/"
    for stranger in ("wei", "clerk", "market_reviewer", "watch"):
        for part in ("", "done/", "withdraw/", "rate/", "papers/1"):
            assert sign_in(stranger).get(address + part).status_code == 404, (stranger, part)
    assert Client().get(address).status_code == 302


def test_the_list_shows_drafts_and_cases_with_where_they_stand(sign_in: SignIn) -> None:
    file = specimen.submitted()
    specimen.draft()
    said = words(client_of(file, sign_in).get("/cases/"))
    assert "没填完的" in said
    assert "开办餐饮店 已收到" in said


def test_whoever_has_nothing_hears_what_would_be_here(sign_in: SignIn) -> None:
    assert "还没有办件" in words(sign_in("wang").get("/cases/"))


def test_withdrawing_asks_why_and_keeps_what_was_decided(sign_in: SignIn) -> None:
    file = specimen.accepted()
    client, address = client_of(file, sign_in), f"/cases/{file.case.number}/withdraw/"
    assert "以后可以随时重新申请" in words(client.get(address))
    assert client.post(address, {}).status_code == 422
    page = client.post(address, {"reason": "later"}, follow=True)
    assert "申请已经撤回" in words(page)
    assert specimen.fresh(file).state.phase == "withdrawn"


def test_a_finished_case_gives_its_results(sign_in: SignIn) -> None:
    file = finished()
    client = client_of(file, sign_in)
    page = client.get(f"/cases/{file.case.number}/")
    papers = links(page, "/results/")
    assert "已办结" in words(page)
    assert len(papers) == file.case.results.count() > 0
    if specimen.fresh(file).state.still_owed:
        pytest.fail("the example owes a material")
    result = client.get(papers[0])
    assert result.content.startswith(b"%PDF-")
    assert sign_in("wei").get(papers[0]).status_code == 404


def test_a_rating_is_given_once_with_what_belongs_to_its_level(sign_in: SignIn) -> None:
    file = finished()
    client, address = client_of(file, sign_in), f"/cases/{file.case.number}/rate/"
    assert "非常满意" in words(client.get(address))
    assert "等得太久" in words(client.get(address, {"level": 2}))
    assert "办事效率高" in words(client.get(address, {"level": 5}))
    assert client.post(address, {}).status_code == 422
    page = client.post(address, {"level": "2", "indicators": ["等得太久", "办事效率高"]}, follow=True)
    assert "谢谢您的评价" in words(page)
    state = specimen.fresh(file).state
    assert state.rating == 2
    again = client.post(address, {"level": "5"}, follow=True)
    assert again.request["PATH_INFO"] == f"/cases/{file.case.number}/"
    assert specimen.fresh(file).state.rating == 2


def test_a_refusal_says_what_why_by_which_rule_and_what_can_be_done(sign_in: SignIn) -> None:
    file = specimen.accepted()
    while not any(step.plan.kind == "decision" for step in file.state.open_steps):
        step = next(one for one in file.state.open_steps)
        for body in step.plan.bodies:
            file, _ = play._do(specimen.fresh(file), step, body, timezone.now())
    step = next(one for one in file.state.open_steps if one.plan.kind == "decision")
    body = step.plan.bodies[0]
    results.decide_item(
        specimen.official("reviewer", body),
        file.case.number,
        step.plan.items[0],
        Verdict.REFUSE,
        reasons="招牌伸出门头三十厘米。",
        basis="某某办法第九条",
        remedies="改小后可以重新申请。",
        body=body,
    )
    said = words(client_of(file, sign_in).get(f"/cases/{file.case.number}/"))
    for told in ("没有通过", "招牌伸出门头三十厘米", "某某办法第九条", "改小后可以重新申请"):
        assert told in said


def test_messages_are_told_listed_and_marked_as_read(sign_in: SignIn) -> None:
    file = specimen.accepted()
    upkeep.deliver_messages(timezone.now())
    client = client_of(file, sign_in)
    assert "申请已受理" in words(client.get("/messages/"))
    assert "条新消息" in words(client.get("/"))
    client.post("/messages/")
    assert not Message.objects.filter(user_id=file.case.applicant_id, read_at=None).exists()
    assert "还没有消息" in words(sign_in("wang").get("/messages/"))
