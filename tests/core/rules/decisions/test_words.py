"""What a table did, told in words."""

from tests.core.rules.decisions.models import decisions, table

from bancheng.core.rules import Mode
from bancheng.core.rules.decisions import HitPolicy, nearest, tell

ROWS = (("> 60", "true", '"甲"'), ("[30..60]", "true", '"乙"'), ("< 30", "-", '"丙"'))


def told(a: object, b: object, policy: HitPolicy = HitPolicy.UNIQUE) -> tuple[str, ...]:
    answer = decisions(table(ROWS, ("a", "b"), policy)).explain("d", {"a": a, "b": b})
    return tell(answer.tables[0])


def test_the_row_that_matched_says_what_it_asked_and_what_it_met() -> None:
    assert told(61, True) == (
        '“d”（唯一）的结果是 "甲"。',
        '第 1 行命中：a > 60（是 61），b true（是 true）；结果 "甲"。',
    )


def test_of_no_match_the_nearest_row_says_which_cell_failed_and_with_what() -> None:
    assert told(61, False)[1:] == ("没有一行命中。", "最接近的是第 1 行：b要求 true，实际是 false。")


def test_the_nearest_row_is_the_one_with_the_fewest_failed_cells() -> None:
    trace = decisions(table(ROWS, ("a", "b"))).explain("d", {"a": 40, "b": False}).tables[0]
    near = nearest(trace)
    assert near is not None
    assert near.number == 2


def test_open_rows_say_what_would_settle_them() -> None:
    answer = decisions(table(ROWS, ("a", "b"))).explain("d", {"a": 61}, mode=Mode.ENTITLEMENT)
    assert tell(answer.tables[0])[1] == "第 1 行还不能定，要先知道：b。"
