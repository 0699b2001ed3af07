"""`bancheng import` and `bancheng export-items`, in a town of their own."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.connect.tables.lists import HEADINGS, row, workbook
from tests.usecases.conftest import demo_mode, own_packs, town

from bancheng.site.cli_main import main
from bancheng.store.models import ImportRun, LibraryEntry

__all__ = ["demo_mode", "own_packs", "town"]

BASIS = "茶摊管理办法（虚构） 第三条"
HEADS = (*HEADINGS, "设定依据")


@pytest.fixture
def good(tmp_path: Path) -> str:
    """A list without a fault."""
    return str(workbook(tmp_path / "好.xlsx", {"事项": [HEADS, [*row(), BASIS]]}))


@pytest.fixture
def doubtful(tmp_path: Path) -> str:
    """A list with a code nobody knows."""
    rows = [HEADS, [*row(), BASIS], [*row(实施编码="XK-1", 事项名称="茶摊注销", 办件类型="7"), BASIS]]
    return str(workbook(tmp_path / "疑.xlsx", {"事项": rows}))


def test_a_dry_run_tells_everything_and_writes_nothing(
    town: None, doubtful: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "out" / "report.xlsx"
    assert main(["import", doubtful, "--source", "河畔", "--dry-run", "--report", str(report)]) == 1
    told = capsys.readouterr().out
    assert "新增 1，变更 0，不变 0" in told
    assert "疑.xlsx“事项”第 3 行 ‘办件类型’列" in told
    assert not ImportRun.objects.exists()
    assert not LibraryEntry.objects.exists()
    lines = [[cell.value for cell in line] for line in load_workbook(report)["逐项"].iter_rows()]
    assert [line[0] for line in lines[1:]] == ["新增", "暂存"]


def test_a_good_list_is_saved_as_drafts_in_somebody_s_name(
    town: None, good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", good, "--source", "河畔", "--as", "items"]) == 0
    assert "已存为草稿 1 项" in capsys.readouterr().out
    assert LibraryEntry.objects.filter(kind="item", state="draft").count() == 1
    assert main(["import", "--json", good, "--source", "河畔", "--as", "items"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["unchanged"] == 1
    assert told["lines"] == []


def test_a_mapping_is_given_as_a_file_and_kept(
    town: None, doubtful: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text('title: 河畔\ncodes: {handling: {"7": promised}}\n', encoding="utf-8")
    assert main(["import", doubtful, "--source", "河畔", "--mapping", str(file), "--as", "items"]) == 0
    assert main(["import", doubtful, "--source", "河畔", "--dry-run"]) == 0
    file.write_text('codes: {handling: {"7": soon}}\n', encoding="utf-8")
    capsys.readouterr()
    assert main(["import", doubtful, "--source", "河畔", "--mapping", str(file), "--dry-run"]) == 1
    assert "handling: soon" in capsys.readouterr().err
    file.write_text("- no mapping", encoding="utf-8")
    assert main(["import", doubtful, "--source", "河畔", "--mapping", str(file), "--dry-run"]) == 1


def test_nobody_else_saves_drafts_and_a_missing_file_is_wrong_use(
    town: None, good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", good, "--source", "河畔"]) == 2
    assert main(["import", good, "--source", "河畔", "--as", "zhang"]) == 2
    assert main(["import", str(tmp_path / "没有.xlsx"), "--source", "河畔", "--dry-run"]) == 2
    assert not ImportRun.objects.exists()


def test_a_file_that_cannot_be_read_is_told(
    town: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK broken")
    for more in (["--dry-run"], ["--as", "items"]):
        assert main(["import", str(tmp_path / "坏.xlsx"), "--source", "河畔", *more]) == 1
        assert "打不开" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["xlsx", "json", "yaml"])
def test_the_town_s_items_go_out_and_come_back_unchanged(
    town: None, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / f"items.{kind}")
    assert main(["export-items", out]) == 0
    capsys.readouterr()
    assert main(["import", "--json", out, "--source", "自己", "--codes", "exchange", "--dry-run"]) == 0
    counts = json.loads(capsys.readouterr().out)["counts"]
    assert counts.pop("unchanged") > 100
    assert set(counts.values()) == {0}


def test_an_unknown_format_is_wrong_use(town: None, tmp_path: Path) -> None:
    assert main(["export-items", str(tmp_path / "items.doc")]) == 2
