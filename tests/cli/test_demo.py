"""`bancheng demo` plays a whole case and leaves nothing behind."""

from pathlib import Path

import pytest
from tests.site.deployment import Deployment


@pytest.fixture
def anywhere(tmp_path: Path) -> Deployment:
    """No town at all: the verb makes its own."""
    return Deployment(tmp_path, TMPDIR=str(tmp_path))


def test_a_case_is_played_from_the_first_question_to_the_last_result(anywhere: Deployment) -> None:
    told = anywhere("demo", "specimen_festival").stdout
    for word in ("先问几句", "已替您填好", "免交", "办件编号", "联合勘验", "核验码"):
        assert word in told
    assert "999999197" not in told, "numbers of people are masked"
    assert list(anywhere.home.iterdir()) == []


def test_scripts_get_its_chapters(anywhere: Deployment) -> None:
    chapters = anywhere.json("demo", "newborn")
    assert [chapters[0]["chapter"], chapters[-1]["chapter"]] == ["submitted", "finished"]
    assert chapters[-1]["status"] == "finished"
    assert chapters[-1]["results"]


def test_an_unknown_matter_is_wrong_use(anywhere: Deployment) -> None:
    assert "nowhere" in anywhere("demo", "nowhere", code=2).stderr
