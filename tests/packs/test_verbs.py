"""`bancheng check` and `bancheng export`, as a person or a script runs them."""

import json
from pathlib import Path

import pytest

from bancheng.connect.packs import load_packs
from bancheng.site.cli_main import main

HERE = Path(__file__).parent


def test_checking_a_sound_pack_is_good(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(base)]) == 0
    assert capsys.readouterr().out == "测试基础库（1 个事项，1 件事）：没有问题。\n"


def test_checking_a_broken_pack_prints_lines_that_can_be_opened(
    base: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HERE)
    assert main(["check", "base", "broken/unknown_attribute"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(
        "broken/unknown_attribute/items/x.yaml:11:3 错误：事项没有“promissed”这一项。（是不是想写"
    )
    assert Path(lines[0].partition(":")[0]).is_file()
    assert lines[-1].endswith("2 个错误，0 个提醒。")


def test_warnings_alone_are_good_unless_strict(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stray = str(HERE / "broken" / "stray_files")
    assert main(["check", str(base), stray]) == 0
    assert "提醒：" in capsys.readouterr().out
    assert main(["check", str(base), stray, "--strict"]) == 1


def test_check_speaks_json(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(base), str(HERE / "broken" / "bad_date"), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["errors"] == 2
    assert report["problems"][0]["place"] == {
        "file": "bad_date/items/x.yaml",
        "line": 11,
        "column": 15,
        "path": "items/x/valid_from",
    }


def test_check_proves_and_says_how_far(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(base), "--prove", "--today", "2026-11-22"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "测试基础库（1 个事项，1 件事）：没有问题。"
    assert lines[1].startswith("校核 1 件事：")
    assert "1 件全部有结论" in lines[1]


def test_an_unknown_pack_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "no_such_pack"]) == 2
    assert "no_such_pack" in capsys.readouterr().err


def test_exporting_an_item_prints_what_loads_again(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["export", "shop_permit", "--pack", str(base)])
    text = capsys.readouterr().out.removeprefix("items:\n")
    again = tmp_path / "again"
    (again / "items").mkdir(parents=True)
    (again / "pack.yaml").write_text("name: again\ntitle: 再来\nversion: '1'\n", encoding="utf-8")
    (again / "items" / "x.yaml").write_text(text, encoding="utf-8")
    assert load_packs([again]).catalogue.items == load_packs([base]).catalogue.items


def test_exporting_a_one_thing_brings_its_items(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["export", "open_shop", "--pack", str(base), "--json"])
    tree = json.loads(capsys.readouterr().out)
    assert (list(tree["items"]), list(tree["onethings"])) == (["shop_permit"], ["open_shop"])


def test_exporting_an_unknown_key_suggests_one(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "open_shp", "--pack", str(base)]) == 2
    assert "是不是想写 open_shop？" in capsys.readouterr().err
