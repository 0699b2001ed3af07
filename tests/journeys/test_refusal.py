"""One body of three says no: what hangs on it stops, the rest goes on, and the letter says why and what can be done."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdf
from playwright.sync_api import expect
from tests.journeys.applying import answer_questions, begin, fill_form, submit, upload_papers
from tests.journeys.browser import PHONE, Person
from tests.journeys.matters import NOODLES, NOODLES_FORM
from tests.journeys.working import accept, refuse, work_to_the_end

Visitor = Callable[..., Person]

BIG = {**NOODLES, "您的店面多大？": "300平方米及以上", "消防检查您选哪种方式？": "我承诺符合要求，先营业"}
BIG_FORM = {
    **NOODLES_FORM,
    "使用面积": "420",
    "所在楼层": "一层",
    "后厨面积": "90",
    "是否用燃气": "是",
    "安全出口数量": "3",
    "消防安全管理人": "张老三",
    "消防安全管理人电话": "19900000101",
    "是否有自动喷淋或火灾报警": "是",
    "是否做过室内装修": "否",
}


def test_one_body_of_three_refuses_and_the_rest_goes_on(visitor: Visitor, tmp_path: Path) -> None:
    zhang = visitor("zhang", viewport=PHONE)
    begin(zhang, "open_restaurant")
    answer_questions(zhang, BIG)
    zhang.sees("公众聚集场所投入使用、营业前消防安全检查", "户外招牌设施设置")
    zhang.follow("去填表")
    fill_form(zhang, BIG_FORM)
    upload_papers(zhang)
    number = submit(zhang)
    accept(visitor("clerk"), number)

    market = visitor("market_reviewer")
    market.go(f"/bureau/{number}/")
    market.follow("不予…")
    market.sees("会一起停止办理的事项")
    market.picture("refusal-1-stops")
    refuse(market, "登记住所与实际经营地址不一致，核验不通过。")

    others = [visitor(name) for name in ("fire_reviewer", "fire_inspector1", "urban_management_reviewer")]
    work_to_the_end([market, *others], number)

    zhang.go(f"/cases/{number}/")
    zhang.sees("理由：", "登记住所与实际经营地址不一致", "您可以：")
    row = zhang.page.get_by_role("listitem")
    expect(row.filter(has_text="户外招牌设施设置").last).to_contain_text("办好了")
    expect(row.filter(has_text="公众聚集场所投入使用").last).to_contain_text("停止")
    zhang.picture("refusal-2-case")
    with zhang.page.expect_download() as waiting:
        zhang.follow(re.compile("不予.*决定"))
    waiting.value.save_as(tmp_path / "letter.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "letter.pdf").pages)
    assert "行政复议" in text.replace("\n", "")
    assert "行政诉讼" in text.replace("\n", "")
    assert "登记住所与实际经营地址不一致" in text.replace("\n", "")
