"""The verbs that count and try: savings, whatif, rehearse, fake."""

import csv
import io
import json

import pytest
from tests.usecases.conftest import demo_mode, own_packs, town

from bancheng.site.cli_main import main

__all__ = ["demo_mode", "own_packs", "town"]

KEY = "open_restaurant"


def told(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> str:
    assert main(argv) == code
    return capsys.readouterr().out


def test_the_city_s_table_and_one_line_of_it(town: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert "全部事项的承诺比法定时限" in told(capsys, "savings")
    one = told(capsys, "savings", KEY)
    assert "没有定稿" in one
    assert "比法定时限" in one
    assert main(["savings", "nothing"]) == 1


def test_tables_for_spreadsheets(town: None, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["savings", KEY, "--csv"]) == 0
    rows = list(csv.reader(io.StringIO(capsysbinary.readouterr().out.decode("utf-8-sig"))))
    assert rows[0][:3] == ["一件事", "谁", "占比"]
    assert {len(row) for row in rows} == {9}
    assert main(["savings", "--csv"]) == 0
    assert main(["savings", "--actual", "--csv"]) == 0


def test_actual_figures_from_no_cases(town: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert "计入 0 件" in told(capsys, "savings", "--actual", "--from", "2026-01-01", "--to", "2026-02-01")
    found = json.loads(told(capsys, "savings", "--actual", "--json"))
    assert found["whole"]["cases"] == 0


def test_what_if_ranks_and_compares(capsys: pytest.CaptureFixture[str]) -> None:
    packs = ("--packs", "national")
    assert "哪一处最管用" in told(capsys, "whatif", KEY, *packs)
    out = told(
        capsys, "whatif", KEY, "--cut", "market=1", "--connect", "lease_contract", "--drop", "tobacco_retail_licence",
        *packs,
    )  # fmt: skip
    assert "合在一起" in out
    assert "单独：market 减 1 个工作日" in out
    assert "单独：不办 tobacco_retail_licence" in out
    assert main(["whatif", KEY, "--cut", "market", *packs]) == 2
    assert main(["whatif", KEY, "--connect", "nothing", *packs]) == 2
    assert main(["whatif", "nothing", *packs]) == 2


def test_a_rehearsal_says_whether_the_promise_holds(capsys: pytest.CaptureFixture[str]) -> None:
    some = ("--packs", "national", "--days", "12", "--runs", "2")
    assert "守得住" in told(capsys, "rehearse", KEY, "--hands", "20", *some)
    crowded = told(capsys, "rehearse", KEY, "--arrivals", "6", "--hands", "1", *some, code=1)
    assert "守不住" in crowded
    assert "再加 1 人" in crowded
    again = told(capsys, "rehearse", KEY, "--arrivals", "6", "--hands", "1", *some, code=1)
    assert again == crowded
    assert main(["rehearse", KEY, "--staff", "nobody=1", *some]) == 2
    assert main(["rehearse", KEY, "--arrivals", "0", *some]) == 2


def test_the_fake_one_thing_test_shows_its_evidence(town: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert "量不到" in told(capsys, "fake")
    one = told(capsys, "fake", KEY)
    assert "是一张表，还是一页链接？" in one
    assert main(["fake", "nothing"]) == 1
