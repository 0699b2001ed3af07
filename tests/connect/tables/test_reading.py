"""Lists as cities write them: what is understood, what waits, and how it is told."""

import json
from pathlib import Path

import pytest
from tests.connect.tables.lists import BODY_CODE, CODE, GOOD, HEADINGS, row, source, take, text_csv, workbook

from bancheng.core.catalogue import Handling, Item, ItemType, Level, MaterialSource, Necessity, Subject
from bancheng.core.clock import Limit, LimitUnit

MATERIAL_HEADINGS = ("事项名称", "材料名称", "材料必要性", "来源渠道")


def the_item(path: Path, **more: object) -> Item:
    """The one item of a list."""
    taken = take(path, **more)  # type: ignore[arg-type]  # reason: passed on
    assert taken.outcomes == ["added"], taken.said
    item = taken.results[0].item
    assert item is not None
    return item


def test_a_row_under_the_official_headings_is_an_item(tmp_path: Path) -> None:
    item = the_item(workbook(tmp_path / "a.xlsx", {"Sheet1": [HEADINGS, row()]}))
    assert (item.name, item.body, item.task_code) == ("茶摊备案", "tea_office", CODE)
    assert (item.item_type, item.level, item.handling) == (ItemType.PERMIT, Level.COUNTY, Handling.PROMISED)
    assert item.objects == (Subject.PERSON, Subject.COMPANY)
    assert (item.statutory, item.promised) == (Limit(20), Limit(5))
    assert item.key == f"t_{CODE.lower()}"


def test_titles_above_the_headings_and_sheets_of_remarks_do_not_disturb(tmp_path: Path) -> None:
    rows = [["河畔示范县政务服务事项清单"], [], ["填报单位：", "示范局"], HEADINGS, row()]
    path = workbook(tmp_path / "a.xlsx", {"说明": [["请按要求填写"], ["谢谢"]], "一": rows})
    taken = take(path)
    assert taken.outcomes == ["added"]
    assert taken.lines[0].spot.row == 5
    assert any("跳过" in note for note in taken.notes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    item = the_item(text_csv(tmp_path / "清单.csv", [HEADINGS, row()], encoding))
    assert item.name == "茶摊备案"


def test_an_unknown_code_waits_with_its_place_and_is_never_defaulted(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "清单.xlsx",
        {"事项": [HEADINGS, row(), row(实施编码="", 事项名称="茶摊注销", 事项类型="XK")]},
    )
    taken = take(path)
    assert taken.outcomes == ["added", "quarantined"]
    assert "第 3 行 ‘事项类型’列" in taken.said
    assert "“XK”" in taken.said
    assert taken.results[1].item is None


def test_completing_the_mapping_releases_the_row(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"事项": [HEADINGS, row(事项类型="XK", 办件类型="7")]})
    assert take(path).outcomes == ["quarantined"]
    mapping = source(base="letters", codes={"handling": {"7": "promised"}})
    assert the_item(path, mapping=mapping).item_type is ItemType.PERMIT


def test_the_same_digit_means_different_things_in_different_sources(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        {"事项": [HEADINGS, row(事项类型="05", 行使层级="4", 服务对象="1^2", 办件类型=2)]},
    )
    assert the_item(path, mapping=source(base="exchange")).item_type is ItemType.BENEFIT
    shuffled = source(base="exchange", codes={"item_type": {"05": "confirmation"}})
    assert the_item(path, mapping=shuffled).item_type is ItemType.CONFIRMATION
    assert take(path).outcomes == ["quarantined"]


def test_a_blank_kind_of_handling_is_not_immediate_and_no_mapping_can_say_so(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"事项": [HEADINGS, row(办件类型=None)]})
    said_so = source(codes={"handling": {"": "immediate"}})
    for mapping in (source(), said_so):
        taken = take(path, mapping=mapping)
        assert taken.outcomes == ["quarantined"]
        assert "‘办件类型’列：“办件类型”没有填" in taken.said


def test_a_number_of_days_without_a_unit_waits_and_with_one_behind_it_does_not(tmp_path: Path) -> None:
    bare = workbook(tmp_path / "a.xlsx", {"事项": [HEADINGS, row(承诺办结时限单位="")]})
    assert "工作日、自然日或小时" in take(bare).said
    behind = workbook(
        tmp_path / "b.xlsx", {"事项": [HEADINGS, row(承诺办结时限="3个工作日", 承诺办结时限单位="")]}
    )
    assert the_item(behind).promised == Limit(3)
    both = workbook(
        tmp_path / "c.xlsx", {"事项": [HEADINGS, row(承诺办结时限="3个工作日", 承诺办结时限单位="小时")]}
    )
    assert "两处不一样" in take(both).said
    at_once = workbook(
        tmp_path / "d.xlsx", {"事项": [HEADINGS, row(承诺办结时限="当场办结", 承诺办结时限单位="")]}
    )
    assert the_item(at_once).promised == Limit(0, LimitUnit.IMMEDIATE)


def test_materials_of_another_sheet_find_their_item_by_code_or_name(tmp_path: Path) -> None:
    materials = [
        MATERIAL_HEADINGS,
        ["茶摊备案", "营业执照副本", "容缺后补", "政府部门核发"],
        ["茶摊备案", "茶桌摆放图", "必要", ""],
    ]
    item = the_item(workbook(tmp_path / "a.xlsx", {"事项": [HEADINGS, row()], "材料": materials}))
    first, second = item.materials
    assert (first.document, first.name, first.source) == (
        "business_licence",
        "营业执照副本",
        MaterialSource.GOVERNMENT,
    )
    assert (first.necessity, first.deferrable) == (Necessity.REQUIRED, True)
    assert second.document.startswith("d_")


def test_a_bad_row_of_another_sheet_holds_its_whole_item_back(tmp_path: Path) -> None:
    materials = [MATERIAL_HEADINGS, ["茶摊备案", "营业执照", "3", ""], ["没有的事项", "营业执照", "必要", ""]]
    taken = take(workbook(tmp_path / "a.xlsx", {"事项": [HEADINGS, row()], "材料": materials}))
    assert taken.outcomes == ["quarantined", "quarantined"]
    assert "“材料”第 2 行 ‘材料必要性’列" in taken.said
    assert "找不到这一行所属的事项" in taken.said
    assert [raw.kind for raw in taken.lines[0].raw] == ["items", "materials"]


def test_two_items_of_one_name_are_told_apart_or_their_rows_wait(tmp_path: Path) -> None:
    other = f"{BODY_CODE}4990131004000"
    items = [HEADINGS, row(), row(实施编码=other)]
    by_name = [MATERIAL_HEADINGS, ["茶摊备案", "营业执照", "必要", ""]]
    taken = take(workbook(tmp_path / "a.xlsx", {"事项": items, "材料": by_name}))
    assert taken.outcomes == ["added", "added", "quarantined"]
    assert "分不清" in taken.said
    by_code = [("实施编码", *MATERIAL_HEADINGS), [other, "茶摊备案", "营业执照", "必要", ""]]
    taken = take(workbook(tmp_path / "b.xlsx", {"事项": items, "材料": by_code}))
    assert [len(one.item.materials) for one in taken.results if one.item] == [0, 1]


ONE_SHEET = (*HEADINGS, "受理条件", "设定依据", "材料名称", "材料必要性")


@pytest.mark.parametrize("between", ["^", "\n"])
def test_one_sheet_may_hold_several_values_in_a_cell(tmp_path: Path, between: str) -> None:
    more = [
        between.join(["有固定摊位", "无欠缴费用"]),
        "茶摊管理办法（虚构） 第三条",
        between.join(["1.居民身份证", "2.营业执照"]),
        between.join(["必要", "非必要"]),
    ]
    item = the_item(workbook(tmp_path / "a.xlsx", {"清单": [ONE_SHEET, [*row(), *more]]}))
    assert [one.text for one in item.conditions] == ["有固定摊位", "无欠缴费用"]
    assert (item.basis[0].title, item.basis[0].article) == ("茶摊管理办法（虚构）", "第三条")
    assert [(one.document, one.necessity.value) for one in item.materials] == [
        ("id_card", "required"),
        ("business_licence", "optional"),
    ]


def test_values_that_do_not_match_in_number_wait(tmp_path: Path) -> None:
    more = ["", "", "居民身份证^营业执照^照片", "必要^非必要"]
    taken = take(workbook(tmp_path / "a.xlsx", {"清单": [ONE_SHEET, [*row(), *more]]}))
    assert "有 3 条" in taken.said
    assert "有 2 条" in taken.said


def test_merged_or_repeated_cells_go_on_with_the_item_above(tmp_path: Path) -> None:
    for name, under in (("merged", [None] * len(HEADINGS)), ("repeated", row())):
        rows = [ONE_SHEET, [*row(), "", "", "居民身份证", "必要"], [*under, "", "", "营业执照", "必要"]]
        item = the_item(workbook(tmp_path / f"{name}.xlsx", {"清单": rows}))
        assert [one.document for one in item.materials] == ["id_card", "business_licence"]


def test_exchange_rows_are_read_by_their_column_names(tmp_path: Path) -> None:
    record = {
        "task_name": "茶摊备案",
        "task_code": CODE,
        "task_type": "01",
        "use_level": "4",
        "dept_name": "河畔示范城管局",
        "dept_code": BODY_CODE,
        "server_type": "1^2",
        "project_type": "2",
        "anticipate_day": 20,
        "anticipate_day_type": "workday",
        "promise_day": 5,
        "promise_day_type": "workday",
        "link_way": "0000-1234567",
        "row_guid": "00000000-0000-4000-8000-000000000001",
        "up_task_general_material": [{"material_name": "营业执照", "is_need": "1", "material_format": "3"}],
    }
    mapping = source(base="exchange")
    for name, data in (
        ("list.json", [record]),
        ("tables.json", {"up_task_general_basic": [record]}),
        ("lines.jsonl", None),
    ):
        path = tmp_path / name
        path.write_text(json.dumps(record if data is None else data, ensure_ascii=False), encoding="utf-8")
        item = the_item(path, mapping=mapping)
        assert (item.objects, item.phone) == ((Subject.PERSON, Subject.COMPANY), "0000-1234567")
        assert [one.document for one in item.materials] == ["business_licence"]


def test_what_has_no_attribute_is_kept_as_written(tmp_path: Path) -> None:
    headings = (*HEADINGS, "权力来源", "数量限制", "领导签字")
    taken = take(workbook(tmp_path / "a.xlsx", {"事项": [headings, [*row(), "法定本级行使", "无", "同意"]]}))
    assert taken.lines[0].kept == {"": {"权力来源": "法定本级行使", "数量限制": "无"}}
    assert any("领导签字" in note for note in taken.notes)


def test_bodies_and_papers_are_found_by_name_alias_or_code_and_never_by_likeness(tmp_path: Path) -> None:
    rows = [
        (*HEADINGS, "实施主体编码"),
        [*row(实施主体="城管局"), ""],
        [*row(实施编码="", 事项名称="二", 实施主体="改过名的局"), BODY_CODE],
        [*row(实施编码="", 事项名称="三", 实施主体="河畔示范城管所"), ""],
    ]
    taken = take(workbook(tmp_path / "a.xlsx", {"事项": rows}))
    bodies = [one.item.body for one in taken.results if one.item]
    assert bodies[:2] == ["tea_office", "tea_office"]
    (proposal,) = taken.proposals
    assert bodies[2] == proposal.key
    assert proposal.near[0] == ("tea_office", "河畔示范城管局")
    chosen = source(names={"bodies": {"河畔示范城管所": "market"}})
    assert take(tmp_path / "a.xlsx", mapping=chosen).proposals == ()


def test_a_name_that_several_bodies_bear_waits(tmp_path: Path) -> None:
    from bancheng.core.catalogue import Body

    words = source(), take.__defaults__
    assert words
    from tests.connect.tables.lists import catalogue

    known = catalogue()
    known.bodies["other"] = Body(key="other", name="河畔示范市场监管局")
    path = workbook(
        tmp_path / "a.xlsx", {"事项": [HEADINGS, row(实施编码="", 实施主体="河畔示范市场监管局")]}
    )
    assert "有几个同名的" in take(path, words=known).said


def test_the_same_item_twice_waits_the_second_time(tmp_path: Path) -> None:
    taken = take(workbook(tmp_path / "a.xlsx", {"事项": [HEADINGS, row(), row(事项名称="又一次")]}))
    assert taken.outcomes == ["added", "quarantined"]
    assert "第 2 行是同一个事项" in taken.said


def test_a_code_of_the_national_scheme_is_checked_and_a_local_one_is_not(tmp_path: Path) -> None:
    wrong = CODE[:17] + ("0" if CODE[17] != "0" else "1") + CODE[18:]
    assert (
        "不是有效的统一社会信用代码"
        in take(workbook(tmp_path / "a.xlsx", {"一": [HEADINGS, row(实施编码=wrong)]})).said
    )
    local = "999A0138000000-999999000000-000-119999990000000000-1-00"
    item = the_item(workbook(tmp_path / "b.xlsx", {"一": [HEADINGS, row(实施编码=local)]}))
    assert (item.task_code, item.code_scheme) == (local, "SEGMENTED")
    old = the_item(workbook(tmp_path / "c.xlsx", {"一": [HEADINGS, row(实施编码="G-000007-001-999")]}))
    assert old.code_scheme == "LETTERS"


def test_old_codes_become_aliases_and_lead_back_to_the_item(tmp_path: Path) -> None:
    headings = (*HEADINGS, "原实施编码")
    first = take(workbook(tmp_path / "a.xlsx", {"一": [HEADINGS, row(实施编码="XK-0001")]}))
    key = first.lines[0].key
    later = workbook(tmp_path / "b.xlsx", {"一": [headings, [*row(), "XK-0001"]]})
    taken = take(later, codes={"XK-0001": key}, known={key: first.results[0].item})  # type: ignore[dict-item]  # reason: added
    assert taken.outcomes == ["changed"]
    assert taken.results[0].item is not None
    assert "XK-0001" in taken.results[0].item.aliases
    assert [(one.where, one.before, one.after) for one in taken.results[0].changes][:2] == [
        ("事项别名", "", "XK-0001"),
        ("实施编码", "XK-0001", CODE),
    ]


def test_a_code_that_excel_has_cut_is_told_instead_of_taken(tmp_path: Path) -> None:
    taken = take(workbook(tmp_path / "a.xlsx", {"一": [HEADINGS, row(实施编码=1137080012345678901)]}))
    assert "后几位已经丢了" in taken.said


def test_a_sheet_without_a_needed_column_says_which(tmp_path: Path) -> None:
    headings = [one for one in HEADINGS if one != "行使层级"]
    taken = take(workbook(tmp_path / "a.xlsx", {"一": [headings, [GOOD[one] for one in headings]]}))
    assert "没有“行使层级”这一列" in taken.said
