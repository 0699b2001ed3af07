"""Working on cases as officials do: the window accepts, the bodies check, answer, decide and issue."""

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, expect
from tests.journeys.browser import Person

_MOST = 20  # acts of one official on one case, and rounds of all, before a journey counts as lost


def accept(clerk: Person, number: str) -> None:
    """The window finds the case in its queue, looks at it, and accepts it."""
    clerk.go("/counter/queue/")
    clerk.click(clerk.page.get_by_role("main").locator(f"a[href$='/{number}/']").first)
    clerk.press(re.compile("^齐了，受理"))
    clerk.sees("已受理，已分送各部门办理")


def act(official: Person, number: str, *, but_not: Sequence[str] = ()) -> int:
    """Do everything that waits for this official in the case, every step approved; how many acts that were.

    Steps whose card names one of ``but_not`` are left alone.
    """
    for done in range(_MOST):
        # Drawn only when something waits: most looks of most officials find nothing.
        looked = official.page.request.get(f"{official.town}/bureau/{number}/")
        assert looked.status < 500, f"{official.name} looked at {number}: {looked.status}"
        if "step-card" not in looked.text():
            return done
        official.go(f"/bureau/{number}/")
        cards = official.page.locator(".step-card")
        for left in but_not:
            cards = cards.filter(has_not_text=left)
        if not any(_one_act(official, card) for card in cards.all()):
            return done
    raise AssertionError(f"{official.name} is never done with {number}")


def _one_act(official: Person, card: Locator) -> bool:
    report = card.get_by_role("link", name=re.compile("逐条审查并提交|填现场核查记录"))
    press = card.get_by_role("button", name=re.compile("^(同意|准予|制发)"))
    if report.count():
        official.click(report.first)
        give_report(official)
        return True
    if press.count():
        official.click(press.first)
        official.page.wait_for_load_state()
        assert not official.page.get_by_role("alert").count(), official.page.get_by_role(
            "alert"
        ).first.inner_text()
        return True
    return False


def give_report(official: Person) -> None:
    """Every point is in order; two or more went where somebody has to go."""
    main = official.page.get_by_role("main")
    for staff in main.locator("input[name=staff]").all()[:2]:
        staff.check()
    for point in main.get_by_role("radio", name="符合", exact=True).all():
        point.check()
    main.get_by_label(re.compile("现场情况|审查意见")).fill("与申请一致，符合要求。")
    official.press(re.compile("^通过"))
    expect(official.page.get_by_role("status").or_(main).first).to_contain_text("已提交：通过")


def work_to_the_end(officials: Sequence[Person], number: str, *, but_not: Sequence[str] = ()) -> int:
    """All officials in turn until nothing is left for any of them; how many acts that were."""
    acts = 0
    for _ in range(_MOST):
        fresh = sum(act(official, number, but_not=but_not) for official in officials)
        if not fresh:
            return acts
        acts += fresh
    raise AssertionError(f"The bodies are never done with {number}")


def mark(official: Person, target: str, words: str) -> None:
    """Tick what has to be corrected, and say how."""
    main = official.page.get_by_role("main")
    main.get_by_role("checkbox", name=re.compile("^" + re.escape(target))).check()
    main.get_by_label(f"{target}：怎么改").fill(words)


def refuse(official: Person, reason: str) -> None:
    """Decide against the item, with a reason and the rule the page offers first."""
    main = official.page.get_by_role("main")
    main.get_by_label(re.compile("理由")).first.fill(reason)
    for box in main.get_by_role("textbox").all():
        if not box.input_value():
            box.fill("见所附规定。")
    official.press(re.compile("作出不予的决定"))
