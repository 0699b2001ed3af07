"""A thousand rows as cities have them, in three schemes of codes: nothing is lost, nothing is taken for granted."""

from pathlib import Path

from benchmarks.bench_import import catalogue, code, write_csvs
from tests.connect.tables.lists import source, take

from bancheng.core.kernel import check_implementation_code

MANY = 1_000


def test_a_thousand_rows_of_three_schemes_are_taken_without_loss(tmp_path: Path) -> None:
    write_csvs(tmp_path, MANY)
    taken = take(*sorted(tmp_path.glob("*.csv")), words=catalogue())
    assert taken.outcomes == ["added"] * MANY, taken.said[:500]
    items = [one.item for one in taken.results if one.item is not None]
    assert [one.task_code for one in items] == [code(number, number % 60) for number in range(MANY)]
    schemes = [one.code_scheme for one in items]
    assert [schemes.count(one) for one in ("GBT39554", "SEGMENTED", "LETTERS")] == [334, 333, 333]
    strict = [one for one in items if one.code_scheme == "GBT39554"]
    assert all(check_implementation_code(one.task_code) is None for one in strict)
    assert len({one.key for one in items}) == MANY
    assert {(len(one.materials), len(one.steps), len(one.results), len(one.faq)) for one in items} == {
        (4, 2, 1, 1)
    }
    assert all(line.kept[""]["权力来源"] for line in taken.lines)


def test_the_same_rows_again_change_nothing(tmp_path: Path) -> None:
    write_csvs(tmp_path, MANY // 10)
    files = sorted(tmp_path.glob("*.csv"))
    first = take(*files, words=catalogue(), mapping=source())
    known = {one.item.key: one.item for one in first.results if one.item is not None}
    again = take(*files, words=catalogue(), mapping=source(), known=known)
    assert set(again.outcomes) == {"unchanged"}
