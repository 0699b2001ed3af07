"""The town's fixtures serve supervision too."""

from tests.web.public.conftest import own_packs, sign_in, town, visitor

__all__ = ["own_packs", "sign_in", "town", "visitor"]
