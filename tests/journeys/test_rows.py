"""A list of people is filled in on a phone of 360 pixels without script, by keyboard alone."""

import re
from collections.abc import Callable

from tests.journeys.axe import findings
from tests.journeys.browser import PHONE, Person, overflow

Visitor = Callable[..., Person]

ADD = re.compile("添加.*摊主")


def test_stallholders_are_added_by_keyboard_on_a_small_phone_without_script(visitor: Visitor) -> None:
    host = visitor("jiang", viewport=PHONE, java_script_enabled=False)
    host.go("/do/specimen_festival/")
    host.press("开始办理")
    draft = re.search(r"/apply/([0-9a-f-]{36})/", host.page.url)
    assert draft is not None
    host.go(f"/apply/{draft[1]}/questions/festival_electricity/")
    host.page.get_by_label("要", exact=True).check()
    host.press("继续")
    host.go(f"/apply/{draft[1]}/rows/festival_stallholders/")
    assert overflow(host.page) == []
    host.follow(ADD)
    host.page.get_by_label("摊主姓名").focus()
    host.page.keyboard.type("孙示范")
    host.page.keyboard.press("Enter")
    host.page.wait_for_load_state()
    host.heading("摊主")
    host.sees("孙示范")
    assert overflow(host.page) == []
    host.press(re.compile("去掉"))
    host.sees(re.compile("还没有添加"))


def test_the_pages_of_rows_have_no_barriers(visitor: Visitor) -> None:
    host = visitor("jiang", viewport=PHONE)
    host.go("/family/road_transport/")
    middles = [
        box["y"] + box["height"] / 2
        for part in (".site-head .brand", ".site-tools")
        if (box := host.page.locator(part).bounding_box())
    ]
    assert len(middles) == 2
    assert abs(middles[0] - middles[1]) < 20, "brand and tools share a row, search is the second"
    assert findings(host.page) == []
    assert overflow(host.page) == []
