"""The headmaster's school bus: one notice for all that lacks, two bodies asked side by side, one permit."""

import re
from collections.abc import Callable

from playwright.sync_api import expect
from tests.journeys.applying import photo
from tests.journeys.browser import PHONE, Person
from tests.journeys.matters import apply_for_the_bus
from tests.journeys.working import act, mark, work_to_the_end

Visitor = Callable[..., Person]


def test_a_school_bus_with_one_notice_and_two_opinions(visitor: Visitor) -> None:
    liu, clerk = visitor("liu", viewport=PHONE), visitor("clerk")
    education, police = visitor("education_reviewer"), visitor("traffic_police_reviewer")
    transport = visitor("transport_reviewer")
    number = apply_for_the_bus(liu)

    # Before the window judges, two bodies say what lacks; the window adds its own and sends one notice.
    education.go(f"/bureau/{number}/marks/")
    mark(education, "停靠站点数", "站点数和运行方案里的不一致，请核对后改正。")
    education.press(re.compile("^交给窗口"))
    police.go(f"/bureau/{number}/marks/")
    mark(police, "机动车驾驶证", "照片看不清准驾车型，请重新拍一张。")
    police.press(re.compile("^交给窗口"))
    clerk.go(f"/counter/cases/{number}/notice/")
    clerk.sees("会并入的部门意见", "照片看不清准驾车型")
    mark(clerk, "校车安全管理制度", "缺第二页，请补全。")
    clerk.picture("bus-1-notice")
    clerk.press(re.compile("^发出补正告知"))

    liu.go(f"/cases/{number}/")
    liu.sees("请您改 3 处")
    liu.follow("去补正")
    liu.sees("停靠站点数", "机动车驾驶证", "校车安全管理制度", "缺第二页")
    liu.picture("bus-2-to-correct")
    _answers(liu)
    liu.go(f"/cases/{number}/")
    liu.sees_no("请您改")

    clerk.go("/counter/queue/?tab=answered")
    clerk.click(clerk.page.get_by_role("main").locator(f"a[href$='/{number}/']").first)
    clerk.press(re.compile("^齐了，受理"))
    clerk.sees("已受理，已分送各部门办理")

    # Education asks; traffic police and transport answer side by side, each seeing that the other is asked.
    _until_opinions_are_sought(education, number, police)
    police.go(f"/bureau/{number}/")
    police.sees("请您部门就这件事答复意见。")
    transport.go(f"/bureau/{number}/")
    transport.sees("请您部门就这件事答复意见。")
    police.picture("bus-3-opinion")
    liu.page.reload()
    liu.picture("bus-4-side-by-side")
    work_to_the_end(
        [police, transport, education, visitor("education_inspector1"), visitor("government_reviewer")],
        number,
    )

    liu.page.reload()
    liu.sees("已办结", "结果")
    for body in ("云溪教育", "云溪交警"):
        expect(
            liu.page.get_by_role("listitem").filter(has_text=body).filter(has_text="已办好").first
        ).to_be_visible()
    liu.picture("bus-5-end")


def _answers(liu: Person) -> None:
    liu.follow("停靠站点数")
    liu.page.get_by_role("main").get_by_role("textbox").fill("6")
    liu.press(re.compile("^保存"))
    for paper in ("机动车驾驶证", "校车安全管理制度"):
        liu.follow(paper)
        liu.page.locator("input[type=file]").set_input_files(photo(f"{paper}-新.jpg"))
        liu.press("上传")
        liu.sees(f"{paper}-新.jpg")
        liu.press(re.compile("^就用这些"))
    expect(liu.page.get_by_role("main")).not_to_contain_text("还没改")


def _until_opinions_are_sought(education: Person, number: str, asked: Person) -> None:
    for _ in range(5):
        asked.go(f"/bureau/{number}/")
        if asked.page.get_by_text("请您部门就这件事答复意见。").count():
            return
        assert act(education, number), "Nothing to do, and yet nobody is asked"
    raise AssertionError("Opinions are never sought")
