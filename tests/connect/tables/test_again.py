"""The same list a second time, a changed list, and a list that says less than we know."""

from pathlib import Path

import msgspec
from tests.connect.tables.lists import CODE, HEADINGS, row, take, workbook

from bancheng.connect.tables import Base, Line
from bancheng.core.catalogue import Item, Material, ReviewPoint
from bancheng.core.clock import Limit

KEY = f"t_{CODE.lower()}"
MATERIALS = [("事项名称", "材料名称", "材料必要性"), ("茶摊备案", "营业执照", "必要")]


def first(tmp_path: Path) -> tuple[Item, Line]:
    """A list taken in once."""
    taken = take(workbook(tmp_path / "first.xlsx", {"事项": [HEADINGS, row()], "材料": MATERIALS}))
    item = taken.results[0].item
    assert item is not None
    return item, taken.lines[0]


def test_the_same_list_again_changes_nothing(tmp_path: Path) -> None:
    item, _ = first(tmp_path)
    taken = take(tmp_path / "first.xlsx", known={KEY: item})
    assert taken.outcomes == ["unchanged"]
    assert taken.results[0].item == item


def test_a_change_is_told_in_the_words_of_the_list_and_counts_a_version(tmp_path: Path) -> None:
    item, _ = first(tmp_path)
    changed = [MATERIALS[0], ("茶摊备案", "营业执照", "非必要"), ("茶摊备案", "居民身份证", "必要")]
    path = workbook(tmp_path / "b.xlsx", {"事项": [HEADINGS, row(承诺办结时限=3)], "材料": changed})
    result = take(path, known={KEY: item}).results[0]
    assert [(one.where, one.before, one.after) for one in result.changes] == [
        ("承诺办结时限", "5 工作日", "3 工作日"),
        ("申请材料 › business_licence › 材料必要性", "必要", "非必要"),
        ("申请材料", "", "id_card"),
    ]
    assert result.item is not None
    assert (result.item.version, result.item.promised) == (2, Limit(3))


def test_columns_that_a_list_has_not_leave_what_we_know_alone(tmp_path: Path) -> None:
    item, _ = first(tmp_path)
    enriched = msgspec.structs.replace(
        item,
        name_en="Tea stall",
        review_points=(ReviewPoint(key="r", text="看一看"),),
        materials=(msgspec.structs.replace(item.materials[0], key="licence", note="看原件", copies=2),),
    )
    path = workbook(tmp_path / "b.xlsx", {"事项": [HEADINGS, row()], "材料": MATERIALS})
    taken = take(path, known={KEY: enriched})
    assert taken.outcomes == ["unchanged"], taken.results[0].changes


def test_what_was_edited_here_stays_while_the_source_says_the_same(tmp_path: Path) -> None:
    item, line = first(tmp_path)
    base = Base(stated=line.stated, values=line.values)
    edited = msgspec.structs.replace(
        item,
        promised=Limit(4),
        materials=(*item.materials, Material(key="own", document="id_card")),
    )
    again = take(tmp_path / "first.xlsx", known={KEY: edited}, base=lambda _line: base)
    assert again.outcomes == ["unchanged"]
    without = take(tmp_path / "first.xlsx", known={KEY: edited})
    assert without.outcomes == ["changed"]
    shorter = workbook(tmp_path / "c.xlsx", {"事项": [HEADINGS, row(承诺办结时限=2)], "材料": MATERIALS})
    result = take(shorter, known={KEY: edited}, base=lambda _line: base).results[0]
    assert result.item is not None
    assert (result.item.promised, len(result.item.materials)) == (Limit(2), 2)


def test_keys_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    rows = [row(), row(实施编码="", 事项名称="另一项"), row(实施编码="XK00001", 事项名称="老事项")]
    one = take(workbook(tmp_path / "a.xlsx", {"事项": [HEADINGS, *rows]}))
    other = take(workbook(tmp_path / "b.xlsx", {"事项": [HEADINGS, *reversed(rows)]}))
    assert [line.key for line in one.lines] == [line.key for line in reversed(other.lines)]
    assert all(key.replace("-", "_").isidentifier() and key.isascii() for key in one.by_key)
