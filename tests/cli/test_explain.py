"""`bancheng explain`: the questions with their reasons, beside a fixed order."""

from __future__ import annotations

import json

import pytest

from bancheng.site.cli_main import main


def test_it_tells_why_each_question_is_asked_and_how_many_that_saves(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "newborn"]) == 0
    said = capsys.readouterr().out
    assert "← 下一个" in said
    assert "它决定：能否一次办理" in said
    assert "已是最少" in said
    assert "固定次序" in said


def test_it_tells_why_the_others_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "newborn", "--answers", "household_kind=collective"]) == 0
    said = capsys.readouterr().out
    assert "您已经回答：集体户" in said
    assert "已经不能一次办理，问了也不改变结果" in said


def test_it_takes_a_sample_person_and_answers_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "newborn", "--json", "--profile", "nobody"]) == 2
    known = capsys.readouterr().err.rpartition("现有：")[2].strip().split("、")
    assert main(["explain", "newborn", "--json", "--profile", known[0]]) == 0
    told = json.loads(capsys.readouterr().out)
    assert all(one["reason"] for one in told["person"]["spared"])
    assert float(told["rows"][0]["ours"]) < float(told["rows"][0]["fixed_order"])


def test_it_draws_the_picture(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "newborn", "--svg"]) == 0
    assert capsys.readouterr().out.startswith("<svg")


@pytest.mark.parametrize("arguments", [["explain", "nowhere"], ["explain", "newborn", "--answers", "gas"]])
def test_wrong_use_is_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err
