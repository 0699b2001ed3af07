"""The town's fixtures serve the policy desk too; its data are made once and copied."""

from pathlib import Path

import pytest
from pytest_django import Settings
from tests.web.public.conftest import own_packs, sign_in, town, visitor

from bancheng.connect.engines import HeldTables
from bancheng.connect.engines.population import END
from bancheng.connect.packs import default_folders, load_benefits
from bancheng.usecases import benefit_runs

__all__ = ["own_packs", "sign_in", "town", "visitor"]


@pytest.fixture(scope="session")
def town_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the fictitious town."""
    folder = tmp_path_factory.mktemp("benefits") / "tables"
    loaded = load_benefits(default_folders(), END)
    HeldTables(folder).make_town(*benefit_runs.TOWN, loaded.residents, loaded.rules.sources)
    return folder


@pytest.fixture(autouse=True)
def home(town_tables: Path, tmp_path: Path, settings: Settings) -> Path:
    """A home of its own whose tables are those of the town."""
    settings.BANCHENG_HOME = tmp_path
    (tmp_path / "benefits").mkdir()
    (tmp_path / "benefits" / "tables").symlink_to(town_tables)
    return tmp_path
