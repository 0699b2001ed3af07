"""The specimen town for every test of the use cases."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.usecases import town as town_module


@pytest.fixture(scope="module")
def own_packs() -> Iterator[None]:
    """Packs are loaded once per process; tests of other parts want other ones."""
    town_module.packs.cache_clear()
    # Blueprints are remembered by digest, those that other tests made up too.
    town_module.blueprint.cache_clear()
    yield
    town_module.packs.cache_clear()


@pytest.fixture
def demo_mode(own_packs: None, settings: Settings) -> None:
    """The deployment is the specimen town's."""
    settings.BANCHENG_DEMO = True


@pytest.fixture
def town(standing_town: None, own_packs: None, settings: Settings, db: None) -> None:
    """The specimen town, undone after the test. Other parts' tests take it from here."""
    settings.BANCHENG_DEMO = True
    specimen.settle()


@pytest.fixture
def busy_town(demo_mode: None, transactional_db: None) -> None:
    """The specimen town for tests with threads, where many write at once."""
    if connection.vendor != "postgresql":
        pytest.skip("contention is proved on PostgreSQL")
    specimen.settle()
