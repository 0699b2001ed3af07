"""A register that does not answer costs the person some typing and nothing else: they are asked, and get on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.journeys.applying import answer_questions, begin, fill_form, submit, upload_papers
from tests.journeys.browser import PHONE, Person
from tests.journeys.matters import NOODLES, NOODLES_FORM
from tests.journeys.serving import serving
from tests.site.deployment import Prepared

Visitor = Callable[..., Person]

BY_HAND = {
    "企业名称": "云溪县老张面馆",
    "统一社会信用代码": "92999999300000010G",
    "企业类型": "个体工商户",
    "登记状态": "存续",
    "法定代表人（负责人）": "张老三",
    "法定代表人证件号码": "999999197203161016",
    "联系人": "张老三",
    "联系人手机号码": "19900000101",
    "经营场所地址": "云溪县办成镇老街1号",
}


@pytest.fixture(scope="module")
def home(furnished: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of its own, started with silent registers."""
    return furnished.copy(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def town(home: Path) -> Iterator[str]:
    """This module's town, whose two great registers are silent."""
    with serving(home, BANCHENG_DEMO_SOURCES="household_register=down,company_register=down") as address:
        yield address


def test_a_register_that_is_down_only_means_that_we_ask(visitor: Visitor) -> None:
    zhang = visitor("zhang", viewport=PHONE)
    begin(zhang, "open_restaurant")
    asked = answer_questions(zhang, {**NOODLES, "您的执照现在是什么状态？": "存续"})
    assert set(NOODLES) <= set(asked)
    zhang.heading("您的清单")
    zhang.picture("down-1-list")
    zhang.follow("去填表")
    zhang.picture("down-2-tasks")
    used = fill_form(zhang, {**NOODLES_FORM, **BY_HAND})
    assert {"企业名称", "经营场所地址"} <= used
    upload_papers(zhang)
    assert submit(zhang)
    zhang.follow("看办理进度")
    expect(zhang.page.get_by_role("main")).to_contain_text("您提交申请")
