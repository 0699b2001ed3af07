"""`bancheng dmn` asks a model, says what it rests on, and never answers with a model that is wrong."""

import json
from pathlib import Path

import pytest
from tests.house.source import ROOT

from bancheng.site.cli_main import main

MODEL = str(ROOT / "examples/decisions/allowance.dmn")
PERSON = str(ROOT / "examples/decisions/person.json")


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["dmn", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_answer_is_that_of_the_day_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    question = (MODEL, "--decision", "每月津贴", "--input", PERSON, "--as-of")
    assert asked(capsys, *question, "2026-03-01") == (0, "270\n", "")
    assert asked(capsys, *question, "2025-12-31") == (0, "220\n", "")


def test_without_a_decision_it_says_what_can_be_asked_and_what_each_needs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, told, _ = asked(capsys, MODEL, "--json")
    rows = json.loads(told)["decisions"]
    assert code == 0
    assert [row["decision"] for row in rows] == ["年龄", "档次", "每月津贴"]
    assert {one["name"] for one in rows[2]["needs"]} == {"出生日期", "户籍所在", "低保"}


def test_the_trace_names_the_row_that_matched_and_its_legal_reference(
    capsys: pytest.CaptureFixture[str],
) -> None:
    question = (MODEL, "--decision", "每月津贴", "--input", PERSON, "--as-of", "2026-03-01", "--trace")
    _, told, _ = asked(capsys, *question)
    assert "第 3 行命中" in told
    assert "样例办法第三条第三项" in told
    assert json.loads(asked(capsys, *question, "--json")[1])["tables"][0]["rows"][2]["basis"]


def test_an_unknown_input_that_matters_is_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    some = tmp_path / "some.json"
    some.write_text('{"出生日期": "1940-06-01", "户籍所在": "本市"}', encoding="utf-8")
    question = (MODEL, "--decision", "每月津贴", "--input", str(some), "--as-of", "2026-03-01", "--unknown")
    assert asked(capsys, *question)[1].splitlines() == ["未知", "还要知道：低保"]


def test_a_wrong_model_answers_nothing_and_tells_every_problem_with_its_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.dmn"
    content = Path(MODEL).read_text(encoding="utf-8")
    content = content.replace('href="#base"', 'href="#nowhere"').replace("[80..90)", "[80..", 1)
    wrong.write_text(content, encoding="utf-8")
    code, told, problems = asked(capsys, str(wrong), "--decision", "每月津贴", "--input", PERSON)
    assert (code, told) == (1, "")
    assert [line.split(" ")[0] for line in problems.splitlines()] == ["wrong.dmn:44:6", "wrong.dmn:68"]


def test_a_table_is_checked_and_what_is_missing_is_shown_as_a_row(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    gapped = tmp_path / "gapped.dmn"
    content = Path(MODEL).read_text(encoding="utf-8")
    content = content.replace("<defaultOutputEntry><text>0</text></defaultOutputEntry>", "")
    gapped.write_text(content, encoding="utf-8")
    assert asked(capsys, MODEL, "--check") == (0, "没有遗漏、重复和冲突。\n", "")
    code, told, _ = asked(capsys, str(gapped), "--check")
    assert code == 1
    assert '可以加一行："外地" | - | -' in told
    findings = json.loads(asked(capsys, str(gapped), "--check", "--json")[1])["findings"]
    assert {"户籍所在": "外地"}.items() <= findings[0]["example"].items()


def test_a_table_in_excel_is_asked_checked_and_written_as_dmn(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table, written = str(ROOT / "examples/decisions/table.xlsx"), str(tmp_path / "table.dmn")
    (tmp_path / "p.json").write_text('{"年龄": 70, "户籍": "外市"}', encoding="utf-8")
    question = ("--decision", "补贴标准", "--input", str(tmp_path / "p.json"))
    assert asked(capsys, table, *question) == (0, "50\n", "")
    assert asked(capsys, table, "--check") == (0, "没有遗漏、重复和冲突。\n", "")
    assert asked(capsys, table, "--to", written) == (0, "", "")
    assert asked(capsys, written, *question) == (0, "50\n", "")
    assert asked(capsys, written, "--to", str(tmp_path / "table.txt"))[0] == 2


@pytest.mark.parametrize(
    "arguments",
    [("nowhere.dmn",), (MODEL, "--decision", "无此决策"), (MODEL, "--decision", "档次", "--input", MODEL)],
    ids=["no file", "no decision", "no JSON"],
)
def test_wrong_use_ends_with_two(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, told, problem = asked(capsys, *arguments)
    assert (code, told) == (2, "")
    assert problem


def test_an_input_that_the_model_does_not_have_is_a_problem(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    strange = tmp_path / "strange.json"
    strange.write_text('{"年纪": 3}', encoding="utf-8")
    code, _, problem = asked(capsys, MODEL, "--decision", "档次", "--input", str(strange))
    assert code == 1
    assert "年纪" in problem
