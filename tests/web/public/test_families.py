"""A family of scenes: few questions lead to one's own; answers live in the address."""

from django.test import Client
from tests.web.public.reading import links, words

FAMILY = "/family/road_transport/"


def test_the_home_page_names_the_family_once_and_not_each_scene(visitor: Client) -> None:
    said = words(visitor.get("/"))
    assert said.count("道路运政一类事") == 1
    assert "新开客运企业" not in said


def test_all_scenes_are_listed_and_a_question_tells_them_apart(visitor: Client) -> None:
    page = visitor.get(FAMILY)
    assert "25 个场景" in words(page)
    assert len(links(page, "/do/road_transport_")) == 25
    assert "继续" in words(page)


def test_answers_leave_the_scenes_that_fit_and_can_be_taken_back(visitor: Client) -> None:
    page = visitor.get(FAMILY, {"road_matter": "open", "transport_kind": "passenger"})
    left = links(page, "/do/road_transport_")
    assert 0 < len(left) < 10
    assert "新开客运企业" in words(page)
    assert "新开普通货运企业" not in words(page)
    assert links(page, "?road_matter=open"), "the second answer can be changed alone"


def test_an_answer_nobody_offered_is_passed_over(visitor: Client) -> None:
    assert len(links(visitor.get(FAMILY, {"road_matter": "flying"}), "/do/road_transport_")) == 25
    assert visitor.get("/family/nothing/").status_code == 404


def test_a_scene_never_asks_what_it_settles(visitor: Client) -> None:
    page = visitor.post("/do/road_transport_passenger_open/begin", follow=True)
    assert "哪一种运输？" not in words(page)
    assert "要办哪一方面的事？" not in words(page)


def test_the_guide_of_a_scene_leads_back_to_its_family(visitor: Client) -> None:
    page = visitor.get("/do/road_transport_passenger_open/")
    assert "这是“道路运政一类事”的一种情形，一共 25 种" in words(page)
    assert links(page, FAMILY) == [FAMILY]
    assert "一种情形" not in words(visitor.get("/do/open_restaurant/"))
