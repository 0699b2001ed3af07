"""What every test stands on: a home of its own, no mail leaving, no real data touched."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker
from tests.site.deployment import Deployment, Prepared

FURNISHED = "furnished.json"
"""Where a furnished home keeps what was said when it was furnished."""

# Laws are tried on few cases each time, the same for the same law so that a change is judged by what it changed; `make
# soak` draws many, anew each time. Time never decides: a busy machine draws slowly.
for profile, examples in (("quick", 25), ("soak", 1000)):
    hypothesis_settings.register_profile(
        profile,
        max_examples=examples,
        derandomize=profile == "quick",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
hypothesis_settings.load_profile(os.environ.get("BANCHENG_LAWS", "quick"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process waits at the end for another; else the order stays random.

    Journeys stay together: they share their towns and the browser.
    """
    here, first = Path(__file__).parent, ["journeys", "site"]

    def place(item: pytest.Item) -> int:
        area = item.path.relative_to(here).parts[0]
        return first.index(area) if area in first else len(first)

    items.sort(key=place)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """The settled town stands before a test's own transaction begins, or is gone; nobody's language is left over."""
    translation.deactivate()
    specimen = sys.modules.get("tests.usecases.town")
    if specimen is not None:
        asked = set(getattr(item, "fixturenames", ()))
        specimen.STANDING.turn({"town", "standing_town"} <= asked and "transactional_db" not in asked)


@pytest.fixture(scope="session")
def standing_town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Every test's `town` asks for this, so that it may stand from one to the next while there is a database."""
    from tests.usecases.town import STANDING  # its models are there only when the site is set up

    STANDING.unblock = django_db_blocker.unblock
    yield
    with django_db_blocker.unblock():
        STANDING.end()
    STANDING.unblock = None


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that this run writes to instead of the operator's."""
    home = tmp_path_factory.mktemp("home")
    settings.BANCHENG_HOME = home
    settings.MEDIA_ROOT = home / "files"
    settings.BANCHENG_DEMO = False
    settings.BANCHENG_PACKS = ()
    # One test process is one address; its own tests switch the limits of haste on.
    settings.BANCHENG_THROTTLE = None
    # What is done is done at once; the tests of taking back give it time.
    settings.BANCHENG_UNDO_SECONDS = 0
    # Hashing a password slowly proves nothing here and costs seconds.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return home


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A home with tables and nobody in them, for deployments of their own."""
    return Prepared(tmp_path_factory, "migrated", lambda home: Deployment(home)("migrate"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, migrated: Prepared
) -> Iterator[None]:
    """The tests' own database in memory begins with the tables of a migrated home: they are made once for a run."""
    if connection.vendor != "sqlite":
        yield
        return
    made, name = migrated.original / "bancheng.db", connection.creation._get_test_db_name()
    # It lives as long as somebody holds it open.
    with closing(sqlite3.connect(name, uri=True)) as ours:
        with closing(sqlite3.connect(f"file:{made}?immutable=1", uri=True)) as theirs:
            theirs.backup(ours)
        yield


@pytest.fixture(scope="session")
def furnished(migrated: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A home of the specimen town: everything published, everybody settled."""

    def make(home: Path) -> None:
        town = Deployment(migrated.copy(home), BANCHENG_DEMO="1")
        (home / FURNISHED).write_text(town("demo-town", "--json").stdout)
        town.sign_everybody_in()

    return Prepared(tmp_path_factory, "furnished", make)
