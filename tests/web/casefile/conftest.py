"""The specimen town behind a client, for what stands on a case's page."""

from tests.web.public.conftest import own_packs, sign_in, town

__all__ = ["own_packs", "sign_in", "town"]
