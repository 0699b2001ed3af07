"""The newcomer's trial (docs/howto/newcomer.md): a list in Excel becomes a working one-thing without any code."""

import re
from collections.abc import Callable
from contextlib import closing

from openpyxl import load_workbook
from playwright.sync_api import expect
from tests.house.source import ROOT
from tests.journeys import applying, composing
from tests.journeys.browser import Person
from tests.journeys.working import accept, work_to_the_end

Visitor = Callable[..., Person]
NAME = "开一家乡村民宿"
LIST = ROOT / "examples" / "guesthouse" / "items.xlsx"
FORM = {
    "使用面积": "320",
    "客房数（虚构）": "8",
    "标识牌悬挂位置（虚构）": "院门右侧",
    "最近的公交站（虚构）": "老槐树站",
    "监控探头数（虚构）": "4",
    "从业人数（虚构）": "3",
    "安全出口个数（虚构）": "2",
    "灭火器数量（虚构）": "6",
    "餐位数（虚构）": "20",
    "最低房价（虚构）": "128",
    "秤的台数（虚构）": "1",
    "经营场所地址": "云溪县办成镇山水村8号（虚构）",
    "法定代表人手机号码": "19900000101",
}


def names() -> list[str]:
    """The twelve items as the list has them."""
    with closing(load_workbook(LIST, read_only=True)) as book:
        return [str(row[0]) for row in book["事项"].iter_rows(min_row=2, max_col=1, values_only=True)]


def test_a_list_in_excel_becomes_a_working_one_thing(visitor: Visitor) -> None:
    manager, second = visitor("items"), visitor("items2")
    bring_in(manager, second)
    key = compose(manager)
    composing.propose(manager, "新编：乡村民宿")
    composing.approve(second, NAME)

    guest = visitor("zhang")
    number = apply(guest, key)
    accept(visitor("clerk"), number)
    bodies = ("culture", "public_security", "fire")
    officials = [visitor(f"{body}_{role}") for body in bodies for role in ("reviewer", "inspector1")]
    work_to_the_end([*officials, visitor("market_reviewer")], number)
    guest.go(f"/cases/{number}/")
    guest.sees("乡村民宿登记证（虚构）")
    guest.picture("newcomer-3-done")


def bring_in(manager: Person, second: Person) -> None:
    """The list is compared, kept as drafts, handed on, and put in force by a second person."""
    manager.go("/studio/imports/")
    manager.page.get_by_label("清单从哪里来").fill("山水镇清单（虚构）")
    manager.page.get_by_label("文件", exact=True).set_input_files(LIST)
    manager.press("上传并比对")
    manager.sees("乡村民宿开业登记（虚构）")
    manager.picture("newcomer-1-compared")
    manager.press(re.compile("存为草稿：新增 12"))
    manager.press("交给第二个人审核")
    second.page.goto(manager.page.url)
    second.press("批准生效")
    second.sees("项已经生效")


def compose(manager: Person) -> str:
    """Twelve items, a leading body, two conditions written by their Chinese names, three sample persons."""
    key = composing.begin(manager, NAME)
    for name in names():
        composing.add(manager, name)
    composing.mended(manager, re.compile("牵头$"))
    manager.page.get_by_label("来源（公开的文件名称）").fill("乡村民宿管理办法（虚构）")
    manager.page.get_by_label("可信度").select_option(label="虚构示例")
    for index, name in enumerate(names()):
        if "用火用气" in name:
            only_when(manager, index, "客房用不用燃气")
        if "小餐厅" in name:
            only_when(manager, index, "供不供早餐晚餐")
    composing.sound(manager)
    for name in ("小院子", "带餐厅的", "大院子"):
        composing.try_person(manager, name)
    manager.picture("newcomer-2-composed")
    return key


def only_when(manager: Person, index: int, element: str) -> None:
    """An item joins only where this is so: suggested by its name, taken with Enter."""
    written = manager.page.locator(f'[id="f-members.{index}.when"]')
    written.fill("")
    written.press_sequentially(element)
    expect(manager.page.locator(f'[id="l-members.{index}.when"] [role=option]').first).to_be_visible()
    written.press("ArrowDown")
    written.press("Enter")
    expect(manager.page.locator(f"#at-members-{index}")).to_contain_text("只在：")


def apply(guest: Person, key: str) -> str:
    """He does not cook and has no gas: two items less, their papers too."""
    applying.begin(guest, key)
    asked = applying.answer_questions(guest, {"客房里用燃气吗？": "否", "给住客做饭吗？": "否"})
    assert set(asked) == {"客房里用燃气吗？", "给住客做饭吗？"}
    guest.sees_no("民宿小餐厅备案（虚构）")
    guest.follow("去填表")
    used = applying.fill_form(guest, FORM)
    assert "餐位数（虚构）" not in used
    # The licence lies in a library and the fire office's opinion is made on the way: neither is asked for.
    assert applying.upload_papers(guest) == ["客房平面图（虚构）", "住客安全须知（虚构）"]
    return applying.submit(guest)
