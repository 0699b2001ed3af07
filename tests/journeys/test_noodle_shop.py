"""Old Zhang opens a noodle shop from his phone: asked little, known values shown, papers waived, result in hand."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdf
from playwright.sync_api import expect
from tests.journeys.applying import (
    answer_questions,
    begin,
    fill_form,
    photo,
    submit,
    upload_papers,
)
from tests.journeys.browser import PHONE, Person, overflow
from tests.journeys.matters import NOODLES, NOODLES_FORM
from tests.journeys.working import accept, work_to_the_end

Visitor = Callable[..., Person]


def test_old_zhang_opens_his_noodle_shop_from_his_phone(visitor: Visitor, tmp_path: Path) -> None:
    zhang = visitor("zhang", viewport=PHONE, has_touch=True, is_mobile=True)
    _finds_it_in_his_own_words(zhang)
    number = _applies(zhang)

    # The window accepts; market supervision and urban management work side by side on their own pages.
    accept(visitor("clerk"), number)
    zhang.page.reload()
    zhang.sees("已受理")
    officials = [
        visitor(name) for name in ("market_reviewer", "market_inspector1", "urban_management_reviewer")
    ]
    assert work_to_the_end(officials, number) >= len(officials)

    _hands_in_what_could_follow(zhang)
    _a_stranger_verifies(visitor(), _downloads(zhang, tmp_path), tmp_path)
    _rates(zhang)


def _finds_it_in_his_own_words(zhang: Person) -> None:
    zhang.go("/")
    zhang.page.get_by_role("main").get_by_role("searchbox").fill("开面馆")
    zhang.page.keyboard.press("Enter")
    zhang.follow(re.compile("^开办餐饮店"), within=zhang.page.get_by_role("main"))
    zhang.heading("开办餐饮店")
    zhang.sees("多久办好", "花多少钱", "要交的材料", "谁来决定", "5 个工作日", "不收费")
    zhang.picture("noodle-1-guide")


def _applies(zhang: Person) -> str:
    begin(zhang, "open_restaurant")
    zhang.picture("noodle-2-question")
    assert set(answer_questions(zhang, NOODLES)) == set(NOODLES)

    # His list says what it takes, and what he no longer carries.
    zhang.heading("您的清单")
    expect(zhang.page.get_by_role("main")).to_contain_text("已从“企业电子证照库（示范）”查到，免于提交")
    zhang.sees("营业执照", "油烟净化设施证明", "来自企业登记库（示范）")
    zhang.sees(re.compile("^要挂$"))
    zhang.sees_no("专间或专用操作区说明", "消防安全检查申报表")
    assert overflow(zhang.page) == []
    zhang.picture("noodle-3-list")

    # What the town knows stands there with its source; he may say that it is wrong.
    zhang.follow("去填表")
    zhang.picture("noodle-4-tasks")
    zhang.follow("企业")
    zhang.sees("云溪县老张面馆", "来自企业登记库（示范）")
    expect(zhang.page.get_by_role("link", name=re.compile("不对"))).not_to_have_count(0)
    zhang.picture("noodle-5-known")
    zhang.follow("返回")
    assert fill_form(zhang, NOODLES_FORM) == set(NOODLES_FORM)
    zhang.picture("noodle-6-filled")
    given = upload_papers(zhang)
    assert "营业执照" not in given
    assert "经营场所平面布局图" in given
    zhang.picture("noodle-7-papers")
    number = submit(zhang)
    zhang.sees("告诉您是否受理", "接下来")
    zhang.picture("noodle-8-done")
    zhang.follow("看办理进度")
    zhang.sees("您提交申请", "正在看材料")
    assert overflow(zhang.page) == []
    zhang.picture("noodle-9-case")
    return number


def _hands_in_what_could_follow(zhang: Person) -> None:
    """One paper may follow; until it is there, nothing is handed out."""
    zhang.page.reload()
    zhang.sees("还有材料要补交", "没补齐之前，结果先不发。")
    zhang.picture("noodle-10-owed")
    zhang.follow("主要设备设施清单")
    zhang.page.locator("input[type=file]").set_input_files(photo("设备清单.jpg"))
    zhang.press("上传")
    zhang.sees("设备清单.jpg")
    zhang.press("补交这些")
    zhang.heading("开办餐饮店")
    zhang.sees_no("还有材料要补交")


def _downloads(zhang: Person, folder: Path) -> str:
    """The licence as PDF; the code on it."""
    with zhang.page.expect_download() as waiting:
        zhang.follow(re.compile("食品经营许可证"))
    waiting.value.save_as(folder / "result.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(folder / "result.pdf").pages)
    assert "云溪县老张面馆" in text
    found = re.search(r"核验码[：:\s]*([0-9A-Z][0-9A-Z -]{6,30})", text)
    assert found, text
    return found[1].strip()


def _a_stranger_verifies(stranger: Person, code: str, folder: Path) -> None:
    stranger.go("/")
    stranger.follow("核验证照")
    stranger.page.get_by_role("main").get_by_role("textbox").fill(code)
    stranger.press("核验")
    stranger.sees("真实有效", "云溪县示范市场监督管理局")
    stranger.page.locator("input[type=file]").set_input_files(folder / "result.pdf")
    stranger.press("对一对")
    stranger.sees("文件一致")
    stranger.picture("noodle-verified")


def _rates(zhang: Person) -> None:
    zhang.follow("评价一下")
    zhang.follow("非常满意")
    zhang.press("提交评价")
    zhang.sees("您已经评价过")
    zhang.picture("noodle-11-end")
