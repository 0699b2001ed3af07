"""What every test stands on: a home of its own, no mail leaving, no real data touched."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

# Laws are tried on few cases each time and on many by `make soak`; a slow machine is no reason to fail.
hypothesis_settings.register_profile("quick", max_examples=20, deadline=None)
hypothesis_settings.register_profile("soak", max_examples=1000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("BANCHENG_LAWS", "quick"))


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
