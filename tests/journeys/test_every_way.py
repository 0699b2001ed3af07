"""Applying in every way people come: without script, by keyboard alone, going back, pressing twice, resuming."""

import re
from collections.abc import Callable

from playwright.sync_api import Error, Page, expect
from tests.journeys.applying import answer_questions, begin, photo
from tests.journeys.browser import PHONE, Person
from tests.journeys.matters import NOODLES, RETIREMENT, apply_after_a_birth, apply_for_noodles
from tests.journeys.serving import PASSWORD

Visitor = Callable[..., Person]
_FAR = 90  # Tab presses before something counts as out of reach


def test_without_script_a_person_applies_from_start_to_submit(visitor: Visitor) -> None:
    zhang = visitor("zhang", viewport=PHONE, java_script_enabled=False)
    number = apply_for_noodles(zhang)
    zhang.follow("看办理进度")
    zhang.sees("您提交申请")
    zhang.go("/cases/")
    expect(zhang.page.get_by_role("main").locator(f"a[href*='{number}']")).to_be_visible()
    zhang.picture("without-script")


def test_the_keyboard_alone_is_enough_to_apply(visitor: Visitor) -> None:
    zhou = visitor()
    keys = Keys(zhou.page)
    zhou.go("/")
    _sign_in_by_keyboard(zhou, keys)
    keys.to("搜索要办的事").type("退休")
    keys.enter()
    zhou.page.wait_for_url(re.compile("/search"))
    keys.to("退休").enter()
    # Others may have left an application of hers half done.
    anew = zhou.page.get_by_role("button", name="另外新办一份").count()
    keys.to("另外新办一份" if anew else "开始办理").enter()
    for _ in RETIREMENT:
        title = zhou.page.get_by_role("heading", level=1).inner_text().strip()
        keys.to(RETIREMENT[title]).press("Space")
        keys.to("继续").enter()
        expect(zhou.page.get_by_role("heading", level=1)).not_to_have_text(title)
    zhou.heading("您的清单")
    keys.to("去填表").enter()
    keys.to("办事人").enter()
    keys.to("手机号码").type("19900000112")
    keys.to("保存并继续").enter()
    expect(zhou.page.get_by_role("heading", level=1)).not_to_have_text("办事人")
    if zhou.page.get_by_role("heading", level=1).inner_text() != "退休":
        keys.to("返回").enter()
        keys.to("退休").enter()
    keys.to("拟退休日期").date(2026, 12, 1)
    keys.to("保存并继续").enter()
    zhou.page.wait_for_url(lambda url: "/form/retirement/" not in url)
    if "/materials/" not in zhou.page.url:
        while not re.search(r"/apply/[0-9a-f-]+/$", zhou.page.url):
            keys.to("返回").enter()
            zhou.page.wait_for_load_state()
        keys.to("上传材料").enter()
    zhou.heading("材料")
    keys.to("银行卡").enter()
    zhou.heading("银行卡")
    with zhou.page.expect_file_chooser() as chooser:
        keys.to("选择要上传的文件").press("Enter")
    chooser.value.set_files(photo("银行卡.jpg"))
    keys.to("上传").press("Enter")
    expect(zhou.page.get_by_role("main")).to_contain_text("银行卡.jpg")
    keys.to("传好了").enter()
    zhou.heading("材料")
    keys.to("回到办理进度").enter()
    keys.to("检查一遍并提交").enter()
    zhou.heading("检查一遍")
    for box in zhou.page.get_by_role("main").get_by_role("checkbox").all():
        keys.to_element(box.get_attribute("id") or "").press("Space")
        expect(box).to_be_checked()
    keys.to("提交申请").enter()
    zhou.heading("已经提交")


def _sign_in_by_keyboard(zhou: Person, keys: "Keys") -> None:
    keys.to("登录").enter()
    keys.to("用户名").type("zhou")
    keys.to("密码").type(PASSWORD)
    keys.enter()
    expect(zhou.page.get_by_role("banner")).to_contain_text("周退休")


def test_going_back_keeps_every_answer_and_pressing_twice_makes_one_case(visitor: Visitor) -> None:
    xi = visitor("ayi", viewport=PHONE)
    begin(xi, "newborn")
    xi.page.get_by_role("radio", name="要", exact=True).check()
    xi.press("继续")
    xi.heading("您的清单")
    xi.page.go_back()
    expect(xi.page.get_by_role("radio", name="要", exact=True)).to_be_checked()
    xi.page.go_forward()
    xi.heading("您的清单")
    # Typed, saved for later, gone away, come back: it is there. A wrong entry loses nothing either.
    xi.follow("去填表")
    xi.follow("孩子")
    xi.page.get_by_label("孩子姓名").fill("买买提·阿里木")
    xi.press("先存着，下次再填")
    xi.go("/")
    xi.go("/do/newborn/")
    xi.follow("接着填")
    xi.follow("孩子")
    expect(xi.page.get_by_label("孩子姓名")).to_have_value("买买提·阿里木")
    xi.press("保存并继续")
    xi.sees("请填写“孩子民族”")
    expect(xi.page.get_by_label("孩子姓名")).to_have_value("买买提·阿里木")
    xi.picture("errors-by-the-field")


def test_pressing_submit_twice_makes_one_case(visitor: Visitor) -> None:
    ayi = visitor("ayi", java_script_enabled=False)
    before = _cases(ayi)
    number = apply_after_a_birth(ayi)
    # Back to the form that was sent, and send it again: never a second case.
    ayi.page.go_back()
    if ayi.page.get_by_role("button", name="提交申请").count():
        for agree in ayi.page.get_by_role("main").get_by_role("checkbox").all():
            agree.check()
        ayi.press("提交申请")
    assert _cases(ayi) - before == {number}


def _cases(person: Person) -> set[str]:
    person.go("/cases/")
    links = person.page.get_by_role("main").get_by_role("link").all()
    return {
        found[1]
        for link in links
        if (found := re.fullmatch(r"/cases/(\d+)/", link.get_attribute("href") or ""))
    }


def test_a_stranger_looks_first_and_signs_in_to_submit_without_losing_an_answer(visitor: Visitor) -> None:
    zhang = visitor(viewport=PHONE)
    begin(zhang, "open_restaurant")
    answer_questions(zhang, {"您的店面多大？": "不到50平方米", **NOODLES})
    zhang.heading("您的清单")
    zhang.sees("经营场所平面布局图")
    zhang.picture("list-before-signing-in")
    zhang.follow("登录后填表")
    zhang.page.get_by_label("用户名").fill("zhang")
    zhang.page.get_by_label("密码").first.fill(PASSWORD)
    zhang.press("登录", within=zhang.page.get_by_role("main"))
    assert "/apply/" in zhang.page.url
    zhang.sees("云溪县老张面馆")


class Keys:
    """A person without a mouse: everything by Tab, arrows, Space and Enter."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def to(self, name: str) -> "Keys":
        """Tab on until the focus is on the control of this name, and see that the focus shows."""
        passed = []
        for _ in range(_FAR):
            now = self._name()
            if name in now:
                assert self._page.evaluate(_SHOWN), f"The focus on “{name}” cannot be seen"
                return self
            passed.append(now[0])
            self._page.keyboard.press("Tab")
        raise AssertionError(f"No way to “{name}” by keyboard on {self._page.url}; passed {passed}")

    def to_element(self, element: str) -> "Keys":
        """Tab on until the focus is on the element with this id."""
        for _ in range(_FAR):
            if self._page.evaluate("document.activeElement.id") == element:
                return self
            self._page.keyboard.press("Tab")
        raise AssertionError(f"No way to #{element} by keyboard on {self._page.url}")

    def press(self, key: str) -> "Keys":
        """Press a key."""
        self._page.keyboard.press(key)
        return self

    def enter(self) -> "Keys":
        """Press Enter on what leads to another page, and wait until that one stands."""
        with self._page.expect_navigation():
            self.press("Enter")
        return self

    def type(self, text: str) -> "Keys":
        """Type."""
        self._page.keyboard.type(text)
        return self

    def date(self, year: int, month: int, day: int) -> None:
        """Type a date into a field for one, in the order that this browser's language has it."""
        for digits in (f"{year}{month:02}{day:02}", f"{month:02}{day:02}{year}"):
            self.press("ArrowLeft").press("ArrowLeft").type(digits)
            if self._page.evaluate("document.activeElement.value") == f"{year}-{month:02}-{day:02}":
                return
        raise AssertionError("The date cannot be typed")

    def _name(self) -> tuple[str, ...]:
        try:
            found: list[str] = self._page.evaluate(_NAMES)
        except Error:
            # The last key led to another page just now; ask again once that is there.
            self._page.wait_for_load_state()
            found = self._page.evaluate(_NAMES)
        return tuple(found) or ("",)


_NAMES = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return [];
    // Arrows, not Tab, move between the answers of one question.
    const group = e.type === 'radio' ? [...document.getElementsByName(e.name)] : [e];
    const label = one => one.labels && one.labels.length ? one.labels[0].innerText : one.innerText;
    return group.map(one => (one.getAttribute('aria-label') || label(one) || '').trim().split('\\n')[0]);
}"""

_SHOWN = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect();
    // The mark may lie on the answer's whole line instead of its small circle.
    const marked = [e, ...(e.labels || []), e.parentElement].map(one => getComputedStyle(one));
    const shows = marked.some(style => style.outlineStyle !== 'none' || style.boxShadow !== 'none');
    return shows && box.bottom > 0 && box.top < innerHeight;
}"""
