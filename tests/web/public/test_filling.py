"""The merged form: known values, all problems at once, nothing typed lost, fields that appear when they matter."""

import pytest
from django.test import Client
from tests.usecases import town as specimen
from tests.web.public.conftest import SignIn
from tests.web.public.reading import links, typed, words
from tests.web.public.test_preparing import walk

from bancheng.store.models import Draft

FOOD = {
    "asked": [
        "catering_kind",
        "food_projects",
        "online_catering",
        "food_safety_manager",
        "food_safety_manager_id",
        "food_handlers",
        "kitchen_area",
    ],
    "catering_kind": "",
    "food_safety_manager": "张老三",
    "food_safety_manager_id": "999999197203161017",
    "food_handlers": "三个",
    "kitchen_area": "20",
}


@pytest.fixture
def draft(zhang: Client) -> Draft:
    """Zhang's draft with the questions answered."""
    walk(zhang)
    return Draft.objects.get()


def test_known_values_stand_with_source_day_and_a_way_to_object(zhang: Client, draft: Draft) -> None:
    page = zhang.get(f"/apply/{draft.pk}/form/company/")
    said = words(page)
    assert "企业名称 云溪县老张面馆 来自企业登记库（示范） · 11月10日 周二" in said
    assert "不对？" in said
    wrong = links(page, "edit=company_name")
    assert typed(zhang.get(wrong[0]), "company_name") == "云溪县老张面馆"


def test_a_known_value_put_right_is_the_persons_and_no_longer_the_sources(
    zhang: Client, draft: Draft
) -> None:
    address = f"/apply/{draft.pk}/form/company/"
    zhang.post(address, {"asked": "company_name", "company_name": "云溪县老张牛肉面馆"})
    page = zhang.get(address)
    assert typed(page, "company_name") == "云溪县老张牛肉面馆"
    assert "7 项已经替您填好" in words(page)
    zhang.post(address, {"asked": "company_name", "company_name": "云溪县老张面馆"})
    assert "8 项已经替您填好" in words(zhang.get(address))


def test_every_field_says_who_needs_it(zhang: Client, draft: Draft) -> None:
    assert "云溪市场监管要用" in words(zhang.get(f"/apply/{draft.pk}/form/food/"))


def test_all_problems_are_told_at_once_and_nothing_typed_is_lost(zhang: Client, draft: Draft) -> None:
    page = zhang.post(f"/apply/{draft.pk}/form/food/", FOOD)
    assert page.status_code == 422
    said = words(page)
    for wrong in (
        "请填写“餐饮类型”",
        "请填写“经营项目”",
        "请填写“是否做外卖”",
        "“接触食品的人数”请填写数字",
    ):
        assert wrong in said
    assert links(page, "#f-") == [
        "#f-food_safety_manager_id",
        "#f-food_handlers",
        "#f-catering_kind",
        "#f-food_projects",
        "#f-online_catering",
    ]
    assert typed(page, "food_handlers") == "三个"
    assert typed(page, "food_safety_manager_id") == "999999197203161017"
    draft.refresh_from_db()
    assert draft.answers["food_safety_manager"] == "张老三"
    assert draft.answers["kitchen_area"] == "20"
    assert "food_handlers" not in draft.answers


def test_what_was_saved_is_there_on_another_device(zhang: Client, draft: Draft, sign_in: SignIn) -> None:
    stored = zhang.post(f"/apply/{draft.pk}/form/food/", {**FOOD, "food_handlers": "3", "later": "yes"})
    assert stored.status_code == 422, "the wrong ID number is told even when finishing later"
    zhang.post(
        f"/apply/{draft.pk}/form/food/",
        {"asked": ["food_handlers"], "food_handlers": "3", "later": "yes"},
    )
    elsewhere = sign_in("zhang")
    assert typed(elsewhere.get(f"/apply/{draft.pk}/form/food/"), "food_handlers") == "3"


def test_finishing_later_asks_for_nothing_that_is_still_empty(zhang: Client, draft: Draft) -> None:
    page = zhang.post(f"/apply/{draft.pk}/form/food/", {"asked": FOOD["asked"], "later": "yes"}, follow=True)
    assert page.request["PATH_INFO"] == f"/apply/{draft.pk}/"
    assert "已经存好" in words(page)


def test_a_field_appears_once_an_answer_makes_it_matter(zhang: Client, draft: Draft) -> None:
    address = f"/apply/{draft.pk}/form/food/"
    kind = {"asked": "catering_kind", "catering_kind": "drinks"}
    zhang.post(address, kind, headers={"HX-Request": "true"})
    assert "就餐座位数" not in words(zhang.get(f"/apply/{draft.pk}/form/premises/"))
    zhang.post(address, {**kind, "catering_kind": "restaurant"}, headers={"HX-Request": "true"})
    assert "就餐座位数" in words(zhang.get(f"/apply/{draft.pk}/form/premises/"))


def test_the_part_asked_for_by_script_keeps_what_was_typed_and_blames_nobody(
    zhang: Client, draft: Draft
) -> None:
    page = zhang.post(f"/apply/{draft.pk}/form/food/", FOOD, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "有 " not in words(page).split("请填这些")[0]
    assert typed(page, "food_handlers") == "三个"


def test_a_form_sends_only_its_own_fields(zhang: Client, draft: Draft) -> None:
    zhang.post(
        f"/apply/{draft.pk}/form/food/",
        {"asked": ["food_handlers", "company_name"], "food_handlers": "2", "company_name": "别的名字"},
    )
    draft.refresh_from_db()
    assert "company_name" not in draft.answers


def test_a_group_that_is_not_needed_is_not_there(zhang: Client, draft: Draft) -> None:
    assert zhang.get(f"/apply/{draft.pk}/form/fire/").status_code == 404


def test_names_as_people_have_them_are_kept(sign_in: SignIn) -> None:
    actor, prepared = specimen.draft("newborn")
    client = sign_in(next(name for name in ("xi", "ayi") if specimen.person(name).id == actor.id))
    said = words(client.get(f"/apply/{prepared.draft.pk}/check/"))
    assert "𬱖小溪" in said or "阿依古丽·买买提" in said


def test_nobody_else_opens_or_changes_the_form(draft: Draft, sign_in: SignIn) -> None:
    other = sign_in("wei")
    address = f"/apply/{draft.pk}/form/food/"
    assert other.get(address).status_code == 404
    assert other.post(address, FOOD).status_code == 404
    assert Client().get(address).status_code == 302
