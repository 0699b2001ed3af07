"""The specimen town with its clerks behind a client."""

import pytest
from django.test import Client
from tests.web.public.conftest import SignIn, own_packs, sign_in, town

__all__ = ["SignIn", "own_packs", "sign_in", "town"]


@pytest.fixture
def clerk(sign_in: SignIn) -> Client:
    """The clerk of the integrated window."""
    return sign_in("clerk")
