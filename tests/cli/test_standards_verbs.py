"""``bancheng standards`` and ``bancheng quality``: what an item-standardisation desk reads in the terminal."""

import json
from pathlib import Path

import pytest
from tests.packs.test_load import manifest, write

from bancheng.site.cli_main import main

BASE = str(Path(__file__).parents[1] / "packs" / "base")


@pytest.fixture
def county(tmp_path: Path) -> str:
    """A county that does better in its own name, and one thing it may not."""
    overlays = "- {item: shop_permit, within: '999999', promised: 4 workday, phone: 000-1, reason: 专人办}\n"
    head = manifest("county") + "divisions: {'999999': 示范县}\n"
    return str(write(tmp_path / "county", {"pack.yaml": head, "overlays/o.yaml": overlays}))


def test_differences_are_told_by_place_with_their_reason(
    county: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["standards", BASE, county, "--county", "999999"]) == 0
    said = capsys.readouterr().out
    assert "示范县 · 店铺许可（shop_permit）" in said
    assert "↑ 承诺办结时限：10个工作日 → 4个工作日  专人办" in said
    assert "容缺" in said
    assert main(["standards", "--json", BASE, county, "--item", "shop_permit"]) == 0
    found = json.loads(capsys.readouterr().out)["differences"]
    assert {one["attribute"] for one in found} == {"promised", "phone", "defer"}
    assert main(["standards", BASE, county, "--item", "shop_permt"]) == 2
    assert "shop_permit" in capsys.readouterr().err


def test_what_may_not_be_set_ends_with_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    overlay = "- {item: shop_permit, statutory: 30 workday}\n"
    pack = write(tmp_path / "bad", {"pack.yaml": manifest("bad"), "overlays/o.yaml": overlay})
    assert main(["standards", BASE, str(pack)]) == 1
    assert "bad/overlays/o.yaml:1" in capsys.readouterr().err
    assert main(["standards", "--rules"]) == 0
    assert "不能改  法定办结时限（statutory）" in capsys.readouterr().out


def test_a_list_is_written_as_its_ending_says(
    county: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.csv"
    assert main(["standards", BASE, county, "--list", str(file)]) == 0
    assert len(file.read_text(encoding="utf-8-sig").splitlines()) == 4
    assert main(["quality", BASE, "--list", str(tmp_path / "list.xlsx")]) == 0
    assert (tmp_path / "list.xlsx").read_bytes()[:2] == b"PK"
    assert main(["quality", BASE, "--list", str(tmp_path / "list.pdf")]) == 2


def test_quality_names_bodies_rules_and_what_to_mend(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quality", BASE, "--worst", "1"]) == 0
    said = capsys.readouterr().out
    assert "1 个事项" in said
    assert "测试局（1 项）" in said
    assert "没有写咨询电话" not in said
    assert "事项和部门都没有写电话。请补上事项或部门的电话。" in said
    assert main(["quality", BASE, "--least", "99"]) == 1
    assert main(["quality", BASE, "--body", "nobody"]) == 2
