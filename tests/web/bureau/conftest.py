"""The specimen town with its officials behind a client."""

from tests.web.public.conftest import SignIn, own_packs, sign_in, town

__all__ = ["SignIn", "own_packs", "sign_in", "town"]
