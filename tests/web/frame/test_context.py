"""What every template knows."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.urls import include, path, resolve
from django.utils import translation

from bancheng.web.frame import confirm, render
from bancheng.web.frame.context import address, areas


def _page(request: object) -> HttpResponse:
    return HttpResponse("")


def _area(name: str) -> tuple[list[object], str]:
    return ([path("", _page, name="home")], name)


urlpatterns = [
    path("", include("bancheng.web.frame.urls")),
    path("counter/", include(_area("counter"))),
    path("bureau/", include(_area("bureau"))),
]


@dataclass(frozen=True)
class Someone:
    """An actor as the frame sees one."""

    roles: frozenset[str]


@pytest.fixture(autouse=True)
def two_areas():
    """A site that has a counter and a bureau, and neither studio nor watch."""
    with override_settings(ROOT_URLCONF=__name__), translation.override("zh-hans"):
        yield


def ask(*roles: str, url: str = "/counter/"):
    request = RequestFactory().get(url)
    request.resolver_match = resolve(url)
    request.actor = Someone(frozenset(roles))
    request.user = SimpleNamespace(is_authenticated=bool(roles), display_name="周小满", get_username="zhou")
    return request


def test_people_see_the_areas_of_their_roles_and_where_they_are() -> None:
    found = areas(ask("clerk", "reviewer", "applicant"))
    assert [(str(one.text), one.url, one.current) for one in found] == [
        ("窗口", "/counter/", True),
        ("审批", "/bureau/", False),
    ]


def test_an_area_this_deployment_lacks_is_not_offered() -> None:
    assert areas(ask("supervisor", "item_manager")) == ()


def test_an_applicant_sees_no_area() -> None:
    assert areas(ask("applicant")) == ()


def test_a_missing_page_has_no_address_and_breaks_nothing() -> None:
    assert address("public:nowhere") == ""


def test_officers_find_their_desk_from_the_public_pages() -> None:
    assert 'href="/bureau/"' in render_to_string("frame/display.html", {"back": "/"}, ask("reviewer"))
    assert 'href="/bureau/"' not in render_to_string("frame/display.html", {"back": "/"}, ask("applicant"))


def test_a_confirmation_page_says_what_happens_and_offers_the_way_out() -> None:
    request = ask("applicant")
    shown = confirm(
        request, title="撤回申请？", text="撤回后要重新填。", yes="撤回", back="/mine/1", danger=True
    )
    page = shown.content.decode()
    assert "撤回后要重新填。" in page
    assert 'name="confirm" value="yes"' in page
    assert 'href="/mine/1"' in page
    assert "button-warn" in page


def test_a_page_with_problems_says_so_by_its_status_and_varies_by_kind_of_request() -> None:
    answer = render(ask("applicant"), "frame/display.html", {"back": "/"}, status=422)
    assert answer.status_code == 422
    assert "HX-Request" in answer.headers["Vary"]
