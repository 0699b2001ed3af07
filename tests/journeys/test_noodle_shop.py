"""Old Zhang opens a noodle shop from his phone: asked little, known values shown, papers waived, result in hand."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect
from tests.journeys.applying import answer_questions, begin, fill_form, submit, upload_papers
from tests.journeys.browser import PHONE, Person, overflow
from tests.journeys.matters import NOODLES, NOODLES_FORM

Visitor = Callable[..., Person]


def test_old_zhang_opens_his_noodle_shop_from_his_phone(visitor: Visitor, tmp_path: Path) -> None:
    zhang = visitor("zhang", viewport=PHONE, has_touch=True, is_mobile=True)
    # He looks for it in his own words.
    zhang.go("/")
    zhang.page.get_by_role("main").get_by_role("searchbox").fill("开面馆")
    zhang.page.keyboard.press("Enter")
    zhang.follow(re.compile("^开办餐饮店"), within=zhang.page.get_by_role("main"))
    zhang.heading("开办餐饮店")
    zhang.sees("多久办好", "花多少钱", "要交的材料", "谁来决定", "5 个工作日", "不收费")
    zhang.picture("noodle-1-guide")

    begin(zhang, "open_restaurant")
    zhang.picture("noodle-2-question")
    asked = answer_questions(zhang, NOODLES)
    assert set(asked) == set(NOODLES)

    # His list says what it takes, and what he no longer carries.
    zhang.heading("您的清单")
    main = zhang.page.get_by_role("main")
    expect(main).to_contain_text("已从“企业电子证照库（示范）”查到，免于提交")
    zhang.sees("营业执照", "油烟净化设施证明", "来自企业登记库（示范）")
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

    used = fill_form(zhang, NOODLES_FORM)
    assert used == set(NOODLES_FORM)
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
    assert number
