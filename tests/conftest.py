"""What every test stands on: a home of its own, no mail leaving, no real data touched."""

from pathlib import Path

import pytest
from django.conf import settings


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
    # Hashing a password slowly proves nothing here and costs seconds.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return home
