"""Signing in by the city's unified identity: the real client against a real provider on this machine."""

import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings as site
from django.test import Client
from pytest_django.fixtures import Settings
from tests.fakes.oidc import CLIENT, SECRET, Provider
from tests.site.deployment import Deployment, Prepared
from tests.usecases import town as specimen
from tests.web.public.reading import words

from bancheng.store.models import AuditEntry, Draft, Mandate, Party, User
from bancheng.usecases import town as town_module

pytestmark = pytest.mark.django_db
PERSON = {
    "sub": "p-0001",
    "name": "阿依古丽·买买提",
    "preferred_username": "ayguli",
    "email": "ayguli@example.cn",
}
MOTHER = {
    "sub": "p-0004",
    "name": "𬱖小溪",
    "preferred_username": "xiaoxi",
    "id_number": "999999199604121049",
}


@pytest.fixture
def town(settings: Settings, db: None) -> Iterator[None]:
    """The specimen town with its registers."""
    town_module.packs.cache_clear()
    settings.BANCHENG_DEMO = True
    specimen.settle()
    yield
    town_module.packs.cache_clear()


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """The provider, known to the site as `BANCHENG_OIDC_ISSUER` would make it known."""
    with Provider(person=PERSON) as running:
        providers = deepcopy(site.SOCIALACCOUNT_PROVIDERS)
        providers["openid_connect"]["APPS"] = [
            {
                "provider_id": "city",
                "name": "统一身份认证",
                "client_id": CLIENT,
                "secret": SECRET,
                "settings": {"server_url": running.issuer},
            }
        ]
        settings.SOCIALACCOUNT_PROVIDERS = providers
        yield running


def sign_in(client: Client) -> int:
    """The browser's part: to the provider, and back with what it answered. The status of the last page."""
    begun = client.post("/accounts/oidc/city/login/")
    assert begun.status_code == 302
    back = requests.get(begun["Location"], allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    assert parts.path == "/accounts/oidc/city/login/callback/"
    return client.get(f"{parts.path}?{parts.query}").status_code


def signed_in_as(client: Client) -> User | None:
    """Who the session belongs to."""
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


def test_a_person_of_the_city_signs_in_and_keeps_their_name(client: Client, provider: Provider) -> None:
    assert sign_in(client) == 302
    user = signed_in_as(client)
    assert user is not None
    assert user.get_full_name() == "阿依古丽·买买提"
    assert not user.has_usable_password()
    (asked,) = provider.asked
    assert asked["client_id"] == CLIENT
    assert asked["state"]
    assert asked["code_challenge_method"] == "S256"


def test_the_same_person_comes_back_to_the_same_account(client: Client, provider: Provider) -> None:
    sign_in(client)
    first = signed_in_as(client)
    client.logout()
    provider.person = {**PERSON, "name": "改了名字"}
    sign_in(client)
    assert signed_in_as(client) == first
    assert User.objects.count() == 1


def test_two_people_are_two_accounts(client: Client, provider: Provider) -> None:
    sign_in(client)
    first = signed_in_as(client)
    client.logout()
    provider.person = {"sub": "p-0002", "name": "丹", "preferred_username": "ayguli"}
    sign_in(client)
    second = signed_in_as(client)
    assert second is not None
    assert second != first


def test_a_closed_account_stays_closed(client: Client, provider: Provider) -> None:
    sign_in(client)
    client.logout()
    User.objects.update(is_active=False)
    sign_in(client)
    assert signed_in_as(client) is None


def test_a_refusal_by_the_provider_signs_nobody_in(client: Client, provider: Provider) -> None:
    provider.refuses = True
    sign_in(client)
    assert signed_in_as(client) is None
    assert User.objects.count() == 0


def test_a_token_of_another_issuer_signs_nobody_in(client: Client, provider: Provider) -> None:
    provider.issued_as = "https://elsewhere.example"
    sign_in(client)
    assert signed_in_as(client) is None


def test_a_code_is_good_once_and_only_in_the_browser_that_asked(client: Client, provider: Provider) -> None:
    begun = client.post("/accounts/oidc/city/login/")
    back = requests.get(begun["Location"], allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    thief = Client()
    thief.get(f"{parts.path}?{parts.query}")
    assert signed_in_as(thief) is None
    client.get(f"{parts.path}?{parts.query}")
    assert signed_in_as(client) is not None
    again = Client()
    again.get(f"{parts.path}?{parts.query}")
    assert signed_in_as(again) is None


def test_the_sign_in_page_offers_it(client: Client, provider: Provider) -> None:
    assert "统一身份认证" in client.get("/accounts/login/").content.decode()


def test_whom_the_city_vouches_for_finds_their_household_filled_in(
    client: Client, provider: Provider, town: None
) -> None:
    provider.person = MOTHER
    sign_in(client)
    mandate = Mandate.objects.get(user=signed_in_as(client))
    assert mandate.kind == Mandate.SELF
    assert mandate.party == Party.objects.get(number=MOTHER["id_number"])
    client.post("/do/newborn/begin")
    draft = Draft.objects.get()
    assert draft.party == mandate.party
    said = words(client.get(f"/apply/{draft.pk}/form/baby/"))
    assert "2026年11月12日" in said
    page = client.get(f"/apply/{draft.pk}/list/")
    assert "来自户籍库（示范）" in words(page)


def test_without_the_claim_one_is_nobody_yet_and_may_say_ones_name(
    client: Client, provider: Provider, town: None
) -> None:
    provider.person = {key: value for key, value in MOTHER.items() if key != "id_number"}
    sign_in(client)
    user = signed_in_as(client)
    assert not Mandate.objects.filter(user=user).exists()
    client.post("/do/newborn/begin")
    draft = Draft.objects.get()
    asked = client.get(f"/apply/{draft.pk}/for/", follow=True)
    assert "您是谁？" in words(asked)
    client.post(asked.request["PATH_INFO"], {"name": MOTHER["name"]})
    assert Mandate.objects.get(user=user).party.unverified
    assert "来自户籍库（示范）" not in words(client.get(f"/apply/{draft.pk}/list/"))


def test_the_claims_have_the_names_the_operator_says(
    client: Client, provider: Provider, settings: Settings
) -> None:
    settings.BANCHENG_OIDC_NUMBER_CLAIM, settings.BANCHENG_OIDC_NAME_CLAIM = "sfzh", "xm"
    provider.person = {**PERSON, "sfzh": MOTHER["id_number"], "xm": MOTHER["name"]}
    sign_in(client)
    party = Mandate.objects.get(user=signed_in_as(client)).party
    assert (party.name, party.number) == (MOTHER["name"], MOTHER["id_number"])


def test_only_the_configured_provider_vouches(client: Client, provider: Provider, settings: Settings) -> None:
    settings.BANCHENG_OIDC_PROVIDER = "another"
    provider.person = MOTHER
    sign_in(client)
    assert signed_in_as(client) is not None
    assert not Mandate.objects.exists()


def test_a_claim_that_comes_later_is_taken_and_another_persons_is_refused(
    client: Client, provider: Provider
) -> None:
    sign_in(client)
    assert not Mandate.objects.exists()
    client.logout()
    provider.person = {**PERSON, "id_number": "999999199307031063"}
    sign_in(client)
    before = Mandate.objects.get().party
    assert before.number == "999999199307031063"
    client.logout()
    provider.person = {**PERSON, "id_number": MOTHER["id_number"]}
    sign_in(client)
    assert Mandate.objects.get().party == before
    assert AuditEntry.objects.latest("id").act == "identity.refused"
    assert "和这个账号原来的身份不一致" in client.get("/").content.decode()


def test_a_deployment_told_its_issuer_signs_people_in(tmp_path: Path, migrated: Prepared) -> None:
    """Two processes and a browser's part: what `BANCHENG_OIDC_ISSUER` alone makes of a deployment."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Provider(person=PERSON) as running:
        town = Deployment(
            migrated.copy(tmp_path),
            BANCHENG_OIDC_ISSUER=running.issuer,
            BANCHENG_OIDC_CLIENT_ID=CLIENT,
            BANCHENG_OIDC_CLIENT_SECRET=SECRET,
        )
        with subprocess.Popen(
            town.command("serve", "--port", str(port), "--json"),
            env=town.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as served:
            try:
                assert served.stdout is not None
                served.stdout.readline()  # it says where it listens once it answers
                browser = requests.Session()
                at = f"http://127.0.0.1:{port}/accounts/oidc/city/login/"
                browser.get(f"http://127.0.0.1:{port}/accounts/login/", timeout=30)
                sent = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
                browser.post(at, data=sent, timeout=30)
            finally:
                served.terminate()
                served.wait(timeout=20)
    assert len(running.asked) == 1
    with closing(sqlite3.connect(tmp_path / "bancheng.db")) as rows:
        assert rows.execute("SELECT display_name FROM store_user").fetchall() == [(PERSON["name"],)]
