"""Putting right: exactly what was marked, one by one; and what is owed handed in."""

import pytest
from django.test import Client
from tests.usecases import town as specimen
from tests.web.public.conftest import SignIn
from tests.web.public.reading import links, picture, typed, words
from tests.web.public.test_cases import client_of

from bancheng.core.casework import Mark, MarkKind, MarkReason, Phase, commands
from bancheng.usecases import casework
from bancheng.usecases.casework import CaseFile

MARKS = (
    Mark(
        key="m1",
        kind=MarkKind.FIELD,
        target="premises_name",
        reason=MarkReason.WRONG,
        words="请写招牌上的全名。",
        name="门店名称",
    ),
    Mark(
        key="m2",
        kind=MarkKind.MATERIAL,
        target="layout_plan",
        reason=MarkReason.OUTDATED,
        words="请画出洗消的位置。",
        name="经营场所平面布局图",
    ),
)


@pytest.fixture
def marked(town: None) -> CaseFile:
    """A case whose applicant has two things to put right."""
    file = specimen.submitted()
    return casework.act(specimen.clerk_of(file), file.case.number, commands.IssueNotice(marks=MARKS))


def place(file: CaseFile, mark: str = "") -> str:
    """The address of the notice, or of one mark."""
    return f"/cases/{file.case.number}/notice/1/" + (f"{mark}/" if mark else "")


def test_the_case_leads_to_the_notice_and_says_whom_it_waits_for(marked: CaseFile, sign_in: SignIn) -> None:
    page = client_of(marked, sign_in).get(f"/cases/{marked.case.number}/")
    said = words(page)
    assert "等您补正" in said
    assert "请您改 2 处" in said
    assert place(marked) in links(page)


def test_the_notice_shows_exactly_what_is_marked_with_its_reason(marked: CaseFile, sign_in: SignIn) -> None:
    page = client_of(marked, sign_in).get(place(marked))
    said = words(page)
    assert "门店名称 有误 请写招牌上的全名。" in said
    assert "经营场所平面布局图 已过期 请画出洗消的位置。" in said
    assert "餐饮类型" not in said


def test_one_by_one_and_the_last_one_sends_it_back(marked: CaseFile, sign_in: SignIn) -> None:
    client = client_of(marked, sign_in)
    before = marked.state.form_digest
    page = client.post(place(marked, "m1"), {"premises_name": "老张牛肉面馆"}, follow=True)
    assert "2 处改好了 1 处" in words(page)
    assert specimen.fresh(marked).state.phase is Phase.SUPPLEMENT
    assert specimen.fresh(marked).state.form_digest == before
    assert "这是最后一处" in words(client.get(place(marked, "m2")))
    client.post(place(marked, "m2"), {"file": picture("新图.png"), "add": "yes"})
    page = client.post(place(marked, "m2"), {}, follow=True)
    assert "都改好了，已经重新提交" in words(page)
    after = specimen.fresh(marked)
    assert after.state.phase is Phase.RECEIVED
    form = after.case.forms.get(digest=after.state.form_digest)
    assert form.values is not None
    assert form.values["premises_name"] == "老张牛肉面馆"
    assert after.state.materials["layout_plan"] != marked.state.materials["layout_plan"]
    assert after.state.materials["lease_contract"] == marked.state.materials["lease_contract"]


def test_a_marked_field_is_read_as_strictly_as_in_the_form(marked: CaseFile, sign_in: SignIn) -> None:
    client = client_of(marked, sign_in)
    page = client.post(place(marked, "m1"), {"premises_name": " "})
    assert page.status_code == 422
    assert "请填写“门店名称”" in words(page)
    long = client.post(place(marked, "m1"), {"premises_name": "长" * 3000})
    assert long.status_code in {302, 422}
    assert typed(client.get(place(marked, "m1")), "premises_name")


def test_a_material_is_not_answered_without_a_file(marked: CaseFile, sign_in: SignIn) -> None:
    client = client_of(marked, sign_in)
    for sent in ({}, {"add": "yes"}):
        page = client.post(place(marked, "m2"), sent)
        assert page.status_code == 422
        assert "请先" in words(page)


def test_a_file_given_in_answer_can_be_taken_back_one_given_before_cannot(
    marked: CaseFile, sign_in: SignIn
) -> None:
    client = client_of(marked, sign_in)
    client.post(place(marked, "m2"), {"file": picture(), "add": "yes"})
    new = marked.case.uploads.filter(document="layout_plan").latest("created_at")
    old = marked.case.uploads.filter(document="layout_plan").earliest("created_at")
    assert client.post(f"{place(marked, 'm2')}files/{old.pk}/delete").status_code == 404
    client.post(f"{place(marked, 'm2')}files/{new.pk}/delete")
    assert list(marked.case.uploads.filter(document="layout_plan")) == [old]


def test_nobody_else_answers(marked: CaseFile, sign_in: SignIn) -> None:
    other: Client = sign_in("wei")
    assert other.get(place(marked)).status_code == 404
    assert other.post(place(marked, "m1"), {"premises_name": "别人的店"}).status_code == 404


def test_a_closed_notice_is_gone(marked: CaseFile, sign_in: SignIn) -> None:
    client = client_of(marked, sign_in)
    client.post(place(marked, "m1"), {"premises_name": "老张牛肉面馆"})
    client.post(place(marked, "m2"), {"file": picture()})
    assert specimen.fresh(marked).state.phase is Phase.RECEIVED
    assert client.get(place(marked)).status_code == 404


def test_what_is_owed_is_handed_in_by_its_day(sign_in: SignIn) -> None:
    actor, prepared = specimen.draft()
    prepared.draft.uploads.filter(document="equipment_list").delete()
    from bancheng.usecases import apply, play

    file = play.accept(play.hand_in(actor, apply.prepare(actor, prepared.draft)))
    assert "equipment_list" in file.state.owed
    client, address = client_of(file, sign_in), f"/cases/{file.case.number}/owed/equipment_list/"
    case_page = client.get(f"/cases/{file.case.number}/")
    assert address in links(case_page)
    assert client.post(address, {}).status_code == 422
    client.post(address, {"file": picture(), "add": "yes"})
    page = client.post(address, {}, follow=True)
    assert "已经补交" in words(page)
    assert not specimen.fresh(file).state.still_owed
    assert client.get(address).status_code == 404
