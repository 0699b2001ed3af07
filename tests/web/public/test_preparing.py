"""The few questions, the personal list, the gate, whom it is for."""

import re
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.web.public.conftest import SignIn
from tests.web.public.reading import links, words

from bancheng.core.kernel import canonical
from bancheng.store.models import BlueprintVersion, Draft
from bancheng.usecases import town
from bancheng.usecases.access import actor_for
from bancheng.usecases.apply import Preparation, prepare, what_is_missing

NOODLES = {
    "floor_area_range": "from_50",
    "premises_floor": "ground",
    "premises_right": "rented",
    "wants_signboard": "true",
    "has_oil_fumes": "true",
    "makes_raw_food": "false",
}


def walk(client: Client, key: str = "open_restaurant", answers: dict[str, str] = NOODLES) -> Any:
    """From the guide through the questions to whatever comes after them."""
    page = client.post(f"/do/{key}/begin", follow=True)
    for _ in range(20):
        asked = re.search(r"/questions/([^/]+)/$", page.request["PATH_INFO"])
        if asked is None:
            return page
        element = asked.group(1)
        page = client.post(page.request["PATH_INFO"], {element: answers[element]}, follow=True)
    raise AssertionError("the questions never end")


def test_questions_come_one_a_page_and_end_in_the_list_without_signing_in(visitor: Client) -> None:
    page = walk(visitor)
    assert page.request["PATH_INFO"].endswith("/list/")
    said = words(page)
    assert "户外招牌设施设置" in said
    assert "房屋租赁合同" in said
    assert "专间或专用操作区说明" not in said
    assert "登录后填表" in said


def test_a_question_says_how_many_there_may_be_and_why_it_is_asked(visitor: Client) -> None:
    page = visitor.post("/do/open_restaurant/begin", follow=True)
    said = words(page)
    assert re.search(r"还有最多 \d+ 个问题", said)
    assert "为什么问这个？" in said
    assert "消防安全检查" in said


def test_an_empty_answer_is_told_and_leads_to_the_question(visitor: Client) -> None:
    page = visitor.post("/do/open_restaurant/begin", follow=True)
    empty = visitor.post(page.request["PATH_INFO"], {})
    assert empty.status_code == 422
    assert "请先选一个答案" in words(empty)
    assert "#f-floor_area_range" in links(empty)


def test_an_answer_that_is_none_of_the_options_is_not_taken(visitor: Client) -> None:
    page = visitor.post("/do/open_restaurant/begin", follow=True)
    wrong = visitor.post(page.request["PATH_INFO"], {"floor_area_range": "a palace"})
    assert wrong.status_code == 422
    assert Draft.objects.get().answers == {}


def test_back_leads_to_the_question_answered_before_whatever_order_is_printed(visitor: Client) -> None:
    page, before = visitor.post("/do/open_restaurant/begin", follow=True), "/do/open_restaurant/"
    for _ in range(20):
        assert before in links(page)
        here = page.request["PATH_INFO"]
        asked = re.search(r"/questions/([^/]+)/$", here)
        if asked is None:
            break
        page = visitor.post(here, {asked.group(1): NOODLES[asked.group(1)]}, follow=True)
        assert before in links(visitor.get(here))
        before = here
    draft = Draft.objects.get()
    assert set(draft.asked) == set(draft.answers)
    again = visitor.post(
        f"/apply/{draft.pk}/questions/{draft.asked[0]}/", {draft.asked[0]: NOODLES[draft.asked[0]]}
    )
    assert again.status_code == 302
    draft.refresh_from_db()
    assert len(draft.asked) == len(set(draft.asked))


def test_one_answers_differently_and_the_list_is_another(visitor: Client) -> None:
    page = walk(visitor)
    draft = Draft.objects.get()
    visitor.post(f"/apply/{draft.pk}/questions/wants_signboard/", {"wants_signboard": "false"})
    said = words(visitor.get(page.request["PATH_INFO"]))
    assert "户外招牌设计效果图" not in said


def test_a_draft_begun_before_signing_in_becomes_ones_own(visitor: Client, sign_in: SignIn) -> None:
    walk(visitor)
    draft = Draft.objects.get()
    login = visitor.get(f"/apply/{draft.pk}/")
    assert login.status_code == 302
    assert "/accounts/login/" in login["Location"]
    signed = visitor.post(
        login["Location"], {"login": "zhang", "password": "bancheng-demo-2026"}, follow=True
    )
    assert signed.request["PATH_INFO"] == f"/apply/{draft.pk}/"
    assert "云溪县老张面馆" in words(signed)
    draft.refresh_from_db()
    assert draft.user is not None
    assert draft.answers["wants_signboard"] is True


def test_nobody_else_opens_a_draft_begun_in_another_browser(visitor: Client, zhang: Client) -> None:
    walk(visitor)
    draft = Draft.objects.get()
    for part in ("", "list/", "questions/", "check/", "materials/"):
        assert zhang.get(f"/apply/{draft.pk}/{part}").status_code == 404
    assert Client().get(f"/apply/{draft.pk}/list/").status_code == 404


def test_whoever_the_gate_leaves_out_hears_why_and_what_else_to_do(sign_in: SignIn) -> None:
    page = sign_in("dan").post("/do/open_restaurant/begin", follow=True)
    said = words(page)
    assert "这件事面向已有营业执照、状态为存续的经营主体" in said
    assert "依据：" in said
    assert "/item/sole_trader_registration/" in links(page)


def test_evidence_answers_instead_of_the_person_and_says_so(zhang: Client) -> None:
    page = walk(zhang)
    said = words(page)
    assert "项已经替您填好" in said
    assert "来自企业登记库（示范）" in said
    assert "已从“企业电子证照库（示范）”查到，免于提交" in said


def test_an_optional_item_joins_by_a_wish_and_leaves_again(zhang: Client) -> None:
    page = walk(zhang)
    address = page.request["PATH_INFO"]
    with_tobacco = zhang.post(address, {"wanted": "tobacco_retail_licence"}, follow=True)
    assert "烟草专卖零售许可申请表 表单生成" in words(with_tobacco)
    without = zhang.post(address, {}, follow=True)
    assert "烟草专卖零售许可申请表" not in words(without)


def test_the_parts_say_what_is_done_what_is_to_do_and_why_not(zhang: Client) -> None:
    walk(zhang)
    said = words(zhang.get(f"/apply/{Draft.objects.get().pk}/"))
    assert "替谁办 已填好 云溪县老张面馆" in said
    assert "食品经营 待填 还差" in said
    assert "消防安全 不用填 您不用办“公众聚集场所投入使用、营业前消防安全检查”" in said
    assert "检查一遍并提交 还不能填" in said


def test_an_account_without_a_company_hears_how_to_get_on(sign_in: SignIn) -> None:
    wang = sign_in("wang")
    walk(wang)
    page = wang.get(f"/apply/{Draft.objects.get().pk}/for/")
    assert page.status_code == 200
    assert "您的账号还没有绑定单位" in words(page)
    assert "/list/" in links(page, "/list/")[0]


def test_nobody_applies_for_a_company_that_is_not_theirs(zhang: Client, sign_in: SignIn) -> None:
    walk(zhang)
    draft = Draft.objects.get()
    other = sign_in("wei")
    other.post("/do/company_deregistration/begin")
    foreign = Draft.objects.exclude(pk=draft.pk).get().party_id
    page = zhang.post(f"/apply/{draft.pk}/for/", {"party": str(foreign)})
    assert page.status_code == 422
    draft.refresh_from_db()
    assert draft.party_id != foreign


@pytest.mark.parametrize("sure", [True, False])
def test_a_draft_is_thrown_away_only_after_asking(zhang: Client, sure: bool) -> None:
    walk(zhang)
    address = f"/apply/{Draft.objects.get().pk}/discard/"
    assert "删掉这份草稿？" in words(zhang.get(address))
    zhang.post(address, {"confirm": "yes"} if sure else {})
    assert Draft.objects.exists() is not sure


def test_the_gate_shows_what_it_judged_by_and_where_that_comes_from(sign_in: SignIn) -> None:
    said = words(sign_in("dan").post("/do/open_restaurant/begin", follow=True))
    assert "我们查到的 登记状态 歇业 来自企业登记库（示范）" in said


def test_a_draft_moves_to_a_new_version_only_after_its_changes_were_seen(zhang: Client) -> None:
    walk(zhang)
    draft = Draft.objects.get()
    now = town.blueprint(draft.blueprint_id)
    kept = tuple(one for one in now.materials if one.document != "lease_contract")
    old = msgspec.structs.replace(now, materials=kept, digest="0" * 64)
    BlueprintVersion.objects.create(
        digest=old.digest,
        key=old.key,
        version=old.version,
        name=old.name,
        content=canonical(old).decode(),
        published_at=timezone.now(),
    )
    Draft.objects.update(blueprint_id=old.digest)
    address = f"/apply/{draft.pk}/"
    assert "这件事的要求更新了" in words(zhang.get(address))
    assert "请先看看变了什么" in words(zhang.get(f"{address}check/"))
    assert "新要交的材料 房屋租赁合同" in words(zhang.get(f"{address}update/"))
    zhang.post(f"{address}update/")
    draft.refresh_from_db()
    assert draft.blueprint_id == now.digest
    assert draft.answers["premises_right"] == "rented"
    assert zhang.get(f"{address}update/").status_code == 302


def test_a_question_that_the_new_version_added_is_not_skipped(zhang: Client) -> None:
    walk(zhang)
    draft = Draft.objects.get()
    now = town.blueprint(draft.blueprint_id)
    added = next(one for one in now.questions if one.element in draft.answers)
    questions = tuple(one for one in now.questions if one is not added)
    old = msgspec.structs.replace(now, questions=questions, digest="1" * 64)
    BlueprintVersion.objects.create(
        digest=old.digest,
        key=old.key,
        version=old.version,
        name=old.name,
        content=canonical(old).decode(),
        published_at=timezone.now(),
    )
    draft.answers = {key: value for key, value in draft.answers.items() if key != added.element}
    draft.blueprint_id = old.digest
    draft.save()
    address = f"/apply/{draft.pk}/"
    zhang.get(f"{address}update/")
    zhang.post(f"{address}update/")
    draft.refresh_from_db()
    assert (draft.blueprint_id, added.element in draft.answers) == (now.digest, False)
    assert added.element in {one.place.path for one in what_is_missing(prepared(draft))}
    assert zhang.post(f"{address}check/", {"declared": "yes"}).status_code == 422


def prepared(draft: Draft) -> Preparation:
    assert draft.user is not None
    return prepare(actor_for(draft.user), draft)


def test_a_source_that_is_down_only_means_that_we_ask(zhang: Client, settings: Settings) -> None:
    settings.BANCHENG_DEMO_SOURCES = {"company_register": "down"}
    page = walk(zhang)
    assert page.status_code == 200
    draft = Draft.objects.get()
    said = words(zhang.get(f"/apply/{draft.pk}/"))
    assert "企业登记库（示范）暂时没有回应，这几项请您先自己填" in said
    assert 'name="company_name"' in zhang.get(f"/apply/{draft.pk}/form/company/").content.decode()
