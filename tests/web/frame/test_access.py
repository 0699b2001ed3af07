"""Who may open a page."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from bancheng.usecases.access import NotAllowed, NotFound
from bancheng.web.frame import list_page, public, role, signed_in
from bancheng.web.frame.actor import ActorMiddleware


@dataclass(frozen=True)
class Someone:
    """An actor as the frame sees one."""

    roles: frozenset[str]


def ask(
    known: bool, *roles: str, path: str = "/desk/?q=1", method: str = "GET", **headers: str
) -> HttpRequest:
    """A request of a person who is signed in or not, with roles."""
    request = RequestFactory().generic(method, path, headers=headers)
    request.user = SimpleNamespace(is_authenticated=known)  # type: ignore[assignment]  # reason: enough of a user
    request.actor = Someone(frozenset(roles))  # type: ignore[attr-defined]  # reason: as the middleware sets it
    return request


def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    return HttpResponse("ok")


def test_a_public_page_opens_for_everyone_and_says_so() -> None:
    view = public(page)
    assert view.access == {"public"}
    assert view(ask(False)).content == b"ok"


def test_a_stranger_is_led_to_sign_in_and_back_to_what_they_wanted() -> None:
    answer = signed_in(page)(ask(False))
    assert answer.status_code == 302
    assert answer.url == "/accounts/login/?next=/desk/%3Fq%3D1"


def test_after_a_lost_post_sign_in_leads_home_not_to_an_address_that_takes_no_get() -> None:
    assert signed_in(page)(ask(False, method="POST")).url == "/accounts/login/?next=/"


def test_a_partial_request_sends_the_whole_page_to_sign_in() -> None:
    answer = signed_in(page)(ask(False, **{"HX-Request": "true"}))
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/")
    assert "Location" not in answer.headers


def test_one_of_several_roles_is_enough_and_another_role_is_not() -> None:
    view = role("clerk", "reviewer")(page)
    assert view.access == {"clerk", "reviewer"}
    assert view(ask(True, "reviewer")).content == b"ok"
    with pytest.raises(PermissionDenied):
        view(ask(True, "applicant"))


def test_roles_without_a_signed_in_person_open_nothing() -> None:
    assert role("clerk")(page)(ask(False, "clerk")).status_code == 302


@pytest.mark.parametrize("names", [(), ("clerc",)])
def test_a_misspelt_or_missing_role_fails_when_the_page_is_written(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="role"):
        role(*names)


def test_a_list_page_carries_its_mark_beside_its_access() -> None:
    view = signed_in(list_page(page))
    assert view.list_page
    assert view.access == {"signed_in"}


@pytest.mark.parametrize(("trouble", "status"), [(NotAllowed("x"), 403), (NotFound("case"), 404)])
def test_what_a_use_case_keeps_back_becomes_a_kind_page(trouble: Exception, status: int) -> None:
    answer = ActorMiddleware(page).process_exception(ask(False), trouble)
    assert answer is not None
    assert answer.status_code == status


def test_any_other_fault_is_left_to_the_fault_page() -> None:
    assert ActorMiddleware(page).process_exception(ask(False), RuntimeError()) is None


def test_the_actor_is_not_looked_up_for_a_page_that_does_not_ask() -> None:
    request = ask(False)
    request.user = property(lambda _: pytest.fail("looked up"))  # type: ignore[assignment]  # reason: must stay unread
    assert ActorMiddleware(page)(request).content == b"ok"
