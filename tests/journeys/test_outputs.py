"""The plan as a picture people and machines can read: in the guide on a phone, and as BPMN in a viewer of others."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect
from tests.journeys.browser import PHONE, Person

Visitor = Callable[..., Person]
MATTER = "utilities"


def test_bpmn_js_opens_our_file_without_a_warning(visitor: Visitor) -> None:
    items = visitor("items")
    items.go(f"/studio/onethings/{MATTER}/bpmn/")
    box = items.page.locator("[data-bpmn]")
    expect(box).to_have_attribute("data-ready", "yes")
    assert box.get_attribute("data-warnings") == "0"

    file = items.page.request.get(items.town + str(box.get_attribute("data-bpmn"))).text()
    shapes, edges = file.count("<bpmndi:BPMNShape"), file.count("<bpmndi:BPMNEdge")
    expect(box.locator(".djs-element.djs-shape:not(.djs-label)[data-element-id]").first).to_be_visible()
    drawn = box.locator(".djs-element.djs-shape[data-element-id]")
    labels = box.locator(".djs-element.djs-shape[data-element-id$=_label]").count()
    assert drawn.count() - labels == shapes
    assert box.locator(".djs-element.djs-connection").count() == edges
    expect(box.locator(".bjs-powered-by")).to_be_visible()

    def scale() -> float:
        return float(items.page.evaluate("document.querySelector('.viewport').getCTM().a"))

    before = scale()
    box.focus()
    items.page.keyboard.press("+")
    assert scale() > before
    items.page.keyboard.press("0")
    items.page.get_by_role("button", name="放大").click()
    assert scale() > before
    items.picture("outputs-bpmn")
    items.go(f"/studio/onethings/{MATTER}/plan/")
    assert items.page.locator(".plan-full [data-step]").count() > 20
    items.picture("outputs-plan")


def test_the_guide_shows_its_plan_on_a_phone_and_at_a_desk_and_is_taken_away(visitor: Visitor) -> None:
    phone = visitor("", viewport=PHONE)
    phone.go(f"/do/{MATTER}/")
    expect(phone.page.locator(".plan-phone")).to_be_visible()
    expect(phone.page.locator(".plan-simple")).to_be_hidden()
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.picture("outputs-guide-phone")

    desk = visitor("", color_scheme="dark")
    desk.go(f"/do/{MATTER}/")
    expect(desk.page.locator(".plan-simple")).to_be_visible()
    expect(desk.page.locator(".plan-phone")).to_be_hidden()
    desk.picture("outputs-guide-dark")
    links = desk.page.locator("a[href*='/take/']").evaluate_all("all => all.map(one => one.href)")
    assert len(links) == 5
    for link in links:
        answer = desk.page.request.get(link)
        assert answer.ok
        assert answer.body()[:4] in {b"%PDF", b"\x89PNG"}
