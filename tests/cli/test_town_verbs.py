"""`bancheng demo-town` and `bancheng rebuild`, as `make run` and an operator run them."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.conftest import FURNISHED
from tests.site.deployment import Deployment, Prepared


@pytest.fixture
def town(tmp_path: Path, migrated: Prepared) -> Callable[..., Deployment]:
    """A deployment with tables and nobody in them."""

    def make(**variables: str) -> Deployment:
        return Deployment(migrated.copy(tmp_path), **variables)

    return make


def test_the_specimen_town_is_furnished_once_and_stays_as_it_is(furnished: Prepared, tmp_path: Path) -> None:
    specimen = Deployment(furnished.copy(tmp_path), BANCHENG_DEMO="1")
    first = json.loads((tmp_path / FURNISHED).read_text())
    assert first["errors"] == []
    assert first["changed"] == first["onethings"] >= 8
    assert first["people"] >= 20
    again = specimen.json("demo-town")
    assert again == {**first, "changed": 0, "cases": 0}
    with closing(sqlite3.connect(specimen.home / "bancheng.db")) as rows:
        (people,) = rows.execute("SELECT COUNT(*) FROM store_user WHERE is_demo").fetchone()
    assert people == first["people"]


def test_outside_demo_mode_no_demo_account_is_made(town: Callable[..., Deployment]) -> None:
    real = town()
    assert "BANCHENG_DEMO" in real("demo-town", code=2).stderr
    with closing(sqlite3.connect(real.home / "bancheng.db")) as rows:
        assert rows.execute("SELECT COUNT(*) FROM store_user").fetchone() == (0,)


def test_rebuilding_an_empty_town_is_good(town: Callable[..., Deployment]) -> None:
    assert town().json("rebuild") == {"cases": 0}


def test_a_furnished_home_is_looked_at_and_left(tmp_path: Path, furnished: Prepared) -> None:
    town = Deployment(furnished.copy(tmp_path), BANCHENG_DEMO="1")
    assert "Specimen town" in town("furnish").stdout
    assert "Nothing changed" in town("furnish").stderr
    assert town("furnish").stdout == ""
    # Another database is another town, whatever was remembered.
    (tmp_path / "kept.db").write_bytes((tmp_path / "bancheng.db").read_bytes())
    (tmp_path / "kept.db").replace(tmp_path / "bancheng.db")
    assert "Specimen town" in town("furnish").stdout
