"""The specimen town behind a client: no browser, no script."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.usecases.conftest import own_packs, town

from bancheng.store.models import User

__all__ = ["own_packs", "sign_in", "town", "visitor", "zhang"]
SignIn = Callable[[str], Client]


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
