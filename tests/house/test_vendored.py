"""Vendored files are what their list says: unchanged, with a licence beside them."""

import hashlib
import re
from pathlib import Path

import pytest
from tests.house.source import ROOT

LISTS = (
    ROOT / "src/bancheng/web/frame/static/vendor/README.md",
    ROOT / "tests/packs/omg/README.md",
    ROOT / "tests/vendor/README.md",
)


def listed(readme: Path) -> dict[str, str]:
    """File → SHA-256, as the table of a list says."""
    rows = (line for line in readme.read_text(encoding="utf-8").splitlines() if line.startswith("| `"))
    found = (re.search(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", row) for row in rows)
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize("readme", LISTS, ids=lambda path: path.parent.name)
def test_every_vendored_file_is_listed_with_the_digest_it_has(readme: Path) -> None:
    held = {path.name for path in readme.parent.iterdir() if path.suffix not in {".md", ".LICENSE"}}
    told = listed(readme)
    assert held == set(told)
    for name, digest in told.items():
        assert hashlib.sha256((readme.parent / name).read_bytes()).hexdigest() == digest, name


def test_every_licence_named_beside_a_vendored_file_is_there() -> None:
    readme = LISTS[0]
    named = set(re.findall(r"`([\w.-]+\.LICENSE)`", readme.read_text(encoding="utf-8")))
    assert named == {path.name for path in readme.parent.glob("*.LICENSE")}
    assert named
