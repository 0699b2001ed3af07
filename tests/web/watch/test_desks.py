"""The pages of a desk, grouped above each of them: what a role is shown, it may open."""

import re

import pytest
from django.test import Client

from bancheng.store.models import ROLES, Membership, User
from bancheng.web.frame.context import AREAS
from bancheng.web.frame.desks import DESKS

pytestmark = pytest.mark.usefixtures("town")
OFFICIALS = sorted(set(ROLES) - {"applicant", "agent"})
FOR_ALL = {"supervisor", "administrator"}
_MENU = re.compile(r'<nav class="desk-menu.*?</nav>', re.S)


def menu(page: str) -> dict[str, str]:
    """Address → word of every link in the desk's menu; empty where there is none."""
    found = _MENU.search(page)
    links = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', found[0], re.S) if found else []
    return {url: re.sub(r"<[^>]+>", "", text) for url, text in links}


def official(role: str, body: str = "yunxi_market") -> Client:
    """Somebody who holds this one role."""
    user = User.objects.create_user(username=f"one_{role}")
    Membership.objects.create(user=user, role=role, body="" if role in FOR_ALL else body)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", OFFICIALS)
def test_every_page_a_desk_shows_to_a_role_opens(role: str) -> None:
    client = official(role)
    for area in (key for key, _text, wanted in AREAS if role in wanted and key in DESKS):
        home = client.get(f"/{area}/", follow=True).content.decode()
        for url, text in menu(home).items():
            answered = client.get(url)
            assert answered.status_code == 200, f"{role}: {text} {url}"
            assert url in menu(answered.content.decode()), f"{text} stands in no menu of its own"


def test_a_clerk_reads_the_credit_register_at_the_windows_desk() -> None:
    shown = menu(official("clerk", "yunxi_approval_bureau").get("/bureau/credit/").content.decode())
    assert shown["/counter/till/"] == "收费台账"
    assert "/bureau/" not in shown


def test_an_administrator_finds_posts_and_changes_but_no_cases() -> None:
    shown = menu(official("administrator").get("/watch/").content.decode())
    assert {"/watch/posts/", "/watch/changes/", "/watch/versions/"} <= set(shown)
    assert "/watch/cases/" not in shown
