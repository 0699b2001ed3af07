"""The specimen town behind a client: no browser, no script."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.store.models import User
from bancheng.usecases import town as town_module

SignIn = Callable[[str], Client]


@pytest.fixture(scope="module")
def own_packs() -> Iterator[None]:
    """Packs are loaded once per process; tests of other parts want other ones."""
    town_module.packs.cache_clear()
    yield
    town_module.packs.cache_clear()


@pytest.fixture
def town(own_packs: None, settings: Settings, db: None) -> None:
    """The specimen town, undone after the test."""
    settings.BANCHENG_DEMO = True
    specimen.settle()


@pytest.fixture
def visitor(town: None) -> Client:
    """Somebody who has not signed in."""
    return Client()


@pytest.fixture
def sign_in(town: None) -> SignIn:
    """Opens a browser for one of the town's people, by user name."""

    def come(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username), backend="bancheng.site.signin.SignInBackend")
        return client

    return come


@pytest.fixture
def zhang(sign_in: SignIn) -> Client:
    """The owner of the noodle shop."""
    return sign_in("zhang")
