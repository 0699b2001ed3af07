"""Finding a matter: home, search, guide, single items."""

import re

from django.test import Client
from tests.web.public.reading import links, words

from bancheng.store.models import Draft


def test_home_leads_to_everything_that_can_be_done_and_names_the_rest_without_a_link(visitor: Client) -> None:
    page = visitor.get("/")
    said = words(page)
    assert "/do/open_restaurant/" in links(page)
    assert "/do/newborn/" in links(page)
    assert "还在整理" in said
    assert "就医" in said
    assert not [link for link in links(page) if "person_health" in link]


def test_search_finds_a_one_thing_by_the_name_people_use(visitor: Client) -> None:
    page = visitor.get("/search", {"q": "开面馆"})
    assert links(page, "/do/")[0] == "/do/open_restaurant/"


def test_search_names_the_one_things_that_hold_a_single_item(visitor: Client) -> None:
    page = visitor.get("/search", {"q": "食品经营许可"})
    assert "/item/food_business_licence/" in links(page)
    assert "也可以一起办：开办餐饮店" in words(page)


def test_near_equal_scenes_are_found_under_their_family_by_everyday_words(visitor: Client) -> None:
    page = visitor.get("/search", {"q": "货运"})
    assert "/family/road_transport/" in links(page)
    assert "其中 " in words(page)
    beside = 'card-link" href="/do/road_transport_'
    assert beside not in page.content.decode(), "no scene stands beside its family once more"
    assert "/family/road_transport/" in links(visitor.get("/search", {"q": "开货车"}))
    assert "/family/road_drivers/" in links(visitor.get("/search", {"q": "网约车司机"}))


def test_search_tells_an_english_reader_in_english_what_was_found(visitor: Client) -> None:
    visitor.get("/display/", {"lang": "en", "next": "/"})
    said = words(visitor.get("/search", {"q": "开面馆"}))
    assert "一件事" not in said
    assert "营业执照、" not in said


def test_one_scene_found_by_its_own_name_is_not_hidden_in_the_family(visitor: Client) -> None:
    page = visitor.get("/search", {"q": "货车年审"})
    assert links(page).count("/family/road_transport/") == 0
    assert "/do/road_transport_" in page.content.decode()


def test_search_that_finds_nothing_says_what_to_try_and_what_there_is(visitor: Client) -> None:
    page = visitor.get("/search", {"q": "<b>没有这种事"})
    assert "没有找到“<b>没有这种事”" in words(page)
    assert "12345" in words(page)
    assert "/do/open_restaurant/" in links(page)


def test_the_guide_answers_before_it_asks(visitor: Client) -> None:
    said = words(visitor.get("/do/open_restaurant/"))
    for told in (
        "多久办好",
        "不收费",
        "适合谁办",
        "经营场所平面布局图",
        "一件件分头办要",
        "谁来决定",
        "省了多少",
        "大家常问",
        "没有营业执照能办吗",
    ):
        assert told in said
    assert "营业执照 免提交" in said
    assert "云溪县示范市场监督管理局" in said


def test_the_guide_says_whose_days_it_counts(visitor: Client) -> None:
    page = words(visitor.get("/do/retirement/"))
    assert "最多 12 个工作日" in page
    assert re.search("像“单位职工到龄退休[^”]*”这样的，10 个工作日办好", page)


def test_the_guide_says_how_far_its_facts_may_be_relied_on(visitor: Client) -> None:
    assert "来自各地做法" in words(visitor.get("/do/open_restaurant/"))
    assert "虚构示例" in words(visitor.get("/item/food_business_licence/"))


def test_an_unknown_one_thing_is_a_kind_page(visitor: Client) -> None:
    page = visitor.get("/do/no_such_thing/")
    assert page.status_code == 404
    assert "没有找到这一页" in words(page)


def test_whoever_has_begun_goes_on_instead_of_beginning_a_second_copy(zhang: Client) -> None:
    zhang.post("/do/open_restaurant/begin")
    begun = Draft.objects.get()
    page = zhang.get("/do/open_restaurant/")
    assert f"/apply/{begun.pk}/" in links(page)
    again = zhang.post("/do/open_restaurant/begin")
    assert again["Location"] == f"/apply/{begun.pk}/"
    assert Draft.objects.count() == 1
    zhang.post("/do/open_restaurant/begin", {"new": "yes"})
    assert Draft.objects.count() == 2


def test_without_an_account_one_goes_on_in_the_same_browser(visitor: Client) -> None:
    visitor.post("/do/open_restaurant/begin")
    begun = Draft.objects.get()
    assert f"/apply/{begun.pk}/questions/" in links(visitor.get("/do/open_restaurant/"))
    assert f"/apply/{begun.pk}/questions/" in links(visitor.get("/"))
    visitor.post("/do/open_restaurant/begin")
    assert Draft.objects.count() == 1
    assert f"/apply/{begun.pk}/" not in Client().get("/").content.decode()


def test_english_readers_get_english_where_the_town_has_it(visitor: Client) -> None:
    visitor.cookies["django_language"] = "en"
    said = words(visitor.get("/do/open_restaurant/"))
    assert "Open a restaurant" in said
    assert "Who decides" in said
    assert "Start" in said


def test_in_large_type_search_is_one_word_away_and_has_its_field_there(visitor: Client) -> None:
    visitor.get("/display/?size=large")

    away = visitor.get("/verify/").content.decode()
    assert ("site-q" in away, 'href="/search"' in away) == (False, True)
    assert "site-q" in visitor.get("/search").content.decode()
