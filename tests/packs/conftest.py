"""Where the packs of these tests lie."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def base() -> Path:
    """A small pack in which everything is right."""
    return HERE / "base"
