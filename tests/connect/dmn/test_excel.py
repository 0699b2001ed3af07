"""Decision tables in Excel, as officials write them: every form that is told, nothing that is not, and back again."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from tests.house.source import ROOT

from bancheng.connect.dmn import load_dmn, read_excel, write_excel
from bancheng.connect.dmn._cells import Unclear, condition, result
from bancheng.connect.dmn._excel import LETTERS, POLICIES
from bancheng.core.kernel import ProblemsFound
from bancheng.core.rules.decisions import Aggregation, DecisionTable, HitPolicy, Model

Make = Callable[..., Path]


def the_table(model: Model, place: int = 0) -> DecisionTable:
    found = model.decisions[place].expression
    assert isinstance(found, DecisionTable)
    return found


HEAD = [
    ["命中规则", "唯一"],
    ["栏目", "条件", "条件", "结果", "依据"],
    ["名称", "年龄", "户籍", "补贴", "条款"],
    ["类型", "数", "文字", "数"],
]
ROWS = [
    [1, "60至79岁", "本市、外市", 100, "第三条第一项"],
    [2, "80岁以上", "本市", 200, "第三条第二项"],
]


@pytest.fixture
def workbook(tmp_path: Path) -> Make:
    def make(*rows: list[object], title: str = "补贴标准", merged: tuple[str, ...] = ()) -> Path:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = title
        for row in rows:
            sheet.append(row)
        for span in merged:
            sheet.merge_cells(span)
        path = tmp_path / "table.xlsx"
        book.save(path)
        return path

    return make


def told(path: Path) -> list[str]:
    """Cell and message of each problem."""
    _, problems = read_excel(path)
    return [f"{one.place.path}: {one.message}" for one in problems]


@pytest.mark.parametrize(
    ("written", "kind", "feel"),
    [
        (60, "number", "60"),
        (0.5, "number", "0.5"),
        (">=60", "number", ">= 60"),
        ("≥ 60", "number", ">= 60"),
        ("＜60", "number", "< 60"),
        ("60至80", "number", "[60..80]"),
        ("60～80岁", "number", "[60..80]"),
        ("[60,80)", "number", "[60..80)"),
        ("(60..80]", "number", "(60..80]"),
        ("60岁以上", "number", ">= 60"),
        ("年满60周岁", "number", ">= 60"),
        ("60岁及以上", "number", ">= 60"),
        ("30日以内", "number", "<= 30"),
        ("不满60岁", "number", "< 60"),
        ("超过3000元", "number", "> 3000"),
        ("60岁以上80岁以下", "number", "[60..80]"),
        ("60岁以上，不满80岁", "number", "[60..80)"),
        ("是", "boolean", "true"),
        (False, "boolean", "false"),
        ("甲", "string", '"甲"'),
        ("甲、乙", "string", '"甲", "乙"'),
        ("不是甲、乙", "string", 'not("甲", "乙")'),
        ('"甲、乙"', "string", '"甲、乙"'),
        (300, "string", '"300"'),
        (dt.date(2026, 3, 1), "date", 'date("2026-03-01")'),
        (">=2026-03-01", "date", '>= date("2026-03-01")'),
        ("2026年3月1日至2026年4月1日", "date", '[date("2026-03-01")..date("2026-04-01")]'),
        ("不限", "number", "-"),
        (None, "number", "-"),
        ("空", "number", "null"),
        ("FEEL: > 收入 * 2", "number", "> 收入 * 2"),
    ],
)
def test_a_cell_means_what_its_form_says(written: object, kind: str, feel: str) -> None:
    assert condition(written, kind) == feel


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("六十岁以上", "number"),
        ("60以上80", "number"),
        ("约60", "number"),
        ("3万元以上", "number"),
        ("大概", "boolean"),
        ("2026-02-30", "date"),
        (dt.datetime.combine(dt.date(2026, 3, 1), dt.time(8, 30)), "date"),
        (60, "boolean"),
        (">=甲", "string"),
    ],
)
def test_what_is_in_no_known_form_is_never_guessed(written: object, kind: str) -> None:
    with pytest.raises(Unclear):
        condition(written, kind)


def test_a_table_as_officials_write_it_is_asked_like_any_model(workbook: Make) -> None:
    made = load_dmn(workbook(*HEAD, *ROWS))
    assert made.evaluate("补贴标准", {"年龄": 70, "户籍": "外市"}) == Decimal(100)
    assert made.evaluate("补贴标准", {"年龄": 95, "户籍": "本市"}) == Decimal(200)
    assert made.evaluate("补贴标准", {"年龄": 50, "户籍": "本市"}) is None
    answer = made.explain("补贴标准", {"年龄": 95, "户籍": "本市"})
    assert answer.tables[0].rows[1].basis == "第三条第二项"


def test_merged_cells_hold_for_every_row_they_cover(workbook: Make) -> None:
    rows = [[1, "60岁以上", "本市", 100], [2, None, "外市", 50], [3, "不满60岁", None, 0]]
    path = workbook(*HEAD, *rows, merged=("B5:B6", "B2:C2"))
    made = load_dmn(path)
    assert made.evaluate("补贴标准", {"年龄": 70, "户籍": "外市"}) == Decimal(50)
    assert made.evaluate("补贴标准", {"年龄": 10, "户籍": "外市"}) == Decimal(0)


def test_every_wrong_cell_is_told_at_once_with_its_place(workbook: Make) -> None:
    path = workbook(*HEAD, [1, "六十以上", "本市", "很多"], [2, "=1+1", "本市", 3])
    found = told(path)
    assert [one.split(":")[0] for one in found] == ["补贴标准!B5", "补贴标准!D5", "补贴标准!B6"]
    assert "公式" in found[2]
    with pytest.raises(ProblemsFound, match="六十以上"):
        load_dmn(path)


def test_what_the_frame_of_a_table_lacks_is_told(workbook: Make) -> None:
    assert "缺少" in told(workbook(["年龄", "补贴"], [60, 100]))[0]
    wrong = [["命中规则", "随便"], ["栏目", "条件", "结论"], ["名称", "年龄", "补贴"], [1, 60, 1]]
    assert [one.split(":")[0] for one in told(workbook(*wrong))] == [
        "补贴标准!B1",
        "补贴标准!A2",
        "补贴标准!C2",
    ]


@pytest.mark.parametrize("letter", LETTERS)
def test_every_hit_policy_has_a_word_and_a_letter(letter: str, workbook: Make) -> None:
    head = [["命中规则", letter], *HEAD[1:3], ["可选值", None, None, "2、1"]]
    model, problems = read_excel(workbook(*head, [1, 60, "本市", 1]))
    assert problems == ()
    assert model is not None
    table = the_table(model)
    assert (table.policy, table.aggregation) == POLICIES[LETTERS[letter]]


def test_a_condition_called_like_another_sheet_is_what_that_table_decides(tmp_path: Path) -> None:
    book = Workbook()
    first, second = book.active, book.create_sheet("金额")
    assert first is not None
    first.title = "档次"
    for row in (["栏目", "条件", "结果"], ["名称", "年龄", "档"], [1, ">=60", "甲"], [2, "<60", "乙"]):
        first.append(row)
    for row in (["栏目", "条件", "结果"], ["名称", "档次", "元"], [1, "甲", 100], [2, "乙", 0]):
        second.append(row)
    book.save(tmp_path / "two.xlsx")
    made = load_dmn(tmp_path / "two.xlsx")
    assert made.evaluate("金额", {"年龄": 61}) == Decimal(100)
    assert [one.name for one in made.needs("金额")] == ["年龄"]


def test_a_table_of_a_model_goes_out_and_comes_back_the_same(tmp_path: Path) -> None:
    model = load_dmn(ROOT / "examples/decisions/allowance.dmn").model
    (tmp_path / "out.xlsx").write_bytes(write_excel(model))
    back, problems = read_excel(tmp_path / "out.xlsx")
    assert problems == ()
    assert back is not None
    before, after = the_table(model, 1), the_table(back)
    assert [row.inputs for row in after.rows] == [row.inputs for row in before.rows]
    assert [row.notes for row in after.rows] == [row.notes for row in before.rows]
    assert after.policy is HitPolicy.UNIQUE


CELLS = st.sampled_from(
    [
        *("-", "1", "2.5", ">= 60", "< 3", "[1..3)", "(1..3]", "true", "null", '"甲"', '"甲", "乙"'),
        *(
            'not("甲")',
            "> b * 2",
            'date("2026-03-01")',
            '>= date("2026-03-01")',
            "not(1, 2)",
            '"不限"',
            '"a\\"b"',
        ),
        *('[date("2026-01-01")..date("2026-02-01")]', '"=1"', '"是"', '"1"', "? > 3 and ? < 5"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6),
    policy=st.sampled_from(list(POLICIES.values())),
)
def test_any_table_goes_out_and_comes_back_the_same(
    rows: list[tuple[str, str]], policy: tuple[HitPolicy, Aggregation | None], tmp_path: Path
) -> None:
    from tests.core.rules.decisions.models import model, table

    plain = [(one, other, "1") for one, other in rows]
    one = model(table(plain, ("a", "b"), *policy))
    (tmp_path / "any.xlsx").write_bytes(write_excel(one))
    back, problems = read_excel(tmp_path / "any.xlsx")
    assert problems == ()
    assert back is not None
    expected, found = the_table(one), the_table(back)
    assert found.rows == expected.rows
    assert (found.policy, found.aggregation) == policy


def test_results_are_values_of_the_type_of_their_column() -> None:
    assert result(100, "number") == "100"
    assert result("甲", "string") == '"甲"'
    assert result(None, "number") == "null"
    with pytest.raises(Unclear):
        result("很多", "number")
